"""The log's lines: the journal's entries as far as they are to be seen, newest last, painted line by line and at most
twenty times a second."""

from __future__ import annotations

import asyncio
from functools import cached_property, partial
from typing import TYPE_CHECKING

from textual import events

from meshtui.journal.entry import EntryKind
from meshtui.journal.view import View
from meshtui.tui.panes.following import FollowingList
from meshtui.tui.widgets.batch import Batch
from meshtui.tui.words import Parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from meshtui.journal.entry import Entry
    from meshtui.journal.filter import Filter
    from meshtui.journal.journal import Journal
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.panes.live import Live
    from meshtui.tui.panes.looks import Looks
    from meshtui.tui.panes.rows import Look

EMPTY = ("Nothing has happened yet.", "{main.fire} sends the test prompt, {main.check} checks the credential.")
NO_CREDENTIAL = (EMPTY[0], "Once there is a credential, {main.fire} sends the test prompt and {main.check} checks it.")
NOT_FOUND = ("Nothing passes the filter.", "{main.stop} clears it.")
SEARCHING = ("Looking…",)
FOLD_MARKS = "▸▾"
BREATH = 0.005
"""Seconds that a search may hold the event loop at a time: a key that is pressed meanwhile is heard."""


class LogPane(FollowingList):
    """What happened; below it the calls that are under way. How rows are written is loaded with the first one."""

    app: MeshtuiApp

    def __init__(self, journal: Journal) -> None:
        super().__init__(View(journal), id="lines")
        self.journal = journal
        self.live: Live | None = None
        self.touch = Batch(self, self._catch_up)
        """Something is new; the next repaint shows it."""
        self._unsubscribe: Callable[[], None] | None = None
        self._empty = EMPTY

    def on_mount(self) -> None:
        self._unsubscribe = self.journal.subscribe(self.touch)
        self._catch_up()

    def on_unmount(self) -> None:
        if self._unsubscribe:
            self._unsubscribe()

    def invite(self, *, able: bool) -> None:
        """What the empty log says; `able`: there is a credential to send with."""
        self._empty = EMPTY if able else NO_CREDENTIAL
        self.refresh()

    # What stands in the rows

    @cached_property
    def looks(self) -> Looks:
        from meshtui.tui.panes.looks import Looks

        ago = self.app.session.settings.times == "ago"
        return Looks(self, self.journal, self.app.clock, ago=ago, repeat=self.app.key("main.repeat"))

    def row_count(self) -> int:
        return len(self.view) + (len(self.live.attempt_runners) if self.live else 0)

    def row_parts(self, row_number: int, width: int) -> Parts:
        from meshtui.tui.panes.rows import live_row, row

        if row_number < len(self.view):
            entry = self.view.entry(row_number)
            return row(entry, width - 1, self._look(row_number, entry)) if entry else ()
        attempt_runners = list(self.live.attempt_runners.values()) if self.live else []
        under_way = row_number - len(self.view)
        if under_way >= len(attempt_runners):
            return ()
        attempt_runner = attempt_runners[under_way]
        return live_row(attempt_runner, width - 1, self.looks.of_call(row_number, attempt_runner.at))

    def empty_parts(self, line: int) -> Parts:
        texts = SEARCHING if self.view.searching else NOT_FOUND if self.view.filter else self._empty
        return ((self.app.spell(texts[line]), "dim"),) if line < len(texts) else ()

    def _look(self, row_number: int, entry: Entry) -> Look:
        from meshtui.tui.panes.rows import summary

        folded = entry.what is EntryKind.RUN and entry.run in self.view.folded
        return self.looks.of(row_number, entry, summary(self.journal.of_run(entry.run)) if folded else ())

    # What is to be seen

    def watch_run(self, live: Live) -> None:
        self.live = live
        self.touch()

    def narrow(self, by: Filter | None) -> None:
        """Shows only what passes the filter; None: everything."""
        self.change(partial(self.view.narrow, by))
        self._search()

    def switch_fold(self) -> bool:
        """Folds the run under the cursor, or unfolds it. Returns whether there is one."""
        entry = self.chosen
        if entry is None or not entry.run:
            return False
        self._hold_head(entry)
        self.change(partial(self.view.fold, entry.run, entry.run not in self.view.folded))
        return True

    def switch_all_folds(self) -> None:
        """Folds all runs; where they are all folded, unfolds them."""
        if entry := self.chosen:
            self._hold_head(entry)
        self.change(partial(self.view.fold_all, len(self.view.folded) < len(self.journal.runs)))
        self._search()

    def _catch_up(self) -> None:
        self.change(self.view.catch_up)
        self._search()

    def _search(self) -> None:
        """Takes as many breaths as the search needs, keys and repaints between them."""
        if self.view.searching:
            self.change(partial(self.view.step, BREATH))
        if self.view.searching:
            self.run_worker(self._go_on(), group="search", exclusive=True)

    async def _go_on(self) -> None:
        while self.view.searching:
            await asyncio.sleep(0)
            self.change(partial(self.view.step, BREATH))

    def _hold_head(self, entry: Entry) -> None:
        """The cursor will stand on the row that a fold leaves."""
        if entry.run:
            self.hold(self.journal.head_of(entry.run).number)

    def on_click(self, event: events.Click) -> None:
        """On the mark of a run: folds it, or unfolds it."""
        offset, row_number = event.get_content_offset(self), self.row_at(event)
        entry = self.view.entry(row_number)
        if offset is not None and self.text_selection is None and entry and entry.what is EntryKind.RUN:
            text = "".join(text for text, _ in self.row_parts(row_number, self.size.width))
            if text[offset.x : offset.x + 1] in tuple(FOLD_MARKS):
                event.prevent_default()
                self.cursor = row_number
                self.switch_fold()
