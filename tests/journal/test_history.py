"""The history on disk: it survives, for its owner only, bounded, without secrets, and never in anybody's way."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from meshtui.checks.model import CheckReport, CheckResult, CheckStatus
from meshtui.explain.model import Explanation
from meshtui.journal.database import MIGRATIONS, HistoryError, Store
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.journal.history_store import History
from meshtui.journal.journal import Journal
from meshtui.journal.recording import make_note
from meshtui.runs.model import Basis, Served, Verdict
from meshtui.settings import Settings

TOLD = Explanation("unknown", "r", "unknown", "openai", 401, None, "caller", False, None, "no", "No.", "p", "body")
OWN_KEY = Verdict(Served.OWN_KEY, False, Basis.OBSERVED, "Your own key served.")


def run_of(name: str, at: float = 1.0, ended: bool = True) -> list[Entry]:
    begun = Entry(at, EntryKind.RUN, f"byok · {name}", name, "openai", RunInputs("byok", "openai", model="m"))
    return [begun, Entry(at + 1, EntryKind.VERDICT, "served", name, "openai", OWN_KEY, 1.0)][: 2 if ended else 1]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "state" / "meshtui" / "history.db", 1000)
    yield opened
    opened.close()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_written_is_there_for_the_next_one_to_open_it(store: Store):
    store.add([*run_of("a", 1.0), make_note(2.5, "fault switched", "openai"), *run_of("b", 3.0)])
    store.close()
    again = Store(store.path, 1000)
    listed = again.runs()
    assert [past.run for past in listed.runs] == ["b", "a"]
    assert (listed.of, listed.unreadable) == (2, 0)
    assert again.run("a") == tuple(run_of("a", 1.0))
    assert [entry.text for entry in again.notes(1.0, 3.0)] == ["fault switched"]
    assert again.runs(1).runs[0].run == "b"
    again.close()


def test_a_history_of_before_checks_had_their_names_is_read_on(store: Store):
    first = {"credential": "openai", "name": "identity", "holds": "failed", "note": "OpenAI does not know this key",
             "proves": "the key is known", "leaves_open": "any right", "cost": "nothing", "cause": "credential_invalid",
             "exchange": None, "explanation": None, "fix": "", "foretells": "", "optional": False}  # fmt: skip
    ladder = {"credential": "openai", "provider": "openai", "model": "m", "rungs": [first], "sentence": "No.",
              "only": ""}  # fmt: skip
    rows = [
        (1.0, "run", "check", "a", "openai", None, 0, "asked", json.dumps({"path": "check", "credential": "openai"})),
        (2.0, "rung", "identity", "a", "openai", 0.1, 0, "rung", json.dumps(first)),
        (3.0, "verdict", "No.", "a", "openai", 0.2, 0, "ladder", json.dumps(ladder)),
        (4.0, "rung", "damaged", "b", "openai", 0.1, 0, "rung", "{"),
    ]
    store.path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(store.path)) as old:
        old.executescript(MIGRATIONS[0])
        old.executemany(
            "INSERT INTO entries (at, what, text, run, credential, seconds, cancelled, kind, detail) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        old.execute("PRAGMA user_version = 1")
        old.commit()
    run = store.run("a")
    assert [entry.what for entry in run] == [EntryKind.RUN, EntryKind.CHECK, EntryKind.VERDICT]
    report = run[-1].detail
    assert isinstance(report, CheckReport)
    assert report.deciding is not None
    assert (report.deciding.status, report.deciding.does_not_prove) == (CheckStatus.FAILED, "any right")
    assert store.runs().runs[0].check_report is not None
    assert store.run("b") == ()


def test_a_run_that_never_ended_is_kept_as_far_as_it_came(store: Store):
    store.add(run_of("a", ended=False))
    past = store.runs().runs[0]
    assert past.ended is None
    assert past.worked is None


def test_only_its_owner_can_read_any_of_its_files(store: Store):
    before = os.umask(0)
    try:
        store.add(run_of("a"))
    finally:
        os.umask(before)
    beside = sorted(path.name for path in store.path.parent.iterdir())
    assert beside == ["history.db", "history.db-shm", "history.db-wal"]
    assert {mode(path) for path in store.path.parent.iterdir()} == {0o600}
    assert mode(store.path.parent) == 0o700


def test_reading_what_is_not_there_makes_no_file(store: Store):
    assert store.runs() == ((), 0, 0)
    assert store.run("a") == ()
    assert store.clear() == 0
    assert not store.path.parent.exists()


def test_the_oldest_whole_runs_go_and_the_file_shrinks(tmp_path: Path):
    store = Store(tmp_path / "history.db", 100)
    for number in range(40):
        store.add([*run_of(f"old{number}"), Entry(1.0, EntryKind.NOTE, "x" * 60_000)])
        assert len(store.runs().runs) <= 50
    large = store.path.stat().st_size
    for number in range(45):
        store.add(run_of(f"new{number}", 2.0))
    runs = store.runs().runs
    assert {len(store.run(past.run)) for past in runs} == {2}
    assert [past.run for past in runs[:45]] == [f"new{number}" for number in range(44, -1, -1)]
    store.close()
    assert store.path.stat().st_size < large / 4
    with sqlite3.connect(store.path) as looked:
        assert looked.execute("SELECT COUNT(*) FROM entries").fetchone()[0] <= 100


def test_entries_that_take_too_much_room_go_though_they_are_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("meshtui.journal.database.LARGEST", 1_000_000)
    store = Store(tmp_path / "history.db", 1000)
    for number in range(60):
        store.add([Entry(1.0, EntryKind.NOTE, "x" * 50_000, run=str(number))])
    assert store.path.stat().st_size < 1_500_000
    assert len(store.run("59")) == 1
    store.close()


@pytest.mark.parametrize("largest", [1, 1 << 30], ids=["too large", "too many"])
def test_a_sixteenth_goes_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int):
    monkeypatch.setattr("meshtui.journal.database.LARGEST", largest)
    store = Store(tmp_path / "history.db", 1000 if largest == 1 else 32)
    notes = [make_note(float(number), str(number)) for number in range(33)]
    store.add(notes[:1])
    store.add(notes[1:])
    kept = [entry.text for entry in store.notes(-1.0, 99.0)]
    assert kept == [str(number) for number in range(33)][-(31 if largest == 1 else 30) :]
    store.close()


def test_the_newest_run_stays_though_it_alone_is_beyond_the_bound(tmp_path: Path):
    store = Store(tmp_path / "history.db", 4)
    store.add(run_of("a"))
    store.add(run_of("b", ended=False))
    store.add([Entry(1.0, EntryKind.NOTE, run="b") for _ in range(4)])
    assert [past.run for past in store.runs().runs] == ["b"]
    assert len(store.run("b")) == 5
    store.close()


def test_clearing_leaves_nothing_in_the_file(store: Store):
    store.add([make_note(1.0, "a sentence to be forgotten"), *run_of("a")])
    assert store.clear() == 3
    store.add(run_of("b"))
    assert [past.run for past in store.runs().runs] == ["b"]
    for path in store.path.parent.iterdir():
        assert b"to be forgotten" not in path.read_bytes()


def test_what_made_room_for_newer_runs_leaves_nothing_in_the_file(tmp_path: Path):
    store = Store(tmp_path / "history.db", 4)
    for name in ("to be forgotten", "b", "c"):
        store.add([replace(entry, text=name) for entry in run_of(name)])
    assert [past.run for past in store.runs().runs] == ["c", "b"]
    assert b"to be forgotten" not in store.path.read_bytes()
    store.close()


def test_a_row_that_cannot_be_read_is_passed_over_and_counted(store: Store):
    store.add([*run_of("a"), *run_of("b")])
    with sqlite3.connect(store.path) as other:
        other.execute("UPDATE entries SET detail = '{' WHERE run = 'a' AND what = 'verdict'")
        other.execute("UPDATE entries SET text = CAST(X'ff00fe' AS TEXT) WHERE run = 'b' AND what = 'run'")
    listed = store.runs()
    assert [past.run for past in listed.runs] == ["b", "a"]
    assert listed.unreadable == 1
    assert len(store.run("a")) == 1


def test_a_file_of_a_newer_meshtui_is_left_untouched(store: Store):
    store.add(run_of("a"))
    with sqlite3.connect(store.path) as other:
        other.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    store.close()
    other.close()
    as_it_is = store.path.read_bytes()
    for doing in (store.runs, store.clear, lambda: store.add(run_of("b"))):
        with pytest.raises(HistoryError, match="written by a newer meshtui"):
            doing()
    assert store.path.read_bytes() == as_it_is


def test_an_older_file_is_brought_up_to_date(store: Store, monkeypatch: pytest.MonkeyPatch):
    store.add(run_of("a"))
    store.close()
    monkeypatch.setattr(
        "meshtui.journal.database.MIGRATIONS", (*MIGRATIONS, "ALTER TABLE entries ADD COLUMN later TEXT")
    )
    assert [past.run for past in store.runs().runs] == ["a"]
    store.close()
    assert sqlite3.connect(store.path).execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS) + 1


def test_an_update_that_fails_leaves_the_file_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch):
    store.add(run_of("a"))
    store.close()
    with monkeypatch.context() as later:
        later.setattr(
            "meshtui.journal.database.MIGRATIONS", (*MIGRATIONS, "ALTER TABLE entries ADD COLUMN later TEXT; NONSENSE")
        )
        with pytest.raises(HistoryError):
            store.runs()
    with closing(sqlite3.connect(store.path)) as looked:
        assert "later" not in [row[1] for row in looked.execute("PRAGMA table_info(entries)")]
    assert [past.run for past in store.runs().runs] == ["a"]


def damaged(path: Path) -> str:
    path.write_bytes(b"this is no database at all, " * 200)
    return "is damaged"


def unreadable_pages(path: Path) -> str:
    whole = Store(path, 1000)
    whole.add([*run_of("a"), make_note(1.0, "x" * 90_000)])
    whole.close()
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 80_000)
    return "cannot be used|is damaged"


def a_folder(path: Path) -> str:
    path.mkdir()
    return "cannot be used"


def below_a_file(path: Path) -> str:
    path.parent.rmdir()
    path.parent.write_text("")
    return "cannot be used"


@pytest.mark.parametrize("trouble", [damaged, unreadable_pages, a_folder, below_a_file])
async def test_a_file_that_cannot_be_used_is_told_once_and_nothing_breaks(
    tmp_path: Path, trouble: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("meshtui.journal.history_store.PAUSE", 0.01)
    path = tmp_path / "meshtui" / "history.db"
    path.parent.mkdir()
    why = trouble(path)
    told: list[str] = []
    journal, history = Journal(), History(path, 1000)
    history.follow(journal, told.append)
    for _ in range(3):
        journal.append(make_note(1.0, "something"))
        await asyncio.sleep(0.03)
    await history.close()
    assert len(told) == 1
    assert told[0].startswith("the history is not kept: ")
    assert told[0].endswith("; what is on the screen stays")
    assert re.search(why, told[0])


def test_a_full_disk_is_told_in_words(store: Store):
    store.add(run_of("a"))
    connection = store._opened()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(HistoryError, match="full"):
        store.add([make_note(1.0, "x" * 60_000)])
    assert store.run("a"), "what was there stays readable"
    assert store.notes(0.0, 2.0) == ()


def test_of_what_is_written_together_all_is_kept_or_nothing(store: Store):
    store.add(run_of("a"))
    connection = store._opened()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(HistoryError, match="full"):
        store.add([*run_of("b"), make_note(1.0, "x" * 60_000)])
    assert store.run("b") == ()
    connection.execute("PRAGMA max_page_count = 100000")
    store.add(run_of("c"))
    assert [past.run for past in store.runs().runs] == ["c", "a"]


@pytest.fixture
def unwritable(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A history that SQLite cannot write to, as on a disk that is full or read-only."""
    store.add([*run_of("a"), make_note(1.5, "noted")])
    store.close()
    store.path.with_name("history.db-wal").mkdir()
    monkeypatch.chdir(store.path.parent)
    return Store(Path("history.db"), 1000)


