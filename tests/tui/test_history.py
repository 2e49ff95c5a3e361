"""The history on the screen: what was is found, opened, compared, copied and forgotten, by keys and by mouse."""

from __future__ import annotations

import signal
import sqlite3
from pathlib import Path

import pexpect
import pytest
from textual.widgets import Input

from meshtui.journal.database import Store
from meshtui.journal.history_store import History
from meshtui.journal.recording import make_note
from meshtui.session import Session
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.screens.history_screen import ChangesScreen, HistoryScreen, PastRunScreen
from meshtui.tui.widgets.bars import StatusBar
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON, demo
from tests.tui.recorded_past import many, none_yet, some_days
from tests.tui.test_terminal import ended, spawned, start

__all__ = ["spawned"]  # a fixture
NARROW, WIDE = (80, 24), (200, 60)


def sheet_of(app: MeshtuiApp) -> HistoryScreen:
    assert isinstance(app.screen, HistoryScreen)
    return app.screen


def said(app: MeshtuiApp) -> str:
    return app.screen.query_one(StatusBar).said


@pytest.mark.parametrize("size", leave_to_sweep([NARROW, (120, 36), WIDE]))
async def test_past_runs_are_listed_the_newest_first(screen: Screen, size: tuple[int, int]):
    async with screen(some_days(), size) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        text = text_of(app)
        assert "11 runs" in text
        found = [
            text.index(part) for part in ("2026-11-23 11:01", "2026-11-23 11:00", "2026-11-23 10:05", "2026-11-17")
        ]
        assert found == sorted(found)
        for wanted in ("↩ fell back", "✗ failed", "✓ own key", "byok", "mesh", "vertex", "gpt-4o-mini"):
            assert wanted in text, wanted


async def test_enter_opens_a_run_as_it_was_explained_then(screen: Screen):
    async with screen(some_days(), (160, 54)) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        await pilot.press("down", "down", "enter")
        await settled(pilot)
        assert isinstance(app.screen, PastRunScreen)
        text = text_of(app)
        for wanted in (
            "Run of 2026-11-23   10:05:00",
            "Fell back: paid from your Mesh balance",
            "What was asked",
            "c27e4410",
            "~/keys/openai.txt",
        ):
            assert wanted in text, wanted
        await pilot.press("right")
        assert "OpenAI does not know this key" in text_of(app)
        await pilot.press("escape")
        assert sheet_of(app).lines.cursor == 2


@pytest.mark.slow
@pytest.mark.parametrize("key", leave_to_sweep(["v", "r", "k", "w", "u", "left", "Y", "2", "n"], 3))
async def test_what_an_explanation_offers_works_on_a_past_run(screen: Screen, key: str):
    async with screen(some_days(), (100, 30)) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        await pilot.press("right", key)
        await settled(pilot)
        assert app._exception is None


async def test_c_tells_what_changed_since_it_worked(screen: Screen):
    async with screen(some_days(), (100, 40)) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        await pilot.press("down", "down", "c")
        await settled(pilot)
        assert isinstance(app.screen, ChangesScreen)
        text = text_of(app)
        found = [text.index(part) for part in ("Changed on your side", "openai added", "5f1c09ab → c27e4410", "status")]
        assert found == sorted(found)
        await pilot.press("y")
        await settled(pilot)
        assert "5f1c09ab → c27e4410" in app.clipboard


