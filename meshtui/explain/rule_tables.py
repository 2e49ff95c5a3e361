"""Which rules and which fix steps belong to a provider. Both tables are loaded when an answer of that provider comes:
`meshtui explain` shall not pay for the others.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from meshtui.base.provider_names import PROVIDER_ROWS, load_part
from meshtui.explain.model import Rule, Step

_RULES = {
    "relays": "meshtui.explain.relay_rules:RULES",
    "gateways": "meshtui.explain.gateway_rules:RULES",
    "network": "meshtui.explain.network_rules:NETWORK_RULES",
    "general": "meshtui.explain.general_rules:RULES",
    "status": "meshtui.explain.network_rules:STATUS_RULES",
}
_LAST = ("network", "general", "status")
_FOREIGN = {
    "google-ai-studio": ("vertex",),
    "one-api": ("relays",),
    "litellm": ("gateways",),
    "cloudflare-ai-gateway": ("gateways",),
    "claude-relay": ("gateways",),
}
"""Vendors who answer in the words of a provider, or in words that have a table."""


@cache
def load_rules(name: str) -> tuple[Rule, ...]:
    """The rows of one table: a provider's, or one of those above."""
    if name in PROVIDER_ROWS:
        provided: tuple[Rule, ...] = load_part(name, "errors").RULES
        return provided
    module, _, table = _RULES[name].partition(":")
    rows: tuple[Rule, ...] = getattr(import_module(module), table)
    return rows


@cache
def order_tables(provider: str, relayed: bool) -> tuple[str, ...]:
    """The tables for an answer of this provider as they are tried: a relay's where one answered, the provider's own,
    the network's, the general meaning of words, the bare status."""
    own = (provider, *_LAST) if provider in PROVIDER_ROWS else (*_FOREIGN.get(provider, ()), *_LAST)
    return ("relays", *own) if relayed else own


def list_rules() -> tuple[Rule, ...]:
    return tuple(rule for name in ("relays", "gateways", *PROVIDER_ROWS, *_LAST) for rule in load_rules(name))


@cache
def find_steps(provider: str, cause: str) -> tuple[Step, ...]:
    """The provider's steps for this cause, else the general ones; never empty for a label of the catalogue."""
    own: dict[str, tuple[Step, ...]] = load_part(provider, "fixes").STEPS if provider in PROVIDER_ROWS else {}
    return own.get(cause) or import_module("meshtui.explain.general_fixes").STEPS[cause]
