"""Responses, Messages and Embeddings: each in its own shape, and all through the same credentials, limits and cache."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import at, mesh_get
from tests.sandbox.mesh import BODIES, EMBEDDER, call, run
from tests.sandbox.test_streams import events
from tests.sandbox.test_tools import WEATHER

LONG = "Say something longer than a word"


@pytest.mark.parametrize("path", BODIES)
def test_every_endpoint_falls_back_and_is_recorded_alike(sandbox: Sandbox, http: httpx.Client, path: str):
    assert run(sandbox, http, path).status_code == 200
    assert (sandbox.truth[-1].endpoint, sandbox.truth[-1].served) == (path.strip("/").partition("/")[0], "own key")
    sandbox.set_fault("openai", "revoked")
    answer = run(sandbox, http, path)
    assert (answer.status_code, answer.headers["x-byok-fallback-triggered"]) == (200, "true")
    assert (sandbox.truth[-1].served, sandbox.truth[-1].request_id) == ("platform", answer.headers["x-request-id"])
    sandbox.set_policy("openai", exclusive=True)
    assert run(sandbox, http, path).status_code == 401
    assert call(sandbox, http, "POST", path, json={}, headers={"authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize("path", list(BODIES)[:3])
def test_every_endpoint_has_its_own_place_in_the_cache(sandbox: Sandbox, http: httpx.Client, path: str):
    hits = ["x-cache" in run(sandbox, http, path, cache=True).headers for _ in range(2)]
    assert hits == [False, True]


def test_responses_answer_text(sandbox: Sandbox, http: httpx.Client):
    body = run(sandbox, http, "/responses", instructions="Be short.").json()
    assert (body["object"], body["status"], body["instructions"]) == ("response", "completed", "Be short.")
    assert body["output"][0]["content"][0]["text"] == "pong"
    assert body["usage"]["total_tokens"] == body["usage"]["input_tokens"] + 1
    cut = run(sandbox, http, "/responses", input=LONG, max_output_tokens=2).json()
    assert (cut["status"], cut["incomplete_details"]["reason"]) == ("incomplete", "max_output_tokens")


def test_responses_stream_numbered_events_that_join_to_the_whole(sandbox: Sandbox, http: httpx.Client):
    found = events(run(sandbox, http, "/responses", input=LONG, stream=True))[:-1]
    assert [event["sequence_number"] for event in found] == list(range(len(found)))
    text = "".join(event["delta"] for event in found if event["type"] == "response.output_text.delta")
    assert (found[0]["type"], found[-1]["type"]) == ("response.created", "response.completed")
    assert found[-1]["response"]["output"][0]["content"][0]["text"] == text


def test_responses_call_functions(sandbox: Sandbox, http: httpx.Client):
    tool = {"type": "function", **WEATHER["function"]}
    body = run(sandbox, http, "/responses", input="get_weather please", tools=[tool]).json()
    item = body["output"][0]
    assert (item["type"], item["name"], json.loads(item["arguments"])) == (
        "function_call", "get_weather", {"city": "sample"},
    )  # fmt: skip
    result = {"type": "function_call_output", "call_id": item["call_id"], "output": "get_weather: rain"}
    assert run(sandbox, http, "/responses", input=[item, result], tools=[tool]).json()["output"][0]["type"] == "message"


def test_responses_are_stored_unless_told_not_to(sandbox: Sandbox, http: httpx.Client):
    kept = [run(sandbox, http, "/responses").json()["id"] for _ in range(3)]
    lost = run(sandbox, http, "/responses", store=False).json()["id"]
    assert mesh_get(sandbox, http, f"/responses/{kept[0]}").json()["id"] == kept[0]
    missing = mesh_get(sandbox, http, f"/responses/{lost}")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "resource_not_found")
    page = mesh_get(sandbox, http, "/responses", limit="2").json()
    assert ([row["id"] for row in page["data"]], page["has_more"]) == (kept[:0:-1], True)
    rest = mesh_get(sandbox, http, "/responses", after=page["last_id"]).json()
    assert ([row["id"] for row in rest["data"]], rest["has_more"]) == (kept[:1], False)


def test_messages_answer_as_anthropic_does_with_either_header(sandbox: Sandbox, http: httpx.Client):
    url = f"{at(sandbox, 'mesh', 'base_url')}/messages"
    answer = http.post(url, json=BODIES["/messages"], headers={"x-api-key": at(sandbox, "mesh", "key")})
    body = answer.json()
    assert (body["type"], body["content"], body["stop_reason"]) == (
        "message", [{"type": "text", "text": "pong"}], "end_turn",
    )  # fmt: skip
    assert http.post(f"{at(sandbox, 'mesh', 'base_url')}/chat/completions", json=BODIES["/chat/completions"],
                     headers={"x-api-key": at(sandbox, "mesh", "key")}).status_code == 401  # fmt: skip


def test_messages_count_tokens_at_the_end_of_a_stream(sandbox: Sandbox, http: httpx.Client):
    answer = run(sandbox, http, "/messages", stream=True)
    found = events(answer)
    assert [event["type"] for event in found] == [
        "message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta",
        "message_stop",
    ]  # fmt: skip
    assert found[0]["message"]["usage"] == {"input_tokens": 0, "output_tokens": 0}
    assert found[-2]["usage"] == {"input_tokens": 6, "output_tokens": 1}
    assert "event: message_start\ndata: " in answer.text


def test_messages_use_tools(sandbox: Sandbox, http: httpx.Client):
    tool = {"name": "get_weather", "input_schema": WEATHER["function"]["parameters"]}
    asks = {"messages": [{"role": "user", "content": "x"}], "tools": [tool], "tool_choice": {"type": "any"}}
    body = run(sandbox, http, "/messages", **asks).json()
    assert (body["content"][0]["input"], body["stop_reason"]) == ({"city": "sample"}, "tool_use")
    found = events(run(sandbox, http, "/messages", **asks, stream=True))
    parts = [event["delta"]["partial_json"] for event in found if event["type"] == "content_block_delta"]
    assert json.loads("".join(parts)) == {"city": "sample"}


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"max_tokens": None}, 400, "invalid_request_error"),
        ({"model": "openai/none"}, 404, "not_found_error"),
        ({"model": "sandbox/upstream_error/provider_overloaded"}, 503, "overloaded_error"),
        ({"model": "sandbox/internal_error"}, 500, "api_error"),
    ],
)
def test_messages_fail_in_anthropics_envelope(sandbox: Sandbox, http: httpx.Client, body: Any, status: int, kind: str):
    answer = run(sandbox, http, "/messages", **body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (status, kind)
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/responses", "/messages"])
def test_a_stream_that_breaks_says_so_inside(sandbox: Sandbox, http: httpx.Client, path: str):
    sandbox.set_fault("openai", "stream_error")
    ask = {"input": LONG} if path == "/responses" else {"messages": [{"role": "user", "content": LONG}]}
    answer = run(sandbox, http, path, stream=True, **ask)
    assert (answer.status_code, any("error" in event for event in events(answer) if event != "[DONE]")) == (200, True)
    assert sandbox.truth[-1].broke


def test_embeddings_name_the_credential(sandbox: Sandbox, http: httpx.Client):
    body = run(sandbox, http, "/embeddings").json()
    assert body["usage"] == {"prompt_tokens": 3, "total_tokens": 3, "byok_used": True, "fallback_triggered": False}
    sandbox.set_fault("openai", "quota_empty")
    assert run(sandbox, http, "/embeddings").json()["usage"]["fallback_triggered"] is True


def test_embeddings_are_unit_vectors_in_either_coding(sandbox: Sandbox, http: httpx.Client):
    floats = run(sandbox, http, "/embeddings", input=["a", "b", "a"], dimensions=8).json()["data"]
    assert floats[0]["embedding"] == floats[2]["embedding"] != floats[1]["embedding"]
    assert sum(number**2 for number in floats[0]["embedding"]) == pytest.approx(1)
    coded = run(sandbox, http, "/embeddings", input="a", dimensions=8, encoding_format="base64").json()["data"][0]
    assert struct.unpack("<8f", base64.b64decode(coded["embedding"])) == pytest.approx(floats[0]["embedding"], abs=1e-6)
    assert len(run(sandbox, http, "/embeddings").json()["data"][0]["embedding"]) == 1536


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"input": [1, 2, 3]}, 200),
        ({"input": [[1, 2], [3]]}, 200),
        ({"input": [{"type": "text", "text": "a"}]}, 200),
        ({"provider": "openai"}, 200),
        ({"provider": {"order": ["vertex"], "allow_fallbacks": True}}, 200),
        ({"provider": {"order": ["vertex"], "allow_fallbacks": False}}, 503),
        ({"provider": "vertex"}, 503),
        ({"dimensions": 0}, 422),
        ({"dimensions": 10**6}, 422),
        ({"input": []}, 422),
        ({"encoding_format": "hex"}, 422),
        ({"model": "openai/gpt-4o"}, 400),
    ],
)
def test_embeddings_take_what_is_documented(sandbox: Sandbox, http: httpx.Client, body: Any, status: int):
    assert run(sandbox, http, "/embeddings", **body).status_code == status


def test_an_embedder_does_not_chat(sandbox: Sandbox, http: httpx.Client):
    answer = run(sandbox, http, "/chat/completions", model=EMBEDDER)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "model_capability_not_supported")
    assert EMBEDDER in [row["id"] for row in mesh_get(sandbox, http, "/models", type="embedding").json()]
