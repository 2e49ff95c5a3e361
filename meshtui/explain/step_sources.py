"""Which advice is old: every step rests on a page, or on what was tried, of a certain day."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from meshtui.base.provider_names import PROVIDER_ROWS
from meshtui.explain.causes import CAUSES
from meshtui.explain.ended_models import SOURCES
from meshtui.explain.model import STALE_DAYS, Step
from meshtui.explain.rule_tables import find_steps, list_rules


class OldSource(NamedTuple):
    """What rests on a source that was read long ago."""

    source: str
    read: str
    """The day, as YYYY-MM-DD."""
    days: int
    """Since then."""
    what: tuple[str, ...]
    """The texts of the steps, or the table that rests on it."""


def list_steps() -> list[Step]:
    """Every step of every rule and cause, once."""
    found = [step for rule in list_rules() for step in rule.steps]
    found += [step for name in ("", *PROVIDER_ROWS) for cause in CAUSES for step in find_steps(name, cause)]
    return list(dict.fromkeys(found))


def find_old_sources(today: date, days: int = STALE_DAYS) -> list[OldSource]:
    """What was read more than so many days before today, the oldest first."""
    resting: dict[tuple[str, str], list[str]] = {}
    for step in list_steps():
        resting.setdefault((step.read, step.source), []).append(step.text)
    for provider, source in SOURCES.items():
        resting.setdefault((source.read, source.url), []).append(f"the table of ended models, {provider}")
    ages = {key: (today - date.fromisoformat(key[0])).days for key in resting}
    return [
        OldSource(source, read, ages[read, source], tuple(resting[read, source]))
        for read, source in sorted(resting)
        if ages[read, source] > days
    ]
