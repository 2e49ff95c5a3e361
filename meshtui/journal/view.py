"""Which entries of the journal are shown: all but what a filter or a fold takes away.

A view keeps up with the journal at the cost of what is new. While there is neither filter nor fold it keeps nothing at
all. A filter is laid over the journal from its newest entry to its oldest, piece by piece, and what it says of a run
is remembered: whoever types it sees the end of the log at once, and never waits for the rest.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meshtui.journal.entry import Entry
    from meshtui.journal.filter import Filter
    from meshtui.journal.journal import Journal


class Matches:
    """A group is a run with all its entries that are kept, or a note, which is alone."""

    def __init__(self, journal: Journal, by: Filter) -> None:
        self.count = 0
        """How many of the groups asked about pass."""
        self._journal, self._by = journal, by
        self._known: dict[str | int, bool] = {}
        """The id of a run, or the number of a note → whether it passes."""

    def matches(self, entry: Entry) -> bool:
        """Whether the entry's group passes."""
        known = self._known.get(entry.run or entry.number)
        if known is None:
            known = self._by.matches(self._journal.of_run(entry.run) if entry.run else (entry,))
            self._known[entry.run or entry.number] = known
            self.count += known
        return known

    def again(self, run: str) -> bool:
        """Tests a run again whose entries have changed. Returns whether the answer is another one."""
        before = self._known.pop(run, None)
        if before is None:
            return False
        self.count -= before
        return self.matches(self._journal.head_of(run)) != before

    def forget(self) -> None:
        """Lets go what has left the journal."""
        first, runs = self._journal.first, self._journal.runs
        self._known = {
            group: passes
            for group, passes in self._known.items()
            if (group in runs if isinstance(group, str) else group >= first)
        }
        self.count = sum(self._known.values())


PIECE = 100
"""Entries looked at between two looks at the clock."""
BURST = 2_000
"""The most new entries taken in at once; where there are more, the search begins again."""


