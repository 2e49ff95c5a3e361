"""Planted keys of every shape are in nothing that leaves: no screen, no picture, no copy, no journal."""

from __future__ import annotations

import json

import pytest
from textual import events

from meshtui.journal.recording import make_note
from meshtui.session import Session
from tests.canaries import part_of, parts_in
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON

OPENAI = "sk-proj-" + "CanaryOne" * 5
BEDROCK = "ABSK" + "Q2FuYXJ5VHdv" * 4
AWS_ID, AWS_SECRET = "AKIA" + "CANARYTHREE" + "X" * 5, "CanaryFour/" + "z9" * 15
MESH = "rsk_01" + "CANARYFVE" * 3
PEM_LINE = "CanarySix" * 7
BEDROCK_FORM = {"credential_type": "bedrock_api_key", "api_key": BEDROCK, "region": "us-east-1"}
AWS_FORM = {"accessKeyId": AWS_ID, "secretAccessKey": AWS_SECRET, "region": "us-east-1"}
ACCOUNT = {
    "type": "service_account",
    "project_id": "demo",
    "client_email": "a@demo.iam.gserviceaccount.com",
    "private_key_id": "abc",
    "private_key": f"-----BEGIN PRIVATE KEY-----\n{PEM_LINE}\n-----END PRIVATE KEY-----\n",
    "token_uri": "https://oauth2.googleapis.com/token",
}
PASTES = {
    "openai": (OPENAI, (OPENAI,)),
    "bedrock": (json.dumps(BEDROCK_FORM), (BEDROCK,)),
    "aws": (json.dumps(AWS_FORM), (AWS_ID, AWS_SECRET)),
    "vertex": (json.dumps(ACCOUNT, indent=2), (PEM_LINE,)),
    "mesh": (MESH, (MESH,)),
    "broken": (json.dumps(ACCOUNT)[:-30], (PEM_LINE,)),
}


async def all_that_is_seen(screen: Screen, text: str, noted: tuple[str, ...] = (), most: int = 99) -> str:
    """Every screen, picture, copy and entry after that paste, what is done with it, and such notes in the log, of
    which so many entries are opened."""
    seen: list[str] = []
    async with screen(Session.demo(), size=(140, 50)) as (app, pilot):

        def look() -> None:
            seen.extend((text_of(app), app.export_screenshot()))

        for line in noted:
            app.session.journal.append(make_note(NOON, line))
        app.post_message(events.Paste(text))
        await pilot.pause(0.1)
        look()
        await pilot.press("enter")
        await settled(pilot)
        look()
        await pilot.press("enter", "y")
        await settled(pilot)
        look()
        seen.append(app.clipboard)
        await pilot.press("escape", "f")
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        look()
        await pilot.press("3")
        for position in range(min(len(app.session.journal), most)):
            app.main.log_lines.cursor = position
            await pilot.press("enter", "Y")
            await settled(pilot)
            look()
            seen.append(app.clipboard)
            await pilot.press("escape")
        seen.extend(repr(entry) for entry in app.session.journal)
    return "\n".join(seen)


# One kind in every run; all of them as a sweep.
EVERY = [kind if kind == "openai" else pytest.param(kind, marks=pytest.mark.sweep) for kind in PASTES]


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVERY)
async def test_a_planted_key_is_nowhere_to_be_seen(screen: Screen, kind: str):
    text, planted = PASTES[kind]
    seen = await all_that_is_seen(screen, text)
    for key in planted:
        assert not parts_in(seen, key)


@pytest.mark.slow
@pytest.mark.usefixtures("faulty_masks")
async def test_a_mask_that_shows_too_much_would_be_seen(screen: Screen):
    assert parts_in(await all_that_is_seen(screen, OPENAI, most=1), OPENAI)


@pytest.mark.slow
async def test_a_part_of_any_key_would_be_seen(screen: Screen):
    keys = (BEDROCK, AWS_ID, AWS_SECRET, PEM_LINE, MESH)
    seen = await all_that_is_seen(screen, "", noted=tuple(map(part_of, keys)), most=1)
    for key in keys:
        assert parts_in(seen, key)
