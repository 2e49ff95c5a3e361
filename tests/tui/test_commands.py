"""One table of commands: every row does something, no key is spoken for twice, and all that shows keys agrees."""

from __future__ import annotations

from collections import Counter

import pytest

from meshtui.tui import commands
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.commands import COMMANDS, EVERYWHERE, Command
from meshtui.tui.credential import CredentialSheet
from meshtui.tui.explanation import ExplanationSheet
from meshtui.tui.help import HelpSheet
from meshtui.tui.main_screen import MainScreen
from tests.tui.conftest import Screen, text_of
from tests.tui.recorded import demo, fallen_back

SCREENS = {MainScreen: MainScreen.WHERE, **{s: s.WHERE for s in (ExplanationSheet, CredentialSheet, HelpSheet)}}
RESERVED = {f"ctrl+{letter}" for letter in "absqjmhiz"}
"""Keys that terminals, tmux and screen keep for themselves, or that are other keys in disguise."""


def ident(command: Command) -> str:
    return f"{command.where}.{command.id}"


@pytest.mark.parametrize("screen_type", SCREENS, ids=lambda s: s.__name__)
def test_every_command_of_a_screen_has_its_action_there(screen_type: type):
    for command in commands.of(*SCREENS[screen_type]):
        holder = MeshtuiApp if command.where == EVERYWHERE else screen_type
        assert callable(getattr(holder, f"action_{command.id.partition('(')[0]}", None)), ident(command)


@pytest.mark.parametrize("screen_type", SCREENS, ids=lambda s: s.__name__)
def test_no_key_means_two_things_on_one_screen(screen_type: type):
    counted = Counter(key for command in commands.of(*SCREENS[screen_type]) for key in command.keys.split(","))
    assert [key for key, count in counted.items() if count > 1] == []


def test_ids_are_unique_and_texts_are_short():
    assert len({ident(c) for c in COMMANDS}) == len(COMMANDS)
    assert all(len(c.title) <= 12 and len(c.help) <= 62 for c in COMMANDS)


def test_no_default_takes_a_key_from_the_terminal():
    assert RESERVED.isdisjoint(key for c in COMMANDS for key in c.keys.split(","))


async def test_ctrl_q_is_not_bound_at_all(screen: Screen):
    async with screen(demo()) as (app, pilot):
        assert "ctrl+q" not in app.active_bindings
        await pilot.press("ctrl+q")
        assert app.is_running


async def test_help_lists_every_command(screen: Screen):
    async with screen(demo(), size=(120, 60)) as (app, pilot):
        await pilot.press("question_mark")
        shown = text_of(app)
        for command in COMMANDS:
            assert command.help in shown, ident(command)
            assert " ".join(commands.keys(command)) in shown


async def test_the_palette_offers_the_commands_of_the_screen_in_front(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        offered = [command.help for command in app.get_system_commands(app.screen)]
        assert "Send the test prompt along the chosen path" in offered
        await pilot.press("3", "enter")
        offered = [command.help for command in app.get_system_commands(app.screen)]
        assert "The line before" in offered
        assert "Send the test prompt along the chosen path" not in offered


async def test_a_click_on_the_footer_does_what_it_says(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.click("KeyBar", offset=(2 + text_of(app).splitlines()[-1].index("F1") - 1, 0))
        assert isinstance(app.screen, HelpSheet)
        await pilot.click("KeyBar", offset=(2, 0))
        assert isinstance(app.screen, MainScreen)


async def test_function_keys_work_while_typing_and_letters_are_text(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("e", "f", "q", "x")
        assert app.main.request.prompt().text.endswith("fqx")
        await pilot.press("f3")
        assert app.main.request.path == "mesh"
        await pilot.press("escape")
        assert app.main.log_pane.has_focus