def test_a_history_that_cannot_be_written_to_can_be_read(unwritable: Store):
    assert [past.run for past in unwritable.runs().runs] == ["a"]
    assert unwritable.run("a") == tuple(run_of("a"))
    assert [entry.text for entry in unwritable.notes(0.0, 9.0)] == ["noted"]
    with pytest.raises(HistoryError, match="cannot be used"):
        unwritable.add(run_of("b"))
    with pytest.raises(HistoryError, match="cannot be used"):
        unwritable.clear()
    unwritable.close()


def test_a_damaged_row_of_a_history_that_cannot_be_written_to_is_passed_over(unwritable: Store):
    path = unwritable.path
    path.with_name("history.db-wal").rmdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE entries SET text = CAST(X'ff00fe' AS TEXT) WHERE what = 'run'")
        other.commit()
    path.with_name("history.db-wal").mkdir()
    assert [entry.what for entry in unwritable.run("a")] == ["run", "verdict"]
    unwritable.close()


@pytest.mark.parametrize("form", [0, 1, 9])
def test_one_of_another_form_that_cannot_be_written_to_is_not_read(unwritable: Store, form: int):
    path = unwritable.path
    path.with_name("history.db-wal").rmdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {form}")
        other.commit()
    path.with_name("history.db-wal").mkdir()
    with pytest.raises(HistoryError):
        unwritable.runs()


