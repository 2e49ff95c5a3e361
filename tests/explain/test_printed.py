"""What clients print of an answer is read form by form; and a status is known in whatever words it is named."""

from __future__ import annotations

from typing import Any

import pytest

from meshtui.explain.find import find_errors
from meshtui.explain.formats.traces import (
    find_first_printed,
    find_printed_errors,
    find_status_mentions,
    list_sentences,
    remove_frames,
)
from meshtui.explain.parse import parse_response

BAD = "{'error': {'message': 'no', 'code': 'bad_key'}}"
BAD_JSON = '{"error": {"message": "no", "code": "bad_key"}}'
LOGGED = {"origin": "log", "message": "no way"}
AT_AWS = {**LOGGED, "provider": "bedrock", "call": "chat"}
AT_GOOGLE = {**LOGGED, "provider": "vertex", "call": "chat"}
DENIED = {**AT_GOOGLE, "word": "PERMISSION_DENIED"}
AT_TOKEN = {"provider": "vertex", "call": "token"}

# What was printed → what is read of it; text, context and shape aside.
PRINTED: dict[str, tuple[str, dict[str, Any]]] = {
    "botocore": ("An error occurred (ThrottlingException) when calling the InvokeModel operation: no  way", {
        **AT_AWS, "type": "ThrottlingException", "call": "invoke", "metadata": {"library": "botocore"}}),
    "botocore after retries": (
        "An error occurred (X) when calling the Other operation (reached max retries: 14): no way", {
            **AT_AWS, "type": "X", "metadata": {"library": "botocore"}}),
    "OpenAI for Python": (f"Error code: 401 - {BAD}", {
        "call": "chat", "status": 401, "origin": "error", "code": "bad_key", "message": "no"}),
    "OpenAI for Python, over lines": ("Error code: 401 - {\n  'error': {'message': 'no',\n 'code': 'bad_key'}}", {
        "call": "chat", "status": 401, "origin": "error", "code": "bad_key", "message": "no"}),
    "OpenAI for Python, a list": ("Error code: 401 - [\n" + BAD + "]", {
        "call": "chat", "status": 401, "origin": "error", "code": "bad_key", "message": "no"}),
    "OpenAI for Python, words": ("Error code: 401 -  no way", {
        "call": "chat", "status": 401, "origin": "text", "message": "no way"}),
    "LiteLLM": ("litellm.RateLimitError: litellm.RateLimitError: OpenAIException - no way", {
        "provider": "openai", "call": "chat", "status": 429, "origin": "text", "message": "no way"}),
    "LiteLLM's class by its module": ("litellm.exceptions.Timeout: AnthropicError - no way", {
        "call": "chat", "origin": "text", "message": "no way"}),
    "LiteLLM's class alone": ("litellm.AuthenticationError: no way", {
        "call": "chat", "origin": "text", "message": "no way"}),
    "LiteLLM's bytes": (
        "litellm.BadRequestError: Vertex_AIException - b'{\"error\": {\\n\"message\": \"it\\'s\", \"code\": \"x\"}}'", {
            "provider": "vertex", "call": "chat", "origin": "error", "message": "it's", "code": "x"}),
    "LiteLLM's bytes in double quotes": ('litellm.BadRequestError: BedrockException - b"no way"', {
        "provider": "bedrock", "call": "chat", "origin": "text", "message": "no way"}),
    "google-genai": ("google.genai.errors.ClientError: 403 PERMISSION_DENIED. {'error': {'code': 403, 'message': "
                     "'no way', 'status': 'PERMISSION_DENIED'}}", {**DENIED, "origin": "error", "status": 403}),
    "google-genai, words": ("google.genai.errors.ServerError: 503 UNAVAILABLE. no way", {
        **AT_GOOGLE, "status": 503, "word": "UNAVAILABLE"}),
    "google-genai, no status word": ("google.genai.errors.ClientError: 403 None. no way", {**AT_GOOGLE, "status": 403}),
    "google.api_core": (
        'google.api_core.exceptions.PermissionDenied: 403 no way [reason: "R_1"\ndomain: "a.b"\nmetadata {\n'
        '  key: "k"\n  value: "v"\n}\n]', {
            **DENIED, "status": 403, "reason": "R_1", "domain": "a.b", "metadata": {"k": "v"}}),
    "google.api_core, in one line": ('google.api_core.exceptions.PermissionDenied: 403 no way [reason: "R_1"', {
        **DENIED, "status": 403, "reason": "R_1"}),
    "google.api_core, wrapped": ("google.api_core.exceptions.NotFound: 404 no\nway\nat\nall\nnot this", {
        **AT_GOOGLE, "status": 404, "word": "NOT_FOUND", "message": "no way at all"}),
    "google.api_core, one sentence": ("google.api_core.exceptions.NotFound: 404 no way.\nmore", {
        **AT_GOOGLE, "status": 404, "word": "NOT_FOUND", "message": "no way."}),
    "google.api_core, another class": ("google.api_core.exceptions.Aborted: 409 no way\n  more", {
        **AT_GOOGLE, "status": 409}),
    "gRPC": ('status = StatusCode.PERMISSION_DENIED\n\tdetails = "no way"\n\tdebug_error_string = "x"', DENIED),
    "gRPC in one line": ('status = StatusCode.PERMISSION_DENIED details = "no way" debug_error_string = "x"', DENIED),
    "gRPC at the end": ('status = StatusCode.PERMISSION_DENIED details = "no way"', DENIED),
    "gRPC cut off": ('status = StatusCode.PERMISSION_DENIED\n\tdetails = "no way', DENIED),
    "gRPC's own text": ('{created_time:"x", grpc_status:7, grpc_message:"no way"}', DENIED),
    "gRPC's own text, the message first": ('{grpc_message:"no way", grpc_status:7, created_time:"x"}', DENIED),
    "gRPC's own text, escaped": (r'{grpc_status:7, grpc_message:\"no way\"}', DENIED),
    "gRPC's own text without a status": ('{grpc_message:"no way", http_status:403}', AT_GOOGLE),
    "google-genai for Go": (
        "Error 403, Message: no way, Status: PERMISSION_DENIED, Details: [map[@type:type.googleapis.com/google.rpc."
        "ErrorInfo domain:a.b metadata:map[k:v] reason:R]]", {
            **DENIED, "status": 403, "reason": "R", "domain": "a.b", "metadata": {"k": "v"}}),
    "google-genai for Go, no details": ("Error 403, Message: no way, Status: ", {**AT_GOOGLE, "status": 403}),
    "googleapi": ("googleapi: Error 403: no way, forbidden", {**AT_GOOGLE, "status": 403, "reason": "forbidden"}),
    "googleapi with details": (
        'googleapi: Error 403: no way\nDetails:\n[\n  {\n    "@type": "type.googleapis.com/google.rpc.ErrorInfo",\n'
        '    "domain": "a.b",\n    "reason": "R",\n    "metadata": {"k": "v"}\n  }\n]\n', {
            **AT_GOOGLE, "status": 403, "reason": "R", "domain": "a.b", "metadata": {"k": "v"}}),
    "googleapi with the body": (
        'googleapi: got HTTP response code 403 with body: {"error": {"message": "no way",\n"status": "X"}}', {
            **AT_GOOGLE, "status": 403, "origin": "error", "word": "X"}),
    "gRPC for Go": ("rpc error: code = PermissionDenied desc = no way", DENIED),
    "gRPC for Go, a word of its own": ("rpc error: code = Canceled desc = no way", {**AT_GOOGLE, "word": "CANCELED"}),
    "gRPC for Java": ("io.grpc.StatusRuntimeException: PERMISSION_DENIED: no way", DENIED),
    "gRPC for Java, no words": ("io.grpc.StatusException: PERMISSION_DENIED", {**DENIED, "message": ""}),
    "google-auth": ("google.auth.exceptions.RefreshError: ('invalid_grant: no way', {'error': 'invalid_grant', "
                    "'error_description': 'no way'})", {
                        **AT_TOKEN, "origin": "token", "code": "invalid_grant", "message": "no way"}),
    "google-auth, the answer as a text": (
        "RefreshError: ('invalid_grant: no', '{\"error\": \"invalid_grant\", \"error_description\": \"no way\"}')", {
            **AT_TOKEN, "origin": "token", "code": "invalid_grant", "message": "no way"}),
    "google-auth, a list as a text": (
        "RefreshError: ('no', '[{\"error\": \"invalid_grant\", \"error_description\": \"no way\"}]')", {
            **AT_TOKEN, "origin": "token", "code": "invalid_grant", "message": "no way"}),
    "google-auth, a page": ("RefreshError: ('<html><title>no way</title></html>',)", {
        **AT_TOKEN, "origin": "html", "message": "no way"}),
    "google-auth, one sentence with a code": ("RefreshError: unauthorized_client: no way", {
        **AT_TOKEN, **LOGGED, "code": "unauthorized_client"}),
    "google-auth, one sentence with a name": ("RefreshError: Reauth: no way", {
        **AT_TOKEN, **LOGGED, "message": "Reauth: no way"}),
    "google-auth, one sentence": ("RefreshError: no way", {**AT_TOKEN, **LOGGED}),
    "google-auth, another class": ("google.auth.exceptions.DefaultCredentialsError: no way", {
        **LOGGED, "provider": "vertex", "call": "local"}),
    "AWS for Go": ("https response error StatusCode: 400, RequestID: a-1, x.Y: no", {}),
    "AWS for Go, an exception": ("https response error StatusCode: 400, RequestID: a-1, ValidationException: no way", {
        **AT_AWS, "status": 400, "type": "ValidationException", "request_id": "a-1",
        "metadata": {"library": "AWS SDK"}}),
    "AWS for Go, no answer": ("https response error StatusCode: 0, RequestID: , api error X: no way", {
        **AT_AWS, "type": "X", "metadata": {"library": "AWS SDK"}}),
    "AWS for Java": ("a.ValidationException: no way (Service: Sts, Status Code: 400, Request ID: a-1)", {
        **AT_AWS, "call": "sts", "status": 400, "type": "ValidationException", "request_id": "a-1",
        "metadata": {"library": "AWS SDK"}}),
    "AWS for Java, its old form": (
        "ValidationException: no way (Service: BedrockRuntime; Status Code: 400; Error Code: Other; Request ID: a-1)", {
            **AT_AWS, "status": 400, "type": "ValidationException", "request_id": "a-1",
            "metadata": {"library": "AWS SDK"}}),
    "AWS for Node": (
        "ValidationException: no way\n    at x (y.js:1)\n  '$metadata': { httpStatusCode: 400, requestId: 'a-1' }", {
            **AT_AWS, "status": 400, "type": "ValidationException", "request_id": "a-1"}),
    "AWS for Node, no status": ("ThrottlingError: no way\n  '$metadata': { attempts: 1 }", {
        **AT_AWS, "type": "ThrottlingError"}),
    ".NET": ("HTTP 401 (invalid_request_error: bad_key)\n\nno way", {
        **LOGGED, "call": "chat", "status": 401, "type": "invalid_request_error", "code": "bad_key"}),
    ".NET in one line": ("HTTP 401 (a_type:) no way", {**LOGGED, "call": "chat", "status": 401, "type": "a_type"}),
    "OpenAI for Go": ("error, status code: 401, status: 401 Unauthorized, message: no way", {
        **LOGGED, "call": "chat", "status": 401}),
    "OpenAI for Go, its old form": ("error, status code: 401, message: no way", {
        **LOGGED, "call": "chat", "status": 401}),
    "OpenAI for Node": (
        "RateLimitError: 429 no way\n    at x\n  request_id: 'r-1',\n  code: 'c',\n  type: 't',\n  param: 'p'", {
            **LOGGED, "call": "chat", "status": 429, "request_id": "r-1", "code": "c", "type": "t", "param": "p"}),
    "OpenAI for Node, behind an empty line": ("APIError: 500 no way\n\n  code: 'c',", {
        **LOGGED, "call": "chat", "status": 500, "code": "c"}),
    "OpenAI for Node, its newer form": ("APIError: 500 no way\n  requestID: 'r-1',", {
        **LOGGED, "call": "chat", "status": 500, "request_id": "r-1"}),
    "google-auth for Node": ("GaxiosError: invalid_grant: no way\n  status: 400,", {
        **LOGGED, **AT_TOKEN, "status": 400, "code": "invalid_grant"}),
    "google-auth for Node, its fields": (
        "GaxiosError: no\n  code: '403',\n  error: 'invalid_client', error_description: 'no way'", {
            **LOGGED, **AT_TOKEN, "status": 403, "code": "invalid_client"}),
    "google-auth for Node, no code": ("GaxiosError: no way", AT_GOOGLE),
    "google-genai for Node": (f"got status: 403 Forbidden. {BAD_JSON}", {
        "call": "chat", "status": 403, "origin": "error", "code": "bad_key", "message": "no"}),
    "google-genai for Node, its class": (f"ApiError: status: 403. {BAD_JSON}", {
        "call": "chat", "status": 403, "origin": "error", "code": "bad_key", "message": "no"}),
    "google-genai for Node, its other class": (f"ClientError: status: 403. {BAD_JSON}", {
        "call": "chat", "status": 403, "origin": "error", "code": "bad_key", "message": "no"}),
    "AWS for Ruby": ("no way (Aws::BedrockRuntime::Errors::ThrottlingException)", {
        **AT_AWS, "type": "ThrottlingException"}),
    "AWS for Ruby, the class first": ("Aws::STS::Errors::ExpiredToken: no way", {**AT_AWS, "type": "ExpiredToken"}),
    "AWS for Ruby, inspected": ("#<Aws::STS::Errors::ExpiredToken> no way", {**AT_AWS, "type": "ExpiredToken"}),
    "an exception of AWS's alone": ("ThrottlingException: no way", {**AT_AWS, "type": "ThrottlingException"}),
    "whose fault it is beside it": ("ThrottlingException (client): no way", {**AT_AWS, "type": "ThrottlingException"}),
    "that it is the server's": ("ThrottlingException (server): no way", {**AT_AWS, "type": "ThrottlingException"}),
    "its body in JSON": ('ThrottlingException:  {"message": "no way"}', {
        **AT_AWS, "origin": "top", "type": "ThrottlingException"}),
    "an exception of anybody's": ("ValidationException: no way", {}),
    "a token that was refused": ("it said invalid_grant: no way", {**LOGGED, **AT_TOKEN, "code": "invalid_grant"}),
    "a token that was refused, quoted": ("'invalid_grant'", {
        **AT_TOKEN, "origin": "log", "message": "", "code": "invalid_grant"}),
    "nothing of the kind": ("it failed", {}),
}  # fmt: skip


