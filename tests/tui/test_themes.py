"""Every theme is readable: WCAG 2.2 contrast of at least 4.5 for all text on all grounds, by computation."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from meshtui.settings import Settings
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.themes import AA, DARK, LIGHT, OWN, TERMINAL, make_readable, measure_contrast
from tests.tui.conftest import Screen, app_for, settled, text_of
from tests.tui.recorded import all_kinds, demo, fallen_back

COLOURED = [theme for theme in (DARK, LIGHT, *BUILTIN_THEMES.values()) if not theme.ansi]
PLACES = {
    "log": ("3", "end", "up"), "credentials": ("1", "down"), "typing": ("e",), "explanation": ("3", "end", "enter"),
    "help": ("f1",), "break": ("b",), "add": ("a",), "scenario": ("g",), "refused": ("3", "home", "down", "enter"),
}  # fmt: skip
"""Keys that lead there."""
TEXTS = ("foreground", "text-muted", "text-primary", "text-success", "text-warning", "text-error")
GROUNDS = ("background", "surface", "panel", "row-cursor", "row-cursor-blurred")


def variables(theme: Theme) -> dict[str, str]:
    own = {**theme.to_color_system().generate(), **theme.variables}
    return own if theme in OWN else own | make_readable(own, theme.dark)


@pytest.mark.parametrize("theme", COLOURED, ids=lambda t: t.name)
def test_every_text_stands_out_from_every_ground(theme: Theme):
    values = variables(theme)
    for text in TEXTS:
        for ground in GROUNDS:
            assert measure_contrast(Color.parse(values[text]), Color.parse(values[ground])) >= AA, (text, ground)


def unreadable(app: MeshtuiApp) -> dict[tuple[str, str, float], str]:
    """Words on the screen in front whose contrast is too low: (colour, ground, contrast) → the word. What lies behind
    a dialog is meant to be faint."""
    found = {}
    box = app.screen.query_one(".dialog").region if app.screen.query(".dialog") else app.screen.region
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        for segment in strip.crop(box.x, box.right) if box.y <= y < box.bottom else ():
            style = segment.style or Style()
            if segment.text.strip(" │─╭╮╰╯▁▂▃▄▅▆▇█▔▕▎") and style.color and style.bgcolor:
                colour, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
                if (c := measure_contrast(colour, ground)) < AA:
                    found[colour.hex, ground.hex, round(c, 2)] = segment.text
    return found


@pytest.mark.sweep
@pytest.mark.parametrize("theme", [DARK, LIGHT, BUILTIN_THEMES["solarized-light"]], ids=lambda t: t.name)
@pytest.mark.parametrize("place", PLACES)
async def test_whatever_is_painted_can_be_read(screen: Screen, theme: Theme, place: str):
    async with screen(all_kinds()) as (app, pilot):
        app.theme = theme.name
        await pilot.press(*PLACES[place])
        await settled(pilot)
        assert unreadable(app) == {}


async def test_t_goes_from_dark_to_light_to_the_terminals_colours_and_nothing_is_lost(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        before = text_of(app).splitlines()[:-2]
        for theme in (DARK, LIGHT, TERMINAL, DARK):
            assert app.theme == theme.name
            assert text_of(app).splitlines()[:-2] == before
            await pilot.press("t")
            await settled(pilot)
        app.theme = "nord"
        await pilot.press("t")
        assert app.theme == DARK.name


async def test_the_terminals_theme_paints_with_its_sixteen_colours_only(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        app.theme = TERMINAL.name
        for keys in PLACES.values():
            await pilot.press(*keys)
            await settled(pilot)
            for strip in app.screen._compositor.render_strips():
                for segment in strip:
                    style = segment.style or Style()
                    for colour in (style.color, style.bgcolor):
                        assert colour is None or colour.number is None or colour.number < 16
                        assert colour is None or colour.triplet is None, segment
                    # Nobody knows what the sixteen look like, so text stands on the terminal's own ground.
                    assert style.bgcolor is None or style.bgcolor.is_default or not segment.text.strip(), segment
            await pilot.press("escape")


async def test_an_alarm_stands_out_without_any_colour(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        await pilot.press("3", "home")
        for theme in OWN:
            app.theme = theme.name
            await settled(pilot)
            styles = [
                segment.style
                for strip in app.screen._compositor.render_strips()
                for segment in strip
                if "↩ fell back" in segment.text and segment.style
            ]
            assert styles, theme.name
            assert all(style.bold and style.reverse for style in styles), theme.name


@pytest.mark.parametrize("theme", [LIGHT.name, TERMINAL.name, "nord"])
async def test_the_theme_that_is_set_is_there_from_the_start(screen: Screen, theme: str):
    session = demo()
    session.settings = Settings(theme=theme)
    async with screen(session) as (app, _):
        assert app.theme == theme
        assert app.native_ansi_color is (theme == TERMINAL.name)


def test_a_theme_that_there_is_not_leaves_ours():
    session = demo()
    session.settings = Settings(theme="nonesuch")
    assert app_for(session).theme == DARK.name


@pytest.mark.parametrize("some", [3, pytest.param(99, marks=pytest.mark.sweep)])
async def test_textuals_own_themes_work_as_well(screen: Screen, some: int):
    async with screen(fallen_back()) as (app, pilot):
        before = text_of(app)
        for name in sorted(BUILTIN_THEMES)[:some]:
            app.theme = name
            await pilot.pause()
        assert text_of(app) == before
