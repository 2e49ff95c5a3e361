"""OpenAI's own manners: its headers, its shapes, its words for a wrong request."""

from __future__ import annotations

import re

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import MESSAGES, at, bearer, openai_chat

MODEL_SERVER = ("openai-organization", "openai-processing-ms", "openai-version")


def test_an_answer_carries_openais_headers(sandbox: Sandbox, http: httpx.Client):
    answer = openai_chat(sandbox, http)
    assert re.fullmatch(r"req_[0-9a-f]{32}", answer.headers["x-request-id"])
    assert all(name in answer.headers for name in MODEL_SERVER)
    assert answer.headers["x-ratelimit-limit-requests"] == "500"
    assert answer.json()["model"] == "gpt-4o-mini-2024-07-18"


def test_a_refused_key_never_reached_a_model_server(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "revoked")
    answer = openai_chat(sandbox, http)
    assert "x-request-id" in answer.headers
    assert not any(name in answer.headers for name in MODEL_SERVER)
    assert answer.text.startswith('{\n    "error"')


def test_an_unknown_key_is_shown_masked_with_its_length(sandbox: Sandbox, http: httpx.Client):
    url = f"{at(sandbox, 'openai', 'base_url')}/models"
    for sent, shown in (("sk-or-v1-0123456789abcd", "sk-or-v1***********abcd"), ("undefined", "undefined")):
        message = http.get(url, headers=bearer(sent)).json()["error"]["message"]
        assert message.startswith(f"Incorrect API key provided: {shown}. ")
    assert "You didn't provide an API key" in http.get(url).json()["error"]["message"]


def test_quota_says_nothing_of_waiting_and_a_rate_limit_does(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "quota_empty")
    assert not {"retry-after", "x-ratelimit-limit-requests"} & set(openai_chat(sandbox, http).headers)
    sandbox.set_fault("openai", "rate_limited")
    limited = openai_chat(sandbox, http)
    assert (limited.headers["x-ratelimit-limit-requests"], limited.headers["x-ratelimit-remaining-requests"]) == (
        "3", "0",
    )  # fmt: skip
    assert re.search(r"Please try again in (19\.\d+|20)s\.", limited.json()["error"]["message"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"no json", 400, None),
        (b"[]", 400, None),
        (b"{}", 400, "missing_required_parameter"),
        (b'{"model":"gpt-4o-mini"}', 400, "missing_required_parameter"),
        (b'{"model":3,"messages":[]}', 400, "invalid_type"),
        (b'{"model":"gpt-99","messages":[]}', 404, "model_not_found"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(sandbox: Sandbox, http: httpx.Client, body, status, code):
    url, headers = f"{at(sandbox, 'openai', 'base_url')}/chat/completions", bearer(at(sandbox, "openai", "key"))
    answer = http.post(url, content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.text.startswith('{\n  "error"')


def test_models_are_listed_and_found(sandbox: Sandbox, http: httpx.Client):
    base, headers = at(sandbox, "openai", "base_url"), bearer(at(sandbox, "openai", "key"))
    listed = http.get(f"{base}/models", headers=headers).json()
    assert (listed["object"], "gpt-4o-mini" in [row["id"] for row in listed["data"]]) == ("list", True)
    assert http.get(f"{base}/models/gpt-4o-mini", headers=headers).json()["id"] == "gpt-4o-mini"
    assert http.get(f"{base}/models/gpt-99", headers=headers).status_code == 404
    assert http.get(f"{base}/nothing", headers=headers).json()["error"]["message"] == "Invalid URL (GET /v1/nothing)"


def test_parts_of_text_are_read_as_well_as_plain_text(sandbox: Sandbox, http: httpx.Client):
    parts = [{"role": "user", "content": [{"type": "text", "text": MESSAGES[0]["content"]}]}]
    assert openai_chat(sandbox, http, messages=parts).json()["choices"][0]["message"]["content"] == "pong"
