"""The frame around the log's lines: it says in its border which filter is set and how much is new, and holds the field
that the filter is typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from meshtui.base.redaction import redact
from meshtui.tui.panes.log import LogPane
from meshtui.tui.veil import veiled
from meshtui.tui.words import shorten

if TYPE_CHECKING:
    from meshtui.journal.journal import Journal
    from meshtui.journal.view import View
    from meshtui.tui.widgets.filter_bar import FilterBar


class LogFrame(Vertical):
    def __init__(self, journal: Journal) -> None:
        super().__init__(id="log", classes="pane")
        self.border_title = "Log"
        self.lines = LogPane(journal)
        self.bar: FilterBar | None = None
        """The field, made after the first paint, which does not show it."""
        self._said = ("Log", "")

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

    # What the parts tell

    def on_following_list_turned(self, event: LogPane.Turned) -> None:
        event.stop()
        self._say()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filters while it is typed."""
        from meshtui.journal.filter import parse

        event.stop()
        if self.bar is not None:
            by = parse(event.value)
            self.bar.complain(by.problems)
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
        title = f"Log · {filtered(view, self.region.width - 16, terms=closed)}" if view.filter else "Log"
        said = title, f"+{unread} new · end shows them" if unread else ""
        if said != self._said:
            self._said = said
            # As Content, because what was typed is no markup.
            self.border_title, self.border_subtitle = Content(title), said[1]


def filtered(view: View, room: int, *, terms: bool) -> str:
    """How much passes the filter, and with `terms` also what is in force of it: `/status:4xx · 12 of 340 runs`."""
    kind = "runs and notes" if view.journal.notes else "runs"
    count = f"{view.found:,}{' so far,' if view.searching else ''} of {view.total:,} {kind}"
    if not terms or view.filter is None:
        return count
    typed = veiled(redact(" ".join(term.typed for term in view.filter.terms)))
    return f"/{shorten(typed, max(8, room - len(count)))} · {count}"
