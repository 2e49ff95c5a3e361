"""The same request again, as code, in tabs: curl and Python, with what has to be set for it."""

from __future__ import annotations

import re
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from meshtui.base.times import format_clock
from meshtui.exports.case import Case
from meshtui.exports.code import Code, list_codes
from meshtui.providers.sent_request import Sent
from meshtui.settings import commands
from meshtui.tui.bindings import make_bindings
from meshtui.tui.hidden_names import hide_in_text
from meshtui.tui.screens.page_screen import PageScreen
from meshtui.tui.styled_text import BLANK, Lines, Parts, render_labelled, wrap
from meshtui.tui.widgets.tab_row import Tab, TabRow

_VARIABLE = re.compile(r'(\$[A-Z]+(?:_[A-Z]+)+|os\.environ\["[A-Z_]+"\])')
OF_THE_DEMO = "this demo's sandbox, whose keys stay hidden; `meshtui sandbox` starts one that prints its keys"
HANG = "    "


class Titled(NamedTuple):
    """`title` is short, because it is in a row of tabs."""

    title: str
    code: Code
    variables: tuple[str, ...]
    """What has to be set for it."""


def list_titled_codes(sent: tuple[tuple[str, Sent], ...]) -> tuple[Titled, ...]:
    """All code there is for these requests, with whose each is where there are several."""
    return tuple(
        Titled(f"{title} {code.title.split()[0]}" if len(sent) > 1 else code.title, code, request.variables)
        for title, request in sent
        for code in list_codes(request)
    )


def render_code(titled: Titled, width: int, *, sandboxed: bool) -> Lines:
    """The names of the variables to set, then the code; wide lines continue on the next."""
    needed = (("Set", ", ".join(titled.variables)), ("Calls", OF_THE_DEMO if sandboxed else ""))
    lines: Lines = [*render_labelled(needed, width, 7), BLANK]
    for line in hide_in_text(titled.code.text).rstrip("\n").split("\n"):
        comment = line.lstrip().startswith("#")
        lines += [((part, "dim"),) if comment else _split_variables(part) for part in wrap(line, width, HANG)]
    return lines


def _split_variables(line: str) -> Parts:
    return tuple((part, "accent" if _VARIABLE.fullmatch(part) else "") for part in _VARIABLE.split(line) if part)


class CodeScreen(PageScreen):
    """`case` is the run that the code is of."""

    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.CODE)]
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
        return "Code", f"{format_clock(self.case.at)} · sends the request again; variables stand for the secrets"

    def pages(self) -> ComposeResult:
        tabs = [Tab(str(number), titled.title) for number, titled in enumerate(self._codes)]
        yield TabRow(tabs, str(self._at), id="code-tabs")
        yield from super().pages()

    def card(self, width: int) -> Lines:
        return render_code(self.shown, width, sandboxed=self.app.session.sandboxed)

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
