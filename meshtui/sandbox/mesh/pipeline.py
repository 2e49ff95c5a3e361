"""What all endpoints that run a model share: read, check limits and balance, serve or take from the cache, record."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from starlette.responses import Response

from meshtui.sandbox import http_messages, ids, models
from meshtui.sandbox.chat_completion import ChatRequest, Completion
from meshtui.sandbox.faults import get_provider
from meshtui.sandbox.http_messages import read_json_object
from meshtui.sandbox.mesh import errors, templates
from meshtui.sandbox.mesh.authentication import CallContext, Handler, check_key_faults
from meshtui.sandbox.mesh.errors import STREAM_FAILURES, MeshError, make_field_error, make_usual_error
from meshtui.sandbox.mesh.fallback import (
    FROM_CACHE,
    NOT_SERVED,
    Outcome,
    Routed,
    has_own_key,
    resolve_model,
    route_request,
)
from meshtui.sandbox.mesh.ledger import Truth, UsageRow
from meshtui.sandbox.mesh.state import make_cache_key
from meshtui.sandbox.models import SLUGS, Model
from meshtui.sandbox.rate_limits import Limits, WindowUsage
from meshtui.sandbox.world import World

REQUEST_ERRORS = frozenset({"context_window_exceeded", "content_policy_violation", "invalid_request", "invalid_input",
                      "unsupported_operation"})  # fmt: skip
"""What a provider finds wrong with a request, reported inside a stream under a switch."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A request as the gateway reads it. Fields it does not know are dropped without a word."""

    chat: ChatRequest
    body: Mapping[str, object] = field(default_factory=dict)


UNREAD_REQUEST = RunRequest(ChatRequest("", ()))


@dataclass(frozen=True, slots=True)
class RunAnswer:
    """All that an endpoint needs to shape an answer. `error` is the envelope of one that comes inside the stream."""

    world: World
    context: CallContext
    run_request: RunRequest
    model: Model
    completion: Completion
    outcome: Outcome
    headers: Mapping[str, str]
    more: Mapping[str, object] = field(default_factory=dict)
    """Further fields of the body."""
    error: MeshError | None = None
    at_once: bool = False
    cost: str = ""

    @property
    def pause(self) -> float:
        return self.world.pace.word


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`kind`: of the models that it serves."""

    name: str
    read: Callable[[Mapping[str, object]], RunRequest | MeshError]
    shape: Callable[[RunAnswer], Response]
    kind: str = "text"
    cached: bool = True
    find_problem: Callable[[Model, RunRequest], str] = lambda _, __: ""
    """What the model's provider would refuse of a request that Mesh takes, in its words; empty where nothing."""


def make_handler(endpoint: Endpoint) -> Handler:
    """The endpoint's handler."""

    async def handle(world: World, context: CallContext) -> Response:
        world.mesh.usage_windows.count(context.key, requests=1)
        run_request = _read_request(world, endpoint, await context.body())
        if isinstance(run_request, MeshError):
            return _record_and_refuse(world, context, endpoint, UNREAD_REQUEST, replace(NOT_SERVED, error=run_request))
        name = resolve_model(run_request.chat.model)
        model = admit_request(world, context, name, endpoint.kind)
        if isinstance(model, Model):
            model = (
                check_balance(world, context, model)
                or _check_context(model, run_request)
                or _check_upstream(endpoint, model, run_request)
                or model
            )
        if isinstance(model, MeshError):
            return _record_and_refuse(world, context, endpoint, run_request, replace(NOT_SERVED, error=model))
        return await _run_and_answer(world, context, endpoint, run_request, model)

    return handle


def _read_request(world: World, endpoint: Endpoint, raw: bytes) -> RunRequest | MeshError:
    body = read_json_object(raw)
    if body is None:
        return make_field_error("", "JSON decode error", "json_invalid")
    filled = templates.fill_template(world.mesh.templates, body)
    return filled if isinstance(filled, MeshError) else endpoint.read(filled)


def _check_context(model: Model, run_request: RunRequest) -> MeshError | None:
    if run_request.chat.prompt_tokens <= model.context:
        return None
    return errors.make_usual_error("context_window_exceeded", "context_window_exceeded")


def _check_upstream(endpoint: Endpoint, model: Model, run_request: RunRequest) -> MeshError | None:
    """The provider's own refusal of a request, which no other credential would change."""
    said = endpoint.find_problem(model, run_request)
    if not said:
        return None
    error = {"error": {"message": said, "type": "invalid_request_error"}}
    return MeshError("invalid_request", said, 400, http_messages.INVALID_REQUEST, more={"provider_error": error})


