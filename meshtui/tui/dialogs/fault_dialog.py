"""Which fault a sandbox credential gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from meshtui.tui.dialogs.list_dialog import CLOSE, STYLE
from meshtui.tui.labels import Parts, shorten
from meshtui.tui.widgets.bars import clickable
from meshtui.tui.widgets.line_list import LineList

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
            dialog.border_subtitle = clickable("enter takes it · esc leaves it as it is")
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
