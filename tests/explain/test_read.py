"""Whatever shape an answer has, it becomes one signal with the same few fields."""

from __future__ import annotations

import base64
import json

import pytest

from meshtui.explain.model import Context, ParsedError
from meshtui.explain.parse import MAX_TEXT, parse_fields, parse_response

GOOGLE = {
    "error": {
        "code": 403,
        "message": "Permission denied on it",
        "status": "PERMISSION_DENIED",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "IAM_PERMISSION_DENIED",
                "domain": "aiplatform.googleapis.com",
                "metadata": {"permission": "aiplatform.endpoints.predict", "resource": "projects/p"},
            },
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"},
        ],
    }
}
OPENAI = {"error": {"message": "No  such\nkey", "type": "invalid_request_error", "param": None, "code": "bad_key"}}
STS = """<?xml version="1.0"?><ErrorResponse xmlns="x"><Error><Type>Sender</Type><Code>ExpiredToken</Code>
<Message>It &quot;ran&quot; out</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"""
AWS_HEADERS = {"x-amzn-ErrorType": "ThrottlingException:http://internal.amazon.com/coral/", "x-amzn-RequestId": "a-1"}

# What came → the fields that the rules need.
SHAPES = {
    "OpenAI's object": (json.dumps(OPENAI), {}, {"code": "bad_key", "type": "invalid_request_error",
                                                 "message": "No such key", "shape": "json", "origin": "error"}),
    "a status beside it": (json.dumps({**OPENAI, "status": 401}), {}, {"status": 401, "code": "bad_key"}),
    "under detail": (json.dumps({"detail": OPENAI["error"]}), {}, {"code": "bad_key", "origin": "detail"}),
    "a sentence under detail": ('{"detail": "Not Found"}', {}, {"message": "Not Found", "origin": "detail-text"}),
    "FastAPI's list": ('{"detail": [{"loc": ["body", "n"], "msg": "Field required"}]}', {},
                       {"message": "body.n: Field required"}),
    "a sentence as the error": ('{"error": "no way"}', {}, {"message": "no way", "origin": "error-text"}),
    "JSON as the error": (json.dumps({"error": json.dumps(OPENAI)}), {}, {"code": "bad_key"}),
    "JSON within JSON strings": (json.dumps(json.dumps(OPENAI)), {}, {"code": "bad_key"}),
    "an error as the message": (json.dumps({"error": {"message": OPENAI}}), {}, {"code": "bad_key"}),
    "a title beside the sentence": ('{"error": "Forbidden", "message": "Not here"}', {},
                                    {"code": "Forbidden", "message": "Not here"}),
    "Google's object": (json.dumps(GOOGLE), {}, {"word": "PERMISSION_DENIED", "reason": "IAM_PERMISSION_DENIED",
                                                 "domain": "aiplatform.googleapis.com", "status": 403, "code": ""}),
    "Google's in an array": (json.dumps([GOOGLE]), {}, {"reason": "IAM_PERMISSION_DENIED"}),
    "Google's older errors": ('{"error": {"code": 403, "status": "X", "errors": [{"reason": "forbidden", "domain": '
                              '"global"}]}}', {}, {"reason": "forbidden", "domain": "global"}),
    "a token endpoint's": ('{"error": "invalid_grant", "error_description": "Invalid JWT."}', {},
                           {"code": "invalid_grant", "message": "Invalid JWT.", "origin": "token"}),
    "a token endpoint's without words": ('{"error": "invalid_grant"}', {}, {"code": "invalid_grant", "message": ""}),
    "AWS's with a header": ('{"message": "Too many"}', AWS_HEADERS,
                            {"type": "ThrottlingException", "message": "Too many", "request_id": "a-1",
                             "origin": "aws"}),
    "AWS's in lower case": ('{"Message": "No"}', {"x-amzn-errortype": "accessdeniedexception"},
                            {"type": "AccessDeniedException", "message": "No"}),
    "AWS's with a type inside": ('{"__type": "com.amazon.coral#ValidationException", "message": "No"}', {},
                                 {"type": "ValidationException", "origin": "aws-body"}),
    "AWS's failure inside a 200": ('{"Output": {"__type": "x#UnknownOperationException"}, "Version": "1.0"}', {},
                                   {"type": "UnknownOperationException"}),
    "AWS's event as SDKs hand it on": ('{"throttlingException": {"message": "Slow"}}', {},
                                       {"type": "ThrottlingException", "message": "Slow"}),
    "an event stream's exception": ('{"message": "Slow"}', {":message-type": "exception",
                                                            ":exception-type": "throttlingException"},
                                    {"type": "ThrottlingException", "origin": "frame"}),
    "an event stream's frame as text": ('\x00\x00:exception-type\x07\x00\x13validationException\r:content{"message": '
                                        '"Bad"}\x01', {}, {"type": "ValidationException", "message": "Bad"}),
    "STS's XML": (STS, {}, {"code": "ExpiredToken", "type": "ExpiredToken", "message": 'It "ran" out',
                            "request_id": "r-1", "shape": "xml"}),
    "XML named after the exception": ("<AccessDeniedException><Message>No</Message></AccessDeniedException>", {},
                                      {"type": "AccessDeniedException", "message": "No"}),
    "a page": ("<html><head><title>502 Bad Gateway</title><style>x{}</style></head><body>nginx<script>1<2</script>"
               "</body></html>", {}, {"shape": "html", "message": "502 Bad Gateway nginx"}),
    "bare text": ("no healthy  upstream\n", {}, {"shape": "text", "message": "no healthy upstream"}),
    "nothing": (" \r\n", {}, {"shape": "empty", "message": "", "origin": ""}),
    "a stream's error event": ('event: error\ndata: {"error": {"code": "overloaded"}}\n\n', {},
                               {"code": "overloaded", "shape": "sse", "origin": "event"}),
    "an error after words of a stream": ('data: {"choices": []}\r\n\r\ndata:{"error": {"code": "late"}}\r\n\r\n', {},
                                         {"code": "late"}),
    "OpenAI's failed response": ('event: response.failed\ndata: {"response": {"error": {"code": "server_error"}}}\n\n',
                                 {}, {"code": "server_error"}),
    "a stream without an error": ('data: {"choices": []}\n\ndata: [DONE]\n\n', {}, {"shape": "sse", "origin": ""}),
    "AWS's JSON cut off": ('{"__type": "x#AccessDeniedException", "Message": "User is not al', {},
                           {"type": "AccessDeniedException", "message": "User is not al", "origin": "aws-body"}),
    "Google's JSON cut off": ('{"error": {"code": 403, "message": "No.", "status": "PERMISSION_DENIED", "det', {},
                              {"word": "PERMISSION_DENIED", "message": "No.", "status": 403}),
    "a type in the body and another in the header": (
        '{"__type": "A", "message": "no"}', {"x-amzn-errortype": "B"}, {"type": "A"}),
    "JSON cut off in the middle": ('{"error": {"message": "It was \\"cut\\" here", "code": "bad_key", "typ', {},
                                   {"message": 'It was "cut" here', "code": "bad_key"}),
    "Python's print of a dict": ("{'error': {'message': \"It's bad\", 'code': 'bad_key', 'param': None}}", {},
                                 {"code": "bad_key", "message": "It's bad"}),
    "a header that holds the error": ("", {"x-error-json": base64.b64encode(json.dumps(OPENAI).encode()).decode()},
                                      {"code": "bad_key"}),
    "typographic quotes": ('{"message": "isn’t “supported”"}', {}, {"message": "isn't \"supported\""}),
    "a byte order mark": ("\ufeff" + json.dumps(OPENAI), {}, {"code": "bad_key"}),
    "RFC 9457": ('{"title": "Nope", "status": 404}', {}, {"message": "Nope", "status": 404}),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_becomes_the_same_few_fields(name: str):
    body, headers, expected = SHAPES[name]
    signal = parse_response(body, headers=headers)
    assert {field: getattr(signal, field) for field in expected} == expected


def test_google_s_details_become_metadata():
    metadata = parse_response(json.dumps(GOOGLE)).metadata
    assert metadata["permission"] == "aiplatform.endpoints.predict"
    assert metadata["retryDelay"] == "34s"


def test_a_quota_violation_names_metric_and_value():
    failure = {"@type": "x.QuotaFailure", "violations": [{"quotaMetric": "m", "quotaValue": "0", "quotaId": "i"}]}
    body = json.dumps({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [failure]}})
    assert {"quotaMetric": "m", "quotaValue": "0", "quotaId": "i"}.items() <= parse_response(body).metadata.items()


