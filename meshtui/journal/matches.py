"""What a filter says of each run and each note, asked once and remembered."""

from __future__ import annotations

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

    def holds(self, entry: Entry) -> bool:
        """Whether the entry's group passes."""
        known = self._known.get(entry.run or entry.number)
        if known is None:
            known = self._by.holds(self._journal.of_run(entry.run) if entry.run else (entry,))
            self._known[entry.run or entry.number] = known
            self.count += known
        return known

    def again(self, run: str) -> bool:
        """Asks once more about a run that has other entries now. Returns whether the answer has changed."""
        before = self._known.pop(run, None)
        if before is None:
            return False
        self.count -= before
        return self.holds(self._journal.head_of(run)) != before

    def forget(self) -> None:
        """Lets go what has left the journal."""
        first, runs = self._journal.first, self._journal.runs
        self._known = {
            group: passes
            for group, passes in self._known.items()
            if (group in runs if isinstance(group, str) else group >= first)
        }
        self.count = sum(self._known.values())
