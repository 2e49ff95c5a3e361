"""Fires one test prompt along a path and tells what happens while it happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from meshtui.runs.flight import Flight, Prices
from meshtui.runs.model import Ask, Event, Run
from meshtui.runs.paths import PATHS

if TYPE_CHECKING:
    from meshtui.providers.client import Client


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
