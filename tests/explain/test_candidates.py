"""Of the errors in a record those that know most are kept, each with the status, provider and address that are its."""

from __future__ import annotations

import json

import pytest

from meshtui.explain.candidates import (
    OWN_ANSWER,
    Candidate,
    Given,
    add_statuses,
    apply_given,
    is_structured,
    make_candidate,
    rank,
)
from meshtui.explain.engine import explain
from meshtui.explain.formats.fields import MAX_TEXT
from meshtui.explain.model import Context, ParsedError
from meshtui.explain.parse import parse_response
from meshtui.explain.record_search import list_telling_words, search_record
from tests.explain.carriers import CARRIERS, PRINTS

BODY = {
    "error": {"message": "Incorrect API key provided: x", "type": "invalid_request_error", "code": "invalid_api_key"}
}
REFUSED = ParsedError(
    provider="openai", origin="error", code="invalid_api_key", message="Incorrect API key provided: x"
)
SPENT = ParsedError(provider="openai", origin="error", code="insufficient_quota", message="Spent.")
NOBODYS = ParsedError(origin="text", message="it broke somehow")

RANKS = {
    "a provider's row": ("openai.key-unknown", "credential_invalid", "certain", "openai", 4),
    "a provider's guess": ("openai.key-unknown", "credential_invalid", "likely", "openai", 3),
    "a relay's row": ("relay.x", "quota_exhausted", "certain", "", 4),
    "a machine in between": ("edge.x", "network_blocked", "certain", "", 2),
    "a guess at one": ("edge.x", "network_blocked", "likely", "", 1),
    "the program's own machine": ("local.x", "connection_failed", "certain", "", 2),
    "a guess at that": ("local.x", "connection_failed", "likely", "", 1),
    "general words of a vendor's": ("general.x", "rate_limited", "certain", "groq", 2),
    "general words": ("general.x", "rate_limited", "certain", "openai", 1),
    "a status": ("status.429", "rate_limited", "likely", "openai", 0),
    "a status that says nothing": ("status.403", "unknown", "unknown", "", 0),
    "general words that say nothing": ("general.x", "unknown", "unknown", "groq", 0),
    "a provider's row that says nothing": ("openai.x", "unknown", "unknown", "openai", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", RANKS)
def test_how_much_an_explanation_knows(name: str):
    rule, cause, certainty, provider, expected = RANKS[name]
    told = explain(ParsedError())._replace(rule=rule, cause=cause, certainty=certainty, provider=provider)
    assert rank(told) == expected


@pytest.mark.parametrize(("error", "structured"), [
    (ParsedError(code="x"), True), (ParsedError(word="X"), True), (ParsedError(type="x"), True),
    (ParsedError(type="ValueError"), False), (ParsedError(), False), (ParsedError(message="x", reason="y"), False),
    (ParsedError(type="ValueError", code="x"), True),
])  # fmt: skip
def test_the_class_of_an_exception_is_no_field_of_an_answer(error: ParsedError, structured: bool):
    assert is_structured(error) is structured


def test_what_the_caller_knows_is_believed_and_what_the_answer_says_of_its_provider_too():
    assert apply_given(ParsedError(), Given("mesh")).provider == "mesh"
    assert apply_given(ParsedError(provider="openai"), Given("mesh")).provider == "openai"
    assert apply_given(REFUSED, Given()) == REFUSED
    local = ParsedError(call="local", status=401, headers={"a": "1", "b": "2"})
    assert apply_given(local, Given(headers={"b": "3"})) == local._replace(headers={"a": "1", "b": "3"})
    assert apply_given(local, Given(status=403)) == local._replace(call="", status=403)
    assert apply_given(local._replace(call="chat"), Given(status=403)).call == "chat"


def test_a_body_is_read_again_with_what_the_caller_knows_unless_it_is_not_whole():
    context = Context(model="m")
    error = parse_response(json.dumps(BODY), provider="openai", call="chat", status=401, context=context)
    again = apply_given(error, Given(headers={"x-request-id": "r-1"}))
    assert (again.request_id, again.status, again.code, again.provider) == ("r-1", 401, "invalid_api_key", "openai")
    assert (again.call, again.context) == ("chat", context)
    assert apply_given(error, Given(status=403)).status == 403
    kept = apply_given(error._replace(headers={"x-request-id": "r-2"}), Given(status=403))
    assert kept.request_id == "r-2"
    cut = error._replace(text="x" * MAX_TEXT)
    assert apply_given(cut, Given(headers={"x-request-id": "r-1"})) == cut._replace(headers={"x-request-id": "r-1"})
    nearly = error._replace(text="x" * (MAX_TEXT - 1))
    assert apply_given(nearly, Given(headers={"x-request-id": "r-1"})).code == ""


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_servers_answer_to_its_own_callers_is_known_by_the_path(method: str):
    assert OWN_ANSWER.search(f'127.0.0.1 - "{method} /chat HTTP/1.1" 401')
    for path in ("/v1/chat/completions", "/v2/x", "/model/x/converse", "/openai/deployments", "https://x.example/a"):
        assert not OWN_ANSWER.search(f'127.0.0.1 - "{method} {path} HTTP/1.1" 401')
    assert OWN_ANSWER.search(f'"{method} /version HTTP/1.1" 401')


# --- statuses --------------------------------------------------------------------------------------------------------


def place(error: ParsedError, text: str, said: str) -> Candidate:
    at = text.index(said)
    return make_candidate(at, at + len(said), error)


def read_statuses(text: str, *errors: tuple[ParsedError, str]) -> list[int]:
    return [one.explanation.status for one in add_statuses([place(error, text, said) for error, said in errors], text)]


# A text with one error, `<here>`, and the status that is its.
NEAREST = {
    "before it, on its line": ("HTTP 401\nHTTP 403 <here> HTTP 404\nHTTP 429", 403),
    "inside it rather than after it": ("<here: HTTP 401> HTTP 404", 401),
    "after it on its line rather than a line before": ("HTTP 403\n<here> HTTP 404", 404),
    "a line before rather than a line after": ("HTTP 403\n<here>\nHTTP 404", 403),
    "a line after rather than two lines before": ("HTTP 403\n\n<here>\nHTTP 404", 404),
    "two lines before rather than two lines after": ("HTTP 403\n\n<here>\n\nHTTP 404", 403),
    "on its line rather than inside": ("HTTP 403 <here: HTTP 401>", 403),
    "inside it rather than a line before": (f"HTTP 403\n<here:{' ' * 993}HTTP 401>", 401),
    "a line before rather than far inside": (f"HTTP 403\n<here:{' ' * 994}HTTP 401>", 403),
    "after it rather than further inside": (f"<here:{' ' * 194}HTTP 401> HTTP 404", 404),
    "inside it rather than after it, though not at its beginning": (f"<here:{' ' * 193}HTTP 401> HTTP 404", 401),
    "none": ("<here>", 0),
}  # fmt: skip


@pytest.mark.parametrize("name", NEAREST)
def test_the_status_that_is_named_nearest_is_an_errors(name: str):
    text, status = NEAREST[name]
    said = text[text.index("<here") : text.index(">") + 1]
    assert read_statuses(text, (REFUSED, said)) == [status]


def test_a_status_of_its_own_is_kept_and_one_that_is_given_makes_it_an_answer():
    text = "HTTP 403 <here>"
    assert read_statuses(text, (REFUSED._replace(status=401), "<here>")) == [401]
    (one,) = add_statuses([place(REFUSED._replace(call="local"), text, "<here>")], text)
    assert (one.error.call, one.error.status, one.start, one.end) == ("chat", 403, 9, 15)
    (one,) = add_statuses([place(REFUSED._replace(call="models"), text, "<here>")], text)
    assert one.error.call == "models"


def test_a_status_beyond_another_error_is_that_ones():
    two = ((REFUSED, "<one>"), (SPENT, "<two>"))
    assert read_statuses("HTTP 401 <one> HTTP 429 <two>", *two) == [401, 429]
    assert read_statuses("HTTP 401 <one> <two>", *two) == [401, 0]
    assert read_statuses("<one> <two> HTTP 429", *two) == [0, 429]
    assert read_statuses("<one> HTTP 429 <two>", *two) == [429, 429]
    inside = ((REFUSED, "<one>"), (SPENT, "<two: HTTP 429>"))
    assert read_statuses("<one> <two: HTTP 429>", *inside) == [0, 429]
    assert read_statuses("<two: HTTP 429>\n<one>", *inside) == [0, 429]


def test_a_status_is_not_lost_to_an_error_that_knows_nothing_or_is_around_it_or_is_the_same():
    assert read_statuses("HTTP 401 <none> <one>", (NOBODYS, "<none>"), (REFUSED, "<one>")) == [401, 401]
    local = ParsedError(call="local", origin="text", message="connection refused")
    assert rank(explain(local)) == 2
    assert read_statuses("HTTP 401 <none> <one>", (local, "<none>"), (REFUSED, "<one>"))[1] == 0
    around = "<around: HTTP 401 <one>>"
    found = [make_candidate(0, len(around), SPENT), place(REFUSED, around, "<one>")]
    assert [one.explanation.status for one in add_statuses(found, around)] == [401, 401]
    begins = "<one> and HTTP 401>"
    found = [make_candidate(0, len(begins), SPENT), place(REFUSED, begins, "<one>")]
    assert add_statuses(found, begins)[1].explanation.status == 401
    assert read_statuses("HTTP 401 <a> <b>", (REFUSED, "<a>"), (REFUSED, "<b>")) == [401, 401]


def test_of_those_that_are_joined_the_one_that_knows_most_has_a_status_already():
    text = "HTTP 403 <bare> <whole>"
    whole = REFUSED._replace(status=401)
    assert read_statuses(text, (REFUSED, "<bare>"), (whole, "<whole>")) == [0, 401]
    assert read_statuses(text, (SPENT, "<bare>"), (whole, "<whole>")) == [403, 401]
    guess = ParsedError(provider="openai", status=401)
    assert read_statuses(text, (REFUSED, "<bare>"), (guess, "<whole>")) == [403, 401]
    at_mesh = parse_response('{"error": {"code": "invalid_api_key"}}', provider="mesh", status=401)
    assert read_statuses(text, (REFUSED, "<bare>"), (at_mesh, "<whole>")) == [403, 401]


def test_a_servers_answer_to_its_own_callers_is_no_status_of_what_it_called():
    own = '10.0.0.1 "GET /chat HTTP/1.1" 500'
    assert read_statuses(f"{own}\n<here>", (REFUSED, "<here>")) == [0]
    assert read_statuses(f"{own} <here>", (REFUSED, "<here>")) == [0]
    assert read_statuses(f"<here> {own}", (REFUSED, "<here>")) == [500]
    assert read_statuses(f"<here: {own}>", (REFUSED, f"<here: {own}>")) == [500]
    assert read_statuses(f"<here>\n{own}", (REFUSED, "<here>")) == [0]
    assert read_statuses(f"{own}\n<here>", (NOBODYS, "<here>")) == [500]
    called = own.replace("/chat", "/v1/chat")
    assert read_statuses(f"{called}\n<here>", (REFUSED, "<here>")) == [500]


# --- which of them count ---------------------------------------------------------------------------------------------


def search(text: str, **given: str) -> list[tuple[str, str, int]]:
    return [(one.explanation.cause, one.explanation.provider, one.explanation.status)
            for one in search_record(text, Given(**given))]  # fmt: skip


PRINT = f"openai.AuthenticationError: Error code: 401 - {BODY}"
INVALID, TIMEOUT = ("credential_invalid", "openai", 401), ("timeout", "", 0)


def test_a_wrapper_that_repeats_the_words_of_an_error_is_not_a_second_one():
    text = f"chat failed: 500 Incorrect API key provided: x, see log\n{json.dumps(BODY)}"
    assert [cause for cause, *_ in search(text)] == ["credential_malformed"]


@pytest.mark.parametrize(("word", "cause"), [
    ("it timed out", "timeout"), ("502 Bad Gateway", "provider_error"), ("overloaded_error", "capacity_exhausted"),
])  # fmt: skip
def test_what_only_follows_from_a_certain_error_is_left_out(word: str, cause: str):
    assert cause in [found for found, *_ in search(f"ERROR {word}")]
    assert len(search(f"{PRINT}\nERROR {word}")) == 1


CHAINS = {
    "Caused by:": -1, "[cause]:": -1, "The above exception was the direct cause": 0,
    "During handling of the above exception": 0, "--- End of inner exception": 0, "---> ": 0,
}  # fmt: skip
QUOTA = "openai.RateLimitError: Error code: 429 - {'error': {'message': 'Spent.', 'code': 'insufficient_quota'}}"


@pytest.mark.parametrize("link", CHAINS)
def test_of_a_chain_the_root_is_told_alone_at_its_beginning_or_its_end(link: str):
    found = search(f"{QUOTA}\n{link} x\nError code: 400 - {{'error': {{'code': 'string_above_max_length'}}}}")
    assert len(found) == 1
    assert (found[0][0] == "quota_exhausted") == (CHAINS[link] == 0)


def test_of_a_chain_of_two_prints_one_is_told():
    slow = BEDROCK.replace("ValidationException", "ThrottlingException").replace("odd", "Too many tokens")
    old = BEDROCK.replace("ValidationException", "ExpiredTokenException")
    assert [cause for cause, *_ in search(f"{slow}\nCaused by: {old}")] == ["credential_expired"]
    assert [cause for cause, *_ in search(f"{slow}\n---> {old}")] == ["rate_limited_tokens"]
    assert len(search(f"{slow}\n{old}")) == 2


def test_of_several_errors_without_a_chain_each_is_told_in_order():
    found = search(f"{PRINT}\n{QUOTA}")
    assert [cause for cause, *_ in found] == ["credential_malformed", "quota_exhausted"]
    both = search_record(f"{QUOTA}\n{PRINT}\n{QUOTA}", Given())
    assert [one.explanation.cause for one in both] == ["quota_exhausted", "credential_malformed"]
    assert both[0].start == QUOTA.index("Error code")


def test_an_error_that_says_more_later_stands_where_it_was_first_said():
    text = f"ThrottlingException: slow\n{json.dumps({'__type': 'ThrottlingException', 'message': 'slow', 'code': 429})}"
    (one,) = search_record(text, Given())
    assert one.start == 0


# --- whose they are --------------------------------------------------------------------------------------------------

CLIENTS = {
    "vertex": ("google.genai", "google.api_core", "google.cloud", "VertexAIException", "vertexai.", "google.auth",
               "@google-cloud/", "GoogleGenerativeAI", "com.google.", "langchain_google_vertexai", "googleapi:"),
    "bedrock": ("botocore", "BedrockException", "boto3", "@aws-sdk", "software.amazon", "aws_sdk", "langchain_aws",
                "Aws::", "Amazon.Bedrock", "aws-sdk-go", "Aws\\", "$fault"),
    "openai": ("OpenAIException", "openai.", "/openai/", "OpenAI API", "async_openai", "async-openai", "go-openai",
               "openai-go", "com.openai", "OpenAI::", "OpenAI\\", "openai/", "OpenAI/", "\\openai\\"),
}  # fmt: skip


@pytest.mark.parametrize(("whose", "sign"), [(whose, sign) for whose, signs in CLIENTS.items() for sign in signs])
def test_a_client_library_that_shows_in_a_text_tells_whose_error_it_is(whose: str, sign: str):
    ((_, provider, status),) = search(f"{sign}x\nHTTP 429 slow down")
    assert (provider, status) == (whose, 429)
    (beside,) = search_record(f'{sign}x\n{{"error": {{"message": "Too many requests", "code": "x"}}}}', Given())
    assert (beside.explanation.provider, beside.error.origin) == (whose, "error")


def test_the_provider_is_the_given_one_then_the_errors_then_the_clients_then_the_addresss():
    slow = "HTTP 429 slow down"
    address = "https://api.meshapi.ai/v1/messages"
    assert search(f"{slow} {address}") == [("rate_limited", "mesh", 429)]
    assert search(f"botocore {slow} {address}") == [("capacity_exhausted", "bedrock", 429)]
    assert search(f"botocore {slow} {address}", provider="vertex") == [("rate_limited", "vertex", 429)]
    said = 'HTTP 429 {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "slow"}}'
    assert [found[1] for found in search(f"botocore {said} {address}")] == ["vertex"]
    assert [found[1] for found in search(f"botocore {said} {address}", provider="mesh")] == ["mesh"]


def test_openais_form_is_the_vendors_whose_library_stands_next_to_it():
    slow = '{"error": {"message": "slow", "type": "requests", "code": "rate_limit_exceeded"}}'
    assert search(f"HTTP 429 {slow}")[0][1] == "openai"
    assert search(f"GroqException HTTP 429 {slow}")[0][1] == "groq"
    assert search(f"HTTP 429 {slow} GroqException")[0][1] == "openai"
    assert search(f"GroqException {'so ' * 30} HTTP 429 {slow}")[0][1] == "openai"


def test_googles_form_is_ai_studios_where_it_says_so():
    slow = '{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "slow, see https://ai.google.dev"}}'
    assert search(f"google.genai {slow}")[0][1] == "google-ai-studio"


def test_the_model_and_region_that_were_called_are_the_errors_of_the_same_provider():
    url = "POST https://bedrock-runtime.eu-west-3.amazonaws.com/model/amazon.nova-micro-v1:0/converse"
    (one,) = search_record(f"{url}\nThrottlingException: slow", Given())
    assert (one.error.context.model, one.error.context.region) == ("amazon.nova-micro-v1:0", "eu-west-3")
    (other,) = search_record(f"{url}\n{PRINT}", Given())
    assert other.error.context == Context()


# --- where they stand ------------------------------------------------------------------------------------------------

WHERE = {
    "HTML's escapes": "<pre>{&quot;error&quot;: {&quot;code&quot;: &quot;insufficient_quota&quot;}}</pre>",
    "a page": "it said <!DOCTYPE html><html><title>insufficient_quota</title></html>",
    "a string of several lines": 'level=error err="failed:\\n{\\"error\\": {\\"code\\": \\"insufficient_quota\\"}}"',
    "a string of several lines in brackets": 'Err("failed:\\n{\\"error\\": {\\"code\\": \\"insufficient_quota\\"}}")',
    "a value after another": '{"a": 1} {"error": {"code": "insufficient_quota"}}',
    "a list": '[{"error": {"code": "insufficient_quota"}}]',
    "a text in a text": json.dumps({"m": json.dumps({"m": json.dumps({"error": {"code": "insufficient_quota"}})})}),
    "letters escaped once more": '{"error": {"message": "\\\\u0059ou exceeded your current quota", "type": "x"}}',
}  # fmt: skip


@pytest.mark.parametrize("name", WHERE)
def test_an_error_is_found_wherever_it_stands(name: str):
    assert [cause for cause, *_ in search(WHERE[name])] == ["quota_exhausted"]


def test_a_text_within_texts_is_searched_as_deep_as_anybody_writes_one():
    text = json.dumps({"error": {"code": "insufficient_quota"}})
    for _ in range(6):
        text = json.dumps({"m": f"it failed: {text}"})
    assert [cause for cause, *_ in search(text)] == ["quota_exhausted"]


def test_only_so_many_values_of_a_record_are_read():
    error = '{"error": {"code": "insufficient_quota"}}'
    assert len(search('{"a": 1} ' * 59 + error)) == 1
    assert search('{"a": 1} ' * 60 + error) == []


def test_headers_beside_a_body_in_a_record_are_its():
    said = "{'date': 'x', 'content-type': 'y', 'x-amzn-requestid': 'r-1'} {'__type': 'ThrottlingException'}"
    (one,) = search_record(f"DEBUG {said}", Given())
    assert one.explanation.request_id == "r-1"
    for known in (["date", "content-length"], ["connection", "server"], ["server", "content-type"]):
        names = "".join(f"'{name}': 'x', " for name in known)
        (one,) = search_record(f"{{{names}'x-amzn-requestid': 'r-1'}} {{'__type': 'ThrottlingException'}}", Given())
        assert one.explanation.request_id == "r-1"
    (one,) = search_record("{'date': 'x', 'x-amzn-requestid': 'r-1'} {'__type': 'ThrottlingException'}", Given())
    assert one.explanation.request_id == ""


# --- sentences -------------------------------------------------------------------------------------------------------


def test_where_no_form_is_known_the_line_that_tells_most_is_told():
    text = "it failed\nthe provided API key has expired\nerror: giving up"
    (one,) = search_record(text, Given())
    assert one.explanation.cause == "credential_expired"
    assert "has expired" in text[one.start : one.end]


def test_of_two_lines_that_tell_as_much_the_first_is_told_and_of_a_chain_the_last():
    lines = "invalid key\n{}too many requests"
    assert [cause for cause, *_ in search(lines.format(""))] == ["credential_invalid"]
    assert [cause for cause, *_ in search(lines.format("Caused by: "))] == ["rate_limited"]


def test_a_line_has_the_status_that_it_names_or_the_first_one_of_the_text():
    trace = "status 403 before\nTraceback (most recent call last):\n  File x\na.SomeError: HTTP 429: too many requests"
    assert [status for *_, status in search(trace)] == [429]
    assert [status for *_, status in search("status 429 before\ntoo many requests")] == [429]
    assert [one.error.call for one in search_record("connection refused", Given())] == ["local"]


def test_a_line_far_into_a_long_text_is_told_as_long_as_not_too_many_come_before_it():
    said = "Incorrect API key provided: undefined"
    for before, causes in ((30, ["credential_missing"]), (39, ["credential_missing"]), (40, [])):
        text = "\n".join([*[f"it failed {'x' * 140}"] * before, said])
        assert [cause for cause, *_ in search(text)] == causes


def test_the_names_in_frames_are_no_words_of_a_record():
    assert search("Error: odd\n    at connection refused (y.js:1)\nmore") == []
    assert [cause for cause, *_ in search("Error: odd\n    at connection refused\nmore")] == ["connection_failed"]


QUIET = ("INFO", "DEBUG", "TRACE", "NOTICE", "[INFO]", '{"level": "info",', '{"severity":"debug",', '{"levelname": 20,',
         '{"level": "trace",', '{"level": "notice",', '{"level": 10,', '{"level": 30,')  # fmt: skip
LOUD = ("ERROR", "FATAL", "CRITICAL", "PANIC", "SEVERE", "WARN", "WARNING", "Error", "error", "failed", "Exception",
        "Traceback")  # fmt: skip


@pytest.mark.parametrize("level", QUIET)
def test_a_status_in_a_quiet_line_is_no_failure_unless_the_line_says_so(level: str):
    said = "GET /x HTTP 401"
    assert search(f"{level} {said}") == []
    assert search(said) != []
    assert (search(f"WORDS {level} {said}") != []) is (not level.startswith("{"))
    for word in LOUD:
        assert search(f"{level} {word} {said}") != []


SURE = "Error code: 401 - {'error': {'message': 'Incorrect API key provided: x', 'code': 'invalid_api_key'}}"
GONE = "Error code: 429 - {'error': {'message': 'You exceeded your current quota.', 'code': 'insufficient_quota'}}"
SESSION = (
    "An error occurred (AccessDenied) when calling the GetSessionToken operation: Cannot call GetSessionToken with "
    "session credentials"
)
BEDROCK = "An error occurred (ValidationException) when calling the Converse operation: odd"


def says(status: int, message: str = "odd", kind: str = "invalid_request_error") -> str:
    return f"Error code: {status} - {{'error': {{'type': '{kind}', 'code': None, 'message': '{message}'}}}}"


# An error that is certain, a guess beside it, and whether both are told.
BESIDE = {
    "the same status": (SURE, says(401), False),
    "another status": (SURE, says(400), True),
    "a status of another kind": (GONE, says(401), True),
    "what the guess leaves open": (GONE, says(400, "Rate limit reached"), False),
    "another provider's": (SURE, BEDROCK, True),
    "a status alone": (SURE, "Error code: 400 - odd", False),
    "two guesses": (says(400), BEDROCK, True),
    "what is certain leaves it open": (SESSION, BEDROCK, False),
    "a gateway that failed": (SURE, "<html><title>502 Bad Gateway</title></html>", False),
    "a gateway that failed, beside a guess": (says(400), "<html><title>502 Bad Gateway</title></html>", False),
    "a gateway that waited": (SURE, "<html><title>504 Gateway Time-out</title></html>", False),
    "somebody who is busy": (SURE, '{"error": {"type": "overloaded_error", "message": "Overloaded"}}', False),
}  # fmt: skip


@pytest.mark.parametrize("name", BESIDE)
def test_a_guess_is_told_beside_what_is_certain_unless_that_explains_it(name: str):
    one, other, both = BESIDE[name]
    for text in (f"openai.X\n{one}\n{other}", f"openai.X\n{other}\n{one}"):
        found = search(text)
        assert len(found) == 1 + both
        assert set(search(f"openai.X\n{one}")) <= set(found)


def test_what_did_not_get_through_is_told_beside_what_is_certain():
    refused = "google.auth.exceptions.TransportError: connection refused"
    found = search(f"openai.X\n{SURE}\n{refused}")
    assert [cause for cause, *_ in found] == ["credential_malformed", "connection_failed"]


def test_gos_print_is_read_in_a_value_that_speaks_of_no_failure():
    assert search('{"m": "map[code:model_not_found message:gone type:x]"}')[0][0] == "model_not_found"


def test_json_in_a_value_is_read_though_none_of_its_words_is_one_of_failure():
    said = '{"code": "model_not_found", "message": "gone", "type": "x"}'
    assert search(json.dumps({"m": said}))[0][0] == "model_not_found"


def test_a_print_in_the_lines_of_a_string_is_read_without_what_a_log_put_before_each():
    body = {"error": {"code": 501, "message": "No.", "status": "UNIMPLEMENTED"}}
    text = CARRIERS["GitHub Actions"](PRINTS["PHP"](body))
    for quoted in (CARRIERS["logfmt"](text), f"Err({json.dumps(text)})", f"err: {json.dumps(text)}"):
        (one,) = search_record(quoted, Given())
        assert one.error.word == "UNIMPLEMENTED"
        assert quoted[one.start] in "=(:"


def test_what_a_log_put_before_each_line_of_a_value_is_left_out():
    body = json.dumps({"error": {"code": "insufficient_quota", "message": "x"}}, indent=2)
    (one,) = search_record(CARRIERS["Google Cloud Logging"](CARRIERS["Kubernetes"](body)), Given())
    assert one.error.code == "insufficient_quota"


def test_each_of_several_calls_has_the_address_beside_it():
    calls = [
        {"url": f"https://bedrock-runtime.{region}.amazonaws.com/model/m/converse", "__type": kind, "message": "x"}
        for region, kind in (("eu-west-3", "ThrottlingException"), ("us-east-1", "ExpiredTokenException"))
    ]
    found = search_record(json.dumps({"calls": calls}), Given())
    assert [(one.error.type, one.error.context.region) for one in found] == [
        ("ThrottlingException", "eu-west-3"), ("ExpiredTokenException", "us-east-1")]  # fmt: skip


def test_what_is_around_a_text_in_a_value_is_its():
    text = 'POST https://api.meshapi.ai/v1/messages gave {"a": {"b": "it said: too many requests"}}'
    assert search(text) == [("rate_limited", "mesh", 0)]
    record = {"httpStatus": 429, "req_id": "r-1", "host": "api.meshapi.ai", "msg": "it said: too many requests"}
    (one,) = search_record(json.dumps(record), Given())
    assert (one.error.call, one.explanation.status, one.explanation.request_id) == ("chat", 429, "r-1")
    assert one.explanation.provider == "mesh"
    (one,) = search_record(json.dumps({"httpStatus": 400, "msg": f"it said: {BEDROCK}"}), Given())
    assert (one.error.call, one.explanation.status) == ("converse", 400)
    (one,) = search_record('{"a": "it said: too many requests"}', Given())
    assert one.error.call == "local"


def test_an_error_with_a_code_of_its_own_is_told_though_nobody_knows_it():
    assert search('{"error": {"code": "zzz_zzz", "message": "odd"}}') == [("unknown", "", 0)]
    assert search('{"error": {"message": "odd"}}') == []


def test_only_so_many_texts_within_texts_are_taken_apart():
    text = json.dumps({"error": {"code": "insufficient_quota"}})
    origins = []
    for _ in range(8):
        text = json.dumps({"m": f"it failed: {text}"})
        origins.append(search_record(text, Given())[0].error.origin)
    assert origins == ["error"] * 6 + ["text"] * 2


@pytest.mark.parametrize(
    "word",
    [
        "rate",
        "suspended",
        "deactivated",
        "removed",
        "constraint",
        "archived",
        "429",
        "groqexception",
        "openaiexception",
    ],
)
def test_words_of_the_rules_and_statuses_are_telling(word: str):
    said = list_telling_words(f"some {word} and a qqq with 7")
    assert word in said
    assert "qqq" not in said
    assert "7" not in said
