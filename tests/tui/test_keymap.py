"""A person's keys: they do what they were given to, and all that shows keys shows these."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import _character_to_key
from textual.widgets import Input

from meshtui.settings import Settings, commands
from meshtui.settings.commands import COMMANDS, list_keys
from meshtui.settings.keymap import SWALLOWED, are_heard_together, find_key_name, resolve
from meshtui.settings.schema import Problem
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.bindings import make_keymap
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from meshtui.tui.screens.help_screen import HelpScreen
from tests.each import each
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON, Recorded, demo, fallen_back


def with_keys(session: Recorded | None = None, **wanted: str) -> Recorded:
    """A session whose settings give these commands (`main__path`) these keys."""
    session = session or demo()
    session.settings = Settings(keys={ident.replace("__", "."): names for ident, names in wanted.items()})
    return session


def troubles(**wanted: str) -> list[str]:
    found = resolve({ident.replace("__", "."): names for ident, names in wanted.items()}).troubles
    return [f"{t.ident}: {t.wrong}" for t in found]


def in_force(**wanted: str) -> dict[str, str]:
    table = resolve({ident.replace("__", "."): names for ident, names in wanted.items()}).commands
    return {c.ident: c.keys for c in table}


# What is in force


def test_without_wishes_the_table_is_as_it_is():
    assert resolve({}).commands == resolve({"main.fire": "f,f5"}).commands == COMMANDS


@each("character", [chr(code) for code in range(33, 127)])
def test_every_sign_of_a_keyboard_is_a_key_under_textuals_name(character: str):
    assert find_key_name(character) == _character_to_key(character)
    assert find_key_name(_character_to_key(character)) == _character_to_key(character)


@each("command", COMMANDS, ids=lambda c: c.ident)
def test_keys_can_be_written_as_they_are_shown(command: commands.Command):
    assert [find_key_name(name) for name in list_keys(command)] == command.keys.split(",")


@pytest.mark.parametrize(
    ("written", "name"),
    [("F5", "f5"), ("Esc", "escape"), ("return", "enter"), ("PageUp", "pageup"), ("ctrl+F", "ctrl+f"), ("F", "F"),
     ("shift+ctrl+up", "ctrl+shift+up"), ("ctrl++", "ctrl+plus"), ("+", "plus"), ("alt+,", "alt+comma"),
     ("wat", ""), ("ctrl+wat", ""), ("control+f", ""), ("f99", ""), ("", "")],
)  # fmt: skip
def test_a_key_may_be_written_in_several_ways(written: str, name: str):
    assert find_key_name(written) == name


@pytest.mark.parametrize("wish", ["", "none", "None", " "])
def test_nothing_or_none_leaves_a_command_without_a_key(wish: str):
    assert in_force(main__edit=wish)["main.edit"] == ""
    assert troubles(main__edit=wish) == []


def test_of_two_that_are_given_one_key_the_first_keeps_it_and_the_other_its_others():
    assert in_force(main__fire="K", main__check="K,f6")["main.check"] == "f6"
    assert troubles(main__fire="K", main__check="K,f6") == ["main.check: K is main.fire's already"]
    assert in_force(main__check="K,f6", main__fire="K")["main.fire"] == ""


def test_what_is_given_is_taken_from_the_one_that_had_it():
    assert in_force(main__fire="c") == {**in_force(), "main.fire": "c", "main.check": "f6"}
    assert troubles(main__fire="c") == [
        "main.fire: c was main.check's (Run the checks of the credential; costs nothing), which keeps F6"
    ]


def test_two_commands_may_swap_keys():
    assert troubles(main__fire="c", main__check="f") == []
    held = in_force(main__fire="c", main__check="f")
    assert (held["main.fire"], held["main.check"]) == ("c", "f")


def test_one_key_may_mean_two_things_on_two_screens():
    assert troubles(main__fire="K", explanation__after="K") == []
    assert in_force(main__fire="K", explanation__after="K")["main.fire"] == "K"


def test_a_key_of_the_lists_is_taken_from_them_where_a_command_beside_them_is_given_it():
    assert in_force(main__fire="j")["list.down"] == "down"
    assert in_force(explanation__after="j")["list.down"] == "down,j", "an explanation has no list"


def test_a_shared_key_stays_shared():
    assert in_force(main__open="enter,K")["list.choose"] == "enter"
    assert troubles(main__open="enter,K") == []


@pytest.mark.parametrize("key", sorted(SWALLOWED))
def test_a_key_that_the_terminal_keeps_is_obeyed_with_a_warning(key: str):
    found = resolve({"main.fire": key})
    assert next(c.keys for c in found.commands if c.ident == "main.fire") == key
    assert [trouble.warning for trouble in found.troubles] == [True]


def test_there_is_always_a_way_out():
    assert in_force(everywhere__leave="none")["everywhere.leave"] == "ctrl+c"
    assert in_force(everywhere__leave="ctrl+d")["everywhere.leave"] == "ctrl+d,ctrl+c"
    assert in_force(main__fire="ctrl+c,K") == {**in_force(), "main.fire": "K"}
    assert "stays the way out" in troubles(main__fire="ctrl+c")[0]


DEFAULTS = {c.ident: c.keys for c in COMMANDS}
SOME_KEYS = sorted({*",".join(DEFAULTS.values()).split(","), "K", "L", "ctrl+k"})
WISHES = st.dictionaries(
    st.sampled_from(sorted(DEFAULTS)), st.lists(st.sampled_from(SOME_KEYS), max_size=3).map(",".join), max_size=8
)


@given(WISHES)
def test_no_wishes_whatever_make_a_key_mean_two_things_on_one_screen(wanted: dict[str, str]):
    table = resolve(wanted).commands
    for one, other in combinations(table, 2):
        both = {*one.keys.split(",")} & {*other.keys.split(",")} - {""}
        shared = {*DEFAULTS[one.ident].split(",")} & {*DEFAULTS[other.ident].split(",")}
        assert both <= shared or not are_heard_together(one.where, other.where)
    assert any("ctrl+c" in c.keys for c in table if c.ident == "everywhere.leave")


@given(WISHES)
def test_what_is_in_force_stays_in_force_when_it_is_wished_again(wanted: dict[str, str]):
    first = resolve(wanted)
    again = {c.ident: c.keys for c in first.commands if c.ident in first.given}
    assert resolve(again).commands == first.commands


def test_textual_is_told_only_of_what_differs():
    assert make_keymap(COMMANDS) == {}
    told = make_keymap(resolve({"main.fire": "c", "main.edit": "none"}).commands)
    assert told == {"main.fire": "c", "main.check": "f6", "main.edit": "none-main.edit"}


# On the screen


async def test_a_changed_key_does_it_and_the_old_one_no_longer(screen: Screen):
    async with screen(with_keys(main__path="K", main__stream="p")) as (app, pilot):
        await pilot.press("K")
        assert app.main.request.path == "mesh"
        await pilot.press("p")
        assert (app.main.request.path, app.main.request.prompt().stream) == ("mesh", True)
        await pilot.press("f3", "s", "f4")
        assert (app.main.request.path, app.main.request.prompt().stream) == ("mesh", True)


async def test_an_unbound_command_is_in_the_palette_still(screen: Screen):
    async with screen(with_keys(main__path="")) as (app, pilot):
        await pilot.press("p", "f3")
        assert app.main.request.path == "byok"
        offered = {c.title: c for c in app.get_system_commands(app.screen)}
        await offered["Send · Path"].callback()
        assert app.main.request.path == "mesh"


async def test_a_lists_keys_can_be_changed(screen: Screen):
    async with screen(with_keys(fallen_back(), list__down="K")) as (app, pilot):
        await pilot.press("1", "K", "j", "down")
        assert app.main.credentials.cursor == 1


async def test_a_choices_keys_can_be_changed(screen: Screen):
    async with screen(with_keys(choice__after="K")) as (app, pilot):
        await pilot.press("2", "right", "K")
        assert app.main.request.path == "mesh"


async def test_a_pages_keys_can_be_changed(screen: Screen):
    async with screen(with_keys(fallen_back(), sheet__back="K", explanation__before="B")) as (app, pilot):
        await pilot.press("3", "end", "enter")
        assert isinstance(app.screen, ExplanationScreen)
        title = text_of(app).splitlines()[0]
        await pilot.press("left", "escape")
        assert text_of(app).splitlines()[0] == title
        await pilot.press("B")
        assert text_of(app).splitlines()[0] != title
        await pilot.press("K")
        assert app.screen is app.main


async def test_letters_that_were_given_are_text_where_text_is_typed(screen: Screen):
    async with screen(with_keys(everywhere__help="K", main__path="L")) as (app, pilot):
        await pilot.press("e", "K", "L")
        assert isinstance(app.focused, Input)
        assert app.focused.value.endswith("KL")


async def test_footer_and_palette_show_the_keys_in_force(screen: Screen):
    async with screen(with_keys(main__fire="K", everywhere__help="f12"), size=(120, 30)) as (app, _):
        footer = text_of(app).splitlines()[-1]
        assert "K send" in footer
        assert "F12 help" in footer
        titles = [c.title for c in app.get_system_commands(app.screen)]
        assert "Send · Send · K" in titles
        assert not any("main." in title for title in titles)
        assert "Theme · nord" in titles


async def test_a_click_in_the_footer_works_whatever_the_keys(screen: Screen):
    async with screen(with_keys(everywhere__help="f12")) as (app, pilot):
        await pilot.click("KeyBar", offset=(1 + text_of(app).splitlines()[-1].index("F12") - 1, 0))
        assert isinstance(app.screen, HelpScreen)


async def test_in_the_palette_a_typed_name_finds_its_command(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("ctrl+p", *"send path")
        await settled(pilot, until=lambda: "Next path" in text_of(app))
        await pilot.press("down", "enter")
        await settled(pilot, until=lambda: app.main.request.path == "mesh")


async def test_problems_of_the_settings_are_told_in_the_status_line_and_in_the_log():
    problems = [Problem("~/c.toml:3", "there is no such setting", "Did you mean theme?", "tehme"),
                Problem("~/c.toml:4", "it is wrong", "Mend it", "log.times")]  # fmt: skip
    app = MeshtuiApp(demo(), clock=lambda: NOON, problems=problems)
    async with app.run_test(size=(120, 30)) as pilot:
        await settled(pilot)
        assert "2 problems in the settings; the Log has all. ~/c.toml:3: tehme:" in text_of(app)
        notes = [entry.text for entry in app.session.journal]
        assert notes == [f"Settings: {problem}" for problem in problems]


async def test_the_theme_that_is_set_is_the_one_that_is_shown(screen: Screen):
    session = demo()
    session.settings = Settings(theme="nord")
    async with screen(session) as (app, _):
        assert app.theme == "nord"


def test_a_theme_that_is_none_is_told_with_the_line_it_stands_in():
    from meshtui.settings.loading import Loaded
    from meshtui.tui.start import find_theme_problems

    session = demo()
    session.settings = Settings(theme="nrod")
    app = MeshtuiApp(session)
    (problem,) = find_theme_problems(app, Loaded(session.settings, {"theme": "~/c.toml:1"}))
    assert str(problem) == "~/c.toml:1: theme: there is no theme 'nrod'. Did you mean nord?"
    assert app.theme == "meshtui-dark"
