"""The explanation of the line under the log's cursor, beside the log where there is room for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.tui.hidden_names import drawn
from meshtui.tui.labels import Parts
from meshtui.tui.renderers.entry_lines import card_lines, truths_of
from meshtui.tui.text_lines import Lines, paragraph
from meshtui.tui.widgets.line_list import Batch, ScrolledLines

if TYPE_CHECKING:
    from meshtui.journal.entry import Entry
    from meshtui.tui.screens.main_screen import MainScreen

NOTHING = "What the line under the log's cursor means stands here: the cause, the proof, what to do."


class ExplanationPane(ScrolledLines):
    """Enter opens what it shows on a screen of its own."""

    def __init__(self, main: MainScreen) -> None:
        super().__init__(id="explained", classes="pane")
        self.border_title = "Explanation"
        self._main = main
        self.touch = Batch(self, self._look)
        """The log's cursor stands on another entry, or its run has grown; the next repaint shows it."""
        self._lines: Lines = []
        self._shown: tuple[object, ...] = ()
        """What the lines were written from: written again only where that is different."""

    def on_mount(self) -> None:
        self._unsubscribe = self._main.session.journal.subscribe(self.touch)
        self._look()

    def on_unmount(self) -> None:
        self._unsubscribe()

    def on_resize(self) -> None:
        self._look()

    def row_count(self) -> int:
        return len(self._lines)

    def row_parts(self, row: int, width: int) -> Parts:  # noqa: ARG002 - written for this width already
        return self._lines[row]

    def _look(self) -> None:
        """Nothing is written while the pane is out of sight."""
        width = self.scrollable_content_region.width - 1
        if width <= 0 or not self.display:
            return
        entry = self._main.log_pane.chosen
        run = self._main.session.journal.of_run(entry.run) if entry and entry.run else ()
        seen = (entry.number if entry else -1, len(run), width, drawn())
        if seen == self._shown:
            return
        if seen[0] != next(iter(self._shown), None):
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self._shown = seen
        self._lines = self._written(entry, run, width)
        self.rows_changed()

    def _written(self, entry: Entry | None, run: tuple[Entry, ...], width: int) -> Lines:
        if entry is None:
            return paragraph(NOTHING, width, "dim")
        return card_lines(entry, run, width, truths_of(self._main.session, run))
