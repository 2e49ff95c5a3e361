"""Tools are called and schemas are kept to, in the shapes that clients of OpenAI and Mesh expect."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.sandbox.model_replies import make_fitting_value, read_tools
from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import mesh_chat, openai_chat
from tests.sandbox.test_streams import events

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
OTHER = {"type": "function", "function": {"name": "other"}}
ASKS = [{"role": "user", "content": "Use get_weather for Berlin"}]
PLAIN = [{"role": "user", "content": "Reply with the single word: pong"}]


def chat(sandbox: Sandbox, http: httpx.Client, where: str, **body: Any) -> httpx.Response:
    if where == "openai":
        return openai_chat(sandbox, http, **body)
    return mesh_chat(sandbox, http, "openai/gpt-4o-mini", **body)


CALLED = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}],
}


@pytest.mark.parametrize("where", ["openai", "mesh"])
@pytest.mark.parametrize(
    ("messages", "choice", "called"),
    [
        (ASKS, "auto", ["get_weather"]),
        (ASKS, None, ["get_weather"]),
        (ASKS, "none", []),
        (PLAIN, "auto", []),
        (PLAIN, "required", ["get_weather"]),
        (PLAIN, {"type": "function", "function": {"name": "other"}}, ["other"]),
        ([{"role": "user", "content": "get_weather, then other"}], "auto", ["get_weather", "other"]),
        ([*ASKS, CALLED, {"role": "tool", "tool_call_id": "call_1", "content": "get_weather says rain"}], "auto", []),
    ],
)
def test_a_tool_is_called_where_the_prompt_or_the_choice_names_it(
    sandbox: Sandbox, http: httpx.Client, where: str, messages: Any, choice: Any, called: list[str]
):
    answer = chat(sandbox, http, where, messages=messages, tools=[WEATHER, OTHER], tool_choice=choice)
    choice = answer.json()["choices"][0]
    calls = choice["message"].get("tool_calls", [])
    assert [call["function"]["name"] for call in calls] == called
    assert choice["finish_reason"] == ("tool_calls" if called else "stop")
    assert (choice["message"]["content"] is None) == bool(called)
    assert all(isinstance(json.loads(call["function"]["arguments"]), dict) for call in calls)


@pytest.mark.parametrize("where", ["openai", "mesh"])
def test_a_streamed_call_comes_in_pieces_that_join_to_the_whole(sandbox: Sandbox, http: httpx.Client, where: str):
    chunks = events(chat(sandbox, http, where, messages=ASKS, tools=[WEATHER], stream=True))
    choices = [chunk["choices"][0] for chunk in chunks if chunk != "[DONE]" and chunk["choices"]]
    calls = [call for choice in choices for call in choice["delta"].get("tool_calls", [])]
    assert (calls[0]["id"][:5], calls[0]["function"]["name"]) == ("call_", "get_weather")
    assert json.loads("".join(call["function"]["arguments"] for call in calls)) == {"city": "sample"}
    assert choices[-1]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize("where", ["openai", "mesh"])
def test_an_answer_fits_the_schema_that_was_asked_for(sandbox: Sandbox, http: httpx.Client, where: str):
    schema = {
        "type": "object",
        "properties": {
            "mood": {"enum": ["calm", "loud"]},
            "score": {"type": "integer", "minimum": 3},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/part"}},
        },
        "$defs": {"part": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
    }
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    answer = chat(sandbox, http, where, messages=PLAIN, response_format=form)
    content = json.loads(answer.json()["choices"][0]["message"]["content"])
    assert content == {"mood": "calm", "score": 3, "parts": ["pong"]}


def test_json_mode_answers_an_object(sandbox: Sandbox, http: httpx.Client):
    answer = chat(sandbox, http, "mesh", messages=PLAIN, response_format={"type": "json_object"})
    assert json.loads(answer.json()["choices"][0]["message"]["content"]) == {"answer": "pong"}


@pytest.mark.parametrize("stop", ["ng", ["x", "ng"]])
def test_an_answer_ends_before_a_stop(sandbox: Sandbox, http: httpx.Client, stop: Any):
    answer = chat(sandbox, http, "mesh", messages=PLAIN, stop=stop).json()["choices"][0]
    assert (answer["message"]["content"], answer["finish_reason"]) == ("po", "stop")


WORDS = st.sampled_from(
    ["type", "properties", "items", "$ref", "anyOf", "enum", "const", "minItems", "maxLength", "name"]
)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats()
    | st.sampled_from(["object", "array", "string", "#", "#/a/b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(schema=ODD)
def test_no_schema_and_no_tool_however_odd_trips_it(schema: Any):
    assert json.dumps(make_fitting_value(schema))
    read_tools(schema, schema).choose_calls("name")
    offered = read_tools([{"function": {"name": "f", "parameters": schema}}], "required")
    assert [call.name for call in offered.choose_calls("")] == ["f"]


def test_a_schema_that_holds_itself_ends():
    assert make_fitting_value({"type": "object", "properties": {"next": {"$ref": "#"}}})
