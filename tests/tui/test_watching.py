"""A watched key is checked again until its state changes, and whoever looks elsewhere is told as they want."""

from __future__ import annotations

import time

import pytest

from meshtui.session import Session
from meshtui.settings import Settings
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of


class Written:
    """What went to the terminal."""

    def __init__(self, app, monkeypatch: pytest.MonkeyPatch) -> None:
        self.text = ""
        monkeypatch.setattr(app._driver, "write", self._keep)

    def _keep(self, text: str) -> None:
        self.text += text


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meshtui.tui.watch_control.FIRST_PAUSE", 0.02)
    monkeypatch.setattr("meshtui.tui.watch_control.LONGEST_PAUSE", 0.05)


SEQUENCES = {
    "off": "",
    "osc777": "\x1b]777;notify;meshtui;openai: refused 401 → ok\x1b\\",
    "osc9": "\x1b]9;openai: refused 401 → ok\x1b\\",
    "bell": "\a",
}


@pytest.mark.parametrize("notify", leave_to_sweep(SEQUENCES, 2))
async def test_a_key_that_recovers_is_told_as_the_settings_want(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, notify: str
):
    sequence = SEQUENCES[notify]
    session = Session.demo(Settings(notify=notify))
    async with screen(session, size=(120, 36)) as (app, pilot):
        written = Written(app, monkeypatch)
        session.stage.set_fault("openai", "revoked")
        await pilot.press("W")
        await settled(pilot, until=lambda: "refused 401" in text_of(app), seconds=10)
        assert "openai is watched until its state changes" in text_of(app)
        session.stage.set_fault("openai", None)
        await settled(pilot, until=lambda: not app.main.watching.name, seconds=10)
        assert "openai: refused 401 → ok. It is no longer watched." in text_of(app)
        assert sequence in written.text
        if not sequence:
            assert "\a" not in written.text
            assert "\x1b]" not in written.text


async def test_the_same_key_stops_it(screen: Screen):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        await pilot.press("W")
        await settled(pilot, until=lambda: app.main.watching.name == "openai")
        await pilot.press("W")
        await settled(pilot)
        assert app.main.watching.name == ""
        assert "openai is no longer watched" in text_of(app)


async def test_the_end_of_a_countdown_is_told(screen: Screen, monkeypatch: pytest.MonkeyPatch):
    async with screen(Session.demo(Settings(notify="bell")), size=(120, 36)) as (app, pilot):
        written = Written(app, monkeypatch)
        app.main.watching.count_down(0.02)
        await settled(pilot, until=lambda: "r sends the request again" in text_of(app))
        assert "\a" in written.text


async def test_a_run_that_met_a_limit_begins_the_countdown(screen: Screen, monkeypatch: pytest.MonkeyPatch):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        counted: list[float] = []
        monkeypatch.setattr(app.main.watching, "count_down", counted.append)
        app.main.running._clock = time.time
        app.session.stage.set_fault("openai", "rate_limited")
        await pilot.press("f")
        await settled(pilot)
        assert counted
        assert 0 < counted[-1] < 120
