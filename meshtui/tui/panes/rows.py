"""One journal entry as one row of the log, as wide as it may be. Pure: no widget, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from meshtui.explain.causes import CAUSES
from meshtui.journal.entry import Entry, What
from meshtui.runs.model import Attempt, Verdict
from meshtui.tui import words
from meshtui.tui.words import Mark, Part, clock, shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from meshtui.runs.rung import Ladder, RungResult
    from meshtui.tui.panes.live import Leg

ROLE_NAMES = {"mesh": "Mesh"}


def row(entry: Entry, width: int) -> list[Part]:
    """The entry's parts, cut to `width` by shortening its sentence with `…`, never its facts."""
    return [(clock(entry.at) + " ", "dim"), *_ROWS[entry.what](entry, width - 9)]


def live_row(leg: Leg, width: int) -> list[Part]:
    """The row of a call that is still under way."""
    start: list[Part] = [(clock(leg.at) + " ", "dim"), *_marked(words.CALLING), ("    ", ""), _who(leg.who)]
    return [*start, (shorten(leg.progress(), width - words.width(start)), "accent")]


def _run(entry: Entry, width: int) -> list[Part]:
    return [("▸ ", "accent"), (shorten(entry.text, width - 2), "strong")]


def _note(entry: Entry, width: int) -> list[Part]:
    return [("· ", "dim"), (shorten(entry.text, width - 2), "dim")]


def _attempt(entry: Entry, width: int) -> list[Part]:
    attempt = entry.detail
    assert isinstance(attempt, Attempt)
    status = str(attempt.exchange.status or "") if attempt.exchanges else ""
    start: list[Part] = [*_marked(words.of_attempt(attempt)), (f"{status:<4}", "strong"), _who(attempt.role)]
    said = [entry.text]
    if attempt.explanation and attempt.explanation.cause in CAUSES:
        said += [CAUSES[attempt.explanation.cause].title, attempt.explanation.cause.replace("_", " ")]
    return _with_duration(start, said, "" if attempt.explanation else "dim", entry.seconds, width)


def _rung(entry: Entry, width: int) -> list[Part]:
    rung = cast("RungResult", entry.detail)
    status = str(rung.exchange.status or "") if rung.exchange else ""
    start: list[Part] = [*_marked(words.HOLDS[rung.holds]), (f"{status:<4}", "strong"), (f"{rung.name:<13}", "")]
    said = [entry.text, rung.proves] if rung.holds == "passed" else [entry.text]
    if rung.cause in CAUSES:
        said += [CAUSES[rung.cause].title, rung.cause.replace("_", " ")]
    return _with_duration(start, said, "" if rung.cause else "dim", entry.seconds, width)


def _verdict(entry: Entry, width: int) -> list[Part]:
    if isinstance(entry.detail, Verdict):
        mark, short = words.of_verdict(entry.detail, entry.cancelled)
        basis = "" if entry.cancelled else f" ({entry.detail.basis})"
        said = [short] if entry.cancelled else [entry.text + basis, short + basis]
    elif entry.detail is None:
        mark, said = words.STOPPED, [entry.text]
    else:
        mark, short = words.of_ladder(cast("Ladder", entry.detail))
        said = [entry.text, short]
    return _with_duration(list(_marked(mark)), said, "strong", entry.seconds, width)


def _with_duration(start: list[Part], said: list[str], role: str, seconds: float | None, width: int) -> list[Part]:
    """The first of `said` that fits, else the last one cut; the duration stands at the right edge."""
    took = words.duration(seconds)
    room = width - words.width(start) - len(took) - 1
    text = next((s for s in said if len(s) <= room), shorten(said[-1], room))
    return [*start, (text.ljust(room) + " ", role), (took, "dim")]


def _marked(mark: Mark) -> tuple[Part, Part]:
    return (f"{mark.glyph} {mark.word}", mark.role), (" " * (10 - len(mark.word)), "")


def _who(role: str) -> Part:
    return f"{ROLE_NAMES.get(role, role):<9}", "dim"


_ROWS: dict[What, Callable[[Entry, int], list[Part]]] = {
    What.RUN: _run,
    What.NOTE: _note,
    What.ATTEMPT: _attempt,
    What.RUNG: _rung,
    What.VERDICT: _verdict,
}
