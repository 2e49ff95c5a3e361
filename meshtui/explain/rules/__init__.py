"""The tables of rules, one a provider: one row a rule, most specific first.

`edges` holds what needs no provider: failures without an answer, pages of proxies, and, last, the bare status.
"""

from __future__ import annotations

import importlib
from functools import cache

from meshtui.explain.model import Rule

PROVIDERS = ("openai", "mesh", "bedrock", "vertex")


@cache
def table(provider: str) -> tuple[Rule, ...]:
    """A provider's rows; `edges` and `status` are tables too. Loaded when first asked for."""
    rows: tuple[Rule, ...] = importlib.import_module(f"meshtui.explain.rules.{provider}").RULES
    return rows


@cache
def tables(provider: str) -> tuple[Rule, ...]:
    """All rows for an answer of this provider in the order they are tried: its own, the edges', the bare status."""
    own = table(provider) if provider in PROVIDERS else ()
    return (*own, *table("edges"), *table("status"))


def all_rules() -> tuple[Rule, ...]:
    return tuple(rule for name in (*PROVIDERS, "edges", "status") for rule in table(name))
