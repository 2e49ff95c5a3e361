"""The headers that tell, or might tell, which credential served."""

from __future__ import annotations

from meshtui.sandbox.chat import Asked
from meshtui.sandbox.faults import provider_of
from meshtui.sandbox.mesh.door import Visit
from meshtui.sandbox.mesh.serve import Outcome
from meshtui.sandbox.models import SLUGS


def marks(visit: Visit, asked: Asked, outcome: Outcome) -> dict[str, str]:
    """What tells of the credential, as far as the switches let it."""
    behaviour = visit.behaviour
    told = bool(behaviour.fallback_header)
    told = told and (behaviour.fallback_header_on_errors or outcome.trouble is None)
    told = told and (behaviour.fallback_header_on_streams or not asked.stream)
    found = {}
    if told and outcome.fell_back:
        found["x-byok-fallback-triggered"] = behaviour.fallback_header
    elif told and behaviour.fallback_header_says_false and outcome.tried:
        found["x-byok-fallback-triggered"] = "false"
    if behaviour.served_provider_header and outcome.credential:
        found["x-mesh-served-provider"] = SLUGS[provider_of(outcome.credential)] or "aggregator"
    return found
