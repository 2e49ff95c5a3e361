"""The terminal that a command prints to: whether it shows colours, its width, and progress lines. Output that is no
terminal gets no colour, a fixed width and no progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from meshtui.cli.arguments import mask_text

if TYPE_CHECKING:
    from threading import Event, Thread

    from meshtui.presentation.blocks import Block

NARROWEST, WIDEST = 40, 120
"""Columns between which a page follows the terminal."""
PATIENCE = 1.0
"""Seconds after which a progress line is shown."""
CLEAR_LINE = "\r\x1b[K"


def takes_colour(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """NO_COLOR goes before FORCE_COLOR, both where they are not empty; without them a terminal does, unless TERM says
    `dumb`. (no-color.org, force-color.org)"""
    if environ.get("NO_COLOR"):
        return False
    if forced := environ.get("FORCE_COLOR"):
        return forced != "0"
    return stream.isatty() and environ.get("TERM") != "dumb"


def describe_missing_terminal() -> str:
    """Which of the standard streams is no terminal, though the screen needs it, why, and what to do; empty where all
    are. Textual draws the screen on standard error, on Windows on standard output."""
    if not sys.stdin.isatty():
        return "standard input is none, and keys are read from it: start it without `<` and `|`"
    if not sys.stdout.isatty():
        return "standard output is none: start it without `>` and `|`"
    if os.name != "nt" and not sys.stderr.isatty():
        return "standard error is none, and the screen is drawn on it: start it without `2>`"
    return ""


def find_width(usual: int, stream: TextIO | None = None) -> int:
    """The terminal's columns; `usual` where the stream (standard output) is not a terminal."""
    stream = stream or sys.stdout
    if not stream.isatty():
        return usual
    try:
        columns = int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return usual
    return min(max(columns, NARROWEST), WIDEST) if columns > 0 else usual


def write_page(blocks: Iterable[Block], usual: int = 80) -> str:
    """The page as standard output takes it: as wide as the terminal, in colour where it takes colours. Names are hidden
    before colours are added, because a name is recognised by the characters beside it."""
    from meshtui.presentation.lines import render_text

    if not takes_colour(sys.stdout):
        return render_text(blocks, find_width(usual))
    from meshtui.base.privacy import hide_names
    from meshtui.cli.output import are_names_hidden

    return render_text(blocks, find_width(usual), colour=True, show=hide_names if are_names_hidden() else str)


class Progress:
    """While the context lasts, a line on standard error shows after one second what is running and for how long, if
    that is a terminal; it is removed at the end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._running: tuple[Thread, Event] | None = None

    def say(self, what: str) -> None:
        """Changes the text of the line."""
        self._what = what

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from threading import Event, Thread

            over = Event()
            thread = Thread(target=self._tell, args=(sys.stderr, over, time.monotonic()), daemon=True)
            self._running = thread, over
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._running is not None:
            thread, over = self._running
            over.set()
            thread.join()

    def _tell(self, stream: TextIO, over: Event, began: float) -> None:
        shown = False
        while not over.wait(PATIENCE):
            stream.write(f"{CLEAR_LINE}{mask_text(self._what)} … {time.monotonic() - began:.0f} s")
            stream.flush()
            shown = True
        if shown:
            stream.write(CLEAR_LINE)
            stream.flush()