async def test_a_run_that_worked_or_never_did_is_not_compared(screen: Screen):
    async with screen(some_days(), NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        await pilot.press("end", "c")
        await settled(pilot)
        assert said(app).startswith("This run worked: choose one that failed")
        await pilot.press("home", "c")
        await settled(pilot)
        assert said(app).startswith("vertex has no run on the path byok that worked before")


async def test_typing_narrows_the_list_and_escape_shows_all_again(screen: Screen):
    async with screen(some_days(), (100, 30)) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        await pilot.press("slash", *"status:429")
        await settled(pilot)
        assert [past.credential for past in sheet_of(app).lines.runs] == ["vertex", "vertex"]
        assert "2 of 11 runs" in text_of(app)
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert isinstance(app.screen, PastRunScreen)
        await pilot.press("escape", "slash", "escape")
        await settled(pilot)
        assert len(sheet_of(app).lines.runs) == 11
        assert app.screen.focused is sheet_of(app).lines


async def test_letters_are_text_while_the_filter_is_typed(screen: Screen):
    async with screen(some_days(), NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        await pilot.press("slash", *"qcyX")
        await settled(pilot)
        assert app.screen.query_one(Input).value == "qcyX"
        assert "No run passes the filter." in text_of(app)


async def test_nothing_is_forgotten_unless_asked_twice_in_a_row(screen: Screen):
    async with screen(some_days(), NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        await pilot.press("X", "down", "X")
        await settled(pilot)
        assert said(app).startswith("X once more forgets all 11 runs")
        assert len(sheet_of(app).runs) == 11
        await pilot.press("down")
        assert said(app) == "", "it is disarmed, so it must not say that X forgets"
        await pilot.press("X")
        await pilot.press("X")
        await settled(pilot)
        assert said(app).startswith("Forgotten: ")
        assert "No runs yet." in text_of(app)
        path = sheet_of(app).history.path
    for file in path.parent.iterdir():
        assert b"openai" not in file.read_bytes()


async def test_y_copies_the_explanation(screen: Screen):
    async with screen(some_days(), NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert "Too many requests in this minute" in app.clipboard


async def test_a_double_click_opens_a_run(screen: Screen):
    async with screen(some_days(), NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        await pilot.click("#past", offset=(20, 3))
        await settled(pilot)
        assert sheet_of(app).lines.cursor == 3
        await pilot.click("#past", offset=(20, 2), times=2)
        await settled(pilot)
        assert isinstance(app.screen, PastRunScreen)


async def test_an_empty_history_says_how_it_gets_runs(screen: Screen):
    async with screen(none_yet(), NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        assert "No runs yet." in text_of(app)
        for key in ("enter", "c", "y", "X", "slash", "escape", "down"):
            await pilot.press(key)
            await settled(pilot)
        assert sheet_of(app)


async def test_the_footer_names_no_key_that_needs_a_run_where_there_is_none(screen: Screen):
    async with screen(none_yet(), NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        footer = text_of(app).splitlines()[-1]
        assert not any(word in footer for word in ("open", "changes", "copy", "filter", "delete all")), footer
        assert "help" in footer
        assert "back" in footer
    async with screen(some_days(), NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        footer = text_of(app).splitlines()[-1]
        assert all(word in footer for word in ("open", "changes", "copy", "help", "back")), footer
        await pilot.press("slash", *"zzz", "enter")
        await settled(pilot)
        assert "No run passes the filter." in text_of(app)
        footer = text_of(app).splitlines()[-1]
        assert not any(word in footer for word in ("open", "changes", "copy")), footer
        assert "filter" in footer


async def test_a_history_that_is_not_kept_says_so(screen: Screen):
    async with screen(demo(), NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        assert "The history is not kept" in text_of(app)
        for key in ("enter", "c", "y", "X", "slash"):
            await pilot.press(key)
        assert sheet_of(app)


async def test_a_damaged_history_says_so(screen: Screen):
    session = some_days()
    assert session.history is not None
    with sqlite3.connect(session.history.path) as other:
        other.execute("UPDATE entries SET detail = '{' WHERE kind = 'verdict' AND credential = 'vertex'")
    async with screen(session, NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        assert "2 entries were passed over" in said(app)
        assert "- no end" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, PastRunScreen)


async def test_a_file_that_is_no_history_says_so(screen: Screen):
    session = some_days()
    assert session.history is not None
    session.history.path.write_bytes(b"no database " * 1000)
    async with screen(session, NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        assert "The history cannot be read." in text_of(app)
        assert "is damaged" in said(app)


async def test_of_more_runs_than_anybody_scrolls_the_newest_are_listed(screen: Screen, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("meshtui.tui.screens.history_screen.MOST", 20)
    async with screen(many(33), NARROW) as (app, pilot):
        await pilot.press("h")
        await settled(pilot)
        assert "the newest 20 of 33 runs" in text_of(app)
        await pilot.press("end")
        assert sheet_of(app).lines.cursor == 19
        assert sheet_of(app).lines.chosen.at == NOON + 60 * 13
        await pilot.press("slash", *"verdict:own")
        await settled(pilot)
        assert "20 of the newest 20 of 33 runs" in text_of(app)


@pytest.mark.slow
async def test_what_happens_now_is_in_the_history_of_the_next_start(screen: Screen, tmp_path: Path):
    path = tmp_path / "demo-history.db"
    async with screen(Session.demo(history=History(path, 1000))) as (app, pilot):
        await pilot.press("f")
        await settled(pilot)
        await pilot.press("h")
        await settled(pilot)
        assert len(sheet_of(app).runs) == 1, "also in that of this one"
    async with screen(Session.demo(history=History(path, 1000))) as (app, pilot):
        assert not len(app.session.journal)
        await pilot.press("h")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "your own key served" in text_of(app).lower()


@pytest.mark.slow
async def test_a_history_that_cannot_be_kept_is_told_in_the_log_and_runs_go_on(screen: Screen, tmp_path: Path):
    async with screen(Session.demo(history=History(tmp_path, 1000)), (100, 30)) as (app, pilot):
        app.session.journal.append(make_note(1.0, "one"))
        await settled(pilot, until=lambda: len(app.session.journal) > 1)
        assert "the history is not kept" in app.session.journal[1].text
        await pilot.press("f")
        await settled(pilot)
        assert "own key" in text_of(app)
        assert sum("not kept" in entry.text for entry in app.session.journal) == 1


@pytest.mark.slow
@pytest.mark.parametrize("number", leave_to_sweep([signal.SIGTERM, signal.SIGHUP]))
def test_what_happened_right_before_a_signal_is_kept(spawned: list[pexpect.spawn], tmp_path: Path, number: int):
    child, _ = start(spawned)
    child.send("x")
    child.expect("exclusive use: where it fails")
    child.kill(number)
    ended(child)
    store = Store(tmp_path / ".local/state/meshtui/demo-history.db", 1000)
    assert [entry.credential for entry in store.notes(0.0, 1e11)] == ["openai"]
    store.close()