@pytest.mark.parametrize("name", PRINTED)
def test_what_a_client_prints_is_read(name: str):
    text, expected = PRINTED[name]
    found = [each.error for each in find_printed_errors(text, parse_response)]
    assert len(found) == bool(expected)
    if expected:
        (error,) = found
        empty = {"provider": "", "status": 0, "code": "", "type": "", "word": "", "reason": "", "domain": "",
                 "param": "", "request_id": "", "metadata": {}}  # fmt: skip
        told = {field: getattr(error, field) for field in (*empty, "call", "origin", "message")}
        assert told == {**empty, **expected}


@pytest.mark.parametrize("name", PRINTED)
def test_whatever_a_client_prints_is_explained(name: str):
    assert find_errors(PRINTED[name][0])[0].explanation.headline


SHORT = (
    "An error occurred (X) when calling the O operation: no", "litellm.X: n", "litellm.X: XException - n",
    "google.genai.errors.X: 403 OK. no", "google.api_core.exceptions.X: 404 no",
    'status = StatusCode.OK details = "no"', 'status = StatusCode.OK details = ""', '{grpc_message:"n"}',
    '{grpc_message:""}', "Error 403, Message: , Status: ", "googleapi: Error 403: no, abc", "googleapi: Error 403: n",
    "rpc error: code = OK desc = ", "io.grpc.StatusException: OK: n", "RefreshError: n", "google.auth.exceptions.X: n",
    "https response error StatusCode: 0, RequestID: , X: ", "AbException:  (Service: S, Status Code: 400, Request ID: ",
    "AbError: \n$metadata", "HTTP 401 (:)", "error, status code: 401, message: ", "APIError: 401 ", "GaxiosError: ",
    "got status: 403{", "it no (Aws::S::Errors::X)", "Aws::S::Errors::X:", "invalid_grant: n",
    "ThrottlingException: n", "error, status code: 401, status: , message: ",
)  # fmt: skip


