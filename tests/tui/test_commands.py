"""One table of commands: every row does something, no key is spoken for twice, and all that shows keys agrees."""

from __future__ import annotations

from collections import Counter
from importlib import import_module

import pytest

from meshtui import commands
from meshtui.commands import COMMANDS, Command
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.main_screen import MainScreen
from meshtui.tui.sheets.credential import CredentialSheet
from meshtui.tui.sheets.explanation import ExplanationSheet
from meshtui.tui.sheets.help import HelpSheet
from tests.tui.conftest import Screen, text_of
from tests.tui.recorded import demo, fallen_back

SCREENS = {MainScreen: MainScreen.WHERE, **{s: s.WHERE for s in (ExplanationSheet, CredentialSheet, HelpSheet)}}
RESERVED = {f"ctrl+{letter}" for letter in "absqjmhiz"}
"""Keys that terminals, tmux and screen keep for themselves, or that are other keys in disguise."""


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.ident)
def test_every_command_has_a_function_that_does_it(command: Command):
    if command.does:
        module, _, function = command.does.partition(".")
        assert callable(getattr(import_module(f"meshtui.tui.actions.{module}"), function))
    else:
        assert callable(getattr(MeshtuiApp, f"action_{command.id}"))


@pytest.mark.parametrize("screen_type", SCREENS, ids=lambda s: s.__name__)
def test_no_key_means_two_things_on_one_screen(screen_type: type):
    counted = Counter(key for command in commands.of(*SCREENS[screen_type]) for key in command.keys.split(","))
    assert [key for key, count in counted.items() if count > 1] == []


def test_ids_are_unique_and_texts_are_short():
    assert len({c.ident for c in COMMANDS}) == len(COMMANDS)
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
            assert command.help in shown, command.ident
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
