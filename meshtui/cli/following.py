"""`meshtui explain --follow`: passes on what a program prints, or what is written to files, and explains each new kind
of failure beside it.

One thread reads and passes on, so that no explanation holds up the program; another one explains. Between them no more
than `MAX_WAITING` pieces wait: whoever prints faster is in the end read as fast as it is explained, and no line is
lost.

Exit status: 0 at the end of standard input, or where nobody reads what is passed on; 130 after SIGINT, 143 after
SIGTERM; 2 for a file that cannot be read; 1 for an error of our own, after which the output still passes.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from queue import Empty, Queue
from threading import Semaphore, Thread
from types import FrameType
from typing import NamedTuple

from meshtui.base.growing_file import READ, GrowingFile, Piece
from meshtui.base.text import make_one_line
from meshtui.cli.arguments import UsageError
from meshtui.cli.follow_report import Ending, Report
from meshtui.explain.follow import LogFollower

POLL = 0.02
"""Seconds after which files are looked at again."""
PAUSE = 0.04
"""Seconds without anything new after which the last record is taken as complete."""
MAX_WAITING = 64
"""Pieces that wait to be explained, of `READ` bytes each."""
LAST_WORDS = 2.0
"""Seconds in which a program that was interrupted too may print why, before its pipe is left."""
STDIN = "standard input"
INTERRUPTED, TERMINATED, UNREAD, ENDED = "interrupted", "terminated", "nobody reads the output", "end of input"
STATUSES = {INTERRUPTED: 128 + signal.SIGINT, TERMINATED: 128 + signal.SIGTERM, UNREAD: 0, ENDED: 0}


class Came(NamedTuple):
    """A piece of one log."""

    source: int
    piece: Piece


class Signals:
    """Collects SIGINT and SIGTERM as a context manager: which were received, and how often."""

    def __init__(self) -> None:
        self.reason = ""
        self.count = 0
        self._before: dict[int, object] = {}

    def __enter__(self) -> Signals:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _receive(self, number: int, _: FrameType | None) -> None:
        self.count += 1
        self.reason = self.reason or (INTERRUPTED if number == signal.SIGINT else TERMINATED)


class Output:
    """Standard output, byte by byte as the program wrote it. Several logs change turns at the end of a line."""

    def __init__(self, *, several: bool) -> None:
        sys.stdout.flush()
        self._descriptor = sys.stdout.fileno()
        self._several = several
        self._open: dict[int, bytes] = {}
        """Log → the beginning of a line whose end has not come."""
        self.is_terminal = os.isatty(self._descriptor)
        self.in_line = False
        """Whether the last line that was written has no end yet."""

    def write(self, source: int, data: bytes) -> None:
        """Raises BrokenPipeError where the output was closed."""
        if self._several:
            data = self._open.pop(source, b"") + data
            end = data.rfind(b"\n") + 1
            if end < len(data) and len(data) - end < READ:
                self._open[source] = data[end:]
                data = data[:end]
        self._write(data)

    def flush_source(self, source: int) -> None:
        """Writes what is left of this log, also a line without an end, after a moment without anything new."""
        self._write(self._open.pop(source, b""))

    def flush_all(self) -> None:
        for source in list(self._open):
            self.flush_source(source)

    def _write(self, data: bytes) -> None:
        if not data:
            return
        self.in_line = not data.endswith(b"\n")
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._descriptor, view) :]
            except BlockingIOError:  # whoever reads it has made it so
                select.select((), (self._descriptor,), (), 1.0)


def follow(names: Sequence[str], report: Report, output: Output, *, provider: str, from_end: bool) -> int:
    """Follows standard input (`-`) and files until they end or a signal comes. Returns the exit status."""
    sources = [STDIN if name == "-" else name for name in names]
    files = {at: GrowingFile(name, from_end=from_end) for at, name in enumerate(names) if name != "-"}
    pieces = {at: _read_first(file) for at, file in files.items()}
    explainer = Explainer(sources, report, provider)
    reason = ENDED
    started = time.monotonic()
    with Signals() as signals:
        try:
            reader = Reader(files, len(files) < len(names), signals, report)
            for came in reader.read(pieces):
                if came is None:
                    output.flush_all()
                    continue
                output.write(came.source, came.piece.data)
                explainer.take(came)
            output.flush_all()
            reason = signals.reason or ENDED
        except BrokenPipeError:
            reason = UNREAD
        finally:
            explainer.finish()
            for file in files.values():
                file.close()
            report.end(Ending(reason, explainer.lines, time.monotonic() - started, sources, explainer.others))
    return 1 if explainer.is_broken else STATUSES[reason]


def _read_first(file: GrowingFile) -> Piece:
    """Raises UsageError where the file is there and cannot be read."""
    piece = file.read()
    if file.problem and os.path.lexists(file.path):
        raise UsageError(f"--follow {file.path}: {file.problem}")
    return piece


class Reader:
    """Reads all logs as they grow."""

    def __init__(self, files: dict[int, GrowingFile], reads_stdin: bool, signals: Signals, report: Report) -> None:
        self._files, self._signals, self._report = files, signals, report
        self._stdin = sys.stdin.fileno() if reads_stdin else -1
        self._problems: dict[int, str] = {}

    def read(self, first: dict[int, Piece]) -> Iterator[Came | None]:
        """Pieces; None where for a moment there was none. Ends with standard input where no file is followed, else by
        a signal: then what is there is still read, of a pipe until its end or for `LAST_WORDS` seconds."""
        yield from (Came(source, piece) for source, piece in first.items() if piece.data)
        deadline, stdin_source = float("inf"), next(iter(set(range(len(self._files) + 1)) - set(self._files)))
        while True:
            stopping = self._signals.count > 0
            if stopping and deadline == float("inf"):
                deadline = time.monotonic() + LAST_WORDS
            idle = True
            if self._stdin >= 0:
                data = self._read_stdin()
                if data:
                    idle = False
                    yield Came(stdin_source, Piece(data, 0))
                elif data is not None:
                    self._stdin = -1
            for source, file in self._files.items():
                piece = file.read()  # one a turn, so that no log keeps the others waiting
                if piece.data:
                    idle = False
                    yield Came(source, piece)
                self._tell_problem(source, file)
            if self._is_over(stopping, idle, deadline):
                return
            if idle:
                yield None
                if self._stdin < 0:
                    time.sleep(POLL)

    def _is_over(self, stopping: bool, idle: bool, deadline: float) -> bool:
        if self._signals.count > 1 or time.monotonic() > deadline:
            return True
        return idle and self._stdin < 0 and (stopping or not self._files)

    def _read_stdin(self) -> bytes | None:
        """What can be read now; None where there is nothing, empty bytes at the end."""
        if os.name != "nt":
            ready, _, _ = select.select((self._stdin,), (), (), POLL if self._files else PAUSE)
            if not ready:
                return None
        try:
            return os.read(self._stdin, READ)
        except BlockingIOError:
            return None

    def _tell_problem(self, source: int, file: GrowingFile) -> None:
        before, self._problems[source] = self._problems.get(source, ""), file.problem
        name = make_one_line(file.path, 100)
        if file.problem and not before:
            missing = not os.path.lexists(file.path)
            self._report.note(f"{name} is not there: waiting for it" if missing
                              else f"{name} cannot be read: {file.problem}; trying on")  # fmt: skip
        elif before and not file.problem:
            self._report.note(f"{name} can be read now")


class Explainer:
    """A thread that explains the lines it is given and reports new failures in them."""

    def __init__(self, sources: Sequence[str], report: Report, provider: str) -> None:
        self._sources, self._report = sources, report
        self._followers = [LogFollower(provider=provider) for _ in sources]
        self._queue: Queue[Came | None] = Queue()
        self._room = Semaphore(MAX_WAITING)
        self._is_over = False
        self.is_broken = False
        """Whether an error of our own ended it."""
        self._thread = Thread(target=self._explain, name="explaining", daemon=True)
        self._thread.start()

    @property
    def lines(self) -> int:
        return sum(follower.lines for follower in self._followers)

    @property
    def others(self) -> int:
        """How many failures were only counted."""
        reported = sum(tally.count for tally in self._report.tallies.all)
        return max(0, sum(one.occurrences for follower in self._followers for one in follower.collect()) - reported)

    def take(self, came: Came) -> None:
        """Waits while too much waits to be explained."""
        self._room.acquire()
        self._queue.put(came)

    def finish(self) -> None:
        """Explains what waits, and the last lines."""
        self._queue.put(None)
        self._thread.join()

    def _explain(self) -> None:
        try:
            self._explain_all()
        except Exception as error:  # an error of our own: the program's output still passes
            self.is_broken = True
            self._report.note(f"an error in meshtui, nothing is explained any more: {type(error).__name__}")
            while not self._is_over and self._queue.get() is not None:
                self._room.release()

    def _explain_all(self) -> None:
        _load_ahead()
        while True:
            try:
                came = self._queue.get(timeout=PAUSE)
            except Empty:
                self._tell(pause=True)
                self._report.report_repeats(time.time())
                continue
            if came is None:
                self._is_over = True
                break
            self._room.release()
            self._followers[came.source].feed(came.piece.data, came.piece.part)
            self._tell(pause=False)
        for follower in self._followers:
            follower.end()
        self._tell(pause=False)

    def _tell(self, *, pause: bool) -> None:
        for source, follower in zip(self._sources, self._followers, strict=True):
            if pause:
                follower.pause()
            if changes := follower.changes():
                self._report.record(changes, source, time.time())


def _load_ahead() -> None:
    """Loads what explaining needs, so that the first failure is reported as quickly as the others."""
    from meshtui.explain.find import find_errors
    from meshtui.explain.rule_tables import list_rules

    with contextlib.suppress(Exception):
        list_rules()
        find_errors('2026-01-01 00:00:00 ERROR Error code: 401 - {"error": {"code": "invalid_api_key"}}\nat x\n')
