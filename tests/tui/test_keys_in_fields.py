"""A key that lands in a field for something else is not shown, not copied, not sent; nor does a field command the
terminal."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input
from textual.widgets.input import Selection

from meshtui.settings import Settings
from meshtui.tui.app import MeshtuiApp
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import all_kinds

KEY = "sk-proj-" + "QzX9" * 4
MIDDLE = "QzX9" * 3
ARN = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12"


async def type_in(app: MeshtuiApp, pilot: Pilot[None], text: str) -> None:
    """Letter by letter, as a terminal without bracketed paste sends what is pasted."""
    for letter in text:
        app.post_message(events.Key(letter, letter))
    await pilot.pause()


async def test_a_key_that_is_taken_away_letter_by_letter_is_not_shown_meanwhile(screen: Screen):
    """AWS's secrets are known by their length."""
    secret = "QzX9/" * 8
    async with screen(all_kinds(), size=(160, 50)) as (app, pilot):
        there = app.main.query_one("#prompt", Input)
        there.focus()
        there.value = "Say hello to "
        await type_in(app, pilot, secret)
        for _ in range(len(secret) - 8):
            await pilot.press("backspace")
            assert "9/QzX9" not in text_of(app)
        there.value = "Say hello to all"
        await settled(pilot)
        assert "Say hello to all" in text_of(app)


async def test_a_part_of_a_key_is_not_copied_or_cut_out_of_a_field(screen: Screen):
    async with screen(all_kinds(), size=(160, 50)) as (app, pilot):
        there = app.main.query_one("#model", Input)
        there.focus()
        for key in ("ctrl+c", "ctrl+x"):
            there.value = KEY
            there.selection = Selection(10, 20)
            assert there.selected_text in MIDDLE
            await pilot.press(key)
            assert app.clipboard == "sk-proj-…QzX9"


@pytest.mark.parametrize("field", ["model", "prompt", "system"])
async def test_a_key_typed_into_the_request_is_neither_shown_nor_copied_nor_sent(screen: Screen, field: str):
    async with screen(all_kinds(), size=(160, 50)) as (app, pilot):
        there, before = app.main.query_one(f"#{field}", Input), len(app.session.journal)
        there.value = ""
        there.focus()
        await type_in(app, pilot, KEY)
        await settled(pilot)
        assert there.value == KEY
        assert MIDDLE not in text_of(app)
        there.select_all()
        await pilot.press("ctrl+c")
        assert MIDDLE not in app.clipboard
        assert app.clipboard == "sk-proj-…QzX9"
        await pilot.press("enter")
        await settled(pilot)
        assert len(app.session.journal) == before
        assert f"Not sent. {field.capitalize()}: there is a key in it" in text_of(app)


async def test_a_key_with_a_slash_is_no_name_of_a_model_and_not_repeated(screen: Screen):
    secret = "QzX9/" * 8
    async with screen(all_kinds(), size=(160, 50)) as (app, pilot):
        app.main.query_one("#model", Input).value = secret
        await pilot.press("f")
        await settled(pilot)
        assert "Not sent. Model: there is a key in it" in text_of(app)
        app.main.query_one("#model", Input).value = secret[1:-2]
        await pilot.press("f")
        await settled(pilot)
        assert "Not sent. Model: there is a key in it" in text_of(app)
        app.say(f"It could not be written: /home/me/{KEY}")
        await settled(pilot)
        assert "/home/me/sk-proj-…QzX9" in text_of(app)
        assert "QzX9QzX9" not in text_of(app)
        assert "9/QzX9" not in text_of(app)


async def test_a_key_typed_as_a_number_a_filter_or_a_models_name_is_not_shown(screen: Screen):
    async with screen(all_kinds(), size=(160, 50)) as (app, pilot):
        for way in (("tokens",), ("escape", "slash"), ("enter",), ("m",), ("escape", "h", "slash"), ("enter",)):
            if way == ("tokens",):
                app.main.query_one("#tokens", Input).focus()
            else:
                await pilot.press(*way)
            await settled(pilot)
            if isinstance(app.focused, Input):
                await type_in(app, pilot, KEY)
                await settled(pilot)
                assert app.focused.value.endswith(KEY)
            assert MIDDLE not in text_of(app), way


async def test_control_characters_in_a_field_do_not_reach_the_terminal(screen: Screen):
    async with screen(all_kinds(), size=(160, 50)) as (app, pilot):
        there = app.main.query_one("#prompt", Input)
        there.focus()
        there.value = ""
        app.post_message(events.Paste("a\x1b]52;c;QUFB\x07\x9bb\tc"))
        await settled(pilot)
        shown = text_of(app)
        assert "a�]52;c;QUFB�b�c" in shown, "Rich takes a bell away itself"
        assert not set(shown) & {"\x1b", "\x07", "\x9b", "\t"}
        there.select_all()
        await pilot.press("ctrl+c")
        assert "\x1b" not in app.clipboard


async def test_a_model_that_names_an_account_is_hidden_in_an_empty_field_and_not_completed_to(screen: Screen):
    session = all_kinds()
    session.settings = Settings(hide_names=True, models={"openai": ARN})
    async with screen(session, size=(160, 50)) as (app, pilot):
        there = app.main.query_one("#model", Input)
        assert "application-inference-profile" in there.placeholder
        assert "123456789012" not in there.placeholder
        app.main.request.complete((ARN, "nova-lite"))
        assert there.suggester is not None
        assert await there.suggester.get_suggestion("arn:") is None
        assert await there.suggester.get_suggestion("nova") == "nova-lite"
        await pilot.press("D")
        assert there.placeholder == ARN


async def test_what_is_copied_can_be_written_down_and_pasted_whatever_it_holds(screen: Screen):
    """A provider's JSON may hold half a character, and an escape that a shell would obey."""
    async with screen(all_kinds()) as (app, pilot):
        app.copy("body \ud800 \x1b[201~rm")
        await settled(pilot)
        assert app.clipboard == "body � �[201~rm"
