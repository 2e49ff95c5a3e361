"""Which rules and which fix steps belong to a provider. Both tables are loaded when an answer of that provider comes:
`meshtui explain` shall not pay for the others.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from meshtui.explain.model import Rule, Step

PROVIDERS = ("openai", "mesh", "bedrock", "vertex")

_RULES = {
    "relays": "meshtui.explain.relay_rules:RULES",
    "openai": "meshtui.providers.openai.errors:RULES",
    "mesh": "meshtui.providers.mesh.errors:RULES",
    "bedrock": "meshtui.providers.bedrock.errors:RULES",
    "vertex": "meshtui.providers.vertex.errors:RULES",
    "network": "meshtui.explain.network_rules:NETWORK_RULES",
    "general": "meshtui.explain.general_rules:RULES",
    "status": "meshtui.explain.network_rules:STATUS_RULES",
}
_LAST = ("network", "general", "status")
_FOREIGN = {"google-ai-studio": ("vertex",)}
"""Vendors who answer in the words of a provider."""


@cache
def load_rules(name: str) -> tuple[Rule, ...]:
    """The rows of one table: a provider's, or `relays`, `network`, `status`."""
    module, _, table = _RULES[name].partition(":")
    rows: tuple[Rule, ...] = getattr(import_module(module), table)
    return rows


@cache
def order_tables(provider: str, relayed: bool) -> tuple[str, ...]:
    """The tables for an answer of this provider as they are tried: a relay's where one answered, the provider's own,
    the network's, the general meaning of words, the bare status."""
    own = (provider, *_LAST) if provider in PROVIDERS else (*_FOREIGN.get(provider, ()), *_LAST)
    return ("relays", *own) if relayed else own


def list_rules() -> tuple[Rule, ...]:
    return tuple(rule for name in _RULES for rule in load_rules(name))


@cache
def find_steps(provider: str, cause: str) -> tuple[Step, ...]:
    """The provider's steps for this cause, else the general ones; never empty for a label of the catalogue."""
    module = f"meshtui.providers.{provider}.fixes" if provider in PROVIDERS else "meshtui.explain.general_fixes"
    own: dict[str, tuple[Step, ...]] = import_module(module).STEPS
    return own.get(cause) or import_module("meshtui.explain.general_fixes").STEPS[cause]
