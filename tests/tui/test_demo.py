"""The demo as a person drives it, with keys alone, against the real sandbox over HTTP."""

from __future__ import annotations

import pytest

from meshtui.session import Session
from meshtui.tui.renderers.log_rows import render_row
from tests.canaries import parts_in
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import CREDENTIALS, OPENAI_KEY, Recorded

PROVIDERS = ("openai", "bedrock", "aws", "vertex")


def log_line(entry) -> str:
    return "".join(text for text, _ in render_row(entry, 140))


async def choose(pilot, name: str) -> None:
    credentials = pilot.app.main.credentials
    credentials.cursor = credentials.names.index(name)
    await pilot.pause()


async def break_it(pilot, fault: str) -> None:
    """As the fault picker does, without its many keys."""
    pilot.app.session.stage.set_fault(pilot.app.main.credentials.chosen.name, fault)


async def send_prompt(pilot) -> None:
    await pilot.press("f")
    await settled(pilot)


async def test_it_opens_with_the_sandboxs_credentials_and_says_what_to_do(screen: Screen):
    async with screen(Session.demo()) as (app, _):
        shown = text_of(app)
        for name in (*PROVIDERS, "mesh", "platform"):
            assert name in shown
        assert "f sends, b breaks one first" in shown
        assert "Nothing has happened yet." in shown


@pytest.mark.parametrize("name", leave_to_sweep(PROVIDERS))
async def test_a_good_key_serves_and_the_log_says_so(screen: Screen, name: str):
    async with screen(Session.demo()) as (app, pilot):
        await choose(pilot, name)
        await send_prompt(pilot)
        shown = text_of(app)
        assert f"byok · {name}" in shown
        assert "answered  200 own key  pong" in shown
        assert "✓ own key   Your own key served, no fallback (observed)" in shown


FAULTS = {"revoked": "refused", "no_permission": "forbidden", "rate_limited": "limited"}


@pytest.mark.slow
@pytest.mark.parametrize("name", leave_to_sweep(PROVIDERS))
async def test_a_broken_key_falls_back_unless_it_is_exclusive(screen: Screen, name: str):
    async with screen(Session.demo(), size=(140, 60)) as (app, pilot):
        await choose(pilot, name)
        for fault, word in FAULTS.items():
            await break_it(pilot, fault)
            await send_prompt(pilot)
            told = [log_line(entry) for entry in tuple(app.session.journal)[-3:]]
            assert f"✗ {word}" in told[0]
            assert "answered  200 platform" in told[1]
            assert "↩ fell back" in told[2]
        await pilot.press("x")
        for fault, word in FAULTS.items():
            await break_it(pilot, fault)
            await send_prompt(pilot)
            told = [log_line(entry) for entry in tuple(app.session.journal)[-2:]]
            assert f"✗ {word}" in told[0]
            assert "✗ failed" in told[1]


async def test_enter_explains_and_shows_the_raw_redacted_exchange_below(screen: Screen):
    async with screen(Session.demo(), size=(200, 60)) as (app, pilot):
        await break_it(pilot, "revoked")
        await send_prompt(pilot)
        await pilot.press("3", "end", "up", "up", "enter")
        await settled(pilot)
        shown = text_of(app)
        assert "401 from OpenAI · The key is unknown" in shown
        assert "What to do" in shown
        assert "← 401" in shown
        await pilot.press("2")
        await settled(pilot)
        assert "→ POST http://127.0.0.1:" in text_of(app)
        await pilot.press("4")
        await settled(pilot)
        shown = text_of(app)
        assert "Authorization: Bearer sk-" in shown
        key = app.session.credentials["openai"].secret
        assert key is not None
        assert not parts_in(shown, key.reveal())
        await pilot.press("right")
        assert "Answered 200 in" in text_of(app)
        await pilot.press("escape")
        assert "Credentials" in text_of(app)


