"""A provider's table of test models, in order of preference, and which one is used on a day; how Mesh names models
that several providers offer. Standard library only. The tables are in the providers' `models` modules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from meshtui.explain.ended_models import find_end


class SmallModel(NamedTuple):
    """A small model that a test prompt can be sent to."""

    name: str
    """As the provider calls it."""
    at_mesh: str
    """As Mesh calls it."""
    ends: date | None = None
    """The day on which the provider shuts it down; None: none is announced."""


def find_last_day(provider: str, model: str) -> date | None:
    """The model's last day by the table; None where it has none."""
    known = find_end(provider, model)
    return date.fromisoformat(known.ends) if known else None


def choose_model(models: Sequence[SmallModel], today: date) -> SmallModel:
    """The first that has not ended; the last one where all have."""
    return next((model for model in models if model.ends is None or model.ends > today), models[-1])


def parse_day(value: object) -> date | None:
    """The day in what a provider writes for a date or a time, text or Unix seconds; None where it writes none."""
    try:
        if isinstance(value, str):
            return date.fromisoformat(value[:10])
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC).date()
    except (ValueError, OverflowError, OSError):
        pass
    return None


def describe_end(ends: date, today: date, replacement: str = "") -> str:
    """`ends in 47 days, on 2027-01-14; replacement gpt-6-luna`, or `ended on …`."""
    days = (ends - today).days
    when = f"ended on {ends}" if days < 0 else f"ends in {days} day{'s' if days != 1 else ''}, on {ends}"
    return f"{when}; replacement {replacement}" if replacement else when


def describe_model_end(provider: str, model: str, stated_end: object, today: date) -> str:
    """When the model ends, by what the provider has stated, and what the table names instead; empty where the provider
    states nothing."""
    known, ends = find_end(provider, model), parse_day(stated_end)
    return f"{model} {describe_end(ends, today, known.replacement if known else '')}" if ends else ""


def describe_known_end(provider: str, model: str, today: date) -> str:
    """The same by the table alone, for a provider that states no ends; empty where the table has none."""
    known = find_end(provider, model)
    return describe_model_end(provider, model, known.ends, today) if known else ""


def name_claude(model: str) -> str:
    """`claude-sonnet-4-5-20250929` → `anthropic/claude-sonnet-4.5`, of whichever provider."""
    dated = re.sub(r"-\d{8}$", "", model.partition("@")[0])
    return "anthropic/" + re.sub(r"(?<=-)(\d)-(\d)(?=-|$)", r"\1.\2", dated)
