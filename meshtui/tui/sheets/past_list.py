"""The list of past runs: those that pass the filter, a line each."""

from __future__ import annotations

from collections.abc import Sequence

from meshtui.journal.past_runs import Past
from meshtui.tui.pages.past import past_row
from meshtui.tui.widgets.lines import LineList
from meshtui.tui.words import Parts


class PastList(LineList):
    def __init__(self) -> None:
        super().__init__(id="past")
        self.runs: Sequence[Past] = ()
        self.instead: Sequence[str] = ("Reading …",)
        """What stands there while there is no row."""

    def show(self, runs: Sequence[Past], instead: Sequence[str]) -> None:
        """The cursor stays on its run where that is still there."""
        here = self.chosen.run if self.chosen else ""
        self.runs, self.instead = runs, instead
        self.rows_changed()
        self.cursor = next((at for at, past in enumerate(runs) if past.run == here), 0)

    @property
    def chosen(self) -> Past | None:
        """The run under the cursor."""
        return self.runs[self.cursor] if self.cursor < len(self.runs) else None

    def row_count(self) -> int:
        return len(self.runs)

    def row_parts(self, row: int, width: int) -> Parts:
        return past_row(self.runs[row], width - 1)

    def empty_parts(self, line: int) -> Parts:
        return ((self.instead[line], "dim"),) if line < len(self.instead) else ()
