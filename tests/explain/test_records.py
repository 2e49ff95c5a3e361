"""Of a record of a log what stands beside an error belongs to it: status, request, provider; what was sent does not."""

from __future__ import annotations

import json

import pytest

from meshtui.explain.candidates import is_better, make_candidate
from meshtui.explain.find import find_errors
from meshtui.explain.formats.records import Around, Piece, list_error_pieces
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


def read_pieces(value: object) -> list[Piece]:
    return list(list_error_pieces(value))


def read_around(**beside: object) -> Around:
    """What is known of an error from what is beside it."""
    return read_pieces({**beside, "error": RATE})[0].around


@pytest.mark.parametrize("name", [*STATUS, "error.status", "error.code", "code", "Code"])
def test_a_status_is_read_under_each_of_its_names(name: str):
    assert read_around(**{name: 429}).status == read_around(**{name: "429"}).status == 429
    assert read_around(**{name: 200}).status == read_around(**{name: "slow"}).status == 0


BESIDE = ("ResponseMetadata", "$metadata", "$response", "response", "res", "resp", "http", "raw", "metadata")


@pytest.mark.parametrize("name", BESIDE)
def test_an_object_beside_an_error_has_its_status_and_headers(name: str):
    around = read_around(**{name: {"statusCode": 429, "headers": {"Retry-After": 7}}})
    assert (around.status, around.headers) == (429, {"retry-after": "7"})


def test_the_error_object_itself_may_have_the_status_and_its_own_goes_before_one_beside_it():
    assert read_pieces({"error": {**RATE, "status": 429}})[0].around.status == 429
    assert read_around(status=403, response={"status": 429}).status == 403
    headers = {"headers": {"x": "1"}, "response": {"headers": {"x": "2"}}}
    assert read_around(**headers).headers == {"x": "1"}


@pytest.mark.parametrize("name", ["headers", "HTTPHeaders", "responseHeaders", "response_headers", "Headers"])
def test_headers_are_read_in_lower_case_and_of_a_list_the_first(name: str):
    held = {"A": "1", "B": ["2", "3"], "C": [], "D": 4}
    assert read_around(**{name: held}).headers == {"a": "1", "b": "2", "c": "", "d": "4"}
    assert read_around(**{name: "none"}).headers == {}
    assert len(read_around(**{name: {f"h{n}": "x" for n in range(101)}}).headers) == 100


@pytest.mark.parametrize("name", REQUESTS)
def test_the_id_of_a_request_is_a_text(name: str):
    assert read_around(**{name: "r-1"}).request_id == "r-1"
    assert read_around(**{name: {"a": 1}}).request_id == ""


URLS = ("url", "uri", "http.url", "url.full", "server.address", "endpoint", "base_url", "baseURL", "requestUrl", "host",
        "hostname", "gen_ai.system", "provider", "address")  # fmt: skip


@pytest.mark.parametrize("name", URLS)
def test_an_address_is_read_under_each_of_its_names(name: str):
    assert read_around(**{name: "https://api.meshapi.ai/v1/messages"}).address.provider == "mesh"
    assert read_around(**{name: "api.openai.com"}).address.provider == "openai"
    assert read_around(**{name: "Bedrock"}).address[:2] == ("bedrock", "chat")
    for nobody in ("openai-proxy", "https://nobody.example/", ""):
        assert read_around(**{name: nobody}).address.provider == ""


@pytest.mark.parametrize("name", ["config", "options", "request"])
def test_an_address_is_read_in_what_was_asked_for(name: str):
    asked = {"url": "POST https://api.meshapi.ai/v1/messages"}
    assert read_around(**{name: asked}).address[:2] == ("mesh", "messages")
    assert read_around(**{name: {"url": "nowhere"}}).address.provider == ""
    assert read_around(**{name: "https://api.meshapi.ai/"}).address.provider == ""
    assert read_around(host="nobody.example", **{name: asked}).address.provider == "mesh"


def test_what_is_further_in_goes_before_what_is_around_it_and_the_rest_is_kept():
    inner = {"status": 429, "error": RATE}
    outer = {"status": 500, "headers": {"x": "1"}, "request_id": "r-1", "host": "api.meshapi.ai", "body": inner}
    around = next(piece.around for piece in read_pieces(outer) if piece.fields)
    assert (around.status, around.headers, around.request_id, around.address.provider) == (
        429, {"x": "1"}, "r-1", "mesh")  # fmt: skip
    inner = {"error": RATE, "headers": {"y": "2"}, "request_id": "r-2", "host": "api.openai.com"}
    around = next(piece.around for piece in read_pieces({**outer, "body": inner}) if piece.fields)
    assert (around.status, around.headers, around.request_id, around.address.provider) == (
        500, {"y": "2"}, "r-2", "openai")  # fmt: skip


def read_texts(value: object) -> list[str]:
    return [piece.text for piece in read_pieces(value) if piece.fields is None]


def test_texts_of_a_value_are_handed_on_unless_too_short_to_say_anything():
    assert read_texts({"a": "slow", "b": ["down", {"c": "it failed"}], "d": "no", "e": "abc"}) == [
        "slow", "down", "it failed"]  # fmt: skip
    assert read_texts("it failed") == ["it failed"]
    assert read_texts({"a": 7, "b": None}) == []


@pytest.mark.parametrize(
    "said", ["message", "Message", "code", "type", "status", "reason", "param", "errorType", "name"]
)
def test_the_words_of_an_error_that_was_read_are_not_searched_again(said: str):
    assert read_texts({"error": {**RATE, "more": "plain words"}, said: "plain words"}) == []
    assert read_texts({"error": RATE, "note": "plain words"}) == ["plain words"]


