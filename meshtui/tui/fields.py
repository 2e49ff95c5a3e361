"""Two small fields: one to choose from a few words, one to take a secret in without showing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.visual import VisualType
from textual.widget import Widget

from meshtui.secret import Secret
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


class SecretField(Widget, can_focus=True):
    """Takes a paste of any number of lines, or typing. Shows how much there is, never what: so there is nothing to
    select, and no copy key either."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace", "shorten", show=False),
        Binding("ctrl+u", "empty", show=False),
        Binding("enter", "submit", show=False),
    ]

    class Submitted(Message):
        """Enter was pressed and the text is not an open JSON object."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.held = Secret("")

    def render(self) -> VisualType:
        if not self.held:
            return content((("paste it here (nothing of it is shown)", "dim"),))
        lines = self.held.reveal().count("\n") + 1
        size = f"{len(self.held):,} characters" + (f", {lines} lines" if lines > 1 else "")
        room = max(0, self.content_size.width - len(size) - 2)
        return content((("•" * min(len(self.held), room), "accent"), (f"  {size}", "")))

    def take(self, text: str) -> None:
        """Puts more text at the end."""
        self.held = Secret(self.held.reveal() + text)
        self.refresh()

    def action_shorten(self) -> None:
        self.held = Secret(self.held.reveal()[:-1])
        self.refresh()

    def action_empty(self) -> None:
        self.held = Secret("")
        self.refresh()

    def action_submit(self) -> None:
        # A terminal without bracketed paste sends a pasted file line by line, each with Enter: inside an open
        # JSON object that is a line break. An empty line ends it all the same.
        text = self.held.reveal()
        if text.lstrip().startswith("{") and text.count("{") > text.count("}") and not text.endswith("\n"):
            self.take("\n")
        else:
            self.post_message(self.Submitted())

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self.take(event.character)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.take(event.text)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters are text here, not commands."""
        del key
        return character is not None and character.isprintable()
