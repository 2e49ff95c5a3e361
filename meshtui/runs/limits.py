"""Which limit a refused call exceeded, how much of it is left, and when to try again, read from the answer alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from meshtui.base.exchange import Exchange
from meshtui.base.text import make_one_line, parse_duration
from meshtui.explain.causes import find_cause
from meshtui.explain.explain_exchange import parse_exchange
from meshtui.explain.formats.fields import place
from meshtui.explain.model import Context, Explanation, ParsedError
from meshtui.explain.values import find_wait, read_unix_time

LONG = 3600.0
"""Seconds. An answer may name a short delay for a limit that waiting does not end; a longer one is a real end, such as
a day's."""
CAPACITY = "capacity"
"""`Cause.unit` of the provider's own, shared limit."""
_WAIT_HEADERS = ("retry-after-ms", "retry-after", "x-amz-retry-after")
_WAIT_FIELDS = {
    "retry_after_seconds": "error.retry_after_seconds",
    "retryDelay": "error.details[].retryDelay",
    "resets_in_seconds": "error.resets_in_seconds",
    "resets_at": "error.resets_at",
}
_SPANS = {"sec": "second", "min": "minute", "day": "day", "hour": "hour"}
_LETTERS = {"RPM": "requests per minute", "RPD": "requests per day", "TPM": "tokens per minute",
            "TPD": "tokens per day", "IPM": "images per minute"}  # fmt: skip
_ABBREVIATED = re.compile(r"\b(RPM|RPD|TPM|TPD|IPM)\b")
_SPELT = re.compile(r"\b(requests?|tokens?|images?)(?: per |/)(sec|min|hour|day)", re.IGNORECASE)
_SIZE = re.compile(r"\blimit:? (?:of )?(\d[\d,]{0,14})|\ballows (\d[\d,]{0,14}) ", re.IGNORECASE)
_USED = re.compile(r"\b(?:used|current):? (\d[\d,]{0,14})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as the answer describes it. None or empty: the answer does not say."""

    name: str
    """What is counted in which period: `requests per minute`; for Google the quota's own name."""
    limit: int | None
    remaining: int | None
    resets_at: float | None
    """Unix seconds from which on it is worth trying again."""
    said_by: str
    """Where the answer says when to try again: `header retry-after-ms`, `error.message`."""


def limit_of(exchange: Exchange, explanation: Explanation) -> Limit | None:
    """The limit that refused this call; None where it was refused for another reason, or by a quota that only an
    administrator can raise. Capacity that is used up counts as one where the answer says how long."""
    cause = find_cause(explanation.cause)
    if cause.counts != "limit" or not cause.retryable:
        return None
    times = exchange.timings.first_byte, exchange.timings.total
    received = exchange.started + next((after for after in times if after is not None), 0.0)
    error = parse_exchange(exchange, Context(now=received))
    inner = error.inner or error
    kind = "" if cause.unit == CAPACITY else cause.unit
    size, left = _read_counts(error, inner, kind)
    wait, said_by = _wait(error, kind)
    if cause.unit == CAPACITY:
        return Limit(CAPACITY, None, None, received + wait, said_by) if wait is not None else None
    if wait is None or (not explanation.retryable and wait <= LONG):
        return Limit(_name(inner, kind), size, left, None, "")
    return Limit(_name(inner, kind), size, left, received + wait, said_by)


def _name(inner: ParsedError, kind: str) -> str:
    """The name in the error message, or the quota's name; else what is counted."""
    if letters := _ABBREVIATED.search(inner.message):
        return _LETTERS[letters[1]]
    if spelt := _SPELT.search(inner.message):
        return f"{spelt[1].lower().rstrip('s')}s per {_SPANS[spelt[2].lower()]}"
    quota = _find_quota(inner)
    return make_one_line(quota["metric"].replace("_", " "), 80) if quota else kind


def _find_quota(inner: ParsedError) -> Mapping[str, str] | None:
    """The quota that a provider's rules read from such an answer: `metric` and perhaps `limit`; None where there is
    none."""
    from meshtui.providers.registry import list_providers

    readers = (provider.read_quota for provider in list_providers() if provider.read_quota)
    return next((quota for read in readers if (quota := read(inner))), None)


def _read_counts(error: ParsedError, inner: ParsedError, kind: str) -> tuple[int | None, int | None]:
    """The limit's size and what is left. The message names the limit that was exceeded, the headers perhaps another
    one. So what they say is left counts only where both name the same size, or the message names none; and where
    nothing says what is counted, only a remainder of 0 counts."""
    quota = _find_quota(inner) or {}
    match = _SIZE.search(inner.message)
    size = _number(match[1] or match[2]) if match else _number(quota.get("limit", ""))
    headers = error.headers
    for ending in (f"-{kind}", "") if kind else ("", "-requests", "-tokens"):
        shown, left = (_number(headers.get(f"x-ratelimit-{name}{ending}", "")) for name in ("limit", "remaining"))
        if left is not None and (size is None or shown == size) and (kind or left == 0):
            return shown if size is None else size, left
    used = _USED.search(inner.message) if size is not None else None
    taken = _number(used[1]) if used else None
    return size, None if size is None or taken is None else max(0, size - taken)


def _wait(error: ParsedError, kind: str) -> tuple[float | None, str]:
    """Seconds from when the answer was received, and where it says so: the first place that does, in the order that
    explanations use. Last the time at which a window is full again: later than a single call needs, but never too
    early."""
    for source, part in _list_wait_sources(error):
        if (wait := find_wait(part)) is not None:
            return wait, source
    for ending in (f"-{kind}", "") if kind else ("", "-requests", "-tokens"):
        header = f"x-ratelimit-reset{ending}"
        wait = _parse_reset(error.headers.get(header, ""), error.context.now or 0.0)
        if wait is not None and _number(error.headers.get(header.replace("reset", "remaining"), "0")) == 0:
            return wait, f"header {header}"
    return None, ""


def _list_wait_sources(error: ParsedError) -> Iterator[tuple[str, ParsedError]]:
    """Each place that may state a delay, with an error that has nothing else in it."""
    if error.inner is not None:
        yield from _list_spots(error.inner, error.context)
    date = error.headers.get("date", "")
    for name in _WAIT_HEADERS:
        if name in error.headers:
            headers = {name: error.headers[name], "date": date}
            yield f"header {name}", ParsedError(headers=headers, context=error.context)
    yield from _list_spots(error, error.context)


def _list_spots(error: ParsedError, context: Context) -> Iterator[tuple[str, ParsedError]]:
    for name, spot in _WAIT_FIELDS.items():
        if name in error.metadata:
            yield spot, ParsedError(metadata={name: error.metadata[name]}, context=context)
    yield place(error.origin, "message"), ParsedError(message=error.message)


def _parse_reset(text: str, now: float) -> float | None:
    """A span (`6m0s`, `12`) or a Unix time, as seconds from now; None for anything else."""
    at = read_unix_time(text)
    if at is not None and at > now / 2:
        return max(0.0, at - now)
    return parse_duration(text)


def _number(text: str) -> int | None:
    digits = text.replace(",", "")
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) <= 15 else None
