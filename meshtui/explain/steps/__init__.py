"""What to do, by provider and cause. `general` holds the steps that are the same everywhere."""

from __future__ import annotations

import importlib
from functools import cache

from meshtui.explain.model import Step


@cache
def steps(provider: str, cause: str) -> tuple[Step, ...]:
    """The provider's steps for this cause, else the general ones; never empty for a label of the catalogue."""
    from meshtui.explain.rules import PROVIDERS

    own = importlib.import_module(f"meshtui.explain.steps.{provider}").STEPS if provider in PROVIDERS else {}
    general = importlib.import_module("meshtui.explain.steps.general").STEPS
    found: tuple[Step, ...] = own.get(cause) or general[cause]
    return found
