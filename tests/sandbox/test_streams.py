"""Streams come word by word, in each vendor's framing, and can break inside a 200."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest
from botocore.eventstream import EventStreamBuffer

from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Pace
from tests.sandbox.callers import (
    GENERATE,
    MESSAGES,
    at,
    bearer,
    converse_with_key,
    generate,
    mesh_chat,
    openai_chat,
    token,
    vertex_url,
)

LONG = [{"role": "user", "content": "Say something longer than a word"}]


def events(answer: httpx.Response) -> list[Any]:
    """The JSON of each server-sent event, and `[DONE]` as it is."""
    lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


def text_of(chunks: list[Any]) -> str:
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk != "[DONE]" and chunk.get("choices")]
    return "".join(delta.get("content", "") for delta in deltas)


def test_openai_streams_words_and_counts_them_only_when_asked(sandbox: Sandbox, http: httpx.Client):
    plain = events(openai_chat(sandbox, http, messages=LONG, stream=True))
    assert text_of(plain).startswith("This is the sandbox speaking")
    assert plain[-1] == "[DONE]"
    assert plain[-2]["choices"][0]["finish_reason"] == "stop"
    counted = events(openai_chat(sandbox, http, messages=LONG, stream=True, stream_options={"include_usage": True}))
    assert (counted[-2]["choices"], counted[-2]["usage"]["prompt_tokens"]) == ([], 6)


def test_mesh_always_counts_in_its_last_chunk(sandbox: Sandbox, http: httpx.Client):
    answer = mesh_chat(sandbox, http, "openai/gpt-4o-mini", stream=True)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert events(answer)[-2]["usage"] == {"prompt_tokens": 6, "completion_tokens": 1, "total_tokens": 7}


def test_a_cached_answer_is_replayed_in_one_chunk(sandbox: Sandbox, http: httpx.Client):
    for _ in range(2):
        answer = mesh_chat(sandbox, http, "openai/gpt-4o-mini", messages=LONG, stream=True, cache=True)
    chunks = events(answer)
    assert (answer.headers["x-cache"], len([c for c in chunks if text_of([c])])) == ("HIT", 1)
    assert chunks[-2]["usage"]["completion_tokens"] == 15


@pytest.mark.parametrize("limit", [1, 3])
def test_an_answer_is_cut_at_the_limit(sandbox: Sandbox, http: httpx.Client, limit: int):
    choice = openai_chat(sandbox, http, messages=LONG, max_completion_tokens=limit).json()["choices"][0]
    assert (len(choice["message"]["content"].split()), choice["finish_reason"]) == (limit, "length")


def frames(answer: httpx.Response) -> list[tuple[dict[str, str], Any]]:
    """The frames as botocore's own parser reads them."""
    buffer = EventStreamBuffer()
    buffer.add_data(answer.content)
    return [(message.headers, json.loads(message.payload)) for message in buffer]


def test_bedrock_streams_events_that_botocore_can_read(sandbox: Sandbox, http: httpx.Client):
    answer = converse_with_key(sandbox, http, call="converse-stream")
    assert answer.headers["content-type"] == "application/vnd.amazon.eventstream"
    kinds = [headers[":event-type"] for headers, _ in frames(answer)]
    assert kinds == ["messageStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"]


def test_vertex_streams_events_or_one_array(sandbox: Sandbox, http: httpx.Client):
    access = token(sandbox, http).json()["access_token"]
    sse = http.post(vertex_url(sandbox, "streamGenerateContent?alt=sse"), json=GENERATE, headers=bearer(access))
    assert sse.headers["content-type"].startswith("text/event-stream")
    assert events(sse)[-1]["candidates"][0]["finishReason"] == "STOP"
    whole = generate(sandbox, http, "streamGenerateContent", access)
    assert whole.json()[-1]["usageMetadata"]["totalTokenCount"] == 7


def test_vertex_refuses_a_stream_in_an_array_unless_events_were_asked_for(sandbox: Sandbox, http: httpx.Client):
    access = token(sandbox, http).json()["access_token"]
    sandbox.set_fault("vertex", "no_permission")
    assert generate(sandbox, http, "streamGenerateContent", access).json()[0]["error"]["code"] == 403
    assert generate(sandbox, http, "streamGenerateContent?alt=sse", access).json()["error"]["code"] == 403


# Errors inside a 200


def test_openai_breaks_with_an_error_among_the_events(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "stream_error")
    answer = openai_chat(sandbox, http, messages=LONG, stream=True)
    chunks = events(answer)
    assert (answer.status_code, len(text_of([c for c in chunks if "choices" in c]).split())) == (200, 3)
    assert chunks[-2]["error"]["type"] == "server_error"


