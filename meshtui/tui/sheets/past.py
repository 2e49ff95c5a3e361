"""The explanation of a run of the history, from which nothing leads to the lines of the log."""

from __future__ import annotations

from meshtui.journal.journal import Journal
from meshtui.journal.past_runs import Past
from meshtui.journal.view import View
from meshtui.tui.pages.entry import Truths
from meshtui.tui.pages.past import when
from meshtui.tui.sheets.explanation import ExplanationSheet


class PastSheet(ExplanationSheet):
    def __init__(self, past: Past) -> None:
        journal = Journal()
        journal.extend(past.entries)
        self._date = when(past.at).split()[0]
        super().__init__(View(journal), journal[0])

    def heading(self) -> tuple[str, str]:
        title, about = super().heading()
        return f"{title} of {self._date}", about

    def _truths(self) -> Truths:
        """Only what the sandbox of this sitting still knows."""
        return super()._truths() or None
