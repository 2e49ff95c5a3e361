"""The explanation of one log line, its raw exchange in tabs, and from there to the lines before and after."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll

from meshtui.base.exchange import Exchange
from meshtui.base.times import format_clock
from meshtui.checks.model import CheckReport
from meshtui.explain.model import Explanation
from meshtui.journal.entry import Entry, EntryKind
from meshtui.journal.view import View
from meshtui.settings import commands
from meshtui.tui.bindings import make_bindings
from meshtui.tui.renderers.entry_lines import (
    Known,
    find_deciding,
    find_known,
    list_exchanges,
    render_card,
    write_entry,
)
from meshtui.tui.renderers.exchange_tabs import CARD, list_exchange_tabs, list_tabs, render_tab
from meshtui.tui.screens.page_screen import WIDTHS, PageScreen
from meshtui.tui.styled_text import Lines
from meshtui.tui.widgets.tab_row import Tab, TabRow
from meshtui.tui.widgets.text_views import Page

TITLES = {
    EntryKind.RUN: "Run",
    EntryKind.ATTEMPT: "Explanation",
    EntryKind.VERDICT: "Verdict",
    EntryKind.CHECK: "Check",
    EntryKind.NOTE: "Note",
}


class ExplanationScreen(PageScreen):
    """Card and exchange side by side where there is room; else one at a time, the card first."""

    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.EXPLANATION)]
    WHERE = commands.SCREENS[commands.EXPLANATION]

    def __init__(self, seen: View, entry: Entry, said: tuple[str, str] = ("", "")) -> None:
        """`seen` are the lines among which the one before and the one after are; `said` is what the status line says
        at first, and its role."""
        super().__init__()
        self.seen = seen
        self._said = said
        self._wide = False
        self._front = CARD
        """What is in front where there is room for one."""
        self._tab = "response"
        """The tab of the exchange; the next line keeps it, where it has it."""
        self.armed = -1
        """The number of the entry whose re-check costs something and was asked for once."""
        self._turn_to(entry)

    def _turn_to(self, entry: Entry) -> None:
        self.entry = entry
        self.run_entries = self.seen.journal.of_run(entry.run) if entry.run else ()
        self._exchanges = list_exchanges(entry, self.run_entries)
        self._at = find_deciding(entry, self.run_entries)

    def heading(self) -> tuple[str, str]:
        run = self.run_entries[0].text if self.run_entries else ""
        what = {Explanation: EntryKind.ATTEMPT, CheckReport: EntryKind.CHECK}.get(
            type(self.entry.detail), self.entry.what
        )
        return TITLES[what], " · ".join(part for part in (format_clock(self.entry.at), run) if part)

    def pages(self) -> ComposeResult:
        with Container(id="sides"):
            with Vertical(id="card-side"):
                yield TabRow(id="card-tabs")
                with VerticalScroll(id="card"):
                    yield Page(self.card)
            with Vertical(id="raw-side"):
                yield TabRow(id="raw-tabs")
                yield TabRow(id="exchange-tabs")
                with VerticalScroll(id="raw"):
                    yield Page(self.raw)

    def on_mount(self) -> None:
        self._wide = self.app.size.width >= WIDTHS[-1][0]
        self.say(*self._said)
        self._arrange()

    def on_resize(self, event: events.Resize) -> None:
        self._wide = event.size.width >= WIDTHS[-1][0]
        self._arrange()

    @property
    def exchange(self) -> Exchange | None:
        """The one whose tabs are shown."""
        return self._exchanges[self._at] if self._exchanges else None

    def card(self, width: int) -> Lines:
        return render_card(self.entry, self.run_entries, width, self._known())

    def raw(self, width: int) -> Lines:
        return render_tab(self.exchange, self._tab, width) if self.exchange else []

    def _known(self) -> Known:
        return find_known(self.app, self.run_entries)

    def as_copied(self, *, raw: bool = False) -> str:
        """What copying takes, with the raw exchange or without."""
        return write_entry(self.entry, self.run_entries, self._known(), raw=raw)

    def step(self, by: int) -> None:
        """Shows the line that many after this one, among those that are to be seen in the log."""
        beside = self.seen.beside(self.entry.number, by)
        if beside is None:
            line = "line that passes the filter" if self.seen.filter else "line"
            self.say(f"There is no {line} {'after' if by > 0 else 'before'} this one.")
            return
        self._turn_to(beside)
        self.say("")
        self._arrange()
        self.show_again()

    def show_tab(self, name: str) -> None:
        """Brings the card, or a part of the exchange, to the front and under the keys that scroll; where this exchange
        has no such part, that of the line's exchange that has it."""
        having = [at for at, one in enumerate(self._exchanges) if name in (tab.name for tab in list_tabs(one, {}))]
        if having and self._at not in having:
            self._at = having[0]
        if name != CARD and not having:
            self.say("This line has no exchange." if self.exchange is None else "Nothing was signed in this exchange.")
            return
        self._front = name
        self._tab = self._tab if name == CARD else name
        self.say("")
        self._arrange()
        self.query_one("#card" if name == CARD else "#raw", VerticalScroll).focus()
        if name != CARD:
            self._show_raw()

    def next_exchange(self) -> None:
        """Shows the next exchange; after the last one the first."""
        if len(self._exchanges) < 2:
            self.say("This line has one exchange only." if self._exchanges else "This line has no exchange.")
            return
        self._show_exchange((self._at + 1) % len(self._exchanges))

    def on_tab_row_chosen(self, event: TabRow.Chosen) -> None:
        if event.tabs.id == "exchange-tabs":
            self._show_exchange(int(event.name))
        else:
            self.show_tab(event.name)

    def _show_exchange(self, at: int) -> None:
        self._at = at
        self.say("")
        self._front = self._front if self._wide or self._front != CARD else self._tab
        self._arrange()
        self._show_raw()

    def _show_raw(self) -> None:
        self.query_one("#raw Page", Page).refresh(layout=True)
        self.query_one("#raw", VerticalScroll).scroll_home(animate=False)

    def _there(self) -> tuple[Tab, ...]:
        keys = {c.id: commands.list_keys(c)[0] for c in self.app.commands if c.where == commands.EXPLANATION and c.keys}
        return list_tabs(self.exchange, keys)

    def _arrange(self) -> None:
        """The rows of tabs, and which side is seen."""
        there = self._there()
        names = [tab.name for tab in there]
        self._tab = self._tab if self._tab in names else "response"
        self._front = self._front if self._front in names else CARD
        key = next(
            (commands.list_keys(c)[0] for c in self.app.commands if c.ident == "explanation.card" and c.keys), ""
        )
        card = Tab(CARD, "Card", key)
        front = CARD if self._wide else self._front
        self.query_one("#card-tabs", TabRow).show([card] if self._wide or not there else [card, *there], front)
        self.query_one("#raw-tabs", TabRow).show(there, self._tab)
        self.query_one("#exchange-tabs", TabRow).show(list_exchange_tabs(self._exchanges), str(self._at))
        self.set_class(front != CARD, "-raw-in-front")
        self.set_class(not there, "-card-only")
        self.set_class(len(self._exchanges) < 2, "-one-exchange")
