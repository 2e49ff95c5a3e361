"""The history's file as SQLite: opening it for its owner only, bringing an older one up to date, what is said of one
that cannot be used.

Several meshtui at once may write to it: each waits for the other, at most `PATIENCE`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from meshtui.folders import made_private

PATIENCE = 3.0
"""Seconds to wait for another meshtui that is writing."""
FORMS: tuple[str, ...] = (
    """
    CREATE TABLE entries (
      id INTEGER PRIMARY KEY, at REAL NOT NULL, what TEXT NOT NULL, text TEXT NOT NULL, run TEXT NOT NULL,
      credential TEXT NOT NULL, seconds REAL, cancelled INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL
    );
    CREATE INDEX entries_by_run ON entries (run, id);
    CREATE INDEX entries_by_what ON entries (what, id);
    """,
)
"""What leads from each form of the file to the next: the number of those done stands in its `user_version`. A later
form is added here as statements that bring the older one up to it; none is ever changed."""


class HistoryError(Exception):
    """The history cannot be kept or read; the text says why, and what to do."""


def opened(path: Path) -> sqlite3.Connection:
    """The database, made where there is none, in the newest form. Raises HistoryError for one of a newer meshtui, and
    what SQLite and the system raise (see `telling`)."""
    if not path.exists():
        made_private(path.parent)
        # SQLite gives the files beside it (-wal, -shm) the mode of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    form = connection.execute("PRAGMA user_version").fetchone()[0]
    if form > len(FORMS):
        raise HistoryError(
            f"{path} was written by a newer meshtui (form {form}; this one knows {len(FORMS)}), so it stays as it is"
        )
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before the first table, or never
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if form < len(FORMS):
        with writing(connection):
            form = connection.execute("PRAGMA user_version").fetchone()[0]  # another meshtui may have been faster
            for statement in ";".join(FORMS[form:]).split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {max(form, len(FORMS))}")


@contextmanager
def telling(path: Path) -> Iterator[None]:
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
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, and nobody else writes meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def size(connection: sqlite3.Connection) -> int:
    """Bytes that the entries take."""
    page, pages, free = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
    )
    return int(page * (pages - free))


def shrink(connection: sqlite3.Connection) -> None:
    """Gives freed space back, and empties the file of what is not yet in the database."""
    connection.executescript("PRAGMA incremental_vacuum")  # `execute` would take one step, and free one page
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
