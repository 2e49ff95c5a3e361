"""How long ago something was, in words, and when those words will be others."""

from __future__ import annotations

import time

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
WIDTH, NARROW = 15, 10
"""Columns that the longest of these words takes: `yesterday 14:03`; `59 min ago`."""


def ago(at: float, now: float, room: int = WIDTH) -> str:
    """`3 s ago`, `2 min ago`, `5 h ago` on the same day, `yesterday 14:03`, `21 Nov 14:03`; local time. With less room
    than WIDTH `yest 14:03` and `21 Nov`. What is yet to come, because a clock was set, is `now`."""
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
    long, short = ("yesterday %H:%M", "yest %H:%M") if days == 1 else ("%d %b %H:%M", "%d %b")
    return time.strftime(long if room >= WIDTH else short, time.localtime(at)).lstrip("0")


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
