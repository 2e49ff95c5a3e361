"""A comparison: three ways side by side with their answers, costs that add up, and one conclusion below."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from meshtui.presentation.lines import render_text
from meshtui.presentation.verdict_blocks import run_blocks
from meshtui.runs.model import Run
from meshtui.session import Session
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of

TITLES = ("Your key, without Mesh", "Through Mesh", "Mesh's own credentials")


async def compare(app, pilot, fault: str = "") -> Run:
    if fault:
        app.session.stage.set_fault("openai", fault)
    await pilot.press("p", "p", "p", "f")
    await settled(pilot)
    run = app.main.running.last_run
    assert run is not None
    return run


@pytest.mark.parametrize("size", leave_to_sweep([(120, 36), (200, 60)]), ids=str)
async def test_three_ways_stand_side_by_side_and_the_conclusion_below(screen: Screen, size: tuple[int, int]):
    async with screen(Session.demo(), size=size) as (app, pilot):
        await compare(app, pilot, "revoked")
        await pilot.press("3", "end", "enter")
        await settled(pilot)
        shown = text_of(app)
        heads = next(line for line in shown.splitlines() if TITLES[0] in line)
        assert all(title in heads for title in TITLES)
        assert "✗ 401" in shown
        assert "“pong”" in shown
        above, said, _ = shown.partition("Mesh serves this from your balance")
        assert said, shown
        assert TITLES[0] in above


async def test_where_there_is_no_room_each_way_is_a_line_of_the_route_in_the_same_order(screen: Screen):
    async with screen(Session.demo(), size=(80, 24)) as (app, pilot):
        run = await compare(app, pilot)
        await pilot.press("3", "end", "enter")
        shown = text_of(app)
        assert TITLES[0] not in shown
        ways = [line for line in shown.splitlines() if "your app ─▶" in line]
        assert len(ways) == 3
        assert "OpenAI" in ways[0]
        assert "Mesh's credentials" in ways[2]
        assert "your app ─▶ OpenAI" in render_text(run_blocks(run), 80)
        assert TITLES[2] in render_text(run_blocks(run), 110)


async def test_the_costs_add_up(screen: Screen):
    async with screen(Session.demo(), size=(160, 45)) as (app, pilot):
        run = await compare(app, pilot)
        bills = [attempt.bill for attempt in run.attempts if attempt.provider == "mesh"]
        assert len(bills) == 2
        assert None not in bills
        total = sum((bill.cost for bill in bills if bill), Decimal(0))
        said = re.search(
            r"Cost +\$(\S+) from your Mesh balance, and what OpenAI bills", render_text(run_blocks(run), 120)
        )
        assert said
        assert Decimal(said[1]) == total > 0
