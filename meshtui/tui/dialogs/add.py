"""A new credential, by paste or file."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Grid, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.tui.dialogs.style import CLOSE, STYLE
from meshtui.tui.veil import DOTS
from meshtui.tui.widgets.links import clickable
from meshtui.tui.widgets.secret_field import SecretField


class NewCredential(NamedTuple):
    text: Secret
    path: str
    region: str


class AddDialog(ModalScreen[NewCredential | None]):
    """Returns what was given, None where it was closed."""

    BINDINGS: ClassVar[list[BindingType]] = CLOSE
    CSS_PATH = STYLE
    AUTO_FOCUS = "#secret"

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
            dialog.border_title = "Add a credential"
            dialog.border_subtitle = clickable("enter adds it · tab next field · esc closes")
            yield Label("An OpenAI or Bedrock key, AWS credentials or a Vertex service account as JSON, "
                        "a Mesh key (rsk_…). Its kind is recognised; nothing is stored.", id="what")  # fmt: skip
            with Grid(id="fields"):
                yield Label("Secret")
                yield SecretField(id="secret")
                yield Label("or a file")
                yield Input(placeholder="path of a key or JSON file", id="file", compact=True, highlighter=DOTS)
                yield Label("Region")
                yield Input(placeholder="for AWS and Vertex, where the text has none", id="region", compact=True,
                            highlighter=DOTS)  # fmt: skip
            yield Label("", id="problem")

    def on_input_changed(self, event: Input.Changed) -> None:
        """A key that was typed into a field where it would be seen goes where it is not."""
        if redact(event.value) != event.value:
            self.take(Secret(event.value))
            event.input.value = ""

    def take(self, key: Secret) -> None:
        """A key that was meant for another field."""
        self.query_one(SecretField).take(key.reveal())
        self._tell("That is a key, so it went into the first field.")

    def on_secret_field_submitted(self) -> None:
        self._done()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._done()

    def _done(self) -> None:
        text = self.query_one(SecretField).held
        path, region = (self.query_one(f"#{field}", Input).value.strip() for field in ("file", "region"))
        if text.reveal().strip() or path:
            self.dismiss(NewCredential(text, path, region))
        else:
            self._tell("Paste a key into the first field, or name a file in the second.")

    def _tell(self, problem: str) -> None:
        self.query_one("#problem", Label).update(problem)
