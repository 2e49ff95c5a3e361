"""Who serves a request: your key first, then Mesh's own where it falls back; and which model of several."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from meshtui.sandbox import http_messages, models
from meshtui.sandbox.aws import authorization as aws
from meshtui.sandbox.chat_completion import ChatRequest
from meshtui.sandbox.faults import POOL, get_provider
from meshtui.sandbox.google import authorization as google
from meshtui.sandbox.http_messages import Refusal
from meshtui.sandbox.mesh.authentication import CallContext
from meshtui.sandbox.mesh.errors import (
    ERROR_CODES,
    FAILURE_RULES,
    MASKED_FAILURE,
    OUT_OF_CREDIT,
    STREAM_FAILURES,
    MeshError,
)
from meshtui.sandbox.mesh.key_store import StoredKey
from meshtui.sandbox.mesh.ledger import TriedCredential
from meshtui.sandbox.models import Model
from meshtui.sandbox.openai import authorization as openai
from meshtui.sandbox.settings import Behaviour
from meshtui.sandbox.world import World

PROVIDER_TIMEOUT_SECONDS = 300.0
"""Seconds that Mesh waits for a provider, where the body does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`served`: own key, platform or nobody; `error` is set for nobody."""

    served: str
    credential: str
    tried: tuple[TriedCredential, ...]
    fell_back: bool = False
    breaks: str = ""
    """The fault with which the credential that serves ends a stream; empty where it does not."""
    error: MeshError | None = None


@dataclass(frozen=True, slots=True)
class ProviderCall:
    """What the credentials are chat for. `patience`: seconds until an upstream call is given up."""

    model: Model
    stream: bool = False
    patience: float = PROVIDER_TIMEOUT_SECONDS


async def serve_request(world: World, call: ProviderCall, *, has_own_keys: bool) -> Outcome:
    """Tries the credentials in Mesh's order. `has_own_keys`: whether the team of the Mesh key stored any."""
    stored = world.get_own_key(call.model.provider) if has_own_keys else None
    if stored is None:
        return await _try_platform(world, call, ())
    refused, fault, tried = await _try_own_key(world, stored, call)
    if refused is None:
        return Outcome("own key", stored.name, tried, breaks=_find_stream_fault(fault))
    error = make_own_key_error(world.behaviour, refused)
    if not (stored.allow_fallback and _should_fall_back(world.behaviour, refused)):
        return Outcome("nobody", "", tried, error=error)
    outcome = replace(await _try_platform(world, call, tried), fell_back=True)
    if outcome.error and world.behaviour.both_failed == "own":
        return replace(outcome, error=error)
    return outcome


async def _try_own_key(
    world: World, stored: StoredKey, call: ProviderCall
) -> tuple[Refusal | None, str | None, tuple[TriedCredential, ...]]:
    """The last refusal of the team's own key, the fault that it met, and every attempt."""
    tried: tuple[TriedCredential, ...] = ()
    for _ in range(1 + world.behaviour.byok_retries):
        fault = stored.defect or world.find_stored_fault(stored.credential)
        refused = await try_credential(world, stored.credential, fault, call)
        if refused is None:
            return None, fault, (*tried, TriedCredential(stored.name))
        tried = (*tried, _describe_failure(stored.name, refused))
    return refused, fault, tried


async def try_credential(world: World, name: str, fault: str | None, call: ProviderCall | None) -> Refusal | None:
    """Why a stored credential does not get this answer; None where it does. Without a call it lists models.

    Mesh's own clock is right, so that a clock skewed at the caller's does no harm here.
    """
    match fault:
        case "down":
            return Refusal(502, "", "", http_messages.CONNECTION_ERROR, {})
        case "html_from_edge":
            return Refusal(502, "", "", http_messages.BAD_RESPONSE, {})
        case "slow":
            patience = call.patience if call else PROVIDER_TIMEOUT_SECONDS
            await asyncio.sleep(min(world.pace.slow, patience))
            if world.pace.slow > patience:
                return Refusal(world.behaviour.timeout_status, "", "", http_messages.TIMEOUT, {})
    model, stream = (call.model.own, call.stream) if call else ("", False)
    match get_provider(name):
        case "openai":
            return openai.check_access(world, name, fault, model, stream=stream)[0]
        case "bedrock":
            return aws.check_stored_credential(world, name, fault, model, stream=stream)
        case _:
            return google.check_stored_credential(world, name, fault, model)


async def _try_platform(world: World, call: ProviderCall, before: tuple[TriedCredential, ...]) -> Outcome:
    name = f"platform-{call.model.provider}"
    fault = world.find_fault(name)
    refused = await try_credential(world, name, fault, call) if name in POOL else None
    if refused is None:
        return Outcome("platform", name, (*before, TriedCredential(name)), breaks=_find_stream_fault(fault))
    masked = MeshError(MASKED_FAILURE.code, MASKED_FAILURE.message, MASKED_FAILURE.status, MASKED_FAILURE.provider_code)
    if refused.meaning == http_messages.TIMEOUT:
        masked = make_own_key_error(world.behaviour, refused)
    return Outcome("nobody", "", (*before, _describe_failure(name, refused)), error=masked)


