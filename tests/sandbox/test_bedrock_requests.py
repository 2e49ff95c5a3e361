"""Bedrock's control plane, embeddings, token counts, tools, and what it refuses in its own words; judge: botocore."""

from __future__ import annotations

import json
from typing import Any

import boto3
import botocore.exceptions
import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import PROMPT, at, bearer

CLAUDE = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
NOVA = "amazon.nova-micro-v1:0"
TURN = {"role": "user", "content": [{"text": PROMPT}]}
TOOL = {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}


def aws(sandbox: Sandbox, service: str) -> Any:
    about = sandbox.addresses["aws"]
    return boto3.client(  # type: ignore[call-overload]
        service, endpoint_url=about["endpoint_url"], region_name="us-east-1",
        aws_access_key_id=about["access_key_id"], aws_secret_access_key=about["secret_access_key"],
    )  # fmt: skip


def test_models_are_listed_filtered_and_read_with_their_lifecycle(sandbox: Sandbox):
    bedrock = aws(sandbox, "bedrock")
    everything = bedrock.list_foundation_models()["modelSummaries"]
    embedders = bedrock.list_foundation_models(byOutputModality="EMBEDDING")["modelSummaries"]
    assert {each["modelId"] for each in embedders} == {"amazon.titan-embed-text-v2:0", "cohere.embed-english-v3"}
    amazon = bedrock.list_foundation_models(byProvider="amazon")["modelSummaries"]
    assert {each["providerName"] for each in amazon} == {"Amazon"}
    on_demand = bedrock.list_foundation_models(byInferenceType="ON_DEMAND")["modelSummaries"]
    assert len(on_demand) < len(everything)
    assert bedrock.get_foundation_model(modelIdentifier=NOVA)["modelDetails"]["modelLifecycle"]["status"] == "ACTIVE"
    with pytest.raises(botocore.exceptions.ClientError, match="ValidationException"):
        bedrock.get_foundation_model(modelIdentifier="amazon.none-v1:0")


def test_an_inference_profile_is_read(sandbox: Sandbox):
    bedrock = aws(sandbox, "bedrock")
    assert bedrock.get_inference_profile(inferenceProfileIdentifier=CLAUDE)["type"] == "SYSTEM_DEFINED"
    with pytest.raises(botocore.exceptions.ClientError, match="ResourceNotFoundException"):
        bedrock.get_inference_profile(inferenceProfileIdentifier="us.amazon.none-v1:0")


def test_embeddings_of_titan_and_of_cohere(sandbox: Sandbox):
    runtime = aws(sandbox, "bedrock-runtime")

    def invoke(model: str, **body: Any) -> Any:
        return json.load(runtime.invoke_model(modelId=model, body=json.dumps(body))["body"])

    titan = invoke("amazon.titan-embed-text-v2:0", inputText="one two", dimensions=256)
    assert (len(titan["embedding"]), titan["inputTextTokenCount"]) == (256, 2)
    cohere = invoke("cohere.embed-english-v3", texts=["a", "b"], input_type="search_query")
    assert [len(vector) for vector in cohere["embeddings"]] == [1024, 1024]
    for model, body in (
        ("amazon.titan-embed-text-v2:0", {"inputText": "a", "dimensions": 7}),
        ("cohere.embed-english-v3", {"texts": ["a"]}),
    ):
        with pytest.raises(botocore.exceptions.ClientError, match="ValidationException"):
            invoke(model, **body)
    with pytest.raises(botocore.exceptions.ClientError, match="doesn't support the model"):
        runtime.converse(modelId="cohere.embed-english-v3", messages=[TURN])


def test_tokens_are_counted_of_both_kinds_of_request(sandbox: Sandbox):
    runtime = aws(sandbox, "bedrock-runtime")
    counted = runtime.count_tokens(modelId=NOVA, input={"converse": {"messages": [TURN]}})["inputTokens"]
    body = json.dumps({"anthropic_version": "x", "max_tokens": 9, "messages": [{"role": "user", "content": PROMPT}]})
    of_invoke = runtime.count_tokens(modelId=CLAUDE, input={"invokeModel": {"body": body}})["inputTokens"]
    assert counted == of_invoke == len(PROMPT.split())


