"""A key pasted behind text, in whatever field, is held as a secret: no part of it is shown, sent, stored, copied or
exported, and what was typed before stays."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from meshtui.base.endpoints import Endpoints
from meshtui.exports.case import make_case
from meshtui.exports.export_files import FORMS, write_text
from meshtui.journal.history_store import History
from meshtui.journal.recording import make_note
from meshtui.session import Session
from meshtui.tui.actions.credential_commands import EXPLAINED, OFFERED
from meshtui.tui.app import MeshtuiApp
from meshtui.tui.dialogs.add_dialog import AddDialog, SecretField
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from tests.canaries import KEYS, parts_in, some
from tests.providers.wire import Wire, serving
from tests.tui.conftest import Screen, settled
from tests.tui.conftest import text_of as shown

TYPED = "Reply with one word: pong"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
LOADED = {"OPENAI_API_KEY": "sk-proj-" + some(60)}
FIELDS: dict[str, tuple[str, ...]] = {
    "prompt": (), "model": (), "system": (), "tokens": (), "timeout": (), "log filter": ("escape", "slash"),
    "model dialog": ("escape", "m"), "history filter": ("escape", "h", "slash"), "file": ("escape", "a"),
    "region": ("escape", "a"), "command palette": ("escape", "ctrl+p"),
}  # fmt: skip
"""Field → the keys that open it; none: it is on the main screen under this id."""
JOINED = [kind for kind in KEYS if kind not in ("key id", "secret access key", "PEM")]
"""Those that are known behind a letter by their shape; a field has one line."""


@asynccontextmanager
async def pending(screen: Screen, folder: Path) -> AsyncIterator[tuple[MeshtuiApp, Pilot[None], Wire]]:
    """The application with a history, and a provider that keeps each byte that it is sent."""
    async with serving(ANSWER) as wire:
        session = Session.live(LOADED, history=History(folder / "history.db", 5000))
        session.endpoints = Endpoints(**dict.fromkeys((field.name for field in fields(Endpoints)), wire.url))
        async with screen(session, size=(160, 50)) as (app, pilot):
            yield app, pilot, wire


async def go_to(app: MeshtuiApp, pilot: Pilot[None], field: str) -> Input:
    if keys := FIELDS[field]:
        await pilot.press(*keys)
    if field in ("prompt", "model", "system", "tokens", "timeout", "file", "region"):
        await settled(pilot, until=lambda: bool(app.screen.query(f"#{field}")))
        app.screen.query_one(f"#{field}", Input).focus()
    await settled(pilot, until=lambda: isinstance(app.focused, Input))
    assert isinstance(app.focused, Input)
    return app.focused


async def back(app: MeshtuiApp, pilot: Pilot[None]) -> None:
    while app.screen is not app.main:
        await pilot.press("escape")
        await pilot.pause()


async def copy_all(pilot: Pilot[None], there: Input) -> None:
    """A key that copies nothing would leave the application."""
    there.focus()
    there.select_all()
    await pilot.pause()
    if there.has_focus and there.selected_text:
        await pilot.press("ctrl+c")


def exported(app: MeshtuiApp) -> str:
    """The last run, in every form in which it can be written."""
    run = app.main.running.last_run
    assert run is not None
    return "\n".join(write_text(form, make_case(run, app.session.endpoints)) for form in FORMS)


def kept(folder: Path) -> str:
    """The bytes of the history, after the application has ended."""
    return "\n".join(path.read_bytes().decode("latin-1") for path in folder.glob("history.db*"))


@pytest.mark.attack
@pytest.mark.slow
@pytest.mark.parametrize("kind", KEYS)
async def test_a_key_pasted_behind_text_is_held_and_leaves_no_trace(screen: Screen, tmp_path: Path, kind: str):
    key = KEYS[kind]
    async with pending(screen, tmp_path) as (app, pilot, wire):
        for field in FIELDS:
            there = await go_to(app, pilot, field)
            there.value = TYPED
            there.cursor_position = len(TYPED)
            app.post_message(events.Paste(key))
            await settled(pilot, until=lambda: isinstance(app.screen, AddDialog))
            assert there.value == TYPED, field
            assert key in app.screen.query_one(SecretField).held.reveal(), field
            assert not parts_in(shown(app), key), field
            assert "is a key" in shown(app), field
            if field not in ("file", "region"):
                await pilot.press("escape")
                await settled(pilot, until=lambda there=there: app.focused is there)
            await copy_all(pilot, there)
            assert not parts_in(app.clipboard + shown(app), key), field
            await back(app, pilot)
            if field in ("tokens", "timeout"):
                there.value = ""
        await pilot.press("f")
        await settled(pilot, until=lambda: bool(wire.requests) and not app.main.running.busy)
        sent = "\n".join(request.decode("latin-1") for request in wire.requests)
        assert sent.count("pong") >= 2, "what was typed is sent, as prompt and as system prompt"
        for text in (sent, exported(app), shown(app), *map(repr, app.session.journal)):
            assert not parts_in(text, key)
    assert "pong" in kept(tmp_path), "something was kept"
    assert not parts_in(kept(tmp_path), key)


@pytest.mark.attack
@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS)
async def test_a_key_typed_behind_text_is_not_shown_copied_or_sent(screen: Screen, tmp_path: Path, field: str):
    """Also what a program puts together: only the joined text is there to be judged."""
    async with pending(screen, tmp_path) as (app, pilot, wire):
        for kind in JOINED:
            there = await go_to(app, pilot, field)
            there.value = f"{TYPED}{KEYS[kind]}"
            await pilot.pause(0.1)
            assert not parts_in(shown(app), KEYS[kind]), kind
            await copy_all(pilot, there)
            assert not parts_in(app.clipboard, KEYS[kind]), kind
            await back(app, pilot)
            if not FIELDS[field]:
                app.main.log_lines.focus()
                await pilot.press("f")
                await pilot.pause()
                assert "Not sent." in shown(app), kind
                assert not parts_in(shown(app), KEYS[kind]), kind
                there.value = ""
        assert not [sent for sent in wire.requests if not sent.startswith(b"GET ")], "lists of models are asked for"
        sent = "\n".join(request.decode("latin-1") for request in wire.requests)
        assert not [kind for kind in JOINED if parts_in(sent, KEYS[kind])]
    assert not [kind for kind in JOINED if parts_in(kept(tmp_path), KEYS[kind])]


@pytest.mark.attack
async def test_a_planted_part_of_a_key_would_be_found(screen: Screen, tmp_path: Path):
    """The searches above are not blind: eight characters suffice, on the screen and in the file."""
    key = KEYS["project key"]
    async with pending(screen, tmp_path) as (app, pilot, _):
        app.session.journal.append(make_note(app.clock(), f"see {key[30:38]}"))
        await settled(pilot)
        assert set(parts_in(shown(app), key)) == {key[30:38]}
    assert parts_in(kept(tmp_path), key) == [key[30:38]]


async def test_a_held_key_is_added_with_enter(screen: Screen):
    async with screen(Session.live({}), size=(160, 50)) as (app, pilot):
        there = await go_to(app, pilot, "prompt")
        there.value = TYPED
        app.post_message(events.Paste(KEYS["project key"]))
        await settled(pilot, until=lambda: isinstance(app.screen, AddDialog))
        assert OFFERED in " ".join(shown(app).replace("│", " ").split())
        await pilot.press("enter")
        await settled(pilot)
        assert [c.provider for c in app.session.credentials.values()] == ["openai"]
        assert there.value == TYPED


async def test_an_error_answer_with_a_key_is_explained_and_stays_out_of_the_field(screen: Screen):
    key = KEYS["project key"]
    answer = json.dumps({"error": {"message": f"Incorrect API key provided: {key}.", "code": "invalid_api_key"}})
    async with screen(Session.live({}), size=(160, 50)) as (app, pilot):
        there = await go_to(app, pilot, "prompt")
        there.value = TYPED
        app.post_message(events.Paste(answer))
        await settled(pilot, until=lambda: isinstance(app.screen, ExplanationScreen))
        assert there.value == TYPED
        assert not parts_in(shown(app), key)
        await pilot.press("escape")
        await settled(pilot)
        assert EXPLAINED in shown(app)


async def test_ordinary_text_is_pasted_as_ever(screen: Screen):
    async with screen(Session.live({}), size=(160, 50)) as (app, pilot):
        there = await go_to(app, pilot, "prompt")
        there.value = "Summarise "
        there.cursor_position = len(there.value)
        app.post_message(events.Paste("task-proj-Q4-2026-Planning-Document\nand no more"))
        await settled(pilot)
        assert there.value == "Summarise task-proj-Q4-2026-Planning-Document\nand no more"
