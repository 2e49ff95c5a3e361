"""The dialog that takes a new credential, by paste or file, in a field that never shows it; and the one for an error
answer, which may hold a key as well."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Input, Label

from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.tui.dialogs.list_dialog import Dialog
from meshtui.tui.styled_text import make_content
from meshtui.tui.widgets.bars import make_clickable
from meshtui.tui.widgets.form_fields import Form, TextField


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
            return make_content((("paste it here (nothing of it is shown)", "dim"),))
        lines = self.held.reveal().count("\n") + 1
        size = f"{len(self.held):,} characters" + (f", {lines} lines" if lines > 1 else "")
        room = max(0, self.content_size.width - len(size) - 2)
        return make_content((("•" * min(len(self.held), room), "accent"), (f"  {size}", "")))

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


class NewCredential(NamedTuple):
    text: Secret
    path: str
    region: str


class AddDialog(Dialog[NewCredential]):
    """Returns what was given."""

    AUTO_FOCUS = "#secret"
    TITLE_TEXT = "Add a credential"
    HINT = "enter adds it · tab next field · esc closes"
    WHAT = (
        "An OpenAI or Bedrock key, AWS credentials or a Vertex service account as JSON, a Mesh key (rsk_…). "
        "Its kind is recognised; nothing is stored."
    )
    FIRST, FILE = "Secret", "path of a key or JSON file"
    WITH_REGION = True
    NOTHING = "Paste a key into the first field, or name a file in the second."

    def __init__(self, pasted: Secret | None = None, said: str = "") -> None:
        """`pasted` is what was pasted before the dialog was open, `said` a sentence on that."""
        super().__init__()
        self._pasted, self._said = pasted, said

    def on_mount(self) -> None:
        if self._pasted is not None:
            self.query_one(SecretField).take(self._pasted.reveal())
        self._tell(self._said)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self.TITLE_TEXT
            dialog.border_subtitle = make_clickable(self.HINT)
            yield Label(self.WHAT, id="what")
            with Form({"secret": self.FIRST, "file": "or a file", "region": "Region"}, id="fields"):
                yield SecretField(id="secret")
                yield TextField(placeholder=self.FILE, id="file")
                if self.WITH_REGION:
                    yield TextField(placeholder="for AWS and Vertex, where the text has none", id="region")
            yield Label("", id="problem")

    def on_input_changed(self, event: Input.Changed) -> None:
        """A key that was typed into a field where it would be seen goes where it is not."""
        if redact(event.value) != event.value:
            self.take(Secret(event.value))
            event.input.value = ""

    def take(self, key: Secret) -> None:
        """Takes a key that was pasted into another field."""
        self.query_one(SecretField).take(key.reveal())
        self._tell("That is a key, so it went into the first field.")

    def on_secret_field_submitted(self) -> None:
        self._done()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._done()

    def _done(self) -> None:
        text = self.query_one(SecretField).held
        path = self.query_one("#file", Input).value.strip()
        region = self.query_one("#region", Input).value.strip() if self.WITH_REGION else ""
        if text.reveal().strip() or path:
            self.dismiss(NewCredential(text, path, region))
        else:
            self._tell(self.NOTHING)

    def _tell(self, problem: str) -> None:
        self.query_one("#problem", Label).update(problem)


class ErrorDialog(AddDialog):
    """Returns the error answer that was pasted, or the file that holds it."""

    TITLE_TEXT = "Explain an error"
    HINT = "enter explains it · tab next field · esc closes"
    WHAT = (
        "An answer's body, curl -i output, a stack trace, a HAR file or log lines. It is read on this machine and sent "
        "nowhere; a key in it is not shown."
    )
    FIRST, FILE = "Error", "path of a log, HAR or text file"
    WITH_REGION = False
    NOTHING = "Paste an error answer into the first field, or name a file in the second."
