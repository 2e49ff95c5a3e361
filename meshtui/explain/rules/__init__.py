"""The tables of rules, one a provider: one row a rule, most specific first.

`edges` holds what needs no provider: failures without an answer, pages of proxies, and, last, the bare status.
"""

from __future__ import annotations

import importlib
from functools import cache

from meshtui.explain.model import Rule

PROVIDERS = ("openai", "mesh", "bedrock", "vertex")
_LAST = ("edges", "status")


@cache
def table(name: str) -> tuple[Rule, ...]:
    """The rows of a provider, of `edges` or of `status`. Loaded when first asked for."""
    rows: tuple[Rule, ...] = importlib.import_module(f"meshtui.explain.rules.{name}").RULES
    return rows


def order(provider: str) -> tuple[str, ...]:
    """The tables for an answer of this provider as they are tried: its own, the edges', the bare status."""
    return (provider, *_LAST) if provider in PROVIDERS else _LAST


def all_rules() -> tuple[Rule, ...]:
    return tuple(rule for name in (*PROVIDERS, *_LAST) for rule in table(name))
