"""Whatever bytes come: an explanation, in linear time, without control characters, secrets or commands of theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshtui.explain.causes import CAUSES
from meshtui.explain.engine import explain
from meshtui.explain.find import find_errors
from meshtui.explain.formats.fields import MAX_MESSAGE, MAX_WORD
from meshtui.explain.model import Context, Explanation, ParsedError
from meshtui.explain.parse import parse_response
from meshtui.presentation.explanation_blocks import format_explanation, format_explanation_json
from tests.canaries import KEYS, parts_in
from tests.explain.test_tables import ALL

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
PROVIDERS = st.sampled_from(["", "openai", "bedrock", "vertex", "mesh"])
STATUS = st.sampled_from([0, 200, 400, 401, 403, 404, 429, 500, 503, 999, -1])
TEXT = st.text(max_size=60) | st.sampled_from(["invalid_api_key", "Incorrect API key provided: ", "\x1b[2J", "x: y"])
NAMES = TEXT | st.sampled_from(
    ["error", "message", "Message", "code", "type", "status", "details", "detail", "errors", "response", "__type",
     "level", "exc_info", "errorMessage", "promptFeedback", "blockReason", "object", "data", "body",
     "Output", "metadata", "reason", "@type", "violations", "provider_error", "request_id", "loc", "msg", "raw"]
)  # fmt: skip
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=30,
)
HEADERS = st.dictionaries(
    TEXT | st.sampled_from(["x-amzn-errortype", ":exception-type", "retry-after", "date", "x-error-json", "server"]),
    TEXT, max_size=4,
)  # fmt: skip


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from (key, *strings(part))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from strings(part)


def check(signals: tuple[ParsedError, ...]) -> list[Explanation]:
    told = [explain(signal) for signal in signals]
    for one in told:
        assert one.cause in CAUSES
        assert one.certainty in ("certain", "likely", "unknown")
        assert one.steps
        assert not [text for text in strings(format_explanation_json(one)) if CONTROL.search(text)]
        assert not CONTROL.search(format_explanation(one))
    return told


@given(body=st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "replace")), provider=PROVIDERS,
       status=STATUS, headers=HEADERS)  # fmt: skip
def test_any_text_is_explained(body: str, provider: str, status: int, headers: dict[str, str]):
    check((parse_response(body, provider=provider, status=status, headers=headers),))
    check(tuple(one.error for one in find_errors(body)))


@settings(max_examples=300)
@given(tree=TREES, provider=PROVIDERS, status=STATUS, headers=HEADERS)
def test_any_json_is_explained(tree: Any, provider: str, status: int, headers: dict[str, str]):
    check((parse_response(json.dumps(tree), provider=provider, status=status, headers=headers),))
    check(tuple(one.error for one in find_errors(json.dumps({"error": tree}))))


@settings(max_examples=300)
@given(case=st.sampled_from([case for _, case in ALL if case.given.get("body")]), data=st.data())
def test_a_known_answer_that_was_damaged_on_the_way_is_explained(case: Any, data: st.DataObject):
    body = case.given["body"]
    cut = data.draw(st.integers(0, len(body)))
    damaged = body[:cut] + data.draw(TEXT) + body[cut + data.draw(st.integers(0, 20)) :]
    check((parse_response(damaged, **{k: v for k, v in case.given.items() if k not in ("body", "failure")}),))
    check(tuple(one.error for one in find_errors(damaged)))


def test_control_characters_in_every_field_stay_out():
    evil = "\x1b]52;c;eA==\x07\u202e\x9b31m"
    error = {name: f"{evil}{name}" for name in ("message", "type", "code", "param", "provider_code", "request_id")}
    body = json.dumps({"error": {**error, "details": [{"reason": evil, "domain": evil, "metadata": {"model": evil}}]}})
    for provider in ("", "openai", "bedrock", "vertex", "mesh"):
        for status in (0, 400, 401, 403, 404, 429, 500):
            context = Context(model=evil, region=evil, key_region="x", project=evil)
            headers = {"x-request-id": evil, "retry-after": evil, "x-amzn-errortype": evil}
            check((parse_response(body, provider=provider, status=status, headers=headers, context=context),))


SECRET = "sk-proj-" + "Q7" * 60


def test_what_a_pattern_cuts_out_of_a_secret_is_not_told():
    """The name of a service is read out of the sentence, up to its beginning: here that is the secret's end."""
    said = f"{SECRET} Vertex AI API has not been used in project 123 before or it is disabled."
    body = json.dumps({"error": {"code": 403, "message": said, "status": "PERMISSION_DENIED"}})
    told = explain(parse_response(body, provider="vertex", status=403))
    assert told.cause == "api_not_enabled"
    assert not parts_in(json.dumps(format_explanation_json(told)) + format_explanation(told), SECRET)


