"""The guided tour on the screen: five steps with two keys, and out of it at any moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from meshtui.demo import STEPS
from meshtui.session import Session
from meshtui.tui.app import MeshtuiApp
from tests.tui.conftest import settled, text_of


@asynccontextmanager
async def touring(size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[MeshtuiApp, object]]:
    app = MeshtuiApp(Session.demo(), tour=True)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield app, pilot


def squeezed(app) -> str:
    return " ".join(text_of(app).replace("│", " ").split())


SWEEP = [pytest.param(size, marks=pytest.mark.sweep) for size in ((120, 36), (200, 60))]


@pytest.mark.parametrize("size", [(80, 24), *SWEEP], ids=str)
async def test_enter_and_n_lead_through_all_five_steps(size: tuple[int, int]):
    async with touring(size) as (app, pilot):
        for number, step in enumerate(STEPS, 1):
            assert f"Tour {number}/5: {step.title}" in text_of(app)
            assert " ".join(step.tells) in squeezed(app)
            await pilot.press("enter")
            await settled(pilot)
            shown = squeezed(app)
            for said in ("You can see", "What happened", "Who paid", step.learns):
                assert said in shown
            assert ("n leads on" in shown) is (number < len(STEPS))
            assert "…" not in next(line for line in text_of(app).splitlines() if "Who paid" in line)
            await pilot.press("n")
            await pilot.pause(0.08)
        assert "Tour" not in text_of(app)
        assert "That was the tour; every key works again." in text_of(app)
        assert app.session.stage.faults == {}
        assert app.main.credentials.has_focus


async def test_the_truth_of_a_step_is_the_sandboxs():
    async with touring((120, 36)) as (app, pilot):
        await pilot.press("n", "n", "enter")
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
        assert "Tour 2/5" in text_of(app)


async def test_the_palette_has_the_tours_commands_while_it_is_on():
    async with touring() as (app, _):
        offered = [command.help for command in app.get_system_commands(app.screen)]
        assert "The next step of the tour" in offered
