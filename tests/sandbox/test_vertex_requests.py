"""Vertex's models, embeddings, tools, schemas and API keys, and what it refuses in its own words."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import at, bearer

MODEL = "gemini-3.1-flash-lite"
PLACE = "projects/meshtui-sandbox/locations/global/publishers/google/models"
WEATHER = {"name": "get_weather", "parameters": {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}}}


def call(
    sandbox: Sandbox, http: httpx.Client, text: str, verb: str = "generateContent", query: str = "", **body: Any
) -> httpx.Response:
    asked = {"contents": [{"role": "user", "parts": [{"text": text}]}], **body}
    url = f"{at(sandbox, 'vertex', 'base_url')}/v1/{PLACE}/{MODEL}:{verb}{query}"
    return http.post(url, json=asked, headers=bearer(at(sandbox, "vertex", "access_token")))


def parts(answer: httpx.Response) -> Any:
    return answer.json()["candidates"][0]["content"]["parts"]


def test_a_model_is_read_by_its_name(sandbox: Sandbox, http: httpx.Client):
    base, headers = at(sandbox, "vertex", "base_url"), bearer(at(sandbox, "vertex", "access_token"))
    found = http.get(f"{base}/v1beta1/publishers/google/models/{MODEL}", headers=headers)
    assert found.json()["name"] == f"publishers/google/models/{MODEL}"
    assert http.get(f"{base}/v1beta1/publishers/google/models/gemini-9", headers=headers).status_code == 404


@pytest.mark.parametrize("model", ["gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.0-flash-001"])
def test_a_model_that_has_retired_is_not_found(sandbox: Sandbox, http: httpx.Client, model: str):
    base, headers = at(sandbox, "vertex", "base_url"), bearer(at(sandbox, "vertex", "access_token"))
    asked = {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]}
    answer = http.post(f"{base}/v1/{PLACE}/{model}:generateContent", json=asked, headers=headers)
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, "NOT_FOUND")
    assert f"`projects/meshtui-sandbox/locations/global/publishers/google/models/{model}` was not found" in answer.text
    assert http.get(f"{base}/v1beta1/publishers/google/models/{model}", headers=headers).status_code == 404


def test_embeddings_by_both_calls(sandbox: Sandbox, http: httpx.Client):
    base, headers = at(sandbox, "vertex", "base_url"), bearer(at(sandbox, "vertex", "access_token"))
    url = f"{base}/v1/{PLACE}/gemini-embedding-001"
    asked = {"content": {"parts": [{"text": "one two"}]}, "outputDimensionality": 8}
    embedded = http.post(f"{url}:embedContent", json=asked, headers=headers).json()
    assert len(embedded["embedding"]["values"]) == 8
    asked = {"instances": [{"content": "one two"}], "parameters": {"outputDimensionality": 8}}
    predicted = http.post(f"{url}:predict", json=asked, headers=headers).json()
    assert predicted["predictions"][0]["embeddings"]["values"] == embedded["embedding"]["values"]
    assert http.post(f"{url}:predict", json={"instances": []}, headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("text", "mode", "called"),
    [
        ("get_weather please", "AUTO", True),
        ("hello", "AUTO", False),
        ("hello", "ANY", True),
        ("get_weather please", "NONE", False),
    ],
)
def test_a_function_is_called_as_the_mode_says(
    sandbox: Sandbox, http: httpx.Client, text: str, mode: str, called: bool
):
    config = {"functionCallingConfig": {"mode": mode}}
    tools = [{"functionDeclarations": [WEATHER]}]
    found = parts(call(sandbox, http, text, tools=tools, toolConfig=config))[0]
    assert (found.get("functionCall") == {"name": "get_weather", "args": {"city": "sample"}}) is called


@pytest.mark.parametrize("key", ["responseSchema", "response_json_schema"])
def test_an_answer_fits_the_schema_that_is_asked_for(sandbox: Sandbox, http: httpx.Client, key: str):
    kind = str.upper if key == "responseSchema" else str.lower
    schema = {"type": kind("object"), "properties": {"capital": {"type": kind("string")}}}
    config = {"responseMimeType": "application/json", key: schema}
    answer = call(sandbox, http, "What is the capital of France?", generationConfig=config)
    assert json.loads(parts(answer)[0]["text"]) == {"capital": "Paris"}


def test_candidates_and_stop_sequences_are_honoured(sandbox: Sandbox, http: httpx.Client):
    config = {"candidateCount": 2, "stopSequences": ["sandbox"]}
    answer = call(sandbox, http, "hello", generationConfig=config).json()
    assert [candidate["index"] for candidate in answer["candidates"]] == [0, 1]
    assert answer["candidates"][1]["content"]["parts"][0]["text"].strip() == "This is the"


def test_probabilities_are_given_where_they_are_asked_for(sandbox: Sandbox, http: httpx.Client):
    config = {"responseLogprobs": True, "logprobs": 1}
    found = call(sandbox, http, "Reply with the single word: pong", generationConfig=config).json()["candidates"][0]
    token = found["logprobsResult"]["chosenCandidates"][0]
    assert (token["token"], token["logProbability"], found["avgLogprobs"]) == ("pong", 0.0, 0.0)
    assert found["logprobsResult"]["topCandidates"] == [{"candidates": [token]}]
    assert (
        "responseLogprobs" in call(sandbox, http, "hello", generationConfig={"logprobs": 1}).json()["error"]["message"]
    )


def test_the_array_of_a_stream_ends_with_its_bracket(sandbox: Sandbox, http: httpx.Client):
    answer = call(sandbox, http, "hello", "streamGenerateContent")
    assert answer.text[-1] == "]"
    assert len(answer.json()) > 3
    sandbox.set_fault("vertex", "no_permission")
    refused = call(sandbox, http, "hello", "streamGenerateContent")
    assert (refused.text[-1], refused.json()[0]["error"]["code"]) == ("]", 403)


@pytest.mark.parametrize("by", ["header", "query"])
def test_an_api_key_opens_what_names_no_project(sandbox: Sandbox, http: httpx.Client, by: str):
    base, key = at(sandbox, "vertex", "base_url"), at(sandbox, "vertex", "api_key")

    def ask(place: str, given: str) -> httpx.Response:
        headers, query = ({"x-goog-api-key": given}, "") if by == "header" else ({}, f"?key={given}")
        body = {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]}
        return http.post(f"{base}/v1/{place}/{MODEL}:generateContent{query}", json=body, headers=headers)

    assert ask("publishers/google/models", key).status_code == 200
    unknown = ask("publishers/google/models", "AQ.unknown")
    assert (unknown.status_code, "API_KEY_INVALID" in unknown.text) == (400, True)
    named = ask(PLACE, key)
    assert (named.status_code, "API keys are not supported by this API" in named.text) == (401, True)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"colour": "red"}, 'Unknown name "colour": Cannot find field.'),
        ({"contents": []}, "at least one contents field is required"),
        ({"contents": [{"role": "boss", "parts": [{"text": "x"}]}]}, "Please use a valid role: user, model."),
        ({"contents": [{"role": "user", "parts": [{"text": ""}]}]}, "has an empty text parameter"),
        ({"contents": [{"role": "user", "parts": []}]}, "must include at least one parts field"),
        ({"generationConfig": {"colour": 1}}, "Unknown name \"colour\" at 'generation_config': Cannot find field."),
        ({"contents": [{"role": "user", "parts": [{"txt": "x"}]}]}, "Unknown name \"txt\" at 'contents[0].parts[0]'"),
        ({"generationConfig": {"temperature": "hot"}}, "'generation_config.temperature' (TYPE_FLOAT), \"hot\""),
        ({"generationConfig": {"maxOutputTokens": 1.5}}, "'generation_config.max_output_tokens' (TYPE_INT32), 1.5"),
        ({"generationConfig": "x"}, '(type.googleapis.com/google.cloud.aiplatform.v1.GenerationConfig), "x"'),
        ({"systemInstruction": [{"parts": []}]}, "Proto field is not repeating, cannot start list."),
        ({"safetySettings": [{"category": "HARM_CATEGORY_BOREDOM"}]}, "aiplatform.v1.HarmCategory)"),
        ({"toolConfig": {"functionCallingConfig": {"mode": "SOME"}}}, 'FunctionCallingConfig.Mode), "SOME"'),
        ({"generationConfig": {"topK": 99}}, "has a topK value of 99"),
        ({"generationConfig": {"presencePenalty": 3}}, "has a presencePenalty value of 3"),
        ({"generationConfig": {"stopSequences": list("abcdef")}}, "fewer than 6 stop sequences but has 6"),
        ({"generationConfig": {"temperature": 5}}, "has a temperature value of 5 but the supported range is from 0"),
        ({"generationConfig": {"maxOutputTokens": 0}}, "has a maxOutputTokens value of 0"),
        ({"generationConfig": {"candidateCount": 9}}, "has a candidateCount value of 9"),
    ],
)
def test_what_vertex_refuses_is_refused_in_its_words(
    sandbox: Sandbox, http: httpx.Client, body: dict[str, Any], says: str
):
    answer = call(sandbox, http, "hello", **body)
    error = answer.json()["error"]
    assert (answer.status_code, error["status"], says in error["message"]) == (400, "INVALID_ARGUMENT", True), error


@pytest.mark.parametrize(
    "body",
    [
        {"contents": {"role": "user", "parts": {"text": "Reply with the single word: pong"}}},
        {"generation_config": {"max_output_tokens": "16", "top_p": 0.5, "temperature": "0.2"}},
        {"safetySettings": {"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": 5}},
        {"generationConfig": None, "labels": {"team": "blue"}},
        {"tools": [{"functionDeclarations": [{"name": "f", "parameters": {"type": "object"}}]}]},
    ],
)
def test_what_google_reads_is_read(sandbox: Sandbox, http: httpx.Client, body: dict[str, Any]):
    answer = call(sandbox, http, "Reply with the single word: pong", **body)
    assert (answer.status_code, parts(answer)[0].get("text")) == (200, "pong"), answer.text


def test_all_that_is_wrong_is_said_at_once_and_as_details(sandbox: Sandbox, http: httpx.Client):
    error = call(sandbox, http, "hello", colour=1, generationConfig={"topP": "x"}).json()["error"]
    violations = error["details"][0]["fieldViolations"]
    assert [each.get("field") for each in violations] == [None, "generation_config.top_p"]
    assert error["message"] == "\n".join(each["description"] for each in violations)


def test_the_addresses_in_the_service_account_answer(sandbox: Sandbox, http: httpx.Client):
    account = at(sandbox, "vertex", "service_account")
    assert http.get(account["auth_provider_x509_cert_url"]).json() == {}
    assert http.get(account["auth_uri"]).status_code == 400
    assert account["private_key_id"] in http.get(account["client_x509_cert_url"]).json()


def test_an_unknown_address_answers_in_googles_html(sandbox: Sandbox, http: httpx.Client):
    answer = http.get(f"{at(sandbox, 'vertex', 'base_url')}/v1/nothing")
    assert (answer.status_code, "That’s an error" in answer.text) == (404, True)