async def _run_and_answer(
    world: World, context: CallContext, endpoint: Endpoint, run_request: RunRequest, model: Model
) -> Response:
    started = time.perf_counter()
    slot = _choose_cache_key(context, endpoint, run_request)
    cached = world.cache.find(slot)
    routed = (
        Routed(FROM_CACHE, model)
        if cached
        else await route_request(world, context, model, run_request.chat, run_request.body)
    )
    outcome = routed.outcome
    if outcome.error:
        return _record_and_refuse(world, context, endpoint, run_request, outcome)
    latency = round((time.perf_counter() - started) * 1000)
    completion = cached or Completion.answer(run_request.chat, routed.model.served_as)
    own = context.fault if context.fault in STREAM_FAILURES else ""
    stream_fault = (outcome.breaks or own or "") if run_request.chat.stream else ""
    breaks = bool(stream_fault)
    if not (cached or breaks):
        world.cache.keep(slot, completion)
    cost = record_request(
        world,
        context,
        endpoint.name,
        run_request.chat,
        outcome,
        completion=completion,
        model=routed.model,
        latency=latency,
        broke=breaks,
        rerouted=routed.attempts > 1,
        body=run_request.body,
    )
    headers = context.headers(
        make_fallback_headers(context, run_request.chat, outcome) | make_limit_headers(world, context)
    )
    if cached:
        completion = replace(cached, id=f"chatcmpl-cached-{ids.make_letters(24)}")
        headers["x-cache"] = "HIT"
    else:
        headers |= {"x-provider-latency-ms": str(latency), **routed.headers(context, run_request.chat)}
    answer = RunAnswer(
        world, context, run_request, routed.model, completion, outcome, headers, routed.fields(run_request.chat)
    )
    # A stream of Mesh's own that is cut carries no error: the front of the application cuts it.
    row = STREAM_FAILURES.get(stream_fault) if outcome.breaks or own != "stream_cut" else None
    error = MeshError(row.code, row.message, provider_code=row.provider_code) if row else None
    return endpoint.shape(replace(answer, error=error, at_once=cached is not None, cost=cost))


def make_byok_fields(outcome: Outcome) -> dict[str, object]:
    """The two fields that name the credential in the usage of embeddings."""
    return {"byok_used": outcome.served == "own key", "fallback_triggered": outcome.fell_back}


def _choose_cache_key(context: CallContext, endpoint: Endpoint, run_request: RunRequest) -> str | None:
    """Where the answer may be found or kept; None where the cache is off for this request."""
    off = context.request.headers.get("x-mesh-cache", "").lower() == "no-store" or not context.behaviour.cache
    return (
        None
        if off or not endpoint.cached
        else make_cache_key(context.key, endpoint.name, run_request.chat.model, run_request.body)
    )


def _record_and_refuse(
    world: World, context: CallContext, endpoint: Endpoint, run_request: RunRequest, outcome: Outcome
) -> Response:
    error = outcome.error
    assert error is not None
    in_band = (
        run_request.chat.stream and context.behaviour.early_stream_errors == "in_band" and error.code in REQUEST_ERRORS
    )
    record_request(world, context, endpoint.name, run_request.chat, outcome, broke=in_band, body=run_request.body)
    headers = make_fallback_headers(context, run_request.chat, outcome) | (
        make_limit_headers(world, context) if context.key else {}
    )
    if not in_band:
        return context.fail(error, headers)
    return http_messages.stream_only_error(error.frame(context.id, context.behaviour), context.headers(headers))


def make_refusal_recorder(endpoint: Endpoint) -> Callable[[World, CallContext, MeshError], None]:
    """Records a request that came no further than the endpoint."""

    def note(world: World, context: CallContext, error: MeshError) -> None:
        record_request(world, context, endpoint.name, UNREAD_REQUEST.chat, replace(NOT_SERVED, error=error))

    return note