async def test_a_stream_shows_its_words_as_they_come(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        seen: list[str] = []
        app.main.running._on_event = lambda live: seen.extend(call.progress() for call in live.calls.values())
        await pilot.press("s", "e", *" twice", "enter")
        await settled(pilot)
        assert "streamed" in text_of(app)
        assert any("first byte" in progress for progress in seen)
        assert any("1 word" in progress for progress in seen)


async def test_escape_stops_a_slow_request_at_once(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        await break_it(pilot, "slow")
        await pilot.press("f")
        await settled(pilot, until=lambda: "◌ calling" in text_of(app))
        await pilot.press("escape")
        await settled(pilot, until=lambda: not app.main.running.busy, seconds=0.5)
        shown = text_of(app)
        assert "■ stopped" in shown
        assert "You stopped it" in shown
        await pilot.press("f", "f")
        assert "Still running" in text_of(app)
        await pilot.press("escape")
        await settled(pilot, until=lambda: not app.main.running.busy, seconds=0.5)


async def test_the_mesh_path_is_one_request_and_honest_about_what_it_shows(screen: Screen):
    async with screen(Session.demo(), size=(140, 40)) as (app, pilot):
        await pilot.press("p")
        await send_prompt(pilot)
        assert "mesh · openai" in text_of(app)
        assert "(observed)" not in log_line(app.session.journal[-1]), "a plain 200 shows nobody's name"
        await break_it(pilot, "revoked")
        await send_prompt(pilot)
        assert "↩ fell back" in text_of(app)
        await pilot.press("p")
        await send_prompt(pilot)
        assert "✓ platform" in text_of(app)


async def test_a_comparison_shows_its_three_attempts_and_one_conclusion(screen: Screen):
    async with screen(Session.demo(), size=(140, 40)) as (app, pilot):
        await pilot.press("p", "p", "p")
        await send_prompt(pilot)
        beginning, *attempts, conclusion = (log_line(entry) for entry in app.session.journal)
        assert "compare · openai" in beginning
        assert {role for role in ("own key", "Mesh", "platform") for line in attempts if f"200 {role}" in line} == {
            "own key", "Mesh", "platform"
        }  # fmt: skip
        assert "✓ fine" in conclusion
        await pilot.press("3", "end", "enter")
        assert "Your key is fine everywhere" in text_of(app)


async def test_an_error_of_our_own_ends_the_run_and_not_the_screen(screen: Screen):
    class Broken(Recorded):
        async def send_prompt(self, *_):
            raise KeyError(f"no such thing as {OPENAI_KEY}")

    async with screen(Broken(*CREDENTIALS), size=(160, 40)) as (app, pilot):
        await send_prompt(pilot)
        assert app.is_running
        assert "an error in meshtui: KeyError: 'no such thing as sk-proj-…tail' (test_demo.py:" in text_of(app)
        assert not parts_in(text_of(app), OPENAI_KEY)


async def test_a_check_shows_every_step_and_its_end(screen: Screen):
    async with screen(Session.demo(), size=(120, 40)) as (app, pilot):
        await pilot.press("c")
        await settled(pilot)
        shown = text_of(app)
        assert "check · openai" in shown
        assert "✓ passed" in shown
        assert "✓ valid" in shown
        await pilot.press("3", "end", "enter")
        assert "Checks, asking for gpt-4o-mini" in text_of(app)
        await pilot.press("left")
        assert "Does not prove" in text_of(app)


async def test_the_policy_and_the_fault_stand_in_the_row_in_words(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        await pilot.press("x")
        await pilot.press("b", "end", "up", "enter")
        fault = list(app.session.stage.fault_names)[-2]
        row = next(line for line in text_of(app).splitlines() if "openai" in line)
        assert "exclusive" in row
        assert fault.replace("_", " ") in row
        assert app.session.stage.faults == {"openai": fault}
        await pilot.press("b", "home", "enter", "x")
        assert app.session.stage.faults == {}
        assert "fallback" in next(line for line in text_of(app).splitlines() if "openai" in line)


async def test_mending_what_has_no_fault_changes_nothing_and_says_so(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        await pilot.press("b", "enter")
        await settled(pilot)
        assert "openai has no fault, as before." in text_of(app)
        assert len(app.session.journal) == 0


async def test_an_answer_says_whose_it_is_once_the_fields_ask_something_else(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        await send_prompt(pilot)
        assert "✓ Your own key served" in text_of(app)
        await pilot.press("down")
        await settled(pilot)
        assert "✓ byok · openai: Your own key served" in text_of(app)
        await pilot.press("up", "p")
        await settled(pilot)
        assert "✓ byok · openai: Your own key served" in text_of(app)
        await pilot.press("p", "p", "p")
        await settled(pilot)
        assert "✓ Your own key served" in text_of(app)
