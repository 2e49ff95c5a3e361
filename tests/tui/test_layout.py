"""The screen fits: from 80x24 to 200x60 everything is there, nothing is cut, and a resize loses nothing."""

from __future__ import annotations

import asyncio

import pytest
from textual.events import Resize
from textual.geometry import Size
from textual.widgets import Input
from textual.widgets.input import Selection

from meshtui.session import Session
from meshtui.tui.app import MeshtuiApp
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import Recorded, all_kinds, demo, fallen_back

SIZES = [(80, 24), (100, 30), (120, 36), (149, 40), (150, 40), (200, 60)]


@pytest.mark.parametrize(
    "session",
    leave_to_sweep([all_kinds, lambda: Recorded(sandboxed=False), demo, fallen_back], 2),
    ids=["all kinds", "empty", "start", "fallback"],
)
async def test_all_three_panes_are_there_and_nothing_is_cut(screen: Screen, session):
    async with screen(session(), size=SIZES[0]) as (app, pilot):
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            await pilot.pause(0.08)
            shown = text_of(app)
            lines = shown.splitlines()
            assert [len(line) for line in lines] == [width] * height
            for title in (" Credentials ", " Request ", " Log "):
                assert title in shown
            assert "…" not in shown.replace("sk-proj-…tail", "a key, masked")
            assert lines[-1].rstrip().endswith("q quit")


async def test_a_resize_keeps_what_was_typed_and_where_one_was(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        await pilot.press("3", "home", "down", "e", *" indeed")
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause(0.08)
            assert app.main.request.prompt().text == "Reply with the single word: pong indeed"
            assert "the single word: pong i" in text_of(app)
        assert app.focused is not None
        assert app.focused.id == "prompt"
        assert app.main.log_lines.cursor == 1


async def test_the_explanation_puts_the_exchange_beside_the_card_where_there_is_room(screen: Screen):
    async with screen(all_kinds(), size=(160, 40)) as (app, pilot):
        await pilot.press("3", "home", "down", "enter")
        assert any("does not know" in line and "← 401" in line for line in text_of(app).splitlines())
        await pilot.resize_terminal(80, 24)
        await pilot.pause(0.08)
        assert "does not know" in text_of(app)
        assert "← 401" not in text_of(app)
        await pilot.press("3")
        await pilot.pause(0.08)
        assert "← 401" in text_of(app)


async def test_a_model_typed_for_one_provider_waits_while_another_is_chosen(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("2", "tab", "tab", *"o4-mini")
        assert app.main.request.prompt().model == "o4-mini"
        await pilot.press("escape", "1", "down")
        await pilot.pause()
        assert app.main.request.prompt().model == ""
        assert "amazon.nova-micro-v1:0" in text_of(app)
        await pilot.press("up")
        await pilot.pause()
        assert app.main.request.prompt().model == "o4-mini"


async def test_a_machine_without_credentials_is_told_the_next_step(screen: Screen):
    async with screen(Session.live({})) as (app, pilot):
        shown = text_of(app)
        assert "No credential on this machine: a adds one" in shown
        assert "d opens the demo" in shown
        await pilot.press("f")
        assert "no provider credential to send with" in text_of(app)
        await pilot.press("c")
        assert "There is no credential yet" in text_of(app)


async def test_choices_turn_with_keys_and_mouse(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("2", "right")
        assert app.main.request.path == "mesh"
        await pilot.press("left", "left")
        assert app.main.request.path == "compare"
        await pilot.click("#stream")
        assert app.main.request.prompt().stream
        await pilot.click("#credentials", offset=(5, 3))
        await settled(pilot)
        assert app.main.request.credential == "aws"


async def test_a_narrow_screen_has_tabs_and_the_keys_bring_them_to_the_front(screen: Screen):
    async with screen(fallen_back(), size=(80, 24)) as (app, pilot):
        assert "▸ 1 Credentials" in text_of(app)
        assert "Max tokens" not in text_of(app)
        await pilot.press("2")
        shown = text_of(app)
        assert "▸ 2 Request" in shown
        assert "Max tokens" in shown
        assert "service account" not in shown
        for _ in range(20):
            await pilot.press("shift+tab")
            if app.main.credentials.has_focus:
                break
        assert "▸ 1 Credentials" in text_of(app)
        await pilot.press("tab")
        assert app.main.query_one("#path").has_focus
        assert "▸ 2 Request" in text_of(app)
        await pilot.press("3")
        assert "▸ 2 Request" in text_of(app), "the log has room of its own"


async def test_a_wide_screen_has_no_tabs(screen: Screen):
    for size in SIZES[1:]:
        async with screen(demo(), size=size) as (app, _):
            assert "▸" not in text_of(app).splitlines()[1]
            assert "Max tokens" in text_of(app)
            assert "service account" in text_of(app) or size[0] < 150


STORM = [(80, 24), (200, 60), (60, 20), (100, 30), (99, 24), (150, 50), (120, 36), (81, 25), (149, 40), (80, 24)]


async def test_a_storm_of_resizes_keeps_text_cursor_selection_and_scroll(screen: Screen):
    async with screen(fallen_back(), size=(80, 24)) as (app, pilot):
        await pilot.press("3", "home", "down", "down", "2")
        typed = {
            "model": "o4-mini",
            "prompt": "A prompt to keep",
            "system": "Be brief",
            "tokens": "abc",
            "timeout": "7",
        }
        for field, text in typed.items():
            app.main.query_one(f"#{field}", Input).value = text
        field = app.main.query_one("#system", Input)
        field.focus()
        field.selection = Selection(3, 5)
        for width, height in STORM * 3:  # the next comes before the last was laid out
            app._driver._size = Size(width, height)
            app.post_message(Resize(Size(width, height), Size(width, height)))
            await asyncio.sleep(0)
        await pilot.pause(0.1)
        assert {name: app.main.query_one(f"#{name}", Input).value for name in typed} == typed
        assert app.focused is field
        assert field.selection == Selection(3, 5)
        assert app.main.log_lines.cursor == 2
        assert "▸ 2 Request" in text_of(app)


async def test_in_the_narrow_tour_every_field_can_be_read(screen: Screen):
    app = MeshtuiApp(Session.demo(), tour=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("2")
        shown = text_of(app)
        for label in ("Path ", "Credential ", "Model ", "Prompt ", "System ", "Max tokens ", "Timeout ", "Stream "):
            assert label in shown
        assert " Log " in shown


@pytest.mark.parametrize("size", [SIZES[0], SIZES[-1]], ids=str)
def test_who_leaves_before_the_last_part_is_made_leaves_in_peace(size: tuple[int, int]):
    """Some parts are mounted after the first paint, and may find the screen gone."""

    class Leaving(MeshtuiApp):
        def _load_the_rest(self) -> None:
            self.exit()

    app = Leaving(demo())
    app.run(headless=True, size=size)
    assert app.return_code == 0


async def test_a_window_of_half_the_rows_still_shows_what_came_last(screen: Screen):
    async with screen(fallen_back(), size=(80, 14)) as (app, pilot):
        await pilot.press("3", "end")
        await settled(pilot)
        assert "↩ fell back" in text_of(app)
        assert "1 Credentials" in text_of(app)
