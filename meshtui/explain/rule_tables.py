"""The tables of rules, one a provider: one row a rule, most specific first.

`edges` holds what needs no provider: failures without an answer, pages of proxies, and, last, the bare status.

What to do, by provider and cause. `general` holds the steps that are the same everywhere.
"""

from __future__ import annotations

import importlib
from functools import cache

from meshtui.explain.model import Rule, Step

PROVIDERS = ("openai", "mesh", "bedrock", "vertex")
_LAST = ("edges", "status")
_RELAYS = "relays"


@cache
def table(name: str) -> tuple[Rule, ...]:
    """The rows of a provider, of `edges` or of `status`. Loaded when first asked for."""
    rows: tuple[Rule, ...] = importlib.import_module(f"meshtui.explain.rule_tables.{name}").RULES
    return rows


@cache
def order(provider: str, relayed: bool) -> tuple[str, ...]:
    """The tables for an answer of this provider as they are tried: a relay's where one answered, the provider's own,
    the edges', the bare status."""
    own = (provider, *_LAST) if provider in PROVIDERS else _LAST
    return (_RELAYS, *own) if relayed else own


def all_rules() -> tuple[Rule, ...]:
    return tuple(rule for name in (_RELAYS, *PROVIDERS, *_LAST) for rule in table(name))


@cache
def steps(provider: str, cause: str) -> tuple[Step, ...]:
    """The provider's steps for this cause, else the general ones; never empty for a label of the catalogue."""

    own = _table(provider).get(cause) if provider in PROVIDERS else None
    return own or _table("general")[cause]


def _table(name: str) -> dict[str, tuple[Step, ...]]:
    found: dict[str, tuple[Step, ...]] = importlib.import_module(f"meshtui.explain.rule_tables.{name}").STEPS
    return found
