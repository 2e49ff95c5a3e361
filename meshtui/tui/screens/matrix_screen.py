"""The matrix: which credential may call which model in which region. A row a model and region, a column a credential;
the cells are filled one after the other, and the result of the cell under the cursor is below the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from meshtui.base.credential import Credential
from meshtui.checks import matrix
from meshtui.checks.matrix import ASKING, Cell, Matrix
from meshtui.checks.model import CheckReport
from meshtui.explain.causes import find_cause
from meshtui.presentation.blocks import Mark
from meshtui.presentation.check_blocks import make_check_report_blocks
from meshtui.presentation.lines import render_text
from meshtui.session import Session
from meshtui.settings import commands
from meshtui.tui.bindings import make_bindings
from meshtui.tui.hidden_names import FIELD_MASK, has_key, hide_in_text
from meshtui.tui.screens.page_screen import PageScreen
from meshtui.tui.styled_text import CALLING, COPY_WIDTH, Lines, Part, Parts, render_page, render_paragraph, shorten
from meshtui.tui.widgets.bars import TitleBar
from meshtui.tui.widgets.form_fields import FieldLabel
from meshtui.tui.widgets.line_list import Batch, LineList
from meshtui.tui.widgets.text_views import Page

MARKS = {
    "": Mark("·", "waiting", "dim"),
    ASKING: CALLING,
    "ok": Mark("✓", "ok", "ok"),
    "no": Mark("✗", "no", "bad"),
    "unclear": Mark("?", "unclear", "warn"),
    "not asked": Mark("-", "not asked", "dim"),
}
"""Status of a cell → how it looks."""
NO_CELL = Mark(".", "", "dim")
"""Where the credential's provider has no such model or region."""
MODEL, REGION = 30, 16
"""The most columns of a row's name, with the space after them."""
NARROWEST, WIDEST = 13, 28
"""Columns of one credential."""
DETAIL_LINES = 5


