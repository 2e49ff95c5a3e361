"""The Request pane: every field of a prompt, what is wrong with it, what happens while it runs, and once more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widgets import Input

from meshtui.base.endpoints import DEFAULT_PROMPT
from meshtui.runs.model import (
    Attempt,
    AttemptEnded,
    AttemptStarted,
    Event,
    Path,
    PhaseReached,
    Prompt,
    Run,
    RunEnded,
    TextArrived,
)
from meshtui.session import Session
from meshtui.settings import Settings
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.live_run import LiveRun
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import CREDENTIALS, FELL_BACK, NOON, STOPPED, THROTTLED, Recorded, attempt, demo

SIZES = [(80, 24), (100, 30), (150, 50)]


class Sending(Recorded):
    """Keeps what it is asked to send, and answers at once; where `throttled`, with a 429 that names a wait of 20 s."""

    def __init__(self, *, throttled: bool = False) -> None:
        super().__init__(*CREDENTIALS)
        self.sent: list[tuple[Path, str, Prompt]] = []
        self._throttled = throttled

    async def send_prompt(self, path: Path, name: str, prompt: Prompt, report: Callable[[Event], None]) -> Run:
        self.sent.append((path, name, prompt))
        ask = self.make_run_request(path, name, prompt)
        told = throttled() if self._throttled else attempt("own key", name, "openai")
        run = Run("r", ask, NOON, (told,), FELL_BACK)
        for event in (AttemptStarted("r", "own key", name, "openai", NOON), AttemptEnded("r", told), RunEnded(run)):
            report(event)
        return run


def throttled() -> Attempt:
    told = attempt("own key", "openai", "openai", THROTTLED)
    answer = told.exchange.answer
    assert answer
    waiting = replace(answer, headers=(*answer.headers, ("retry-after", "20")))
    return replace(told, exchanges=(replace(told.exchange, answer=waiting),))


class Held(Recorded):
    """Sends for as long as it is let; `say` is what the model says meanwhile."""

    def __init__(self) -> None:
        super().__init__(*CREDENTIALS)
        self.say: Callable[[Event], None] = lambda _: None
        self.stopped = False

    async def send_prompt(self, path: Path, name: str, prompt: Prompt, report: Callable[[Event], None]) -> Run:
        self.say = report
        report(AttemptStarted("r", "own key", name, "openai", NOON))
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            self.stopped = True
            report(RunEnded(Run("r", self.make_run_request(path, name, prompt), NOON, (), STOPPED, cancelled=True)))
            raise
        raise AssertionError


async def into(pilot, field: str, typed: str) -> None:
    """Types into a field, in place of what stands there."""
    pilot.app.main.query_one(f"#{field}", Input).focus()
    pilot.app.main.query_one(f"#{field}", Input).value = ""
    await pilot.press(*typed)
    await pilot.pause()


@pytest.mark.parametrize("size", leave_to_sweep(SIZES), ids=str)
async def test_every_field_is_in_sight_and_what_is_typed_is_sent(screen: Screen, size: tuple[int, int]):
    session = Sending()
    async with screen(session, size=size) as (app, pilot):
        await pilot.press("2")
        shown = text_of(app)
        for label in ("Path", "Credential", "Model", "Prompt", "System", "Max tokens", "Timeout", "Stream"):
            assert f"{label} " in shown
        for field, typed in (("model", "o4-mini"), ("prompt", "Count to two"), ("system", "Be brief"),
                             ("tokens", "64"), ("timeout", "2.5")):  # fmt: skip
            await into(pilot, field, typed)
        await pilot.press("escape", "s", "f")
        await settled(pilot)
        asked = Prompt("Count to two", "o4-mini", "Be brief", 64, stream=True, timeout=2.5)
        assert session.sent == [(Path.BYOK, "openai", asked)]


async def test_what_the_settings_say_stands_in_the_fields(screen: Screen):
    session = demo()
    session.settings = Settings(path="mesh", prompt="Hello", max_tokens=99, timeout=7, stream=True,
                                models={"openai": "gpt-5-nano"})  # fmt: skip
    async with screen(session) as (app, _):
        assert app.main.request.path is Path.MESH
        assert app.main.request.prompt() == Prompt("Hello", "gpt-5-nano", "", 99, stream=True, timeout=7)
        assert "gpt-5-nano" in text_of(app)


WRONG = [
    ("tokens", "abc", "Max tokens: 'abc' is not a whole number"),
    ("tokens", "1.5", "Max tokens: '1.5' is not a whole number"),
    ("tokens", "0", "Max tokens: 0 is not between 1 and 1000000"),
    ("timeout", "soon", "Timeout: 'soon' is not a number"),
    ("timeout", "inf", "Timeout: 'inf' is not a number"),
    ("timeout", "-3", "Timeout: -3 is not between 0.1 and 3600 seconds"),
]


@pytest.mark.parametrize(("field", "typed", "said"), [
    pytest.param(*row, marks=() if row in (WRONG[0], WRONG[-1]) else pytest.mark.sweep) for row in WRONG
])  # fmt: skip
async def test_a_wrong_number_is_told_at_once_and_kept_and_not_sent(screen: Screen, field: str, typed: str, said: str):
    session = Sending()
    async with screen(session, size=(80, 24)) as (app, pilot):
        await into(pilot, field, typed)
        assert said in text_of(app)
        assert app.main.query_one(f"#{field}", Input).value == typed
        await pilot.press("enter")
        assert f"Not sent. {said}." in text_of(app)
        assert session.sent == []
        await into(pilot, field, "20")
        assert said not in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert len(session.sent) == 1


async def test_an_empty_field_is_the_usual(screen: Screen):
    async with screen(demo()) as (app, pilot):
        for field in ("prompt", "tokens", "timeout"):
            await into(pilot, field, "")
        assert app.main.request.prompt() == Prompt()
        assert app.main.request.prompt().text == DEFAULT_PROMPT


async def test_repeating_sends_the_same_again_whatever_the_fields_say_by_now(screen: Screen):
    session = Sending()
    async with screen(session) as (app, pilot):
        await pilot.press("r")
        assert "Nothing was sent yet" in text_of(app)
        await into(pilot, "prompt", "Once")
        await pilot.press("enter")
        await settled(pilot)
        await into(pilot, "prompt", "Twice")
        await pilot.press("escape", "p", "1", "down", "r")
        await settled(pilot)
        assert session.sent == [(Path.BYOK, "openai", Prompt("Once"))] * 2
        assert app.main.request.prompt().text == "Twice"
        session.credentials.pop("openai", None)
        await pilot.press("r")
        assert "openai is no longer on the list" in text_of(app)


async def test_within_the_wait_of_a_429_it_is_sent_again_only_when_asked_twice():
    session, now = Sending(throttled=True), [NOON + 5]
    async with MeshtuiApp(session, clock=lambda: now[0]).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("f")
        await settled(pilot)
        now[0] = NOON + 12
        await pilot.press("r")
        assert "9 s left; r once more sends anyway" in text_of(pilot.app)
        assert len(session.sent) == 1
        await pilot.press("r")
        await settled(pilot)
        assert len(session.sent) == 2
        now[0] = NOON + 60
        await pilot.press("r")
        await settled(pilot)
        assert len(session.sent) == 3


async def test_the_phases_and_the_words_so_far_are_shown_and_the_seconds_tick_only_meanwhile():
    session, now = Held(), [NOON]
    async with MeshtuiApp(session, clock=lambda: now[0]).run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await pilot.press("f")
        await pilot.pause(0.1)
        assert "◌ calling OpenAI 0 s" in text_of(pilot.app)
        for event in (PhaseReached("r", "secured", 0.02), PhaseReached("r", "connected", 0.021),
                      PhaseReached("r", "sent", 0.022), PhaseReached("r", "first_byte", 0.4),
                      TextArrived("r", "one ")):  # fmt: skip
            session.say(event)
        now[0] = NOON + 4
        session.say(TextArrived("r", "two three four"))
        await pilot.pause(0.1)
        shown = text_of(pilot.app)
        assert "◌ calling OpenAI 4 s" in shown
        assert "first byte 400 ms · 4 words, 1 a second" in shown
        assert "esc stop" in shown
        assert "one two three four" in shown
        await pilot.press("escape")
        await settled(pilot, until=lambda: session.stopped)
        answer = pilot.app.main.query_one("#answer")
        await settled(pilot, until=lambda: "esc stop" not in text_of(pilot.app))
        assert answer._ticking is None


async def test_escape_stops_at_once_in_a_text_field_too(screen: Screen):
    session = Held()
    async with screen(session) as (app, pilot):
        await pilot.press("e", "enter")
        await settled(pilot, until=lambda: app.main.running.busy)
        await pilot.press("escape")
        await settled(pilot, until=lambda: session.stopped, seconds=0.5)
        assert app.main.query_one("#prompt").has_focus
        assert "Stopped." in text_of(app)


def speaking(words: int) -> LiveRun:
    live = LiveRun()
    live.record(AttemptStarted("r", "own key", "openai", "openai", NOON))
    live.record(TextArrived("r", " ".join(f"word{number}" for number in range(words))))
    return live


@pytest.mark.parametrize("size", leave_to_sweep(SIZES), ids=str)
async def test_long_text_is_wrapped_keeps_its_newest_line_in_sight_and_can_be_scrolled_and_selected(
    screen: Screen, size: tuple[int, int]
):
    async with screen(demo(), size=size) as (app, pilot):
        await pilot.press("2")
        live = speaking(800)
        app.main.show_run(live)
        await settled(pilot)
        await pilot.pause(0.1)
        assert "word799" in text_of(app)
        assert "word0 " not in text_of(app)
        said = app.main.query_one("#said")
        said.focus()
        await pilot.press("home")
        await pilot.pause(0.1)
        assert "word0 " in text_of(app)
        live.record(TextArrived("r", " more"))
        app.main.show_run(live)
        await pilot.pause(0.1)
        assert "word0 " in text_of(app), "who reads is not scrolled away"
        await pilot.mouse_down(said, offset=(1, 0))
        await pilot.hover(said, offset=(12, 0))
        await pilot.mouse_up(said, offset=(12, 0))
        assert "ord0 word1" in (app.screen.get_selected_text() or "")


async def test_everything_is_done_with_the_mouse_too(screen: Screen):
    session = Sending()
    async with screen(session, size=(80, 24)) as (app, pilot):
        await pilot.click("#tabs", offset=(18, 0))
        await settled(pilot)
        assert app.main.query_one("#path").has_focus
        await pilot.click("#path", offset=(0, 0))
        assert app.main.request.path is Path.COMPARE
        await pilot.click("#path", offset=(12, 0))
        assert app.main.request.path is Path.BYOK
        for text, field in (("Model", "model"), ("Max tokens", "tokens"), ("Stream", "stream"), ("System", "system")):
            line = next(line for line in text_of(app).splitlines() if f"{text} " in line)
            await pilot.click(offset=(line.index(text) + 1, text_of(app).splitlines().index(line)))
            assert app.main.query_one(f"#{field}").has_focus
        await pilot.click("KeyBar", offset=(2, 0))
        await settled(pilot)
        assert len(session.sent) == 1
        await pilot.click("#tabs", offset=(5, 0))
        assert app.main.credentials.has_focus


async def test_what_is_sent_by_hand_is_shown_where_the_keys_do_not_go(screen: Screen):
    """On a narrow screen the answer comes to the front, but never over the pane that has the focus."""
    async with screen(Session.demo(), size=(80, 24)) as (app, pilot):
        await pilot.press("3", "f")
        await settled(pilot)
        assert "Your own key served" in text_of(app).split(" Log ")[0]
        await pilot.press("1", "f")
        await settled(pilot)
        assert "‹ byok ›" not in text_of(app)
        await pilot.press("3", "c")
        await settled(pilot)
        assert "valid" in text_of(app).split(" Log ")[0]


async def test_the_first_cell_of_a_list_can_be_clicked(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("down", "down")
        await pilot.click("#credentials", offset=(1, 1))
        assert app.main.credentials.cursor == 0


async def test_enter_on_the_answer_explains_the_run(screen: Screen):
    async with screen(Session.demo(), size=(80, 24)) as (app, pilot):
        await pilot.press("f")
        await settled(pilot)
        app.main.query_one("#said").focus()
        await pilot.press("enter")
        await settled(pilot)
        assert "Your own key served" in text_of(app)
        await pilot.press("escape", "escape")
        assert app.main.log_lines.has_focus
