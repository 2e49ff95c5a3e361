"""A whole-screen page to read: the card, and where there is one, the raw exchange beside it (wide) or below it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen

from meshtui.settings import commands
from meshtui.tui.bindings import bindings, do
from meshtui.tui.text_lines import Lines, Page
from meshtui.tui.widgets.bars import KeyBar, StatusBar, TitleBar

if TYPE_CHECKING:
    from meshtui.tui.app import MeshtuiApp


WIDTHS = [(0, "-narrow"), (140, "-wide")]
"""From how many columns on the two pages stand side by side."""


class Sheet(Screen[None]):
    """A subclass names itself and writes one or two pages."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(commands.SHEET)]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    AUTO_FOCUS = "#card"
    CSS_PATH = Path(__file__).with_name("page_screen.tcss")
    WHERE: ClassVar[tuple[str, ...]] = commands.SCREENS[commands.HELP]
    TWO_PAGES: ClassVar[bool] = False
    app: MeshtuiApp

    def heading(self) -> tuple[str, str]:
        """The title, and a sentence beside it."""
        return "", ""

    def card(self, width: int) -> Lines:  # noqa: ARG002 - what a subclass gets
        return []

    def raw(self, width: int) -> Lines:  # noqa: ARG002 - what a subclass gets
        return []

    def compose(self) -> ComposeResult:
        yield TitleBar(*self.heading())
        yield from self.pages()
        yield StatusBar()
        yield KeyBar(*self.WHERE)

    def pages(self) -> ComposeResult:
        """What stands between the bars."""
        with VerticalScroll(id="sheet", can_focus=False):
            with VerticalScroll(id="card"):
                yield Page(self.card)
            if self.TWO_PAGES:
                with VerticalScroll(id="raw"):
                    yield Page(self.raw)

    def show_again(self) -> None:
        """The subclass has something else to show."""
        self.query_one(TitleBar).show(*self.heading())
        for page in self.query(Page):
            page.refresh(layout=True)
        for scroll in self.query(VerticalScroll):
            scroll.scroll_home(animate=False)

    def say(self, text: str, role: str = "") -> None:
        self.query_one(StatusBar).say(text, role)

    def action_do(self, ident: str) -> None:
        """Every command of the table (`meshtui.settings.commands`) comes through here."""
        do(self, ident)
