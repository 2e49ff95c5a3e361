"""The explanation on the smallest screen: whose key, who fixes it, what to do, without scrolling."""

from __future__ import annotations

from meshtui.runs.model import Path
from meshtui.session import Session
from meshtui.tui.screens.credential_screen import CredentialScreen
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import FELL_BACK, UNKNOWN_KEY, attempt, demo, fallen_back, nobody

SMALL = (80, 24)


def order(text: str, *parts: str) -> bool:
    """Whether the parts are there, in this order."""
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


async def test_the_first_401_is_understood_with_four_keys_from_the_start_of_the_demo(screen: Screen):
    """Every key counts from the first paint of the demo: g and enter set the story of a revoked key up, f sends, enter
    explains."""
    async with screen(Session.demo(), size=SMALL) as (app, pilot):
        keys = ["g", "enter", "f", "enter"]
        assert len(keys) <= 4
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        shown = text_of(app)
        assert order(shown, "✗ OpenAI does not know this key", "Whose key", "yours: openai (sk-", "Who fixes it",
                     "What to do", "1. ")  # fmt: skip


async def test_who_paid_for_a_fallback_is_seen_with_three_keys_from_the_start_of_the_demo(screen: Screen):
    async with screen(Session.demo(), size=SMALL) as (app, pilot):
        for key in ("g", "enter", "f"):
            await pilot.press(key)
            await settled(pilot)
        shown = text_of(app)
        assert "1 fallback" in shown
        assert "fell back paid from your Mesh balance" in shown


async def test_the_state_of_ones_own_key_is_known_with_one_key_from_the_start(screen: Screen):
    session = Session.demo()
    async with screen(session, size=SMALL) as (app, pilot):
        session.stage.set_fault("openai", "revoked")
        await pilot.press("c")
        await settled(pilot)
        row = next(line for line in text_of(app).splitlines() if " openai " in line and "│" in line)
        assert "✗ openai" in row
        assert "401" in row


async def test_the_steps_of_a_refusal_are_seen_without_scrolling(screen: Screen):
    session = demo()
    session.play("openai", nobody(UNKNOWN_KEY), attempt("own key", "openai", "openai", UNKNOWN_KEY))
    async with screen(session, size=SMALL) as (app, pilot):
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, ExplanationScreen)
        assert order(text_of(app), "Whose key", "yours: openai (", "Who fixes it", "What to do", "1. ")


async def test_so_are_those_of_a_fallbacks_verdict(screen: Screen):
    async with screen(fallen_back(), size=SMALL) as (app, pilot):
        await pilot.press("3", "end", "enter")
        await settled(pilot)
        assert order(text_of(app), "Fell back: paid from your Mesh balance", "your app ─▶", "Whose key",
                     "yours: openai (", "What to do", "1. ")  # fmt: skip


async def test_a_silent_fallback_says_how_to_learn_why_and_the_key_does_it(screen: Screen):
    session = Session.demo()
    async with screen(session, size=SMALL) as (app, pilot):
        session.stage.set_fault("openai", "revoked")
        await pilot.press("p", "f")
        await settled(pilot)
        await pilot.press("3", "end", "enter")
        await settled(pilot)
        shown = " ".join(text_of(app).split())
        assert "Why your key failed" in shown
        assert "Press c: checks your key at OpenAI, free." in shown
        await pilot.press("c")
        await settled(pilot)
        assert "refused 401" in text_of(app)


async def test_of_a_fallback_that_says_nothing_the_card_says_it_too(screen: Screen):
    session = demo()
    session.play("openai", FELL_BACK, attempt("mesh", "mesh", "mesh"), path=Path.MESH)
    async with screen(session, size=SMALL) as (app, pilot):
        await pilot.press("enter")
        await settled(pilot)
        assert "Mesh does not say why." in text_of(app)


async def test_a_key_that_worked_opens_what_is_known_of_it_and_k_does_of_one_that_failed(screen: Screen):
    async with screen(fallen_back(), size=SMALL) as (app, pilot):
        await pilot.press("enter", "k")
        await settled(pilot)
        assert isinstance(app.screen, CredentialScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, ExplanationScreen), "esc comes back to the card"
        await pilot.press("escape", "down", "enter")
        await settled(pilot)
        assert isinstance(app.screen, CredentialScreen)
