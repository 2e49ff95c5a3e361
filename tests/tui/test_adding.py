"""Credentials come in by paste or file, good and bad alike, and what is typed or pasted is never shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual import events

from meshtui.providers.bedrock.provider import AWS_KEYS
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.session import Session
from meshtui.tui.dialogs.add_dialog import AddDialog
from tests.canaries import parts_in
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import demo

KEY = "sk-proj-" + "Kk4" * 12
AWS = {"accessKeyId": "AKIA" + "Z" * 16, "secretAccessKey": "s3cr" * 10}


async def paste(pilot, text: str) -> None:
    """What a terminal with bracketed paste sends."""
    pilot.app.post_message(events.Paste(text))
    await pilot.pause(0.1)


async def test_a_pasted_key_is_masked_recognised_and_chosen(screen: Screen):
    async with screen(Session.live({})) as (app, pilot):
        assert "No credential yet." in text_of(app)
        await pilot.press("a")
        await paste(pilot, KEY)
        shown = text_of(app)
        assert not parts_in(shown, KEY)
        assert "44 characters" in shown
        await pilot.press("enter")
        await settled(pilot)
        assert app.session.credentials["openai"].kind is OPENAI_KEY
        shown = text_of(app)
        assert "openai added: OpenAI key" in shown
        assert "‹ openai ›" in shown
        assert not parts_in(shown, KEY)


async def test_a_paste_of_many_lines_stays_whole(screen: Screen):
    async with screen(Session.live({})) as (app, pilot):
        await pilot.press("a")
        await paste(pilot, json.dumps(AWS, indent=2))
        assert "4 lines" in text_of(app)
        await pilot.press("tab", "tab", *"eu-west-1", "enter")
        await settled(pilot)
        added = app.session.credentials["aws"]
        assert added.kind is AWS_KEYS
        assert getattr(added.material, "region", "") == "eu-west-1"


async def test_a_bad_one_stays_in_the_list_and_enter_shows_its_findings(screen: Screen):
    async with screen(Session.live({})) as (app, pilot):
        await pilot.press("a")
        await paste(pilot, '{"type": "service_account", "project_id": "demo",}')
        await pilot.press("enter")
        await settled(pilot)
        (name,) = app.session.credentials
        assert not app.session.credentials[name].usable
        assert "✗" in next(line for line in text_of(app).splitlines() if name in line)
        await pilot.press("enter")
        shown = text_of(app)
        assert "✗ error " in shown
        assert "fix:" in shown
        assert "line 1" in shown


async def test_a_file_is_read_in_place_and_a_missing_one_is_a_finding(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.txt").write_text(KEY + "\n")
    async with screen(Session.live({})) as (app, pilot):
        for file in ("key.txt", "/nowhere/missing.txt"):
            await pilot.press("a", "tab", *file, "enter")
            await settled(pilot)
        assert [c.usable for c in app.session.credentials.values()] == [True, False]
        assert "There is no such file: enter shows how to fix it" in text_of(app)
        assert not parts_in(text_of(app), KEY)


async def test_a_terminal_without_bracketed_paste_cannot_submit_half_an_object(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("a")
        await pilot.press("{", "enter", *'"type"', "enter")
        assert isinstance(app.screen, AddDialog)
        assert "3 lines" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert not isinstance(app.screen, AddDialog)


async def test_a_key_pasted_into_a_readable_field_moves_to_the_masked_one(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("a", "tab")
        await paste(pilot, KEY)
        shown = text_of(app)
        assert not parts_in(shown, KEY)
        assert "44 characters" in shown
        assert "went into the first field" in shown


async def test_a_paste_on_the_main_screen_opens_the_dialog(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await paste(pilot, KEY)
        await settled(pilot, until=lambda: "44 characters" in text_of(app))
        assert isinstance(app.screen, AddDialog)
        await pilot.press("escape")
        assert list(app.session.credentials) == [c.name for c in app.session.found]


async def test_nothing_at_all_is_answered_with_what_to_do(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("a", "enter")
        assert "Paste a key into the first field" in text_of(app)


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+x", "ctrl+a"])
async def test_the_masked_field_gives_nothing_to_the_clipboard(screen: Screen, key: str):
    async with screen(demo()) as (app, pilot):
        await pilot.press("a")
        await paste(pilot, KEY)
        await pilot.press(key)
        assert app.clipboard == ""


async def test_taking_one_off_the_list_forgets_it(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("delete")
        assert "openai" not in app.session.credentials
        assert "openai is off the list" in text_of(app)
        assert "‹ bedrock ›" in text_of(app)


@pytest.mark.parametrize("size", [(80, 24), (160, 40)])
async def test_the_box_names_every_form_whole(screen: Screen, size: tuple[int, int]):
    async with screen(demo(), size) as (app, pilot):
        await pilot.press("a")
        area = app.screen.query_one("#what").region
        lines = text_of(app).splitlines()[area.y : area.bottom]
        shown = " ".join(" ".join(line[area.x : area.right] for line in lines).split())
        assert shown.startswith("An OpenAI or Bedrock key, AWS credentials or a Vertex service account as JSON,")
        assert shown.endswith("a Mesh key (rsk_…). Its kind is recognised; nothing is stored.")