def test_invoke_model_calls_tools_whole_and_streamed(sandbox: Sandbox):
    runtime = aws(sandbox, "bedrock-runtime")
    messages = [{"role": "user", "content": "get_weather please"}]
    body = json.dumps(
        {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 50, "messages": messages, "tools": [TOOL]}
    )
    whole = json.load(runtime.invoke_model(modelId=CLAUDE, body=body)["body"])
    assert (whole["stop_reason"], whole["content"][0]["name"]) == ("tool_use", "get_weather")
    events = runtime.invoke_model_with_response_stream(modelId=CLAUDE, body=body)["body"]
    found = [json.loads(event["chunk"]["bytes"]) for event in events]
    pieces = [event["delta"]["partial_json"] for event in found if event["type"] == "content_block_delta"]
    assert json.loads("".join(pieces)) == whole["content"][0]["input"]


def test_a_stop_sequence_stops(sandbox: Sandbox):
    answer = aws(sandbox, "bedrock-runtime").converse(
        modelId=NOVA, messages=[{"role": "user", "content": [{"text": "hello"}]}],
        inferenceConfig={"stopSequences": ["sandbox"]},
    )  # fmt: skip
    assert answer["stopReason"] == "stop_sequence"
    assert answer["output"]["message"]["content"][0]["text"].strip() == "This is the"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"messages": []}, "must start with a user message"),
        ({"messages": [{"role": "assistant", "content": [{"text": "x"}]}]}, "must start with a user message"),
        ({"messages": [TURN, TURN]}, "must alternate between user and assistant roles"),
        ({"messages": [{"role": "user", "content": []}]}, "at messages.0 is empty"),
        ({"messages": [{"role": "user", "content": [{"text": "  "}]}]}, "at messages.0.content.0 is blank"),
        (
            {"messages": [{"role": "boss", "content": [{"text": "x"}]}]},
            "Member must satisfy enum value set: [user, assistant",
        ),
        ({"messages": [TURN], "inferenceConfig": {"maxTokens": 0}}, "greater than or equal to 1"),
        ({"messages": [TURN], "inferenceConfig": {"temperature": 5}}, "less than or equal to 1"),
        ({"messages": [TURN], "guardrailConfig": {"guardrailIdentifier": "x", "guardrailVersion": "1"}}, "guardrail"),
    ],
)
def test_what_bedrock_refuses_is_refused_in_its_words(
    sandbox: Sandbox, http: httpx.Client, body: dict[str, Any], says: str
):
    url = f"{at(sandbox, 'aws', 'endpoint_url')}/model/{NOVA.replace(':', '%3A')}/converse"
    answer = http.post(url, json=body, headers=bearer(at(sandbox, "bedrock", "api_key")))
    assert (answer.status_code, answer.headers["x-amzn-errortype"].partition(":")[0]) == (400, "ValidationException")
    assert says in answer.json()["message"]


@pytest.mark.parametrize("profile", ["eu", "apac", "jp"])
def test_a_profile_of_another_region_is_unknown_here(sandbox: Sandbox, profile: str):
    with pytest.raises(botocore.exceptions.ClientError, match="provided model identifier is invalid"):
        aws(sandbox, "bedrock-runtime").converse(modelId=CLAUDE.replace("us.", f"{profile}."), messages=[TURN])


SPEAKS = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}


