"""What the answer counts, in words: limits, use, waits, the clock, the key's length, two regions that differ."""

from __future__ import annotations

import re
from collections.abc import Mapping

from meshtui.explain.durations import seconds, words
from meshtui.explain.lazy import Pattern
from meshtui.explain.model import Signal
from meshtui.redact import redact
from meshtui.sanitize import one_line

_LIMITS = frozenset({"rate_limited", "rate_limited_requests", "rate_limited_tokens", "quota_exhausted",
                     "capacity_exhausted"})  # fmt: skip
_LIMIT = Pattern(r"\blimit:? (?P<limit>\d(?:[\d,]{0,14}\d)?)(?: ?/ ?(?P<per>min|day|sec|hour)\w{0,4})?", re.IGNORECASE)
_USED = Pattern(r"\b(?:used|current):? (?P<used>\d(?:[\d,]{0,14}\d)?)", re.IGNORECASE)
_ASKED = Pattern(r"\brequested:? (?P<asked>\d(?:[\d,]{0,14}\d)?)", re.IGNORECASE)
_SPAN = Pattern(
    r"\b(?:per|/) ?(?P<per>sec|min|hour|day|month)|\b(?:tokens?|requests?|images?)/(?P<per2>sec|min|day)", re.IGNORECASE
)
_SPANS = {"sec": "second", "min": "minute", "hour": "hour", "day": "day", "month": "month"}


def numbers(signal: Signal, cause: str, found: Mapping[str, str], wait: float | None) -> tuple[str, ...]:
    """Sentences with the answer's own numbers; empty where it holds none that matter to this cause."""
    said: list[str] = []
    if cause in _LIMITS:
        said += _limits(signal, cause, wait)
    elif cause == "clock_skew":
        said += _clock(signal)
    elif cause == "region_unsupported" or signal.context.key_region:
        said += _regions(signal, cause)
    if found and "length" in found:
        said.append(f"what was sent had {found['length']} characters")
    return tuple(said)


def _limits(signal: Signal, cause: str, wait: float | None) -> list[str]:
    text = _counts(signal, cause)
    if wait is not None and cause != "quota_exhausted":
        text.append(f"free in {words(wait)}")
    lines = [", ".join(text)] if text else []
    return [*lines, *_left(signal)] if signal.headers else lines


def _counts(signal: Signal, cause: str) -> list[str]:
    """`limit 3 per minute`, `used 3`, `requested 1`."""
    message = signal.message
    limit = _LIMIT.search(message) if "imit" in message else None
    counts = []
    value = (
        limit["limit"] if limit else signal.metadata.get("quotaValue") or signal.metadata.get("quota_limit_value", "")
    )
    if value:
        unit = {"rate_limited_tokens": " tokens", "rate_limited_requests": ""}.get(cause, "")
        counts.append(f"limit {value}{unit}{_per(message, limit)}")
    for pattern, name in ((_USED, "used"), (_ASKED, "asked")):
        match = pattern.search(message) if value else None
        if match:
            counts.append(f"{'requested' if name == 'asked' else name} {match[name]}")
    return counts


def _per(message: str, limit: re.Match[str] | None) -> str:
    name = limit["per"] if limit else None
    if not name:
        match = _SPAN.search(message)
        name = (match["per"] or match["per2"]) if match else None
    return f" per {_SPANS[name.lower()]}" if name else ""


def _left(signal: Signal) -> list[str]:
    """What OpenAI's `x-ratelimit-*` headers say is left, and when the window is full again."""
    lines = []
    for kind in ("requests", "tokens"):
        limit = signal.headers.get(f"x-ratelimit-limit-{kind}", "")
        left = signal.headers.get(f"x-ratelimit-remaining-{kind}", "")
        reset = seconds(signal.headers.get(f"x-ratelimit-reset-{kind}", ""))
        if left.isdecimal() and (limit.isdecimal() or not limit):
            of = f" of {limit}" if limit else ""
            full = f", full again in {words(reset)}" if reset is not None else ""
            lines.append(f"{left}{of} {kind} left{full}"[:200])
    return lines


def _clock(signal: Signal) -> list[str]:
    from meshtui.explain.clock import in_words, skew

    ahead = skew(signal)
    return [in_words(ahead)] if ahead is not None else []


def _regions(signal: Signal, cause: str) -> list[str]:
    key, called = signal.context.key_region, signal.context.region
    if key and called and key != called and (cause == "region_unsupported" or cause.startswith("credential")):
        return [one_line(redact(f"the key is for {key}, you called {called}"), 200)]
    return []
