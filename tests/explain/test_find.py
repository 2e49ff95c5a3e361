"""Of several errors in a text all are found, grouped, counted and placed, the root first; other vendors are named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from meshtui.cli.main import run
from meshtui.explain.find import ErrorCollector, FoundError, Kind, find_errors
from meshtui.explain.follow import LogFollower, find_in_log
from meshtui.explain.formats.logs import split_records
from meshtui.explain.vendors import VENDORS

KEY = f"sk-proj-{'*' * 152}wXyZ"
REFUSED = {"error": {"message": f"Incorrect API key provided: {KEY}. You can find your API key at https://platform."
                     "openai.com/account/api-keys.", "type": "invalid_request_error", "param": None,
                     "code": "invalid_api_key"}}  # fmt: skip
SPENT = {"error": {"message": "You exceeded your current quota.", "type": "insufficient_quota", "param": None,
                   "code": "insufficient_quota"}}  # fmt: skip
DENIED = (
    "An error occurred (AccessDeniedException) when calling the Converse operation: User: arn:aws:iam::111122223333:"
    "user/q is not authorized to perform: bedrock:InvokeModel because no identity-based policy allows the "
    "bedrock:InvokeModel action"
)
GRANT = (
    "('invalid_grant: Invalid JWT Signature.', {'error': 'invalid_grant', 'error_description': 'Invalid JWT "
    "Signature.'})"
)


def kinds(found: tuple[FoundError, ...]) -> list[tuple[str, str, int, int, int]]:
    return [(one.explanation.cause, one.explanation.provider, one.occurrences, one.first_line, one.last_line)
            for one in found]  # fmt: skip


def test_what_came_first_and_caused_the_others_is_the_root():
    log = "\n".join([
        f"2026-10-05 08:11:10 ERROR token refresh failed: {GRANT}",
        "2026-10-05 08:11:11 WARN  retrying in 2s (1/3)",
        "2026-10-05 08:11:14 ERROR gateway answered HTTP 500 Internal Server Error",
        "2026-10-05 08:11:44 ERROR upstream timed out while reading response header",
    ])  # fmt: skip
    found = find_errors(log)
    assert kinds(found)[0] == ("credential_invalid", "vertex", 1, 1, 1)
    assert {one.explanation.cause for one in found[1:]} == {"provider_error", "timeout"}
    assert found[0].first_time == "2026-10-05 08:11:10"


def test_a_log_shown_newest_first_has_its_root_at_the_end():
    log = f"2026-10-05 08:11:14 ERROR openai: Error code: 401 - {REFUSED}\n2026-10-05 08:11:10 ERROR vertex: {GRANT}"
    assert [one.explanation.provider for one in find_errors(log)] == ["vertex", "openai"]


def test_providers_tried_one_after_the_other_are_all_told():
    log = "\n".join([
        f"10:11:12 WARN router: openai failed: Error code: 429 - {SPENT}",
        "10:11:12 INFO router: falling back to bedrock",
        f"10:11:13 ERROR router: bedrock failed: {DENIED}",
        "10:11:13 ERROR router: all providers failed",
    ])  # fmt: skip
    found = find_errors(log)
    assert kinds(found) == [("quota_exhausted", "openai", 1, 1, 1), ("permission_missing", "bedrock", 1, 3, 3)]
    assert [one.explanation.status for one in found] == [429, 0], "the status of one is not that of the other"


def test_the_retries_of_one_request_are_counted_once():
    tries = [f"2026-10-05T08:11:1{n}Z WARN req_id=r-77 attempt {n}/3: Error code: 429 - {SPENT}" for n in (1, 2, 3)]
    other = f"2026-10-05T08:12:00Z WARN req_id=r-78 attempt 1/3: Error code: 429 - {SPENT}"
    assert kinds(find_errors("\n".join([*tries, other]))) == [("quota_exhausted", "openai", 2, 1, 4)]


def test_a_java_chain_is_one_error_told_by_its_last_cause():
    chain = ("java.lang.RuntimeException: request timed out\n\tat a.B.c(B.java:1)\n"
             "Caused by: com.openai.errors.UnauthorizedException: 401: Incorrect API key provided: undefined\n"
             "\tat d.E.f(E.java:2)\n\t... 4 more")  # fmt: skip
    assert kinds(find_errors(chain)) == [("credential_missing", "openai", 1, 3, 3)]


def test_a_wrapper_s_word_never_beats_the_error_that_it_wraps():
    wrapped = {"error": {"message": f"litellm.RateLimitError: OpenAIException - {json.dumps(REFUSED)}", "code": "500"}}
    outer = json.dumps(
        {"level": "error", "msg": "service unavailable, rate limit exceeded", "err": json.dumps(wrapped)}
    )
    assert kinds(find_errors(outer)) == [("credential_invalid", "openai", 1, 1, 1)]


def test_the_proof_is_the_deciding_line_of_a_long_text():
    text = f"{'It began so well. ' * 40}Then it said: Incorrect API key provided: undefined. That was all."
    assert "Incorrect API key provided" in find_errors(text)[0].explanation.proof


def test_a_log_of_any_length_is_read_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    lines = [f"2026-10-05T08:00:00Z INFO  http.server GET /healthz 200 {n}ms" for n in range(150_000)]
    lines[70_000] = f"2026-10-05T08:00:01Z ERROR Error code: 401 - {REFUSED}"
    assert kinds(find_in_log(f"{line}\n".encode() for line in lines)) == [
        ("credential_invalid", "openai", 1, 70_001, 70_001)
    ]
    log = tmp_path / "app.log"
    log.write_text("\n".join(lines), encoding="utf-16")
    assert run(["explain", str(log), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["cause"], told["errors"][0]["first_line"]) == ("credential_invalid", 70_001)


def test_no_failure_is_lost_among_lines_that_are_all_different():
    """So many that not every line can be searched in full: what tells one failure from another still counts."""
    errors = (f"Error code: 401 - {REFUSED}", f"Error code: 429 - {SPENT}", DENIED, "429 Quota exceeded for aiplatform",
              "Incorrect API key provided: undefined. Find yours at https://platform.openai.com")  # fmt: skip
    lines = []
    for n in range(12_000):
        word = "".join(chr(97 + n // 26**digit % 26) for digit in range(4))
        said = (
            f"could not call {word}{n}: {errors[n // 10 % 5]}" if n % 10 == 0 else f"GET /v1/{word} {400 + n % 99} {n}"
        )
        lines.append(f"2026-10-05T08:00:00.{n % 1000:03}Z {'ERROR' if n % 10 == 0 else 'INFO'} {word}.{n} {said}\n")
    counted = {(cause, provider): count for cause, provider, count, _, _ in kinds(find_in_log(map(str.encode, lines)))}
    assert counted[("credential_invalid", "openai")] == counted[("credential_missing", "openai")] == 240
    assert counted[("quota_exhausted", "openai")] == counted[("permission_missing", "bedrock")] == 240
    assert counted[("rate_limited_requests", "vertex")] == 240


@pytest.mark.parametrize(("said", "cause"), [
    ("Incorrect API key provided: undefined", "credential_missing"),
    ("This API key has been revoked.", "credential_disabled"),
    ("Unsupported region", "region_unsupported"), ("Your access was terminated for abuse.", "credential_disabled"),
])  # fmt: skip
def test_a_line_that_calls_itself_no_error_is_read_among_others(said: str, cause: str):
    lines = [f"2026-10-05 08:11:1{n} {words}\n".encode() for n, words in enumerate(("all is well", said, "going on"))]
    assert cause in [one.explanation.cause for one in find_in_log(lines)]


def test_counters_of_errors_that_did_not_come_are_no_errors():
    lines = [f"2026-10-05T08:00:0{n}Z INFO batch done errors=0 failed: 0 timeouts=0 err=null\n" for n in range(9)]
    assert find_in_log(map(str.encode, lines)) == ()


# Vendor → what was pasted of it, and the cause.
FOREIGN: dict[str, tuple[str, str]] = {
    "azure-openai": ("openai.NotFoundError: Error code: 404 - {'error': {'code': 'DeploymentNotFound', 'message': 'The "
                     "API deployment for this resource does not exist.'}}", "model_not_found"),
    "anthropic": ('{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
                  "credential_invalid"),
    "google-ai-studio": ('{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":'
                         '"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID","domain":"googleapis.com",'
                         '"metadata":{"service":"generativelanguage.googleapis.com"}}]}}', "credential_invalid"),
    "xai": ("openai.BadRequestError: Error code: 400 - {'code': 'Client specified an invalid argument', 'error': "
            "'Incorrect API key provided: xa***zz. You can obtain an API key from https://console.x.ai.'}",
            "credential_invalid"),
    "deepseek": ("openai.APIStatusError: Error code: 402 - {'error': {'message': 'Insufficient Balance', 'type': "
                 "'unknown_error', 'param': None, 'code': 'invalid_request_error'}}", "quota_exhausted"),
    "groq": ("groq.AuthenticationError: Error code: 401 - {'error': {'message': 'Invalid API Key', 'type': "
             "'invalid_request_error', 'code': 'invalid_api_key'}}", "credential_invalid"),
    "mistral": ('mistralai.models.sdkerror.SDKError: API error occurred: Status 401\n{"message":"Unauthorized"}',
                "credential_invalid"),
    "together": ('Error code: 401 - {"error": {"message": "Invalid API key provided. You can find your API key at '
                 'https://api.together.xyz/settings/api-keys.", "type": "invalid_request_error"}}',
                 "credential_invalid"),
    "fireworks": ("https://api.fireworks.ai/inference/v1/chat/completions answered 401 "
                  '{"error":{"message":"The API key you provided is invalid."}}', "credential_invalid"),
    "cohere": ("cohere.errors.unauthorized_error.UnauthorizedError: status_code: 401, body: {'message': 'invalid api "
               "token'}", "credential_invalid"),
    "openrouter": ('{"error":{"message":"No auth credentials found","code":401}}', "credential_missing"),
    "huggingface": ("huggingface_hub.errors.HfHubHTTPError: 401 Client Error: Unauthorized for url: https://router."
                    "huggingface.co/v1/chat/completions\n\nInvalid username or password.", "credential_invalid"),
    "nvidia": ('https://integrate.api.nvidia.com/v1/chat/completions\n{"status":401,"title":"Unauthorized","detail":'
               '"Authentication failed"}', "credential_invalid"),
    "ollama": ('{"error":"model \\"llama3\\" not found, try pulling it first"}', "model_not_found"),
    "vllm": ('{"object":"error","message":"The model `foo` does not exist.","type":"NotFoundError","code":404}',
             "model_not_found"),
    "litellm": ('{"error":{"message":"Authentication Error, Invalid proxy server token passed.","type":'
                '"token_not_found_in_db","param":"key","code":"401"}}', "credential_invalid"),
    "portkey": ('{"status":"failure","message":"Portkey Error: Invalid API Key. Error Code: 03"}',
                "credential_invalid"),
    "vercel-ai-gateway": ('{"error":{"message":"Unauthenticated request to AI Gateway. Set AI_GATEWAY_API_KEY"}}',
                          "credential_missing"),
    "kong": ('{"message":"No API key found in request"}', "credential_missing"),
}  # fmt: skip


@pytest.mark.parametrize("vendor", FOREIGN)
def test_another_vendor_is_named_and_never_advised_to_use_openai_s_pages(vendor: str):
    text, cause = FOREIGN[vendor]
    told = find_errors(text)[0].explanation
    assert (told.provider, told.cause) == (vendor, cause)
    assert (VENDORS[vendor].name in told.headline) or (vendor == "google-ai-studio" and "Google" in told.headline)
    shown = json.dumps([told.steps, told.reference, told.headline])
    assert "openai.com" not in shown
    assert "meshtui check" not in shown


INSIDE: dict[str, Any] = {
    "bifrost": {"is_bifrost_error": False, "status_code": 401, **REFUSED, "extra_fields": {"provider": "openai"}},
    "openrouter": {"error": {"message": "Provider returned error", "code": 401,
                             "metadata": {"raw": json.dumps(REFUSED), "provider_name": "OpenAI"}}},
}  # fmt: skip


@pytest.mark.parametrize("gateway", INSIDE)
def test_the_provider_s_error_inside_a_gateway_s_is_the_provider_s(gateway: str):
    told = find_errors(json.dumps(INSIDE[gateway]))[0].explanation
    assert (told.cause, told.provider, told.status) == ("credential_invalid", "openai", 401)


WALLS = {
    "Zscaler": "<html><head><title>Access Denied</title></head><body>Zscaler: not allowed</body></html>",
    "Cloudflare": "error code: 1010",
    "squid": "<html><head><title>ERROR: Cache Access Denied</title></head><body>Generated by squid</body></html>",
}


@pytest.mark.parametrize("wall", WALLS)
def test_the_page_of_a_machine_in_between_is_no_provider_s(wall: str):
    told = find_errors(WALLS[wall], status=403)[0].explanation
    assert (told.cause, told.provider) == ("network_blocked", "")


@pytest.mark.parametrize(
    "text", ["request failed with status code 403", "HTTP 403 Forbidden", "the API answered HTTP 403"]
)
def test_a_status_alone_is_told_though_it_has_no_cause_of_its_own(text: str):
    (found,) = find_errors(text)
    assert (found.explanation.status, found.explanation.rule, found.explanation.cause) == (403, "status.403", "unknown")


def test_of_two_statuses_without_a_cause_none_is_told():
    (found,) = find_errors("request failed with status code 403, before that with status code 418")
    assert found.explanation.status == 0


# A word that tells a failure → a sentence that is told as something else without it.
TELLING = {
    "insufficient": "Insufficient balance", "rate": "Rate exceeded", "api": "Invalid or missing API key.",
    "key": "Wrong kind of key", "denied": "Access is denied", "not": "Model not found",
    "deny": "User is not authorized to access this resource with an explicit deny",
    "throttl": "ThrottlingException: slow", "expire": "Signature expired", "grant": "('invalid_grant: Invalid JWT.')",
    "permission": "The caller does not have permission", "authenticat": "Missing Authentication Token",
    "exhaust": "RESOURCE_EXHAUSTED: no", "quota": "Your request exceeds the service quota for your account.",
    "overload": "overloaded_error", "timed": "It timed out", "timeout": "Gateway timeout.",
    "refuse": "Connection refused", "econnreset": "read ECONNRESET", "certificate": "certificate verify failed",
    "model": "Model not found", "exist": "That model does not exist", "billing": "Billing hard limit has been reached",
    "disable": "Robot is disabled.", "suspend": "This has been suspended.", "region": "Unsupported region",
    "signature": "Signature expired", "unrecognized": "UnrecognizedClientException: no",
    "validation": "An error occurred (ValidationException) when calling the Converse operation: no",
    "lock": "Access is blocked by administrator.", "polic": "Denied by organization policy.",
    "context": "maximum context length is 9", "content": "Output blocked by content filtering policy",
    **{status: f"HTTP {status}" for status in ("500", "502", "503", "504", "400", "401", "402", "404", "429", "529")},
    "credit": "no credits remaining", "balance": "Insufficient balance", "unauthorized": "Unauthorized",
    "forbidden": '{"error": {"type": "forbidden", "message": "no"}}',
    "demand": "The provided model doesn't support on-demand throughput.", "token": "Bearer Token has expired",
    "request": "error sending request", "openai": "OpenAIException: it timed out",
    "bedrock": "BedrockException: it timed out", "vertex": "VertexAIException: it timed out",
    "azure": "AzureException: it timed out", "anthropic": "AnthropicException: it timed out",
}  # fmt: skip


def find_kinds(collector: ErrorCollector, text: str) -> list[Kind]:
    return [kind for record in split_records([text], whole=True) for kind in collector.add(record)]


@pytest.mark.parametrize("word", TELLING)
def test_among_ever_so_many_records_one_that_differs_in_a_telling_word_is_still_told_apart(
    word: str, monkeypatch: pytest.MonkeyPatch
):
    said = TELLING[word]
    other = re.sub(word, "zz", said, flags=re.IGNORECASE)
    alone = find_kinds(ErrorCollector(), said)
    assert alone != find_kinds(ErrorCollector(), other)
    monkeypatch.setattr("meshtui.explain.find.SEARCHED_ALL", 0)
    for searched in (1_000_000, 0):  # by the words of the rules, and then by these alone
        monkeypatch.setattr("meshtui.explain.find.MAX_SEARCHED", searched)
        collector = ErrorCollector()
        find_kinds(collector, other)
        assert find_kinds(collector, said) == alone


def test_records_that_differ_in_ids_alone_are_searched_once_and_counted_each():
    collector = ErrorCollector()
    said = "HTTP 429: job 0c1d2e3f-0000-4111-8222-333344445555 of tenant-4f7a9b2c1d failed"
    (kind,) = find_kinds(collector, said)
    for other in ("0c1d2e3f-0000-4111-8222-33334444aaaa", "0c1d2e3f-0000-4111-8222-33334444bbbb"):
        assert find_kinds(collector, said.replace("0c1d2e3f-0000-4111-8222-333344445555", other)) == [kind]
    found = collector.find(kind)
    assert (found.occurrences, found.explanation.status) == (3, 429)
    assert collector.collect() == (found,)


def test_what_is_known_of_records_is_forgotten_in_time_and_nothing_is_lost_by_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("meshtui.explain.find.MAX_SKETCHED", 200)
    collector = ErrorCollector()
    for word in ("apple", "pear", "plum", "apple", "pear", "plum"):
        assert find_kinds(collector, f"HTTP 429 at the {word}, slow down {'so ' * 30}") == [("rate_limited", "")]
    assert [one.occurrences for one in collector.collect()] == [6]


def test_only_so_many_kinds_and_requests_are_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("meshtui.explain.find.MAX_GROUPS", 2)
    monkeypatch.setattr("meshtui.explain.find.MAX_IDS", 2)
    log = [f"HTTP 429 request_id=r-000{n}" for n in (1, 1, 2, 2, 3, 3)] + ["it timed out", "connection refused"]
    found = find_in_log([f"2026-10-05 08:11:10 ERROR {line}\n".encode() for line in log])
    assert {one.explanation.cause: one.occurrences for one in found} == {"rate_limited": 4, "timeout": 1}


@pytest.mark.parametrize(("tries", "counted"), [
    (["attempt 1/3", "attempt 2/3", "attempt 3/3"], 1), (["attempt 1/3", "attempt 1/3"], 2), (["attempt 2/3"], 1),
    (["attempt 2/3", "attempt 2/3"], 1), (["request_id=r-0001", "request_id=r-0001 attempt 2/3"], 1),
    (["request_id=r-0001", "request_id=r-0002 attempt 2/3"], 2), (["no", "no"], 2),
])  # fmt: skip
def test_a_later_attempt_is_no_further_failure(tries: list[str], counted: int):
    found = find_in_log([f"2026-10-05 08:11:10 ERROR HTTP 429, {line}\n".encode() for line in tries])
    assert [one.occurrences for one in found] == [counted]
    follower = LogFollower()
    came = 0
    for line in tries:
        follower.feed(f"2026-10-05 08:11:10 ERROR HTTP 429, {line}\n".encode())
        follower.pause()
        came += sum(change.came for change in follower.changes())
    assert came == counted


def test_of_an_error_that_comes_again_with_more_the_more_is_kept_and_its_place_is_the_first():
    log = [f"10:00:0{n} ERROR {said}\n" for n, said in enumerate((
        "openai: You exceeded your current quota.", "good", f"Error code: 429 - {SPENT}",
        "openai: You exceeded your current quota.",
    ), 1)]  # fmt: skip
    (found,) = find_in_log(map(str.encode, log))
    assert (found.occurrences, found.first_line, found.last_line) == (3, 1, 4)
    assert (found.explanation.status, found.error.code) == (429, "insufficient_quota")
    assert (found.first_time, found.last_time) == ("10:00:01", "10:00:04")


def test_an_error_of_nobody_is_that_of_the_only_one_who_has_the_same_and_of_two_it_is_nobodys():
    at_openai, at_mesh = f"Error code: 429 - {SPENT}", 'Error code: 402 - {"error": {"code": "insufficient_credits"}}'
    nobody = "Insufficient balance"

    def find(*lines: str) -> list[tuple[str, str, int, int, int]]:
        return kinds(find_in_log([f"10:00:0{n} ERROR {line}\n".encode() for n, line in enumerate(lines)]))

    assert find("it timed out", "VertexAIException: it timed out") == [("timeout", "vertex", 1, 1, 2)]
    assert len(find("https://api.openai.com/v1/models HTTP 429", "too many requests")) == 2
    assert find(at_openai, nobody) == [("quota_exhausted", "openai", 1, 1, 2)]
    assert find(nobody, nobody, at_openai) == [("quota_exhausted", "openai", 2, 1, 3)]
    assert len(find(nobody, at_openai, at_mesh)) == 3


def test_what_says_nothing_is_told_where_nothing_is_certain():
    def count(*lines: str) -> int:
        return len(find_in_log([f"10:00:0{n} ERROR {line}\n".encode() for n, line in enumerate(lines)]))

    odd = '{"error": {"code": "zzz_zzz", "message": "odd"}}'
    assert count("too many requests", odd) == 2
    assert count("connection refused", odd) == 1
    assert count("connection refused", f"HTTP 418 {odd}") == 2


def test_times_that_decrease_turn_the_order_around_and_times_of_another_form_do_not():
    late, early = f"Error code: 401 - {REFUSED}", f"vertex: {GRANT}"
    for first, last, order in (
        ("10:00:02", "10:00:01", ["vertex", "openai"]), ("10:00:01", "10:00:02", ["openai", "vertex"]),
        ("10:00:01", "10:00:01", ["openai", "vertex"]), ("10:00:02.5", "10:00:01", ["openai", "vertex"]),
    ):  # fmt: skip
        found = find_errors(f"{first} ERROR {late}\n{last} ERROR {early}\n")
        assert [one.explanation.provider for one in found] == order


def test_what_only_follows_comes_last_and_what_says_nothing_is_left_out_beside_what_is_certain():
    log = f"10:00:01 ERROR HTTP 402\n10:00:02 ERROR Error code: 401 - {REFUSED}\n10:00:03 ERROR it timed out\n"
    assert [one.explanation.cause for one in find_errors(log)] == ["credential_invalid", "quota_exhausted", "timeout"]


# A text → whether it is one answer, and its cause. What is given is believed.
WHOLE = {
    "a body": (json.dumps(REFUSED), {}, "credential_invalid"),
    "a list": (f"[{json.dumps(REFUSED)}]", {}, "credential_invalid"),
    "a string": (json.dumps(json.dumps(REFUSED)), {}, "credential_invalid"),
    "a stream": (f"data: {json.dumps(REFUSED)}\n\n", {}, "credential_invalid"),
    "a stream behind an empty line": (f"\n data: {json.dumps(REFUSED)}\n\n", {}, "credential_invalid"),
    "a stream of an odd error": ('data: {"error": {"code": "zzz_zzz", "message": "odd"}}\n\n', {}, "unknown"),
    "a stream with its event": (f"event: error\ndata: {json.dumps(REFUSED)}\n\n", {}, "credential_invalid"),
    "a stream with a comment": (f": ping\n\ndata: {json.dumps(REFUSED)}\n\n", {}, "credential_invalid"),
    "a good stream": ('data: {"choices": []}\n\ndata: [DONE]\n\n', {}, "unknown"),
    "a good body": ('{"choices": []}', {}, "unknown"),
    "a good body with a status": ('{"choices": []}', {"status": 429}, "rate_limited"),
    "XML": ("<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>", {}, "credential_expired"),
    "XML of nobody": ("<ErrorResponse><Error><Code>Odd</Code></Error></ErrorResponse>", {}, "unknown"),
    "a page": ("<html><head><title>502 Bad Gateway</title></head></html>", {}, "provider_error"),
    "a page of no known tag": ("<blink>502 Bad Gateway</blink>", {}, "provider_error"),
    "nothing and a status": ("", {"status": 401, "provider": "openai"}, "credential_invalid"),
    "a header that was given": ("", {"headers": {"X-Amzn-ErrorType": "ThrottlingException"}}, "rate_limited"),
    "words and a status": ("slow", {"status": 429}, "rate_limited"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_a_text_that_is_one_answer_is_read_as_that(name: str):
    text, given, cause = WHOLE[name]
    (found,) = find_errors(text, **given)
    assert found.explanation.cause == cause
    if name.startswith("a stream"):
        assert found.error.shape == "sse"
    if "status" in given:
        assert found.explanation.status == given["status"]
    elif "502" in text:
        assert found.explanation.status == 502


LOGGED = (
    "level", "severity", "levelname", "log", "logger", "timestamp", "@timestamp", "time", "ts", "msg", "stack",
    "stack_trace", "stacktrace", "exception", "exc_info", "events", "logEvents", "textPayload", "jsonPayload",
    "attributes", "platform", "err", "errorType", "trace", "resource", "context", "log.level", "record", "Error",
    "$metadata", "statusCode", "status_code", "httpStatusCode", "responseBody", "response", "cause", "hits",
)  # fmt: skip


@pytest.mark.parametrize("name", LOGGED)
def test_what_is_beside_the_error_of_a_record_is_its_and_of_a_bare_body_it_is_not_looked_for(name: str):
    record = {"error": REFUSED["error"], "http_code": 401}
    assert find_errors(json.dumps(record))[0].explanation.status == 0
    assert find_errors(json.dumps({name: "x", **record}))[0].explanation.status == 401


def test_what_begins_with_a_bracket_and_is_no_page_is_read_like_any_text():
    (found,) = find_errors(f"<stdin>:3: Error code: 401 - {REFUSED}")
    assert (found.error.code, found.explanation.status) == ("invalid_api_key", 401)


def test_what_nobody_knows_is_told_with_the_provider_that_was_called_or_given():
    said = "POST https://api.openai.com/v1/models gave up"
    assert [find_errors(said, provider=given)[0].explanation.provider for given in ("", "mesh")] == ["openai", "mesh"]
    assert find_errors("POST https://sts.api.aws/ gave up")[0].explanation.provider == "bedrock"
    assert find_errors(said)[0].error.call == "local"
    assert find_errors(said, status=418)[0].error.call == ""
    assert find_errors(f"{said}, error 418")[0].error.call == "models"
    assert find_errors("POST https://bedrock.eu-west-3.amazonaws.com/ gave up")[0].error.context.region == "eu-west-3"
    named = find_errors("POST https://bedrock.eu-west-3.amazonaws.com/ error 418")[0]
    assert (named.error.context.region, named.explanation.status) == ("eu-west-3", 418)


@pytest.mark.parametrize("text", ["[" * 20_000, '{"a":' * 20_000, "{" * 20_000, '"response"', "{]", '{"response": 1'])
def test_a_text_that_only_begins_like_a_value_is_read_as_far_as_it_goes(text: str):
    assert find_errors(text)[0].explanation.cause == "unknown"


def make_transcript(*bodies: tuple[int, object]) -> str:
    return "\n".join(f"HTTP/1.1 {status} X\nserver: x\n\n{json.dumps(body)}\n" for status, body in bodies)


def test_the_answers_of_a_transcript_are_counted_and_placed():
    text = make_transcript((500, {"error": {"message": "no"}}), (401, REFUSED), (429, SPENT), (401, REFUSED))
    found = find_errors(text, provider="openai")
    assert kinds(found) == [
        ("credential_invalid", "openai", 2, 9, 19), ("quota_exhausted", "openai", 1, 14, 14),
        ("provider_error", "openai", 1, 4, 4)]  # fmt: skip
    held = find_errors(make_transcript((401, {**REFUSED, "response": {}})))
    assert kinds(held) == [("credential_invalid", "openai", 1, 4, 4)]
    page = "HTTP/1.1 502 X\nserver: x\n\n<html><title>502 Bad Gateway</title></html>\n\n"
    found = find_errors(f"\n{page}{text}", provider="openai")
    assert kinds(found) == [
        ("provider_error", "openai", 2, 5, 10), ("credential_invalid", "openai", 2, 15, 25),
        ("quota_exhausted", "openai", 1, 20, 20)]  # fmt: skip
