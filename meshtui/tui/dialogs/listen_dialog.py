"""What another terminal needs so that its programs are listened to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label

from meshtui.tui.dialogs.list_dialog import Dialog
from meshtui.tui.widgets.bars import make_clickable

if TYPE_CHECKING:
    from meshtui.tui.command_app import CommandApp
    from meshtui.tui.listen_control import OtherTerminal

ABOUT = "In another terminal, type this line. What you start there then goes through meshtui, and is explained here:"
ADDRESS = "It sets the address below as the proxy, and whom to trust. The address holds a password of this run:"
CONTAINER = "A container has a loopback of its own: run it with --network host, and mount the folder of that file."


class ListenDialog(Dialog[str]):
    """Returns `end` where listening is to end."""

    app: CommandApp
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "copy", show=False),
        Binding("L", "end", show=False),
    ]

    def __init__(self, other: OtherTerminal, *, can_end: bool) -> None:
        super().__init__()
        self._other, self._can_end = other, can_end

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Listen to another terminal"
            hints = ["y copies the line", *(["L ends listening"] if self._can_end else []), "esc closes"]
            dialog.border_subtitle = make_clickable(" · ".join(hints))
            yield Label(ABOUT, classes="told", markup=False)
            yield Label(Content(self._other.line), classes="line", id="line")
            yield Label(ADDRESS, classes="told", markup=False)
            # Not through the redactor: this is the one place where this password is shown, to whoever asked for it.
            yield Label(Content(self._other.address), classes="line", id="address")
            yield Label(CONTAINER, classes="told", markup=False)

    def action_copy(self) -> None:
        self.app.copy(self._other.line, "The line")

    def action_end(self) -> None:
        if self._can_end:
            self.dismiss("end")