def test_a_history_that_another_meshtui_has_locked_is_waited_for_and_not_read_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("meshtui.journal.database.BUSY_TIMEOUT_S", 0.01)
    store.add(run_of("a"))
    store.close()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(HistoryError, match="locked"):
            store.runs()
        other.execute("ROLLBACK")
    assert [past.run for past in store.runs().runs] == ["a"]


@pytest.mark.parametrize("beside", ["", "-wal", "-shm"])
def test_a_file_that_others_could_read_is_made_private_and_that_is_told(store: Store, beside: str):
    store.add(run_of("a"))
    assert not store.tightened
    loose = store.path.with_name(f"history.db{beside}")
    loose.chmod(0o644)
    again = Store(store.path, 1000)
    assert again.runs().of == 1
    assert again.tightened
    assert mode(loose) == 0o600
    again.close()


def test_runs_are_found_by_what_their_entries_fulfil_and_a_report_is_whole_then(store: Store):
    assert store.passing(lambda _: True) == frozenset()
    assert not store.path.exists(), "reading makes no file"
    check = CheckResult("openai", "identity", CheckStatus.FAILED, "no", "it", "", "nothing", "unknown", None, TOLD)
    report = CheckReport("openai", "openai", "m", (check,), "so it is")
    checked = [Entry(at, what, run="checked", credential="openai", detail=detail) for at, what, detail in (
        (1.0, EntryKind.RUN, RunInputs("check", "openai")), (2.0, EntryKind.CHECK, check),
        (3.0, EntryKind.VERDICT, report))]  # fmt: skip
    store.add([*run_of("a"), make_note(1.0, "x"), *checked, *run_of("b", ended=False)])
    seen: list[tuple[str, ...]] = []

    def is_whole(entries: Sequence[Entry]) -> bool:
        seen.append(tuple(entry.what for entry in entries))
        return any(isinstance(e.detail, CheckReport) and e.detail.checks == (check,) for e in entries)

    assert store.passing(is_whole) == {"checked"}
    assert sorted(seen) == [("run",), ("run", "check", "verdict"), ("run", "verdict")]
    assert store.passing(lambda _: True) == {"a", "b", "checked"}
    assert store.passing(lambda _: True, 2) == {"b", "checked"}