@pytest.mark.parametrize(("provider", "case"), [
    pytest.param(*pair, marks=pytest.mark.sweep if at % 4 else ())
    for at, pair in enumerate([pair for pair in ALL if pair[1].given.get("body")][::3])
])  # fmt: skip
def test_a_secret_echoed_in_an_answer_is_not_told(provider: str, case: Any):
    given = {k: v for k, v in case.given.items() if k not in ("body", "provider")}
    body = case.given["body"]
    for text in (body.replace(" ", f" {SECRET} ", 1), body.replace('": "', f'": "{SECRET} ', 3), f"{SECRET} {body}"):
        for signal in (parse_response(text, provider=provider, **given), *[one.error for one in find_errors(text)]):
            told = explain(signal)
            assert not parts_in(json.dumps(format_explanation_json(told)) + format_explanation(told), SECRET)


@pytest.mark.parametrize(
    "value", ["$(reboot)", "`reboot`", "x; reboot", "-rf", "a b", "x'y", 'x"y', "x|y", "x\ny", "é"]
)
def test_an_answer_cannot_put_its_own_words_into_a_command(value: str):
    metadata = dict.fromkeys(("permission", "service", "resource", "model", "consumer", "role"), value)
    error = {
        "code": 403,
        "status": "PERMISSION_DENIED",
        "message": f"Permission '{value}' denied on {value}",
        "details": [{"reason": "IAM_PERMISSION_DENIED", "domain": "x.googleapis.com", "metadata": metadata}],
    }
    context = Context(model=value, region=value, project=value)  # fmt: skip
    told = explain(parse_response(json.dumps({"error": error}), provider="vertex", context=context))
    assert not [step for step in told.steps if value in step.command or value in step.url]


