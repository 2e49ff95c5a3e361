"""The prompt may have many lines and be sent many times; a preset takes the typing away; a key in it is never seen."""

from __future__ import annotations

import json

from textual import events
from textual.widgets import Input
from textual.widgets.text_area import Selection

from meshtui.session import Session
from meshtui.settings import Settings
from meshtui.settings.loading import load
from meshtui.tui.dialogs.add_dialog import AddDialog, SecretField
from meshtui.tui.dialogs.prompt_dialog import PromptEditor
from tests.canaries import KEYS, parts_in
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import CREDENTIALS, Recorded, all_kinds

KEY = KEYS["project key"]
LINES = "First line\nsecond line\n\tthird"


async def test_a_paste_keeps_all_its_lines_in_the_field_and_in_the_request(screen: Screen):
    async with screen(Session.demo(), size=(120, 40)) as (app, pilot):
        there = app.main.query_one("#prompt", Input)
        there.focus()
        there.value = ""
        app.post_message(events.Paste(LINES.replace("\n", "\r\n")))
        await settled(pilot)
        assert there.value == LINES
        assert "First line↵second line↵" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        run = app.main.running.last_run
        assert run is not None
        assert json.loads(run.attempts[0].exchange.request.body)["messages"][0]["content"] == LINES


async def test_the_editor_takes_many_lines_and_gives_them_back(screen: Screen):
    async with screen(Session.demo(), size=(80, 24)) as (app, pilot):
        await pilot.press("E")
        await settled(pilot)
        app.screen.query_one(PromptEditor).load_text("")
        await pilot.press(*"one", "enter", *"two", "ctrl+s")
        await settled(pilot)
        assert app.main.request.prompt().text == "one\ntwo"


async def test_a_preset_sets_what_belongs_to_it_and_esc_leaves_all_as_it_was(screen: Screen):
    session = Session.demo(Settings(presets={"haiku": "Write a haiku\nabout keys"}))
    async with screen(session, size=(120, 40)) as (app, pilot):
        before = app.main.request.prompt()
        await pilot.press("E", "tab", "right", "escape")
        assert app.main.request.prompt() == before
        await pilot.press("E", "tab", "right", "right", "right", "ctrl+s")
        await settled(pilot)
        assert app.main.request.prompt().tools
        assert "a tool; " in text_of(app)
        await pilot.press("escape", "f")
        await settled(pilot)
        run = app.main.running.last_run
        assert run is not None
        assert "get_weather" in run.attempts[0].exchange.request.body
        assert run.attempts[0].ok
        await pilot.press("E", "tab", "left", "ctrl+s")
        await settled(pilot)
        assert app.main.request.prompt().text == "Write a haiku\nabout keys"
        assert not app.main.request.prompt().tools


def test_presets_of_ones_own_come_from_the_settings(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[presets]\nhaiku = "Write a haiku"\nwrong = 3\n')
    loaded = load({"MESHTUI_CONFIG": str(file)})
    assert loaded.settings.presets == {"haiku": "Write a haiku"}
    assert "presets.wrong" in [problem.key for problem in loaded.problems]


async def test_a_key_pasted_into_the_editor_is_held_and_what_was_typed_stays(screen: Screen):
    async with screen(Session.live({}), size=(120, 40)) as (app, pilot):
        await pilot.press("E")
        await settled(pilot)
        editor = app.screen.query_one(PromptEditor)
        editor.load_text("Say hello to ")
        app.post_message(events.Paste(f"first\n{KEY}\nlast"))
        await settled(pilot, until=lambda: isinstance(app.screen, AddDialog))
        assert KEY in app.screen.query_one(SecretField).held.reveal()
        assert editor.text == "Say hello to "
        assert not parts_in(text_of(app), KEY)


async def test_a_key_typed_into_the_editor_is_neither_shown_nor_copied_nor_sent(screen: Screen):
    async with screen(all_kinds(), size=(120, 40)) as (app, pilot):
        before = len(app.session.journal)
        await pilot.press("E")
        await settled(pilot)
        editor = app.screen.query_one(PromptEditor)
        for command in ("ctrl+c", "ctrl+x"):
            editor.load_text(f"one line\nSay hello to {KEY}\nanother")
            await settled(pilot)
            assert not parts_in(text_of(app), KEY)
            editor.selection = Selection((1, 20), (1, 45))
            await pilot.press(command)
            await settled(pilot)
            assert not parts_in(app.clipboard, KEY), command
        editor.load_text(f"one line\nSay hello to {KEY}")
        await pilot.press("ctrl+s", "escape", "f")
        await settled(pilot)
        assert not parts_in(text_of(app), KEY)
        assert "Not sent. Prompt: there is a key in it" in text_of(app)
        assert len(app.session.journal) == before


async def test_a_request_is_repeated_up_to_the_first_that_fails(screen: Screen):
    """OpenAI's limit of three a minute, met on purpose; the fields said before what it takes."""
    async with screen(Session.demo(), size=(119, 40)) as (app, pilot):
        await pilot.press("p")
        app.main.query_one("#times", Input).value = "5"
        await settled(pilot)
        assert "about 40 tokens in, at most 80 out" in text_of(app)
        await pilot.press("f")
        await settled(pilot)
        assert "5 of 5 runs sent: none failed." in text_of(app)
        await pilot.press("p", "p", "p")
        app.session.stage.set_fault("openai", "rate_limited")
        await pilot.press("f")
        await settled(pilot)
        assert "of 5 runs sent: run 1 failed." in text_of(app)
        assert "429" in text_of(app)


async def test_on_the_real_hosts_a_repetition_is_sent_when_asked_for_once_more(screen: Screen):
    class Counting(Recorded):
        sent = 0

        async def send_prompt(self, *_):
            Counting.sent += 1
            raise OSError("nobody is called here")

    session = Counting(*CREDENTIALS, sandboxed=False)
    async with screen(session, size=(120, 40)) as (app, pilot):
        app.main.query_one("#times", Input).value = "3"
        await pilot.press("f")
        await settled(pilot)
        assert Counting.sent == 0
        assert "3 runs, one after the other, up to the first failure: about" in text_of(app)
        await pilot.press("f")
        await settled(pilot)
        assert Counting.sent == 1, "the first failed"


async def test_more_runs_than_the_bound_are_refused(screen: Screen):
    async with screen(Session.demo(), size=(120, 40)) as (app, pilot):
        app.main.query_one("#times", Input).value = "51"
        await pilot.press("f")
        await settled(pilot)
        assert "Not sent. Times: 51 is not between 1 and 50." in text_of(app)
