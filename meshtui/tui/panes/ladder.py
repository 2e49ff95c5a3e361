"""The ladder in the credentials pane: each rung as it is done, with mark, word and name; then the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.tui import words
from meshtui.tui.panes.live import Live
from meshtui.tui.widgets.page import Lines, heading, paragraph
from meshtui.tui.words import Part, Parts, shorten

if TYPE_CHECKING:
    from meshtui.checks.model import RungResult

PLENTY = 40
"""Lines: more than any ladder takes."""
WORD_WIDTH = len("skipped")
NAME_WIDTH = 14


def ladder_lines(live: Live, width: int, room: int = PLENTY, stop: str = "") -> Lines:
    """In at most `room` lines; `stop` is the key that ends it. Where that is too few, the heading goes first, then the
    rungs that were skipped, then the oldest: the log has them all."""
    end = _end(live, width, stop)[:room]
    left = room - len(end)
    if len(live.rungs) < left:
        return [*heading(f"Check of {live.checking}", width)[1:], *(_rung(rung, width) for rung in live.rungs), *end]
    told = live.rungs if len(live.rungs) == left else [r for r in live.rungs if r.holds != "skipped"]
    return [*(_rung(rung, width) for rung in told[max(0, len(told) - left) :]), *end]


def ladder_state(live: Live, width: int) -> Part:
    """For the credential's own row: the newest rung, or what came of them all."""
    if live.outcome:
        mark, _ = live.outcome
        return f"{mark.glyph} {mark.word}", mark.role
    if not live.rungs:
        return f"{words.CALLING.glyph} checking", words.CALLING.role
    mark, name = words.HOLDS[live.rungs[-1].holds], live.rungs[-1].name
    return shorten(f"{mark.glyph} {mark.word} {name}", width), mark.role


def _rung(rung: RungResult, width: int) -> Parts:
    mark = words.HOLDS[rung.holds]
    lead = f"{mark.glyph} {mark.word:<{WORD_WIDTH}} "
    name = shorten(rung.name, width - len(lead))
    room = width - len(lead) - max(len(name), NAME_WIDTH) - 1
    note = shorten(rung.note, room) if room >= 10 else ""
    return ((lead, mark.role), (f"{name:<{NAME_WIDTH}} " if note else name, ""), (note, "dim"))


def _end(live: Live, width: int, stop: str) -> Lines:
    """The ladder's sentence; while it is still climbed, that it is."""
    if live.outcome is None:
        way_out = f" · {stop} stops it" if stop else ""
        return [((f"{words.CALLING.glyph} climbing{way_out}", words.CALLING.role),)]
    mark, short = live.outcome
    return paragraph(f"{mark.glyph} {live.text or short}", width, f"{mark.role} strong")
