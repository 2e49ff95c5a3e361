"""Processes that write a history and are killed by SIGKILL in the middle of it, thousands of times if one likes.

    python -m tests.journal.kills --rounds 1000 [--seed N]

After each round the history is read: what was told to be written must be there whole, and of what was being written
either all or nothing. A round that breaks this is printed with its number, which replays it with the same seed.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

from meshtui.journal.database import Store
from meshtui.journal.entry import Entry, EntryKind
from tests.journal.test_history import run_of

ROUNDS_A_FILE = 25
"""After so many rounds a new file is begun, so that one is often killed while it is being made."""
FEW, MANY = 60, 100_000
"""Entries that are kept: so few that the oldest go all the time, or all."""
CLEARING, CLEARED = "clearing", "cleared"


def batch_of(name: str) -> list[Entry]:
    """A run with its beginning and end and, between them, attempts of a length that fills several pages."""
    begun, ended = run_of(name)
    attempts = Counter(name)[name[-1]] + len(name) % 5
    return [begun, *(Entry(1.5, EntryKind.NOTE, f"{at} {name}" * 200, name) for at in range(attempts)), ended]


def write_until_killed(path: Path, keep: int, prefix: str, clears: bool, told: int) -> None:
    """Writes batches, each told by its number in a line after it was written."""
    store = Store(path, keep)
    number = 0
    while True:
        if clears and number and number % 5 == 0:
            os.write(told, f"{CLEARING}\n".encode())
            store.clear()
            os.write(told, f"{CLEARED}\n".encode())
        store.add(batch_of(f"{prefix}-{number}"))
        os.write(told, f"{prefix}-{number}\n".encode())
        number += 1


def start_writer(path: Path, keep: int, prefix: str, clears: bool) -> tuple[int, int]:
    """Its process, and where it tells what it has written."""
    record, told = os.pipe()
    if child := os.fork():
        os.close(told)
        return child, record
    try:
        os.close(record)
        write_until_killed(path, keep, prefix, clears, told)
    finally:
        os._exit(1)


def kill_after(child: int, record: int, lines: int, turns: int) -> list[str]:
    """What it had told when it was killed: so many lines, and so many turns of a loop, later."""
    text = b""
    while text.count(b"\n") < lines and (piece := os.read(record, 4096)):
        text += piece
    for _ in range(turns):
        pass
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while piece := os.read(record, 4096):
        text += piece
    os.close(record)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        raise AssertionError("the writer ended by itself")
    return text.decode().split("\n")[:-1]


class Expected:
    """What must be in a history by what its writers have told."""

    def __init__(self) -> None:
        self.there: list[str] = []
        self.clearing: list[str] = []
        """What was being cleared: all of it is there, or nothing."""

    def record(self, told: list[str]) -> None:
        for line in told:
            if line == CLEARING:
                self.clearing, self.there = self.there, []
            elif line == CLEARED:
                self.clearing = []
            else:
                self.there.append(line)


def list_faults(path: Path, expected: Expected, *, all_kept: bool) -> list[str]:
    """What is wrong with the history after a round. Of what was being cleared only what is there is expected on."""
    if not path.exists():
        return [f"{run} is lost" for run in expected.there]
    with closing(Store(path, MANY)) as store:
        listed = store.runs()
        there = {past.run for past in listed.runs}
        faults = [f"{listed.unreadable} unreadable"] * bool(listed.unreadable)
        for run in expected.there if all_kept else expected.there[-1:]:
            if run not in there:
                faults.append(f"{run} is lost")
        for run in sorted(there)[:: 1 + len(there) // 50]:
            if store.run(run) != tuple(batch_of(run)):
                faults.append(f"{run} is not what was written")
    with closing(sqlite3.connect(path)) as connection:
        sizes = dict(connection.execute("SELECT run, COUNT(*) FROM entries GROUP BY run"))
        faults += [found for (found,) in connection.execute("PRAGMA integrity_check") if found != "ok"]
    faults += [f"{run} is torn" for run, size in sizes.items() if size != len(batch_of(run))]
    if (kept := there & set(expected.clearing)) and kept != set(expected.clearing):
        faults.append("only a part was cleared")
    expected.there = [*(run for run in expected.clearing if run in kept), *expected.there]
    expected.clearing = []
    return faults


def run_round(folder: Path, seed: int, number: int, expected: Expected) -> list[str]:
    """Faults of one round, in which the writers of a file are killed."""
    chance = random.Random(f"{seed} {number}")
    file = number // ROUNDS_A_FILE
    path = folder / str(file) / "history.db"
    keep, clears, writers = (FEW if file % 4 == 1 else MANY), file % 4 == 2, 2 if file % 4 == 3 else 1
    children = [start_writer(path, keep, f"{number}.{writer}", clears) for writer in range(writers)]
    for child, record in children:
        lines, turns = chance.choice((0, 0, 1, 2, 3, 7, 12)), int(chance.expovariate(1 / 20_000))
        expected.record(kill_after(child, record, lines, turns))
    return list_faults(path, expected, all_kept=keep == MANY)


def run_rounds(rounds: int, seed: int) -> tuple[int, list[str]]:
    """How many runs were told as written, and what was wrong in which round."""
    written, faults = 0, []
    expected = Expected()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            if number % ROUNDS_A_FILE == 0:
                expected = Expected()
            before = len(expected.there)
            faults += [f"round {number}: {fault}" for fault in run_round(Path(folder), seed, number, expected)]
            written += max(len(expected.there) - before, 0)
    return written, faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    written, faults = run_rounds(args.rounds, args.seed)
    print(*faults, f"{args.rounds} kills, {written} runs told as written, {len(faults)} lost or torn", sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
