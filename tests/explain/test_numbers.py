"""Numbers that an answer holds are said in words: limits, waits, the clock, two regions that differ."""

from __future__ import annotations

import json

import pytest

from meshtui.base.text import format_span, parse_duration
from meshtui.explain.causes import CAUSES
from meshtui.explain.engine import explain
from meshtui.explain.find import find_errors
from meshtui.explain.model import Context, ParsedError
from meshtui.explain.parse import parse_response
from meshtui.explain.values import describe_skew, find_numbers, find_wait, measure_skew, read_http_date
from tests.explain.table import openai

NOON = read_http_date("Mon, 23 Nov 2026 12:00:00 GMT")


@pytest.mark.parametrize(
    ("text", "span"),
    [("6ms", 0.006), ("20s", 20), ("1m0.052s", 60.052), ("6m0s", 360), ("114h18m0s", 411480), ("34", 34), ("1.5", 1.5),
     ("", None), ("soon", None), ("1x", None), ("-5", None), ("1s later", None)],
)  # fmt: skip
def test_spans_are_read_as_providers_write_them(text: str, span: float | None):
    assert parse_duration(text) == (pytest.approx(span) if span is not None else None)


@pytest.mark.parametrize(
    ("span", "said"),
    [(0, "0 s"), (0.0001, "1 ms"), (1, "1 s"), (9.96, "10 s"), (10.4, "10 s"), (120, "2 min"), (7199, "120 min"),
     (172799, "48 h"), (172800, "2 days"),
     (0.174, "174 ms"), (1.2, "1.2 s"), (20, "20 s"), (119, "119 s"), (360, "6 min"), (3660, "61 min"),
     (17100, "4 h 45 min"), (7200, "2 h"), (411480, "5 days")],
)  # fmt: skip
def test_spans_are_said_as_people_say_them(span: float, said: str):
    assert format_span(span) == said


@pytest.mark.parametrize(
    ("message", "headers", "metadata", "wait"),
    [
        ("", {"retry-after-ms": "45190", "retry-after": "46"}, {}, 45.19),
        ("", {"retry-after": "46"}, {}, 46),
        ("", {"retry-after": "Mon, 23 Nov 2026 12:01:30 GMT", "date": "Mon, 23 Nov 2026 12:00:00 GMT"}, {}, 90),
        ("", {"retry-after": "Mon, 23 Nov 2026 12:01:30 GMT"}, {}, 90),
        ("", {"retry-after": "when it suits you"}, {}, None),
        ("Please try again in 174ms. Visit us.", {}, {}, 0.174),
        ("Please try again in 6m0s.", {}, {}, 360),
        ("Please retry in 34.07s", {}, {}, 34.07),
        ("try again after 20 seconds.", {}, {}, 20),
        ("try again in 2 minutes", {}, {}, 120),
        ("", {}, {"retryDelay": "34s"}, 34),
        ("", {}, {"retry_after_seconds": "5"}, 5),
        ("", {}, {"resets_at": str(int(NOON or 0) + 60)}, 60),
        ("Try again later.", {}, {}, None),
    ],
)
def test_the_wait_is_found_wherever_it_stands(message: str, headers: dict[str, str], metadata: dict[str, str], wait):
    signal = ParsedError(message=message, headers=headers, metadata=metadata, context=Context(now=NOON))
    assert find_wait(signal) == (pytest.approx(wait) if wait is not None else None)


def test_the_clock_is_judged_by_the_times_in_aws_s_sentence():
    said = "Signature expired: 20261123T105900Z is now earlier than 20261123T115500Z (20261123T120000Z - 5 min.)"
    assert describe_skew(measure_skew(ParsedError(message=said)) or 0) == "your clock is 61 min behind"
    said = (
        "Signature not yet current: 20261123T121000Z is still later than 20261123T120500Z (20261123T120000Z + 5 min.)"
    )
    assert describe_skew(measure_skew(ParsedError(message=said)) or 0) == "your clock is 10 min ahead"


def test_the_clock_is_judged_by_the_date_of_the_answer_where_the_sentence_does_not_tell():
    signal = ParsedError(headers={"date": "Mon, 23 Nov 2026 12:00:00 GMT"}, context=Context(now=(NOON or 0) - 7200))
    assert describe_skew(measure_skew(signal) or 0) == "your clock is 2 h behind"
    assert describe_skew(0.5) == describe_skew(-1.9) == "your clock agrees with the server's"
    assert describe_skew(2) == "your clock is 2 s ahead"
    assert measure_skew(ParsedError()) is None


def test_what_is_left_is_told_from_openai_s_headers():
    headers = {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "0",
               "x-ratelimit-reset-requests": "6m0s", "x-ratelimit-remaining-tokens": "40"}  # fmt: skip
    assert find_numbers(ParsedError(headers=headers), CAUSES["rate_limited"], {}, None) == (
        "0 of 60 requests left, full again in 6 min",
        "40 tokens left",
    )


def test_a_limit_that_is_not_a_number_is_not_told_as_one():
    headers = {"x-ratelimit-limit-requests": "lots", "x-ratelimit-remaining-requests": "0"}
    assert find_numbers(ParsedError(headers=headers), CAUSES["rate_limited"], {}, None) == ()


