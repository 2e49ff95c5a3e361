"""The check report in the credentials pane: each check as it is done, with mark, word and name; then the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.tui import words
from meshtui.tui.panes.live import Live
from meshtui.tui.widgets.page import Lines, heading, paragraph
from meshtui.tui.words import Part, Parts, shorten

if TYPE_CHECKING:
    from meshtui.checks.model import CheckResult

PLENTY = 40
"""Lines: more than any check report takes."""
WORD_WIDTH = len("skipped")
NAME_WIDTH = 14


def check_report_lines(live: Live, width: int, room: int = PLENTY, stop: str = "") -> Lines:
    """In at most `room` lines; `stop` is the key that ends it. Where that is too few, the heading goes first, then the
    checks that were skipped, then the oldest: the log has them all."""
    end = _end(live, width, stop)[:room]
    left = room - len(end)
    if len(live.checks) < left:
        return [
            *heading(f"Check of {live.checking}", width)[1:],
            *(_check(check, width) for check in live.checks),
            *end,
        ]
    told = live.checks if len(live.checks) == left else [r for r in live.checks if r.status != "skipped"]
    return [*(_check(check, width) for check in told[max(0, len(told) - left) :]), *end]


def check_report_state(live: Live, width: int) -> Part:
    """For the credential's own row: the newest check, or what came of them all."""
    if live.outcome:
        mark, _ = live.outcome
        return f"{mark.glyph} {mark.word}", mark.role
    if not live.checks:
        return f"{words.CALLING.glyph} checking", words.CALLING.role
    mark, name = words.HOLDS[live.checks[-1].status], live.checks[-1].name
    return shorten(f"{mark.glyph} {mark.word} {name}", width), mark.role


def _check(check: CheckResult, width: int) -> Parts:
    mark = words.HOLDS[check.status]
    lead = f"{mark.glyph} {mark.word:<{WORD_WIDTH}} "
    name = shorten(check.name, width - len(lead))
    room = width - len(lead) - max(len(name), NAME_WIDTH) - 1
    note = shorten(check.note, room) if room >= 10 else ""
    return ((lead, mark.role), (f"{name:<{NAME_WIDTH}} " if note else name, ""), (note, "dim"))


def _end(live: Live, width: int, stop: str) -> Lines:
    """The check report's sentence; while it is still run, that it is."""
    if live.outcome is None:
        way_out = f" · {stop} stops it" if stop else ""
        return [((f"{words.CALLING.glyph} checking{way_out}", words.CALLING.role),)]
    mark, short = live.outcome
    return paragraph(f"{mark.glyph} {live.text or short}", width, f"{mark.role} strong")
