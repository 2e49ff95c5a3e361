"""Of a record of a log what stands beside an error belongs to it: status, request, provider; what was sent does not."""

from __future__ import annotations

import json

import pytest

from meshtui.explain.candidates import is_better, make_candidate
from meshtui.explain.find import find_errors
from meshtui.explain.model import Explanation, ParsedError

RATE = {"message": "Rate limit reached for gpt-9", "type": "requests", "code": "rate_limit_exceeded"}


def told(record: object) -> Explanation:
    return find_errors(json.dumps(record))[0].explanation


STATUS = (
    "status", "statusCode", "status_code", "httpStatusCode", "HTTPStatusCode", "http_status", "httpStatus",
    "StatusCode", "http.status_code", "http.response.status_code", "statuscode", "response_status", "responseStatus",
    "http_status_code", "http_code", "httpCode", "Status", "raw_status_code",
)  # fmt: skip


@pytest.mark.parametrize("name", STATUS)
def test_the_status_beside_an_error_is_its(name: str):
    for value in (429, "429"):
        assert told({"level": "error", "msg": "failed", name: value, "error": RATE}).status == 429


@pytest.mark.parametrize("beside", ["ResponseMetadata", "$metadata", "$response", "response", "res", "resp", "http"])
def test_the_status_of_an_object_beside_an_error_is_its(beside: str):
    assert told({"level": "error", "msg": "failed", beside: {"statusCode": 429}, "error": RATE}).status == 429


REQUESTS = ("request_id", "requestId", "requestID", "RequestId", "aws_request_id", "x-request-id", "req_id")


@pytest.mark.parametrize("name", REQUESTS)
def test_the_id_of_a_request_beside_an_error_is_its(name: str):
    assert told({"level": "error", "msg": "failed", name: "r-12345", "error": RATE}).request_id == "r-12345"


@pytest.mark.parametrize("name", ["headers", "HTTPHeaders", "responseHeaders", "response_headers", "Headers"])
def test_the_headers_beside_an_error_are_its(name: str):
    headers = {"Content-Type": "application/json", "Date": "x", "Retry-After": "7"}
    assert told({"level": "error", "msg": "failed", "response": {name: headers}, "error": RATE}).retry_after == 7.0


SYSTEMS = {
    "openai": "openai", "aws.bedrock": "bedrock", "aws_bedrock": "bedrock", "bedrock": "bedrock",
    "gcp.vertex_ai": "vertex", "vertex_ai": "vertex", "vertexai": "vertex", "vertex": "vertex",
    "az.ai.openai": "azure-openai",
    "azure.ai.openai": "azure-openai", "azure": "azure-openai", "anthropic": "anthropic",
    "gcp.gemini": "google-ai-studio",
    "gemini": "google-ai-studio", "mistral_ai": "mistral", "mistral": "mistral", "cohere": "cohere", "groq": "groq",
    "deepseek": "deepseek", "xai": "xai", "perplexity": "perplexity", "openrouter": "openrouter", "mesh": "mesh",
}  # fmt: skip


@pytest.mark.parametrize("name", ["provider", "gen_ai.system"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_provider_that_a_program_names_beside_an_error_is_its(system: str, name: str):
    assert told({"level": "error", name: system, "error": {"message": "Too many requests"}}).provider == SYSTEMS[system]


@pytest.mark.parametrize(
    "name", ["url", "uri", "http.url", "url.full", "endpoint", "base_url", "baseURL", "requestUrl"]
)
def test_the_address_beside_an_error_tells_whose_it_is(name: str):
    record = {
        "level": "error",
        name: "https://api.meshapi.ai/v1/chat/completions",
        "error": {"message": "Too many requests"},
    }
    assert told(record).provider == "mesh"


SENT = ("request", "requestBody", "requestBodyValues", "request_body", "messages", "prompt", "input", "tools",
        "requestPayload", "request_payload", "req", "frames", "breadcrumbs", "modules")  # fmt: skip


@pytest.mark.parametrize("name", SENT)
def test_an_error_that_somebody_wrote_about_is_none(name: str):
    key = {
        "error": {
            "message": "Incorrect API key provided: x",
            "code": "invalid_api_key",
            "type": "invalid_request_error",
        }
    }
    assert told({"level": "error", "msg": "it failed", name: key, "error": RATE}).cause == "rate_limited_requests"
    assert len(find_errors(json.dumps({"level": "error", "msg": "it failed", name: [key], "error": RATE}))) == 1


@pytest.mark.parametrize("name", ["error", "exception", "err", "errors"])
def test_the_fields_of_an_error_may_be_written_flat(name: str):
    flat = {f"{name}.{field}": value for field, value in RATE.items()}
    assert told({"level": "error", "msg": "it failed", **flat}).cause == "rate_limited_requests"


@pytest.mark.parametrize("name", ["response", "data", "body", "cause", "responseBody", "inner", "innerError", "source"])
def test_what_an_error_wraps_is_told_where_it_says_no_more_than_that_something_failed(name: str):
    around = {"message": "Request failed", "name": "Error", name: {"error": RATE}}
    assert told({"level": "error", "msg": "it failed", "error": around}).cause == "rate_limited_requests"


def test_of_two_errors_of_one_cause_the_one_that_tells_more_is_kept():
    guess = ParsedError(provider="openai", status=401)
    said = guess._replace(origin="error", code="invalid_api_key", message="Incorrect API key provided: x")
    ranked = [make_candidate(0, 0, error) for error in (
        ParsedError(message="Unauthorized"), guess, said._replace(status=0), said, said._replace(request_id="req_9"),
    )]  # fmt: skip
    for at, one in enumerate(ranked):
        for before in ranked[:at]:
            assert is_better(one, before)
            assert not is_better(before, one)
        assert not is_better(one, one)
    other = make_candidate(0, 0, said._replace(request_id="req_0"))
    assert not is_better(other, ranked[-1])
    assert not is_better(ranked[-1], other)
