"""Who serves a request: your key first; where it fails on what Mesh falls back on, Mesh's own, unless exclusive."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from meshtui.sandbox import refusal
from meshtui.sandbox.aws import gate as aws
from meshtui.sandbox.behaviour import Behaviour
from meshtui.sandbox.faults import POOL, provider_of
from meshtui.sandbox.google import gate as google
from meshtui.sandbox.mesh.books import Tried
from meshtui.sandbox.mesh.codes import CODES
from meshtui.sandbox.mesh.envelope import Trouble
from meshtui.sandbox.mesh.rows import MASKED, MEANINGS, OUT_OF_CREDIT
from meshtui.sandbox.mesh.vault import Stored
from meshtui.sandbox.models import Model
from meshtui.sandbox.openai import gate as openai
from meshtui.sandbox.refusal import Refusal
from meshtui.sandbox.world import World

PATIENCE = 300.0
"""Seconds that Mesh waits for a provider, where the body does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`served`: own key, platform or nobody; `trouble` is set for nobody."""

    served: str
    credential: str
    tried: tuple[Tried, ...]
    fell_back: bool = False
    breaks: bool = False
    """Whether the credential that serves ends a stream with an error."""
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What the credentials are asked for. `patience`: seconds until an upstream call is given up."""

    model: Model
    stream: bool = False
    patience: float = PATIENCE


async def serve(world: World, job: Job, *, has_own_keys: bool) -> Outcome:
    """Tries the credentials in Mesh's order. `has_own_keys`: whether the team of the Mesh key stored any."""
    stored = world.own_key(job.model.provider) if has_own_keys else None
    if stored is None:
        return await _platform(world, job, ())
    refused, fault, tried = await _own(world, stored, job)
    if refused is None:
        return Outcome("own key", stored.name, tried, breaks=fault == "stream_error")
    trouble = of_own_key(world.behaviour, refused)
    if not (stored.allow_fallback and _falls_back(world.behaviour, refused)):
        return Outcome("nobody", "", tried, trouble=trouble)
    outcome = replace(await _platform(world, job, tried), fell_back=True)
    if outcome.trouble and world.behaviour.both_failed == "own":
        return replace(outcome, trouble=trouble)
    return outcome


async def _own(world: World, stored: Stored, job: Job) -> tuple[Refusal | None, str | None, tuple[Tried, ...]]:
    """The last refusal of the team's own key, the fault that it met, and every attempt."""
    tried: tuple[Tried, ...] = ()
    for _ in range(1 + world.behaviour.byok_retries):
        fault = stored.defect or world.fault_of_stored(stored.credential)
        refused = await try_stored(world, stored.credential, fault, job)
        if refused is None:
            return None, fault, (*tried, Tried(stored.name))
        tried = (*tried, _tried(stored.name, refused))
    return refused, fault, tried


async def try_stored(world: World, name: str, fault: str | None, job: Job | None) -> Refusal | None:
    """Why a stored credential does not get this answer; None where it does. Without a job it lists models.

    Mesh's own clock is right, so that a clock skewed at the caller's does no harm here.
    """
    match fault:
        case "down":
            return Refusal(502, "", "", refusal.CONNECTION_ERROR, {})
        case "html_from_edge":
            return Refusal(502, "", "", refusal.BAD_RESPONSE, {})
        case "slow":
            patience = job.patience if job else PATIENCE
            await asyncio.sleep(min(world.pace.slow, patience))
            if world.pace.slow > patience:
                return Refusal(world.behaviour.timeout_status, "", "", refusal.TIMEOUT, {})
    model, stream = (job.model.own, job.stream) if job else ("", False)
    match provider_of(name):
        case "openai":
            return openai.refuse(world, name, fault, model, stream=stream)[0]
        case "bedrock":
            return aws.refuse_stored(world, name, fault, model, stream=stream)
        case _:
            return google.refuse_stored(world, name, fault, model)


async def _platform(world: World, job: Job, before: tuple[Tried, ...]) -> Outcome:
    name = f"platform-{job.model.provider}"
    fault = world.fault(name)
    refused = await try_stored(world, name, fault, job) if name in POOL else None
    if refused is None:
        return Outcome("platform", name, (*before, Tried(name)), breaks=fault == "stream_error")
    masked = Trouble(MASKED.code, MASKED.message, MASKED.status, MASKED.provider_code)
    if refused.meaning == refusal.TIMEOUT:
        masked = of_own_key(world.behaviour, refused)
    return Outcome("nobody", "", (*before, _tried(name, refused)), trouble=masked)


def of_own_key(behaviour: Behaviour, refused: Refusal) -> Trouble:
    """The failure of your own key in Mesh's words, with the provider's real reason."""
    meaning, reason = MEANINGS[refused.meaning], refused.meaning
    is_money = reason == refusal.QUOTA_EXCEEDED and "insufficient_quota" in refused.body
    if is_money and behaviour.out_of_credit == "credit":
        meaning, reason = OUT_OF_CREDIT, OUT_OF_CREDIT.code
    as_documented = behaviour.byok_status == "documented" and meaning.status
    in_message = refused.message and behaviour.byok_reason != "provider_error"
    in_object = refused.error and behaviour.byok_reason != "message"
    return Trouble(
        code=meaning.code,
        message=refused.message if in_message else meaning.message or CODES[meaning.code].message,
        status=meaning.status if as_documented else refused.status,
        provider_code=reason,
        more={"provider_error": dict(refused.error)} if in_object else {},
        retry_after=refused.retry_after if behaviour.pass_retry_after else None,
    )


def _falls_back(behaviour: Behaviour, refused: Refusal) -> bool:
    match refused.meaning:
        case refusal.PERMISSION_DENIED:
            return behaviour.fall_back_on_missing_permission
        case refusal.QUOTA_EXCEEDED:
            return behaviour.fall_back_on_quota
        case meaning:
            return MEANINGS[meaning].falls_back or behaviour.fall_back_on_provider_failure


def _tried(name: str, refused: Refusal) -> Tried:
    return Tried(name, refused.status, refused.meaning, refused.message or MEANINGS[refused.meaning].message)
