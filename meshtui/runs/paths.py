"""The ways a test prompt travels. None retries; each attempt is one request (and its token, where one is needed).

Fires one test prompt along a path and tells what happens while it happens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from meshtui.runs.attempts import Flight, Prices, own_key, through_mesh
from meshtui.runs.fallback import is_exclusive, would_fall_back
from meshtui.runs.model import MESH, PLATFORM, Ask, Event, Path, Run

if TYPE_CHECKING:
    from meshtui.http.transport import Client


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


async def fire(ask: Ask, client: Client, report: Callable[[Event], None], prices: Prices | None = None) -> Run:
    """The run, when it is over. Failures are in its attempts; only cancellation is raised, after the attempt that was
    under way and the run itself have been reported as cancelled. What `report` raises goes through. `prices` remembers
    from one run to the next what Mesh's models cost."""
    flight = Flight(ask, client, report, {} if prices is None else prices)
    try:
        await PATHS[ask.path](flight)
    except asyncio.CancelledError:
        flight.end(cancelled=True)
        raise
    return flight.end()