@pytest.mark.parametrize(
    ("model", "body", "says"),
    [
        (CLAUDE, {"messages": SPEAKS["messages"]},
         "#: required key [anthropic_version] not found#: required key [max_tokens] not found, please reformat"),
        (CLAUDE, {**SPEAKS, "colour": "red"}, "#: extraneous key [colour] is not permitted, please reformat"),
        (CLAUDE, {**SPEAKS, "stream": True}, "#: extraneous key [stream] is not permitted"),
        (CLAUDE, {**SPEAKS, "temperature": 2}, "#/temperature: 2 is not less or equal to 1"),
        (CLAUDE, {**SPEAKS, "max_tokens": 0}, "#/max_tokens: 0 is not greater or equal to 1"),
        (CLAUDE, {**SPEAKS, "max_tokens": "9"}, "#/max_tokens: expected type: Integer, found: String"),
        (CLAUDE, {**SPEAKS, "messages": []}, "messages: at least one message is required"),
        (CLAUDE, {**SPEAKS, "messages": [{"role": "system", "content": "x"}]}, "Input should be 'user' or 'assistant'"),
        (CLAUDE, {**SPEAKS, "messages": [{"role": "user", "content": ""}]}, "must have non-empty content"),
        (CLAUDE, {**SPEAKS, "messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
         "text content blocks must be non-empty"),
        (NOVA, {"prompt": "x"}, "#: required key [messages] not found#: extraneous key [prompt] is not permitted"),
        ("amazon.titan-embed-text-v2:0", {"inputText": ""}, "#/inputText: expected minLength: 1, actual: 0"),
        ("amazon.titan-embed-text-v2:0", {"inputText": "x", "dimensions": 7}, "#/dimensions: 7 is not a valid enum"),
        ("cohere.embed-english-v3", {"inputText": "x"},
         "#: required key [texts] not found#: required key [input_type] not found#: extraneous key [inputText] is not"),
        ("openai.gpt-oss-20b-1:0", {"messages": []}, "empty array"),
    ],
)  # fmt: skip
def test_what_a_models_own_schema_forbids_is_refused_in_bedrocks_words(
    sandbox: Sandbox, model: str, body: dict[str, Any], says: str
):
    runtime = aws(sandbox, "bedrock-runtime")
    for call in (runtime.invoke_model, runtime.invoke_model_with_response_stream)[: 1 if "embed" in model else 2]:
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            call(modelId=model, body=json.dumps(body))
        error = caught.value.response["Error"]
        assert (error["Code"], says in error["Message"]) == ("ValidationException", True), error


def test_models_that_openai_made_are_invoked_with_its_chats(sandbox: Sandbox):
    runtime = aws(sandbox, "bedrock-runtime")
    body = json.dumps({"messages": [{"role": "user", "content": PROMPT}], "max_completion_tokens": 20})
    whole = json.load(runtime.invoke_model(modelId="openai.gpt-oss-20b-1:0", body=body)["body"])
    assert whole["choices"][0]["message"]["content"] == "pong"
    events = runtime.invoke_model_with_response_stream(modelId="openai.gpt-oss-20b-1:0", body=body)["body"]
    chunks = [json.loads(event["chunk"]["bytes"])["choices"][0] for event in events]
    assert "".join(chunk["delta"].get("content", "") for chunk in chunks) == "pong"
    assert chunks[-1]["finish_reason"] == "stop"


# The OpenAI-compatible endpoint


@pytest.mark.parametrize("path", ["/openai/v1/chat/completions", "/openai/v1/responses"])
def test_the_openai_endpoint_takes_the_api_key_and_answers_in_openais_shape(
    sandbox: Sandbox, http: httpx.Client, path: str
):
    url, headers = f"{at(sandbox, 'aws', 'endpoint_url')}{path}", bearer(at(sandbox, "bedrock", "api_key"))
    asked = {"input": PROMPT} if "responses" in path else {"messages": [{"role": "user", "content": PROMPT}]}
    assert "pong" in http.post(url, json={"model": "openai.gpt-oss-20b-1:0", **asked}, headers=headers).text
    unknown = http.post(url, json={"model": NOVA, **asked}, headers=headers)
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "model_not_found")
    wrong = http.post(url, json={"model": "openai.gpt-oss-20b-1:0", **asked}, headers=bearer("ABSKwrong"))
    assert wrong.status_code == 401
    assert "Please make sure your API Key is valid" in wrong.json()["error"]["message"]
    sandbox.set_fault("bedrock", "rate_limited:first-9")
    limited = http.post(url, json={"model": "openai.gpt-oss-20b-1:0", **asked}, headers=headers)
    assert (limited.status_code, "Too many requests" in limited.json()["error"]["message"]) == (429, True)
