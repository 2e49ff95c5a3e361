"""Values read from an answer, with their units: times, waits, limits and use, lengths, regions, and how far the local
clock is off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from meshtui.base.lazy_pattern import Pattern
from meshtui.base.redaction import redact
from meshtui.base.text import format_span, make_one_line, parse_duration
from meshtui.explain.model import ParsedError

if TYPE_CHECKING:
    from meshtui.explain.causes import Cause

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HTTP = Pattern(r"(?:[A-Za-z]{3,9},? )?(\d{1,2})[ -]([A-Za-z]{3})[ -](\d{4}) (\d\d):(\d\d):(\d\d)")
_AWS = Pattern(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")
_TIMES = Pattern(
    r"Signature (?:expired|not yet current): (?P<sent>\d{8}T\d{6}Z) is (?:now earlier|still later) than "
    r"\d{8}T\d{6}Z \((?P<server>\d{8}T\d{6}Z)"
)


def read_http_date(text: str) -> float | None:
    """`Mon, 23 Nov 2026 07:04:00 GMT` as Unix time; None for anything else."""
    match = _HTTP.match(text.strip())
    if match is None or match[2].lower() not in _MONTHS:
        return None
    day, name, year, *time = match.groups()
    return _compute_unix_time(year, str(_MONTHS.index(name.lower()) + 1), day, *time)


def read_aws_time(text: str) -> float | None:
    """`20250714T201419Z` as Unix time; None for anything else."""
    match = _AWS.fullmatch(text)
    return _compute_unix_time(*match.groups()) if match else None


def _compute_unix_time(*parts: str) -> float | None:
    """Year, month, day, hour, minute, second as Unix time; None for a day that no calendar has."""
    year, month, day, hour, minute, second = map(int, parts)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None


def measure_skew(error: ParsedError) -> float | None:
    """Seconds that the sender's clock is ahead of the server's (negative: behind); None where nothing shows it.

    AWS's message has the request's time and, in brackets, the server's. Otherwise the answer's `date` header is
    compared with the time at which it was received.
    """
    match = _TIMES.search(error.message)
    if match:
        sent, server = read_aws_time(match["sent"]), read_aws_time(match["server"])
        return sent - server if sent is not None and server is not None else None
    date = read_http_date(error.headers.get("date", ""))
    return error.context.now - date if date is not None and error.context.now is not None else None


def describe_skew(seconds_ahead: float) -> str:
    """`your clock is 61 min behind`."""
    return (
        "your clock agrees with the server's"
        if abs(seconds_ahead) < 2
        else f"your clock is {describe_offset(seconds_ahead)}"
    )


def describe_offset(seconds_ahead: float) -> str:
    """`61 min behind`"""
    return f"{format_span(abs(seconds_ahead))} {'ahead' if seconds_ahead > 0 else 'behind'}"


_SAID = Pattern(
    r"(?:try again|retry|please wait) (?:in|after) "
    r"((?:\d[\d.]{0,12} ?(?:ms|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)(?![a-z])[ ,]{0,2}"
    r"(?:and )?){1,4}|\d[\d.]{0,12}(?!\w| (?:milli|week|month|year)))",
    re.I,
)
_UNIT = Pattern(r"(?!ms)([smhd])[a-z]+|[ ,]|and", re.I)
"""The unit of a span in words, of which the first letter is kept, and what joins two spans."""


def find_wait(error: ParsedError) -> float | None:
    """Seconds until it is worth trying again: from `retry-after-ms`, `retry-after` (seconds or a date), the body's
    own field, or its sentence; None where the answer does not say."""
    if error.headers:
        found = _read_header_wait(error)
        if found is not None:
            return found
    if error.metadata:
        found = _read_field_wait(error)
        if found is not None:
            return found
    message = error.message
    match = _SAID.search(message) if " in " in message or " after " in message else None
    return parse_duration(_UNIT.sub(r"\1", match[1]).rstrip(".").lower()) if match else None


def _read_header_wait(error: ParsedError) -> float | None:
    headers = error.headers
    exact = parse_duration(headers.get("retry-after-ms", ""))
    if exact is not None:
        return exact / 1000
    raw = headers.get("retry-after") or headers.get("x-amz-retry-after") or ""
    if not raw:
        return None
    plain = parse_duration(raw)
    if plain is not None:
        return plain / 1000 if "retry-after" not in headers else plain
    return _compute_wait(raw, headers.get("date", ""), error.context.now)


def _compute_wait(raw: str, date: str, now: float | None) -> float | None:
    end = read_http_date(raw)
    start = read_http_date(date) if date else now
    return max(0.0, end - start) if end is not None and start is not None else None


def _read_field_wait(error: ParsedError) -> float | None:
    for name in ("retry_after_seconds", "retryDelay", "resets_in_seconds"):
        if name in error.metadata:
            found = parse_duration(error.metadata[name])
            if found is not None:
                return found
    end = read_unix_time(error.metadata.get("resets_at", ""))
    if end is not None and error.context.now is not None:
        return max(0.0, end - error.context.now)
    return None


def read_unix_time(text: str) -> float | None:
    """A Unix time in seconds; None for anything else."""
    return float(text) if text.isdecimal() and text.isascii() and len(text) <= 11 else None


_LIMIT = Pattern(r"\blimit:? (?P<limit>\d(?:[\d,]{0,14}\d)?)(?: ?/ ?(?P<per>min|day|sec|hour)\w{0,4})?", re.IGNORECASE)
_USED = Pattern(r"\b(?:used|current):? (?P<used>\d(?:[\d,]{0,14}\d)?)", re.IGNORECASE)
_ASKED = Pattern(r"\brequested:? (?P<asked>\d(?:[\d,]{0,14}\d)?)", re.IGNORECASE)
_SPAN = Pattern(
    r"\b(?:per|/) ?(?P<per>sec|min|hour|day|month)|\b(?:tokens?|requests?|images?)/(?P<per2>sec|min|day)", re.IGNORECASE
)
_SPANS = {"sec": "second", "min": "minute", "hour": "hour", "day": "day", "month": "month"}


def find_numbers(error: ParsedError, cause: Cause, found: Mapping[str, str], wait: float | None) -> tuple[str, ...]:
    """Sentences with the numbers in the answer. Redacted, because any field may contain something else than a number.
    Empty where it has none that matter to this cause."""
    lines: list[str] = []
    if cause.counts == "limit":
        lines += _list_limits(error, cause, wait)
    elif cause.counts == "clock":
        lines += _describe_clock(error)
    else:
        lines += _list_regions(error, cause)
    if "length" in found:
        lines.append(f"key length: {found['length']} characters")
    return tuple([make_one_line(redact(line), 200) for line in lines])


def _list_limits(error: ParsedError, cause: Cause, wait: float | None) -> list[str]:
    text = _list_counts(error, cause)
    if wait is not None and cause.retryable:
        text.append(f"free in {format_span(wait)}")
    lines = [", ".join(text)] if text else []
    return [*lines, *_list_remaining(error)] if error.headers else lines


def _list_counts(error: ParsedError, cause: Cause) -> list[str]:
    """`limit 3 per minute`, `used 3`, `requested 1`."""
    message = error.message
    limit = _LIMIT.search(message)
    counts = []
    value = limit["limit"] if limit else error.metadata.get("quotaValue") or error.metadata.get("quota_limit_value", "")
    if value:
        unit = " tokens" if cause.unit == "tokens" else ""
        counts.append(f"limit {value}{unit}{_find_unit(message, limit)}")
    for pattern, name in ((_USED, "used"), (_ASKED, "asked")):
        match = pattern.search(message) if value else None
        if match:
            counts.append(f"{'requested' if name == 'asked' else name} {match[name]}")
    return counts


def _find_unit(message: str, limit: re.Match[str] | None) -> str:
    name = limit["per"] if limit else None
    if not name:
        match = _SPAN.search(message)
        name = (match["per"] or match["per2"]) if match else None
    return f" per {_SPANS[name.lower()]}" if name else ""


def _list_remaining(error: ParsedError) -> list[str]:
    """What OpenAI's `x-ratelimit-*` headers say is left, and when the window is full again."""
    lines = []
    for kind in ("requests", "tokens"):
        limit = error.headers.get(f"x-ratelimit-limit-{kind}", "")
        left = error.headers.get(f"x-ratelimit-remaining-{kind}", "")
        reset = parse_duration(error.headers.get(f"x-ratelimit-reset-{kind}", ""))
        if left.isdecimal() and (limit.isdecimal() or not limit):
            of = f" of {limit}" if limit else ""
            full = f", full again in {format_span(reset)}" if reset is not None else ""
            lines.append(f"{left}{of} {kind} left{full}")
    return lines


