"""What to do, by provider and cause. `general` holds the steps that are the same everywhere."""

from __future__ import annotations

import importlib
from functools import cache

from meshtui.explain.model import Step


@cache
def steps(provider: str, cause: str) -> tuple[Step, ...]:
    """The provider's steps for this cause, else the general ones; never empty for a label of the catalogue."""
    from meshtui.explain.rules import PROVIDERS

    own = _table(provider).get(cause) if provider in PROVIDERS else None
    return own or _table("general")[cause]


def _table(name: str) -> dict[str, tuple[Step, ...]]:
    found: dict[str, tuple[Step, ...]] = importlib.import_module(f"meshtui.explain.steps.{name}").STEPS
    return found