@pytest.mark.parametrize(
    "envelope",
    [
        {"code": "upstream_error", "message": "failed", "provider_error": GOOGLE},
        {"code": "upstream_error", "message": "failed", "provider_error": json.dumps(GOOGLE)},
        {"code": "upstream_error", "message": f"failed: {json.dumps(GOOGLE)}"},
        {"code": "x", "message": "failed", "metadata": {"raw": json.dumps(GOOGLE), "provider_name": "Google"}},
    ],
)
def test_the_provider_s_own_error_is_found_inside_a_relay_s(envelope: dict[str, object]):
    inner = parse_response(json.dumps({"error": envelope}), provider="mesh", status=502).inner
    assert isinstance(inner, ParsedError)
    assert (inner.provider, inner.reason, inner.status) == ("vertex", "IAM_PERMISSION_DENIED", 403)


def test_an_exception_named_in_mesh_s_sentence_is_the_provider_s_error():
    body = json.dumps({"error": {"code": "upstream_error", "message": "ValidationException: text is empty"}})
    inner = parse_response(body, provider="mesh", status=200).inner
    assert inner is not None
    assert (inner.provider, inner.type, inner.message) == ("bedrock", "ValidationException", "text is empty")


def test_the_request_id_is_found_wherever_mesh_puts_it():
    for body in ({"error": {"code": "x"}, "request_id": "req_01A"}, {"error": {"code": "x", "request_id": "req_01A"}}):
        assert parse_response(json.dumps(body)).request_id == "req_01A"
    assert parse_response('{"error": {"code": "x"}}', headers={"X-Request-Id": "req_01A"}).request_id == "req_01A"


