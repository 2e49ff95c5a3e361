"""A field that takes a secret in without showing it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.visual import VisualType
from textual.widget import Widget

from meshtui.base.secret import Secret
from meshtui.tui.words import content


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
