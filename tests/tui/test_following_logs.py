"""A log file is followed on the screen: its failures are lines of the Log, where all works on them."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from meshtui.base.growing_file import GrowingFile, Piece
from meshtui.journal.entry import LOG_FILE, EntryKind, find_path
from meshtui.journal.history_store import History
from meshtui.journal.past_runs import group_runs
from meshtui.presentation.history_blocks import make_past_blocks
from meshtui.presentation.lines import render_text
from meshtui.session import Session
from meshtui.tui import log_file_control
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.dialogs.log_file_dialog import LogFileDialog
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from tests.canaries import KEYS, leaked
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON, demo

KEY = KEYS["project key"]
SPENT = (
    "2026-10-05 08:11:10 ERROR Error code: 429 - {'error': {'message': 'You exceeded your current quota.', 'type': "
    "'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}\n"
)
DENIED = (
    "2026-10-05 08:11:12 ERROR An error occurred (AccessDeniedException) when calling the Converse operation: User: "
    "arn:aws:iam::111122223333:user/q is not authorized to perform: bedrock:InvokeModel because no identity-based "
    "policy allows the bedrock:InvokeModel action\n"
)
REFUSED = (
    f"2026-10-05 08:11:14 ERROR Error code: 401 - {{'error': {{'message': 'Incorrect API key provided: {KEY}.', "
    "'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}\n"
)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - a thread does it
        await asyncio.sleep(0.01)


async def follow(app: MeshtuiApp, pilot: Pilot[None], path: Path) -> None:
    """Through the dialog, as a person does it."""
    await pilot.press("F")
    await settled(pilot, until=lambda: isinstance(app.screen, LogFileDialog))
    app.screen.query_one(Input).value = str(path)
    await pilot.press("enter")
    await settled(pilot, until=lambda: app.main.follows_log_file)


def write(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def causes(app: MeshtuiApp) -> list[str]:
    """Of the failures in the journal, in their order."""
    return [entry.detail.cause for entry in app.session.journal if entry.what is EntryKind.NOTE and entry.run]  # type: ignore[union-attr]


async def test_its_failures_are_lines_of_the_log_as_they_happen(screen: Screen, tmp_path: Path):
    log = tmp_path / "app.log"
    write(log, SPENT * 3)
    async with screen(Session.live({}), (119, 36)) as (app, pilot):
        await follow(app, pilot, log)
        await settled(pilot, until=lambda: len(causes(app)) == 1)
        assert "following app.log" in str(app.main.log_pane.border_title)
        await settled(pilot, until=lambda: "3 times already" in text_of(app))
        write(log, DENIED)
        await settled(pilot, until=lambda: causes(app) == ["quota_exhausted", "permission_missing"])
        assert "log file · app.log · " in text_of(app)
        app.main.log_lines.focus()
        await pilot.press("end", "enter")
        await settled(pilot, until=lambda: isinstance(app.screen, ExplanationScreen))
        assert "What to do" in text_of(app)
        await pilot.press("escape", "F")
        await settled(pilot, until=lambda: not app.main.follows_log_file)
        assert "app.log is not followed any more: 2 kinds of failure" in text_of(app)
        assert "following" not in str(app.main.log_pane.border_title)
        ends = [entry.text for entry in app.session.journal if entry.what is EntryKind.VERDICT]
        assert [text.partition(":")[0] for text in ends] == ["3 times in app.log", "once in app.log"]
        await pilot.press("home", "enter")
        await settled(pilot, until=lambda: isinstance(app.screen, ExplanationScreen))
        assert "Who fixes it" in text_of(app)
        await pilot.press("escape")
        write(log, REFUSED)
        await pilot.pause(0.2)
        assert len(causes(app)) == 2


async def test_escape_ends_it_too(screen: Screen, tmp_path: Path):
    log = tmp_path / "app.log"
    write(log, SPENT)
    async with screen(Session.live({})) as (app, pilot):
        await follow(app, pilot, log)
        await pilot.press("escape")
        assert not app.main.follows_log_file


async def test_the_filter_copying_and_exports_work_on_them_without_any_key(screen: Screen, tmp_path: Path):
    log = tmp_path / "app.log"
    write(log, SPENT + DENIED + REFUSED)
    async with screen(Session.live({}), (119, 36)) as (app, pilot):
        await follow(app, pilot, log)
        await settled(pilot, until=lambda: len(causes(app)) == 3)
        app.main.log_lines.focus()
        await pilot.press("slash", *"cause:permission", "enter")
        await settled(pilot, until=lambda: len(app.main.log_lines.view) == 2)
        assert "following app.log" in str(app.main.log_pane.border_title)
        await pilot.press("slash", *["backspace"] * 20, *"path:log", "enter")
        await settled(pilot, until=lambda: len(app.main.log_lines.view) == 6)
        await pilot.press("end", "y")
        assert "OpenAI" in app.clipboard
        assert not leaked(app.clipboard + text_of(app), (KEY,))
        await pilot.press("w", "enter")
        exports = Path(os.environ["HOME"]) / ".local/state/meshtui/exports"
        await settled(pilot, until=lambda: exports.is_dir() and any(exports.iterdir()))
        (report,) = exports.iterdir()
        written = report.read_text()
        assert "## Why it failed" in written
        assert not leaked(written, (KEY,))
        for key in ("v", "r", "u", "escape", "z", "Z", "enter", "k", "c", "n", "2", "1", "escape"):
            await pilot.press(key)
        assert app.is_running


async def test_a_file_that_cannot_be_followed_is_told_in_the_dialog(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    async with screen(Session.live({})) as (app, pilot):
        for name, said in (
            ("", "Name the file"),
            ("not-there.log", "There is no file"),
            (".", "is a folder"),
            ("a\0b", "cannot be read"),
        ):
            await pilot.press("F")
            await settled(pilot, until=lambda: isinstance(app.screen, LogFileDialog))
            app.screen.query_one(Input).value = name
            await pilot.press("enter")
            await pilot.pause()
            assert said in text_of(app)
            await pilot.press("escape")
            assert not app.main.follows_log_file, name


async def test_a_key_does_not_stay_in_the_field(screen: Screen):
    async with screen(Session.live({})) as (app, pilot):
        await pilot.press("F")
        await settled(pilot, until=lambda: isinstance(app.screen, LogFileDialog))
        app.screen.query_one(Input).value = KEY
        await pilot.pause()
        assert app.screen.query_one(Input).value == ""
        assert "name a file" in text_of(app)


async def test_the_history_keeps_them_also_when_one_leaves_meanwhile(screen: Screen, tmp_path: Path):
    log = tmp_path / "app.log"
    write(log, SPENT + REFUSED)
    session = Session.live({})
    session.history = History(tmp_path / "history.db", 1000)
    async with screen(session) as (app, pilot):
        await follow(app, pilot, log)
        await settled(pilot, until=lambda: len(causes(app)) == 2)
    kept = History(tmp_path / "history.db", 1000)
    listed = await kept.runs()
    assert {past.inputs.path for past in listed.runs} == {LOG_FILE}
    assert [past.worked for past in listed.runs] == [False, False]
    whole = group_runs(await kept.run(listed.runs[0].run))
    assert find_path(whole[0].entries[0]) == LOG_FILE
    told = render_text(make_past_blocks(whole[0]))
    assert "Who fixes it" in told
    assert str(log) in told
    assert not leaked(told, (KEY,))
    await kept.close()


class WatchedFile(GrowingFile):
    """Reads only once it may, and writes down what is done with it."""

    may_read = threading.Event()
    done: ClassVar[list[str]] = []

    def read(self) -> Piece:
        self.done.append("reading")
        assert self.may_read.wait(30)
        piece = super().read()
        self.done.append("read")
        return piece

    def close(self) -> None:
        super().close()
        self.done.append("closed")


async def test_a_file_is_closed_only_once_nobody_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(log_file_control, "GrowingFile", WatchedFile)
    path = tmp_path / "app.log"
    path.touch()
    control = log_file_control.LogFileControl(demo(), lambda: NOON, lambda name: None)
    control.start(str(path))
    await until(lambda: WatchedFile.done == ["reading"])
    assert control.stop()
    await asyncio.sleep(0.05)
    assert WatchedFile.done == ["reading"]
    WatchedFile.may_read.set()
    await until(lambda: len(WatchedFile.done) == 3)
    assert WatchedFile.done == ["reading", "read", "closed"]
