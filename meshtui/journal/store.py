"""What the history keeps and what is asked of it: bounded, by whole runs. Used from one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from meshtui.journal.database import opened, shrink, size, telling, writing
from meshtui.journal.entry import Entry, What
from meshtui.journal.packing import Row, UnreadableError, pack, rejoined, unpack
from meshtui.journal.past import Past, grouped

if TYPE_CHECKING:
    import sqlite3

LARGEST = 128 * 1024 * 1024
"""Bytes that the entries may take, however few they are."""
COLUMNS = ", ".join(Row._fields)
_NEWEST = "SELECT run FROM entries WHERE what = ? ORDER BY id DESC LIMIT ?"
# A run is a group, a note one of its own. Whatever is behind the newest that make up the wanted number goes; the newest
# group stays, however large it is.
_PRUNE = """
DELETE FROM entries WHERE (CASE run WHEN '' THEN id ELSE run END) IN (
  SELECT name FROM (
    SELECT name, ROW_NUMBER() OVER newest_first AS place, SUM(size) OVER newest_first AS total FROM (
      SELECT CASE run WHEN '' THEN id ELSE run END AS name, MIN(id) AS first, COUNT(*) AS size
      FROM entries GROUP BY name
    ) WINDOW newest_first AS (ORDER BY first DESC)
  ) WHERE place > 1 AND total > ?
)
"""


class Listed(NamedTuple):
    """Runs, the newest first, with their beginnings and ends."""

    runs: tuple[Past, ...]
    of: int
    """How many the history holds."""
    unreadable: int = 0
    """Entries that were passed over: damaged, or of a version that wrote them differently."""


class Store:
    """Opens the file when it is first needed, and makes it when there is something to write. Every method may raise
    HistoryError."""

    def __init__(self, path: Path, keep: int) -> None:
        self.path = path
        self._keep = keep
        self._connection: sqlite3.Connection | None = None

    def add(self, entries: Sequence[Entry]) -> None:
        """Writes them all or none."""
        rows = [pack(entry) for entry in entries[-self._keep :]]
        with telling(self.path):
            connection = self._opened()
            with writing(connection):
                marks = ", ".join("?" * len(Row._fields))
                connection.executemany(f"INSERT INTO entries ({COLUMNS}) VALUES ({marks})", rows)  # noqa: S608
            self._prune(connection)

    def runs(self, limit: int = -1) -> Listed:
        """The newest, at most `limit` of them; -1: all."""
        begun, ended = What.RUN.value, What.VERDICT.value
        found = self._rows(f"run IN ({_NEWEST}) AND what IN (?, ?)", (begun, limit, begun, ended))
        entries, unreadable = _unpacked(found)
        return Listed(grouped(entries)[::-1], self._count("what = ?", begun), unreadable)

    def passing(self, holds: Callable[[Sequence[Entry]], bool], limit: int = -1) -> frozenset[str]:
        """Those of the newest runs of whose entries this holds. They are read one after the other: thousands of them
        whole would take a lot of memory."""
        with telling(self.path):
            if not self._is_there:
                return frozenset()
            sql = f"SELECT {COLUMNS} FROM entries WHERE run IN ({_NEWEST}) ORDER BY run, id"  # noqa: S608
            rows = (Row(*row) for row in self._opened().execute(sql, (What.RUN.value, limit)))
            runs = groupby(rows, lambda row: row.run)
            return frozenset(run for run, its in runs if holds(rejoined(_unpacked(its)[0])))

    def run(self, run: str) -> tuple[Entry, ...]:
        """All readable entries of one run, in their order; none where the history has no such run."""
        return rejoined(_unpacked(self._rows("run = ?", (run,)))[0])

    def notes(self, after: float, before: float) -> tuple[Entry, ...]:
        """What was noted between two times (Unix, seconds)."""
        found = self._rows("what = ? AND at > ? AND at < ?", (What.NOTE.value, after, before))
        return tuple(_unpacked(found)[0])

    def clear(self) -> int:
        """Forgets everything, and leaves nothing of it in the file. Returns how many entries there were."""
        with telling(self.path):
            if not self._is_there:
                return 0
            connection = self._opened()
            with writing(connection):
                gone = connection.execute("DELETE FROM entries").rowcount
            shrink(connection)
        return gone

    def close(self) -> None:
        if self._connection is not None:
            with telling(self.path):
                self._connection.close()
            self._connection = None

    def _rows(self, condition: str, values: tuple[object, ...]) -> list[Row]:
        with telling(self.path):
            if not self._is_there:
                return []
            sql = f"SELECT {COLUMNS} FROM entries WHERE {condition} ORDER BY id"  # noqa: S608 - the conditions are ours
            return [Row(*row) for row in self._opened().execute(sql, values)]

    def _count(self, condition: str, *values: object) -> int:
        with telling(self.path):
            if not self._is_there:
                return 0
            sql = f"SELECT COUNT(*) FROM entries WHERE {condition}"  # noqa: S608 - the conditions are ours
            return int(self._opened().execute(sql, values).fetchone()[0])

    def _prune(self, connection: sqlite3.Connection) -> None:
        """Beyond the bound the oldest whole runs go, a block of them at a time."""
        count = connection.execute("SELECT COUNT(*) FROM entries").fetchone()[0]
        if count > self._keep or size(connection) > LARGEST:
            with writing(connection):
                connection.execute(_PRUNE, (min(self._keep - self._keep // 16, count - count // 16),))
            shrink(connection)

    @property
    def _is_there(self) -> bool:
        """Whether there is anything to read: reading makes no file."""
        return self._connection is not None or self.path.exists()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = opened(self.path)
        return self._connection


def _unpacked(rows: Iterable[Row]) -> tuple[list[Entry], int]:
    """The readable ones, and how many are not."""
    entries, unreadable = [], 0
    for row in rows:
        try:
            entries.append(unpack(row))
        except UnreadableError:
            unreadable += 1
    return entries, unreadable
