"""The history in SQLite: opening the file for its owner only, bringing an older one up to date, what it keeps and what
is asked of it. Bounded, by whole runs. Used from one thread.

Several meshtui at once may write to it: each waits for the other, at most `BUSY_TIMEOUT_S` seconds.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from meshtui.base.files import make_private, restrict_mode
from meshtui.journal.entry import Entry, EntryKind
from meshtui.journal.past_runs import Past, group_runs
from meshtui.journal.serialization import Row, UnreadableError, pack, restore_check_report, unpack

BUSY_TIMEOUT_S = 3.0
"""Seconds to wait for another meshtui that is writing."""
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE entries (
      id INTEGER PRIMARY KEY, at REAL NOT NULL, what TEXT NOT NULL, text TEXT NOT NULL, run TEXT NOT NULL,
      credential TEXT NOT NULL, seconds REAL, cancelled INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL
    );
    CREATE INDEX entries_by_run ON entries (run, id);
    CREATE INDEX entries_by_what ON entries (what, id);
    """,
    # Checks had other names at first.
    """
    UPDATE entries SET kind = 'check', what = 'check', detail = rename_check_fields(detail) WHERE kind = 'rung';
    UPDATE entries SET kind = 'check_report', detail = rename_check_fields(detail) WHERE kind = 'ladder'
    """,
)
"""The statements that lead from each version of the schema to the next; `user_version` of the file counts those
applied. A later version is added here; existing ones are never changed."""


class HistoryError(Exception):
    """The history cannot be kept or read; the text says why, and what to do."""


_RENAMED = {"rungs": "checks", "holds": "status", "leaves_open": "does_not_prove"}


def rename_check_fields(detail: str) -> str:
    """The JSON of a check or a check report with the names of today; a damaged one as it is."""
    try:
        value = json.loads(detail)
    except (ValueError, RecursionError):
        return detail
    return json.dumps(_rename(value)) if isinstance(value, dict) else detail


def _rename(value: Mapping[str, object]) -> dict[str, object]:
    renamed = {_RENAMED.get(name, name): each for name, each in value.items()}
    if isinstance(checks := renamed.get("checks"), list):
        renamed["checks"] = [_rename(check) if isinstance(check, dict) else check for check in checks]
    return renamed


def open_database(path: Path) -> sqlite3.Connection:
    """The database in the newest schema, created where it is missing. Raises HistoryError for a file of a newer
    meshtui, and what SQLite and the system raise (see `translate_errors`)."""
    if not path.exists():
        make_private(path.parent)
        # SQLite gives the files beside it (-wal, -shm) the mode of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    try:
        _prepare(connection, path)
    except sqlite3.OperationalError as problem:
        connection.close()
        if "locked" in str(problem) or (readable := _open_to_read(path)) is None:
            raise
        return readable
    except BaseException:
        connection.close()
        raise
    return connection


