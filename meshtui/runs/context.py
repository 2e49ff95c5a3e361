"""What is known besides an answer, for explaining it. Never a secret."""

from __future__ import annotations

from meshtui.credentials.model import Credential
from meshtui.exchange import Exchange
from meshtui.explain.model import Context


def context_of(credential: Credential, model: str, exchange: Exchange) -> Context:
    """`now` is the moment at which the answer began, by the local clock."""
    material, timings = credential.material, exchange.timings
    return Context(
        model=model,
        region=getattr(material, "region", ""),
        key_region=credential.facts.get("region", ""),
        project=getattr(material, "project_id", ""),
        credential=credential.name,
        now=exchange.started + (timings.first_byte or timings.total or 0.0),
    )