@pytest.mark.parametrize("broken", ["openai", "mesh"])
def test_mesh_breaks_with_its_envelope_before_the_end(sandbox: Sandbox, http: httpx.Client, broken: str):
    sandbox.set_fault(broken, "stream_error")
    answer = mesh_chat(sandbox, http, "openai/gpt-4o-mini", messages=LONG, stream=True)
    *_, error, done = events(answer)
    assert (answer.status_code, error["error"]["code"], done) == (200, "upstream_error", "[DONE]")
    assert error["request_id"] == answer.headers["x-request-id"]
    assert sandbox.truth[-1].broke


def test_a_broken_stream_is_not_cached(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "stream_error")
    for _ in range(2):
        answer = mesh_chat(sandbox, http, "openai/gpt-4o-mini", messages=LONG, stream=True, cache=True)
        assert "x-cache" not in answer.headers


def test_bedrock_breaks_with_an_exception_frame(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("bedrock", "stream_error")
    headers, body = frames(converse_with_key(sandbox, http, call="converse-stream"))[-1]
    assert (headers[":message-type"], headers[":exception-type"]) == ("exception", "internalServerException")
    assert "unexpected error" in body["message"]


@pytest.mark.parametrize("form", ["streamGenerateContent?alt=sse", "streamGenerateContent"])
def test_vertex_breaks_with_an_error_among_the_pieces(sandbox: Sandbox, http: httpx.Client, form: str):
    sandbox.set_fault("vertex", "stream_error")
    answer = generate(sandbox, http, form)
    last = events(answer)[-1] if "sse" in form else answer.json()[-1]
    assert (answer.status_code, last["error"]["status"]) == (200, "UNAVAILABLE")


def stream(sandbox: Sandbox, http: httpx.Client, name: str) -> httpx.Response:
    match name:
        case "bedrock":
            return converse_with_key(sandbox, http, call="converse-stream")
        case "vertex":
            return generate(sandbox, http, "streamGenerateContent?alt=sse")
        case "openai":
            return openai_chat(sandbox, http, messages=LONG, stream=True)
        case _:
            return mesh_chat(sandbox, http, "openai/gpt-4o-mini", messages=LONG, stream=True)


STREAMING = ["openai", "bedrock", "vertex", "mesh"]


@pytest.mark.parametrize("name", STREAMING)
def test_a_stream_that_is_cut_ends_without_an_error_and_without_an_end(sandbox: Sandbox, http: httpx.Client, name: str):
    sandbox.set_fault(name, "stream_cut")
    with pytest.raises(httpx.RemoteProtocolError, match=r"peer closed connection|Server disconnected"):
        stream(sandbox, http, name)
    if name == "mesh":
        assert sandbox.truth[-1].broke


@pytest.mark.parametrize("name", STREAMING)
def test_a_stream_that_stalls_goes_on_for_those_who_wait(sandbox: Sandbox, http: httpx.Client, name: str):
    whole = stream(sandbox, http, name)
    sandbox.set_fault(name, "stream_stall")
    stalled = stream(sandbox, http, name)
    assert (stalled.status_code, len(stalled.content)) == (200, pytest.approx(len(whole.content), rel=0.05))
    with httpx.Client(trust_env=False, timeout=0.1) as impatient, pytest.raises(httpx.ReadTimeout):
        stream(sandbox, impatient, name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("openai", "rate_limit_exceeded"),
        ("bedrock", "throttlingException"),
        ("vertex", "RESOURCE_EXHAUSTED"),
        ("mesh", "upstream_rate_limit_error"),
    ],
)
def test_a_stream_may_be_throttled_after_its_beginning(sandbox: Sandbox, http: httpx.Client, name: str, says: str):
    sandbox.set_fault(name, "stream_throttled")
    answer = stream(sandbox, http, name)
    assert (answer.status_code, says.encode() in answer.content) == (200, True)


def test_mesh_says_of_your_keys_cut_stream_that_the_provider_ended_it(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "stream_cut")
    error = events(stream(sandbox, http, "mesh"))[-2]
    assert error["error"]["code"] == "upstream_error"


# Time


def test_words_arrive_one_after_the_other_and_a_caller_may_leave(http: httpx.Client):
    with Sandbox(pace=Pace(word=0.05)) as sandbox:
        url = f"{at(sandbox, 'openai', 'base_url')}/chat/completions"
        body = {"model": "gpt-4o-mini", "messages": LONG, "stream": True}
        with http.stream("POST", url, json=body, headers=bearer(at(sandbox, "openai", "key"))) as answer:
            arrived = []
            for line in answer.iter_lines():
                arrived.append(time.perf_counter())
                if len(arrived) == 9:
                    break
                assert line == "" or line.startswith("data: ")
        assert arrived[-1] - arrived[0] > 0.1
        assert openai_chat(sandbox, http, messages=MESSAGES).status_code == 200
        assert sandbox.mishaps == ()
