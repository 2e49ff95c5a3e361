"""Help begins with the pane one is in, and leaves out no key that there is."""

from __future__ import annotations

import pytest

from meshtui.settings import Settings, commands
from meshtui.settings.commands import CHOICE, COMMANDS, LIST, SCREENS
from meshtui.tui.screens.help_screen import PLACES_BY_ID, HelpScreen, list_own_commands
from tests.tui.conftest import Screen, text_of, to_text
from tests.tui.recorded import demo, fallen_back


async def helped(app, pilot, *press: str) -> str:
    """The whole of the help that opens after these keys, as text."""
    await pilot.press(*press, "f1")
    assert isinstance(app.screen, HelpScreen)
    return to_text(app.screen.card(200))


async def test_the_pane_in_focus_comes_first(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        for press, title, first in (
            (("1",), "Credentials", "main.check"),
            (("2",), "Request", "main.fire"),
            (("3",), "Log", "main.copy"),
            (("3", "end", "enter"), "Explanation", "explanation.before"),
            (("1", "down", "enter"), "Credential", "credential.check"),
        ):
            told = await helped(app, pilot, *press)
            assert text_of(app).splitlines()[0].strip().startswith(f"Help: {title}")
            assert told.startswith(f"── {title} ")
            own_part = told.split("\n── ")[0]
            assert next(c.help for c in COMMANDS if c.ident == first) in own_part, title
            while app.screen is not app.main:
                await pilot.press("escape")


async def test_it_says_what_the_pane_is_and_the_keys_of_its_lists_and_fields(screen: Screen):
    async with screen(demo()) as (app, pilot):
        log = (await helped(app, pilot, "3")).split("\n── ")[0]
        assert "What happened, newest last" in log
        assert "The line below" in log
        await pilot.press("escape")
        request = (await helped(app, pilot, "2")).split("\n── ")[0]
        assert "The next value; a click does the same" in request
        assert "Are text in a text field" in request


@pytest.mark.parametrize("name", ["credentials", "request", "log", "explained"])
def test_a_pane_does_not_pass_off_the_keys_of_another_page_as_its_own(name: str):
    here = {commands.MAIN, *commands.WITHIN[commands.MAIN]}
    assert [c.ident for c in list_own_commands(PLACES_BY_ID[name], COMMANDS) if c.where not in here] == []


async def test_every_command_is_told_once_whatever_has_the_focus(screen: Screen):
    async with screen(demo()) as (app, pilot):
        for pane in "123":
            told = " ".join((await helped(app, pilot, pane)).split())
            for command in COMMANDS:
                assert f"{' '.join(commands.list_keys(command))} {' '.join(command.help.split())}" in told, (
                    command.ident
                )
            await pilot.press("escape")


async def test_keys_that_a_person_changed_are_told_as_they_are(screen: Screen):
    session = demo()
    session.settings = Settings(keys={"main.fire": "ctrl+f", "main.edit": ""})
    async with screen(session) as (app, pilot):
        told = " ".join((await helped(app, pilot, "2")).split())
        assert "ctrl+f Send the test prompt" in told
        assert "no key Edit the prompt" in told


async def test_the_question_mark_opens_it_too_and_escape_goes_back(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        assert app.screen is app.main


async def test_help_on_help_says_what_it_is(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("f1", "f1")
        assert len(app.screen_stack) == 2


@pytest.mark.parametrize("place", PLACES_BY_ID.values(), ids=list(PLACES_BY_ID))
def test_every_place_has_commands_of_its_own(place):
    mine = list_own_commands(place, COMMANDS)
    assert mine
    assert len({command.ident for command in mine}) == len(mine)
    wheres = [command.where in (LIST, CHOICE) for command in mine]
    assert wheres == sorted(wheres), "lists and fields come last"


def test_every_page_of_the_table_has_its_words():
    assert {screen for screen in SCREENS if screen != commands.MAIN} <= PLACES_BY_ID.keys()


def test_whatever_is_named_as_a_panes_own_is_a_command():
    idents = {command.ident for command in COMMANDS}
    for place in PLACES_BY_ID.values():
        assert {f"main.{name}" for name in place.on_main} <= idents