def make_own_key_error(behaviour: Behaviour, refused: Refusal) -> MeshError:
    """The failure of your own key in Mesh's words, with the provider's real reason."""
    meaning, reason = FAILURE_RULES[refused.meaning], refused.meaning
    is_money = reason == http_messages.QUOTA_EXCEEDED and "insufficient_quota" in refused.body
    if is_money and behaviour.out_of_credit == "credit":
        meaning, reason = OUT_OF_CREDIT, OUT_OF_CREDIT.code
    as_documented = behaviour.byok_status == "documented" and meaning.status
    in_message = refused.message and behaviour.byok_reason != "provider_error"
    in_object = refused.error and behaviour.byok_reason != "message"
    return MeshError(
        code=meaning.code,
        message=refused.message if in_message else meaning.message or ERROR_CODES[meaning.code].message,
        status=meaning.status if as_documented else refused.status,
        provider_code=reason,
        more={"provider_error": dict(refused.error)} if in_object else {},
        retry_after=refused.retry_after if behaviour.pass_retry_after else None,
    )


def _find_stream_fault(fault: str | None) -> str:
    return fault if fault in STREAM_FAILURES else ""


def _should_fall_back(behaviour: Behaviour, refused: Refusal) -> bool:
    match refused.meaning:
        case http_messages.PERMISSION_DENIED:
            return behaviour.fall_back_on_missing_permission
        case http_messages.QUOTA_EXCEEDED:
            return behaviour.fall_back_on_quota
        case meaning:
            return FAILURE_RULES[meaning].falls_back or behaviour.fall_back_on_provider_failure


def _describe_failure(name: str, refused: Refusal) -> TriedCredential:
    return TriedCredential(
        name, refused.status, refused.meaning, refused.message or FAILURE_RULES[refused.meaning].message
    )


NOT_SERVED = Outcome("nobody", "", ())
FROM_CACHE = Outcome("cache", "", ())


def has_own_key(world: World, context: CallContext, model: Model) -> bool:
    """Whether a stored key of the caller's team will be tried for this model."""
    return context.key != "platform" and world.get_own_key(model.provider) is not None


AUTO, AUTO_MODEL = "auto", "openai/gpt-4o-mini"
MAX_MODELS_TRIED = 10
"""Models of a list that are tried."""

TRANSIENT_CODES = frozenset(
    {"upstream_error", "upstream_rate_limit_error", "gateway_timeout", "provider_not_available"}
)
"""What leads to the next model: 429 counts as transient, 401 as final (Mesh documentation, "retry and fallback")."""


@dataclass(frozen=True, slots=True)
class Routed:
    """What the credentials made of a request, and the model that served or was tried last."""

    outcome: Outcome
    model: Model
    attempts: int = 1

    def headers(self, context: CallContext, chat: ChatRequest) -> dict[str, str]:
        """Routing headers are not sent on streams; those of the automatic choice are sent there only."""
        if chat.stream:
            auto = {"x-auto-routed": "true", "x-resolved-model-id": self.model.mesh}
            return auto if chat.model == AUTO else {}
        if self.attempts == 1 and not context.behaviour.routing_headers:
            return {}
        moved = {"x-mesh-routing-model": self.model.mesh} if self.attempts > 1 else {}
        fallback = "true" if self.attempts > 1 else "false"
        return {"x-mesh-routing-attempts": str(self.attempts), "x-mesh-routing-fallback": fallback, **moved}

    def fields(self, chat: ChatRequest) -> dict[str, object]:
        """What `auto` adds to the body of a whole answer."""
        auto = chat.model == AUTO and not chat.stream
        return {"x_auto_routed": True, "x_resolved_model_id": self.model.mesh} if auto else {}


def resolve_model(model: str) -> str:
    return AUTO_MODEL if model == AUTO else model


async def route_request(
    world: World, context: CallContext, model: Model, chat: ChatRequest, body: Mapping[str, object]
) -> Routed:
    """Tries the model, and those of `models` after it while the failure is one that another model may not have."""
    others = body.get("models")
    listed = [models.BY_MESH.get(str(name)) for name in others] if isinstance(others, list) else []
    candidates = [model, *(other for other in listed if other and other.kind == model.kind and other != model)]
    given = body.get("timeout")
    patience = (
        min(float(given), PROVIDER_TIMEOUT_SECONDS) if isinstance(given, int | float) else PROVIDER_TIMEOUT_SECONDS
    )
    attempts, before = 0, Outcome("nobody", "", ())
    for candidate in candidates[:MAX_MODELS_TRIED]:
        call = ProviderCall(candidate, chat.stream, patience)
        outcome = await serve_request(world, call, has_own_keys=has_own_key(world, context, candidate))
        attempts += 1
        before = replace(outcome, tried=before.tried + outcome.tried, fell_back=before.fell_back or outcome.fell_back)
        if before.error is None or before.error.code not in TRANSIENT_CODES:
            break
    return Routed(before, candidate, attempts)
