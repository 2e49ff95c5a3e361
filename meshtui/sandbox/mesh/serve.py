"""Who serves a request: your key first; where it fails on what Mesh falls back on, Mesh's own, unless exclusive."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from meshtui.sandbox.aws import gate as aws
from meshtui.sandbox.faults import POOL, provider_of
from meshtui.sandbox.google import gate as google
from meshtui.sandbox.mesh.books import Tried
from meshtui.sandbox.mesh.envelope import Trouble
from meshtui.sandbox.mesh.rows import MASKED, MEANINGS
from meshtui.sandbox.models import Model
from meshtui.sandbox.openai import gate as openai
from meshtui.sandbox.refusal import BAD_RESPONSE, CONNECTION_ERROR, Refusal
from meshtui.sandbox.world import World


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


async def serve(world: World, model: Model, *, has_own_keys: bool) -> Outcome:
    """Tries the credentials in Mesh's order. `has_own_keys`: whether the team of the Mesh key stored any."""
    name = world.own_key(model.provider) if has_own_keys else None
    if name is None:
        return await _platform(world, model, ())
    fault = world.fault_of_stored(name)
    refused = await try_stored(world, name, fault, model.own)
    if refused is None:
        return Outcome("own key", name, (Tried(name),), breaks=fault == "stream_error")
    tried = (_tried(name, refused),)
    trouble = of_own_key(world, refused)
    if world.exclusive(name) or not _falls_back(world, refused):
        return Outcome("nobody", "", tried, trouble=trouble)
    outcome = replace(await _platform(world, model, tried), fell_back=True)
    if outcome.trouble and world.behaviour.both_failed == "own":
        return replace(outcome, trouble=trouble)
    return outcome


async def try_stored(world: World, name: str, fault: str | None, model: str) -> Refusal | None:
    """Why a stored credential does not get this model's answer; None where it does. An empty model: a listing.

    Mesh's own clock is right, so that a clock skewed at the caller's does no harm here.
    """
    match fault:
        case "down":
            return Refusal(502, "", "", CONNECTION_ERROR, {})
        case "html_from_edge":
            return Refusal(502, "", "", BAD_RESPONSE, {})
        case "slow":
            await asyncio.sleep(world.pace.slow)
    match provider_of(name):
        case "openai":
            return openai.refuse(world, name, fault, model)[0]
        case "bedrock":
            return aws.refuse_stored(world, name, fault, model)
        case _:
            return google.refuse_stored(world, name, fault, model)


async def _platform(world: World, model: Model, before: tuple[Tried, ...]) -> Outcome:
    name = f"platform-{model.provider}"
    fault = world.fault(name)
    refused = await try_stored(world, name, fault, model.own) if name in POOL else None
    if refused is None:
        return Outcome("platform", name, (*before, Tried(name)), breaks=fault == "stream_error")
    masked = Trouble(MASKED.code, MASKED.message, MASKED.status, MASKED.provider_code)
    return Outcome("nobody", "", (*before, _tried(name, refused)), trouble=masked)


def of_own_key(world: World, refused: Refusal) -> Trouble:
    """The failure of your own key in Mesh's words, with the provider's real reason."""
    meaning = MEANINGS[refused.meaning]
    as_documented = world.behaviour.byok_status == "documented" and meaning.status
    return Trouble(
        code=meaning.code,
        message=refused.message or meaning.message,
        status=meaning.status if as_documented else refused.status,
        provider_code=refused.meaning,
        more={"provider_error": dict(refused.error)} if refused.error else {},
        retry_after=refused.retry_after if world.behaviour.pass_retry_after else None,
    )


def _falls_back(world: World, refused: Refusal) -> bool:
    return MEANINGS[refused.meaning].falls_back or world.behaviour.fall_back_on_provider_failure


def _tried(name: str, refused: Refusal) -> Tried:
    return Tried(name, refused.status, refused.meaning, refused.message or MEANINGS[refused.meaning].message)
