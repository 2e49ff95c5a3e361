"""What changed since it worked, as a page to read."""

from __future__ import annotations

from collections.abc import Sequence

from meshtui.journal.changes import Change, Side
from meshtui.journal.past_runs import Past
from meshtui.tui.pages.past import outcome, when
from meshtui.tui.widgets.page import BLANK, Lines, heading, labelled, paragraph

TITLES = {
    Side.OURS: "On this side, the likeliest reason first",
    Side.THEIRS: "On theirs: what the provider or Mesh says of itself",
    Side.OUTCOME: "How it came out",
}
NOT_COMPARED = "Keys are compared by their fingerprints, prompts by their lengths."


def changes_lines(before: Past, after: Past, found: Sequence[Change], concluded: str, width: int) -> Lines:
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
    mark, sentence = outcome(past)
    return f"{when(past.at)}  {mark.glyph} {mark.word}: {sentence}"