@pytest.mark.parametrize(("span", "said"), [("min", "minute"), ("day", "day"), ("sec", "second"), ("hour", "hour")])
def test_the_time_that_a_limit_is_for_is_said_however_it_is_written(span: str, said: str):
    for text in (f"Limit: 3 / {span}", f"Limit 3, used 2, per {span}ute" if span == "min" else f"Limit 3 per {span}"):
        told = find_numbers(ParsedError(message=text), CAUSES["rate_limited"], {}, None)
        assert told[0].startswith(f"limit 3 per {said}")
        assert not told[0].startswith(f"limit 3 per {said}s")


def test_a_key_of_a_length_that_no_key_has_is_told_with_it():
    body = openai(f"Incorrect API key provided: sk-{'a' * 30}. You can find your API key at x.", code="invalid_api_key")
    assert explain(parse_response(body, provider="openai", status=401)).numbers == ("key length: 33 characters",)


@pytest.mark.parametrize("broken", [" ", "\n", "  \n "])
def test_a_row_of_stars_that_was_wrapped_is_one_key(broken: str):
    sent = f"sk-proj-{'*' * 70}{broken}{'*' * 78}wXyZ"
    body = openai(f"Incorrect API key provided: {sent}. You can find your API key at x.", code="invalid_api_key")
    whole = openai(
        f"Incorrect API key provided: sk-proj-{'*' * 148}wXyZ. You can find your API key at x.", code="invalid_api_key"
    )
    told, expected = (explain(parse_response(text, provider="openai", status=401)) for text in (body, whole))
    assert (told.rule, told.numbers) == (expected.rule, expected.numbers)


OTHERS = {
    "sk-admin-": "OpenAI admin key", "sess-": "session of the OpenAI website", "ek_": "realtime API", "eyJ": "(JWT)",
    "org-": "OpenAI organization id", "proj_": "OpenAI project id", "user-": "OpenAI user id", "asst_": "assistant id",
    "sk-or-": "OpenRouter key", "sk-ant-": "Anthropic key", "sk-lf-": "Langfuse key", "AIza": "Google API key",
    "ya29.": "Google access token", "AQ.": "Google API key", "gsk_": "Groq key", "xai-": "xAI key",
    "hf_": "Hugging Face token", "pplx-": "Perplexity key", "nvapi-": "NVIDIA key", "csk-": "Cerebras key",
    "fw_": "Fireworks key", "tgp_": "Together key", "r8_": "Replicate token", "ghp_": "GitHub token",
    "gho_": "GitHub token", "ghu_": "GitHub token", "github_pat": "GitHub token", "AKIA": "AWS access key id",
    "ASIA": "AWS access key id", "ABSK": "Bedrock API key", "bedrock-api": "Bedrock API key", "rsk_": "Mesh key",
    "mak_": "Mesh admin key", "fk-": "key of a reselling proxy", "kod-": "key of a reselling proxy",
}  # fmt: skip


@pytest.mark.parametrize("prefix", OTHERS)
def test_a_key_of_another_kind_or_vendor_is_named_by_what_the_refusal_repeats_of_it(prefix: str):
    said = f"Incorrect API key provided: {prefix[:8]}{'*' * 40}wXyZ. You can find your API key at x."
    told = explain(parse_response(openai(said, code="invalid_api_key"), provider="openai", status=401))
    assert OTHERS[prefix] in " ".join([told.headline, told.not_this, *(step.text for step in told.steps)])


def test_a_time_at_which_it_is_free_tells_no_wait_where_the_time_now_is_not_known():
    later = {"resets_at": str(int(NOON or 0) + 60)}
    assert find_wait(ParsedError(metadata=later)) is None
    assert find_wait(ParsedError(metadata={"resets_at": "soon"}, context=Context(now=NOON))) is None


def test_a_google_quota_of_zero_is_said():
    failure = {"@type": "x.QuotaFailure", "violations": [{"quotaValue": "0"}]}
    error = {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded", "details": [failure]}
    told = find_numbers(parse_response(json.dumps({"error": error})), CAUSES["rate_limited_requests"], {}, None)
    assert told == ("limit 0",)


def test_two_regions_that_differ_are_named():
    context = Context(region="us-east-1", key_region="us-west-2")
    told = explain(ParsedError(provider="bedrock", status=403, type="AccessDeniedException", context=context,
                          message="Authentication failed: Please make sure your API Key is valid."))  # fmt: skip
    assert "the key is for us-west-2, you called us-east-1" in told.numbers


def test_an_answer_that_asks_for_hours_is_not_worth_repeating_in_minutes():
    body = openai("Rate limit reached on tokens per day (TPD). Please try again in 5h0m0s.", "tokens")
    told = explain(parse_response(body, provider="openai", status=429))
    assert not told.retryable
    assert told.retry_advice.startswith("Not for 5 h")


@pytest.mark.parametrize("text", [
    "An error occurred (ThrottlingException) when calling the Converse operation: Too many tokens per day, please wait "
    "before trying again.",
    "[API Error: You have exhausted your daily quota on this model.]",
])  # fmt: skip
def test_a_limit_of_the_day_is_not_told_to_need_a_repair(text: str):
    told = find_errors(text)[0].explanation
    assert told.retry_advice.startswith("Once the limit starts anew, in 24 h at the latest")
    assert not told.retryable