class View:
    """Rows run from 0 to len - 1, in the journal's order. Numbers name entries and never change; rows do."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.filter: Filter | None = None
        self.folded: set[str] = set()
        """The runs of which only the first row is to be seen."""
        self._matches: Matches | None = None
        self._numbers: array[int] | None = None
        """The visible entries from `_low` to `_high` - 1, in order; None: all."""
        self._low, self._high = journal.first, journal.next
        self._first = journal.first
        """The journal's, when the view last caught up."""

    def __len__(self) -> int:
        return self._high - self._low if self._numbers is None else len(self._numbers)

    def number(self, row: int) -> int:
        """The number of the entry in this row, or in the nearest existing row; -1 where there is none."""
        if not len(self):
            return -1
        row = max(0, min(row, len(self) - 1))
        return self._low + row if self._numbers is None else self._numbers[row]

    def entry(self, row: int) -> Entry | None:
        """None where there is no such row, and where its entry has left the journal since the view last caught up."""
        if not 0 <= row < len(self) or (number := self.number(row)) < self.journal.first:
            return None
        return self.journal.numbered(number)

    def row_of(self, number: int) -> int:
        """The row of an entry; where that is not to be seen, of the nearest one before it, or else the first."""
        if self._numbers is None:
            return max(0, min(number, self._high - 1) - self._low)
        return max(0, bisect_right(self._numbers, number) - 1)

    def since(self, number: int) -> int:
        """How many rows there are from the entry of this number on."""
        before = max(0, number - self._low) if self._numbers is None else bisect_left(self._numbers, number)
        return max(0, len(self) - before)

    def beside(self, number: int, by: int) -> Entry | None:
        """The entry seen so many rows after the one of this number, or before it where `by` is negative; that one need
        not be seen itself. None where there is no such row."""
        if by < 0:
            return self.entry(len(self) - self.since(number) + by)
        return self.entry(len(self) - self.since(number + 1) + by - 1)

    @property
    def searching(self) -> bool:
        """Whether older entries are still to be searched; `step` continues."""
        return self._low > self.journal.first

    @property
    def found(self) -> int:
        """How many runs and notes pass the filter, as far as the search has come; without a filter, all."""
        return self._matches.count if self._matches else self.total

    @property
    def total(self) -> int:
        """How many runs and notes there are."""
        return len(self.journal.runs) + self.journal.notes

    def narrow(self, by: Filter | None) -> None:
        """Takes another filter; None, or one without terms: everything passes. `step` then lays it over the journal."""
        self.filter = by if by and by.terms else None
        self._begin()

    def fold(self, run: str, folded: bool = True) -> None:
        """Folds one run, or unfolds it."""
        (self.folded.add if folded else self.folded.discard)(run)
        if self._plain:
            self._begin()
            return
        if self._numbers is None:
            self._numbers = array("q", range(self._low, self._high))
        self._place(run)

    def fold_all(self, folded: bool = True) -> None:
        """Folds all runs there are, or unfolds them; `step` does it."""
        self.folded = set(self.journal.runs) if folded else set()
        self._begin()

    def catch_up(self) -> None:
        """Adds what was appended to the journal, and removes what was dropped from it."""
        first, end, high = self.journal.first, self.journal.next, self._high
        if first > self._first:
            self._forget()
        if self._numbers is None:
            self._low, self._high = first, end
        elif end - high > BURST:
            self._begin()
        else:
            self._high = end
            self._take([self.journal.numbered(number) for number in range(max(high, first), end)])
        self._first = first

    def step(self, seconds: float) -> None:
        """Looks at older entries for about so long."""
        until = perf_counter() + seconds
        first, found = self.journal.first, array("q")
        while self._low > first:
            for number in range(self._low - 1, max(first, self._low - PIECE) - 1, -1):
                if self._is_seen(self.journal[number - first]):
                    found.append(number)
                self._low = number
            if perf_counter() >= until:
                break
        if self._numbers is not None:
            found.reverse()
            self._numbers = found + self._numbers

    @property
    def _plain(self) -> bool:
        return self.filter is None and not self.folded

    def _begin(self) -> None:
        first, end = self.journal.first, self.journal.next
        self._matches = Matches(self.journal, self.filter) if self.filter else None
        self._numbers = None if self._plain else array("q")
        self._low, self._high, self._first = first if self._plain else end, end, first

    def _is_seen(self, entry: Entry) -> bool:
        return (self._matches is None or self._matches.matches(entry)) and not self._is_folded_away(entry)

    def _is_folded_away(self, entry: Entry) -> bool:
        if entry.run not in self.folded:
            return False
        from meshtui.journal.entry import EntryKind

        # Where a run's first row was dropped there is none to unfold it at, so nothing of it is folded away.
        return entry.what is not EntryKind.RUN and self.journal.head_of(entry.run).what is EntryKind.RUN

    def _take(self, new: list[Entry]) -> None:
        assert self._numbers is not None
        turned = self._ask_again({entry.run for entry in new if entry.run})
        self._numbers.extend(entry.number for entry in new if self._is_seen(entry))
        for run in turned:
            self._place(run)

    def _forget(self) -> None:
        self.folded &= self.journal.runs
        if self._plain:
            self._begin()
        if self._numbers is None:
            return
        self._low = max(self._low, self.journal.first)
        del self._numbers[: bisect_left(self._numbers, self._low)]
        if self._matches:
            self._matches.forget()
        self._ask_again(self.journal.shortened)
        for run in self.journal.shortened:
            self._place(run)

    def _ask_again(self, runs: set[str]) -> list[str]:
        return [run for run in runs if self._matches and self._matches.again(run)]

    def _place(self, run: str) -> None:
        """Puts each entry of the run in or takes it out, as it is to be seen now."""
        assert self._numbers is not None
        for entry in self.journal.of_run(run):
            if self._low <= entry.number < self._high:
                at = bisect_left(self._numbers, entry.number)
                there = at < len(self._numbers) and self._numbers[at] == entry.number
                if self._is_seen(entry) != there:
                    self._numbers[at : at + there] = array("q", () if there else (entry.number,))
