"""How long to wait, where the answer says so."""

from __future__ import annotations

import re

from meshtui.explain.durations import seconds
from meshtui.explain.lazy import Pattern
from meshtui.explain.model import Signal

_SAID = Pattern(
    r"(?:try again|retry|please wait) (?:in|after) (\d[\dhmsd.]{0,20}(?: ?(?:ms|seconds?|minutes?|s))?)", re.I
)


def wait_seconds(signal: Signal) -> float | None:
    """Seconds until it is worth trying again: from `retry-after-ms`, `retry-after` (seconds or a date), the body's
    own field, or its sentence; None where the answer does not say."""
    if signal.headers:
        found = _from_headers(signal)
        if found is not None:
            return found
    if signal.metadata:
        found = _from_fields(signal)
        if found is not None:
            return found
    message = signal.message
    if "n in " in message or "y in " in message or " after " in message or "ait in " in message:
        match = _SAID.search(message)
        if match:
            text = match[1].rstrip(".").replace(" ", "")
            return seconds(re.sub(r"(s)econds?|(m)inutes?", r"\1\2", text))
    return None


def _from_headers(signal: Signal) -> float | None:
    headers = signal.headers
    exact = seconds(headers.get("retry-after-ms", ""))
    if exact is not None:
        return exact / 1000
    raw = headers.get("retry-after") or headers.get("x-amz-retry-after") or ""
    if not raw:
        return None
    plain = seconds(raw)
    if plain is not None:
        return plain / 1000 if "retry-after" not in headers else plain
    return _until(raw, headers.get("date", ""), signal.context.now)


def _until(raw: str, date: str, now: float | None) -> float | None:
    from meshtui.explain.clock import http_date

    end = http_date(raw)
    start = http_date(date) if date else now
    return max(0.0, end - start) if end is not None and start is not None else None


def _from_fields(signal: Signal) -> float | None:
    for name in ("retry_after_seconds", "retryDelay", "resets_in_seconds"):
        if name in signal.metadata:
            found = seconds(signal.metadata[name])
            if found is not None:
                return found
    end = unix_time(signal.metadata.get("resets_at", ""))
    if end is not None and signal.context.now is not None:
        return max(0.0, end - signal.context.now)
    return None


def unix_time(text: str) -> float | None:
    """A Unix time in seconds; None for anything else."""
    return float(text) if text.isdecimal() and text.isascii() and len(text) <= 11 else None
