"""The clock's values for the rows: `Rule.test` functions around `meshtui.explain.clock`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from meshtui.explain import clock
from meshtui.explain.model import Signal

_LIMIT = re.compile(r"\d{8}T\d{6}Z [-+] (\d{1,3}) min", re.IGNORECASE)
_HELD = 60
"""Seconds beyond the limit up to which a request may as well have waited after it was signed."""


def signed_off(signal: Signal) -> Mapping[str, str] | None:
    """`skew` and `limit` (minutes) where AWS's sentence names the signature's time and its own; else None."""
    ahead, limit = clock.skew(signal), _LIMIT.search(signal.message)
    if ahead is None or limit is None:
        return None
    return {"skew": clock.off_by(ahead), "limit": limit[1]}


def held_back(signal: Signal) -> Mapping[str, str] | None:
    """The same, where the request is late by little more than the limit; else None."""
    values, ahead = signed_off(signal), clock.skew(signal)
    if values is None or ahead is None or not 0 < -ahead <= int(values["limit"]) * 60 + _HELD:
        return None
    return values


def by_date_header(signal: Signal) -> Mapping[str, str] | None:
    """`skew` where the answer's Date header and the local time of its arrival differ by over half a minute; else
    None."""
    ahead = clock.skew(signal)
    return {"skew": clock.off_by(ahead)} if ahead is not None and abs(ahead) > 30 else None
