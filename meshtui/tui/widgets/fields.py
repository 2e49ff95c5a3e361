"""A small field to choose from a few words, and the label before a field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Label

from meshtui.settings import commands
from meshtui.tui.bindings import bindings
from meshtui.tui.words import content

BACK = "‹ "


class Choice(Widget, can_focus=True):
    """`‹ byok ›  what that means`: left, right, space and a click change it; a click on `‹` goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(commands.CHOICE)]
    value: reactive[str] = reactive("", layout=False)

    @dataclass
    class Changed(Message):
        """Another value, chosen by the person or set by the program."""

        choice: Choice
        value: str

    def __init__(self, options: dict[str, str], value: str = "", *, id: str) -> None:  # noqa: A002 - Textual's name
        """`options`: value → what it means, shown where there is room. `value` is the first one's unless given."""
        super().__init__(id=id)
        self.options = options
        self.set_reactive(Choice.value, value if value in options else next(iter(options), ""))

    def render(self) -> VisualType:
        meaning = self.options.get(self.value, "")
        room = self.content_size.width - len(self.value) - 6
        return content((
            (BACK, "dim"), (self.value or "none", "strong"), (" ›", "dim"),
            (f"  {meaning}" if len(meaning) <= room else "", "dim"),
        ))  # fmt: skip

    def offer(self, options: dict[str, str]) -> None:
        """Other options; the value stays where it is still among them."""
        self.options = options
        if self.value not in options:
            self.value = next(iter(options), "")
        self.refresh()

    def watch_value(self, value: str) -> None:
        self.post_message(self.Changed(self, value))

    def action_turn(self, by: int) -> None:
        values = list(self.options)
        if values:
            self.value = values[(values.index(self.value) + by) % len(values)] if self.value in values else values[0]

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        self.action_turn(-1 if offset is not None and offset.x < len(BACK) else 1)


class FieldLabel(Label):
    """The word before a field. A click on it goes to the field, which has the id `of`."""

    def __init__(self, text: str, of: str) -> None:
        super().__init__(text)
        self._of = of

    def on_click(self) -> None:
        self.screen.query_one(f"#{self._of}").focus()