@pytest.mark.parametrize("text", SHORT)
def test_however_short_the_names_in_a_print_are_it_is_read(text: str):
    (found,) = find_printed_errors(text, parse_response)
    assert text[found.start : found.end].strip() == text.strip()


NODE = ("AuthenticationError", "PermissionDeniedError", "RateLimitError", "BadRequestError", "NotFoundError",
        "InternalServerError", "ConflictError", "APIError", "OpenAIError", "UnprocessableEntityError")  # fmt: skip


@pytest.mark.parametrize("kind", NODE)
def test_each_class_of_openais_client_for_node_is_known(kind: str):
    error = find_first_printed(f"{kind}: 418 no way", parse_response)
    assert error is not None
    assert (error.status, error.message) == (418, "no way")


LITELLM = {"AuthenticationError": 401, "PermissionDeniedError": 403, "NotFoundError": 404, "RateLimitError": 429,
           "BadRequestError": 400, "ContextWindowExceededError": 400, "ContentPolicyViolationError": 400,
           "InternalServerError": 500, "ServiceUnavailableError": 503, "APIConnectionError": 0}  # fmt: skip


@pytest.mark.parametrize("kind", LITELLM)
def test_a_class_of_litellms_is_a_status_of_openais_and_of_nobody_elses(kind: str):
    for who, status in (("OpenAIException", LITELLM[kind]), ("BedrockException", 0)):
        error = find_first_printed(f"litellm.{kind}: {who} - no way", parse_response)
        assert error is not None
        assert error.status == status