def test_a_folder_that_may_not_be_written_to_is_told_in_words(tmp_path: Path):
    if os.geteuid() == 0:
        path = Path("/proc/meshtui/history.db")  # even root makes no folder there
    else:
        path = tmp_path / "closed" / "meshtui" / "history.db"
        path.parent.parent.mkdir(mode=0o500)
    with pytest.raises(HistoryError, match="cannot be used"):
        Store(path, 10).add(run_of("a"))


async def test_what_is_appended_is_written_in_batches_and_at_the_latest_when_it_closes(tmp_path: Path):
    path = tmp_path / "history.db"
    journal, history = Journal(), History(path, 1000)
    journal.append(make_note(1.0, "before it followed"))
    history.follow(journal, print)
    for entry in run_of("a"):
        journal.append(entry)
    assert not path.exists(), "nothing is opened before it is time to write"
    assert [past.run for past in (await history.runs()).runs] == ["a"], "who asks sees what has just happened"
    for entry in run_of("b"):
        journal.append(entry)
    await history.close()
    journal.append(make_note(2.0, "after it closed"))
    store = Store(path, 1000)
    assert [past.run for past in store.runs().runs] == ["b", "a"]
    assert store.notes(0.0, 9.0) == ()
    store.close()


async def test_more_than_the_journal_holds_is_no_trouble(tmp_path: Path):
    journal, history = Journal(bound=32), History(tmp_path / "history.db", 1000)
    history.follow(journal, print)
    for number in range(100):
        journal.append(make_note(float(number), str(number)))
    journal.clear()
    journal.append(make_note(200.0, "the newest"))
    assert [entry.text for entry in await history.notes(0.0, 999.0)] == ["the newest"]
    await history.close()


