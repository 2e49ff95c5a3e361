"""What changed between a run that worked and one that did not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from meshtui.journal.changes import Change, conclusion
from meshtui.journal.past_runs import Past
from meshtui.settings import commands
from meshtui.tui.bindings import bindings
from meshtui.tui.pages.changes import changes_lines
from meshtui.tui.sheets.sheet import Sheet
from meshtui.tui.widgets.page import COPY_WIDTH, Lines, as_text


class ChangesSheet(Sheet):
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(commands.CHANGES)]
    WHERE = commands.SCREENS[commands.CHANGES]

    def __init__(self, before: Past, after: Past, found: Sequence[Change]) -> None:
        super().__init__()
        self._before, self._after, self._found = before, after, found

    def heading(self) -> tuple[str, str]:
        return "What changed since it worked", f"{self._after.credential} · {self._after.asked.path}"

    def card(self, width: int) -> Lines:
        concluded = conclusion(self._found, self._before, self._after)
        return changes_lines(self._before, self._after, self._found, concluded, width)

    def as_copied(self) -> str:
        return as_text(self.card(COPY_WIDTH))