def test_of_several_prints_each_is_read_once_by_the_first_form_in_their_order():
    text = f"ThrottlingException: no way\nError code: 401 - {BAD}\nError code: 429 - {BAD}\n"
    found = find_printed_errors(text, parse_response)
    assert [(each.error.type, each.error.status) for each in found] == [
        ("ThrottlingException", 0),
        ("", 401),
        ("", 429),
    ]
    assert [text[each.start : each.end].split(" - ")[0] for each in found] == [
        "ThrottlingException: no way", "Error code: 401", "Error code: 429"]  # fmt: skip
    first = find_first_printed(text, parse_response)
    assert first is not None
    assert first.type == "ThrottlingException"
    assert find_first_printed("it failed", parse_response) is None
    assert len(find_printed_errors("Error code: 401 - no\n" * 60, parse_response)) == 50


# A text → the statuses that it names.
STATUSES: dict[str, list[int]] = {
    "status 429": [429], "status: 429": [429], "status=429": [429], "status => 429": [429], "status is 429": [429],
    "status of 429": [429], "status, 429": [429], "Status(429)": [429], "statuses 429": [],
    "status code 429": [429], "status-code: 429": [429], "status_codes: 429": [429], "statusCode=429": [429],
    "httpStatusCode: 429": [429], "http code: 429": [429], "HTTP_CODE=429": [429], '"status": 429': [429],
    r'\"status\": 429': [429], "'status': '429'": [429], "status): 429": [429], "status == 429": [429],
    "status: int(429)": [429], "status: HTTP 429": [429], "status: http_status_429": [429],
    "status: StatusCode(429)": [429], "response status: 429": [429], "laststatus: 429": [],
    "status: 429x": [], "status: 429.gif": [], "status: 429.": [429], "status: 4290": [], "status: 200": [],
    "HTTP 429": [429], "HTTP/2 429": [429], "HTTP/1.1 429": [429], "HTTP/1.1\" 429": [429], "http: 429": [429],
    "HTTP (429)": [429], "HTTP429": [],
    "429 Too Many Requests": [429], "(429) Too Many Requests": [429], "429: Too Many Requests": [429],
    "429 - Too Many Requests": [429], "429 (Too Many Requests)": [429], "port:429 Too Many Requests": [],
    "429 {": [429], '429 {"a": 1}': [429], "429: [": [429], "=429 {": [429], "[429] {": [429], "x429 {": [],
    "429 b'{": [429], "429 – {": [429], r'429 \"{': [429],
    "error 429": [429], "exception: 429": [429], "failed with 429": [429], "failure=429": [429], "returned 429": [429],
    "got 429": [429], "response 429": [429], "received 429": [429], "refused 429": [429], "answered 429": [429],
    "responded with 429": [429], "returned an error 429": [429], "got a 429": [429], "error code 429": [429],
    "returned HTTP 429": [429], "error (eu-west-1): 429": [429], "error (x): 429": [429], "failed (429)": [429],
    "error 429.5": [],
    "error 429ms": [], "error 429-x": [],
    "code: 429": [429], "code=429": [429], "code => 429": [429], '"code": "429"': [429], "error_code: 429": [429],
    "code: int(429)": [429], "code 429": [], "code: 429x": [],
    "429 Client Error": [429], "500 Server Error": [500], "429 error": [429], "429 status code": [429],
    "429 client": [], "429 invalid_key": [429], "429: insufficient_quota": [429], "429  rate_limit_exceeded": [429],
    "429 model_not_found": [429], "429 unsupported_value": [429], "429 permission_denied": [429],
    "429 server_error": [429], "429 authentication_error": [429], "429 not_found_error": [429],
    "429 overloaded_error": [429], "429 billing_error": [429], "429 other_error": [], "1.429 invalid_key": [],
    "429 It failed": [429], "a 429 It failed": [], "429: It failed": [429], "429 . It failed": [429],
    'Error: 429 "It failed': [429],
    "7: 429 It failed": [],
    'Error: 429: "It failed': [429], "Exception: 429: `It": [429], "(x1): 429: It": [429], "[a]: 429: It": [429],
    "443: It failed": [], "error 443": [], "error 444": [], "nothing": [],
}  # fmt: skip