def _describe_clock(error: ParsedError) -> list[str]:
    ahead = measure_skew(error)
    return [describe_skew(ahead)] if ahead is not None else []


def _list_regions(error: ParsedError, cause: Cause) -> list[str]:
    key, called = error.context.key_region, error.context.region
    if key and called and key != called and (cause.counts == "region" or cause.state == "refused"):
        return [f"the key is for {key}, you called {called}"]
    return []


_MAX_SKEW = re.compile(r"\d{8}T\d{6}Z [-+] (\d{1,3}) min", re.IGNORECASE)
_HELD = 60
"""Seconds beyond the limit up to which a request may as well have waited after it was signed."""


def read_signature_times(error: ParsedError) -> Mapping[str, str] | None:
    """`skew` and `limit` (minutes) where AWS's sentence names the signature's time and its own; else None."""
    ahead, limit = measure_skew(error), _MAX_SKEW.search(error.message)
    if ahead is None or limit is None:
        return None
    return {"skew": describe_offset(ahead), "limit": limit[1]}


def detect_held_request(error: ParsedError) -> Mapping[str, str] | None:
    """The skew, where the request is only a little later than the limit; else None."""
    values, ahead = read_signature_times(error), measure_skew(error)
    if values is None or ahead is None or not 0 < -ahead <= int(values["limit"]) * 60 + _HELD:
        return None
    return values


def compare_date_header(error: ParsedError) -> Mapping[str, str] | None:
    """`skew` where the answer's Date header and the local time of its arrival differ by over half a minute; else
    None."""
    ahead = measure_skew(error)
    return {"skew": describe_offset(ahead)} if ahead is not None and abs(ahead) > 30 else None
