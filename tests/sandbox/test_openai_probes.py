"""What OpenAI answers to questions that cost nothing: scopes, organization, project, and rights to stream."""

from __future__ import annotations

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import MESSAGES, at, bearer


def post(sandbox: Sandbox, http: httpx.Client, path: str, body: object, **headers: str) -> httpx.Response:
    url = f"{at(sandbox, 'openai', 'base_url')}{path}"
    return http.post(url, json=body, headers={**bearer(at(sandbox, "openai", "key")), **headers})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"speed": 1}, 400, "unknown_parameter"),
        ({}, 400, "missing_required_parameter"),
        ({"prompt": "a cat"}, 404, "model_not_found"),
    ],
)
def test_an_image_is_never_made(sandbox: Sandbox, http: httpx.Client, body: object, status: int, code: str):
    answer = post(sandbox, http, "/images/generations", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_the_scope_is_looked_at_before_the_body(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "no_permission")
    answer = post(sandbox, http, "/images/generations", {"speed": 1})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "missing_scope")


@pytest.mark.parametrize("fault", ["quota_empty", "rate_limited", "model_not_granted"])
def test_a_body_that_is_wrong_never_gets_as_far_as_credit(sandbox: Sandbox, http: httpx.Client, fault: str):
    sandbox.set_fault("openai", fault)
    assert post(sandbox, http, "/images/generations", {"speed": 1}).status_code == 400


@pytest.mark.parametrize("header", ["OpenAI-Organization", "OpenAI-Project"])
def test_somebody_elses_organization_or_project_is_refused(sandbox: Sandbox, http: httpx.Client, header: str):
    url = f"{at(sandbox, 'openai', 'base_url')}/models"
    key = bearer(at(sandbox, "openai", "key"))
    answer = http.get(url, headers={**key, header: "another"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"].startswith("mismatched_")
    assert f"{header} header should match" in answer.json()["error"]["message"]
    own = http.get(url, headers=key).headers["openai-organization"]
    assert http.get(url, headers={**key, "OpenAI-Organization": own}).status_code == 200


def test_an_organization_that_is_not_verified_may_call_but_not_stream(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "no_streaming")
    asked = {"model": "gpt-4o-mini", "messages": MESSAGES}
    assert post(sandbox, http, "/chat/completions", asked).status_code == 200
    error = post(sandbox, http, "/chat/completions", {**asked, "stream": True}).json()["error"]
    assert (error["code"], error["param"]) == ("unsupported_value", "stream")
