"""The explanation of one log line, and from there to the lines before and after."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from meshtui import commands
from meshtui.explain.model import Explanation
from meshtui.journal.entry import Entry, What
from meshtui.journal.journal import Journal
from meshtui.tui.bindings import bindings
from meshtui.tui.pages.entry import Truths, card_lines, entry_text, raw_lines, truths_of
from meshtui.tui.sheets.sheet import Sheet
from meshtui.tui.widgets.page import Lines
from meshtui.tui.words import clock

TITLES = {
    What.RUN: "Run",
    What.ATTEMPT: "Explanation",
    What.VERDICT: "Verdict",
    What.RUNG: "Check",
    What.NOTE: "Note",
}


class ExplanationSheet(Sheet):
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(commands.EXPLANATION)]
    WHERE = (commands.EXPLANATION, *Sheet.WHERE)
    TWO_PAGES = True

    def __init__(self, journal: Journal, entry: Entry) -> None:
        super().__init__()
        self._journal = journal
        self._turn_to(entry)

    def _turn_to(self, entry: Entry) -> None:
        self._entry = entry
        self._run = self._journal.of_run(entry.run) if entry.run else ()

    def heading(self) -> tuple[str, str]:
        run = self._run[0].text if self._run else ""
        what = What.ATTEMPT if isinstance(self._entry.detail, Explanation) else self._entry.what
        return TITLES[what], " · ".join(part for part in (clock(self._entry.at), run) if part)

    def card(self, width: int) -> Lines:
        return card_lines(self._entry, self._run, width, self._truths())

    def raw(self, width: int) -> Lines:
        return raw_lines(self._entry, self._run, width)

    def _truths(self) -> Truths:
        return truths_of(self.app.session, self._run)

    def as_copied(self, *, raw: bool = False) -> str:
        """What copying takes, with the raw exchange or without."""
        return entry_text(self._entry, self._run, self._truths(), raw=raw)

    def step(self, by: int) -> None:
        """Shows the line that many after this one."""
        there = self._entry.number - self._journal.first + by
        if not 0 <= there < len(self._journal):
            self.say("There is no line after this one." if by > 0 else "There is no line before this one.")
            return
        self._turn_to(self._journal[there])
        self.say("")
        self.show_again()
