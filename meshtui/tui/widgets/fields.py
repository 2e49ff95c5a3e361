"""A small field to choose from a few words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.visual import VisualType
from textual.widget import Widget

from meshtui.tui.words import content


class Choice(Widget, can_focus=True):
    """`‹ byok ›  what that means`: left, right, space and a click change it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", show=False),
        Binding("right,space,enter", "turn(1)", show=False),
    ]
    value: reactive[str] = reactive("", layout=False)

    @dataclass
    class Changed(Message):
        """Another value, chosen by the person or set by the program."""

        choice: Choice
        value: str

    def __init__(self, options: dict[str, str], *, id: str) -> None:  # noqa: A002 - Textual's name
        """`options`: value → what it means, shown where there is room."""
        super().__init__(id=id)
        self.options = options
        self.set_reactive(Choice.value, next(iter(options), ""))

    def render(self) -> VisualType:
        meaning = self.options.get(self.value, "")
        room = self.content_size.width - len(self.value) - 6
        return content((
            ("‹ ", "dim"), (self.value or "none", "strong"), (" ›", "dim"),
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

    def on_click(self) -> None:
        self.action_turn(1)
