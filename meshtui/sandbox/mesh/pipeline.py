"""What every endpoint that runs a model shares: read, admit, look in the cache, serve, record, answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from starlette.responses import Response

from meshtui.sandbox import ids, sse
from meshtui.sandbox.body import json_object
from meshtui.sandbox.chat import Asked
from meshtui.sandbox.completion import Completion
from meshtui.sandbox.mesh import guard, templates
from meshtui.sandbox.mesh.cache import key_of
from meshtui.sandbox.mesh.door import Handler, Visit
from meshtui.sandbox.mesh.envelope import Trouble, invalid
from meshtui.sandbox.mesh.ledger import CACHED, NOBODY, record
from meshtui.sandbox.mesh.marks import marks
from meshtui.sandbox.mesh.routing import Routed, resolve, route
from meshtui.sandbox.mesh.rows import IN_STREAM
from meshtui.sandbox.mesh.serve import Outcome
from meshtui.sandbox.models import Model
from meshtui.sandbox.world import World

REJECTED = frozenset({"context_window_exceeded", "content_policy_violation", "invalid_request", "invalid_input",
                      "unsupported_operation"})  # fmt: skip
"""What a provider finds wrong with a request, told inside a stream under a switch."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request as the gateway reads it. Fields it does not know are dropped without a word."""

    asked: Asked
    body: Mapping[str, object] = field(default_factory=dict)


NOTHING_READ = Wanted(Asked("", ()))


@dataclass(frozen=True, slots=True)
class Answer:
    """All that an endpoint needs to shape an answer. `error` is the envelope of one that comes inside the stream."""

    world: World
    visit: Visit
    wanted: Wanted
    model: Model
    completion: Completion
    outcome: Outcome
    headers: Mapping[str, str]
    more: Mapping[str, object] = field(default_factory=dict)
    """Further fields of the body."""
    error: Trouble | None = None
    at_once: bool = False
    cost: str = ""

    @property
    def pause(self) -> float:
        return self.world.pace.word


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`kind`: of the models that it serves."""

    name: str
    read: Callable[[Mapping[str, object]], Wanted | Trouble]
    shape: Callable[[Answer], Response]
    kind: str = "text"
    cached: bool = True


def running(endpoint: Endpoint) -> Handler:
    """The endpoint's handler."""

    async def handle(world: World, visit: Visit) -> Response:
        world.mesh.meter.count(visit.key, requests=1)
        wanted = _read(world, endpoint, await visit.body())
        if isinstance(wanted, Trouble):
            return _decline(world, visit, endpoint, NOTHING_READ, replace(NOBODY, trouble=wanted))
        name = resolve(wanted.asked.model)
        model = guard.admit(world, visit, name, endpoint.kind)
        if isinstance(model, Model):
            model = guard.unaffordable(world, visit, model) or _too_long(model, wanted) or model
        if isinstance(model, Trouble):
            return _decline(world, visit, endpoint, wanted, replace(NOBODY, trouble=model))
        return await _answer(world, visit, endpoint, wanted, model)

    return handle


def _read(world: World, endpoint: Endpoint, raw: bytes) -> Wanted | Trouble:
    body = json_object(raw)
    if body is None:
        return invalid("", "JSON decode error", "json_invalid")
    filled = templates.fill(world.mesh.templates, body)
    return filled if isinstance(filled, Trouble) else endpoint.read(filled)


def _too_long(model: Model, wanted: Wanted) -> Trouble | None:
    if wanted.asked.prompt_tokens <= model.context:
        return None
    return guard.on_demand("context_window_exceeded", "context_window_exceeded")


async def _answer(world: World, visit: Visit, endpoint: Endpoint, wanted: Wanted, model: Model) -> Response:
    started = time.perf_counter()
    slot = _cache_slot(visit, endpoint, wanted)
    cached = world.cache.find(slot)
    routed = Routed(CACHED, model) if cached else await route(world, visit, model, wanted.asked, wanted.body)
    outcome = routed.outcome
    if outcome.trouble:
        return _decline(world, visit, endpoint, wanted, outcome)
    latency = round((time.perf_counter() - started) * 1000)
    completion = cached or Completion.to(wanted.asked, routed.model.served_as)
    breaks = wanted.asked.stream and (outcome.breaks or visit.fault == "stream_error")
    if not (cached or breaks):
        world.cache.keep(slot, completion)
    cost = record(
        world,
        visit,
        endpoint.name,
        wanted.asked,
        outcome,
        completion=completion,
        model=routed.model,
        latency=latency,
        broke=breaks,
        rerouted=routed.attempts > 1,
        body=wanted.body,
    )
    headers = visit.headers(marks(visit, wanted.asked, outcome) | guard.limit_headers(world, visit))
    if cached:
        completion = replace(cached, id=f"chatcmpl-cached-{ids.letters(24)}")
        headers["x-cache"] = "HIT"
    else:
        headers |= {"x-provider-latency-ms": str(latency), **routed.headers(visit, wanted.asked)}
    answer = Answer(world, visit, wanted, routed.model, completion, outcome, headers, routed.fields(wanted.asked))
    trouble = Trouble(IN_STREAM.code, IN_STREAM.message, provider_code=IN_STREAM.provider_code) if breaks else None
    return endpoint.shape(replace(answer, error=trouble, at_once=cached is not None, cost=cost))


def byok_of(outcome: Outcome) -> dict[str, object]:
    """The two fields that name the credential in the usage of embeddings."""
    return {"byok_used": outcome.served == "own key", "fallback_triggered": outcome.fell_back}


def _cache_slot(visit: Visit, endpoint: Endpoint, wanted: Wanted) -> str | None:
    """Where the answer may be found or kept; None where the cache is off for this request."""
    off = visit.request.headers.get("x-mesh-cache", "").lower() == "no-store" or not visit.behaviour.cache
    return None if off or not endpoint.cached else key_of(visit.key, endpoint.name, wanted.asked.model, wanted.body)


def _decline(world: World, visit: Visit, endpoint: Endpoint, wanted: Wanted, outcome: Outcome) -> Response:
    trouble = outcome.trouble
    assert trouble is not None
    in_band = wanted.asked.stream and visit.behaviour.early_stream_errors == "in_band" and trouble.code in REJECTED
    record(world, visit, endpoint.name, wanted.asked, outcome, broke=in_band, body=wanted.body)
    headers = marks(visit, wanted.asked, outcome) | (guard.limit_headers(world, visit) if visit.key else {})
    if not in_band:
        return visit.fail(trouble, headers)
    return sse.failing(trouble.frame(visit.id, visit.behaviour), visit.headers(headers))


def refusal_of(endpoint: Endpoint) -> Callable[[World, Visit, Trouble], None]:
    """Records a request that came no further than the door."""

    def note(world: World, visit: Visit, trouble: Trouble) -> None:
        record(world, visit, endpoint.name, NOTHING_READ.asked, replace(NOBODY, trouble=trouble))

    return note