def test_a_session_in_which_nothing_happens_does_not_even_load_the_database():
    code = (
        "import asyncio, sys; from pathlib import Path; from meshtui.journal.history_store import History;"
        "from meshtui.session import Session\n"
        "async def sit():\n"
        "    async with Session.live({}, history=History(Path('/nonexistent/h.db'), 10)): pass\n"
        "asyncio.run(sit()); print({'sqlite3', 'meshtui.journal.database'} & set(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out == "set()\n"


async def test_nothing_is_under_way_while_nothing_happens(tmp_path: Path):
    journal, history = Journal(), History(tmp_path / "history.db", 10)
    history.follow(journal, print)
    journal.append(make_note(1.0, "x"))
    await history.runs()
    assert history._due is None
    await history.close()


WRITER = """
import sys
from pathlib import Path
from meshtui.journal.database import MIGRATIONS, HistoryError
from meshtui.journal.entry import Entry, EntryKind
from meshtui.journal.database import Store
store = Store(Path(sys.argv[1]), 10_000)
for number in range(60):
    run = f"{sys.argv[2]}-{number}"
    store.add([Entry(float(number), EntryKind.RUN, run=run), Entry(number + 0.5, EntryKind.VERDICT, run=run)])
store.close()
"""


def test_two_of_them_write_at_once_and_nothing_is_lost(tmp_path: Path):
    path = tmp_path / "history.db"
    both = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], stderr=subprocess.PIPE) for name in "ab"]
    for process in both:
        _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (0, b"")
    store = Store(path, 10_000)
    runs = store.runs().runs
    assert {past.run for past in runs} == {f"{name}-{number}" for name in "ab" for number in range(60)}
    assert all(past.ended for past in runs)
    store.close()


def test_the_demo_and_the_real_hosts_have_files_of_their_own():
    environ = {"HOME": "/home/u"}
    live, demo = (History.of(Settings(), environ, demo=demo) for demo in (False, True))
    assert live is not None
    assert demo is not None
    assert str(live.path) == "/home/u/.local/state/meshtui/history.db"
    assert str(demo.path) == "/home/u/.local/state/meshtui/demo-history.db"
    assert History.of(Settings(history=False), environ, demo=True) is None
