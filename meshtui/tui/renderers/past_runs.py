"""One past run as one row of the history, as wide as it may be.

What changed since it worked, as a page to read.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from meshtui.base.text import duration
from meshtui.checks.model import CheckReport
from meshtui.journal.changes import Change, Side
from meshtui.journal.past_runs import Past
from meshtui.runs.model import Verdict
from meshtui.tui import labels
from meshtui.tui.labels import Mark, Part, shorten
from meshtui.tui.text_lines import BLANK, Lines, heading, labelled, paragraph

NO_END = Mark("·", "no end", "dim")
"""It was still under way when meshtui ended, or its end cannot be read any more."""
PATH, NAME, MODEL = 9, 14, 22
"""Columns of these three, with the space behind them."""
SENTENCE = 16
"""A sentence that would get fewer columns is left out."""


def render_past_row(past: Past, width: int) -> list[Part]:
    """When, how it ended, path or check, credential, model, the sentence where there is room, how long it took."""
    mark, sentence = describe_outcome(past)
    took = duration(past.ended.seconds if past.ended else None)
    start: list[Part] = [
        (format_day(past.at) + " ", "dim"), (f"{mark.glyph} {mark.word}", mark.role), (" " * (10 - len(mark.word)), ""),
        (_cell(past.asked.path or "?", PATH), "strong"), (_cell(past.credential, NAME), ""),
    ]  # fmt: skip
    room = width - labels.measure(start) - 8
    rest = room - MODEL
    if rest < SENTENCE:
        return [*start, (_cell(past.model, max(1, room)), "dim"), (took.rjust(8), "dim")]
    return [*start, (_cell(past.model, MODEL), "dim"), (_cell(sentence, rest), ""), (took.rjust(8), "dim")]


def describe_outcome(past: Past) -> tuple[Mark, str]:
    """The mark, and the sentence that it ended with."""
    ended = past.ended
    if ended is None:
        return NO_END, "It never came to an end, or that cannot be read."
    if isinstance(ended.detail, Verdict):
        return labels.mark_verdict(ended.detail, ended.cancelled)[0], ended.text
    return labels.mark_check_report(ended.detail)[0] if isinstance(
        ended.detail, CheckReport
    ) else labels.STOPPED, ended.text


def format_day(at: float) -> str:
    """Local date and time: `2026-11-23 14:03`."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def _cell(text: str, width: int) -> str:
    return shorten(text, width - 1).ljust(width)


TITLES = {
    Side.OURS: "On this side, the likeliest reason first",
    Side.THEIRS: "On theirs: what the provider or Mesh says of itself",
    Side.OUTCOME: "How it came out",
}
NOT_COMPARED = "Keys are compared by their fingerprints, prompts by their lengths."


def render_changes(before: Past, after: Past, found: Sequence[Change], concluded: str, width: int) -> Lines:
    lines = paragraph(concluded, width, "strong")
    lines += [BLANK, *labelled((("It worked", _told(before)), ("It failed", _told(after))), width)]
    column = max(len(change.what) for change in found) + 2 if found else 0
    for side, title in TITLES.items():
        its = [change for change in found if change.side is side]
        lines += heading(title, width) if its else []
        for change in its:
            values = f"{change.before} → {change.after}" if change.before else change.after
            lines += labelled(((change.what, values),), width, column, "accent")
            lines += paragraph(change.says, width, "dim", indent=column) if change.says else []
    return [*lines, BLANK, *paragraph(NOT_COMPARED, width, "dim")]


def _told(past: Past) -> str:
    mark, sentence = describe_outcome(past)
    return f"{format_day(past.at)}  {mark.glyph} {mark.word}: {sentence}"
