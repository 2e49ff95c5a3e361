"""What needs no screen and no network: explaining, redacting, hiding names, filtering."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.bench.figure import Figure

PROVIDERS = ("openai", "mesh", "bedrock", "vertex")
RECORDS = 100_000


def measure_processor(work: Callable[[], object]) -> float:
    """Seconds that the work itself takes of a processor, whoever else has one."""
    started = time.process_time()
    work()
    return time.process_time() - started


def list_answers() -> list[tuple[str, dict[str, object]]]:
    """The bodies of the tests' cases, each with what else is known of it."""
    from tests.explain.test_tables import ALL

    return [
        (case.given["body"], {"provider": provider if provider in PROVIDERS else "",
                              **{k: v for k, v in case.given.items() if k not in ("body", "provider")}})
        for provider, case in ALL if case.given.get("body")
    ]  # fmt: skip


def measure_explanations() -> Iterator[Figure]:
    from meshtui.explain.engine import explain
    from meshtui.explain.parse import parse_response

    answers = list_answers()
    bodies = [json.dumps({"n": n, "text": "x" * 100}) for n in range(len(answers))]

    def explain_all() -> None:
        for body, given in answers:
            explain(parse_response(body, **given))  # type: ignore[arg-type]

    def parse_all() -> None:
        for body in bodies:
            json.loads(body)

    explain_all()  # tables load, patterns compile
    # In turns, and the shortest of each: a neighbour who takes the caches for a while disturbs both alike.
    runs = [(measure_processor(explain_all), measure_processor(parse_all)) for _ in range(30)]
    ours, baseline = (min(times) / len(answers) * 1e6 for times in zip(*runs, strict=True))
    yield Figure("explaining one answer", ours, baseline, "µs", "parsing 110 bytes of JSON", "< 47")


def measure_start() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "answer.json")
        answer.write_text(list_answers()[0][0], encoding="utf-8")
        # As installed: with bytecode, which pip writes, and not in a checkout that never writes any.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": f"{folder}/bytecode", "PYTHONDONTWRITEBYTECODE": ""}
        commands = {
            "baseline": [sys.executable, "-c", "import argparse, json, re, email.parser"],
            "ours": [sys.executable, "-m", "meshtui", "explain", str(answer)],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(12):
            for name, command in commands.items():
                before = children_seconds()
                subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
                taken[name].append((children_seconds() - before) * 1000)
    yield Figure("`meshtui explain FILE`, from the start", min(taken["ours"]), min(taken["baseline"]), "ms",
                 "Python with argparse, json, re, email", "< 1.5")  # fmt: skip


def measure_offline() -> Iterator[Figure]:
    """With a key pair in AWS's files; the aim is 300 ms for the whole command."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".aws").mkdir()
        pair = f"aws_access_key_id = AKIAFAKEFAKEFAKEFAKE\naws_secret_access_key = {'Ab1+' * 10}\n"
        (Path(folder) / ".aws/credentials").write_text(f"[default]\n{pair}", encoding="utf-8")
        path = os.pathsep.join(filter(None, sys.path))
        environment = {**os.environ, "HOME": folder, "PYTHONPYCACHEPREFIX": f"{folder}/bytecode",
                       "PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": path}  # fmt: skip
        commands = {
            "baseline": [sys.executable, "-c", "import argparse, json, re, asyncio"],
            "ours": [sys.executable, "-m", "meshtui", "check", "--offline"],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(8):
            for name, command in commands.items():
                before = children_seconds()
                subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, cwd=folder)
                taken[name].append((children_seconds() - before) * 1000)
    yield Figure("`meshtui check --offline`, from the start", min(taken["ours"]), min(taken["baseline"]), "ms",
                 "Python with argparse, json, re, asyncio", "< 5")  # fmt: skip


def children_seconds() -> float:
    """What all child processes that have ended took of a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


LOG_LINES = 200_000


def make_log() -> bytes:
    """Mostly dull lines, all of them different, a failure among a hundred."""
    refused = "Error code: 401 - {'error': {'message': 'Incorrect API key provided: x', 'code': 'invalid_api_key'}}"
    return "".join(
        f"2026-10-05T08:11:12.{n % 1000:03}Z ERROR app call {n} failed: {refused}\n" if n % 100 == 0 else
        f"2026-10-05T08:11:12.{n % 1000:03}Z INFO http GET /v1/items/{n * 7919 % 99991:x} 200 {n % 900}ms\n"
        for n in range(LOG_LINES)
    ).encode()  # fmt: skip


def measure_following() -> Iterator[Figure]:
    """The whole command on a pipe, beside Python that copies the lines."""
    copy = "import sys\nfor line in sys.stdin.buffer: sys.stdout.buffer.write(line)"
    commands = {
        "ours": [sys.executable, "-m", "meshtui", "explain", "--follow", "-"],
        "baseline": [sys.executable, "-c", copy],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    log = make_log()
    for _ in range(3):
        for name, command in commands.items():
            before = children_seconds()
            subprocess.run(command, input=log, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            taken[name].append((children_seconds() - before) * 1000)
    ours, baseline = min(taken["ours"]), min(taken["baseline"])
    yield Figure(f"following a log, {LOG_LINES / ours:,.0f} lines a ms", ours, baseline, "ms",
                 f"copying {LOG_LINES:,} lines in Python", "< 20")  # fmt: skip


def measure_redaction() -> Iterator[Figure]:
    """Four times the text may cost four times as long: the ratio is of the same length, so 1 is linear."""
    from meshtui.base.redaction import redact
    from tests.test_redact import HOSTILE

    worst = 0.0
    figures = (0.0, 1.0)
    for piece in HOSTILE:
        quarter, whole = (
            measure_processor(partial(redact, piece * (size // len(piece)))) * 1000 for size in (250_000, 1_000_000)
        )
        if whole / max(4 * quarter, 1e-9) > worst:
            worst, figures = whole / (4 * quarter), (whole, 4 * quarter)
    yield Figure(f"redacting 1 MB, the worst of {len(HOSTILE)}", *figures, "ms", "four times 250 kB", "< 2.5")


def measure_privacy() -> Iterator[Figure]:
    from meshtui.base.privacy import hide_names
    from tests.test_discreet import KNOWN

    line = "✗ refused   401 own key  OpenAI does not know this key: it is mistyped, deleted or revoked    95 ms"
    ours = measure_processor(lambda: [hide_names(line, KNOWN) for _ in range(10_000)]) * 100
    baseline = measure_processor(lambda: [json.dumps(line) for _ in range(10_000)]) * 100
    yield Figure("hiding names in a line", ours, baseline, "µs", "writing the line as JSON")


def measure_filter() -> Iterator[Figure]:
    from meshtui.journal.filter import parse_filter
    from meshtui.journal.journal import Journal
    from meshtui.journal.view import View
    from meshtui.runs.model import Served
    from tests.journal.groups import attempt, note, run, verdict

    journal = Journal()
    for number in range(RECORDS // 4):
        name = f"r{number}"
        journal.extend((run(name), attempt(name, status=200 + number % 2), note(f"line {number}"),
                        verdict(name, Served.OWN_KEY)))  # fmt: skip
    step = 0.005
    for text in ("status:201", "line 7", "-pangolin", "verdict:own credential:open slow:0"):
        view = View(journal)
        view.narrow(parse_filter(text))
        taken = []
        while view.searching:
            taken.append(measure_processor(partial(view.step, step)) * 1000)
        yield Figure(f"one step of the filter {text!r}", sorted(taken)[-3], step * 1000, "ms", "what it is allowed",
                     "< 5")  # fmt: skip
