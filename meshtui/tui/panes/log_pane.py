"""The log: the journal's entries as far as they are shown, newest last, painted line by line and at most twenty times
a second, in a frame that says which filter is set and how much is new.
"""

from __future__ import annotations

import asyncio
from functools import cached_property, partial
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from meshtui.base.redaction import redact
from meshtui.journal.view import View
from meshtui.tui.hidden_names import hide_in_text
from meshtui.tui.panes.following_list import FollowingList
from meshtui.tui.styled_text import Parts, shorten
from meshtui.tui.widgets.line_list import Batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from meshtui.journal.entry import Entry
    from meshtui.journal.filter import Filter
    from meshtui.journal.journal import Journal
    from meshtui.tui.command_app import CommandApp
    from meshtui.tui.live_run import LiveRun
    from meshtui.tui.panes.row_updates import RowUpdates
    from meshtui.tui.renderers.log_rows import RowContext
    from meshtui.tui.widgets.filter_bar import FilterBar


EMPTY = ("Nothing has happened yet.", "{main.fire} sends the test prompt, {main.check} checks the credential.")
WORDS = (
    "",
    "BYOK       Mesh calls the provider with your own key.",
    "platform   Mesh's own credentials, paid from your Mesh balance.",
    "fallback   Where your key fails, the platform serves the request.",
    "exclusive  No fallback: where your key fails, the request fails.",
)
"""The introduction for new users, below the text of an empty log."""
NO_CREDENTIAL = (EMPTY[0], "Once there is a credential, {main.fire} sends the test prompt and {main.check} checks it.")
OF_PROGRAM = ("No call yet.", "Your program's calls to providers and Mesh are shown here as they happen.")
NOT_FOUND = ("No run matches the filter.", "{main.stop} clears it.")
SEARCHING = ("Searching …",)
FOLD_MARKS = "▸▾"
SEARCH_SLICE = 0.005
"""Seconds that a search may block the event loop at a time, so that keys are handled meanwhile."""


class LogLines(FollowingList):
    """What happened; below it the running calls. How rows are written is loaded with the first one."""

    app: CommandApp

    def __init__(self, journal: Journal) -> None:
        super().__init__(View(journal), id="lines")
        self.journal = journal
        self.live: LiveRun | None = None
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

    def invite(self, *, able: bool, program: bool = False) -> None:
        """What the empty log says; `able`: there is a credential to send with; `program`: one runs, and is waited
        for."""
        self._empty = OF_PROGRAM if program else EMPTY if able else NO_CREDENTIAL
        self.refresh()

    # What stands in the rows

    @cached_property
    def looks(self) -> RowUpdates:
        from meshtui.tui.panes.row_updates import RowUpdates

        ago = self.app.session.settings.times == "ago"
        return RowUpdates(self, self.journal, self.app.clock, ago=ago, repeat=self.app.key("main.repeat"))

    def row_count(self) -> int:
        return len(self.view) + (len(self.live.calls) if self.live else 0)

    def row_parts(self, row_number: int, width: int) -> Parts:
        from meshtui.tui.renderers.log_rows import render_live_row, render_row

        if row_number < len(self.view):
            entry = self.view.entry(row_number)
            return render_row(entry, width - 1, self._look(row_number, entry)) if entry else ()
        calls = list(self.live.calls.values()) if self.live else []
        under_way = row_number - len(self.view)
        if under_way >= len(calls):
            return ()
        call = calls[under_way]
        return render_live_row(call, width - 1, self.looks.make_call_context(row_number, call.at))

    def empty_parts(self, line: int) -> Parts:
        texts = SEARCHING if self.view.searching else NOT_FOUND if self.view.filter else (*self._empty, *WORDS)
        return ((self.app.spell(texts[line]), "dim"),) if line < len(texts) else ()

    def _look(self, row_number: int, entry: Entry) -> RowContext:
        from meshtui.journal.entry import EntryKind
        from meshtui.tui.renderers.log_rows import summarize_run

        folded = entry.what is EntryKind.RUN and entry.run in self.view.folded
        return self.looks.of(row_number, entry, summarize_run(self.journal.of_run(entry.run)) if folded else ())

    # What is to be seen

    def watch_run(self, live: LiveRun) -> None:
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
            self.change(partial(self.view.step, SEARCH_SLICE))
        if self.view.searching:
            self.run_worker(self._go_on(), group="search", exclusive=True)

    async def _go_on(self) -> None:
        while self.view.searching:
            await asyncio.sleep(0)
            self.change(partial(self.view.step, SEARCH_SLICE))

    def _hold_head(self, entry: Entry) -> None:
        """Moves the cursor to the row that a fold leaves."""
        if entry.run:
            self.hold(self.journal.head_of(entry.run).number)

    def on_click(self, event: events.Click) -> None:
        """On the mark of a run: folds it, or unfolds it."""
        from meshtui.journal.entry import EntryKind

        offset, row_number = event.get_content_offset(self), self.row_at(event)
        entry = self.view.entry(row_number)
        if offset is not None and self.text_selection is None and entry and entry.what is EntryKind.RUN:
            text = "".join(text for text, _ in self.row_parts(row_number, self.size.width))
            if text[offset.x : offset.x + 1] in tuple(FOLD_MARKS):
                event.prevent_default()
                self.cursor = row_number
                self.switch_fold()