M = 1_000_000
# Text of about a megabyte that makes naive readers slow, or recurse.
HUGE = {
    "nested arrays": "[" * M,
    "nested objects": '{"error":' * (M // 9),
    "nested arrays closed": "[" * (M // 2) + "]" * (M // 2),
    "a long message": '{"error": {"message": "Incorrect API key provided: ' + "*" * M + '"}}',
    "a huge number": '{"error": {"code": ' + "9" * M + "}}",
    "backslashes": '{"error": {"message": "' + "\\\\" * (M // 2),
    "braces": "x " + "{" * M,
    "Python's braces": "x " + "{'" * (M // 2),
    "tags": "<a" * (M // 2),
    "scripts": "<script>" * (M // 8),
    "error elements": "x <Error><Code>" * (M // 15),
    "clients' words": "Error code: 400 - {\n" * (M // 20),
    "refusals": "RefreshError: ('x', '{\\\\n" * (M // 27) + "\n",
    "gRPC's words": 'status = StatusCode.X details = "a" ' * (M // 36),
    "lines of logs": '{"level":"e","message":"' + "x {'" * (M // 4) + '"}',
    "quoted quotes": 'x {\\"error\\": ' * (M // 14),
    "relays in relays": "litellm.A: " * (M // 11),
    "members of a list": '{"error":{"details":[' + ",".join(['{"error":{"code":"a"}}'] * (M // 22)) + "]}}",
    "a frame of blanks": "│" + " " * M + "x",
    "a value in a frame": "│{'a│\n" + "│b│\n" * (M // 4),
    "blank lines": "\n" * M + "x",
    "events": "data: x\n\n" * (M // 9),
    "error events": 'data: {"error":\n\n' * (M // 18),
    "status lines": "HTTP/1.1 500 X\na: b\n" * (M // 20),
    "headers": "HTTP/1.1 500 X\n" + "a: b\n" * (M // 5),
    "boto's words": "An error occurred (A) when calling the B operation: " * (M // 50),
    "Java's words": ("AException: " + "x" * 1500 + " (Service: ") * (M // 1520) + "Status Code: ",
    "Node's words": "FooException: a\n" * (M // 17) + "$metadata",
    "tracebacks": "Traceback (most recent call last)\nAError: x\n" * (M // 45),
    "addresses": "https://api.openai.com/ " * (M // 24),
    "HAR entries": '{"log":{"entries":[' + ",".join(['{"request":{},"response":{"status":500}}'] * (M // 40)) + "]}}",
    "details": '{"error":{"status":"X","details":[' + ",".join(['{"@type":"a.ErrorInfo"}'] * (M // 24)) + "]}}",
    "limits": '{"error":{"type":"tokens","message":"' + "limit try again in 1" * (M // 20) + '"}}',
    "ARNs": '{"message":"User: ' + "arn:aws:iam::1:user/a " * (M // 22) + ' is not authorized to perform: "}',
    "key beginnings": '{"message":"' + "sk-eyJ-----BEGIN PRIVATE KEY-----" * (M // 33) + '"}',
    "named fields": "api_key=" * (M // 8),
}


@pytest.mark.sweep
@pytest.mark.usefixtures("ends")
@pytest.mark.parametrize("name", HUGE)
def test_a_megabyte_of_malice_takes_no_longer_than_reading_it(name: str):
    check(tuple(one.error for one in find_errors(HUGE[name])))
    for provider in ("openai", "bedrock", "vertex", "mesh"):
        check((parse_response(HUGE[name], provider=provider, status=403),))


@pytest.mark.attack
@pytest.mark.parametrize("provider", sorted({provider for provider, _ in ALL}))
def test_a_key_in_the_place_of_any_word_is_told_by_no_part(provider: str):
    """Also by the parts that a pattern reads, and cuts off where it ends."""
    key = KEYS["project key"]
    for case in (case for name, case in ALL if name == provider and case.given.get("body")):
        given = {"provider": "" if provider in ("edges", "status", "general") else provider, **case.given}
        body = given.pop("body")
        for word in re.finditer(r"[\w./:-]{2,}", body):
            for text in (key, "x" * 150 + key, f"{key} is"):
                told = explain(parse_response(body[: word.start()] + text + body[word.end() :], **given))
                assert not parts_in(json.dumps(format_explanation_json(told)), key), (case.rule, word[0])


@pytest.mark.parametrize("kind", ["project key", "secret access key", "API key of Google", "session token"])
@pytest.mark.parametrize(("field", "limit"), [("code", MAX_WORD), ("type", MAX_WORD), ("param", MAX_WORD),
                                              ("message", MAX_MESSAGE)])  # fmt: skip
def test_a_key_that_the_end_of_a_field_cuts_is_told_by_no_part(kind: str, field: str, limit: int):
    key = KEYS[kind]
    for shown in range(1, min(len(key), limit), 5):
        before = ("y " * limit)[: limit - shown - 1] + " "
        error = {"message": "no" if field != "message" else "", "type": "x", field: f"{before}{key} and more"}
        signal = parse_response(json.dumps({"error": error}), status=400)
        assert not parts_in(repr(signal._replace(text="")), key), shown
        assert not parts_in(json.dumps(format_explanation_json(explain(signal))), key), shown


def test_a_key_that_the_end_of_an_address_cuts_is_told_by_no_part():
    key = KEYS["API key of Google"]
    for shown in range(1, len(key)):
        url = f"https://bedrock-runtime.us-east-1.amazonaws.com/model/{'y' * (299 - shown)}.{key}/converse"
        entry = {"request": {"url": url}, "response": {"status": 404, "content": {"text": '{"message": "no model"}'}}}
        for found in find_errors(json.dumps({"log": {"entries": [entry]}})):
            assert not parts_in(
                json.dumps(format_explanation_json(explain(found.error))) + repr(found.error.context), key
            )


def test_a_number_that_is_none_is_redacted_and_without_control_characters():
    told = explain(parse_response(json.dumps({"error": {
        "code": 429, "status": "RESOURCE_EXHAUSTED",
        "message": "Quota exceeded for quota metric 'a' and limit 'a per minute' of service",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED",
                     "domain": "googleapis.com", "metadata": {"quota_limit_value": KEYS["project key"] + "\x1b[2J"}}],
    }}), provider="vertex", status=429))  # fmt: skip
    (number,) = told.numbers
    assert not parts_in(number, KEYS["project key"])
    assert "\x1b" not in number
