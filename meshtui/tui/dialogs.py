"""Two small dialogs: which fault a sandbox credential gets, and a new credential."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from meshtui.redact import redact
from meshtui.secret import Secret
from meshtui.tui.lines import LineList
from meshtui.tui.rows import shorten
from meshtui.tui.secret_field import SecretField
from meshtui.tui.words import Parts

STYLE = Path(__file__).with_name("dialogs.tcss")
CLOSE: list[BindingType] = [Binding("escape", "dismiss(None)", show=False)]
NO_FAULT = ""
NAME_WIDTH = 20
WORKS = "no fault: the credential works"


class FaultList(LineList):
    def __init__(self, faults: Mapping[str, str], now: str) -> None:
        super().__init__(id="faults")
        self._rows = [(NO_FAULT, WORKS), *faults.items()]
        self._now = now
        self.set_reactive(LineList.cursor, [name for name, _ in self._rows].index(now))

    def row_count(self) -> int:
        return len(self._rows)

    def row_parts(self, row: int, width: int) -> Parts:
        name, does = self._rows[row]
        here = "●" if name == self._now else " "
        lead = f"{here} {name.replace('_', ' ') or 'none'}".ljust(NAME_WIDTH)
        return ((lead, "strong"), (shorten(does, width - NAME_WIDTH), ""))

    @property
    def chosen(self) -> str:
        return self._rows[self.cursor][0]


class FaultDialog(ModalScreen[str | None]):
    """Returns the fault's name, `NO_FAULT` to mend, None where it was closed."""

    BINDINGS: ClassVar[list[BindingType]] = CLOSE
    CSS_PATH = STYLE

    def __init__(self, credential: str, faults: Mapping[str, str], now: str) -> None:
        super().__init__()
        self._credential, self._faults, self._now = credential, faults, now

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"Break {self._credential}"
            dialog.border_subtitle = "enter takes it · esc leaves it as it is"
            yield FaultList(self._faults, self._now)
            yield Label(id="does")

    def on_line_list_moved(self) -> None:
        self._tell()

    def on_mount(self) -> None:
        self.call_after_refresh(self._tell)

    def _tell(self) -> None:
        """The whole sentence on the fault under the cursor, where its row is too narrow for it."""
        faults = self.query_one(FaultList)
        does = self._faults.get(faults.chosen, WORKS)
        fits = len(does) <= faults.scrollable_content_region.width - NAME_WIDTH
        self.query_one("#does", Label).update(Content("" if fits else does))

    def on_line_list_chosen(self) -> None:
        self.dismiss(self.query_one(FaultList).chosen)


class NewCredential(NamedTuple):
    text: Secret
    path: str
    region: str


class AddDialog(ModalScreen[NewCredential | None]):
    """Returns what was given, None where it was closed."""

    BINDINGS: ClassVar[list[BindingType]] = CLOSE
    CSS_PATH = STYLE
    AUTO_FOCUS = "#secret"

    def __init__(self, pasted: Secret | None = None) -> None:
        """`pasted` is what was pasted before the dialog was open."""
        super().__init__()
        self._pasted = pasted

    def on_mount(self) -> None:
        if self._pasted is not None:
            self.query_one(SecretField).take(self._pasted.reveal())

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Add a credential"
            dialog.border_subtitle = "enter adds it · tab next field · esc closes"
            yield Label("An OpenAI key, a Bedrock API key, AWS credentials JSON, a Vertex service account JSON\n"
                        "or a Mesh key (rsk_…). Its kind is recognised; nothing is stored.", id="what")  # fmt: skip
            with Grid(id="fields"):
                yield Label("Secret")
                yield SecretField(id="secret")
                yield Label("or a file")
                yield Input(placeholder="path of a key or JSON file", id="file", compact=True)
                yield Label("Region")
                yield Input(placeholder="for AWS and Vertex, where the text has none", id="region", compact=True)
            yield Label("", id="problem")

    def on_input_changed(self, event: Input.Changed) -> None:
        """A key that landed in a field where it would be seen goes where it is not."""
        if redact(event.value) != event.value:
            self.query_one(SecretField).take(event.value)
            event.input.value = ""
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
