"""A scenario is picked, told, played against the real sandbox, and its truth stands beside what a client could know."""

from __future__ import annotations

import re

import pytest

from meshtui.sandbox.scenario_library import find_scenario as find
from meshtui.sandbox.scenario_library import list_scenario_names as names
from meshtui.session import Session
from meshtui.tui.renderers.log_rows import render_row
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import Recorded


async def pick(pilot, name: str) -> None:
    await pilot.press("g", "home", *["down"] * (names().index(name) + 1), "enter")
    await pilot.pause(0.08)


def verdicts(app) -> list[str]:
    return ["".join(text for text, _ in render_row(e, 140)) for e in app.session.journal if e.what == "verdict"]


@pytest.mark.parametrize("size", leave_to_sweep([(80, 24), (120, 36), (200, 60)]), ids=str)
async def test_the_picker_tells_each_story_and_sets_everything_up(screen: Screen, size):
    async with screen(Session.demo(), size=size) as (app, pilot):
        await pilot.press("g", "home", "down")
        assert "Somebody gave Mesh the key pair of an assumed role" in text_of(app)
        await pilot.press("escape")
        await pick(pilot, "exclusive-use")
        await pilot.press("2")
        shown = text_of(app)
        assert "A revoked key, with exclusive use: f sends it, once on the path mesh" in shown
        assert "exclusive-use ─╯" in shown
        assert "‹ mesh ›" in shown
        assert app.session.stage.faults == {"openai": "revoked"}
        assert app.session.credentials["openai"].policy == "exclusive"
        assert "401 and upstream_auth_error" in app.session.journal[-1].text


SOME = ("key-works", "exclusive-use", "revoked-with-fallback")
"""Played in every run; the others are a sweep here, and all are played in every run without a screen."""


@pytest.mark.parametrize(
    "name", [name if name in SOME else pytest.param(name, marks=pytest.mark.sweep) for name in names()]
)
async def test_every_scenario_can_be_played_with_two_keys(screen: Screen, name: str):
    async with screen(Session.demo(), size=(120, 60)) as (app, pilot):
        await pick(pilot, name)
        await pilot.press("f")
        await settled(pilot)
        assert len(verdicts(app)) == find(name).ask.times
        assert app.main.request.border_subtitle == name


async def test_the_verdict_page_shows_the_truth_beside_what_could_be_known(screen: Screen):
    async with screen(Session.demo(), size=(120, 60)) as (app, pilot):
        await pick(pilot, "silent-fallback")
        await pilot.press("f")
        await settled(pilot)
        assert "↩ not yours" in verdicts(app)[-1]
        await pilot.press("3", "end", "enter")
        shown = text_of(app)
        assert "── What really happened" in shown
        assert "Mesh's own 'platform-openai' served after your key 'openai' failed (401" in shown
        assert re.search(r"your key 'openai' +✗ 401", shown)
        assert re.search(r"Mesh's credentials +✓ 200", shown)
        assert "from your Mesh balance (Mesh charged $0." in shown
        assert "(observed)" not in next(line for line in shown.splitlines() if "You can see" in line)


async def test_where_mesh_was_not_asked_there_is_nothing_that_the_client_has_not_seen(screen: Screen):
    async with screen(Session.demo(), size=(120, 60)) as (app, pilot):
        await pilot.press("f")
        await settled(pilot)
        await pilot.press("3", "end", "enter")
        assert "Your own key served" in text_of(app)
        assert "What really happened" not in text_of(app)


async def test_a_request_that_was_stopped_is_not_said_to_have_missed_mesh(screen: Screen):
    async with screen(Session.demo(), size=(120, 60)) as (app, pilot):
        app.session.stage.set_fault("openai", "slow")
        await pilot.press("p", "f")
        await settled(pilot, until=lambda: "calling" in text_of(app))
        await pilot.press("escape")
        await settled(pilot, until=lambda: not app.main.running.busy)
        await pilot.press("3", "end", "enter")
        assert "no answer came, so there is no request id to look it up by" in text_of(app)


async def test_the_cache_answers_only_while_the_scenario_is_what_is_asked(screen: Screen):
    async with screen(Session.demo(), size=(120, 60)) as (app, pilot):
        await pick(pilot, "cache-hides-dead-key")
        for _ in range(2):
            await pilot.press("f")
            await settled(pilot)
            assert "≡ cache" in verdicts(app)[-1]
            assert "≡ cache" not in verdicts(app)[-2], "set up anew, so the first one is not out of the cache"
        await pilot.press("e", "x")
        assert app.main.request.border_subtitle == ""
        await pilot.press("enter")
        await settled(pilot)
        assert "cache" not in verdicts(app)[-1]


async def test_what_is_broken_by_hand_stays_broken_when_the_scenario_is_sent_again(screen: Screen):
    async with screen(Session.demo(), size=(120, 60)) as (app, pilot):
        await pick(pilot, "silent-fallback")
        await pilot.press("b", "home", "enter", "f")
        await settled(pilot)
        assert app.session.stage.faults == {}
        assert app.main.request.border_subtitle == "silent-fallback, changed"


async def test_the_first_row_mends_everything(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        await pick(pilot, "exclusive-use")
        await pilot.press("g", "home", "enter")
        await pilot.pause(0.08)
        assert app.session.stage.faults == {}
        assert app.session.credentials["openai"].policy == "fallback"
        assert "Everything is as at the start" in text_of(app)
        assert app.main.request.border_subtitle == ""


async def test_on_the_real_hosts_there_is_no_picker(screen: Screen):
    async with screen(Recorded(sandboxed=False)) as (app, pilot):
        await pilot.press("g")
        assert app.screen is app.main
