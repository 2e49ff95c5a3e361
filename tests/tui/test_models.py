"""Models are chosen from the provider's own list, asked for when it is needed and not before."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Input

from meshtui.runs.model import Path
from meshtui.runs.model_lists import Models
from meshtui.session import Session
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import CREDENTIALS, Recorded


class Listing(Recorded):
    """Counts how often its lists are asked for; where `held`, they do not come."""

    def __init__(self, models: Models, *, held: bool = False) -> None:
        super().__init__(*CREDENTIALS)
        self.asked: list[tuple[str, Path]] = []
        self.stopped = False
        self._models, self._held = models, held

    async def models(self, name: str, path: Path = Path.BYOK) -> Models:
        self.asked.append((name, path))
        try:
            await asyncio.sleep(3600 if self._held else 0)
        except asyncio.CancelledError:
            self.stopped = True
            raise
        return self._models


SEVERAL = Models(("gpt-4o-mini", "gpt-4o", "gpt-5-nano", "o4-mini"))
NONE = Models((), "OpenAI does not know this key", "Compare the last four characters")


async def test_nothing_is_asked_before_somebody_wants_to_know(screen: Screen):
    session = Listing(SEVERAL)
    async with screen(session) as (_, pilot):
        await pilot.press("2", "tab", "1", "down", "p", "f")
        await settled(pilot)
        assert session.asked == []


async def test_what_is_typed_is_completed_and_the_right_arrow_takes_it(screen: Screen):
    session = Listing(SEVERAL)
    async with screen(session) as (app, pilot):
        await pilot.press("2", "tab", "tab")
        await settled(pilot)
        assert session.asked == [("openai", Path.BYOK)]
        await pilot.press(*"gpt-5")
        await settled(pilot)
        assert app.main.request.prompt().model == "gpt-5"
        await pilot.press("right")
        assert app.main.request.prompt().model == "gpt-5-nano"


async def test_another_credential_or_path_is_completed_from_its_own_list(screen: Screen):
    session = Listing(SEVERAL)
    async with screen(session) as (app, pilot):
        await pilot.press("2", "tab", "tab")
        await settled(pilot)
        await pilot.press("shift+tab", "right")
        await settled(pilot)
        assert app.main.query_one("#model", Input).suggester is None
        await pilot.press("tab")
        await settled(pilot)
        assert session.asked == [("openai", Path.BYOK), ("bedrock", Path.BYOK)]


async def test_the_list_is_narrowed_by_typing_and_enter_takes_the_line(screen: Screen):
    async with screen(Listing(SEVERAL)) as (app, pilot):
        await pilot.press("m")
        await settled(pilot)
        shown = text_of(app)
        assert "● gpt-4o-mini  the default" in shown
        assert "4 of 4 models" in shown
        await pilot.press(*"MINI", "down")
        assert "2 of 4 models" in text_of(app)
        await pilot.press("enter")
        assert app.main.request.prompt().model == "o4-mini"
        await pilot.press("m")
        await settled(pilot)
        assert "● o4-mini" in text_of(app)
        await pilot.press("home", *"4o-mini", "enter")
        assert app.main.request.prompt().model == ""
        assert app.main.request.model == ""


async def test_a_click_takes_a_line_and_escape_leaves_the_field_as_it_is(screen: Screen):
    async with screen(Listing(SEVERAL)) as (app, pilot):
        await pilot.press("m")
        await settled(pilot)
        await pilot.click("#options", offset=(4, 1), times=2)
        await settled(pilot)
        assert app.main.request.model == "gpt-4o"
        await pilot.press("m")
        await settled(pilot)
        await pilot.press("end", "down", "escape")
        assert app.main.request.model == "gpt-4o"


async def test_a_name_that_is_typed_whole_is_taken_though_others_hold_it_too(screen: Screen):
    async with screen(Listing(SEVERAL)) as (app, pilot):
        await pilot.press("m")
        await settled(pilot)
        await pilot.press(*"gpt-4o", "enter")
        assert app.main.request.prompt().model == "gpt-4o"


async def test_a_name_that_is_on_no_list_is_taken_as_it_was_typed(screen: Screen):
    async with screen(Listing(NONE)) as (app, pilot):
        await pilot.press("m")
        await settled(pilot)
        assert "✗ OpenAI does not know this key. Compare the last four characters" in text_of(app)
        await pilot.press(*"o3-pro")
        assert "enter takes 'o3-pro' as it was typed" in text_of(app)
        await pilot.press("enter")
        assert app.main.request.prompt().model == "o3-pro"


async def test_asking_says_so_and_escape_stops_it(screen: Screen):
    session = Listing(SEVERAL, held=True)
    async with screen(session) as (app, pilot):
        await pilot.press("m")
        await pilot.pause()
        assert "asking OpenAI … esc stops" in text_of(app)
        await pilot.press("escape")
        await settled(pilot, until=lambda: session.stopped)
        assert "Models of" not in text_of(app)


async def test_without_a_credential_there_is_nothing_to_list(screen: Screen):
    async with screen(Session.live({})) as (app, pilot):
        await pilot.press("m")
        assert "no provider credential" in text_of(app)


@pytest.mark.parametrize("size", leave_to_sweep([(80, 24), (120, 36)]), ids=str)
async def test_the_sandboxs_lists_are_those_of_its_providers(screen: Screen, size: tuple[int, int]):
    async with screen(Session.demo(), size=size) as (app, pilot):
        await pilot.press("1", "down", "down", "down", "m")
        await settled(pilot)
        assert "Models of Google Vertex" in text_of(app)
        assert "gemini-3.5-flash" in text_of(app)
        await pilot.press("escape", "p", "m")
        await settled(pilot)
        assert "Models of Mesh" in text_of(app)
        await pilot.press(*"gemini-3.5-flash", "enter")
        assert app.main.request.prompt().model == "google/gemini-3.5-flash"


async def test_mesh_has_names_of_its_own_which_a_provider_is_not_asked_for(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        await pilot.press("p", "2", "tab", "tab", *"openai/gpt-4o", "escape", "f")
        await settled(pilot)
        assert "200 Mesh" in text_of(app)
        entries = len(app.session.journal)
        await pilot.press("p", "p", "p", "f")
        await settled(pilot)
        assert "Not sent. Model: openai/gpt-4o is a name of Mesh's" in text_of(app)
        assert len(app.session.journal) == entries
