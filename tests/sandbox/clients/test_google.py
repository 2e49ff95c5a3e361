"""Google's SDK in Vertex mode, unchanged: it signs, fetches a token and calls, all on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import CLOUD_PLATFORM, MESSAGES, at

pytestmark = pytest.mark.clients
MODEL = "gemini-3.5-flash"
PROMPT = MESSAGES[0]["content"]
genai = pytest.importorskip("google.genai", reason='google-genai is not installed: pip install "meshapi-tui[clients]"')


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Any]:
    from google.oauth2.service_account import Credentials

    account = at(sandbox, "vertex", "service_account")
    credentials = Credentials.from_service_account_info(account, scopes=[CLOUD_PLATFORM])
    options = genai.types.HttpOptions(base_url=at(sandbox, "vertex", "base_url"))
    with genai.Client(
        vertexai=True, project=account["project_id"], location="global", credentials=credentials, http_options=options
    ) as made:
        yield made


def test_it_generates_counts_and_streams(client: Any):
    answer = client.models.generate_content(model=MODEL, contents=PROMPT)
    assert (answer.text, answer.usage_metadata.total_token_count) == ("pong", 7)
    assert client.models.count_tokens(model=MODEL, contents=PROMPT).total_tokens == 6
    assert "".join(part.text for part in client.models.generate_content_stream(model=MODEL, contents=PROMPT)) == "pong"


def test_it_lists_googles_models(client: Any):
    names = [model.name for model in client.models.list(config={"page_size": 2})]
    assert f"publishers/google/models/{MODEL}" in names
    assert len(names) == len(set(names)) == 4


def test_it_raises_what_google_says(sandbox: Sandbox, client: Any):
    sandbox.set_fault("vertex", "no_permission")
    with pytest.raises(genai.errors.ClientError, match="PERMISSION_DENIED") as caught:
        client.models.generate_content(model=MODEL, contents=PROMPT)
    assert caught.value.code == 403


def test_it_cannot_even_sign_in_with_a_revoked_key(sandbox: Sandbox, client: Any):
    from google.auth.exceptions import RefreshError

    sandbox.set_fault("vertex", "revoked")
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        client.models.generate_content(model=MODEL, contents=PROMPT)


async def test_its_asynchronous_half_generates(client: Any):
    assert (await client.aio.models.generate_content(model=MODEL, contents=PROMPT)).text == "pong"


def test_a_client_made_of_variables_alone_stays_here_and_is_told_what_to_write(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    client = genai.Client()
    with pytest.raises(genai.errors.ClientError, match=r"genai\.Client\(vertexai=True, project="):
        client.models.generate_content(model=MODEL, contents=PROMPT)