LIMIT_HEADERS = {
    "plain": ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"),
    "openai": ("x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
}


def admit_request(world: World, context: CallContext, name: str, kind: str) -> Model | MeshError:
    """The model, where this Mesh key may run it now at an endpoint for models of this `kind`."""
    model = models.BY_MESH.get(name)
    uses_own_key = model is not None and has_own_key(world, context, model)
    return (
        _check_limits(world, context, uses_own_key=uses_own_key)
        or check_key_faults(world, context, name)
        or _read_demanded_error(name)
        or _check_model(model, name, kind)
    )


def check_balance(world: World, context: CallContext, model: Model) -> MeshError | None:
    """The balance: zero blocks what costs something."""
    exempt = model.free or (has_own_key(world, context, model) and not context.behaviour.byok_needs_balance)
    if exempt or world.ledger.balance > 0:
        return None
    return MeshError("spend_limit_exceeded", "The balance of this account is empty. Add credits to use paid models.")


def make_limit_headers(world: World, context: CallContext) -> dict[str, str]:
    """X-RateLimit-*, in the spelling that the switch says."""
    spelling = LIMIT_HEADERS.get(context.behaviour.rate_limit_headers)
    if spelling is None:
        return {}
    used, limits = world.mesh.usage_windows.get_usage(context.key), world.mesh.limits(context.key)
    values = (limits.shown.rpm, max(0, limits.shown.rpm - used.minute), int(used.minute_ends))
    return {header: str(value) for header, value in zip(spelling, values, strict=True)}


def _check_limits(world: World, context: CallContext, *, uses_own_key: bool) -> MeshError | None:
    if uses_own_key and not context.behaviour.byok_counts:
        return None
    limits, used = world.mesh.limits(context.key), world.mesh.usage_windows.get_usage(context.key)
    cap = limits.spend_cap_usd
    if cap is not None and world.ledger.get_spent(context.key) >= cap:
        return MeshError("spend_limit_exceeded", f"The spend cap of this API key (${cap:.2f}) has been reached.")
    return _check_windows(limits, used)


def _check_windows(limits: Limits, used: WindowUsage) -> MeshError | None:
    """The first window that is full. The request that is being looked at is counted already."""
    windows = (
        (limits.rpm, used.minute - 1, used.minute_ends, "requests per minute (RPM)"),
        (limits.rpd, used.day - 1, used.day_ends, "requests per day (RPD)"),
        (limits.tpm, used.tokens, used.minute_ends, "tokens per minute (TPM)"),
    )
    for limit, before, wait, what in windows:
        if limit and before >= limit:
            message = f"Rate limit exceeded: this API key allows {limit} {what}."
            return MeshError("rate_limit_exceeded", message, retry_after=wait)
    return None


def _read_demanded_error(name: str) -> MeshError | None:
    named = errors.read_error_model(name)
    return make_usual_error(*named) if named else None


def _check_model(model: Model | None, name: str, kind: str) -> Model | MeshError:
    if model is None:
        return MeshError("model_not_found", f"Model '{name}' is not supported or is invalid.")
    if model.kind != kind:
        message = f"Model '{name}' is a model for {model.kind} and is not served at this endpoint."
        return MeshError("model_capability_not_supported", message)
    return model


def make_fallback_headers(context: CallContext, chat: ChatRequest, outcome: Outcome) -> dict[str, str]:
    """What identifies the credential, as far as the switches let it."""
    behaviour = context.behaviour
    sent = bool(behaviour.fallback_header)
    sent = sent and (behaviour.fallback_header_on_errors or outcome.error is None)
    sent = sent and (behaviour.fallback_header_on_streams or not chat.stream)
    found = {}
    if sent and outcome.fell_back:
        found["x-byok-fallback-triggered"] = behaviour.fallback_header
    elif sent and behaviour.fallback_header_says_false and outcome.tried:
        found["x-byok-fallback-triggered"] = "false"
    if behaviour.served_provider_header and outcome.credential:
        found["x-mesh-served-provider"] = SLUGS[get_provider(outcome.credential)] or "aggregator"
    return found


EMPTY_BODY: Mapping[str, object] = {}
MAX_NAME_LENGTH, MAX_TAGS = 256, 32
"""Characters of a name, and tags, that are kept: ten thousand rows must stay small whatever is sent."""


def record_request(
    world: World,
    context: CallContext,
    endpoint: str,
    chat: ChatRequest,
    outcome: Outcome,
    *,
    completion: Completion | None = None,
    model: Model | None = None,
    latency: int = 0,
    broke: bool = False,
    rerouted: bool = False,
    body: Mapping[str, object] = EMPTY_BODY,
) -> str:
    """The row, the truth, and what was used of the limits. Returns the cost in US dollars, a decimal text."""
    prompt, answered = (completion.prompt_tokens, completion.tokens) if completion else (0, 0)
    full = model.cost(prompt, answered) if model else Decimal(0)
    free = context.behaviour.fee_free_tokens
    error = outcome.error
    charged = world.ledger.compute_price(full, outcome.served, prompt + answered, free)
    truth = Truth(
        request_id=context.id,
        at=time.time(),
        key=context.key,
        model=chat.model[:MAX_NAME_LENGTH],
        stream=chat.stream,
        status=error.http_status if error and not broke else 200,
        code=error.code if error else "",
        served=outcome.served,
        credential=outcome.credential,
        tried=outcome.tried,
        fell_back=outcome.fell_back,
        broke=broke,
        cost_usd=f"{charged:.{context.behaviour.cost_places}f}",
        price_usd=f"{full:f}",
        endpoint=endpoint,
    )
    context.request.scope["state"]["note"] = _describe_outcome(outcome)
    world.ledger.record(UsageRow(truth, prompt, answered, latency, full, rerouted, _read_tags(body.get("tags"))))
    world.mesh.usage_windows.count(context.key, tokens=prompt + answered)
    return truth.cost_usd


def _read_tags(given: object) -> Mapping[str, str]:
    pairs = list(given.items())[:MAX_TAGS] if isinstance(given, dict) else []
    return {str(name)[:MAX_NAME_LENGTH]: str(value)[:MAX_NAME_LENGTH] for name, value in pairs}


def _describe_outcome(outcome: Outcome) -> str:
    """For the log of requests: `openai: invalid_auth, served by platform-openai`."""
    tried = [f"{each.credential}: {each.meaning}" for each in outcome.tried if each.meaning]
    return ", ".join([*tried, f"served by {outcome.credential}" if outcome.credential else outcome.served])
