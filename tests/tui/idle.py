"""Waits until the application has nothing left to do, by asking the event loop instead of the clock.

Textual's pilot takes a process for idle that used little of a processor for a while: twenty milliseconds at the least,
two times a key, and far more on a machine that also does something else. And it has every widget of the screen answer a
message, which costs more than most keys do. The event loop knows: nothing is ready, and nothing begins soon. The clock
of the processor is asked about threads alone.
"""

from __future__ import annotations

import asyncio
import time

import textual.app
import textual.pilot
from textual.pilot import Pilot

FRAME = 0.02  # seconds: Textual repaints and lays out anew sixty times in a second
GLANCE = 0.01  # seconds in which a thread that works is seen to
BUSY = 1.0  # seconds that an application which always has something to do is waited for


async def wait_until_idle(seconds: float = FRAME) -> None:
    """Lets everything happen that is ready, or begins within so many seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (now := loop.time()) < end + BUSY:
        await asyncio.sleep(0)
        if loop._ready:  # type: ignore[attr-defined]
            continue
        due = [timer.when() for timer in loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        first = min(due, default=end)
        if first >= end or now >= end:
            return
        await asyncio.sleep(first - now)


async def _wait_for_idle(min_sleep: float = 0, max_sleep: float = BUSY) -> None:
    """Also until no thread works: the sandbox has one, and others do what would block the loop."""
    end = time.monotonic() + max_sleep
    while True:
        await wait_until_idle()
        worked = time.process_time()
        await asyncio.sleep(GLANCE)
        if time.process_time() - worked < GLANCE / 10 or time.monotonic() > end:
            return


async def _wait_for_screen(pilot: Pilot[object]) -> bool:
    await wait_until_idle(0)
    return not pilot.app._exception_event.is_set()


def make_the_pilot_ask_the_loop() -> None:
    textual.app.wait_for_idle = textual.pilot.wait_for_idle = _wait_for_idle  # type: ignore[attr-defined]
    Pilot._wait_for_screen = _wait_for_screen  # type: ignore[method-assign,assignment]
