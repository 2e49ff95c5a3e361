"""The prompt in an editor of many lines, and prompts to begin with. A key in the text is dots, as in every field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, TextArea

from meshtui.base.text import make_plain_in_place
from meshtui.runs.presets import Preset
from meshtui.tui.dialogs.list_dialog import Dialog
from meshtui.tui.hidden_names import has_key, mask_field
from meshtui.tui.widgets.bars import make_clickable
from meshtui.tui.widgets.form_fields import Choice, FieldLabel

OWN = "as it is"
"""The choice that leaves the text alone."""


class PromptEditor(TextArea):
    """Textual's editor, of which nothing is seen or copied that a field would not show."""

    TAKES_TEXT = True
    """A paste is judged before it comes in, see `MeshtuiApp.on_event`."""

    def get_line(self, line_index: int) -> Text:
        """As it is drawn: a dot for each character where a key is in the text, wherever in it."""
        line = self.document.get_line(line_index)
        shown = mask_field(line) if not has_key(self.text) else "•" * len(line)
        return Text(make_plain_in_place(shown), end="", no_wrap=True)

    def action_cut(self) -> None:
        """Copied first: what is copied is judged by the text that it was in, and afterwards it is not in it."""
        if self.selected_text:
            self.app.copy_to_clipboard(self.selected_text)
            self.replace("", *self.selection)


class Draft(NamedTuple):
    text: str
    preset: Preset | None
    """Where the text is a preset's: what else it sets."""


class PromptDialog(Dialog[Draft]):
    """Returns the text as it is to be sent."""

    AUTO_FOCUS = "#editor"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s,f5", "accept", show=False, priority=True)]

    def __init__(self, text: str, presets: Mapping[str, Preset]) -> None:
        super().__init__()
        self._text, self._presets = text, presets
        self._preset: Preset | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Prompt"
            dialog.border_subtitle = make_clickable("ctrl+s keeps it · tab presets · esc cancels")
            yield PromptEditor(self._text, id="editor", compact=True)
            with Horizontal(id="preset-line"):
                yield FieldLabel("Preset", "preset")
                yield Choice({OWN: "", **{name: one.about for name, one in self._presets.items()}}, id="preset")
            yield Label("Your own presets are in the settings, under [presets].", id="own", markup=False)

    def on_mount(self) -> None:
        editor = self.query_one(PromptEditor)
        editor.move_cursor(editor.document.end)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        event.stop()
        self._preset = self._presets.get(event.value)
        self.query_one(PromptEditor).load_text(self._preset.text if self._preset else self._text)

    def action_accept(self) -> None:
        self.dismiss(Draft(self.query_one(PromptEditor).text, self._preset))
