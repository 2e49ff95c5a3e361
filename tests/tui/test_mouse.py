"""Everything can be done with the mouse alone: no key is pressed in this file."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from meshtui.session import Session
from meshtui.settings import commands
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.widgets.bars import GAP, KeyBar
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import all_kinds, demo, fallen_back


async def click_on(pilot: Pilot[None], text: str, times: int = 1, nth: int = 0) -> None:
    """Clicks on the middle of a text that is on the screen."""
    app = pilot.app
    assert isinstance(app, MeshtuiApp)
    await pilot.pause()
    found = [(line.index(text), y) for y, line in enumerate(text_of(app).splitlines()) if text in line]
    assert found, f"{text!r} is not on the screen:\n{text_of(app)}"
    x, y = found[nth][0] + len(text) // 2, found[nth][1]
    widget, region = app.screen.get_widget_at(x, y)
    await pilot.click(widget, offset=(x - region.x, y - region.y), times=times)
    await settled(pilot)


async def foot(pilot: Pilot[None], text: str) -> None:
    """Clicks on a word of the footer."""
    await click_on(pilot, text, nth=-1)


async def test_panes_rows_and_fields_are_gone_to_by_a_click(screen: Screen):
    async with screen(fallen_back(), size=(120, 36)) as (app, pilot):
        await click_on(pilot, "vertex")
        assert app.main.credentials.chosen.name == "vertex"
        assert app.main.request.credential == "vertex"
        await click_on(pilot, "Reply with the single word")
        assert isinstance(app.focused, Input)
        await click_on(pilot, "fell back")
        assert app.main.log_lines.has_focus
        before = app.main.log_lines.cursor
        await click_on(pilot, "✗ refused")
        assert app.main.log_lines.cursor != before


async def test_a_double_click_opens_a_line_and_the_footer_leads_on_and_back(screen: Screen):
    async with screen(all_kinds(), size=(120, 36)) as (app, pilot):
        await click_on(pilot, "403", times=2)
        assert "no policy allows it" in text_of(app)
        await foot(pilot, "→ next")
        assert "Verdict" in text_of(app).splitlines()[0]
        await foot(pilot, "← previous")
        assert "Explanation" in text_of(app).splitlines()[0]
        await click_on(pilot, "2 Request")
        assert "POST http" in text_of(app)
        await foot(pilot, "esc back")
        assert app.screen is app.main


async def test_choices_turn_forward_on_a_click_and_back_on_their_first_sign(screen: Screen):
    async with screen(demo(), size=(120, 36)) as (app, pilot):
        await click_on(pilot, "byok ›")
        assert app.main.request.path == "mesh"
        await pilot.click("#path", offset=(0, 0))
        assert app.main.request.path == "byok"
        await click_on(pilot, "Stream")
        assert app.focused is app.main.query_one("#stream")


async def test_a_dialog_is_answered_and_left_by_clicks(screen: Screen):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        await foot(pilot, "b break")
        await click_on(pilot, "revoked")
        await click_on(pilot, "enter chooses it")
        assert "fault: revoked" in text_of(app)
        await foot(pilot, "b break")
        await click_on(pilot, "no fault: the credential", times=2)
        assert app.screen is app.main
        assert "fault: revoked" not in "\n".join(text_of(app).splitlines()[:8])
        for opens, leaves in (("b break", "esc cancels"), ("g scenario", "esc cancels"), ("a add", "esc closes")):
            await foot(pilot, opens)
            assert app.screen is not app.main
            await click_on(pilot, leaves)
            assert app.screen is app.main


async def test_the_whole_story_is_told_by_the_mouse(screen: Screen):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        await foot(pilot, "f send")
        await settled(pilot, until=lambda: "own key " in text_of(app))
        await foot(pilot, "b break")
        await click_on(pilot, "revoked", times=2)
        await foot(pilot, "f send")
        await settled(pilot, until=lambda: "fell back" in text_of(app))
        await click_on(pilot, "↩ fell back", times=2)
        assert "Your key failed and Mesh's own credentials served" in text_of(app)
        assert "paid: Mesh balance" in text_of(app)
        await foot(pilot, "y copy")
        assert "What really happened" in app.clipboard
        await foot(pilot, "esc back")
        await foot(pilot, "q quit")
        assert not app.is_running


async def test_the_wheel_scrolls_and_what_is_new_is_clicked(screen: Screen):
    async with screen(fallen_back(), size=(120, 24)) as (app, pilot):
        for _ in range(12):
            app.session.play("openai", fallen_back_verdict(app), at=1.0)
        await settled(pilot)
        await pilot.hover("#lines")
        for _ in range(8):
            app.main.log_lines.scroll_up(animate=False)
        await click_on(pilot, "▾", nth=0)
        app.session.play("openai", fallen_back_verdict(app), at=2.0)
        await settled(pilot)
        await click_on(pilot, "new · end shows them")
        assert app.main.log_lines.cursor == app.main.log_lines.row_count() - 1


async def test_the_tours_border_names_keys_that_can_be_clicked(screen: Screen):
    app = MeshtuiApp(Session.demo(), tour=True)
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        await click_on(pilot, "n next")
        assert "Tour 2/" in text_of(app)
        await click_on(pilot, "esc skips the tour")
        assert "That was the tour" in text_of(app)


@pytest.mark.parametrize("size", leave_to_sweep([(80, 24), (200, 60)]))
async def test_every_word_of_the_footer_can_be_clicked(screen: Screen, size: tuple[int, int]):
    """A click on each hits the command that it names."""
    async with screen(demo(), size=size) as (app, pilot):
        bar, hit = app.main.query_one(KeyBar), []
        bar.run_action = lambda action: _note(hit, action)
        shown = text_of(app).splitlines()[-1]
        words = [f"{commands.list_keys(c)[0]} {c.title}" for c in bar._fitting()]
        assert GAP.join(words) in shown
        for word in words:
            await pilot.click(offset=(shown.index(word) + 1, size[1] - 1))
        assert len(hit) == len(words)
        assert len(set(hit)) == len(hit)


async def _note(hit: list[str], action: str) -> None:
    hit.append(action)


def fallen_back_verdict(app: MeshtuiApp):
    return next(e.detail for e in app.session.journal if e.what.value == "verdict")