class Table(LineList):
    """A row a model and region, a column a credential; the cursor is on one cell."""

    column: reactive[int] = reactive(0)

    @dataclass
    class ColumnMoved(Message):
        """The cursor is on another column."""

        column: int

    def __init__(self) -> None:
        super().__init__(id="matrix-table")
        self.names: Sequence[str] = ()
        self.places: Sequence[tuple[str, str]] = ()
        self._cells: dict[tuple[str, str, str], Cell] = {}

    def show(self, cells: Matrix) -> None:
        """The cursor stays where it is, as far as there is such a cell."""
        self.names = tuple(dict.fromkeys(cell.credential.name for cell in cells))
        self.places = tuple(dict.fromkeys((cell.model, cell.region) for cell in cells))
        self._cells = {(cell.credential.name, cell.model, cell.region): cell for cell in cells}
        self.column = min(self.column, max(0, len(self.names) - 1))
        self.rows_changed()

    @property
    def chosen(self) -> Cell | None:
        """The cell under the cursor; None where there is none."""
        if self.cursor >= len(self.places) or self.column >= len(self.names):
            return None
        return self._cells.get((self.names[self.column], *self.places[self.cursor]))

    def validate_column(self, column: int) -> int:
        return max(0, min(column, len(self.names) - 1))

    def watch_column(self, new: int) -> None:
        self.refresh()
        self.post_message(self.ColumnMoved(new))

    def row_count(self) -> int:
        return len(self.places)

    def row_parts(self, row: int, width: int) -> Parts:
        model, region = self.places[row]
        first, last, room = self._window(width)
        parts: list[Part] = self._lead(model, region)
        for at in range(first, last):
            cell = self._cells.get((self.names[at], model, region))
            mark = MARKS[cell.status] if cell else NO_CELL
            text = cell.cause if cell and cell.cause and len(cell.cause) <= room - 5 else mark.word
            here = row == self.cursor and at == self.column
            sentence = f"{mark.glyph} {text}".strip()
            parts.append((shorten(f"[{sentence}]" if here else f" {sentence}", room - 1).ljust(room), mark.role))
        return parts

    def head_parts(self, width: int) -> Parts:
        """The names above the columns."""
        if not self.names:
            return ()
        first, last, room = self._window(width)
        more = f" {first + 1}-{last} of {len(self.names)}" if last - first < len(self.names) else ""
        parts: list[Part] = [(part, "dim") for part, _ in self._lead("model" + more, "region")]
        for at in range(first, last):
            name = shorten(f" {self.names[at]}", room - 1).ljust(room)
            parts.append((name, "strong" if at == self.column else "dim"))
        return parts

    def on_click(self, event: events.Click) -> None:
        """Goes to the cell; a double click opens it."""
        offset = event.get_content_offset(self)
        first, last, room = self._window(self.scrollable_content_region.width)
        lead = sum(len(text) for text, _ in self._lead("", ""))
        if offset is not None and offset.x >= lead:
            self.column = min(first + (offset.x - lead) // room, last - 1)
        super().on_click(event)

    def empty_parts(self, line: int) -> Parts:
        return (("There is no credential that could be asked.", "dim"),) if line == 0 else ()

    def _lead(self, model: str, region: str) -> list[Part]:
        wide = [min(most, max([len(text) for text in texts] + [6]) + 2) for most, texts in self._names_of_rows()]
        return [(shorten(text, room - 1).ljust(room), role)
                for text, room, role in zip((model, region), wide, ("", "dim"), strict=True)]  # fmt: skip

    def _names_of_rows(self) -> tuple[tuple[int, list[str]], tuple[int, list[str]]]:
        return (MODEL, [model for model, _ in self.places]), (REGION, [region for _, region in self.places])

    def _window(self, width: int) -> tuple[int, int, int]:
        """The columns that are shown, from and to, around the cursor's, and how wide one is."""
        lead = sum(len(text) for text, _ in self._lead("", ""))
        room = max(NARROWEST, width - 1 - lead)
        count = max(1, min(len(self.names), room // NARROWEST))
        first = max(0, min(self.column - count + 1, len(self.names) - count))
        return first, first + count, min(WIDEST, room // count)


class Fields(Horizontal):
    """Which models and which regions, as one types them."""

    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.FIELDS)]

    class Left(Message):
        """Nothing more is to be typed."""

    def __init__(self) -> None:
        super().__init__(id="matrix-fields")
        self.models = Input(placeholder="each one's test model", id="matrix-models", compact=True,
                            highlighter=FIELD_MASK, select_on_focus=False)  # fmt: skip
        self.regions = Input(placeholder="each credential's own", id="matrix-regions", compact=True,
                             highlighter=FIELD_MASK, select_on_focus=False)  # fmt: skip

    def compose(self) -> ComposeResult:
        yield FieldLabel("Models", "matrix-models")
        yield self.models
        yield FieldLabel("Regions", "matrix-regions")
        yield self.regions

    def action_keep(self) -> None:
        self.post_message(self.Left())

    action_clear = action_keep


class MatrixScreen(PageScreen):
    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.MATRIX)]
    WHERE = commands.SCREENS[commands.MATRIX]
    AUTO_FOCUS = "#matrix-table"

    def __init__(self, session: Session, credentials: Sequence[Credential]) -> None:
        super().__init__()
        self.session = session
        self._credentials = credentials
        self.cells: Matrix = ()
        self.running = False
        self.armed = False
        """Whether prompts, which cost tokens, were asked for once."""
        self.table = Table()
        self.fields = Fields()
        self._head = Page(lambda width: [self.table.head_parts(width)], id="matrix-head")
        self._detail = Page(self._write_detail, id="matrix-detail")
        self._batch = Batch(self, self.show_cells)

    def heading(self) -> tuple[str, str]:
        filled = sum(cell.status not in ("", ASKING) for cell in self.cells)
        state = " · running" if self.running else ", then stopped" if filled < len(self.cells) else ""
        return "Matrix", f"{filled} of {len(self.cells)} cells{state}"

    def pages(self) -> ComposeResult:
        with Vertical(id="matrix"):
            yield self.fields
            yield self._head
            yield self.table
            yield self._detail

    def on_mount(self) -> None:
        self.fill(prompt=self.session.sandboxed)

    # Filling it

    def plan(self) -> Matrix:
        """The cells that what is typed asks for; none where a key is in it, which would be sent along."""
        if self._holds_key():
            return ()
        models, regions = self.fields.models.value, self.fields.regions.value
        return matrix.plan_cells(self._credentials, matrix.split_names(models), matrix.split_names(regions))

    def _holds_key(self) -> bool:
        return has_key(self.fields.models.value) or has_key(self.fields.regions.value)

    def fill(self, *, prompt: bool) -> None:
        """Fills the table again; a filling that is running stops."""
        if self._holds_key():
            self.say("A field holds a key, or what looks like one, so nothing was sent. Remove it there.", "bad")
        self.armed = False
        self.cells = self.plan()
        self.running = bool(self.cells)
        self.show_cells()
        if self.cells:
            self.run_worker(self._fill(prompt=prompt), group="matrix", exclusive=True)

    def stop(self) -> bool:
        """Whether there was something to stop."""
        was, self.running = self.running, False
        self.workers.cancel_group(self, "matrix")
        self.cells = tuple(Cell(c.credential, c.model, c.region) if c.status == ASKING else c for c in self.cells)
        self.show_cells()
        return was

    async def _fill(self, *, prompt: bool) -> None:
        planned = self.cells

        def record(at: int, cell: Cell) -> None:
            if len(self.cells) == len(planned):
                self.cells = (*self.cells[:at], cell, *self.cells[at + 1 :])
                self._batch()

        self.cells = await matrix.fill_cells(planned, self.session.client, record, prompt=prompt)
        self.running = False
        self.show_cells()

    def show_cells(self) -> None:
        self.table.show(self.cells)
        self._show_around()

    def _show_around(self) -> None:
        self.query_one(TitleBar).show(*self.heading())
        self._head.refresh(layout=True)
        self._detail.refresh(layout=True)

    def _write_detail(self, width: int) -> Lines:
        cell = self.table.chosen
        if cell is None:
            return (
                render_paragraph("This credential's provider has no such model or region.", width, "dim")
                if self.cells
                else []
            )
        mark = MARKS[cell.status]
        where = cell.model if cell.region == matrix.NO_REGION else f"{cell.model} in {cell.region}"
        cause = f" · {find_cause(cell.cause).title}" if cell.cause else ""
        lines = render_paragraph(f"{mark.glyph} {mark.word} · {cell.credential.name}, {where}{cause}", width, mark.role)
        return (lines + render_paragraph(cell.sentence, width))[:DETAIL_LINES]

    # The fields and the table

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.table.focus()
        self.fill(prompt=self.session.sandboxed)

    def on_fields_left(self, event: Fields.Left) -> None:
        event.stop()
        self.table.focus()

    def on_line_list_moved(self) -> None:
        self.armed = False
        self._show_around()

    def on_table_column_moved(self) -> None:
        self._show_around()

    def on_line_list_chosen(self) -> None:
        self.action_do("matrix.open")


class CellScreen(PageScreen):
    """The checks of one cell."""

    def __init__(self, cell: Cell, check_report: CheckReport) -> None:
        super().__init__()
        self._cell, self._check_report = cell, check_report

    def heading(self) -> tuple[str, str]:
        where = "" if self._cell.region == matrix.NO_REGION else f" in {self._cell.region}"
        return self._cell.credential.name, f"{self._cell.model}{where}"

    def card(self, width: int) -> Lines:
        return render_page(make_check_report_blocks(self._check_report), width)

    def as_copied(self) -> str:
        return render_text(make_check_report_blocks(self._check_report), COPY_WIDTH, show=hide_in_text)
