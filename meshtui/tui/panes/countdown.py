"""A call that met a limit: what of it counts down, in words, and when those words will be others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from meshtui.base.text import words
from meshtui.journal.entry import Entry, EntryKind
from meshtui.runs.limits import Limit, limit_of
from meshtui.runs.model import Attempt

if TYPE_CHECKING:
    from meshtui.checks.model import CheckResult

BY_SECONDS = 120.0
"""Below this many seconds each of them is told, above it minutes."""


def limit_met(entry: Entry) -> Limit | None:
    """The limit that refused the entry's call; None where it made none, or met none."""
    if entry.what is EntryKind.ATTEMPT:
        attempt = cast("Attempt", entry.detail)
        called, why = (attempt.exchange if attempt.exchanges else None), attempt.explanation
    elif entry.what is EntryKind.CHECK:
        check = cast("CheckResult", entry.detail)
        called, why = check.exchange, check.explanation
    else:
        return None
    return limit_of(called, why) if called and why else None


def left_of(limit: Limit) -> str:
    """`0 of 500 left`; empty where no number is told."""
    if limit.remaining is None:
        return f"limit {limit.limit:,}" if limit.limit is not None else ""
    return f"{limit.remaining:,}{'' if limit.limit is None else f' of {limit.limit:,}'} left"


def forms(limit: Limit, now: float, at_zero: str) -> tuple[str, ...]:
    """`requests per minute · 0 of 500 left · 12 s`, then shorter ones for narrow rows; `at_zero` stands for the time
    once it is over. Empty where the answer does not say when."""
    if limit.resets_at is None:
        return ()
    wait = limit.resets_at - now
    last = in_words(wait) if wait > 0 else at_zero
    parts = [part for part in (limit.name or "limited", left_of(limit)) if part]
    return tuple(" · ".join([*parts[:count], last]) for count in range(len(parts), -1, -1))


def in_words(wait: float) -> str:
    """`12 s`, `65 s`, `6 min`: whole seconds while they matter."""
    return f"{math.ceil(wait)} s" if wait < BY_SECONDS else words(wait)


def changes_in(limit: Limit, now: float) -> float | None:
    """Seconds until `forms` says something else; None where it stands still."""
    if limit.resets_at is None or limit.resets_at <= now:
        return None
    wait = limit.resets_at - now
    return wait - math.ceil(wait) + 1.0 if wait < BY_SECONDS else min(30.0, wait - BY_SECONDS + 1.0)
