"""The log's lines: the journal's entries as far as they are to be seen, newest last, painted line by line and at most
twenty times a second."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message
from textual.scrollbar import ScrollTo

from meshtui.journal.entry import What
from meshtui.journal.view import View
from meshtui.tui.panes.looks import Looks
from meshtui.tui.panes.rows import Look, live_row, row, summary
from meshtui.tui.widgets.batch import Batch
from meshtui.tui.widgets.lines import LineList
from meshtui.tui.words import Parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from meshtui.journal.entry import Entry
    from meshtui.journal.filter import Filter
    from meshtui.journal.journal import Journal
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.panes.live import Live

EMPTY = ("Nothing has happened yet.", "{main.fire} sends the test prompt, {main.check} checks the credential.")
NOT_FOUND = ("Nothing passes the filter.", "{main.stop} clears it.")
SEARCHING = ("Looking…",)
FOLD_MARKS = "▸▾"
BREATH = 0.005
"""Seconds that a search may hold the event loop at a time: a key that is pressed meanwhile is heard."""


class LogPane(LineList):
    """Follows the newest line while the person's last move was to the end; otherwise the screen stays as it is, and
    what is new is counted."""

    app: MeshtuiApp

    @dataclass
    class Turned(Message):
        """There is something else to say of the lines: how many pass the filter, or how many are new."""

        lines: LogPane

    def __init__(self, journal: Journal) -> None:
        super().__init__(id="lines")
        self.journal = journal
        self.view = View(journal)
        self.live: Live | None = None
        self.touch = Batch(self, self._catch_up)
        """Something is new; the next repaint shows it."""
        self._unsubscribe: Callable[[], None] | None = None
        self._following = True
        self._seen = 0
        """The number behind the newest line that was on the screen."""
        self._held = -1
        """The number of the entry that the person put the cursor on. It may be out of sight for a while."""
        self._own = False
        """Whether the cursor is being moved by the pane itself."""

    def on_mount(self) -> None:
        ago = self.app.session.settings.times == "ago"
        repeat = self.app.key("main.repeat")
        self.looks = Looks(self, self.journal, self.app.clock, ago=ago, repeat=repeat)
        self._unsubscribe = self.journal.subscribe(self.touch)
        self._catch_up()

    def on_unmount(self) -> None:
        if self._unsubscribe:
            self._unsubscribe()

    @property
    def chosen(self) -> Entry | None:
        """The entry under the cursor."""
        return self.view.entry(self.cursor)

    @property
    def unread(self) -> int:
        """How many lines below the screen have never been on it."""
        return self.view.since(self._seen)

    # What stands in the rows

    def row_count(self) -> int:
        return len(self.view) + (len(self.live.legs) if self.live else 0)

    def row_parts(self, row_number: int, width: int) -> Parts:
        if row_number < len(self.view):
            entry = self.view.entry(row_number)
            return row(entry, width - 1, self._look(row_number, entry)) if entry else ()
        legs = list(self.live.legs.values()) if self.live else []
        under_way = row_number - len(self.view)
        if under_way >= len(legs):
            return ()
        leg = legs[under_way]
        return live_row(leg, width - 1, self.looks.of_call(row_number, leg.at))

    def empty_parts(self, line: int) -> Parts:
        texts = SEARCHING if self.view.searching else NOT_FOUND if self.view.filter else EMPTY
        return ((self.app.spell(texts[line]), "dim"),) if line < len(texts) else ()

    def _look(self, row_number: int, entry: Entry) -> Look:
        folded = entry.what is What.RUN and entry.run in self.view.folded
        return self.looks.of(row_number, entry, summary(self.journal.of_run(entry.run)) if folded else ())

    # What is to be seen

    def watch_run(self, live: Live) -> None:
        self.live = live
        self.touch()

    def narrow(self, by: Filter | None) -> None:
        """Shows only what passes the filter; None: everything."""
        self._change(partial(self.view.narrow, by))
        self._search()

    def switch_fold(self) -> bool:
        """Folds the run under the cursor, or unfolds it. Returns whether there is one."""
        entry = self.chosen
        if entry is None or not entry.run:
            return False
        self._hold_head(entry)
        self._change(partial(self.view.fold, entry.run, entry.run not in self.view.folded))
        return True

    def switch_all_folds(self) -> None:
        """Folds all runs; where they are all folded, unfolds them."""
        if entry := self.chosen:
            self._hold_head(entry)
        self._change(partial(self.view.fold_all, len(self.view.folded) < len(self.journal.runs)))
        self._search()

    def follow(self) -> None:
        """To the newest line, and along with it."""
        self.cursor = self.row_count() - 1
        self._follow(True)

    def _catch_up(self) -> None:
        self._change(self.view.catch_up)
        self._search()

    def _search(self) -> None:
        """Takes as many breaths as the search needs, keys and repaints between them."""
        if self.view.searching:
            self._change(partial(self.view.step, BREATH))
        if self.view.searching:
            self.run_worker(self._go_on(), group="search", exclusive=True)

    async def _go_on(self) -> None:
        while self.view.searching:
            await asyncio.sleep(0)
            self._change(partial(self.view.step, BREATH))

    def _change(self, change: Callable[[], None]) -> None:
        """Changes which rows there are. Cursor and screen stay with the entries that they were with."""
        self._own = True
        top, at = self.scroll_offset.y, self.cursor - self.scroll_offset.y
        on_screen = 0 <= at < self.scrollable_content_region.height
        before, top_number = self.view.number(self.cursor), self.view.number(top)
        selected = self._selected_entries()
        change()
        self.rows_changed()
        if any(self.view.number(row_number) != number for row_number, number in selected.items()):
            self.screen.clear_selection()  # other text stands there now
        there = self.row_count() - 1 if self._following else self.view.row_of(self._held)
        if there == self.cursor and self.view.number(there) != before:
            self.post_message(self.Moved(self, there))
        self.cursor = there
        if self._following:
            self.show_row(there)
        else:
            self._scroll_back(there - at if on_screen else self.view.row_of(top_number))
        self._own = False
        self._look_at_end()

    def _selected_entries(self) -> dict[int, int]:
        """The rows in which selected text begins and ends, and the numbers of their entries."""
        ends = [offset.y for offset in self.text_selection or () if offset is not None]
        return {y: self.view.number(y) for y in ends if y < len(self.view)}

    def _scroll_back(self, top: int) -> None:
        top = max(0, min(top, self.max_scroll_y))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def _hold_head(self, entry: Entry) -> None:
        """The cursor will stand on the row that a fold leaves."""
        if entry.run:
            self._held = self.journal.head_of(entry.run).number

    # What the person does

    def watch_cursor(self, new: int) -> None:
        super().watch_cursor(new)
        if not self._own:
            self._follow(new >= self.row_count() - 1)

    def _follow(self, following: bool) -> None:
        self._held = self.view.number(self.cursor)
        self._following = following

    def show_row(self, row: int) -> None:
        super().show_row(row)
        self._look_at_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._look_at_end()

    def _look_at_end(self) -> None:
        """Takes note of how far down the person has seen."""
        if self._own:
            return  # it looks itself, once it is done
        if height := self.scrollable_content_region.height:
            self._seen = max(self._seen, self.view.number(self.scroll_offset.y + height - 1) + 1)
        self.post_message(self.Turned(self))

    def on_click(self, event: events.Click) -> None:
        """On the mark of a run: folds it, or unfolds it."""
        offset = event.get_content_offset(self)
        row_number = -1 if offset is None else offset.y + self.scroll_offset.y
        entry = self.view.entry(row_number)
        if offset is not None and entry and entry.what is What.RUN:
            text = "".join(text for text, _ in self.row_parts(row_number, self.size.width))
            if text[offset.x : offset.x + 1] in tuple(FOLD_MARKS):
                event.prevent_default()
                self.cursor = row_number
                self.switch_fold()

    def on_mouse_scroll_up(self) -> None:
        self._scrolls_to(self.scroll_offset.y - self.app.scroll_sensitivity_y)

    def on_mouse_scroll_down(self) -> None:
        self._scrolls_to(self.scroll_offset.y + self.app.scroll_sensitivity_y)

    def on_scroll_up(self) -> None:
        self._scrolls_to(self.scroll_offset.y - self.scrollable_content_region.height)

    def on_scroll_down(self) -> None:
        self._scrolls_to(self.scroll_offset.y + self.scrollable_content_region.height)

    def on_scroll_to(self, event: ScrollTo) -> None:
        if event.y is not None:
            self._scrolls_to(event.y)

    def _scrolls_to(self, y: float) -> None:
        """The wheel or the scrollbar is about to move the screen: whoever leaves the end reads in peace, whoever comes
        back to it follows again."""
        there = max(0, min(round(y), self.max_scroll_y))
        if there == self.max_scroll_y != self.scroll_offset.y:
            self.follow()
        elif there != self.scroll_offset.y:
            self._follow(False)
