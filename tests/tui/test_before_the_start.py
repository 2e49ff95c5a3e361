"""Keys that come before the sandbox is up are kept; and the footer shows what keys do where the cursor is."""

from __future__ import annotations

import asyncio

import pytest

from meshtui.session import Session
from meshtui.tui.app import MeshtuiApp
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import demo


async def test_a_key_before_the_sandbox_is_up_is_done_once_it_is():
    app = MeshtuiApp(Session.demo())
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        app.main.credentials.starting = True
        await pilot.press("f")
        assert "f is done as soon as the credentials are there." in text_of(app)
        assert len(app.session.journal) == 0
        app.main.show_credentials()
        await settled(pilot)
        assert "Your own key served" in text_of(app)


@pytest.mark.parametrize(
    ("keys", "then"),
    [
        (("g", "enter", "f"), ("fell back", "paid from your Mesh balance")),
        (("b", "down", "enter", "c"), ("refused 401",)),
        (("g", "escape", "f"), ("Your own key served",)),
    ],
)
async def test_so_are_the_keys_for_what_that_opens(keys: tuple[str, ...], then: tuple[str, ...]):
    """All of them are pressed at once, and the sandbox comes up afterwards."""
    app = MeshtuiApp(Session.demo())
    start, up = app.session.start, asyncio.Event()

    async def start_late() -> None:
        await up.wait()
        await start()

    app.session.start = start_late  # type: ignore[method-assign]
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*keys)
        assert app.screen is app.main
        assert len(app.session.journal) == 0
        up.set()
        await settled(pilot, until=lambda: all(part in text_of(app) for part in then))
        assert app.screen is app.main


async def test_while_text_is_typed_the_footer_has_no_letters(screen: Screen):
    async with screen(demo(), size=(120, 36)) as (app, pilot):
        assert "f send" in text_of(app).splitlines()[-1]
        await pilot.press("e")
        await settled(pilot)
        footer = text_of(app).splitlines()[-1]
        assert "F5 send" in footer
        assert "esc leave field" in footer
        assert "f send" not in footer.replace("F5 send", "")
        await pilot.press("escape")
        await settled(pilot)
        assert "f send" in text_of(app).splitlines()[-1]
