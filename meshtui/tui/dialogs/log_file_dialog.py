"""Which log file is to be followed."""

from __future__ import annotations

import os
import stat

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.tui.dialogs.list_dialog import Dialog
from meshtui.tui.hidden_names import FIELD_MASK, hide_in_text
from meshtui.tui.widgets.bars import make_clickable

WHAT = (
    "The file that your program writes. Its failures are lines of the Log, each with its explanation: those that it "
    "holds already, and the others as they happen."
)
KEY = "That is a key, so it did not stay in the field: name a file."


class LogFileDialog(Dialog[str]):
    """Returns the path of a file that can be read."""

    AUTO_FOCUS = "#path"

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Follow a log file"
            dialog.border_subtitle = make_clickable("enter follows it · esc closes")
            yield Label(WHAT, id="what")
            yield Input(placeholder="path, as logs/app.log", id="path", compact=True, highlighter=FIELD_MASK)
            yield Label("", id="problem")

    def on_input_changed(self, event: Input.Changed) -> None:
        if redact(event.value) != event.value:
            event.input.value = ""
            self._tell(KEY)
        elif event.value:
            self._tell("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        path = os.path.expanduser(event.value.strip())
        problem = find_problem(path)
        if problem:
            self._tell(problem)
        else:
            self.dismiss(os.path.abspath(path))

    def _tell(self, problem: str) -> None:
        self.query_one("#problem", Label).update(Content(hide_in_text(problem)))


def find_problem(path: str) -> str:
    """Why it cannot be followed, and what to do; empty where it can."""
    name = make_one_line(redact(path), 200)
    if not path:
        return "Name the file that your program writes."
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError):
            return f"There is no file {name}. Paths begin in {make_one_line(os.getcwd(), 100)}."
        return f"{name} cannot be read: {getattr(error, 'strerror', None) or error}."
    if stat.S_ISDIR(mode):
        return f"{name} is a folder: name a file in it."
    if not os.access(path, os.R_OK):
        return f"{name} cannot be read: it is not yours to read (ls -l shows whose it is)."
    return ""
