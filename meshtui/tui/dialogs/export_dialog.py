"""In which form a run is written into a file, and into which."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from meshtui.exports.export_files import FORMS
from meshtui.tui.dialogs.list_dialog import CLOSE, STYLE
from meshtui.tui.hidden_names import veiled
from meshtui.tui.labels import Parts, shorten
from meshtui.tui.widgets.bars import clickable
from meshtui.tui.widgets.line_list import LineList

TITLE_WIDTH = 10


class FormList(LineList):
    def row_count(self) -> int:
        return len(FORMS)

    def row_parts(self, row: int, width: int) -> Parts:
        form = list(FORMS.values())[row]
        return ((form.title.ljust(TITLE_WIDTH), "strong"), (shorten(form.does, width - TITLE_WIDTH), ""))

    @property
    def chosen(self) -> str:
        return list(FORMS)[self.cursor]


class ExportDialog(ModalScreen[str | None]):
    """Returns the form, a key of FORMS; None where it was closed."""

    BINDINGS: ClassVar[list[BindingType]] = CLOSE
    CSS_PATH = STYLE

    def __init__(self, where: Callable[[str], tuple[str, str]]) -> None:
        """`where` tells of a form the folder and the file that it would be written to, as people read them."""
        super().__init__()
        self._where = where

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Write this run into a file"
            dialog.border_subtitle = clickable("enter writes it · esc leaves it")
            yield FormList(id="forms")
            yield Label(id="where")

    def on_mount(self) -> None:
        self._tell()

    def on_line_list_moved(self) -> None:
        self._tell()

    def _tell(self) -> None:
        folder, name = self._where(self.query_one(FormList).chosen)
        self.query_one("#where", Label).update(Content(veiled(f"into {folder}\nas   {name}")))

    def on_line_list_chosen(self) -> None:
        self.dismiss(self.query_one(FormList).chosen)
