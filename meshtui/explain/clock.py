"""Reading times in answers, and how far the local clock is off by them."""

from __future__ import annotations

import calendar

from meshtui.explain.durations import words
from meshtui.explain.lazy import Pattern
from meshtui.explain.model import Signal

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HTTP = Pattern(r"(?:[A-Za-z]{3,9},? )?(\d{1,2})[ -]([A-Za-z]{3})[ -](\d{4}) (\d\d):(\d\d):(\d\d)")
_AWS = Pattern(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")
_TIMES = Pattern(
    r"Signature (?:expired|not yet current): (?P<sent>\d{8}T\d{6}Z) is (?:now earlier|still later) than "
    r"\d{8}T\d{6}Z \((?P<server>\d{8}T\d{6}Z)"
)


def http_date(text: str) -> float | None:
    """`Mon, 23 Nov 2026 07:04:00 GMT` as Unix time; None for anything else."""
    match = _HTTP.match(text.strip()[:60])
    if match is None or match[2].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(match[2].lower()) + 1
    return _unix((int(match[3]), month, int(match[1]), int(match[4]), int(match[5]), int(match[6])))


def aws_time(text: str) -> float | None:
    """`20250714T201419Z` as Unix time; None for anything else."""
    match = _AWS.fullmatch(text)
    return _unix(tuple(int(part) for part in match.groups())) if match else None


def _unix(parts: tuple[int, ...]) -> float | None:
    """Year, month, day, hour, minute, second as Unix time; None for a day that no calendar has."""
    try:
        return float(calendar.timegm((*parts, 0, 0, 0)))
    except ValueError:
        return None


def skew(signal: Signal) -> float | None:
    """Seconds that the sending clock is ahead of the server's (negative: behind); None where nothing tells.

    AWS's sentence names the request's time and, in brackets, the server's. Else the answer's `date` header is
    compared with the time at which it was received.
    """
    match = _TIMES.search(signal.message)
    if match:
        sent, server = aws_time(match["sent"]), aws_time(match["server"])
        return sent - server if sent is not None and server is not None else None
    date = http_date(signal.headers.get("date", ""))
    return signal.context.now - date if date is not None and signal.context.now is not None else None


def in_words(seconds_ahead: float) -> str:
    """`your clock is 61 min behind`."""
    return "your clock agrees with the server's" if abs(seconds_ahead) < 2 else f"your clock is {off_by(seconds_ahead)}"


def off_by(seconds_ahead: float) -> str:
    """`61 min behind`"""
    return f"{words(abs(seconds_ahead))} {'ahead' if seconds_ahead > 0 else 'behind'}"
