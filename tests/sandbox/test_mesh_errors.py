"""Every code and status that Mesh documents can be met, in the envelope, and each documented field is checked."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from meshtui.sandbox.mesh.errors import ERROR_CODES
from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Behaviour
from tests.sandbox.callers import at, bearer
from tests.sandbox.mesh import MODEL, run
from tests.sandbox.test_streams import events

CHAT = "/chat/completions"
# Code of the error reference → its status and provider code there, where it has one.
DOCUMENTED = {
    "unauthorized": 401, "forbidden": 403, "spend_limit_exceeded": 402, "rate_limit_exceeded": 429,
    "upstream_auth_error/invalid_auth": 401, "upstream_auth_error/permission_denied": 403,
    "upstream_rate_limit_error/rate_limit_exceeded": 429, "upstream_rate_limit_error/monthly_quota_exceeded": 429,
    "insufficient_credits/insufficient_credits": 402, "validation_error": 422, "unprocessable_entity": 422,
    "bad_request": 400, "invalid_request/invalid_request": 400, "invalid_input/invalid_input": 400,
    "context_window_exceeded/context_window_exceeded": 400, "content_policy_violation/content_policy_violation": 400,
    "model_not_found": 404, "not_found": 404, "resource_not_found": 404, "conflict": 409,
    "model_capability_not_supported": 400, "unsupported_operation": 400, "invalid_api_version": 400,
    "upstream_error/internal_provider_error": 502, "upstream_error/provider_overloaded": 503,
    "upstream_error/connection_error": 502, "upstream_error/bad_response": 502, "upstream_error/unknown": 500,
    "gateway_timeout/provider_timeout": 504, "gateway_timeout/asset_registration_timeout": 504,
    "provider_not_available": 503, "internal_error": 500, "api_version_migration_failed": 500,
    "secret_provision_failed": 503, "pii_redaction_unavailable": 503, "all_models_failed": 502,
    "batch_limit_exceeded": 429, "not_implemented": 501,
}  # fmt: skip


@pytest.mark.parametrize("named", DOCUMENTED)
def test_every_code_can_be_met_by_naming_a_model_after_it(sandbox: Sandbox, http: httpx.Client, named: str):
    code, _, reason = named.partition("/")
    answer = run(sandbox, http, CHAT, model=f"sandbox/{named}")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error.get("provider_code", "")) == (DOCUMENTED[named], code, reason)
    assert (sandbox.truth[-1].code, sandbox.truth[-1].served) == (code, "nobody")


def test_no_code_is_left_out():
    assert {named.partition("/")[0] for named in DOCUMENTED} == set(ERROR_CODES)
    assert {reason for code in ERROR_CODES.values() for reason in code.reasons} <= {
        n.partition("/")[2] for n in DOCUMENTED
    }


def test_an_unknown_code_is_an_unknown_model(sandbox: Sandbox, http: httpx.Client):
    for model in ("sandbox/nothing", "sandbox/upstream_error/nothing"):
        assert run(sandbox, http, CHAT, model=model).json()["error"]["code"] == "model_not_found"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"messages": [{"role": "user", "content": "w " * 128_001}]}, "context_window_exceeded"),
        ({"modality": "image"}, "unsupported_operation"),
        ({"modalities": ["text", "audio"]}, "unsupported_operation"),
        ({"template": "none"}, "not_found"),
    ],
)
def test_some_codes_come_by_themselves(sandbox: Sandbox, http: httpx.Client, body: Any, code: str):
    assert run(sandbox, http, CHAT, **body).json()["error"]["code"] == code


@pytest.mark.parametrize("status", [504, 500])
@pytest.mark.parametrize("name", ["openai", "platform-openai"])
def test_an_upstream_that_is_too_slow_for_the_body_is_a_timeout(
    sandbox: Sandbox, http: httpx.Client, name: str, status: int
):
    sandbox.behaviour = Behaviour(timeout_status=status)
    sandbox.set_fault(name, "slow")
    key = "mesh" if name == "openai" else "platform"
    answer = run(sandbox, http, CHAT, key, timeout=0.01)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["provider_code"]) == (
        status, "gateway_timeout", "provider_timeout",
    )  # fmt: skip
    assert run(sandbox, http, CHAT, key, timeout=5).status_code == 200


def test_every_documented_field_is_taken_and_unknown_ones_are_dropped(sandbox: Sandbox, http: httpx.Client):
    body = {
        "models": [MODEL], "stream": False, "temperature": 2, "max_tokens": 1, "top_p": 1, "frequency_penalty": -2,
        "presence_penalty": 2, "stop": ["x"], "seed": 7, "tools": [], "tool_choice": "auto",
        "response_format": {"type": "text"}, "reasoning_effort": "none", "reasoning": {"effort": "low"},
        "variables": {}, "session_id": "s", "user": "u" * 256, "tags": {"a": "b"}, "end_user_id": "e",
        "transforms": ["middle-out"], "modality": "text", "modalities": ["text"], "audio": {"voice": "alloy"},
        "image": {"n": 1}, "async_mode": False, "timeout": 10, "cache": False, "service_tier": "default",
        "weight_profile": "cost", "template": None, "provider": {"order": ["bedrock"]}, "byok": False, "nonsense": [1],
    }  # fmt: skip
    assert run(sandbox, http, CHAT, **body).status_code == 200
    assert sandbox.truth[-1].served == "own key"


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("temperature", 2.1, "less_than_equal"), ("temperature", "hot", "float_type"), ("max_tokens", 0,
        "greater_than_equal"), ("max_tokens", 1.5, "int_type"), ("top_p", -1, "greater_than_equal"),
        ("presence_penalty", 3, "less_than_equal"), ("frequency_penalty", -3, "greater_than_equal"),
        ("stream", "yes", "bool_type"), ("stop", 3, "string_type"), ("user", "u" * 257, "string_too_long"),
        ("reasoning_effort", "max", "literal_error"), ("reasoning", {"effort": "low", "max_tokens": 3}, "value_error"),
        ("timeout", 0, "greater_than"), ("models", "one", "list_type"), ("tools", {}, "list_type"),
        ("messages", [], "too_short"), ("messages", None, "list_type"), ("cache", 1, "bool_type"),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_named(sandbox: Sandbox, http: httpx.Client, field: str, value: Any, kind: str):
    answer = run(sandbox, http, CHAT, **{field: value})
    detail = answer.json()["error"]["details"][0]
    assert (answer.status_code, detail["type"], detail["loc"]) == (422, kind, ["body", field])


@pytest.mark.parametrize(
    ("place", "top", "inside"), [("top", True, False), ("error", False, True), ("both", True, True)]
)
def test_the_request_id_stands_where_the_switch_says(
    sandbox: Sandbox, http: httpx.Client, place: str, top: bool, inside: bool
):
    sandbox.behaviour = Behaviour(request_id_at=place)
    body = run(sandbox, http, CHAT, model="none").json()
    assert ("request_id" in body, "request_id" in body["error"]) == (top, inside)


def test_a_rejected_stream_fails_by_status_or_inside(sandbox: Sandbox, http: httpx.Client):
    asked = {"model": "sandbox/context_window_exceeded", "stream": True}
    assert run(sandbox, http, CHAT, **asked).status_code == 400
    sandbox.behaviour = Behaviour(early_stream_errors="in_band", stream_error_names_request=False)
    answer = run(sandbox, http, CHAT, **asked)
    first, done = events(answer)
    assert (answer.status_code, first["error"]["code"], done) == (200, "context_window_exceeded", "[DONE]")
    assert "request_id" not in first
    assert sandbox.truth[-1].broke


def test_a_large_body_without_a_stated_length_meets_the_edge_too(sandbox: Sandbox, http: httpx.Client):
    url, headers = f"{at(sandbox, 'mesh', 'base_url')}{CHAT}", bearer(at(sandbox, "mesh", "key"))
    answer = http.post(url, content=(b" " * 1024 * 1024 for _ in range(33)), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "x-request-id" not in answer.headers


def say(*contents: Any, role: str = "user") -> list[dict[str, Any]]:
    return [{"role": role, "content": content} for content in contents]


@pytest.mark.parametrize(
    ("model", "messages", "says"),
    [
        ("openai/gpt-4o-mini", say("x", role="boss"), "Invalid value: 'boss'. Supported values are: 'system'"),
        ("openai/gpt-4o-mini", [{"role": "tool", "content": "x", "tool_call_id": "1"}], "a preceeding message with"),
        ("openai/gpt-4o-mini", [*say("x"), {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function"}]}],
         "did not have response messages: c1"),
        ("amazon/nova-micro-v1", say("x", " "), "at messages.1.content.0 is blank"),
        ("anthropic/claude-haiku-4.5", say([{"type": "text", "text": ""}]), "at messages.0.content.0 is blank"),
        ("google/gemini-3.1-flash-lite", say(""), "has an empty text parameter"),
    ],
)  # fmt: skip
def test_what_the_provider_refuses_of_a_request_is_refused_whoever_serves(
    sandbox: Sandbox, http: httpx.Client, model: str, messages: Any, says: str
):
    answer = run(sandbox, http, CHAT, model=model, messages=messages)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["provider_code"]) == (400, "invalid_request", "invalid_request")
    assert says in error["message"] == error["provider_error"]["error"]["message"]
    assert (sandbox.truth[-1].status, sandbox.truth[-1].fell_back) == (400, False)