READ = {
    "error": RATE, "detail": RATE, "Error": {"Code": "AccessDenied", "Message": "slow"},
    "promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "plain words"},
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_an_error_that_was_read_is_one_error(name: str):
    assert len(read_pieces({name: READ[name]})) == 1


@pytest.mark.parametrize("mark", ["{", "\n", "SomeException", "Error: no", "Error - no", "<Code>", "map[a:b]"])
def test_a_sentence_of_an_error_with_another_error_in_it_is_searched(mark: str):
    for value in ({"error": {**RATE, "message": f"it said {mark}"}}, {"error": {**RATE, "more": [f"it said {mark}"]}}):
        assert read_texts(value) == [f"it said {mark}"]


DEEPER = ("response", "data", "body", "cause", "responseBody", "inner", "innerError", "source", "errors")


@pytest.mark.parametrize("name", DEEPER)
def test_what_an_error_wraps_is_read_as_well(name: str):
    for held in (
        {"code": "bad_key", "type": "x", "message": "no"},
        [{"code": "bad_key", "type": "x", "message": "no"}],
    ):
        found = [piece.fields["code"] for piece in read_pieces({"error": {**RATE, name: held}}) if piece.fields]
        assert found[-1] == "bad_key"
    assert read_texts({"error": {**RATE, name: "plain words"}}) == []


def test_what_names_itself_an_error_is_read_wherever_it_is_in_another():
    for inner in ({"error": {"code": "bad_key", "message": "no"}},
                  {"error": "invalid_grant", "error_description": "no"},
                  {"error_description": "no", "code": "x", "message": "no"}):  # fmt: skip
        pieces = [piece for piece in read_pieces({"error": {**RATE, "info": inner}}) if piece.fields]
        assert len(pieces) == 2
    assert len(read_pieces({"error": {**RATE, "info": {"code": "x", "message": "no"}}})) == 1


def nest(value: object, depth: int) -> object:
    return {"a": nest(value, depth - 1)} if depth else value


def test_a_value_is_searched_as_deep_as_anybody_writes_one_and_no_deeper():
    assert len(read_texts(nest("it failed", 11))) == 1
    assert read_texts(nest("it failed", 12)) == []
    assert len(read_texts(["it failed"] * 600)) == 500
    assert len(read_texts([["it failed"] * 400] * 20)) == 2990


ATTRIBUTES = [{"key": "error.code", "value": {"stringValue": "bad_key"}}, {"key": "error.message", "value": "no"},
              {"key": "count", "value": {"intValue": 3}}, {"key": "none", "value": {}}]  # fmt: skip


def test_attributes_in_a_list_are_read_as_an_object():
    assert [piece.fields["code"] for piece in read_pieces(ATTRIBUTES) if piece.fields] == ["bad_key"]
    for other in ({"key": "x"}, {"value": "x"}, {"key": 7, "value": "x"}, "text"):
        assert not any(piece.fields for piece in read_pieces([*ATTRIBUTES, other]))


GRPC = ("CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED")  # fmt: skip


def read_fields(value: object) -> dict[str, object]:
    return next((piece.fields for piece in read_pieces(value) if piece.fields), {})


def test_each_number_of_grpc_is_its_word():
    """https://grpc.io/docs/guides/status-codes/"""
    for number, word in enumerate(GRPC, 1):
        assert read_fields({"code": number, "message": "no"})["word"] == word
    for value in (
        {"code": 0, "message": "no"},
        {"code": 17, "message": "no"},
        {"code": 7},
        {"code": "7", "message": "no"},
    ):
        assert "word" not in read_fields(value)


BOTOCORE = {
    "code and message": ({"Code": "ThrottlingException", "Message": "slow"}, ("ThrottlingException", "slow")),
    "a code alone": ({"Code": "ThrottlingException"}, ("ThrottlingException", "")),
    "a message alone": ({"Message": "slow"}, ("", "slow")),
}  # fmt: skip


@pytest.mark.parametrize("name", BOTOCORE)
def test_botocores_response_is_read(name: str):
    value, expected = BOTOCORE[name]
    fields = read_fields({"Error": value})
    assert (fields["type"], fields["message"], fields["origin"]) == (*expected, "aws-body")
    assert read_fields({"Error": {"Reason": "slow"}}) == {}


@pytest.mark.parametrize("kind", ["type", "name", "errorType", "class", "exception_type", "kind"])
@pytest.mark.parametrize("said", ["value", "errorMessage", "description"])
def test_an_exception_is_read_as_loggers_write_it(kind: str, said: str):
    fields = read_fields({kind: "com.amazon#ThrottlingException", said: "slow  down", "level": "x"})
    assert fields == {"origin": "log", "type": "ThrottlingException", "message": "slow down"}
    for other in ({kind: "ValueError", said: "slow"}, {kind: "ThrottlingException"}, {said: "slow"},
                  {kind: "ThrottlingException", said: 7}):  # fmt: skip
        assert read_fields(other) == {}


@pytest.mark.parametrize("name", ["name", "errorType", "exceptionName"])
def test_the_name_of_an_exception_beside_its_message_is_its_type(name: str):
    assert read_fields({name: "throttlingException", "message": "slow"})["type"] == "ThrottlingException"
    assert read_fields({name: "ThrottlingException", "message": "slow", "type": "x"})["type"] == "x"
    for other in ("ValueError", 7, None):
        assert "type" not in read_fields({name: other, "message": "slow"})
