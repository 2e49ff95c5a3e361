"""Points in time, as people read them: in UTC, as AWS, Google and Mesh write them; the time of day in local time."""

from __future__ import annotations

import time
from datetime import UTC, datetime

_UNITS = (("day", 86400), ("h", 3600), ("min", 60), ("s", 1))


def format_utc(when: float) -> str:
    """`2026-11-23 19:05 UTC`; `unknown` for what no calendar holds."""
    try:
        return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return "unknown"


def format_clock(when: float) -> str:
    """Local time of day, `14:03:22`."""
    return time.strftime("%H:%M:%S", time.localtime(when))


def format_time_span(seconds: float) -> str:
    """The two largest units: `11 h 52 min`, `3 days 2 h`, `40 s`."""
    rest = int(abs(seconds))
    parts: list[str] = []
    for unit, size in _UNITS:
        count, left = divmod(rest, size)
        if count or (unit == "s" and not parts):
            parts.append(f"{count} {unit}{'s' if unit == 'day' and count != 1 else ''}")
            rest = left
        elif parts:
            break
    return " ".join(parts[:2])


def format_relative(when: float, now: float) -> str:
    """The time and how far away it is: `2026-11-23 19:05 UTC (in 11 h 52 min)` or `(2 days ago)`."""
    away = f"in {format_time_span(when - now)}" if when > now else f"{format_time_span(now - when)} ago"
    return f"{format_utc(when)} ({away})"


def parse_iso(text: str) -> float | None:
    """The Unix time of an ISO 8601 date as AWS's tools print it, or None. A date without a zone is taken as UTC."""
    try:
        when = datetime.fromisoformat(text.strip().replace("UTC", "+00:00"))
    except ValueError:
        return None
    try:
        return when.replace(tzinfo=when.tzinfo or UTC).timestamp()
    except (OverflowError, ValueError):
        return None


def parse_compact(text: str) -> float | None:
    """The Unix time of `20261123T190500Z`, the form of X-Amz-Date, or None."""
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
