"""boto3's tools and model-own streams, unchanged: the rest of what it offers for running models."""

from __future__ import annotations

import json
from typing import Any

import botocore.exceptions
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import CONVERSE, MESSAGES
from tests.sandbox.test_clients import CLAUDE, MODEL, aws

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = {"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": SCHEMA}}}]}
ASKS = [{"role": "user", "content": [{"text": "Use get_weather for Berlin"}]}]
BODIES = {
    MODEL: CONVERSE,
    CLAUDE: {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 16, "messages": MESSAGES},
}


@pytest.fixture
def runtime(sandbox: Sandbox) -> Any:
    return aws(sandbox, "bedrock-runtime")


def test_a_tool_is_used_and_its_result_answered(runtime: Any):
    answer = runtime.converse(modelId=MODEL, messages=ASKS, toolConfig=TOOLS)
    message = answer["output"]["message"]
    use = message["content"][0]["toolUse"]
    assert (answer["stopReason"], use["name"], use["input"]) == ("tool_use", "get_weather", {"city": "sample"})
    result = {"toolResult": {"toolUseId": use["toolUseId"], "content": [{"text": "rain"}]}}
    more = [*ASKS, message, {"role": "user", "content": [result]}]
    assert runtime.converse(modelId=MODEL, messages=more, toolConfig=TOOLS)["stopReason"] == "end_turn"


@pytest.mark.parametrize("choice", [{"any": {}}, {"tool": {"name": "get_weather"}}])
def test_a_tool_can_be_demanded_of_a_stream(runtime: Any, choice: Any):
    config = {**TOOLS, "toolChoice": choice}
    events = list(runtime.converse_stream(modelId=MODEL, **CONVERSE, toolConfig=config)["stream"])
    parts = [
        event["contentBlockDelta"]["delta"]["toolUse"]["input"] for event in events if "contentBlockDelta" in event
    ]
    assert json.loads("".join(parts)) == {"city": "sample"}
    assert [event["messageStop"]["stopReason"] for event in events if "messageStop" in event] == ["tool_use"]


@pytest.mark.parametrize("model", BODIES)
def test_a_model_streams_in_its_own_schema(runtime: Any, model: str):
    answer = runtime.invoke_model_with_response_stream(modelId=model, body=json.dumps(BODIES[model]))
    events = [json.loads(event["chunk"]["bytes"]) for event in answer["body"]]
    deltas = [e.get("delta") or e.get("contentBlockDelta", {}).get("delta") or {} for e in events]
    assert "".join(delta.get("text", "") for delta in deltas) == "pong"


def test_such_a_stream_can_break(sandbox: Sandbox, runtime: Any):
    sandbox.set_fault("aws", "stream_error")
    answer = runtime.invoke_model_with_response_stream(modelId=MODEL, body=json.dumps(CONVERSE))
    with pytest.raises(botocore.exceptions.EventStreamError, match="internalServerException"):
        list(answer["body"])
