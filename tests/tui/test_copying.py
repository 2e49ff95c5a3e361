"""Copying works over SSH and inside tmux, and says what it did."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from meshtui.journal.entry import EntryKind
from meshtui.journal.recording import make_note
from meshtui.tui import clipboard
from meshtui.tui.dialogs.list_dialog import OptionRows
from meshtui.tui.renderers.entry_fields import list_fields
from meshtui.tui.widgets.bars import StatusBar
from tests.canaries import parts_in
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON, OPENAI_KEY, all_kinds, demo
from tests.tui.scenes import checked


def tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


def sent() -> tuple[list[str], dict[str, str]]:
    """What went to the terminal, and an environment to copy in."""
    return [], {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}


async def test_inside_tmux_its_buffer_is_loaded(tmp_path: Path):
    terminal, environ = sent()
    tool(tmp_path / "bin", "tmux", '#!/bin/sh\necho "$@" > "$0.args"\ncat > "$0.taken"\n')
    environ |= {"PATH": f"{tmp_path / 'bin'}:{environ['PATH']}", "TMUX": "/tmp/tmux,1,0"}
    said = await clipboard.copy_text("the text", terminal.append, environ)
    assert said.startswith("copied to tmux's buffer")
    assert (tmp_path / "bin" / "tmux.args").read_text().split() == ["load-buffer", "-w", "-"]
    assert (tmp_path / "bin" / "tmux.taken").read_text() == "the text"
    assert terminal == []


async def test_a_desktop_that_works_gets_it_and_is_asked_back(tmp_path: Path):
    terminal, environ = sent()
    script = '#!/bin/sh\ncase "$*" in *-o*) cat "$0.taken";; *) cat > "$0.taken";; esac\n'
    tool(tmp_path / "bin", "xclip", script)
    environ |= {"PATH": f"{tmp_path / 'bin'}:{environ['PATH']}", "DISPLAY": ":99"}
    assert await clipboard.copy_text("the text", terminal.append, environ) == "copied to the desktop's clipboard"
    assert (tmp_path / "bin" / "xclip.taken").read_text() == "the text"
    assert terminal == []


@pytest.mark.parametrize("does", ['echo "Error: Can\'t open display" >&2; exit 1', "sleep 9"])
async def test_a_desktop_that_only_pretends_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], does: str
):
    monkeypatch.setattr(clipboard, "LIMIT", 0.7)
    terminal, environ = sent()
    tool(tmp_path / "bin", "xclip", f"#!/bin/sh\n{does}\n")
    environ |= {"PATH": f"{tmp_path / 'bin'}:{environ['PATH']}", "DISPLAY": ":99"}
    said = await clipboard.copy_text("the text", terminal.append, environ)
    assert said.startswith("copied through the terminal")
    assert terminal == ["the text"]
    assert capfd.readouterr().err == "", "nothing may be painted over the screen"


async def test_without_any_of_that_the_terminal_is_asked_and_a_file_kept():
    terminal, environ = sent()
    said = await clipboard.copy_text("the text", terminal.append, environ)
    assert terminal == ["the text"]
    told = "copied through the terminal, which does not confirm"
    assert said == f"{told}; also saved as ~/.local/state/meshtui/copied.txt"
    file = Path(environ["HOME"]) / ".local" / "state" / "meshtui" / "copied.txt"
    assert file.read_text() == "the text"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("environ", "platform", "there"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, "darwin", False),
        ({}, "win32", True),
    ],
)
def test_a_desktop_is_expected_only_where_there_is_one(environ: dict[str, str], platform: str, there: bool):
    assert clipboard.has_desktop(environ, platform) is there


async def test_y_copies_the_card_and_the_status_line_says_how(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("3", "home", "down", "y")
        await settled(pilot)
        assert "copied through the terminal" in text_of(app)
        assert app.clipboard.startswith("[x] OpenAI does not know this key")
        assert "What to do" in app.clipboard
        assert "Exchange" not in app.clipboard


async def test_the_explanation_copies_itself_with_or_without_the_raw_exchange(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("3", "home", "down", "enter", "y")
        await settled(pilot)
        assert "POST http" not in app.clipboard
        await pilot.press("Y")
        await settled(pilot)
        assert "→ POST http://127.0.0.1:40404/openai/v1/chat/completions" in app.clipboard
        assert "Authorization: Bearer sk-proj-…tail" in app.clipboard
        assert not parts_in(app.clipboard, OPENAI_KEY)


async def test_a_credential_can_be_copied_without_its_secret(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("enter", "y")
        await settled(pilot)
        assert "sk-proj-…tail" in app.clipboard
        assert "In Mesh's form: OpenAI" in app.clipboard
        assert not parts_in(app.clipboard, OPENAI_KEY)


async def test_an_empty_log_says_that_there_is_nothing_to_copy(screen: Screen):
    async with screen(demo()) as (app, pilot):
        await pilot.press("y")
        assert "no line in the log to copy" in text_of(app)
        assert app.clipboard == ""


async def test_the_line_is_copied_as_one_line_of_text_with_its_date(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("3", "home", "down", "Y")
        await settled(pilot)
        assert app.clipboard.startswith(
            "2026-11-23 12:00:00 +0000 ✗ refused 401 own key OpenAI does not know this key: it"
        )
        assert app.clipboard.endswith("revoked 88 ms"), "nothing is cut"
        assert app.main.query_one(StatusBar).said.startswith("The line was copied through the terminal")


async def test_one_field_of_the_line_is_chosen_and_copied(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("3", "home", "down", "u")
        await pilot.pause()
        fields = app.screen.query_one(OptionRows)
        names = [option.value.name for option in fields._options]
        assert names[:5] == ["request id", "proof", "cause", "status", "model"]
        assert {"endpoint", "who fixes it", "headline", "step 1", "provider", "credential", "time", "line"} <= {*names}
        fields.cursor = names.index("request id")
        await pilot.press("enter")
        await settled(pilot)
        assert app.clipboard == "req_5b1f0c"
        assert app.main.query_one(StatusBar).said.startswith("The field 'request id' was copied through the terminal")


async def test_the_dialog_shows_whole_what_a_row_has_no_room_for(screen: Screen):
    async with screen(all_kinds(), size=(80, 24)) as (app, pilot):
        await pilot.press("3", "home", "down", "u", "down")
        await settled(pilot)
        assert "https://platform.openai.com/account/api-keys." in text_of(app)
        assert not parts_in(text_of(app), OPENAI_KEY)


async def test_a_field_can_be_clicked_and_escape_copies_nothing(screen: Screen):
    async with screen(all_kinds(), size=(80, 24)) as (app, pilot):
        await pilot.press("3", "home", "down", "u", "escape")
        await settled(pilot)
        assert app.clipboard == ""
        await pilot.press("u")
        await pilot.pause()
        await pilot.click(app.screen.query_one(OptionRows), offset=(5, 2), times=2)
        await settled(pilot)
        assert app.clipboard == "credential_invalid"


async def test_the_explanation_offers_the_same_fields(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        await pilot.press("3", "home", "down", "enter", "u", "down", "down", "enter")
        await settled(pilot)
        assert app.clipboard == "credential_invalid"
        assert "The field 'cause'" in text_of(app)


@pytest.mark.parametrize("what", list(EntryKind))
def test_every_kind_of_line_has_fields_and_none_is_empty(what: EntryKind):
    session = checked() if what is EntryKind.CHECK else all_kinds()
    session.journal.append(make_note(NOON, "aws: fault mended"))
    entry = next(entry for entry in session.journal if entry.what is what)
    fields = list_fields(entry, session.journal.of_run(entry.run) if entry.run else ())
    assert len(fields) >= 3
    assert all(field.text.strip() for field in fields)
    assert len({field.name for field in fields}) == len(fields)
