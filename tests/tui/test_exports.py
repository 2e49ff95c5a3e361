"""Code and files from the screen: what was just sent as curl and Python, and a run written where it can be found."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from meshtui.exports.export_files import FORMS
from meshtui.journal.entry import EntryKind
from meshtui.journal.recording import make_note
from meshtui.runs.model import Path as Way
from meshtui.runs.model import Prompt
from meshtui.session import Session
from meshtui.tui.dialogs.list_dialog import ListDialog
from meshtui.tui.screens.code_screen import OF_THE_DEMO, CodeScreen
from meshtui.tui.widgets.tab_row import TabRow
from tests.canaries import parts_in
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON, OPENAI_KEY, all_kinds, demo, fallen_back
from tests.tui.scenes import checked

FIRST_ATTEMPT = ("3", "home", "down")


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("size", leave_to_sweep([(80, 24), (160, 40)]))
async def test_v_shows_the_request_of_the_line_as_code(screen: Screen, size: tuple[int, int]):
    async with screen(all_kinds(), size) as (app, pilot):
        await pilot.press(*FIRST_ATTEMPT, "v")
        shown = text_of(app)
        assert "▸ curl" in shown
        assert "Set    OPENAI_API_KEY" in shown
        assert """printf 'header = "Authorization: Bearer %s"\\n' "$OPENAI_API_KEY" |""" in shown
        await pilot.press("right")
        assert "▸ Python openai" in text_of(app)
        assert 'api_key=os.environ["OPENAI_API_KEY"]' in text_of(app)
        await pilot.press("right")
        assert "▸ curl" in text_of(app)
        await pilot.press("escape")
        assert app.screen is app.main


async def test_a_click_on_a_tab_shows_it_and_y_copies_what_is_shown(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press(*FIRST_ATTEMPT, "v", "y")
        await settled(pilot)
        assert "curl -sS -i" in app.clipboard
        assert app.clipboard.endswith("}'\n")
        await pilot.click(TabRow, offset=(14, 0))
        assert "▸ Python openai" in text_of(app)
        await pilot.press("y")
        await settled(pilot)
        assert app.clipboard.startswith("# pip install openai\n")
        assert "copied" in text_of(app) or "copied through the terminal" in text_of(app)
        assert not parts_in(app.clipboard, OPENAI_KEY)


async def test_a_whole_run_has_the_code_of_each_attempt(screen: Screen):
    async with screen(fallen_back()) as (app, pilot):
        await pilot.press("3", "end", "v")
        assert "own key curl" in text_of(app)
        assert "platform Python" in text_of(app)
        await pilot.press("left", "y")
        await settled(pilot)
        assert 'os.environ["MESHTUI_PLATFORM_KEY"]' in app.clipboard


async def test_on_a_note_it_is_that_of_what_was_sent_last(screen: Screen):
    session = all_kinds()
    session.journal.append(make_note(NOON, "openai: no fault, it works again"))
    async with screen(session) as (app, pilot):
        await pilot.press("3", "end", "v")
        assert isinstance(app.screen, CodeScreen)
        last = [entry for entry in session.journal if entry.what is EntryKind.ATTEMPT][-1]
        assert last.detail.exchange.request.body in flat(app.screen.as_copied())


async def test_a_check_has_the_code_of_the_check_that_decided(screen: Screen):
    async with Session.demo() as session:
        session.stage.set_fault("openai", "revoked")
        await session.check("openai", lambda _: None, prompt=False)
        async with screen(session) as (app, pilot):
            await pilot.press("3", "end", "v")
            assert "/openai/v1/models" in text_of(app)
            assert flat(OF_THE_DEMO)[:30] in flat(text_of(app))


@pytest.mark.parametrize("key", ["v", "w"])
async def test_where_nothing_was_sent_it_says_so(screen: Screen, key: str):
    async with screen(demo()) as (app, pilot):
        await pilot.press(key)
        assert app.screen is app.main
        assert "Nothing was sent" in text_of(app) or "no run to write" in text_of(app)


async def test_w_writes_the_run_and_says_where(screen: Screen, tmp_path: Path):
    async with screen(fallen_back(), (100, 30)) as (app, pilot):
        for at, form in enumerate(FORMS):
            await pilot.press("3", "end", *["up"] * at, "w")
            assert isinstance(app.screen, ListDialog)
            await pilot.press(*["down"] * at)
            name = f"2026-11-23-120021-openai-credential_invalid.{FORMS[form].ending}"
            assert "into ~/.local/state/meshtui/exports" in text_of(app)
            assert f"as   {name}" in text_of(app)
            await pilot.press("enter")
            await settled(pilot)
            file, title = tmp_path / ".local" / "state" / "meshtui" / "exports" / name, FORMS[form].title
            assert f"{title} written: ~/.local/state/meshtui/exports/{name}" in flat(text_of(app))
            assert app.session.journal[-1].text == f"written as {title}: ~/.local/state/meshtui/exports/{name}"
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert file.read_text()
            await pilot.press("w", *["down"] * at)
            assert name.replace(".", "-2.") in text_of(app), "the next one takes a number"
            await pilot.press("escape")


async def test_the_mouse_writes_too(screen: Screen, tmp_path: Path):
    async with screen(fallen_back()) as (_, pilot):
        await pilot.press("3", "end", "w")
        await pilot.click("#options", offset=(3, 4), times=2)
        await settled(pilot)
        (file,) = (tmp_path / ".local" / "state" / "meshtui" / "exports").iterdir()
        told = json.loads(file.read_text())
        assert told["verdict"]["served"] == "platform"
        assert [attempt["role"] for attempt in told["attempts"]] == ["own key", "platform"]


async def test_escape_writes_nothing(screen: Screen, tmp_path: Path):
    async with screen(fallen_back()) as (app, pilot):
        await pilot.press("3", "end", "w", "escape")
        await settled(pilot)
        assert app.screen is app.main
        assert not (tmp_path / ".local").exists()


async def test_from_the_explanation_and_from_the_code_it_is_the_same(screen: Screen, tmp_path: Path):
    session = all_kinds()
    session.settings = replace(session.settings, exports="~/issues")
    async with screen(session) as (app, pilot):
        await pilot.press(*FIRST_ATTEMPT, "enter", "v")
        assert isinstance(app.screen, CodeScreen)
        await pilot.press("w", "enter")
        await settled(pilot)
        assert "Markdown written: ~/issues/2026-11-23-120000-openai-credential_invalid.md" in flat(text_of(app))
        await pilot.press("escape", "w", "enter")
        await settled(pilot)
        first, second = sorted((tmp_path / "issues").iterdir(), key=lambda path: len(path.name))
        assert first.read_text() == second.read_text()


async def test_the_explanation_gives_the_code_of_the_exchange_that_it_shows(screen: Screen):
    session = Session.demo()
    async with screen(session) as (app, pilot):
        await session.send_prompt(Way.BYOK, "vertex", Prompt(), lambda _: None)
        await pilot.press("3", "home", "down", "enter", "v")
        assert "▸ curl   Python google-genai" in text_of(app)
        await pilot.press("escape", "n", "v")
        assert "▸ curl   Python google-auth" in text_of(app), "that of the token"


async def test_a_folder_that_cannot_be_written_is_told_in_words(screen: Screen, tmp_path: Path):
    (tmp_path / "file").write_text("")
    session = fallen_back()
    session.settings = replace(session.settings, exports=str(tmp_path / "file" / "below"))
    async with screen(session) as (app, pilot):
        before = len(session.journal)
        await pilot.press("3", "end", "w", "enter")
        await settled(pilot)
        assert "It could not be written: Not a directory" in flat(text_of(app))
        assert len(session.journal) == before


async def test_the_report_hides_names_and_the_rest_where_they_are_hidden_everywhere(screen: Screen, tmp_path: Path):
    session = checked()
    async with screen(session) as (_, pilot):
        await pilot.press("3", "end", "w", "enter", "w", "end", "enter")
        await settled(pilot)
        await pilot.press("D", "w", "end", "enter")
        await settled(pilot)
        await pilot.press("D")
        await pilot.press("D")
    folder = tmp_path / ".local" / "state" / "meshtui" / "exports"
    told = {path.name.partition("missing")[2]: path.read_text() for path in folder.iterdir()}
    names = {end: "123456789012" in text for end, text in told.items()}
    assert names == {".md": False, ".json": True, "-2.json": False}


@pytest.mark.slow
async def test_what_was_just_fired_can_be_sent_again(screen: Screen):
    session = Session.demo()
    async with screen(session) as (app, pilot):
        await session.send_prompt(Way.COMPARE, "vertex", Prompt(text="it's $HOME"), lambda _: None)
        await pilot.press("3", "end", "v")
        codes = app.screen
        assert isinstance(codes, CodeScreen)
        texts = []
        for _ in range(6):
            texts.append(codes.as_copied())
            await pilot.press("right")
    assert [("$HOME" in text, "127.0.0.1" in text) for text in texts] == [(True, True)] * 6
    assert os.environ["HOME"] not in "".join(texts)
