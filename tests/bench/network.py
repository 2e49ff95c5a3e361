"""What goes over loopback: checks of several credentials at once, cancelling, the sandbox under load."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import Iterator

from tests.bench.figure import Figure

REQUESTS = 22_000


def measure_checks() -> Iterator[Figure]:
    """All credentials at once should take as long as the longest chain of calls, and not as long as their sum."""
    whole, chains = asyncio.run(_check_everything())
    yield Figure("checking every credential", whole, max(chains), "s", "the longest chain of calls", "< 1.3")
    yield Figure("the same", whole, sum(chains), "s", "the sum of all chains", "< 0.5")


async def _check_everything() -> tuple[float, list[float]]:
    from meshtui.base.endpoints import Endpoints
    from meshtui.checks.runner import run_checks
    from meshtui.credentials.discovery import read_sandbox_credentials
    from meshtui.http.transport import Transport
    from meshtui.sandbox.faults import NAMES
    from meshtui.sandbox.server import Sandbox
    from meshtui.sandbox.settings import Pace

    with Sandbox(faults=dict.fromkeys(NAMES, "slow"), pace=Pace(word=0.001, slow=0.1)) as sandbox:
        credentials = read_sandbox_credentials(sandbox.addresses)
        async with Transport(Endpoints.of_sandbox(sandbox.addresses)) as client:
            before = time.perf_counter()
            reports = await asyncio.gather(*(run_checks(c, client, lambda _: None, prompt=True) for c in credentials))
            whole = time.perf_counter() - before
    return whole, [sum(r.exchange.timings.total or 0.0 for r in each.checks if r.exchange) for each in reports]


def measure_cancelling() -> Iterator[Figure]:
    ours, baseline = asyncio.run(_cancel())
    yield Figure("cancelling a request that hangs", ours, baseline, "ms", "one request that is answered", "< 10")


async def _cancel() -> tuple[float, float]:
    from meshtui.base.endpoints import Endpoints
    from meshtui.http.transport import PendingRequest, Transport
    from tests.providers.test_client import a_call
    from tests.providers.wire import answer, serving

    cancelled, answered = [], []
    for _ in range(30):
        async with serving(hang=True) as wire, Transport(Endpoints()) as client:
            task = asyncio.create_task(client.send(PendingRequest(a_call(wire.url), timeout=5)))
            await wire.asked.wait()
            before = time.perf_counter()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            cancelled.append(time.perf_counter() - before)
        async with serving(answer(b"x")) as wire, Transport(Endpoints()) as client:
            before = time.perf_counter()
            await client.send(PendingRequest(a_call(wire.url), timeout=5))
            answered.append(time.perf_counter() - before)
    return statistics.median(cancelled) * 1000, statistics.median(answered) * 1000


def measure_sandbox() -> Iterator[Figure]:
    from tests.sandbox.load import measure

    f = measure(REQUESTS)
    bare = "a bare Starlette application"
    yield Figure("one request through the sandbox's Mesh", f["mesh_p50_ms"], f["bare_p50_ms"], "ms", bare)
    yield Figure("requests a second", f["mesh_a_second"], f["bare_a_second"], "/s", bare)
    yield Figure(f"memory after {REQUESTS:,} requests", f["resident_mb"] + f["grown_mb"], f["resident_mb"], "MB",
                 "after the first half", "1.0")  # fmt: skip
