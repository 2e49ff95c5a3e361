"""Jump mode: every pane, field and tab has a letter; the letter or a click goes there, and nothing else changes."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from meshtui.session import Session
from meshtui.settings import Settings
from meshtui.tui.dialogs.jump_mode import LETTERS, Badge, Jump, list_targets
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from meshtui.tui.widgets.form_fields import Choice
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import Recorded, demo, fallen_back

WIDE, SMALL = (160, 40), (80, 24)


def letters(app) -> list[str]:
    return [badge.letter for badge in app.screen.query(Badge)]


def focused(app) -> str:
    """The id of what has the focus, or of the pane it fills."""
    return next(node.id for node in app.focused.ancestors_with_self if node.id)


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, pytest.param(SMALL, marks=pytest.mark.sweep)])
async def test_every_letter_goes_to_another_place_and_closes_jump_mode(screen: Screen, size: tuple[int, int]):
    async with screen(fallen_back(), size=size) as (app, pilot):
        reached = []
        for letter in LETTERS[: len(list_targets(app.screen))]:
            app.main.credentials.focus()
            await pilot.press("ctrl+o", letter)
            await pilot.pause()
            assert app.screen is app.main
            reached.append(focused(app))
        assert len(set(reached)) == len(reached)
        assert {"credentials", app.main.log_lines.id} <= set(reached)


async def test_wide_every_pane_and_field_that_can_have_the_focus_has_a_letter(screen: Screen):
    async with screen(fallen_back(), size=WIDE) as (app, pilot):
        chain = len(app.screen.focus_chain)
        await pilot.press("o")
        assert len(letters(app)) == chain
        assert chain >= 8


async def test_where_panes_lie_behind_tabs_the_one_behind_is_gone_to_by_its_tab(screen: Screen):
    async with screen(demo(), size=SMALL) as (app, pilot):
        await pilot.press("o")
        tab = next(badge for badge in app.screen.query(Badge) if badge.target.y == 1)
        await pilot.press(tab.letter)
        await settled(pilot)
        assert isinstance(app.focused, Choice)
        assert any(node.id == "request" for node in app.focused.ancestors)
        await pilot.press("o")
        assert len(letters(app)) > 8, "now its fields have letters"


async def test_it_is_left_where_one_was(screen: Screen):
    async with screen(demo()) as (app, pilot):
        for key in ("escape", "ctrl+o"):
            await pilot.press("3", "o", key)
            await settled(pilot)
            assert app.screen is app.main, key
            assert app.main.log_lines.has_focus, key


async def test_a_key_without_a_letter_does_nothing_at_all(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("o", "q", "f1", "9")
        assert isinstance(app.screen, Jump)
        assert app.is_running


async def test_a_click_on_a_letter_goes_there_and_one_beside_stays(screen: Screen):
    async with screen(demo(), size=SMALL) as (app, pilot):
        await pilot.press("o")
        log = next(badge for badge in app.screen.query(Badge) if badge.letter == "s")
        await pilot.click(log)
        await settled(pilot)
        assert app.main.log_lines.has_focus
        await pilot.press("1", "o")
        await pilot.click(offset=(60, 12))
        await settled(pilot)
        assert app.screen is app.main
        assert focused(app) == "credentials"


async def test_from_a_text_field_ctrl_o_opens_it_and_o_is_a_letter(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("e", "o")
        assert isinstance(app.focused, Input)
        assert app.focused.value.endswith("o")
        await pilot.press("ctrl+o")
        assert isinstance(app.screen, Jump)


async def test_tabs_of_a_page_have_letters_too(screen: Screen):
    async with screen(fallen_back(), size=(100, 30)) as (app, pilot):
        await pilot.press("3", "end", "up", "enter", "o")
        badge = app.screen.query(Badge).last()
        await pilot.press(badge.letter)
        await settled(pilot)
        assert isinstance(app.screen, ExplanationScreen)
        assert app.screen.query("TabRow").first().front != "card"


async def test_a_resize_leaves_it_because_the_letters_would_stand_beside_what_they_mean(screen: Screen):
    async with screen(demo(), size=WIDE) as (app, pilot):
        await pilot.press("o")
        await pilot.resize_terminal(*SMALL)
        await settled(pilot)
        assert app.screen is app.main


async def test_it_says_what_it_wants_and_shows_what_is_behind(screen: Screen):
    async with screen(fallen_back(), size=SMALL) as (app, pilot):
        await pilot.press("o")
        shown = text_of(app)
        assert "press a letter" in shown
        assert "↩ fell back paid from your Mesh balance" in shown


async def test_another_key_can_be_given_to_it(screen: Screen):
    session: Session = Recorded()
    session.settings = Settings(keys={"everywhere.jump": "J"})
    async with screen(session) as (app, pilot):
        await pilot.press("o")
        assert app.screen is app.main
        await pilot.press("J")
        assert isinstance(app.screen, Jump)
