"""Text is selected by dragging the mouse over it, in lists and on pages, and copied by ctrl+c."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from meshtui.journal.recording import make_note
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from meshtui.tui.widgets.text_views import Page
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled
from tests.tui.recorded import NOON, all_kinds, demo, fallen_back

Point = tuple[int, int]


async def drag(pilot: Pilot[None], widget: Widget, start: Point, end: Point) -> None:
    """With the button held from one cell of the widget's content to another, both of them included."""
    left, top = widget.gutter.left, widget.gutter.top
    await pilot.mouse_down(widget, offset=(start[0] + left, start[1] + top))
    await pilot.hover(widget, offset=(end[0] + left, end[1] + top))
    await pilot.mouse_up(widget, offset=(end[0] + left, end[1] + top))
    await pilot.pause()


def shown(lines: Widget, y: int) -> str:
    return "".join(segment.text for segment in lines.render_line(y))


async def test_a_drag_over_one_line_of_the_log_takes_those_characters(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        log = app.main.log_lines
        await drag(pilot, log, (9, 1), (18, 1))
        assert app.screen.get_selected_text() == shown(log, 1)[9:19]
        assert len(app.screen.get_selected_text() or "") == 10


async def test_a_drag_over_several_lines_takes_them_whole_but_for_both_ends(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        log = app.main.log_lines
        rows = [shown(log, y).rstrip() for y in range(4)]
        await drag(pilot, log, (9, 1), (7, 3))
        assert app.screen.get_selected_text() == "\n".join([rows[1][9:], rows[2], rows[3][:8]])
        await drag(pilot, log, (7, 3), (9, 1))
        assert app.screen.get_selected_text() == "\n".join([rows[1][9:], rows[2], rows[3][:8]]), "upwards as well"


async def test_what_is_selected_is_seen(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        log = app.main.log_lines
        await drag(pilot, log, (0, 1), (7, 1))
        lit = log.screen.get_component_rich_style("screen--selection").bgcolor

        def backgrounds(strip: Strip) -> list[bool]:
            return [bool(s.style and s.style.bgcolor == lit) for s in strip for _ in s.text]

        assert backgrounds(log.render_line(1))[:9] == [True] * 8 + [False]
        assert not any(backgrounds(log.render_line(2)))


async def test_ctrl_c_copies_it_and_says_so_instead_of_leaving(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        log = app.main.log_lines
        await drag(pilot, log, (0, 1), (7, 1))
        await pilot.press("ctrl+c")
        await settled(pilot)
        assert app.clipboard == shown(log, 1)[:8] == "12:00:00"
        assert "copied through the terminal" in app.main.query_one("StatusBar").said


async def test_a_click_moves_the_cursor_and_a_drag_neither_moves_nor_opens(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        log = app.main.log_lines
        await pilot.click(log, offset=(20, 2 + log.gutter.top))
        assert log.cursor == 2
        assert app.screen.get_selected_text() in (None, "")
        await drag(pilot, log, (3, 0), (30, 5))
        assert log.cursor == 2
        assert app.screen is app.main
        await pilot.click(log, offset=(20, 3))
        assert app.screen.get_selected_text() in (None, ""), "a click lets go of it"


async def test_a_double_click_opens_the_line_and_selects_nothing(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        await pilot.click(app.main.log_lines, offset=(20, 3), times=2)
        await pilot.pause()
        assert isinstance(app.screen, ExplanationScreen)
        assert not app.main.selections


async def test_a_selection_stays_on_its_text_when_the_log_scrolls(screen: Screen):
    session = demo()
    for number in range(100):
        session.journal.append(make_note(NOON, f"line {number}"))
    async with screen(session) as (app, pilot):
        await pilot.press("3", "home")
        log = app.main.log_lines
        await drag(pilot, log, (11, 2), (16, 2))
        assert app.screen.get_selected_text() == "line 2"
        log.scroll_to(y=1, animate=False, immediate=True)
        await pilot.pause()
        assert app.screen.get_selected_text() == "line 2"


async def test_what_comes_leaves_a_selection_and_what_folds_above_it_lets_it_go(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        log = app.main.log_lines
        await drag(pilot, log, (9, 1), (18, 2))
        selected = app.screen.get_selected_text()
        app.session.journal.append(make_note(NOON, "something else"))
        await settled(pilot)
        assert app.screen.get_selected_text() == selected
        await pilot.press("3", "home", "z")
        await settled(pilot)
        assert not app.screen.get_selected_text(), "other text stands there now"


async def test_wide_characters_are_taken_whole(screen: Screen):
    session = demo()
    session.journal.append(make_note(NOON, "日本語 and so on"))
    async with screen(session) as (app, pilot):
        log = app.main.log_lines
        await drag(pilot, log, (11, 0), (16, 0))
        assert app.screen.get_selected_text() == "日本語"


@pytest.mark.parametrize("size", leave_to_sweep([(80, 24), (160, 40)]))
async def test_pages_are_selected_in_the_same_way(screen: Screen, size: tuple[int, int]):
    async with screen(all_kinds(), size=size) as (app, pilot):
        await pilot.press("3", "home", "down", "enter")
        await pilot.pause()
        page = app.screen.query(Page).first()
        line = shown(page, 0)
        await drag(pilot, page, (2, 0), (11, 0))
        assert app.screen.get_selected_text() == line[2:12]
        await pilot.press("ctrl+c")
        await settled(pilot)
        assert app.clipboard == line[2:12]
