"""One journal entry as one row of the log, as wide as it may be. Pure: no widget, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from meshtui.explain.causes import CAUSES
from meshtui.journal.entry import Entry, What
from meshtui.runs.model import Attempt, Verdict
from meshtui.tui import words
from meshtui.tui.words import Mark, Part, Parts, clock, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from meshtui.runs.rung import Ladder, RungResult
    from meshtui.tui.panes.live import Leg

ROLE_NAMES = {"mesh": "Mesh"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a row needs besides its entry. The log makes one a row; without any, a row says what the entry alone says."""

    now: float | None = None
    """Unix seconds from which times are told (`2 min ago`); None: they are told by the clock."""
    span: tuple[float, float] | None = None
    """Start (Unix seconds) and length (seconds) of the row's run, inside which its bar stands; None: no bar."""
    folded: Parts = ()
    """What stands for the lines folded away under a run's row (`summary`); empty: they are to be seen."""
    waits: str = ""
    """The limit a call met, counting down; in place of the entry's sentence."""


PLAIN = Look()


def row(entry: Entry, width: int, look: Look = PLAIN) -> list[Part]:  # noqa: ARG001 - the next change reads it
    """The entry's parts, cut to `width` by shortening its sentence with `…`, never its facts."""
    return [(clock(entry.at) + " ", "dim"), *_ROWS[entry.what](entry, width - 9)]


def span_of(run: Iterable[Entry]) -> tuple[float, float] | None:
    """Start and length of a run by its entries, for `Look.span`; None where none of them took any time."""
    called = [entry for entry in run if entry.what in (What.ATTEMPT, What.RUNG) and entry.seconds]
    if not called:
        return None
    start = min(entry.at for entry in called)
    return start, max(entry.at + (entry.seconds or 0.0) for entry in called) - start


def summary(run: Iterable[Entry]) -> Parts:
    """How a run came out and how many lines it has, for `Look.folded`."""
    entries = [entry for entry in run if entry.what is not What.RUN]
    verdict = next((entry for entry in reversed(entries) if entry.what is What.VERDICT), None)
    lines = f"{len(entries)} line{'' if len(entries) == 1 else 's'} folded"
    if verdict is None:
        return ((lines, "dim"),)
    mark = _mark_of(verdict)
    return ((f"{mark.glyph} {mark.word}", mark.role), (f" · {lines}", "dim"))


def _mark_of(verdict: Entry) -> Mark:
    if isinstance(verdict.detail, Verdict):
        return words.of_verdict(verdict.detail, verdict.cancelled)[0]
    return words.of_ladder(cast("Ladder", verdict.detail))[0] if verdict.detail else words.STOPPED


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
