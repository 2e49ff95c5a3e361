"""The log: a view of the journal that never stutters, follows the newest line, and lets one read in peace."""

from __future__ import annotations

import asyncio

from meshtui.journal.recording import make_note
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON, Recorded, demo, fallen_back

MANY = 100_000


def fill(session: Recorded, count: int) -> None:
    for number in range(count):
        session.journal.append(make_note(NOON, f"line {number}"))


async def test_it_follows_the_newest_line(screen: Screen):
    async with screen(demo()) as (app, pilot):
        fill(app.session, 50)
        await settled(pilot)
        assert "line 49" in text_of(app)
        assert app.main.log_lines.cursor == 49


async def test_who_scrolls_up_reads_in_peace_and_sees_how_much_is_new(screen: Screen):
    async with screen(demo()) as (app, pilot):
        fill(app.session, 50)
        await settled(pilot)
        await pilot.press("3", "home")
        fill(app.session, 7)
        await settled(pilot)
        shown = text_of(app)
        assert "line 0" in shown
        assert "+7 new · end shows them" in shown
        await pilot.press("end")
        await settled(pilot)
        shown = text_of(app)
        assert "line 6" in shown
        assert "new ·" not in shown


async def test_the_cursor_stays_on_its_line_when_the_oldest_are_dropped(screen: Screen):
    session = demo()
    session.journal.bound = 160
    async with screen(session) as (app, pilot):
        fill(app.session, 160)
        await settled(pilot)
        await pilot.press("3", "up", "up")
        chosen = app.main.log_lines.chosen
        fill(app.session, 5)
        await settled(pilot)
        assert app.main.log_lines.chosen == chosen


async def test_a_burst_is_painted_in_batches(screen: Screen):
    async with screen(demo()) as (app, pilot):
        painted = []
        lines = app.main.log_lines
        lines.touch._do = lambda: (painted.append(1), lines._catch_up())
        for _ in range(25):
            fill(app.session, 20)
            await asyncio.sleep(0)
        await settled(pilot)
        assert len(painted) <= 2


async def test_text_from_outside_is_neither_markup_nor_control(screen: Screen):
    async with screen(demo()) as (app, pilot):
        app.session.journal.append(make_note(NOON, "[bold red]not markup[/] \x1b[31m \u202e"))
        await settled(pilot)
        shown = text_of(app)
        assert "[bold red]not markup[/]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


async def test_stepping_through_explanations_stops_at_both_ends(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        await pilot.press("3", "end", "enter", "right")
        assert "no line after this one" in text_of(app)
        await pilot.press(*["left"] * len(app.session.journal))
        assert "no line before this one" in text_of(app)