@pytest.mark.parametrize("text", STATUSES)
def test_a_status_is_known_by_the_words_around_it(text: str):
    assert [each.status for each in find_status_mentions(text)][:1] == STATUSES[text]


DOTNET = {
    "BadRequest": 400, "Unauthorized": 401, "PaymentRequired": 402, "Forbidden": 403, "NotFound": 404,
    "MethodNotAllowed": 405, "RequestTimeout": 408, "Conflict": 409, "RequestEntityTooLarge": 413,
    "UnsupportedMediaType": 415, "UnprocessableEntity": 422, "TooManyRequests": 429, "InternalServerError": 500,
    "NotImplemented": 501, "BadGateway": 502, "ServiceUnavailable": 503, "GatewayTimeout": 504,
    "Unsupported Media Type": 415, "Too Many Requests": 429,
}  # fmt: skip


@pytest.mark.parametrize("name", DOTNET)
def test_a_status_is_known_by_its_name_in_dotnet(name: str):
    """https://learn.microsoft.com/dotnet/api/system.net.httpstatuscode"""
    for said in (f"StatusCode: {name}", f"status code = {name.upper()}", f"Status code: HttpStatusCode.{name}",
                 f"Response status code does not indicate success: {name}."):  # fmt: skip
        assert [each.status for each in find_status_mentions(f"it failed, {said}")] == [DOTNET[name]]
    assert find_status_mentions(f"it failed, {name}") == []


