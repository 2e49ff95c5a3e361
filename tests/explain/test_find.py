"""Of several errors in a text all are found, grouped, counted and placed, the root first; other vendors are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from meshtui.cli.main import run
from meshtui.explain.find import FoundError, find_errors
from meshtui.explain.follow import find_in_log
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
