"""Both own themes are readable: WCAG 2.2 contrast of at least 4.5 for all text, by computation."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from meshtui.tui.themes import DARK, FALLBACKS, LIGHT
from tests.tui.conftest import Screen, text_of
from tests.tui.recorded import fallen_back

AA = 4.5
TEXTS = ("foreground", "text-muted", "text-primary", "text-success", "text-warning", "text-error")
GROUNDS = ("background", "surface", "panel", "row-cursor", "row-cursor-blurred")


def colour(theme: Theme, name: str) -> Color:
    return Color.parse(theme.variables.get(name) or getattr(theme, name))


def luminance(c: Color) -> float:
    parts = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in c.normalized)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one: Color, two: Color) -> float:
    """As WCAG defines it: from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
def test_text_stands_out_from_every_ground_it_is_on(theme: Theme, text: str, ground: str):
    assert contrast(colour(theme, text), colour(theme, ground)) >= AA


async def test_t_switches_between_dark_and_light_and_nothing_is_lost(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        before = text_of(app)
        assert app.theme == DARK.name
        await pilot.press("t")
        assert app.theme == LIGHT.name
        assert text_of(app) == before
        await pilot.press("t")
        assert app.theme == DARK.name


async def test_textuals_own_themes_work_as_well(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        before = text_of(app)
        assert set(FALLBACKS) <= set(DARK.variables)
        for name in app.available_themes:
            app.theme = name
            await pilot.pause()
        assert text_of(app) == before