TUNNELS = {
    "Tunnel connection failed: 407 Proxy Authentication Required": [407],
    "Tunnel connection failed: 403 Forbidden": [],
    "tunneling socket could not be established, statusCode=502": [],
    "CONNECT tunnel failed, response 403": [],
    "HTTP 429, and the tunnel failed": [429],
    "the tunnel failed: 403 Forbidden. Then HTTP 429": [429],
    "funnel failed, HTTP 403": [403],
    "the tunnel is up, HTTP 403": [403],
}


@pytest.mark.parametrize("text", TUNNELS)
def test_what_a_proxy_answered_to_connect_is_no_status_of_a_providers_but_407(text: str):
    assert [each.status for each in find_status_mentions(text)][:1] == TUNNELS[text]


# Lines of a stack, which go, and lines that stay.
FRAMES = (
    "    at x (y.js:1)", "\tat async a.b(c.java:1)", "    at new X(y)", "at file:///a/b.js:1", "  at node:internal/x",
    "    at /a/b.js:1:2", "    at C:\\a\\b.js:1", '  File "a.py", line 1, in x\n    it_failed(timeout=1)\n    ^^^^',
    '  File "a.py", line 1', "at a.<b>$c/d@[e]`f g(h)", "    at \\a",
)  # fmt: skip
WORDS = ("at last it failed", "it failed at x(y)", "    it failed", 'in File "a.py", line 1', "    at x y z")


