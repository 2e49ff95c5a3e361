"""Narrowing the log by typing, and folding its runs: what is looked for is there, and nobody loses their place."""

from __future__ import annotations

import pytest
from textual import events

from meshtui.journal.recording import make_note
from meshtui.journal.view import BURST
from meshtui.tui.app import MeshtuiApp
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON, UNKNOWN_KEY, all_kinds, attempt, demo, fallen_back, nobody


def log_text(app: MeshtuiApp) -> str:
    """What the log and its frame show."""
    region = app.main.log_pane.region
    lines = text_of(app).splitlines()[region.y : region.bottom]
    return "\n".join(line[region.x : region.right] for line in lines)


async def test_the_log_is_narrowed_while_one_types_and_says_how_far(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("slash", *"status:4")
        await settled(pilot)
        shown = log_text(app)
        assert "3 of 6 runs" in shown
        assert shown.count("▾") == 3
        await pilot.press(*"29")
        await settled(pilot)
        assert "1 of 6 runs" in log_text(app)
        assert "vertex" in log_text(app)


async def test_letters_go_to_the_filter_and_start_nothing(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("3", "slash", *"fcpxqzZ")
        await settled(pilot)
        assert app.is_running
        assert app.main.request.path == "byok"
        assert "/fcpxqzZ" in log_text(app)
        assert not app.main.running.busy


async def test_enter_keeps_the_filter_and_the_frame_says_which_it_is(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("slash", *"status:403", "enter")
        await settled(pilot)
        assert app.main.log_lines.has_focus
        assert "Log · /status:403 · 1 of 6 runs" in log_text(app)
        assert "esc clears" not in log_text(app)
        assert not app.main.running.busy


async def test_the_arrow_down_leads_to_the_lines_as_well(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("slash", *"status:403", "down")
        await settled(pilot)
        assert app.main.log_lines.has_focus
        assert "/status:403" in log_text(app)


async def test_escape_clears_the_filter_and_closes_it(screen: Screen):
    async with screen(all_kinds(), size=(100, 50)) as (app, pilot):
        for keys in (("escape",), ("enter", "escape"), ("enter", "slash", "escape")):
            await pilot.press("slash", *"status:403", *keys)
            await settled(pilot)
            shown = log_text(app)
            assert shown.splitlines()[0].startswith("╭─ Log ──"), keys
            assert shown.count("▾") == 6, keys
            assert app.main.log_lines.has_focus, keys


async def test_the_filter_that_is_set_can_be_changed(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("slash", *"status:403", "enter", "slash", "backspace", "1")
        await settled(pilot)
        assert "/status:401" in log_text(app)
        assert "1 of 6 runs" in log_text(app)


async def test_what_makes_no_sense_is_said_under_the_field_and_hides_nothing(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("slash", *"verdict:guilty")
        await settled(pilot)
        shown = log_text(app)
        assert "! verdict: takes one of fallback, own, platform" in shown
        assert "/verdict:guilty" in shown
        assert "▾" in shown
        await pilot.press(*["backspace"] * 6, *"own")
        await settled(pilot)
        assert "!" not in log_text(app)


async def test_what_is_typed_is_no_markup(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("slash", *"[bold]x[/]", "enter")
        await settled(pilot)
        assert "Log · /[bold]x[/] · 0 of 6 runs" in log_text(app)
        assert "No run matches the filter." in log_text(app)


async def test_names_that_are_looked_for_are_hidden_like_all_others(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("slash", *"jo@example.com", "enter", "D")
        await settled(pilot)
        assert "Log · /<e-mail> · 0 of 6 runs" in log_text(app)
        await pilot.press("D")
        await settled(pilot)
        assert "Log · /jo@example.com · 0 of 6 runs" in log_text(app)


async def test_new_runs_pass_the_filter_or_do_not(screen: Screen):
    session = all_kinds()
    async with screen(session) as (app, pilot):
        await pilot.press("slash", *"status:401", "enter")
        session.journal.append(make_note(NOON, "a note that is not looked for"))
        session.play("openai", nobody(UNKNOWN_KEY), attempt("own key", "openai", "openai", UNKNOWN_KEY))
        await settled(pilot)
        shown = log_text(app)
        assert "2 of 8 runs and notes" in shown
        assert "not looked for" not in shown
        assert app.main.log_lines.chosen == session.journal[-1]


async def test_the_cursor_stays_on_its_line_while_the_filter_changes(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("3", "home", *["down"] * 7)
        chosen = app.main.log_lines.chosen
        await pilot.press("slash", *"status:429", "enter")
        await settled(pilot)
        assert app.main.log_lines.chosen == chosen
        assert app.main.log_lines.cursor == 1
        await pilot.press("escape")
        await settled(pilot)
        assert app.main.log_lines.chosen == chosen


async def test_a_line_that_is_filtered_away_is_found_again_afterwards(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("3", "home", *["down"] * 7)
        chosen = app.main.log_lines.chosen
        await pilot.press("slash", *"status:401")
        await settled(pilot)
        assert app.main.log_lines.chosen != chosen
        await pilot.press("escape")
        await settled(pilot)
        assert app.main.log_lines.chosen == chosen


async def test_what_is_new_is_counted_as_far_as_it_passes(screen: Screen):
    session = demo()
    async with screen(session) as (app, pilot):
        session.journal.extend(make_note(NOON, f"line {number}") for number in range(50))
        await pilot.press("slash", *"line", "enter", "home")
        session.journal.extend(make_note(NOON, text) for text in ("line 50", "other", "line 51"))
        await settled(pilot)
        assert "+2 new · end shows them" in log_text(app)


async def test_a_long_search_shows_its_end_first_and_finishes(screen: Screen):
    session = demo()
    async with screen(session) as (app, pilot):
        session.journal.extend(make_note(NOON, f"line {number}") for number in range(BURST * 6))
        await settled(pilot)
        await pilot.press("slash", *"line")
        assert f"line {BURST * 6 - 1}" in log_text(app)
        await settled(pilot, until=lambda: not app.main.log_lines.view.searching)
        assert "12,000 of 12,000 runs and notes" in log_text(app)


async def test_the_frame_opens_the_filter_for_the_mouse_and_a_word_in_it_clears_it(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.click("#log", offset=(4, 0))
        await pilot.press(*"status:403")
        await settled(pilot)
        assert "1 of 6 runs" in log_text(app)
        await pilot.click("#filter-clear")
        await settled(pilot)
        assert "of 6 runs" not in log_text(app)


# Folds


async def test_a_run_is_folded_to_one_line_that_says_how_it_came_out_and_how_long_it_took(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        await pilot.press("3", "end", "z")
        await settled(pilot)
        folded = next(line for line in log_text(app).splitlines() if "▸" in line)
        assert "↩ fell back" in folded
        assert "3 lines" in folded
        assert " ms" in folded
        assert app.main.log_lines.chosen == app.session.journal[3]
        await pilot.press("z")
        await settled(pilot)
        assert "▸" not in log_text(app)


@pytest.mark.parametrize("no_color", ["", "1"])
async def test_a_silent_fallback_stands_out_when_folded_and_without_colour(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, no_color: str
):
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    async with screen(fallen_back()) as (app, pilot):
        await pilot.press("3", "Z", "home")
        await settled(pilot)
        segments = list(app.main.log_lines.render_line(1))
        marked = next(s for s in segments if "fell back" in s.text)
        assert marked.style is not None
        assert marked.style.reverse
        assert marked.style.bold
        assert not next(s for s in segments if "byok" in s.text).style.reverse


async def test_all_runs_are_folded_and_unfolded_at_once_and_the_cursor_stays_with_its_run(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("3", "home", *["down"] * 7, "Z")
        await settled(pilot)
        assert log_text(app).count("▸") == 6
        assert app.main.log_lines.chosen == app.session.journal[6]
        await pilot.press("Z")
        await settled(pilot)
        assert "▸" not in log_text(app)
        assert app.main.log_lines.chosen == app.session.journal[6]


async def test_a_click_on_the_mark_folds_and_unfolds(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("3", "home")
        await settled(pilot)
        await pilot.click("#lines", offset=(9, 3))
        await settled(pilot)
        assert log_text(app).count("▸") == 1
        assert app.main.log_lines.chosen == app.session.journal[3]
        await pilot.click("#lines", offset=(9, 3))
        await settled(pilot)
        assert "▸" not in log_text(app)
        await pilot.click("#lines", offset=(14, 3))
        await settled(pilot)
        assert "▸" not in log_text(app)


async def test_folding_where_there_is_no_run_says_so(screen: Screen):
    async with screen(demo()) as (app, pilot):
        app.session.journal.append(make_note(NOON, "a note"))
        await pilot.press("3", "z")
        await settled(pilot)
        assert "is no run to fold" in text_of(app)


# Following


async def test_the_wheel_pauses_following_and_brings_it_back(screen: Screen):
    session = demo()
    async with screen(session) as (app, pilot):
        session.journal.extend(make_note(NOON, f"line {number}") for number in range(50))
        await settled(pilot)
        await pilot._post_mouse_events([events.MouseScrollUp], widget=app.main.log_lines)
        top = app.main.log_lines.scroll_offset.y
        session.journal.extend(make_note(NOON, f"new {number}") for number in range(3))
        await settled(pilot)
        assert app.main.log_lines.scroll_offset.y == top
        assert "+3 new · end shows them" in log_text(app)
        for _ in range(4):
            await pilot._post_mouse_events([events.MouseScrollDown], widget=app.main.log_lines)
        await settled(pilot)
        assert "new ·" not in log_text(app)
        session.journal.append(make_note(NOON, "the newest"))
        await settled(pilot)
        assert "the newest" in log_text(app)


async def test_a_click_on_what_is_new_leads_to_it(screen: Screen):
    session = demo()
    async with screen(session) as (app, pilot):
        session.journal.extend(make_note(NOON, f"line {number}") for number in range(50))
        await pilot.press("3", "home")
        session.journal.extend(make_note(NOON, f"new {number}") for number in range(3))
        await settled(pilot)
        frame = app.main.log_pane.region
        await pilot.click("#log", offset=(frame.width - 6, frame.height - 1))
        await settled(pilot)
        assert "new 2" in log_text(app)
        assert "end shows them" not in log_text(app)


async def test_what_comes_into_sight_is_not_called_new(screen: Screen):
    async with screen(fallen_back(), size=(100, 50)) as (app, pilot):
        await pilot.press("3", "home")
        app.session.journal.append(make_note(NOON, "a note in sight"))
        await settled(pilot)
        assert "a note in sight" in log_text(app)
        assert "new ·" not in log_text(app)


async def test_a_page_leads_only_to_the_lines_that_pass_the_filter(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("slash", *"status:429", "enter")
        await settled(pilot)
        await pilot.press("home", "enter", "right", "right", "right")
        await settled(pilot)
        assert "There is no line that passes the filter after this one." in text_of(app)
        await pilot.press("left", "left", "left")
        await settled(pilot)
        assert "There is no line that passes the filter before this one." in text_of(app)
        assert "vertex" in text_of(app)
