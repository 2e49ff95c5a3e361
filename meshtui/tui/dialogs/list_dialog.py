"""The frame of all dialogs, and the one that lets a person choose from a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from meshtui.base.text import make_one_line
from meshtui.tui.hidden_names import hide_in_text
from meshtui.tui.styled_text import Parts, shorten
from meshtui.tui.widgets.bars import make_clickable
from meshtui.tui.widgets.line_list import LineList

Value = TypeVar("Value")
Result = TypeVar("Result")
ROWS_AND_DETAIL = 18
"""Lines that both take together at most, so that the frame goes into 24 lines."""
LONGEST_DETAIL = 600
"""Characters: more do not go into the lines for it."""


@dataclass(frozen=True)
class Option(Generic[Value]):
    """One row: `lead` is a column of its own, `note` is dimmed after the text where there is room."""

    value: Value
    lead: str
    text: str
    detail: str = ""
    """The text below the list while the cursor is on this row; empty: its text, where the row is too narrow."""
    note: str = ""


class OptionRows(LineList, Generic[Value]):
    """With `now`, the value that holds is marked."""

    def __init__(
        self, options: Sequence[Option[Value]] = (), *, now: Value | None = None, at: Value | None = None
    ) -> None:
        """The cursor begins at the value `at`; else at the one that holds."""
        super().__init__(id="options")
        self._now = now
        self._options = tuple(options)
        self._lead_width = max((len(option.lead) + 1 for option in options if option.lead), default=0)
        self.set_reactive(LineList.cursor, self._find_row(now if at is None else at))

    @property
    def chosen(self) -> Option[Value] | None:
        """The option under the cursor."""
        return self._options[self.cursor] if self._options else None

    def show(self, options: Sequence[Option[Value]], at: Value | None) -> None:
        """Other options, with the cursor on the one of this value, else on the first."""
        self._options = tuple(options)
        self.rows_changed()
        self.cursor = self._find_row(at)

    def row_count(self) -> int:
        return len(self._options)

    def row_parts(self, row: int, width: int) -> Parts:
        option = self._options[row]
        mark = "" if self._now is None else "● " if option.value == self._now else "  "
        room = width - len(mark) - self._lead_width
        note = option.note if len(option.text) + len(option.note) <= room else ""
        return ((f"{mark}{option.lead:<{self._lead_width}}", "strong"), (shorten(option.text, room), ""), (note, "dim"))

    def fits(self, option: Option[Value]) -> bool:
        """Whether its row shows all of its text."""
        marks = 0 if self._now is None else 2
        return len(option.text) <= self.scrollable_content_region.width - marks - self._lead_width

    def _find_row(self, value: Value | None) -> int:
        return next((row for row, option in enumerate(self._options) if option.value == value), 0)


class Dialog(ModalScreen[Result | None]):
    """Returns None where it was closed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]
    CSS_PATH = Path(__file__).with_name("list_dialog.tcss")


class ListDialog(Dialog[Value]):
    """Returns the value of the chosen option."""

    def __init__(
        self, title: str, hint: str, options: Sequence[Option[Value]], *, now: Value | None = None, detail_height: int,
        at: Value | None = None,
    ) -> None:  # fmt: skip
        """`hint` names the keys, as `make_clickable` takes it; `detail_height` is in lines. The cursor begins at the
        value `at`; else at `now`, the one that holds."""
        super().__init__()
        self._title, self._hint, self._detail_height = title, hint, detail_height
        self._rows = OptionRows(options, now=now, at=at)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = make_clickable(self._hint)
            self._rows.styles.max_height = ROWS_AND_DETAIL - self._detail_height
            yield self._rows
            detail = Label(id="detail")
            detail.styles.height = self._detail_height
            yield detail

    def on_mount(self) -> None:
        self.call_after_refresh(self._show_detail)

    def on_line_list_moved(self) -> None:
        self._show_detail()

    def _show_detail(self) -> None:
        option = self._rows.chosen
        if option is None:
            return
        detail = option.detail or ("" if self._rows.fits(option) else make_one_line(option.text, LONGEST_DETAIL))
        self.query_one("#detail", Label).update(Content(hide_in_text(detail)))

    def on_line_list_chosen(self) -> None:
        if option := self._rows.chosen:
            self.dismiss(option.value)
