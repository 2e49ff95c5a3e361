"""The explanation of the line under the log's cursor, beside the log where there is room for both."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from meshtui.tui.hidden_names import are_names_hidden
from meshtui.tui.renderers.entry_lines import find_known, render_card
from meshtui.tui.styled_text import Lines, Parts, render_paragraph
from meshtui.tui.widgets.line_list import Batch, ScrolledLines

if TYPE_CHECKING:
    from meshtui.journal.entry import Entry
    from meshtui.session import Session
    from meshtui.tui.command_app import CommandApp

NOTHING = "Explains the log line under the cursor: the cause, what to do, the proof."


class ExplanationPane(ScrolledLines):
    """Enter opens what it shows on a screen of its own."""

    app: CommandApp

    def __init__(self, session: Session, find_entry: Callable[[], Entry | None]) -> None:
        """`find_entry` returns the entry under the log's cursor."""
        super().__init__(id="explained", classes="pane")
        self.border_title = "Explanation"
        self._session, self._find_entry = session, find_entry
        self.touch = Batch(self, self._write)
        """The log's cursor is on another entry, or its run has grown; the next repaint shows it."""
        self._lines: Lines = []
        self._shown: tuple[object, ...] = ()
        """What the lines were made from: they are made again only where that differs."""

    def on_mount(self) -> None:
        self._unsubscribe = self._session.journal.subscribe(self.touch)
        self._write()

    def on_unmount(self) -> None:
        self._unsubscribe()

    def on_resize(self) -> None:
        self._write()

    def row_count(self) -> int:
        return len(self._lines)

    def row_parts(self, row: int, width: int) -> Parts:  # noqa: ARG002 - written for this width already
        return self._lines[row]

    def _write(self) -> None:
        """Nothing is written while the pane is out of sight."""
        width = self.scrollable_content_region.width - 1
        if width <= 0 or not self.display:
            return
        entry = self._find_entry()
        run = self._session.journal.of_run(entry.run) if entry and entry.run else ()
        seen = (entry.number if entry else -1, len(run), width, are_names_hidden())
        if seen == self._shown:
            return
        if seen[0] != next(iter(self._shown), None):
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self._shown = seen
        self._lines = self._make_lines(entry, run, width)
        self.rows_changed()

    def _make_lines(self, entry: Entry | None, run: tuple[Entry, ...], width: int) -> Lines:
        if entry is None:
            return render_paragraph(NOTHING, width, "dim")
        return render_card(entry, run, width, find_known(self.app, run))
