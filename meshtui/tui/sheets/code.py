"""The same request again, as code: curl and Python in tabs."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from meshtui.exports.case import Case
from meshtui.settings import commands
from meshtui.tui.bindings import bindings
from meshtui.tui.pages.code import Titled, code_lines
from meshtui.tui.sheets.sheet import Sheet
from meshtui.tui.widgets.page import Lines
from meshtui.tui.widgets.tabs import Tab, TabRow
from meshtui.tui.words import clock


class CodeSheet(Sheet):
    """`case` is the run that the code is of."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(commands.CODE)]
    WHERE = commands.SCREENS[commands.CODE]

    def __init__(self, case: Case, codes: tuple[Titled, ...]) -> None:
        super().__init__()
        self.case = case
        self._codes = codes
        self._at = 0

    @property
    def shown(self) -> Titled:
        return self._codes[self._at]

    def heading(self) -> tuple[str, str]:
        return "Code", f"{clock(self.case.at)} · sends it again, with variables in the place of secrets"

    def pages(self) -> ComposeResult:
        tabs = [Tab(str(number), titled.title) for number, titled in enumerate(self._codes)]
        yield TabRow(tabs, str(self._at), id="code-tabs")
        yield from super().pages()

    def card(self, width: int) -> Lines:
        return code_lines(self.shown, width, sandboxed=self.app.session.sandboxed)

    def as_copied(self) -> str:
        return self.shown.code.text

    def step(self, by: int) -> None:
        self._show((self._at + by) % len(self._codes))

    def on_tab_row_chosen(self, event: TabRow.Chosen) -> None:
        self._show(int(event.name))

    def _show(self, at: int) -> None:
        self._at = at
        row = self.query_one(TabRow)
        row.show(row.tabs, str(at))
        self.query_one("#card", VerticalScroll).focus()
        self.say("")
        self.show_again()
