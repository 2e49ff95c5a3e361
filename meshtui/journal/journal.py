"""The journal: what happened, in order and bounded, with listeners that are called after each change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, KeysView
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meshtui.journal.entry import Entry

BOUND = 100_000
"""Entries kept. The oldest go first, a block of them at a time, because that is much cheaper than one by one."""

Listener = Callable[[], None]

_set = object.__setattr__


class Journal:
    """Positions run from 0 (the oldest kept) to len - 1. Used from one thread, the event loop's."""

    def __init__(self, bound: int = BOUND) -> None:
        self.bound = bound
        self.next = 0
        """The number that the next entry gets."""
        self.notes = 0
        """How many of the entries kept belong to no run."""
        self.shortened: set[str] = set()
        """The runs whose first entries were dropped while others of theirs are kept."""
        self._entries: list[Entry] = []
        self._runs: defaultdict[str, list[Entry]] = defaultdict(list)
        self._listeners: tuple[Listener, ...] = ()

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, position: int) -> Entry:
        return self._entries[position]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    @property
    def first(self) -> int:
        """The number of the oldest entry kept; that of the next entry where there is none."""
        return self.next - len(self._entries)

    @property
    def runs(self) -> KeysView[str]:
        """The ids of the runs of which at least one entry is kept, those that began first first."""
        return self._runs.keys()

    def append(self, entry: Entry) -> Entry:
        """Numbers the entry and keeps it. Returns it as kept. `meshtui.journal.recording` makes entries, redacted."""
        kept = self._keep(entry)
        if len(self._entries) > self.bound:
            self._drop(max(1, self.bound // 16))
        for listener in self._listeners:
            listener()
        return kept

    def extend(self, entries: Iterable[Entry]) -> None:
        """Appends several entries; listeners are called once."""
        keep = self._keep
        for entry in entries:
            keep(entry)
        if (surplus := len(self._entries) - self.bound) > 0:
            self._drop(max(surplus, self.bound // 16))
        for listener in self._listeners:
            listener()

    def clear(self) -> None:
        """Removes all entries; numbers continue."""
        self._drop(len(self._entries))
        for listener in self._listeners:
            listener()

    def of_run(self, run: str) -> tuple[Entry, ...]:
        """The entries of one run that are still kept, in their order."""
        return tuple(self._runs.get(run, ()))

    def head_of(self, run: str) -> Entry:
        """The first entry kept of a run. Raises KeyError where none is."""
        if run not in self._runs:
            raise KeyError(run)
        return self._runs[run][0]

    def numbered(self, number: int) -> Entry:
        """The entry of that number. Raises IndexError where it is not kept, or not there yet."""
        position = number - self.first
        if position < 0:
            raise IndexError(number)
        return self._entries[position]

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` after every change. Returns what ends that."""
        self._listeners += (listener,)

        def end() -> None:
            self._listeners = tuple(other for other in self._listeners if other is not listener)

        return end

    def _keep(self, entry: Entry) -> Entry:
        # Numbering in place is what makes 100,000 entries cheap. An entry that was kept before, here or elsewhere, is
        # copied, so a number once given never changes.
        kept = entry if entry.number < 0 else replace(entry)
        _set(kept, "number", self.next)
        self.next += 1
        self._entries.append(kept)
        if run := kept.run:
            self._runs[run].append(kept)
        else:
            self.notes += 1
        return kept

    def _drop(self, count: int) -> None:
        dropped = self._entries[:count]
        del self._entries[:count]
        lost: defaultdict[str, int] = defaultdict(int)
        for entry in dropped:
            lost[entry.run] += 1
        self.notes -= lost.pop("", 0)
        for run, number in lost.items():
            del self._runs[run][:number]
            if self._runs[run]:
                self.shortened.add(run)
            else:
                del self._runs[run]
                self.shortened.discard(run)
