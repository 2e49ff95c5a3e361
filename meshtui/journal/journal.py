"""The journal: what happened, in order, bounded, and whoever wants to hears of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from meshtui.journal.entry import Entry

BOUND = 100_000
"""Entries kept. The oldest go first, a block of them at a time, because that is much cheaper than one by one."""

Listener = Callable[[], None]


class Journal:
    """Positions run from 0 (the oldest kept) to len - 1. Used from one thread, the event loop's."""

    def __init__(self, bound: int = BOUND) -> None:
        self.bound = bound
        self._entries: list[Entry] = []
        self._next = 0
        self._listeners: list[Listener] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, position: int) -> Entry:
        return self._entries[position]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    @property
    def first(self) -> int:
        """The number of the oldest entry kept; of the next one where there is none."""
        return self._next - len(self._entries)

    def append(self, entry: Entry) -> Entry:
        """Numbers the entry and keeps it. Returns it as kept. `meshtui.journal.record` makes entries, redacted."""
        kept = replace(entry, number=self._next)
        self._next += 1
        self._entries.append(kept)
        if len(self._entries) > self.bound:
            del self._entries[: max(1, self.bound // 16)]
        self._tell()
        return kept

    def clear(self) -> None:
        """Forgets all entries; numbers go on counting."""
        self._entries.clear()
        self._tell()

    def of_run(self, run: str) -> tuple[Entry, ...]:
        """The entries of one run that are still kept, in their order."""
        return tuple(entry for entry in self._entries if entry.run == run)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` after every change. Returns what ends that."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
