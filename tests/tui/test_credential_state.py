"""The list says of every key how it came out when it was last tried, and how long ago that was."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from meshtui.base.credential import Policy
from meshtui.journal.history_store import History
from meshtui.runs.model import Path as RunPath
from meshtui.session import Session
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import (
    CREDENTIALS,
    FELL_BACK,
    NOON,
    OWN_KEY,
    UNKNOWN_KEY,
    Recorded,
    attempt,
    demo,
    fallen_back,
    nobody,
)


def row(app: Any, name: str) -> str:
    return next(line for line in text_of(app).splitlines() if f" {name} " in line and "│" in line)


async def test_a_key_that_was_not_tried_is_not_called_ready(screen: Screen):
    async with screen(demo()) as (app, _pilot):
        assert "· openai" in row(app, "openai")
        assert "not checked" in row(app, "openai")
        assert "ready" not in text_of(app)


async def test_a_refusal_stands_in_the_row_with_its_age_and_never_ready_beside_it(screen: Screen):
    session = demo()
    session.play("openai", nobody(UNKNOWN_KEY), attempt("own key", "openai", "openai", UNKNOWN_KEY, at=NOON - 3))
    async with screen(session) as (app, _pilot):
        assert "✗ openai" in row(app, "openai")
        assert "refused 401 · 3 s" in row(app, "openai")


async def test_the_newest_result_counts(screen: Screen):
    session = demo()
    session.play("openai", nobody(UNKNOWN_KEY), attempt("own key", "openai", "openai", UNKNOWN_KEY, at=NOON - 300))
    session.play("openai", OWN_KEY, attempt("own key", "openai", "openai", at=NOON - 125), at=NOON - 125)
    async with screen(session) as (app, _pilot):
        assert "✓ openai" in row(app, "openai")
        assert "ok · 2 min" in row(app, "openai")


async def test_a_fallback_leaves_the_key_refused_and_mesh_ok(screen: Screen):
    async with screen(fallen_back(), size=(200, 60)) as (app, _pilot):
        assert "refused 401" in row(app, "openai")
        assert "fault: revoked" in row(app, "openai")
        assert "ok" in row(app, "platform")


async def test_through_mesh_a_fallback_is_the_provider_keys_failure(screen: Screen):
    session = demo()
    session.play("openai", FELL_BACK, attempt("mesh", "mesh", "mesh"), path=RunPath.MESH)
    async with screen(session) as (app, _pilot):
        assert "✗ openai" in row(app, "openai")
        assert "fell back · now" in row(app, "openai")
        assert "✓ mesh" in row(app, "mesh")


async def test_one_key_pressed_tells_the_state_of_ones_own_key(screen: Screen):
    """Story: own key's state known with 1 key."""
    async with screen(Session.demo(), size=(80, 24)) as (app, pilot):
        app.session.stage.set_fault("openai", "revoked")
        await pilot.press("c")
        await settled(pilot)
        assert "refused 401 · now" in row(app, "openai")


async def test_another_fault_makes_the_last_result_void(screen: Screen):
    session = fallen_back()
    async with screen(session) as (app, _pilot):
        session.results.forget("openai")
        app.main.credentials.refresh()
        await settled(_pilot)
        assert "refused" not in row(app, "openai")
        assert "fault: revoked" in row(app, "openai")


async def test_what_the_history_knows_of_the_same_key_is_there_at_the_start(tmp_path: Path):
    path = tmp_path / "history.db"
    key = CREDENTIALS[0]
    past = Recorded(key, sandboxed=False)
    first = History(path, 1000)
    first.follow(past.journal, print)
    past.play(key.name, nobody(UNKNOWN_KEY), attempt("own key", key.name, key.provider, UNKNOWN_KEY))
    await first.close()

    now = Recorded(*CREDENTIALS, sandboxed=False)
    now.history = History(path, 1000)
    await now.start()
    await now.read_past_results()
    found = now.results.find(key.name)
    assert found is not None
    assert (found.text, found.worked, found.at) == ("refused 401", False, NOON)
    assert now.results.find(CREDENTIALS[1].name) is None
    await asyncio.gather(now.history.close())


@pytest.mark.usefixtures("every_frame")
async def test_what_ages_is_painted_again_and_at_rest_nothing_ticks(screen: Screen):
    async with screen(demo()) as (app, _pilot):
        assert app.main.credentials._age_timer is None
    async with screen(fallen_back()) as (app, _pilot):
        assert app.main.credentials._age_timer is not None


async def test_exclusive_is_shown_as_assumed_until_meshs_own_setting_is_known(screen: Screen):
    session = Recorded(*CREDENTIALS, sandboxed=False)
    async with screen(session) as (app, pilot):
        await pilot.press("x")
        await settled(pilot)
        assert session.credentials["openai"].policy is Policy.EXCLUSIVE
        assert "exclusive?" in row(app, "openai")
        assert "assumed" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert "Assumed: Mesh's dashboard has the setting" in " ".join(text_of(app).split())
