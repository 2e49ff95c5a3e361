"""What may be known of a world, decided from its settings and the sandbox's own record, and not by the client's code.

`served` and `fell_back` are what a client that reads everything must come to: the truth where something shown decides
it, and unknown (None) where nothing does.
"""

from __future__ import annotations

from decimal import Decimal

from meshtui.sandbox.mesh.ledger import Truth
from meshtui.sandbox.models import BY_MESH
from tests.runs.world import OWN_MODELS, PROVIDER_OF, World

ACCOUNT = {"unauthorized", "forbidden", "spend_limit_exceeded", "rate_limit_exceeded"}
BEARERS = {"openai", "bedrock"}
"""Credentials that sign nothing, so that no clock matters to them."""
FEW_STEPS = 10
"""The whole price must be this many steps of rounding, or cost tells nothing."""
FINEST = Decimal("0.0000001")


def answered(truth: Truth | None) -> bool:
    return truth is not None and truth.status == 200 and not truth.broke


def works_from_here(world: World) -> bool:
    """Whether the provider itself answers this request with the person's key."""
    fault = world.faults.get(world.credential)
    harmless = {None, "slow", "stream_stall"}
    harmless |= set() if world.stream else {"stream_error", "stream_throttled", "stream_cut", "no_streaming"}
    harmless |= set() if world.credential in ("bedrock", "aws") else {"model_error", "model_not_ready", "service_quota"}
    harmless |= {"clock_skew"} if world.credential in BEARERS else set()
    harmless |= {"no_streaming"} if world.credential == "vertex" else set()
    return not world.mistaken and fault in harmless and world.model in OWN_MODELS[PROVIDER_OF[world.credential]]


def served(world: World, truth: Truth | None) -> str:
    """Of one request to Mesh."""
    if truth is None or not answered(truth):
        return "nobody"
    if truth.served == "cache":
        return "cache"
    if world.role == "platform":
        return "platform"
    decided = _header(world, truth) is True or _named(world, truth) or _alone(world, truth) or _paid(world, truth)
    return truth.served if decided else "unknown"


def fell_back(world: World, truth: Truth | None) -> bool | None:
    if truth is None:
        return False if _alone(world, truth) else None
    if truth.served == "cache":
        return False
    header = _header(world, truth)
    if header is not None:
        return header
    if answered(truth) and _named(world, truth):
        return truth.fell_back
    if world.role == "platform" and answered(truth):
        return False
    if _alone(world, truth) or truth.code in ACCOUNT:
        return False
    return False if answered(truth) and truth.served == "own key" and _paid(world, truth) else None


def _header(world: World, truth: Truth) -> bool | None:
    """What the header said: that it fell back, that it did not, or nothing."""
    behaviour = world.behaviour
    silent = (
        not behaviour.fallback_header
        or (truth.stream and not behaviour.fallback_header_on_streams)
        or (bool(truth.code) and not behaviour.fallback_header_on_errors)
    )
    if silent:
        return None
    if truth.fell_back:
        return True
    return False if behaviour.fallback_header_says_false and truth.tried else None


def _named(world: World, truth: Truth) -> bool:
    """Whether the usage, or the usage row, named the key."""
    behaviour = world.behaviour
    in_row = behaviour.rows_name_byok and behaviour.row_at_once and world.role == "mesh"
    return behaviour.usage_names_byok or (in_row and not _alone(world, truth))


def _alone(world: World, truth: Truth | None) -> bool:
    """Whether the client knows that no other credential could serve."""
    model = BY_MESH.get(truth.model) if truth is not None else None
    provider = model.provider if model is not None else world.routed
    return world.role == "mesh" and world.known and world.exclusive and provider == PROVIDER_OF[world.credential]


def _paid(world: World, truth: Truth) -> bool:
    """Whether what it cost tells a fee from the whole price."""
    behaviour = world.behaviour
    shown = behaviour.row_at_once or (truth.stream and behaviour.cost_in_last_chunk)
    step = max(FINEST, Decimal(1).scaleb(-behaviour.cost_places))
    return world.role == "mesh" and shown and Decimal(truth.price_usd) >= FEW_STEPS * step