class LogPane(Vertical):
    def __init__(self, journal: Journal) -> None:
        super().__init__(id="log", classes="pane")
        self.border_title = "Log"
        self.lines = LogLines(journal)
        self.bar: FilterBar | None = None
        """The field, made after the first paint, which does not show it."""
        self._said = ("Log", "")
        self._followed = ""
        """The log file that is followed; empty: none."""

    def compose(self) -> ComposeResult:
        yield self.lines

    def on_mount(self) -> None:
        self.call_after_refresh(self._make_bar)

    def _make_bar(self) -> None:
        if not self.is_attached:
            return  # left before it was there
        from meshtui.tui.widgets.filter_bar import FilterBar

        self.bar = FilterBar()
        self.mount(self.bar, before=self.lines)

    def open_filter(self) -> None:
        """The field to type the filter in, with the one that is set."""
        if self.bar is not None:
            self.bar.display = True
            self.screen.set_focus(self.bar.field)
            self._say()

    def keep_filter(self) -> None:
        """Back to the lines that pass."""
        if self.bar is not None:
            self.bar.display = False
        self.lines.focus()
        self._say()

    def clear_filter(self) -> None:
        """Everything is to be seen again."""
        if self.bar is not None:
            self.bar.field.value = ""
        self.keep_filter()

    def show_followed(self, name: str) -> None:
        """The log file that is followed from now on; empty: none."""
        self._followed = name
        self._say()

    # What the parts tell

    def on_following_list_turned(self, event: LogLines.Turned) -> None:
        event.stop()
        self._say()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filters while it is typed."""
        from meshtui.journal.filter import parse_filter

        event.stop()
        if self.bar is not None:
            by = parse_filter(event.value)
            self.bar.show_problems(by.problems)
            self.lines.narrow(by)

    def on_filter_bar_done(self, event: FilterBar.Done) -> None:
        event.stop()
        (self.keep_filter if event.kept else self.clear_filter)()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.keep_filter()

    def on_click(self, event: events.Click) -> None:
        """On the upper border: the filter. On the lower one: what is new."""
        if event.widget is self and event.y == 0:
            self.open_filter()
        elif event.widget is self and event.y == self.region.height - 1 and self.lines.unread:
            self.lines.follow()

    def _say(self) -> None:
        view, unread = self.lines.view, self.lines.unread
        closed = self.bar is None or not self.bar.display
        followed = f" · following {shorten(hide_in_text(redact(self._followed)), 30)}" if self._followed else ""
        room = self.region.width - 16 - len(followed)
        title = f"Log · {describe_filter(view, room, terms=closed)}" if view.filter else "Log"
        title += followed
        said = title, f"+{unread} new · end shows them" if unread else ""
        if said != self._said:
            self._said = said
            # As Content, because what was typed is no markup.
            self.border_title, self.border_subtitle = Content(title), said[1]


def describe_filter(view: View, room: int, *, terms: bool) -> str:
    """How much passes the filter, and with `terms` also what is in force of it: `/status:4xx · 12 of 340 runs`."""
    kind = "runs and notes" if view.journal.notes else "runs"
    count = f"{view.found:,}{' so far,' if view.searching else ''} of {view.total:,} {kind}"
    if not terms or view.filter is None:
        return count
    typed = hide_in_text(redact(" ".join(term.typed for term in view.filter.terms)))
    return f"/{shorten(typed, max(8, room - len(count)))} · {count}"
