"""How long ago something was, in words, and when those words will be others."""

from __future__ import annotations

import time

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
WIDTH = 15
"""Columns that the longest of these words takes: `yesterday 14:03`."""


def ago(at: float, now: float) -> str:
    """`3 s ago`, `2 min ago`, `5 h ago` on the same day, `yesterday 14:03`, `21 Nov 14:03`; local time. What is
    yet to come, because a clock was set, is `now`."""
    age = now - at
    if age < 1:
        return "now"
    if age < MINUTE:
        return f"{int(age)} s ago"
    if age < HOUR:
        return f"{age // MINUTE:.0f} min ago"
    days = _day(now) - _day(at)
    if days == 0:
        return f"{age // HOUR:.0f} h ago"
    then = time.localtime(at)
    return time.strftime("yesterday %H:%M" if days == 1 else "%d %b %H:%M", then).lstrip("0")


def changes_in(at: float, now: float) -> float:
    """Seconds until `ago` says something else of it; never less than a second, because nobody reads faster, and
    never more than an hour."""
    age = now - at
    step = 1.0 if age < MINUTE else MINUTE if age < HOUR else HOUR
    return max(1.0, step - age % step)


def _day(at: float) -> int:
    """The local day, counted, so that yesterday is one less."""
    then = time.localtime(at)
    return int((at + then.tm_gmtoff) // DAY)
