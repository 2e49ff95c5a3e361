"""Whatever is sent, the sandbox answers it and never trips over itself."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import at, bearer, token

KEYS = st.sampled_from(
    ["model", "messages", "role", "content", "text", "stream", "stream_options", "max_tokens", "temperature", "tools",
     "inferenceConfig", "maxTokens", "contents", "parts", "generationConfig", "maxOutputTokens", "org_id", "limit",
     "permissions", "anthropic_version", "tags", "api_key", "region", "cache", "input", "dimensions", "provider",
     "template", "variables", "name", "system", "models", "timeout", "tool_choice", "response_format", "since",
     "service_account", "status"]
)  # fmt: skip
SCALAR = st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats(allow_nan=False) | st.text(max_size=5)
VALUE = st.recursive(
    SCALAR | st.sampled_from(["openai/gpt-4o-mini", "gpt-4o-mini", "half a character: \ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
BODY = st.dictionaries(KEYS, VALUE, max_size=5).map(lambda body: json.dumps(body).encode()) | st.binary(max_size=20)


@pytest.fixture(scope="module")
def doors(running: Sandbox) -> Iterator[tuple[httpx.Client, list[tuple[str, dict[str, str]]]]]:
    """Every address that reads a body, with a credential that opens it."""
    with httpx.Client(trust_env=False, verify=False) as http:
        mesh, openai, aws = bearer(at(running, "mesh", "key")), bearer(at(running, "openai", "key")), "bedrock"
        bedrock, vertex = bearer(at(running, aws, "api_key")), bearer(token(running, http).json()["access_token"])
        project = f"{at(running, 'vertex', 'base_url')}/v1/projects/meshtui-sandbox"
        gemini = f"{project}/locations/global/publishers/google/models/gemini-3.5-flash"
        model = f"{at(running, 'aws', 'endpoint_url')}/model/amazon.nova-micro-v1%3A0"
        claude = model.replace("amazon.nova-micro-v1%3A0", "us.anthropic.claude-haiku-4-5-20251001-v1%3A0")
        base = at(running, "mesh", "base_url")
        yield (
            http,
            [
                (f"{base}/chat/completions", mesh),
                (f"{base}/responses", mesh),
                (f"{base}/messages", mesh),
                (f"{base}/embeddings", mesh),
                (f"{base}/templates", mesh),
                (f"{base}/usage", mesh),
                (f"{base}/usage/events", mesh),
                (f"{base}/provider-keys/vertex", mesh),
                (f"{base}/provider-keys/test/aws", mesh),
                (f"{at(running, 'openai', 'base_url')}/chat/completions", openai),
                (f"{model}/converse", bedrock),
                (f"{model}/converse-stream", bedrock),
                (f"{model}/invoke", bedrock),
                (f"{claude}/invoke", bedrock),
                (f"{gemini}:generateContent", vertex),
                (f"{gemini}:streamGenerateContent", vertex),
                (f"{gemini}:countTokens", vertex),
                (f"{project}:testIamPermissions", vertex),
                (at(running, "vertex", "token_uri"), {}),
            ],
        )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODY)
def test_no_body_however_odd_trips_it(sandbox: Sandbox, doors, body: bytes):
    http, addresses = doors
    for url, headers in addresses:
        assert http.post(url, content=body, headers=headers).status_code < 500, url
    assert sandbox.mishaps == ()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=255), max_size=40))
def test_no_credential_however_odd_trips_it(sandbox: Sandbox, doors, value: str):
    http, addresses = doors
    one_of_each = [url for url, _ in addresses if url.endswith(("completions", "converse", ":generateContent"))]
    for url in one_of_each:
        for scheme in ("Bearer bedrock-api-key-", "Bearer ", "AWS4-HMAC-SHA256 Credential=", ""):
            headers = [(b"authorization", (scheme + value).strip().encode("latin-1"))]
            assert http.post(url, content=b"{}", headers=headers).status_code < 500, url
    assert sandbox.mishaps == ()


def test_a_body_nested_without_end_is_refused(sandbox: Sandbox, doors):
    http, addresses = doors
    for url, headers in addresses:
        assert http.post(url, content=b"[" * 100_000, headers=headers).status_code < 500


def test_a_caller_who_hangs_up_in_the_middle_is_no_mishap(sandbox: Sandbox):
    port, key = httpx.URL(at(sandbox, "mesh", "base_url")).port, at(sandbox, "openai", "key")
    for path in ("/aws/model/x/converse", "/google/token", "/openai/v1/chat/completions"):
        head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\ncontent-length: 99\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port)) as half:
            half.sendall(head.encode() + b"{")
            time.sleep(0.02)
    time.sleep(0.05)
    assert sandbox.mishaps == ()
