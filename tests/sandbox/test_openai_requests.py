"""OpenAI's requests beside chat, and those that OpenAI refuses: in its words and with its status."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import MESSAGES, PROMPT, at, bearer, openai_chat

TOOL_CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def post(sandbox: Sandbox, http: httpx.Client, path: str, **body: Any) -> httpx.Response:
    url = f"{at(sandbox, 'openai', 'base_url')}{path}"
    return http.post(url, json=body, headers=bearer(at(sandbox, "openai", "key")))


def get(sandbox: Sandbox, http: httpx.Client, path: str, method: str = "GET") -> httpx.Response:
    url = f"{at(sandbox, 'openai', 'base_url')}{path}"
    return http.request(method, url, headers=bearer(at(sandbox, "openai", "key")))


CLOSED = {"type": "object", "additionalProperties": False}


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "word", "strict": True, "schema": schema}}


# The Responses API


def test_a_response_comes_whole_is_stored_and_deleted(sandbox: Sandbox, http: httpx.Client):
    made = post(sandbox, http, "/responses", model="gpt-4o-mini", input=PROMPT, metadata={"a": "b"}).json()
    assert made["output"][0]["content"][0]["text"] == "pong"
    assert (made["status"], made["metadata"]) == ("completed", {"a": "b"})
    assert get(sandbox, http, f"/responses/{made['id']}").json() == made
    assert get(sandbox, http, f"/responses/{made['id']}", "DELETE").json()["deleted"] is True
    assert get(sandbox, http, f"/responses/{made['id']}").status_code == 404
    unstored = post(sandbox, http, "/responses", model="gpt-4o-mini", input=PROMPT, store=False).json()
    assert get(sandbox, http, f"/responses/{unstored['id']}").status_code == 404


def events(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]


def test_a_response_streams_as_numbered_events(sandbox: Sandbox, http: httpx.Client):
    answer = post(sandbox, http, "/responses", model="gpt-4o-mini", input=PROMPT, stream=True)
    found = events(answer)
    assert [event["sequence_number"] for event in found] == list(range(len(found)))
    assert "".join(event["delta"] for event in found if event["type"] == "response.output_text.delta") == "pong"
    assert found[-1]["type"] == "response.completed"
    assert "[DONE]" not in answer.text


@pytest.mark.parametrize(
    ("fault", "code"), [("stream_error", "server_error"), ("stream_throttled", "rate_limit_exceeded")]
)
def test_an_error_comes_as_an_event_of_its_own(sandbox: Sandbox, http: httpx.Client, fault: str, code: str):
    sandbox.set_fault("openai", fault)
    last = events(post(sandbox, http, "/responses", model="gpt-4o-mini", input="hello there", stream=True))[-1]
    assert (last["type"], last["code"]) == ("error", code)


# Embeddings


def test_embeddings_come_as_numbers_and_as_bytes(sandbox: Sandbox, http: httpx.Client):
    asked = {"model": "text-embedding-3-small", "input": ["a", "b"], "dimensions": 4}
    numbers = post(sandbox, http, "/embeddings", **asked).json()
    coded = post(sandbox, http, "/embeddings", **asked, encoding_format="base64").json()["data"][0]["embedding"]
    first = numbers["data"][0]["embedding"]
    assert struct.unpack("<4f", base64.b64decode(coded)) == pytest.approx(first)
    assert (len(numbers["data"]), numbers["usage"]) == (2, {"prompt_tokens": 2, "total_tokens": 2})


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"model": "gpt-4o-mini", "input": "a"}, 403, "not allowed to generate embeddings from this model"),
        ({"model": "text-embedding-9", "input": "a"}, 404, "model_not_found"),
        ({"model": "text-embedding-3-small", "input": ""}, 400, "'$.input' is invalid"),
        ({"model": "text-embedding-3-small", "input": "a", "dimensions": 9999}, 400, "dimensions"),
        ({"model": "text-embedding-3-small", "input": "a", "encoding_format": "int8"}, 400, "invalid_value"),
        ({"model": "text-embedding-3-small"}, 400, "missing_required_parameter"),
    ],
)
def test_a_wrong_request_for_embeddings_is_refused(
    sandbox: Sandbox, http: httpx.Client, body: dict[str, Any], status: int, says: str
):
    answer = post(sandbox, http, "/embeddings", **body)
    assert (answer.status_code, says in answer.text) == (status, True), answer.text


# What is refused


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ({"colour": "red"}, None, "Unrecognized request argument supplied: colour"),
        ({"temperature": 3}, "decimal_above_max_value", "Expected a value <= 2, but got 3 instead."),
        ({"top_p": -0.5}, "decimal_below_min_value", "Expected a value >= 0, but got -0.5 instead."),
        ({"max_tokens": 0}, "integer_below_min_value", "Invalid 'max_tokens': integer below minimum value."),
        ({"n": 129}, "integer_above_max_value", "Expected a value <= 128"),
        ({"temperature": "hot"}, "invalid_type", "expected a decimal, but got a string instead"),
        ({"stream": "yes"}, "invalid_type", "expected a boolean"),
        ({"messages": []}, "empty_array", "Invalid 'messages': empty array."),
        ({"messages": "hello"}, "invalid_type", "Invalid type for 'messages'"),
        ({"messages": ["hello"]}, "invalid_type", "Invalid type for 'messages[0]'"),
        ({"messages": [{"role": "boss", "content": "x"}]}, "invalid_value", "Supported values are: 'system'"),
        ({"messages": [{"content": "x"}]}, "missing_required_parameter", "messages[0].role"),
        ({"messages": [{"role": "user"}]}, None, "expected a string, got null"),
        (
            {"messages": [{"role": "tool", "tool_call_id": "1", "content": "x"}]},
            None,
            "must be a response to a preceeding",
        ),
        ({"response_format": {"type": "xml"}}, "invalid_value", "'json_object'"),
        ({"response_format": {"type": "json_object"}}, None, "must contain the word 'json'"),
        ({"response_format": {"type": "json_schema"}}, "missing_required_parameter", "response_format.json_schema"),
        (
            {"messages": [*MESSAGES, {"role": "assistant", "tool_calls": [TOOL_CALL]}]},
            None,
            "The following tool_call_ids did not have response messages: call_1",
        ),
        (
            {"messages": [*MESSAGES, {"role": "assistant", "tool_calls": [TOOL_CALL]}, *MESSAGES]},
            None,
            "must be followed by tool messages responding to each 'tool_call_id'",
        ),
        ({"messages": [{"role": "user", "content": [{"type": "song"}]}]}, "invalid_value", "'text', 'image_url'"),
        ({"messages": [{"role": "user", "content": [{"text": "x"}]}]}, "missing_required_parameter", "content[0].type"),
        ({"stop": list("abcde")}, "array_above_max_length", "Expected an array with maximum length 4"),
        ({"metadata": {"a": 1}}, "invalid_type", "'metadata.a': expected a string"),
        ({"metadata": {"a": "x" * 513}}, "string_above_max_length", "maximum length 512"),
        ({"metadata": {str(n): "x" for n in range(17)}}, "object_above_max_properties", "at most 16 properties"),
        ({"logit_bias": {"50256": 101}}, "decimal_above_max_value", "'logit_bias.50256'"),
        ({"modalities": ["text", "smell"]}, "invalid_value", "'text', and 'audio'"),
        ({"tools": []}, "empty_array", "Invalid 'tools': empty array."),
        ({"tools": [{"type": "function"}]}, "missing_required_parameter", "tools[0].function"),
        ({"tools": [{"type": "function", "function": {}}]}, "missing_required_parameter", "tools[0].function.name"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "invalid_value", "'^[a-zA-Z0-9_-]+$'"),
        ({"tools": [{"type": "function", "function": {"name": "a" * 65}}]}, "string_above_max_length", "length 64"),
        (
            {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "array"}}}]},
            "invalid_function_parameters",
            "Invalid schema for function 'f'",
        ),
        (
            {"response_format": strict({"type": "object", "properties": {}})},
            None,
            "Invalid schema for response_format 'word': In context=(), 'additionalProperties' is required to be",
        ),
        (
            {"response_format": strict({**CLOSED, "properties": {"a": {"type": "string"}}})},
            None,
            "'required' is required to be supplied and to be an array including every key in properties. Missing 'a'.",
        ),
        (
            {"response_format": strict({**CLOSED, "properties": {"a": {"type": "object"}}, "required": ["a"]})},
            None,
            "In context=('properties', 'a'), 'additionalProperties'",
        ),
        (
            {
                "tools": [
                    {"type": "function", "function": {"name": "f", "strict": True, "parameters": {"type": "object"}}}
                ]
            },
            "invalid_function_parameters",
            "Invalid schema for function 'f': In context=(), 'additionalProperties'",
        ),
        ({"tool_choice": "auto"}, None, "'tool_choice' is only allowed when 'tools' are specified."),
        ({"parallel_tool_calls": True}, None, "'parallel_tool_calls' is only allowed when 'tools' are specified."),
        ({"stream_options": {"include_usage": True}}, None, "only allowed when 'stream' is enabled"),
        ({"reasoning_effort": "low"}, None, "Unrecognized request argument supplied: reasoning_effort"),
        ({"model": "gpt-6-luna", "max_tokens": 9}, "unsupported_parameter", "Use 'max_completion_tokens' instead."),
        ({"model": "gpt-6-luna", "temperature": 0.5}, "unsupported_value", "Only the default (1) value is supported."),
        ({"model": "gpt-6-luna", "stop": "x"}, "unsupported_parameter", "'stop' is not supported with this model"),
    ],
)
def test_what_openai_refuses_is_refused_in_its_words(
    sandbox: Sandbox, http: httpx.Client, body: dict[str, Any], code: str | None, says: str
):
    answer = openai_chat(sandbox, http, **body)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["code"]) == (400, "invalid_request_error", code)
    assert says in error["message"]


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ({"max_output_tokens": 1}, "integer_below_min_value", "Expected a value >= 16, but got 1 instead."),
        ({"messages": []}, "unknown_parameter", "Unknown parameter: 'messages'."),
        ({"include": ["everything"]}, "invalid_value", "'reasoning.encrypted_content'"),
        ({"previous_response_id": "resp_0"}, "previous_response_not_found", "'resp_0' not found"),
        ({"reasoning": {"effort": "low"}}, "unsupported_parameter", "'reasoning.effort' is not supported"),
        ({"model": "gpt-6-luna", "temperature": 0}, "unsupported_value", "Only the default (1) value is supported."),
        ({"text": {"format": {"type": "xml"}}}, "invalid_value", "'json_object', 'json_schema', and 'text'"),
        ({"text": {"format": {"type": "json_schema", "schema": {}}}}, "missing_required_parameter", "text.format.name"),
        (
            {"text": {"format": {"type": "json_schema", "name": "n", "strict": True, "schema": {"type": "object"}}}},
            "invalid_json_schema",
            "Invalid schema for response_format 'n': In context=(), 'additionalProperties'",
        ),
        ({"input": None}, "missing_required_parameter", "Missing required parameter: 'input'."),
        ({"model": "gpt-9"}, "model_not_found", "The requested model 'gpt-9' does not exist."),
    ],
)
def test_what_the_responses_api_refuses_is_refused_in_its_words(
    sandbox: Sandbox, http: httpx.Client, body: dict[str, Any], code: str, says: str
):
    answer = post(sandbox, http, "/responses", **{"model": "gpt-4o-mini", "input": PROMPT, **body})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], says in error["message"]) == (400, code, True), error


@pytest.mark.parametrize(
    "body",
    [
        {"temperature": 0, "top_p": 1.0, "n": None, "seed": -1, "user": "x", "logit_bias": {}},
        {"messages": [{"role": "developer", "content": "be short"}, *MESSAGES]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": PROMPT}]}]},
        {"messages": [*MESSAGES, {"role": "assistant", "tool_calls": [TOOL_CALL]},
                      {"role": "tool", "tool_call_id": "call_1", "content": PROMPT}]},
        {"model": "gpt-6-luna", "max_completion_tokens": 50, "temperature": 1, "reasoning_effort": "low"},
    ],
)  # fmt: skip
def test_what_openai_takes_is_taken(sandbox: Sandbox, http: httpx.Client, body: dict[str, Any]):
    assert openai_chat(sandbox, http, **body).status_code == 200


def test_several_choices_and_probabilities_are_given_where_they_are_asked_for(sandbox: Sandbox, http: httpx.Client):
    whole = openai_chat(sandbox, http, n=3, logprobs=True, top_logprobs=2).json()
    assert [choice["index"] for choice in whole["choices"]] == [0, 1, 2]
    token = whole["choices"][0]["logprobs"]["content"][0]
    assert (token["token"], token["logprob"], len(token["top_logprobs"])) == ("pong", 0.0, 1)
    streamed = events(openai_chat(sandbox, http, n=2, stream=True, stream_options={"include_usage": True}))
    texts = ["", ""]
    for chunk in streamed:
        for choice in chunk["choices"]:
            texts[choice["index"]] += choice["delta"].get("content", "")
    assert texts == ["pong", "pong"]
    assert streamed[-1]["usage"]["completion_tokens"] == 2


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/chat/completions", 405, "method_not_supported"),
        ("DELETE", "/embeddings", 405, "method_not_supported"),
        ("POST", "/models", 405, "method_not_supported"),
        ("GET", "/nothing", 404, None),
        ("POST", "/audio/speech", 501, "not_in_the_sandbox"),
        ("POST", "/moderations", 501, "not_in_the_sandbox"),
    ],
)
def test_a_wrong_method_an_unknown_path_and_what_is_not_here_answer_in_openais_shape(
    sandbox: Sandbox, http: httpx.Client, method: str, path: str, status: int, code: str | None
):
    answer = get(sandbox, http, path, method)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_models_name_the_day_of_their_end(sandbox: Sandbox, http: httpx.Client):
    ends = {model["id"]: model["shutdown_date"] for model in get(sandbox, http, "/models").json()["data"]}
    assert (ends["gpt-4o-mini"], ends["gpt-5-nano"], ends["gpt-6-luna"]) == ("2027-01-14", "2026-12-11", None)
    assert get(sandbox, http, "/models/gpt-4o-mini-2024-07-18").json()["shutdown_date"] == "2027-01-14"
    assert "text-embedding-3-small" in ends


@pytest.mark.parametrize("model", ["gpt-4", "gpt-3.5-turbo", "o4-mini"])
def test_a_model_that_has_ended_is_refused_as_such_and_no_longer_listed(
    sandbox: Sandbox, http: httpx.Client, model: str
):
    for answer in (openai_chat(sandbox, http, model=model), post(sandbox, http, "/responses", model=model, input="x")):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
        assert f"The model `{model}` has been deprecated" in answer.json()["error"]["message"]
    assert f'"{model}"' not in get(sandbox, http, "/models").text
    assert get(sandbox, http, f"/models/{model}").status_code == 404


def test_token_headers_count_what_the_request_reserves(sandbox: Sandbox, http: httpx.Client):
    headers = openai_chat(sandbox, http, max_tokens=100).headers
    reserved = int(headers["x-ratelimit-limit-tokens"]) - int(headers["x-ratelimit-remaining-tokens"])
    assert reserved == 100 + len(PROMPT.split())
    sandbox.set_fault("openai", "tokens_limited")
    refused = openai_chat(sandbox, http)
    assert (refused.headers["x-ratelimit-remaining-tokens"], refused.json()["error"]["type"]) == ("0", "tokens")
    assert refused.headers["retry-after"] == "20"
