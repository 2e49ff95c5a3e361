"""A meshtui that is killed while it writes its history loses nothing that it has written, and leaves no half of a run.

`python -m tests.journal.kills --rounds 1000` goes through more."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from meshtui.journal.database import Store
from tests.journal.kills import MANY, Expected, batch_of, list_faults, run_rounds

pytestmark = [pytest.mark.attack, pytest.mark.skipif(os.name != "posix", reason="SIGKILL is Unix's")]


def test_no_record_is_lost_or_torn_by_a_kill():
    written, faults = run_rounds(40, seed=7)
    assert faults == []
    assert written > 100


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("DELETE FROM entries WHERE run = 'a-1' AND what = 'verdict'", "a-1 is torn"),
        ("DELETE FROM entries WHERE run = 'a-1'", "a-1 is lost"),
        ("UPDATE entries SET text = 'x' WHERE run = 'a-1'", "a-1 is not what was written"),
        ("UPDATE entries SET detail = '{' WHERE run = 'a-1' AND what = 'verdict'", "1 unreadable"),
    ],
)
def test_a_lost_or_torn_record_would_be_seen(tmp_path: Path, damage: str, fault: str):
    path = tmp_path / "history.db"
    expected = Expected()
    with closing(Store(path, MANY)) as store:
        for name in ("a-0", "a-1", "a-2"):
            store.add(batch_of(name))
            expected.record([name])
    assert list_faults(path, expected, all_kept=True) == []
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(damage)
        connection.commit()
    assert fault in list_faults(path, expected, all_kept=True)
