"""One table of commands: every row does something, no key is spoken for twice, and all that shows keys agrees."""

from __future__ import annotations

from collections import Counter

import pytest

from meshtui.settings import commands
from meshtui.settings.commands import CHOICE, COMMANDS, FIELDS, FILTER, LIST, PLACES, SCREENS, WITHIN, Command
from meshtui.settings.keymap import SWALLOWED
from meshtui.tui.actions import HANDLERS
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.screens.code_screen import CodeScreen
from meshtui.tui.screens.credential_screen import CredentialScreen
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from meshtui.tui.screens.help_screen import HelpScreen
from meshtui.tui.screens.history_screen import ChangesScreen, HistoryScreen
from meshtui.tui.screens.main_screen import MainScreen
from meshtui.tui.screens.matrix_screen import Fields, MatrixScreen
from meshtui.tui.screens.page_screen import PageScreen
from meshtui.tui.widgets.filter_bar import FilterBar
from meshtui.tui.widgets.form_fields import Choice
from meshtui.tui.widgets.line_list import LineList
from tests.each import each
from tests.tui.conftest import Screen, text_of
from tests.tui.recorded import demo, fallen_back

PAGES = (ChangesScreen, CodeScreen, CredentialScreen, ExplanationScreen, HelpScreen, HistoryScreen, MatrixScreen)
WIDGETS = {LIST: LineList, CHOICE: Choice, FILTER: FilterBar, FIELDS: Fields}


@each("command", COMMANDS, ids=lambda c: c.ident)
def test_every_command_has_a_function_that_does_it(command: Command):
    if command.where in WIDGETS:
        assert callable(getattr(WIDGETS[command.where], f"action_{command.action.partition('(')[0]}"))
    elif command.action:
        assert callable(getattr(MeshtuiApp, f"action_{command.action.removeprefix('app.')}"))
    else:
        assert callable(HANDLERS[command.ident])


def test_every_function_of_a_command_belongs_to_a_row_of_the_table():
    assert set(HANDLERS) == {command.ident for command in COMMANDS if not command.action}


@pytest.mark.parametrize("screen", SCREENS)
def test_no_key_means_two_things_on_one_screen(screen: str):
    counted = Counter(key for command in commands.list_commands(*SCREENS[screen]) for key in command.keys.split(","))
    assert [key for key, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("where", [*WIDGETS, commands.TOUR])
def test_no_key_means_two_things_in_one_widget(where: str):
    counted = Counter(key for command in commands.list_commands(where) for key in command.keys.split(","))
    assert max(counted.values()) == 1


@pytest.mark.parametrize("screen_type", [MainScreen, *PAGES], ids=lambda s: s.__name__)
def test_every_screen_hears_what_the_table_says_stands_together(screen_type: type[PageScreen]):
    assert screen_type.WHERE in SCREENS.values()


def test_every_place_of_the_table_has_a_heading_and_a_screen():
    heard = {*(where for screen in SCREENS.values() for where in screen), *(w for s in WITHIN.values() for w in s)}
    assert {c.where for c in COMMANDS} == set(PLACES) == heard


def test_ids_are_unique_and_texts_are_short():
    assert len({c.ident for c in COMMANDS}) == len(COMMANDS)
    assert all(len(c.title) <= 12 and len(c.help) <= 62 for c in COMMANDS)


def test_no_default_takes_a_key_from_the_terminal():
    assert SWALLOWED.isdisjoint(key for c in COMMANDS for key in c.keys.split(","))


async def test_ctrl_q_is_not_bound_at_all(screen: Screen):
    async with screen(demo()) as (app, pilot):
        assert "ctrl+q" not in app.active_bindings
        await pilot.press("ctrl+q")
        assert app.is_running


async def test_the_palette_offers_the_commands_of_the_screen_in_front(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        offered = [command.help for command in app.get_system_commands(app.screen)]
        assert "Send the test prompt along the chosen path" in offered
        await pilot.press("3", "enter")
        offered = [command.help for command in app.get_system_commands(app.screen)]
        assert "The previous line" in offered
        assert "Send the test prompt along the chosen path" not in offered


async def test_a_click_on_the_footer_does_what_it_says(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.click("KeyBar", offset=(2 + text_of(app).splitlines()[-1].index("F1") - 1, 0))
        assert isinstance(app.screen, HelpScreen)
        await pilot.click("KeyBar", offset=(2, 0))
        assert isinstance(app.screen, MainScreen)


async def test_function_keys_work_while_typing_and_letters_are_text(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("e", "f", "q", "x")
        assert app.main.request.prompt().text.endswith("fqx")
        await pilot.press("f3")
        assert app.main.request.path == "mesh"
        await pilot.press("escape")
        assert app.main.log_lines.has_focus