def _open_to_read(path: Path) -> sqlite3.Connection | None:
    """The database as it is in the file, for a disk that is full or read-only. What is only in its -wal is not seen.
    None where its schema is not the newest, or it cannot be read."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS):
            return connection
    except sqlite3.Error:
        pass
    connection.close()
    return None


def restrict_modes(path: Path) -> bool:
    """Whether others could read the file or what SQLite keeps beside it; now they cannot."""
    tightened = [restrict_mode(path.with_name(path.name + beside)) for beside in ("", "-wal", "-shm")]
    return any(tightened)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    form = connection.execute("PRAGMA user_version").fetchone()[0]
    if form > len(MIGRATIONS):
        raise HistoryError(
            f"{path} was written by a newer meshtui (form {form}; this one knows {len(MIGRATIONS)}), "
            "so it stays as it is"
        )
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before the first table, or never
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if form < len(MIGRATIONS):
        connection.create_function("rename_check_fields", 1, rename_check_fields, deterministic=True)
        with open_transaction(connection):
            form = connection.execute("PRAGMA user_version").fetchone()[0]  # another meshtui may have been faster
            for statement in ";".join(MIGRATIONS[form:]).split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {max(form, len(MIGRATIONS))}")


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Turns what SQLite and the system say into a HistoryError."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        raise HistoryError(f"{path} cannot be used ({problem})") from None
    except sqlite3.DatabaseError as problem:
        raise HistoryError(f"{path} is damaged ({problem}): move it away, and a new one is begun") from None
    except OSError as problem:
        raise HistoryError(f"{problem.filename or path} cannot be used ({problem.strerror})") from None


@contextmanager
def open_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that locks out other writers."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def measure_size(connection: sqlite3.Connection) -> int:
    """Bytes that the entries take."""
    page, pages, free = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
    )
    return int(page * (pages - free))


def shrink_database(connection: sqlite3.Connection) -> None:
    """Gives freed space back, and empties the file of what is not yet in the database."""
    connection.executescript("PRAGMA incremental_vacuum")  # `execute` would take one step, and free one page
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


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
    unreadable: int
    """Entries that were passed over: damaged, or of a version that wrote them differently."""


class Store:
    """Opens the file when it is first needed, and makes it when there is something to write. Every method may raise
    HistoryError."""

    def __init__(self, path: Path, keep: int) -> None:
        self.path = path
        self._keep = keep
        self._connection: sqlite3.Connection | None = None
        self.tightened = False
        """Whether others could read the file until it was opened."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Writes them all or none."""
        rows = [pack(entry) for entry in entries[-self._keep :]]
        with translate_errors(self.path):
            connection = self._opened()
            with open_transaction(connection):
                marks = ", ".join("?" * len(Row._fields))
                connection.executemany(f"INSERT INTO entries ({COLUMNS}) VALUES ({marks})", rows)  # noqa: S608
            self._prune(connection)

    def runs(self, limit: int = -1) -> Listed:
        """The newest, at most `limit` of them; -1: all."""
        begun, ended = EntryKind.RUN.value, EntryKind.VERDICT.value
        found = self._rows(f"run IN ({_NEWEST}) AND what IN (?, ?)", (begun, limit, begun, ended))
        entries, unreadable = _unpack_entries(found)
        return Listed(group_runs(entries)[::-1], self._count("what = ?", begun), unreadable)

    def passing(self, holds: Callable[[Sequence[Entry]], bool], limit: int = -1) -> frozenset[str]:
        """The ids of the newest runs whose entries fulfil the condition. Runs are read one at a time to bound the
        memory used."""
        with translate_errors(self.path):
            if not self._is_there:
                return frozenset()
            sql = f"SELECT {COLUMNS} FROM entries WHERE run IN ({_NEWEST}) ORDER BY run, id"  # noqa: S608
            rows = (Row(*row) for row in self._opened().execute(sql, (EntryKind.RUN.value, limit)))
            runs = groupby(rows, lambda row: row.run)
            return frozenset(run for run, its in runs if holds(restore_check_report(_unpack_entries(its)[0])))

    def run(self, run: str) -> tuple[Entry, ...]:
        """All readable entries of one run, in their order; none where the history has no such run."""
        return restore_check_report(_unpack_entries(self._rows("run = ?", (run,)))[0])

    def notes(self, after: float, before: float) -> tuple[Entry, ...]:
        """What was noted between two times (Unix, seconds)."""
        found = self._rows("what = ? AND at > ? AND at < ?", (EntryKind.NOTE.value, after, before))
        return tuple(_unpack_entries(found)[0])

    def clear(self) -> int:
        """Forgets everything, and leaves nothing of it in the file. Returns how many entries there were."""
        with translate_errors(self.path):
            if not self._is_there:
                return 0
            connection = self._opened()
            gone = connection.execute("DELETE FROM entries").rowcount
            shrink_database(connection)
        return gone

    def close(self) -> None:
        if self._connection is not None:
            with translate_errors(self.path):
                self._connection.close()
            self._connection = None

    def _rows(self, condition: str, values: tuple[object, ...]) -> list[Row]:
        with translate_errors(self.path):
            if not self._is_there:
                return []
            sql = f"SELECT {COLUMNS} FROM entries WHERE {condition} ORDER BY id"  # noqa: S608 - the conditions are ours
            return [Row(*row) for row in self._opened().execute(sql, values)]

    def _count(self, condition: str, *values: object) -> int:
        with translate_errors(self.path):
            if not self._is_there:
                return 0
            sql = f"SELECT COUNT(*) FROM entries WHERE {condition}"  # noqa: S608 - the conditions are ours
            return int(self._opened().execute(sql, values).fetchone()[0])

    def _prune(self, connection: sqlite3.Connection) -> None:
        """Deletes the oldest runs beyond the limit, several at a time."""
        count = connection.execute("SELECT COUNT(*) FROM entries").fetchone()[0]
        if count > self._keep or measure_size(connection) > LARGEST:
            connection.execute(_PRUNE, (min(self._keep - self._keep // 16, count - count // 16),))
            shrink_database(connection)

    @property
    def _is_there(self) -> bool:
        """Whether there is anything to read: reading makes no file."""
        return self._connection is not None or self.path.exists()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self.tightened = restrict_modes(self.path)
            self._connection = open_database(self.path)
        return self._connection


def _unpack_entries(rows: Iterable[Row]) -> tuple[list[Entry], int]:
    """The readable ones, and how many are not."""
    entries, unreadable = [], 0
    for row in rows:
        try:
            entries.append(unpack(row))
        except UnreadableError:
            unreadable += 1
    return entries, unreadable
