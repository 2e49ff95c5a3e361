"""Keys that come before the sandbox is up are kept; and the footer shows what keys do where the cursor is."""

from __future__ import annotations

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