def test_a_given_status_is_believed_and_a_made_up_provider_is_not():
    signal = parse_response(json.dumps(GOOGLE), status=429, provider="\x1b[31mevil")
    assert (signal.status, signal.provider) == (429, "")


def test_the_headers_beside_the_fields_of_an_error_count():
    headers = {"x-amzn-errortype": "ThrottlingException:http://x", "x-amzn-requestid": "r-1"}
    error = parse_fields({"origin": "top", "message": "slow"}, headers=headers)
    assert (error.type, error.origin, error.shape, error.request_id, error.call) == (
        "ThrottlingException", "aws", "json", "r-1", "chat")  # fmt: skip
    plain = parse_fields({"origin": "error", "message": "slow", "number": 429}, headers={})
    assert (plain.status, plain.type, plain.headers) == (429, "", {})


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# A body and a header beside it → code, type, message and origin.
HEADERS = {
    "AWS's type of no body": ("", {"x-amzn-errortype": "ThrottlingException"}, ("", "ThrottlingException", "", "aws")),
    "and of a sentence": ("slow", {"x-amzn-errortype": "ThrottlingException"},
                          ("", "ThrottlingException", "slow", "aws")),
    "beside an error of its own form": ('{"error": {"message": "slow"}}', {"x-amzn-errortype": "ThrottlingException"},
                                        ("", "ThrottlingException", "slow", "error")),
    "OpenAI's error, in other words": (json.dumps({"error": {"message": "no"}}), {"x-error-json": in_base64(
        json.dumps(OPENAI))}, ("bad_key", "invalid_request_error", "no", "error")),
    "OpenAI's error beside a code": (json.dumps({"error": {"code": "other"}}), {"x-error-json": in_base64(
        json.dumps(OPENAI))}, ("other", "", "", "error")),
    "with white space around it": ("", {"x-error-json": in_base64(f" {json.dumps(OPENAI)}\n")},
                                   ("bad_key", "invalid_request_error", "No such key", "error")),
    "no JSON in it": ("no", {"x-error-json": in_base64("hello")}, ("", "", "no", "text")),
    "no base64": ("no", {"x-error-json": "abcde"}, ("", "", "no", "text")),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_headers_add_what_the_body_does_not_say(name: str):
    body, headers, expected = HEADERS[name]
    error = parse_response(body, headers=headers)
    assert (error.code, error.type, error.message, error.origin) == expected


def test_the_body_is_kept_as_it_came_and_no_more_of_it_than_is_read():
    assert parse_response(" it failed ").text == " it failed "
    assert len(parse_response("x" * (MAX_TEXT + 1)).text) == MAX_TEXT


@pytest.mark.parametrize("mark", ["\ufeff", " ", "\t", "\r", "\n", "\0"])
def test_what_is_around_a_body_changes_nothing(mark: str):
    assert parse_response(f"{mark}{json.dumps(OPENAI)}{mark}").code == "bad_key"


@pytest.mark.parametrize(("given", "status"), [(0, 429), (-1, 429), (1000, 429), (1, 1), (999, 999), (503, 503)])
def test_the_status_is_the_given_one_where_that_can_be_one(given: int, status: int):
    assert parse_response('{"error": {"code": 429, "message": "slow"}}', status=given).status == status


def test_what_failed_on_this_machine_has_no_status_whatever_the_text_says():
    assert parse_response('{"error": {"code": 429, "message": "slow"}}', call="local").status == 0


@pytest.mark.parametrize(("given", "known"), [("openai", "openai"), ("groq", "groq"), ("nobody", ""), ("", "")])
def test_a_provider_or_a_vendor_is_believed(given: str, known: str):
    assert parse_response("no", provider=given).provider == known


INNER = json.dumps({"error": {"code": "bad_key", "type": "x", "message": "no"}})
BOTO = "An error occurred (AccessDeniedException) when calling the Converse operation: no"
# A text that holds an answer, as programs print it.
HOLDING = {
    "JSON": f"it said {INNER}",
    "JSON with escaped quotes": "it said " + INNER.replace('"', '\\"'),
    "JSON over several lines, in one string": "it said " + INNER.replace('"', '\\"').replace(", ", ",\\n"),
    "Python's dict with escaped quotes": "it said {\\'error\\': {\\'code\\': \\'bad_key\\', \\'message\\': \\'no\\'}}",
    "XML": "it said <ErrorResponse><Error><Code>bad_key</Code></Error></ErrorResponse>",
    "XML without an envelope": "it said <Error><Code>bad_key</Code></Error>",
    "XML with attributes": 'it said <Error xmlns="x"><Code>bad_key</Code></Error>',
    "EC2's XML": "it said <Response><Errors><Error><Code>bad_key</Code></Error></Errors></Response>",
    "a log line": json.dumps({"level": "error", "message": f"call failed: {INNER}"}),
    "XML in a log line": json.dumps({"level": "error", "message": "<Error><Code>bad_key</Code></Error>"}),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLDING)
def test_the_answer_in_a_text_is_found(name: str):
    inner = parse_response(HOLDING[name]).inner
    assert inner is not None
    assert (inner.code, inner.shape) == ("bad_key", "xml" if "XML" in name else "json")


def test_an_answer_that_needs_no_unquoting_is_read_as_it_stands():
    inner = parse_response('it said {"error": {"code": "bad_key", "message": "a \\"b\\", c"}}').inner
    assert inner is not None
    assert inner.message == 'a "b", c'


def test_what_a_client_printed_is_found_in_a_log_line_too():
    inner = parse_response(json.dumps({"level": "error", "message": f"call failed: {BOTO}"})).inner
    assert inner is not None
    assert inner.type == "AccessDeniedException"


def test_a_text_without_an_answer_has_none():
    for text in ("it failed", "it said {nothing}", "it said \\ nothing", '{"error": {"message": "no"}}'):
        assert parse_response(text).inner is None


@pytest.mark.parametrize(("around", "within"), [(403, 403), (499, 499), (500, 0), (502, 0), (0, 0)])
def test_an_answer_inside_has_the_status_around_it_unless_that_is_the_relays(around: int, within: int):
    context = Context(model="m")
    for text in (BOTO, f"it said {INNER}", f'{{"error": {{"message": {json.dumps(INNER)}}}}}'):
        inner = parse_response(text, status=around, context=context).inner
        assert inner is not None
        assert (inner.status, inner.context) == (within, context)
    own = parse_response(json.dumps({"error": {"message": json.dumps(GOOGLE)}}), status=around).inner
    assert own is not None
    assert own.status == 403


def test_an_answer_inside_an_inside_one_is_found_with_the_status_around():
    twice = json.dumps({"error": {"message": json.dumps({"error": {"message": INNER, "code": "relayed"}})}})
    outer = parse_response(twice, status=404, call="chat", context=Context(model="m"))
    middle = outer.inner
    assert middle is not None
    assert (middle.code, middle.status, middle.call, middle.context) == ("relayed", 404, "chat", Context(model="m"))
    assert middle.inner is not None
    assert (middle.inner.code, middle.inner.status, middle.inner.call) == ("bad_key", 404, "chat")
    assert middle.inner.context == Context(model="m")


def test_what_a_client_printed_is_read_once_and_keeps_its_own_call():
    inner = parse_response(BOTO).inner
    assert inner is not None
    assert (inner.type, inner.call) == ("AccessDeniedException", "converse")
    known = parse_response(BOTO, call="embeddings").inner
    assert known is not None
    assert known.call == "embeddings"
    assert parse_response(BOTO, printed=False).inner is None


@pytest.mark.parametrize(("message", "kind"), [
    ("ValidationException: text is empty", "ValidationException"), ("ExpiredToken: it is old", "ExpiredToken"),
    ("IllegalStateException: text is empty", None), ("AccessDenied", None),
])  # fmt: skip
def test_an_exception_of_awss_at_the_beginning_of_a_sentence_is_awss_error(message: str, kind: str | None):
    inner = parse_response(json.dumps({"error": {"code": "upstream_error", "message": message}})).inner
    assert (inner.type if inner else None) == kind
    if inner:
        assert (inner.origin, inner.shape, inner.message) == ("error", "json", message.partition(": ")[2])


def test_an_exception_that_awss_own_answer_names_is_not_another_one():
    body = '{"__type": "ValidationException", "message": "ValidationException: text is empty"}'
    assert parse_response(body).inner is None


def test_fields_without_a_shape_are_of_json():
    assert parse_fields({"origin": "error", "shape": "sse"}, headers={}).shape == "sse"