@pytest.mark.parametrize("frame", FRAMES)
def test_the_frames_of_a_stack_are_left_out(frame: str):
    assert remove_frames(f"it failed\n{frame}\nmore at last") == "it failed\n\nmore at last"


@pytest.mark.parametrize("words", WORDS)
def test_words_that_are_no_frames_stay(words: str):
    assert remove_frames(f"it failed\n{words}\nmore") == f"it failed\n{words}\nmore"


def test_a_name_in_a_frame_is_no_word_about_what_failed():
    assert find_errors("Error: odd\n    at timed out (y.js:1)\nmore")[0].explanation.cause == "unknown"


PHRASES = (
    "Bad Request", "Unauthorized", "Authorization Required", "Payment Required", "Forbidden", "Not Found",
    "Method Not Allowed", "Request Timeout", "Conflict", "Payload Too Large", "Request Entity Too Large",
    "Unprocessable", "Too Many Requests", "Internal Server Error", "Bad Gateway", "Service Unavailable",
    "Gateway Timeout", "Gateway Time-out", "Overloaded",
)  # fmt: skip


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_status_is_known_by_its_reason_phrase(phrase: str):
    (mention,) = find_status_mentions(f"it said 418 {phrase} then")
    assert mention.status == 418
    assert (mention.start, f"it said 418 {phrase} then"[mention.start : mention.end]) == (8, f"418 {phrase}")


def test_statuses_are_found_in_their_order():
    assert [each.status for each in find_status_mentions("HTTP 500, then status: 429, error 403")] == [500, 429, 403]


TRACEBACK = 'Traceback (most recent call last):\n  File "a.py", line 1, in x\n    y()\n{}: no way\nin two lines\n\nmore'


@pytest.mark.parametrize(
    "kind", ["ValueError", "EError", "a.b.SomeException", "SystemExit", "ReadTimeout", "XErrorGroup"]
)
def test_of_a_traceback_the_sentence_of_what_was_raised_is_kept(kind: str):
    assert list_sentences(TRACEBACK.format(kind)) == f"{kind}: no way\nin two lines"


def test_of_several_tracebacks_the_last_sentence_comes_first_and_of_other_stacks_the_frames_go():
    several = "\n".join(TRACEBACK.format(f"E{n}Error") for n in range(6))
    assert list_sentences(several).count("no way") == 4
    assert list_sentences(several).startswith("E5Error: no way\nin two lines\nE4Error")
    assert (
        list_sentences("Traceback (most recent call last):\n    x()\nno") == "Traceback (most recent call last):\n\nno"
    )
    assert list_sentences("Error: no\n    at x (y.js:1)\n\tat z\n  more") == "Error: no\n\n\n  more"
