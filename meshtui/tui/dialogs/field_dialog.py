"""Which field of a log line is copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from meshtui.base.text import one_line
from meshtui.tui.dialogs.list_dialog import CLOSE, STYLE
from meshtui.tui.hidden_names import veiled
from meshtui.tui.labels import Parts, shorten
from meshtui.tui.renderers.entry_fields import Field
from meshtui.tui.widgets.bars import clickable
from meshtui.tui.widgets.line_list import LineList

NAME_WIDTH = 13


class FieldList(LineList):
    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__(id="copyable")
        self.fields = fields

    def row_count(self) -> int:
        return len(self.fields)

    def row_parts(self, row: int, width: int) -> Parts:
        field = self.fields[row]
        return ((f" {field.name:<{NAME_WIDTH}}", "strong"), (shorten(one_line(field.text), width - NAME_WIDTH - 2), ""))

    @property
    def chosen(self) -> Field:
        return self.fields[self.cursor]


class FieldDialog(ModalScreen[Field | None]):
    """Returns the field, None where it was closed."""

    BINDINGS: ClassVar[list[BindingType]] = CLOSE
    CSS_PATH = STYLE

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__()
        self._fields = fields

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Copy a field"
            dialog.border_subtitle = clickable("enter copies it · esc closes")
            yield FieldList(self._fields)
            yield Label(id="whole")

    def on_mount(self) -> None:
        self.call_after_refresh(self._tell)

    def on_line_list_moved(self) -> None:
        self._tell()

    def _tell(self) -> None:
        """The whole text, where its row is too narrow for it."""
        fields = self.query_one(FieldList)
        text = one_line(fields.chosen.text, 600)
        fits = len(text) <= fields.scrollable_content_region.width - NAME_WIDTH - 2
        self.query_one("#whole", Label).update(Content("" if fits else veiled(text)))

    def on_line_list_chosen(self) -> None:
        self.dismiss(self.query_one(FieldList).chosen)
