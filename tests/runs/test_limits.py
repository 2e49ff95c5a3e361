"""A refused call says which limit it met and when it is worth trying again, or that this is not told."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from meshtui.base.exchange import Answer, Exchange, Request, Timings
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.explain.model import Context
from meshtui.runs.limits import Limit, limit_of
from tests.runs.stage import Stage

NOON = 1_795_435_200.0
RECEIVED = NOON + 0.5
"""The time to the first byte is half a second."""
DATE = {"date": "Mon, 23 Nov 2026 12:00:00 GMT"}
BUCKET = {
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "6m0s",
}
RPM = "Rate limit reached for gpt-9 in organization org-QQ on requests per min (RPM): Limit 500, Used 500, Requested 1."
TPM = "Rate limit reached for gpt-9 on tokens per min (TPM): Limit 30000, Used 29000, Requested 1500."
METRIC = "aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model"
DELAY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}


def openai(message: str, kind: str = "requests", **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": "rate_limit_exceeded", **more}}


def google(message: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"code": 429, "message": message, "status": "RESOURCE_EXHAUSTED", "details": list(details)}}


def mesh(message: str, code: str = "rate_limit_exceeded", **more: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **more}, "request_id": "req_1"}


def refused(provider: str, body: object, headers: dict[str, str], status: int = 429) -> Limit | None:
    answer = Answer(status, tuple(headers.items()), json.dumps(body))
    exchange = Exchange(provider, "chat", Request("POST", ""), NOON, answer, timings=Timings(0.1, 0.1, 0.5, 0.6))
    return limit_of(exchange, explain_exchange(exchange, Context(now=RECEIVED)))


class Case(NamedTuple):
    name: str
    provider: str
    body: object
    headers: dict[str, str]
    limit: Limit


CASES = (
    Case("milliseconds are the most exact", "openai", openai(RPM),
         {**BUCKET, "retry-after": "13", "retry-after-ms": "12345"},
         Limit("requests per minute", 500, 0, RECEIVED + 12.345, "header retry-after-ms")),
    Case("whole seconds", "openai", openai(RPM), {**BUCKET, "retry-after": "13"},
         Limit("requests per minute", 500, 0, RECEIVED + 13, "header retry-after")),
    Case("a date", "openai", openai(RPM), {**DATE, "retry-after": "Mon, 23 Nov 2026 12:01:30 GMT"},
         Limit("requests per minute", 500, 0, RECEIVED + 90, "header retry-after")),
    Case("the sentence alone", "openai", openai(f"{TPM} Please try again in 1.2s. Visit the site.", "tokens"), {},
         Limit("tokens per minute", 30000, 1000, RECEIVED + 1.2, "error.message")),
    Case("a full window where nothing else tells", "openai", openai(RPM), BUCKET,
         Limit("requests per minute", 500, 0, RECEIVED + 360, "header x-ratelimit-reset-requests")),
    Case("headers of another limit are not believed", "openai", openai(TPM, "tokens"), BUCKET,
         Limit("tokens per minute", 30000, 1000, None, "")),
    Case("nothing is told", "openai", openai("Too many requests, slow down."), {},
         Limit("requests", None, None, None, "")),
    Case("a request that is too large waits for nothing", "openai",
         openai("Request too large for gpt-9 on tokens per min (TPM): Limit 10000, Requested 12345.", "tokens"),
         {"retry-after": "5"}, Limit("tokens per minute", 10000, None, None, "")),
    Case("a day's limit ends, though not soon", "openai",
         openai("Rate limit reached on tokens per day (TPD): Limit 90000, Used 90000. Try again in 5h3m0s.", "tokens"),
         {}, Limit("tokens per day", 90000, 0, RECEIVED + 18180, "error.message")),
    Case("google's delay", "vertex", google(f"Quota exceeded for {METRIC} with base model: gemini-2.5-pro.", DELAY), {},
         Limit("generate content requests per minute per project per base model", None, None, RECEIVED + 34,
               "error.details[].retryDelay")),
    Case("google's shared capacity", "vertex", google("Resource has been exhausted (e.g. check quota)."), {},
         Limit("", None, None, None, "")),
    Case("bedrock tells no time", "bedrock", {"message": "Too many requests, please wait before trying again."},
         {"x-amzn-errortype": "ThrottlingException"}, Limit("requests", None, None, None, "")),
    Case("bedrock's own delay, if it ever sends one", "bedrock", {"message": "Too many tokens, please wait."},
         {"x-amzn-errortype": "ThrottlingException", "x-amz-retry-after": "1500"},
         Limit("tokens", None, None, RECEIVED + 1.5, "header x-amz-retry-after")),
    Case("mesh's field", "mesh", mesh("RPM limit of 100 reached.", retry_after_seconds=12), {},
         Limit("requests per minute", 100, None, RECEIVED + 12, "error.retry_after_seconds")),
    Case("capacity that comes back at a time", "openai",
         {"error": {"message": "Flex is busy.", "type": "rate_limit_error", "code": "resource_unavailable"}},
         {"retry-after": "30"}, Limit("capacity", None, None, RECEIVED + 30, "header retry-after")),
    Case("mesh's plain headers, as a span", "mesh",
         mesh("Rate limit exceeded: this API key allows 100 requests per minute (RPM)."),
         {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "42"},
         Limit("requests per minute", 100, 0, RECEIVED + 42, "header x-ratelimit-reset")),
    Case("of headers that count tokens, where nothing says what is counted", "mesh", mesh("Rate limit exceeded."),
         {"x-ratelimit-limit-tokens": "9", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "42"},
         Limit("", 9, 0, RECEIVED + 42, "header x-ratelimit-reset-tokens")),
    Case("of headers that count requests", "mesh", mesh("Rate limit exceeded."),
         {"x-ratelimit-limit-requests": "9", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "42",
          "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "7"},
         Limit("", 9, 0, RECEIVED + 42, "header x-ratelimit-reset-requests")),
    Case("headers of which something is left, where nothing says what is counted", "mesh",
         mesh("Rate limit exceeded."),
         {"x-ratelimit-limit": "9", "x-ratelimit-remaining": "2", "x-ratelimit-reset": "7"},
         Limit("", None, None, None, "")),
    Case("mesh's plain headers, as a time", "mesh", mesh("Rate limit exceeded."),
         {"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{NOON + 30:.0f}"},
         Limit("", None, 0, NOON + 30, "header x-ratelimit-reset")),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_answer_alone_says_which_limit_and_when_it_ends(case: Case):
    assert refused(case.provider, case.body, case.headers) == case.limit


@pytest.mark.parametrize(
    ("provider", "body", "status"),
    [
        ("openai", {"error": {"message": "You exceeded your current quota.", "type": "insufficient_quota",
                              "code": "insufficient_quota"}}, 429),
        ("openai", {"error": {"message": "That engine is currently overloaded.", "type": "server_error"}}, 503),
        ("openai", {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}, 401),
        ("vertex", google("Your prepayment credits are depleted; limit: 0", DELAY), 429),
        ("mesh", mesh("", "upstream_rate_limit_error", provider_code="monthly_quota_exceeded"), 429),
        ("openai", {"error": {"message": "The server had an error", "type": "server_error"}}, 500),
    ],
)  # fmt: skip
def test_what_waiting_does_not_end_or_nobody_says_the_end_of_is_no_limit(provider: str, body: object, status: int):
    assert refused(provider, body, {}, status) is None
    if status != 503:
        assert refused(provider, body, {"retry-after": "20"}, status) is None


def test_an_answer_that_asks_for_a_moment_though_its_limit_is_nought_is_not_waited_for():
    limit = refused("vertex", google(f"Quota exceeded for {METRIC}, limit: 0", DELAY), {})
    assert limit is None or limit.resets_at is None


HTTP = {
    "openai": ("requests per minute", 3, 0, "header retry-after-ms"),
    "vertex": (None, None, None, "error.details[].retryDelay"),
    "aws": ("requests", None, None, ""),
    "bedrock": ("requests", None, None, ""),
}


@pytest.mark.parametrize("name", HTTP)
async def test_each_provider_s_refusal_is_read_over_http(stage: Stage, name: str):
    run = await stage.send_prompt("byok", name, "rate_limited", exclusive=True)
    attempt = run.attempts[0]
    assert attempt.explanation is not None
    limit = limit_of(attempt.exchange, attempt.explanation)
    assert limit is not None
    what, size, left, said_by = HTTP[name]
    assert limit.said_by == said_by
    assert (limit.resets_at is None) == (not said_by)
    if limit.resets_at is not None:
        assert 0 < limit.resets_at - attempt.exchange.started <= 21
    if what is not None:
        assert (limit.name, limit.limit, limit.remaining) == (what, size, left)


@pytest.mark.parametrize("span", ["sec", "min", "hour", "day"])
@pytest.mark.parametrize("what", ["request", "token", "image"])
def test_a_limit_is_named_by_what_is_counted_and_for_how_long(what: str, span: str):
    spelt = {"sec": "second", "min": "minute"}.get(span, span)
    for sign in (" per ", "/"):
        met = refused("openai", openai(f"Rate limit reached for gpt-9 on {what}s{sign}{span}: Limit 3, Used 2."), {})
        assert met is not None
        assert (met.name, met.limit) == (f"{what}s per {spelt}", 3)


@pytest.mark.parametrize(("letters", "name"), [
    ("RPM", "requests per minute"), ("RPD", "requests per day"), ("TPM", "tokens per minute"),
    ("TPD", "tokens per day"), ("IPM", "images per minute"),
])  # fmt: skip
def test_the_letters_of_a_limit_are_spelt_out(letters: str, name: str):
    met = refused("openai", openai(f"Rate limit reached for gpt-9 ({letters}): Limit 1,500, Used 2."), {})
    assert met is not None
    assert (met.name, met.limit) == (name, 1500)


@pytest.mark.parametrize(
    ("field", "value", "after", "said_by"),
    [("resets_in_seconds", 60, 60, "error.resets_in_seconds"),
     ("retry_after_seconds", 5, 5, "error.retry_after_seconds"),
     ("resets_at", int(NOON) + 90, 89.5, "error.resets_at")],
)  # fmt: skip
def test_the_field_that_says_when_is_named(field: str, value: int, after: float, said_by: str):
    met = refused("openai", openai(RPM, **{field: value}), {})
    assert met is not None
    assert met.resets_at == pytest.approx(RECEIVED + after)
    assert met.said_by == said_by


def test_of_a_limit_that_mesh_passes_on_the_providers_own_words_count():
    met = refused(
        "mesh", mesh("It failed", "upstream_rate_limit_error", provider_error=openai(TPM, "tokens")["error"]), {}
    )
    assert met is not None
    assert (met.name, met.limit) == ("tokens per minute", 30000)


@pytest.mark.parametrize(
    ("timings", "after"), [(Timings(), 0.0), (Timings(total=2.0), 2.0), (Timings(0.1, 0.2, 0.7, 2.0), 0.7)]
)
def test_the_wait_begins_when_the_answer_came(timings: Timings, after: float):
    answer = Answer(429, (("retry-after", "13"),), json.dumps(openai(RPM)))
    exchange = Exchange("openai", "chat", Request("POST", ""), NOON, answer, timings=timings)
    met = limit_of(exchange, explain_exchange(exchange, Context(now=NOON)))
    assert met is not None
    assert met.resets_at == NOON + after + 13


COUNTED = "Rate limit reached for gpt-9 on requests: {}"
# What the sentence and the headers name → the size of the limit, and what is left of it.
LEFT = {
    "the sentence alone": ("Limit 5, Used 3.", {}, (5, 2)),
    "more used than there is": ("Limit 5, Used 7.", {}, (5, 0)),
    "of a size alone nothing is known to be left": ("Limit of 5.", {}, (5, None)),
    "current in place of used": ("limit: 1,500, current: 1,400", {}, (1500, 100)),
    "headers alone": ("slow down.", {"limit": "5", "remaining": "2"}, (5, 2)),
    "headers of the same size": ("Limit 5.", {"limit": "5", "remaining": "2"}, (5, 2)),
    "headers of another": ("Limit 5.", {"limit": "6", "remaining": "2"}, (5, None)),
    "a remainder without a size": ("slow down.", {"remaining": "2"}, (None, 2)),
    "a size without a remainder": ("slow down.", {"limit": "5"}, (None, None)),
    "no number": ("Limit 5.", {"limit": "five", "remaining": "-1"}, (5, None)),
    "a number that is too long": ("slow down.", {"limit": "1" * 16, "remaining": "2"}, (None, 2)),
    "a number that is long": ("slow down.", {"limit": "1" * 15, "remaining": "2"}, (int("1" * 15), 2)),
    "a number that is none of ours": ("slow down.", {"limit": "٣", "remaining": "0"}, (None, 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_of_a_limit_is_told_where_both_speak_of_the_same(name: str):
    words, headers, told = LEFT[name]
    met = refused("openai", openai(COUNTED.format(words)), {f"x-ratelimit-{k}-requests": v for k, v in headers.items()})
    assert met is not None
    assert (met.limit, met.remaining) == told


def test_google_names_the_size_of_its_quota_in_the_violation():
    violation = {"quotaMetric": METRIC, "quotaId": "PerMinute", "quotaValue": "60"}
    details = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}
    met = refused("vertex", google("Quota exceeded.", details), {})
    assert met is not None
    assert met.limit == 60


@pytest.mark.parametrize(("wait", "ends"), [("3600", False), ("3601", True)])
def test_where_waiting_a_moment_does_not_help_an_hour_and_more_is_an_end(wait: str, ends: bool):
    large = openai("Request too large for gpt-9 on tokens per min (TPM): Limit 10000, Requested 12345.", "tokens")
    met = refused("openai", large, {"retry-after": wait})
    assert met is not None
    assert (met.resets_at is not None, met.said_by) == (ends, "header retry-after" if ends else "")


def test_when_to_try_again_is_told_by_the_provider_before_mesh_tells_it():
    inner = openai(f"{TPM} Please try again in 1.2s.", "tokens")["error"]
    met = refused("mesh", mesh("It failed", "upstream_rate_limit_error", provider_error=inner), {"retry-after": "20"})
    assert met is not None
    assert (met.resets_at, met.said_by) == (pytest.approx(RECEIVED + 1.2), "message")
    silent = openai(TPM, "tokens")["error"]
    met = refused("mesh", mesh("It failed", "upstream_rate_limit_error", provider_error=silent), {"retry-after": "20"})
    assert met is not None
    assert (met.resets_at, met.said_by) == (RECEIVED + 20, "header retry-after")
