"""POST /chat/completions of the gateway."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import ids, models, sse, tools
from meshtui.sandbox.body import json_object
from meshtui.sandbox.chat import Asked, form_of, limit_of, stops_of
from meshtui.sandbox.completion import Completion
from meshtui.sandbox.mesh.books import Truth, Use
from meshtui.sandbox.mesh.cache import key_of
from meshtui.sandbox.mesh.door import Visit, refuse_call
from meshtui.sandbox.mesh.envelope import Trouble, invalid
from meshtui.sandbox.mesh.rows import IN_STREAM
from meshtui.sandbox.mesh.serve import Outcome, serve
from meshtui.sandbox.models import Model
from meshtui.sandbox.world import World

DEFAULT_MODEL = "openai/gpt-4o"
"""What a request without a model gets (Mesh's older API reference)."""
NOBODY = Outcome("nobody", "", ())
CACHED = Outcome("cache", "", ())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request as the gateway reads it. Fields it does not know are dropped without a word."""

    asked: Asked
    body: Mapping[str, object] = field(default_factory=dict)


NOTHING_READ = Wanted(Asked("", ()))


async def chat(world: World, visit: Visit) -> Response:
    """The handler. Its order is that of Mesh's failure stages: limits, model access, credentials."""
    world.books.count_request(visit.key)
    wanted = read(await visit.request.body())
    if isinstance(wanted, Trouble):
        return _decline(world, visit, NOTHING_READ, replace(NOBODY, trouble=wanted))
    model = _admit(world, visit, wanted.asked.model)
    if isinstance(model, Trouble):
        return _decline(world, visit, wanted, replace(NOBODY, trouble=model))
    return await _answer(world, visit, wanted, model)


def read(raw: bytes) -> Wanted | Trouble:
    """The request, or the 422 that names what is wrong with it."""
    body = json_object(raw)
    if body is None:
        return invalid("", "JSON decode error", "json_invalid")
    if "messages" not in body:
        return invalid("messages", "Field required")
    messages, model = body["messages"], body.get("model") or DEFAULT_MODEL
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) for m in messages):
        return invalid("messages", "Input should be a valid list of messages", "list_type")
    if not isinstance(model, str):
        return invalid("model", "Input should be a valid string", "string_type")
    asked = Asked(
        model=model,
        messages=tuple(messages),
        stream=body.get("stream") is True,
        limit=limit_of(body),
        offer=tools.offer(body.get("tools"), body.get("tool_choice")),
        form=form_of(body.get("response_format")),
        stops=stops_of(body.get("stop")),
    )
    return Wanted(asked, body)


def _admit(world: World, visit: Visit, name: str) -> Model | Trouble:
    """The model, where this Mesh key may run it."""
    refused = refuse_call(world, visit, name)
    if refused:
        return refused
    return models.BY_MESH.get(name) or Trouble("model_not_found", f"Model '{name}' is not supported or is invalid.")


async def _answer(world: World, visit: Visit, wanted: Wanted, model: Model) -> Response:
    started = time.perf_counter()
    slot = _cache_slot(world, visit, wanted)
    cached = world.cache.find(slot)
    outcome = CACHED if cached else await serve(world, model, has_own_keys=visit.key != "platform")
    if outcome.trouble:
        return _decline(world, visit, wanted, outcome)
    latency = round((time.perf_counter() - started) * 1000)
    answer = cached or Completion.to(wanted.asked, model.served_as)
    breaks = wanted.asked.stream and (outcome.breaks or visit.fault == "stream_error")
    if not (cached or breaks):
        world.cache.keep(slot, answer)
    _record(world, visit, wanted, outcome, answer=answer, model=model, latency=latency, broke=breaks)
    headers = visit.headers(_marks(world, wanted, outcome))
    if cached:
        answer = replace(cached, id=f"chatcmpl-cached-{ids.letters(24)}")
        return _send(world, visit, wanted, answer, {**headers, "x-cache": "HIT"}, at_once=True)
    if world.behaviour.usage_names_byok:
        byok = {"byok_used": outcome.served == "own key", "fallback_triggered": outcome.fell_back}
        answer = replace(answer, extra=byok)
    return _send(world, visit, wanted, answer, {**headers, "x-provider-latency-ms": str(latency)}, breaks=breaks)


def _send(
    world: World,
    visit: Visit,
    wanted: Wanted,
    answer: Completion,
    headers: dict[str, str],
    *,
    breaks: bool = False,
    at_once: bool = False,
) -> Response:
    if not wanted.asked.stream:
        return JSONResponse(answer.whole(), headers=headers)
    trouble = Trouble(IN_STREAM.code, IN_STREAM.message, provider_code=IN_STREAM.provider_code)
    error = trouble.body(visit.id) if breaks else None
    return sse.stream(answer.chunks(world.pace.word, usage=True, error=error, at_once=at_once), headers)


def _cache_slot(world: World, visit: Visit, wanted: Wanted) -> str | None:
    """Where the answer may be found or kept; None where the cache is off for this request."""
    off = visit.request.headers.get("x-mesh-cache", "").lower() == "no-store" or not world.behaviour.cache
    return None if off else key_of(visit.key, wanted.asked.model, wanted.body)


def _decline(world: World, visit: Visit, wanted: Wanted, outcome: Outcome) -> Response:
    assert outcome.trouble is not None
    _record(world, visit, wanted, outcome)
    return visit.fail(outcome.trouble, _marks(world, wanted, outcome))


def _marks(world: World, wanted: Wanted, outcome: Outcome) -> dict[str, str]:
    """The one header that tells of a fallback, as far as the switches let it."""
    behaviour = world.behaviour
    told = behaviour.fallback_header_on_errors if outcome.trouble else True
    told = told and (behaviour.fallback_header_on_streams or not wanted.asked.stream)
    shown = outcome.fell_back and told and behaviour.fallback_header
    return {"x-byok-fallback-triggered": behaviour.fallback_header} if shown else {}


def record_refusal(world: World, visit: Visit, trouble: Trouble) -> None:
    """For a request that came no further than the door."""
    _record(world, visit, NOTHING_READ, replace(NOBODY, trouble=trouble))


def _record(
    world: World,
    visit: Visit,
    wanted: Wanted,
    outcome: Outcome,
    *,
    answer: Completion | None = None,
    model: Model | None = None,
    latency: int = 0,
    broke: bool = False,
) -> None:
    prompt, completion = (answer.prompt_tokens, answer.tokens) if answer and not outcome.trouble else (0, 0)
    full = model.cost(prompt, completion) if model else Decimal(0)
    free = world.behaviour.fee_free_tokens
    truth = Truth(
        request_id=visit.id,
        at=time.time(),
        key=visit.key,
        model=wanted.asked.model,
        stream=wanted.asked.stream,
        status=outcome.trouble.http_status if outcome.trouble else 200,
        code=outcome.trouble.code if outcome.trouble else "",
        served=outcome.served,
        credential=outcome.credential,
        tried=outcome.tried,
        fell_back=outcome.fell_back,
        broke=broke,
        cost_usd=f"{world.books.price(full, outcome.served, prompt + completion, free):.10f}",
    )
    tags = wanted.body.get("tags")
    world.books.record(Use(truth, prompt, completion, latency, tags if isinstance(tags, dict) else {}))
