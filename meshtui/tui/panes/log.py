"""The log: the journal's entries, newest last, painted line by line and at most twenty times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.tui.panes.rows import live_row, row
from meshtui.tui.widgets.batch import Batch
from meshtui.tui.widgets.lines import LineList
from meshtui.tui.words import Parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from meshtui.journal.entry import Entry
    from meshtui.journal.journal import Journal
    from meshtui.tui.panes.live import Live

EMPTY = ("Nothing has happened yet.", "f sends the test prompt, c checks the credential.")


class LogPane(LineList):
    """Follows the newest line while the cursor stands on it; otherwise it stays and counts what is new."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(id="log", classes="pane")
        self.border_title = "Log"
        self.journal = journal
        self.live: Live | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self.touch = Batch(self, self._catch_up)
        """Something is new; the next repaint shows it."""
        self._unread = 0
        self._seen = 0
        self._first = journal.first

    def on_mount(self) -> None:
        self._unsubscribe = self.journal.subscribe(self.touch)
        self._catch_up()

    def on_unmount(self) -> None:
        if self._unsubscribe:
            self._unsubscribe()

    @property
    def chosen(self) -> Entry | None:
        """The entry under the cursor."""
        return self.journal[self.cursor] if self.cursor < len(self.journal) else None

    def row_count(self) -> int:
        return len(self.journal) + (len(self.live.legs) if self.live else 0)

    def row_parts(self, row_number: int, width: int) -> Parts:
        if row_number < len(self.journal):
            return row(self.journal[row_number], width - 1)
        legs = list(self.live.legs.values()) if self.live else []
        under_way = row_number - len(self.journal)
        return live_row(legs[under_way], width - 1) if under_way < len(legs) else ()

    def empty_parts(self, line: int) -> Parts:
        return ((EMPTY[line], "dim"),) if line < len(EMPTY) else ()

    def watch_run(self, live: Live) -> None:
        self.live = live
        self.touch()

    def watch_cursor(self, new: int) -> None:
        super().watch_cursor(new)
        if new >= self.row_count() - 1:
            self._count_unread(0)

    def _catch_up(self) -> None:
        dropped, count = self.journal.first - self._first, self.row_count()
        added, following = count - self._seen + dropped, self.cursor >= self._seen - 1 and self.is_vertical_scroll_end
        self._first, self._seen = self.journal.first, count
        self.cursor = count - 1 if following else self.cursor - dropped
        self.rows_changed()
        self.show_row(self.cursor)
        self._count_unread(0 if following else self._unread + added)

    def _count_unread(self, unread: int) -> None:
        self._unread = max(0, unread)
        self.border_subtitle = f"+{self._unread} new · end shows them" if self._unread else ""
