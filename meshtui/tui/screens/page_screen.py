"""A whole-screen page to read: the card, and where there is one, the raw exchange beside it (wide) or below it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from meshtui.settings import commands
from meshtui.tui.bindings import make_bindings
from meshtui.tui.command_app import CommandScreen
from meshtui.tui.styled_text import Lines
from meshtui.tui.widgets.bars import KeyBar, StatusBar, TitleBar
from meshtui.tui.widgets.text_views import Page

WIDTHS = [(0, "-narrow"), (140, "-wide")]
"""From how many columns the two pages are side by side."""


class PageScreen(CommandScreen):
    """A subclass names itself and writes one or two pages."""

    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.SHEET)]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    AUTO_FOCUS = "#card"
    CSS_PATH = Path(__file__).with_name("page_screen.tcss")
    WHERE = commands.SCREENS[commands.HELP]
    TWO_PAGES: ClassVar[bool] = False

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
        yield KeyBar(self.app.commands, *self.WHERE)

    def pages(self) -> ComposeResult:
        """The widgets between the bars."""
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
