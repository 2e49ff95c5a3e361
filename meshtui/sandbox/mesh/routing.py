"""Which model serves: the one that was asked for, what `auto` means, or the next of the request's own list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from meshtui.sandbox import models
from meshtui.sandbox.chat import Asked
from meshtui.sandbox.mesh import guard
from meshtui.sandbox.mesh.door import Visit
from meshtui.sandbox.mesh.serve import PATIENCE, Job, Outcome, serve
from meshtui.sandbox.models import Model
from meshtui.sandbox.world import World

AUTO, AUTO_MODEL = "auto", "openai/gpt-4o-mini"
MOST = 10
"""Models of a list that are tried."""
TRANSIENT = frozenset({"upstream_error", "upstream_rate_limit_error", "gateway_timeout", "provider_not_available"})
"""What leads to the next model: 429 counts as transient, 401 as final (Mesh documentation, "retry and fallback")."""


@dataclass(frozen=True, slots=True)
class Routed:
    """What the credentials made of a request, and the model that served or was tried last."""

    outcome: Outcome
    model: Model
    attempts: int = 1

    def headers(self, visit: Visit, asked: Asked) -> dict[str, str]:
        """Routing headers are not sent on streams; those of the automatic choice are sent there only."""
        if asked.stream:
            auto = {"x-auto-routed": "true", "x-resolved-model-id": self.model.mesh}
            return auto if asked.model == AUTO else {}
        if self.attempts == 1 and not visit.behaviour.routing_headers:
            return {}
        moved = {"x-mesh-routing-model": self.model.mesh} if self.attempts > 1 else {}
        fallback = "true" if self.attempts > 1 else "false"
        return {"x-mesh-routing-attempts": str(self.attempts), "x-mesh-routing-fallback": fallback, **moved}

    def fields(self, asked: Asked) -> dict[str, object]:
        """What `auto` adds to the body of a whole answer."""
        auto = asked.model == AUTO and not asked.stream
        return {"x_auto_routed": True, "x_resolved_model_id": self.model.mesh} if auto else {}


def resolve(model: str) -> str:
    return AUTO_MODEL if model == AUTO else model


async def route(world: World, visit: Visit, model: Model, asked: Asked, body: Mapping[str, object]) -> Routed:
    """Tries the model, and those of `models` after it while the failure is one that another model may not have."""
    others = body.get("models")
    listed = [models.BY_MESH.get(str(name)) for name in others] if isinstance(others, list) else []
    candidates = [model, *(other for other in listed if other and other.kind == model.kind and other != model)]
    given = body.get("timeout")
    patience = min(float(given), PATIENCE) if isinstance(given, int | float) else PATIENCE
    attempts, before = 0, Outcome("nobody", "", ())
    for candidate in candidates[:MOST]:
        job = Job(candidate, asked.stream, patience)
        outcome = await serve(world, job, has_own_keys=guard.has_own_key(world, visit, candidate))
        attempts += 1
        before = replace(outcome, tried=before.tried + outcome.tried, fell_back=before.fell_back or outcome.fell_back)
        if before.trouble is None or before.trouble.code not in TRANSIENT:
            break
    return Routed(before, candidate, attempts)
