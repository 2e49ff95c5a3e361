"""What stands between a key that came in and the credentials, in the order of Mesh's failure stages: rate limit, spend
cap, model, balance."""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.sandbox import models
from meshtui.sandbox.mesh import codes
from meshtui.sandbox.mesh.door import Visit, refuse_call
from meshtui.sandbox.mesh.envelope import Trouble
from meshtui.sandbox.mesh.meter import Used
from meshtui.sandbox.models import Model
from meshtui.sandbox.settings import Limits
from meshtui.sandbox.world import World

HEADERS = {
    "plain": ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"),
    "openai": ("x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
}


def admit(world: World, visit: Visit, name: str, kind: str) -> Model | Trouble:
    """The model, where this Mesh key may run it now at an endpoint for models of this `kind`."""
    model = models.BY_MESH.get(name)
    uses_own_key = model is not None and has_own_key(world, visit, model)
    return (
        _over_limit(world, visit, uses_own_key=uses_own_key)
        or refuse_call(world, visit, name)
        or _on_demand(name)
        or _model(model, name, kind)
    )


def has_own_key(world: World, visit: Visit, model: Model) -> bool:
    """Whether a stored key of the caller's team will be tried for this model."""
    return visit.key != "platform" and world.own_key(model.provider) is not None


def unaffordable(world: World, visit: Visit, model: Model) -> Trouble | None:
    """The balance: nought blocks what costs something."""
    exempt = model.free or (has_own_key(world, visit, model) and not visit.behaviour.byok_needs_balance)
    if exempt or world.books.balance > 0:
        return None
    return Trouble("spend_limit_exceeded", "The balance of this account is empty. Add credits to use paid models.")


def limit_headers(world: World, visit: Visit) -> dict[str, str]:
    """X-RateLimit-*, in the spelling that the switch says."""
    spelling = HEADERS.get(visit.behaviour.rate_limit_headers)
    if spelling is None:
        return {}
    used, limits = world.mesh.meter.used(visit.key), world.mesh.limits(visit.key)
    values = (limits.shown.rpm, max(0, limits.shown.rpm - used.minute), int(used.minute_ends))
    return {header: str(value) for header, value in zip(spelling, values, strict=True)}


def _over_limit(world: World, visit: Visit, *, uses_own_key: bool) -> Trouble | None:
    if uses_own_key and not visit.behaviour.byok_counts:
        return None
    limits, used = world.mesh.limits(visit.key), world.mesh.meter.used(visit.key)
    cap = limits.spend_cap_usd
    if cap is not None and world.books.spent(visit.key) >= cap:
        return Trouble("spend_limit_exceeded", f"The spend cap of this API key (${cap:.2f}) has been reached.")
    return _too_fast(limits, used)


def _too_fast(limits: Limits, used: Used) -> Trouble | None:
    """The first window that is full. The request that is being looked at is counted already."""
    windows = (
        (limits.rpm, used.minute - 1, used.minute_ends, "requests per minute (RPM)"),
        (limits.rpd, used.day - 1, used.day_ends, "requests per day (RPD)"),
        (limits.tpm, used.tokens, used.minute_ends, "tokens per minute (TPM)"),
    )
    for limit, before, wait, what in windows:
        if limit and before >= limit:
            message = f"Rate limit exceeded: this API key allows {limit} {what}."
            return Trouble("rate_limit_exceeded", message, retry_after=wait)
    return None


def _on_demand(name: str) -> Trouble | None:
    named = codes.named_by(name)
    return on_demand(*named) if named else None


def on_demand(code: str, reason: str = "", more: Mapping[str, object] | None = None) -> Trouble:
    """An error of this code, in its usual words."""
    return Trouble(code, codes.CODES[code].message, provider_code=reason, more=more or {})


def _model(model: Model | None, name: str, kind: str) -> Model | Trouble:
    if model is None:
        return Trouble("model_not_found", f"Model '{name}' is not supported or is invalid.")
    if model.kind != kind:
        message = f"Model '{name}' is a model for {model.kind} and is not served at this endpoint."
        return Trouble("model_capability_not_supported", message)
    return model
