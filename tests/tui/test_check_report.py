"""The check report fills in where the credential stands, and a broken credential does not look like a good one."""

from __future__ import annotations

import pytest

from meshtui.session import Session
from meshtui.tui.live_run import LiveRun
from meshtui.tui.panes.credentials_pane import render_check_progress
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of, to_text

SIZES = [(80, 24), (120, 36), (160, 40)]


def pane(app) -> list[str]:
    """The lines of the credentials pane alone."""
    area = app.main.credentials.region
    return [line[area.x : area.right] for line in text_of(app).splitlines()[area.y : area.bottom]]


def row(app, name: str) -> str:
    return next(line for line in pane(app) if f" {name} " in line)


@pytest.mark.parametrize("size", leave_to_sweep(SIZES), ids=str)
async def test_the_checks_stand_below_the_rows_and_end_with_the_sentence(screen: Screen, size):
    async with screen(Session.demo(), size=size) as (app, pilot):
        await pilot.press("c")
        await settled(pilot)
        shown = " ".join(" ".join(line.strip("│ ") for line in pane(app)).split())
        assert "✓ passed streaming" in shown
        assert "✓ This key is valid and may call gpt-4o-mini, streaming too." in shown
        assert "✓ openai" in row(app, "openai")
        assert "ok · now" in row(app, "openai")


async def test_while_it_runs_the_row_and_the_block_show_the_newest_check(screen: Screen):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        app.session.stage.set_fault("openai", "slow")
        await pilot.press("c")
        await settled(pilot, until=lambda: any("✓ passed  form" in line for line in pane(app)))
        shown = "\n".join(pane(app))
        assert "◌ checking · esc stops it" in shown
        assert "✓ passed" in row(app, "openai")
        await pilot.press("escape")
        await settled(pilot, until=lambda: not app.main.running.busy)
        assert "■ you stopped it" in "\n".join(pane(app))


async def test_a_failed_check_and_why_are_there_in_the_smallest_pane(screen: Screen):
    async with screen(Session.demo(), size=SIZES[0]) as (app, pilot):
        app.session.stage.set_fault("openai", "revoked")
        await pilot.press("c")
        await settled(pilot)
        shown = "\n".join(pane(app))
        assert "✗ failed  identity" in shown
        assert "✗ This key does not work" in shown
        assert "skipped" not in shown


async def test_what_a_check_found_is_not_shown_of_a_credential_that_has_changed_since(screen: Screen):
    async with screen(Session.demo(), size=(200, 60)) as (app, pilot):
        await pilot.press("c")
        await settled(pilot)
        assert "Check of openai" in text_of(app)
        await pilot.press("x")
        assert "Check of openai" not in text_of(app)


async def test_a_broken_credential_has_no_tick(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        await pilot.press("b", "down", "enter")
        await pilot.pause()
        fault = app.session.stage.faults["openai"].replace("_", " ")
        assert "! openai" in row(app, "openai")
        assert fault in row(app, "openai")
        assert "· bedrock" in row(app, "bedrock")
        await pilot.press("enter")
        assert "! OpenAI key: broken" in text_of(app)


def test_no_line_is_made_where_there_is_no_room():
    live = LiveRun()
    live.check("openai", 0.0)
    assert render_check_progress(live, 40, 0) == []
    assert to_text(render_check_progress(live, 40, 1, "esc")) == "◌ checking · esc stops it\n"
