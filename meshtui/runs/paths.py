"""The ways a test prompt travels. None retries; each attempt is one request (and its token, where one is needed)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from meshtui.runs.attempts import own_key, through_mesh
from meshtui.runs.flight import Flight
from meshtui.runs.model import MESH, PLATFORM, Path
from meshtui.runs.policy import is_exclusive, would_fall_back


async def byok(flight: Flight) -> None:
    """What Mesh documents, replayed from here: your key first, and where Mesh would fall back, the platform."""
    ask = flight.ask
    if ask.credential is None:
        return
    own = await own_key(flight, ask.credential)
    if own.ok or is_exclusive(ask.credential) or not would_fall_back(own.explanation) or ask.platform is None:
        return
    await through_mesh(flight, PLATFORM, ask.platform, ask.credential.provider)


async def mesh(flight: Flight) -> None:
    """One request to Mesh as it is configured. Which credential serves is Mesh's choice; see `evidence`."""
    ask = flight.ask
    if ask.mesh is not None:
        await through_mesh(flight, MESH, ask.mesh, _provider(flight))


async def platform(flight: Flight) -> None:
    """One request with a key whose team has no provider key, so that Mesh's own credentials must serve."""
    ask = flight.ask
    if ask.platform is not None:
        await through_mesh(flight, PLATFORM, ask.platform, _provider(flight))


async def compare(flight: Flight) -> None:
    """The same prompt three ways at once. Your key goes alone: nothing is replayed where it fails."""
    ask = flight.ask
    ways = [own_key(flight, ask.credential)] if ask.credential is not None else []
    ways += [through_mesh(flight, role, key, _provider(flight))
             for role, key in ((MESH, ask.mesh), (PLATFORM, ask.platform)) if key is not None]  # fmt: skip
    try:
        async with asyncio.TaskGroup() as group:
            for way in ways:
                group.create_task(way)
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None


def _provider(flight: Flight) -> str:
    return flight.ask.credential.provider if flight.ask.credential else ""


PATHS: dict[Path, Callable[[Flight], Awaitable[None]]] = {
    Path.BYOK: byok,
    Path.MESH: mesh,
    Path.PLATFORM: platform,
    Path.COMPARE: compare,
}
