"""`meshtui demo --play --cast FILE`: the tour plays in a terminal that nobody sees, and what it paints is recorded.

The format is asciicast v2 (docs.asciinema.org, "asciicast v2"): a line with the size, then `[seconds, "o",
text]` lines.
"""

from __future__ import annotations

import codecs
import json
import os
import select
import time
from collections.abc import Iterator
from pathlib import Path

from meshtui.base.processes import make_isolated_environment, make_python_command, start_program_in_terminal
from meshtui.cli.arguments import UsageError
from meshtui.cli.terminal import Progress

SIZE = (100, 30)
LONGEST = 900.0
"""Seconds after which a recording ends whatever happens."""
LONGEST_PAUSE = 2.0
"""The longest pause in seconds that is recorded; longer ones are shortened to it."""
_PLAY = """\
import sys
sys.path.insert(0, sys.argv[1])
from meshtui.cli.main import run
sys.exit(run(["demo", "--play", "--leave", "--speed", sys.argv[2]]))
"""


def record(path: str, speed: float) -> int:
    """Plays the tour to its end and writes the file, which must be new. Returns 0, or 1 where the screen failed.
    Raises UsageError where the file cannot be written."""
    if os.name != "posix":
        raise UsageError("--cast needs a pseudo-terminal, which this system does not have")
    header = {
        "version": 2, "width": SIZE[0], "height": SIZE[1], "timestamp": int(time.time()),
        "title": "meshtui demo --play", "env": {"TERM": "xterm-256color"}, "idle_time_limit": LONGEST_PAUSE,
    }  # fmt: skip
    try:
        file = Path(path).open("x", encoding="utf-8")  # noqa: SIM115 - closed below, whatever happens
    except OSError as error:
        raise UsageError(f"--cast {path}: {error.strerror or error}") from None
    with file, Progress("recording the tour"):
        file.write(json.dumps(header) + "\n")
        pid, pieces = _play(speed)
        for at, text in pieces:
            file.write(json.dumps([round(at, 6), "o", text], ensure_ascii=False) + "\n")
    _, status = os.waitpid(pid, 0)
    print(f"written: {path}")
    return min(1, os.waitstatus_to_exitcode(status) % 256)


def _play(speed: float) -> tuple[int, Iterator[tuple[float, str]]]:
    """The number of the process that plays, and what it paints: seconds since the beginning, and text."""
    package = str(Path(__file__).parent.parent.parent)
    variables = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "MESHTUI_HISTORY": "false"}
    environ = make_isolated_environment(os.environ) | variables
    pid, terminal = start_program_in_terminal(make_python_command(_PLAY, package, f"{speed:g}"), environ, SIZE)
    return pid, _read(terminal)


def _read(terminal: int) -> Iterator[tuple[float, str]]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    began = time.monotonic()
    try:
        while (passed := time.monotonic() - began) < LONGEST:
            readable, _, _ = select.select([terminal], [], [], 1.0)
            if not readable:
                continue
            try:
                data = os.read(terminal, 1 << 16)
            except OSError:  # the other end was closed: so Linux says it
                return
            if not data:
                return
            if text := decoder.decode(data):
                yield passed, text
    finally:
        os.close(terminal)
