"""Mesh API: its own refusals, and what it says of a provider's.

Codes and provider codes are those of its "Errors" reference; `upstream_auth_error`, `insufficient_credits` and
`upstream_rate_limit_error` speak of your provider key, so the key at fault is not the `rsk_` key that was sent. Where
the envelope carries the provider's own error, that is explained by the provider's table and not by this one.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.explain.rules import mesh_account, mesh_request, mesh_upstream

RULES: tuple[Rule, ...] = (*mesh_upstream.RULES, *mesh_account.RULES, *mesh_request.RULES)
