"""What is told of a run while it happens."""

from __future__ import annotations

from meshtui.runs.model import AttemptStarted, PhaseReached, TextArrived
from meshtui.session import Session
from meshtui.tui.actions.request_commands import send_prompt
from meshtui.tui.live_run import LiveCall, LiveRun, render_progress
from meshtui.tui.widgets.bars import StatusBar
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON


def calling() -> tuple[LiveRun, LiveCall]:
    live = LiveRun()
    live.record(AttemptStarted("r", "own key", "vertex", "vertex", NOON))
    return live, live.calls["own key"]


def shown(live: LiveRun, width: int, now: float = NOON) -> list[str]:
    return ["".join(text for text, _ in line) for line in render_progress(live, width, now)]


def test_the_phases_are_those_of_the_request_that_is_under_way():
    live, call = calling()
    assert call.progress() == "connecting"
    for phase in ("secured", "connected", "sent", "first_byte"):
        live.record(PhaseReached("r", phase, 0.1))
    assert call.progress(room=99) == "TLS 100 ms · connected 100 ms · sent 100 ms · first byte 100 ms"
    live.record(PhaseReached("r", "connected", 0.002))
    assert call.progress(room=99) == "connected 2 ms", "the token is there, the prompt is on its way"


def test_what_does_not_fit_is_the_oldest_phase():
    live, call = calling()
    for phase in ("connected", "sent", "first_byte"):
        live.record(PhaseReached("r", phase, 0.1))
    assert call.progress(room=40) == "sent 100 ms · first byte 100 ms"
    assert call.progress(room=20) == "first byte 100 ms"


def test_a_rate_is_told_only_once_a_second_of_words_was_seen():
    live, call = calling()
    live.record(TextArrived("r", "one two "), NOON + 1)
    assert call.progress(NOON + 1.5) == "2 words"
    live.record(TextArrived("r", "three four"), NOON + 2.9)
    assert call.progress(NOON + 3) == "4 words, 2 a second"


def test_a_call_is_told_in_one_line_where_that_fits_and_in_two_elsewhere():
    live, _ = calling()
    live.record(PhaseReached("r", "connected", 0.003))
    route = "your app ─▶ Google Vertex AI ─▶ vertex  ◌ calling"
    assert shown(live, 80, NOON + 7) == ["◌ calling Google Vertex AI 7 s · connected 3 ms", route]
    assert shown(live, 34, NOON + 7) == ["◌ calling Google Vertex AI 7 s", "  connected 3 ms"]


async def test_when_nothing_runs_any_more_nothing_says_so(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        send_prompt(app.main)
        assert not app.main.is_idle()
        assert app.main.query_one(StatusBar).said == "Still running: esc stops it."
        await settled(pilot)
        assert "Still running" not in text_of(app)
