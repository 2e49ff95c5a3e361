"""Sends one test prompt along a path and reports what happens meanwhile.

No path retries; each attempt is one request (and its token, where one is needed).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from meshtui.runs.attempts import Prices, RunContext, send_own_key, send_through_mesh
from meshtui.runs.fallback import is_exclusive, is_fallback_documented
from meshtui.runs.model import MESH, PLATFORM, Event, Path, Run, RunRequest

if TYPE_CHECKING:
    from meshtui.http.transport import Transport


async def run_byok(context: RunContext) -> None:
    """What Mesh documents, reproduced from here: your key first, and where Mesh would fall back, the platform."""
    request = context.request
    if request.credential is None:
        return
    own = await send_own_key(context, request.credential)
    if (
        own.ok
        or is_exclusive(request.credential)
        or not is_fallback_documented(own.explanation)
        or request.platform is None
    ):
        return
    await send_through_mesh(context, PLATFORM, request.platform, request.credential.provider)


async def run_mesh(context: RunContext) -> None:
    """One request to Mesh as it is configured. Which credential serves is Mesh's choice; see `evidence`."""
    request = context.request
    if request.mesh is not None:
        await send_through_mesh(context, MESH, request.mesh, _find_provider_id(context))


async def run_platform(context: RunContext) -> None:
    """One request with a key whose team has no provider key, so that Mesh's own credentials must serve."""
    request = context.request
    if request.platform is not None:
        await send_through_mesh(context, PLATFORM, request.platform, _find_provider_id(context))


async def run_compare(context: RunContext) -> None:
    """The same prompt in three ways at once. Your key is called alone: no fallback follows where it fails."""
    request = context.request
    ways = [send_own_key(context, request.credential)] if request.credential is not None else []
    ways += [send_through_mesh(context, role, key, _find_provider_id(context))
             for role, key in ((MESH, request.mesh), (PLATFORM, request.platform)) if key is not None]  # fmt: skip
    try:
        async with asyncio.TaskGroup() as group:
            for way in ways:
                group.create_task(way)
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None


def _find_provider_id(context: RunContext) -> str:
    return context.request.credential.provider if context.request.credential else ""


PATHS: dict[Path, Callable[[RunContext], Awaitable[None]]] = {
    Path.BYOK: run_byok,
    Path.MESH: run_mesh,
    Path.PLATFORM: run_platform,
    Path.COMPARE: run_compare,
}


async def run_prompt(
    request: RunRequest, client: Transport, report: Callable[[Event], None], prices: Prices | None = None
) -> Run:
    """The run, when it is over. Failures are in its attempts; only cancellation is raised, after the attempt that was
    under way and the run itself have been reported as cancelled. Exceptions of `report` are not caught. `prices`
    remembers from one run to the next what Mesh's models cost."""
    context = RunContext(request, client, report, {} if prices is None else prices)
    try:
        await PATHS[request.path](context)
    except asyncio.CancelledError:
        context.end(cancelled=True)
        raise
    return context.end()
