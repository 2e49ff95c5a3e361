"""The tables of rules, one a provider: one row a rule, most specific first.

`edges` holds what needs no provider: failures without an answer, pages of proxies, and, last, the bare status.
"""

from __future__ import annotations

import importlib
from functools import cache

from meshtui.explain.model import Rule

PROVIDERS = ("openai", "mesh", "bedrock", "vertex")
_LAST = ("edges", "general", "status")
_RELAYS = "relays"
_FOREIGN = {"google-ai-studio": ("vertex",)}
"""Vendors who answer in the words of a provider."""


@cache
def table(name: str) -> tuple[Rule, ...]:
    """The rows of a provider, of `edges` or of `status`. Loaded when first asked for."""
    where = "meshtui.explain.general_rules" if name == "general" else f"meshtui.explain.rules.{name}"
    rows: tuple[Rule, ...] = importlib.import_module(where).RULES
    return rows


@cache
def order(provider: str, relayed: bool) -> tuple[str, ...]:
    """The tables for an answer of this provider as they are tried: a relay's where one answered, the provider's own,
    the edges', the bare status."""
    own = (provider, *_LAST) if provider in PROVIDERS else (*_FOREIGN.get(provider, ()), *_LAST)
    return (_RELAYS, *own) if relayed else own


def all_rules() -> tuple[Rule, ...]:
    return tuple(rule for name in (_RELAYS, *PROVIDERS, *_LAST) for rule in table(name))
