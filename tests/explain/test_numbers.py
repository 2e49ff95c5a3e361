"""Numbers that an answer holds are said in words: limits, waits, the clock, two regions that differ."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from meshtui.base.text import format_span, parse_duration
from meshtui.explain.causes import CAUSES
from meshtui.explain.engine import explain
from meshtui.explain.find import find_errors
from meshtui.explain.model import Context, ParsedError
from meshtui.explain.parse import parse_response
from meshtui.explain.values import (
    compare_date_header,
    describe_skew,
    detect_held_request,
    find_numbers,
    find_wait,
    measure_skew,
    read_aws_time,
    read_http_date,
    read_signature_times,
    read_unix_time,
)
from tests.explain.table import openai

NOON = read_http_date("Mon, 23 Nov 2026 12:00:00 GMT")


@pytest.mark.parametrize("month", range(1, 13))
def test_a_date_is_read_in_every_month_and_in_each_form(month: int):
    day = datetime(2026, month, 7, 8, 9, 10, tzinfo=UTC)
    for text in (format_datetime(day, usegmt=True), day.strftime("%A, %d-%b-%Y %H:%M:%S GMT"),
                 day.strftime(" 7 %b %Y %H:%M:%S GMT")):  # fmt: skip
        assert read_http_date(text) == day.timestamp()
    assert read_aws_time(day.strftime("%Y%m%dT%H%M%SZ")) == day.timestamp()


@pytest.mark.parametrize("text", [
    "", "soon", "Mon, 23 Nix 2026 12:00:00 GMT", "Mon, 31 Feb 2026 12:00:00 GMT", "Mon, 23 Nov 2026 25:00:00 GMT",
])  # fmt: skip
def test_what_is_no_date_is_none(text: str):
    assert read_http_date(text) is None


@pytest.mark.parametrize("text", ["", "20261323T120000Z", "20260231T120000Z", "20261123T120000Z, more", "2026-11-23"])
def test_what_is_no_time_of_awss_is_none(text: str):
    assert read_aws_time(text) is None


def test_a_unix_time_is_read_from_ascii_digits_alone():
    assert read_unix_time("1790000000") == 1_790_000_000.0
    assert read_unix_time("17900000000") == 17_900_000_000.0
    assert read_unix_time("179000000000") is None
    assert read_unix_time("") is None
    assert read_unix_time("١") is None


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
        ("", {"retry-after": "Mon, 23 Nov 2026 11:59:30 GMT"}, {}, 0),
        ("", {"x-amz-retry-after": "2500"}, {}, 2.5),
        ("", {"retry-after": "4", "x-amz-retry-after": "2500"}, {}, 4),
        ("try again in 9s", {"x-request-id": "r"}, {"type": "x"}, 9),
        ("Please try again in 174ms. Visit us.", {}, {}, 0.174),
        ("please try again in 1h2m3s", {}, {}, 3723),
        ("Try again in 2 hours", {}, {}, 7200),
        ("try again in 1 hour and 20 minutes.", {}, {}, 4800),
        ("Try again in 4 days 20 hours 9 minutes.", {}, {}, 418140),
        ("retry in 1 day, 2 hrs", {}, {}, 93600),
        ("try again in 5 mins", {}, {}, 300),
        ("Please wait in 20 secs", {}, {}, 20),
        ("please wait after 3 sec", {}, {}, 3),
        ("Retry after 12.", {}, {}, 12),
        ("try again in 2 weeks", {}, {}, None),
        ("try again in 500 milliseconds", {}, {}, None),
        ("try again in 3 weeks, or after 2 days", {}, {}, None),
        ("Please try again in 6m0s.", {}, {}, 360),
        ("Please retry in 34.07s", {}, {}, 34.07),
        ("try again after 20 seconds.", {}, {}, 20),
        ("try again in 2 minutes", {}, {}, 120),
        ("", {}, {"retryDelay": "34s"}, 34),
        ("", {}, {"retry_after_seconds": "5"}, 5),
        ("", {}, {"resets_in_seconds": "90"}, 90),
        ("", {}, {"retry_after_seconds": "soon", "retryDelay": "3s"}, 3),
        ("try again in 9s", {}, {"retry_after_seconds": "5"}, 5),
        ("", {"retry-after": "7"}, {"retry_after_seconds": "5"}, 7),
        ("", {}, {"resets_at": str(int(NOON or 0) - 60)}, 0),
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


@pytest.mark.parametrize(("limit", "left"), [("lots", "0"), ("60", "few"), ("60", ""), ("", "few")])
def test_a_limit_that_is_not_a_number_is_not_told_as_one(limit: str, left: str):
    headers = {"x-ratelimit-limit-requests": limit, "x-ratelimit-remaining-requests": left}
    assert find_numbers(ParsedError(headers=headers), CAUSES["rate_limited"], {}, None) == ()


@pytest.mark.parametrize(("message", "metadata", "cause", "said"), [
    ("Limit 30,000, Used 29,999, Requested 1,500", {}, "rate_limited_tokens",
     "limit 30,000 tokens, used 29,999, requested 1,500"),
    ("Limit: 30 / min. Current: 31, requested: 2.", {}, "rate_limited_requests",
     "limit 30 per minute, used 31, requested 2"),
    ("Limit 9,000, 40 tokens/min", {}, "rate_limited", "limit 9,000 per minute"),
    ("LIMIT 9, 40 images/sec", {}, "rate_limited", "limit 9 per second"),
    ("Limit 9, 4 requests/day", {}, "rate_limited", "limit 9 per day"),
    ("Limit 9 per month", {}, "rate_limited", "limit 9 per month"),
    ("Limit 9, at most 4/hour", {}, "rate_limited", "limit 9 per hour"),
    ("Used 3, requested 1", {}, "rate_limited", None),
    ("Quota exceeded per min", {"quota_limit_value": "7"}, "rate_limited", "limit 7 per minute"),
    ("Quota exceeded, used 8", {"quotaValue": "6", "quota_limit_value": "7"}, "rate_limited", "limit 6, used 8"),
])  # fmt: skip
def test_the_limit_and_its_use_are_said_as_they_stand(message: str, metadata: dict[str, str], cause: str, said):
    told = find_numbers(ParsedError(message=message, metadata=metadata), CAUSES[cause], {}, None)
    assert told == (() if said is None else (said,))


def test_when_it_is_free_again_is_said_where_waiting_helps():
    for cause, said in (("rate_limited", ("limit 3, free in 20 s",)), ("quota_exhausted", ("limit 3",))):
        assert find_numbers(ParsedError(message="Limit 3"), CAUSES[cause], {}, 20.0) == said


def test_a_number_that_holds_a_key_is_masked_and_one_that_never_ends_is_cut():
    told = find_numbers(ParsedError(), CAUSES["credential_invalid"], {"length": "sk-proj-" + "Zq7xK2mP9vLw" * 6}, None)
    assert told == ("key length: sk-proj-…9vLw characters",)
    (told,) = find_numbers(ParsedError(), CAUSES["credential_invalid"], {"length": "7" * 400}, None)
    assert len(told) == 200


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


@pytest.mark.parametrize(("key", "called", "cause", "said"), [
    ("us-west-2", "us-east-1", "region_unsupported", True), ("us-west-2", "us-east-1", "credential_invalid", True),
    ("us-west-2", "us-west-2", "region_unsupported", False), ("us-west-2", "", "region_unsupported", False),
    ("", "us-east-1", "region_unsupported", False), ("us-west-2", "us-east-1", "timeout", False),
])  # fmt: skip
def test_of_two_regions_it_is_said_only_where_they_differ_and_may_be_the_cause(
    key: str, called: str, cause: str, said: bool
):
    told = find_numbers(ParsedError(context=Context(region=called, key_region=key)), CAUSES[cause], {}, None)
    assert bool(told) is said


def at_aws(seconds_ahead: int, limit: str = "5") -> ParsedError:
    """What AWS says to a request that was signed so long before or after its own time."""
    server = datetime(2026, 11, 23, 12, tzinfo=UTC)
    sent = server + timedelta(seconds=seconds_ahead)
    word, than = ("expired", "now earlier") if seconds_ahead < 0 else ("not yet current", "still later")
    form = "%Y%m%dT%H%M%SZ"
    return ParsedError(message=f"Signature {word}: {sent:{form}} is {than} than {server:{form}} ({server:{form}} "
                               f"{'-' if seconds_ahead < 0 else '+'} {limit} min.)")  # fmt: skip


def test_a_request_that_is_hardly_late_may_have_waited_after_it_was_signed():
    assert detect_held_request(at_aws(-301)) == {"skew": "5 min behind", "limit": "5"}
    assert detect_held_request(at_aws(-360)) == {"skew": "6 min behind", "limit": "5"}
    assert detect_held_request(at_aws(-1)) is not None
    assert detect_held_request(at_aws(-900, "15")) == {"skew": "15 min behind", "limit": "15"}
    for too_late in (at_aws(-361), at_aws(0), at_aws(600), ParsedError()):
        assert detect_held_request(too_late) is None
    assert read_signature_times(at_aws(-7200)) == {"skew": "2 h behind", "limit": "5"}
    assert read_signature_times(at_aws(-7200)._replace(message="Signature expired")) is None
    cut = at_aws(-7200).message.partition(" - ")[0]
    assert measure_skew(ParsedError(message=cut)) == -7200
    assert read_signature_times(ParsedError(message=cut)) is None


@pytest.mark.parametrize(("ahead", "said"), [(30, None), (31, "31 s ahead"), (-30, None), (-31, "31 s behind")])
def test_an_answers_date_tells_of_a_clock_that_is_off_by_more_than_half_a_minute(ahead: int, said: str | None):
    headers = {"date": " Mon, 23 Nov 2026 12:00:00 GMT"}
    error = ParsedError(headers=headers, context=Context(now=(NOON or 0) + ahead))
    assert compare_date_header(error) == (None if said is None else {"skew": said})
    assert compare_date_header(error._replace(context=Context())) is None


def test_the_clock_is_said_of_an_answer_that_blames_it_and_of_no_other():
    error = ParsedError(headers={"date": "Mon, 23 Nov 2026 12:00:00 GMT"}, context=Context(now=(NOON or 0) - 7200))
    assert find_numbers(error, CAUSES["clock_skew"], {}, None) == ("your clock is 2 h behind",)
    assert find_numbers(error, CAUSES["timeout"], {}, None) == ()
    assert find_numbers(ParsedError(), CAUSES["clock_skew"], {}, None) == ()


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
