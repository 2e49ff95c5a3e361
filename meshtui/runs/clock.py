"""How far this machine's clock is from the servers', by the `Date` of any answer (RFC 9110, 6.6.1)."""

from __future__ import annotations

from collections.abc import Iterable

from meshtui.exchange import Exchange

ALLOWED = 300.0
"""Seconds that AWS allows a signature to be off."""
UNSEEN = 5.0
"""Seconds that are no skew: `Date` counts whole seconds, and an answer takes its time."""


def skew(exchanges: Iterable[Exchange]) -> float | None:
    """Seconds by which the local clock is ahead of the server's, at its worst; None where no answer had a date."""
    found = [seconds for exchange in exchanges if (seconds := _skew_of(exchange)) is not None]
    return max(found, key=abs, default=None)


def _skew_of(exchange: Exchange) -> float | None:
    from email.utils import parsedate_to_datetime

    if exchange.answer is None or exchange.timings.first_byte is None:
        return None
    try:
        there = parsedate_to_datetime(exchange.answer.header("Date")).timestamp()
    except (ValueError, OverflowError):
        return None
    difference = exchange.started + exchange.timings.first_byte - there
    return 0.0 if abs(difference) < UNSEEN else difference
