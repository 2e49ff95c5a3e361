"""The guided tour on the screen: enter leads through it, back and forward, by itself, and out of it at any moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from meshtui.demo import CHANGES, PROGRAM, STEPS
from meshtui.session import Session
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.screens.main_screen import Play
from tests.tui.conftest import settled, text_of


@asynccontextmanager
async def touring(size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[MeshtuiApp, object]]:
    app = MeshtuiApp(Session.demo(), tour=True)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield app, pilot


def squeezed(app) -> str:
    return " ".join(text_of(app).replace("│", " ").split())


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 36), marks=pytest.mark.sweep)], ids=str)
async def test_enter_alone_leads_through_all_steps(size: tuple[int, int]):
    async with touring(size) as (app, pilot):
        for number, step in enumerate(STEPS, 1):
            assert f"Tour {number}/{len(STEPS)}: {step.title}" in text_of(app)
            assert " ".join(step.tells) in squeezed(app)
            await pilot.press("enter")
            await settled(pilot)
            shown = squeezed(app)
            rows = {CHANGES: ("You can see", "status"), PROGRAM: ("It printed", "meshtui run")}
            for said in (*rows.get(step.plays, ("You can see", "What happened", "Who paid")), step.learns):
                assert said in shown, step.plays
            assert ("enter next step" in shown) is (number < len(STEPS))
            await pilot.press("enter")
            await pilot.pause(0.08)
        assert "Tour" not in text_of(app)
        assert "That was the tour; every key works again." in text_of(app)
        assert app.session.stage.faults == {}
        assert app.main.credentials.has_focus


async def test_one_goes_back_and_forward_without_playing():
    async with touring() as (app, pilot):
        await pilot.press("n", "right", "b")
        assert "Tour 2/" in text_of(app)
        await pilot.press("left", "b")
        assert "Tour 1/" in text_of(app)
        assert len(app.session.journal) == 0


async def test_it_plays_by_itself_pauses_and_leaves_at_its_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("meshtui.tui.panes.tour_strip.READING", 0.3)
    monkeypatch.setattr("meshtui.tui.panes.tour_strip.AGAIN_SOON", 0.01)
    app = MeshtuiApp(Session.demo(), tour=True, play=Play(1.0, leaves=True))
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot, until=lambda: not app.main.tour.first, seconds=30)
        await pilot.press("space")
        await settled(pilot, until=lambda: "paused" in text_of(app))
        paused = app.main.tour.step
        await settled(pilot)
        assert app.main.tour.step is paused
        await pilot.press("space")
        await settled(pilot, until=lambda: app._exit, seconds=60)


async def test_the_truth_of_a_step_is_the_sandboxs():
    async with touring((120, 36)) as (app, pilot):
        await pilot.press("n", "n", "n", "enter")
        await settled(pilot)
        assert "Mesh's own 'platform-openai' served after your key 'openai' failed (401" in text_of(app)


async def test_escape_skips_it_before_the_sandbox_has_started_and_in_a_step():
    async with MeshtuiApp(Session.demo(), tour=True).run_test(size=(80, 24)) as pilot:
        await pilot.press("escape")
        await settled(pilot)
        assert "Tour" not in text_of(pilot.app)
    async with touring() as (app, pilot):
        await pilot.press("n", "enter", "escape")
        await settled(pilot)
        assert "Tour" not in text_of(app)
        assert app.session.stage.faults == {}
        assert not app.main.running.busy


async def test_from_a_pane_escape_leads_back_to_the_tour():
    async with touring() as (app, pilot):
        await pilot.press("3", "escape")
        await pilot.press("n")
        assert "Tour 2/10" in text_of(app)


async def test_the_palette_has_the_tours_commands_while_it_is_on():
    async with touring() as (app, _):
        offered = [command.help for command in app.get_system_commands(app.screen)]
        assert "The next step of the tour" in offered
