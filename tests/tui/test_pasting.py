"""A paste on the main screen: an error answer is explained, a credential is offered to be added."""

from __future__ import annotations

import json

import pytest
from textual import events

from meshtui.session import Session
from meshtui.tui.dialogs.add_dialog import AddDialog
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from tests.tui.conftest import Screen, settled, text_of

BODY = {"message": "The security token included in the request is invalid."}
ANSWERS = {
    "curl -i": "HTTP/1.1 403 Forbidden\nx-amzn-errortype: UnrecognizedClientException\n\n" + json.dumps(BODY),
    "stack trace": "botocore.errorfactory.AccessDeniedException: An error occurred (UnrecognizedClientException) when "
    "calling the Converse operation: The security token included in the request is invalid.",
}
CREDENTIALS = {
    "an OpenAI key": "sk-proj-" + "Kk4" * 12,
    "AWS keys": '{"accessKeyId": "x", "secretAccessKey": "y"}',
    "a service account with a comma too many": '{"type": "service_account", "project_id": "demo",}',
    "words": "hello there",
}


@pytest.mark.parametrize("form", ANSWERS)
async def test_a_pasted_answer_is_explained_and_noted_in_the_log(screen: Screen, form: str):
    async with screen(Session.live({})) as (app, pilot):
        app.post_message(events.Paste(ANSWERS[form]))
        await settled(pilot, until=lambda: isinstance(app.screen, ExplanationScreen))
        shown = text_of(app)
        assert "AWS does not know this access key id" in shown
        assert "Explanation" in shown
        await pilot.press("escape")
        assert "a pasted answer: AWS does not know" in text_of(app)


@pytest.mark.parametrize("form", ANSWERS)
async def test_an_answer_pasted_where_a_credential_is_asked_for_is_explained_as_well(screen: Screen, form: str):
    async with screen(Session.live({})) as (app, pilot):
        await pilot.press("a")
        await pilot.pause()
        app.post_message(events.Paste(ANSWERS[form]))
        await pilot.pause(0.1)
        await pilot.press("enter")
        await settled(pilot, until=lambda: isinstance(app.screen, ExplanationScreen))
        assert "AWS does not know this access key id" in text_of(app)
        assert not app.session.credentials


@pytest.mark.parametrize("kind", CREDENTIALS)
async def test_anything_else_is_offered_as_a_credential_and_not_shown(screen: Screen, kind: str):
    async with screen(Session.live({})) as (app, pilot):
        app.post_message(events.Paste(CREDENTIALS[kind]))
        await settled(pilot, until=lambda: isinstance(app.screen, AddDialog))
        assert CREDENTIALS[kind] not in text_of(app)


async def test_a_key_that_a_pasted_answer_repeats_is_masked(screen: Screen):
    key = "sk-proj-" + "Kk4" * 12
    answer = {"error": {"message": f"Incorrect API key provided: {key}.", "code": "invalid_api_key"}}
    async with screen(Session.live({})) as (app, pilot):
        app.post_message(events.Paste(json.dumps(answer)))
        await settled(pilot, until=lambda: isinstance(app.screen, ExplanationScreen))
        assert "Kk4Kk4" not in text_of(app)
