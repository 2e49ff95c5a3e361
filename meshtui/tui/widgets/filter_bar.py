"""The line above the log in which its filter is typed; below it, where there is one, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label, Static

from meshtui.settings import commands
from meshtui.tui.bindings import make_bindings
from meshtui.tui.hidden_names import FIELD_MASK
from meshtui.tui.styled_text import make_content

HINT = "text status:4xx cause:rate verdict:fallback provider:openai -not"


class FilterBar(Vertical):
    """The typed text is in the messages of its Input."""

    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.FILTER)]

    @dataclass
    class Done(Message):
        """Nothing more is to be typed: the filter is kept, or to be cleared."""

        kept: bool

    def __init__(self) -> None:
        super().__init__(id="filter")
        self.display = False
        self.field = Input(placeholder=HINT, highlighter=FIELD_MASK, compact=True, select_on_focus=False)
        self._problem = Static(id="filter-problem")

    def compose(self) -> ComposeResult:
        with Horizontal(id="filter-line"):
            yield Label("/")
            yield self.field
            yield ClearMark("esc clears", id="filter-clear")
        yield self._problem

    def on_mount(self) -> None:
        self.show_problems(())

    def show_problems(self, problems: tuple[str, ...]) -> None:
        """Says what is wrong; nothing: then nothing."""
        self._problem.display = bool(problems)
        self._problem.update(make_content((("! " + ". ".join(problems), "warn"),)))

    def action_keep(self) -> None:
        self.post_message(self.Done(kept=True))

    def action_clear(self) -> None:
        self.post_message(self.Done(kept=False))


class ClearMark(Label):
    """Escape for the mouse."""

    def on_click(self) -> None:
        self.post_message(FilterBar.Done(kept=False))
