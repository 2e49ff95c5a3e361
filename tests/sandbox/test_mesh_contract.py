"""The gateway's envelope, its versions, and its response cache."""

from __future__ import annotations

import re

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import MESSAGES, at, bearer, mesh_chat, through_mesh

REQUEST_ID = re.compile(r"req_01[0-9A-HJKMNP-TV-Z]{24}")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"model": "openai/gpt-99"}, 404, "model_not_found"),
        ({"messages": None}, 422, "validation_error"),
        ({"messages": []}, 422, "validation_error"),
        ({"model": 3}, 422, "validation_error"),
    ],
)
def test_every_error_has_the_envelope_and_the_request_id(sandbox: Sandbox, http: httpx.Client, body, status, code):
    answer = mesh_chat(sandbox, http, **{"model": "openai/gpt-4o-mini", **body})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert REQUEST_ID.fullmatch(answer.headers["x-request-id"])
    assert answer.headers["x-mesh-version"] == "2026-08"
    assert sandbox.truth[-1].code == code


def test_what_is_not_json_is_a_validation_error(sandbox: Sandbox, http: httpx.Client):
    url, headers = f"{at(sandbox, 'mesh', 'base_url')}/chat/completions", bearer(at(sandbox, "mesh", "key"))
    for body in (b"no json", b"[]", b'"x"'):
        assert http.post(url, content=body, headers=headers).json()["error"]["code"] == "validation_error"


def test_a_body_that_is_too_large_is_refused_by_the_edge_in_html(sandbox: Sandbox, http: httpx.Client):
    url, headers = f"{at(sandbox, 'mesh', 'base_url')}/chat/completions", bearer(at(sandbox, "mesh", "key"))
    answer = http.post(url, content=b" " * (32 * 1024 * 1024 + 1), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "x-request-id" not in answer.headers


@pytest.mark.parametrize("authorization", [{}, bearer("rsk_unknown"), {"authorization": "Basic abc"}])
def test_a_stranger_is_unauthorized(sandbox: Sandbox, http: httpx.Client, authorization: dict[str, str]):
    answer = http.post(f"{at(sandbox, 'mesh', 'base_url')}/chat/completions", json={}, headers=authorization)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert (sandbox.truth[-1].key, sandbox.truth[-1].served) == ("", "nobody")


@pytest.mark.parametrize("given", [["2020-01"], [""], ["2026-8"], ["2026-08", "2026-09"]])
def test_the_version_is_checked_before_the_key(sandbox: Sandbox, http: httpx.Client, given: list[str]):
    headers = [("x-mesh-version", version) for version in given]
    answer = http.get(f"{at(sandbox, 'mesh', 'base_url')}/models", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_api_version")
    assert answer.json()["error"]["supported_versions"] == ["2026-08", "2026-09"]


def test_the_version_asked_for_is_echoed(sandbox: Sandbox, http: httpx.Client):
    headers = {**bearer(at(sandbox, "mesh", "key")), "x-mesh-version": "2026-09"}
    assert (
        http.get(f"{at(sandbox, 'mesh', 'base_url')}/balance", headers=headers).headers["x-mesh-version"] == "2026-09"
    )


def test_anybody_may_ask_for_the_versions(sandbox: Sandbox, http: httpx.Client):
    listed = http.get(f"{at(sandbox, 'mesh', 'base_url')}/api-versions").json()["versions"]
    assert [(v["version"], v["baseline"], v["latest"]) for v in listed] == [
        ("2026-08", True, False), ("2026-09", False, True),
    ]  # fmt: skip


def test_a_cache_hit_asks_no_credential_and_costs_nothing(sandbox: Sandbox, http: httpx.Client):
    first = through_mesh(sandbox, http, "openai", cache=True)
    sandbox.set_fault("openai", "revoked")
    second = through_mesh(sandbox, http, "openai", cache=True)
    assert ("x-cache" in first.headers, second.headers["x-cache"]) == (False, "HIT")
    assert second.json()["id"].startswith("chatcmpl-cached-")
    assert "x-byok-fallback-triggered" not in second.headers
    truth = sandbox.truth[-1]
    assert (truth.served, truth.tried, float(truth.cost_usd)) == ("cache", (), 0)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"cache": False}, {}),
        ({}, {"x-mesh-cache": "no-store"}),
        ({"temperature": 0.5}, {}),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, {}),
    ],
)
def test_the_cache_can_be_avoided(sandbox: Sandbox, http: httpx.Client, body, headers):
    url = f"{at(sandbox, 'mesh', 'base_url')}/chat/completions"
    whole = {"model": "openai/gpt-4o-mini", "messages": MESSAGES, **body}
    for _ in range(2):
        answer = http.post(url, json=whole, headers={**bearer(at(sandbox, "mesh", "key")), **headers})
        assert "x-cache" not in answer.headers


def test_the_cache_keeps_requests_apart(sandbox: Sandbox, http: httpx.Client):
    through_mesh(sandbox, http, "openai", cache=True)
    assert "x-cache" not in through_mesh(sandbox, http, "openai", cache=True, max_tokens=5).headers
    assert "x-cache" not in through_mesh(sandbox, http, "bedrock", cache=True).headers
    assert "x-cache" not in mesh_chat(sandbox, http, "openai/gpt-4o-mini", key="platform", cache=True).headers
    assert through_mesh(sandbox, http, "openai", cache=True, stream=True).headers["x-cache"] == "HIT"
