"""Checks of several credentials run at once: none waits for those of another."""

from __future__ import annotations

import asyncio

from meshtui.base.endpoints import Endpoints
from meshtui.checks.runner import run_checks
from meshtui.credentials.discovery import read_sandbox_credentials
from meshtui.http.transport import Transport
from meshtui.sandbox.faults import NAMES
from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Pace


async def test_every_report_has_begun_before_the_first_call_of_any_has_ended():
    with Sandbox(faults=dict.fromkeys(NAMES, "slow"), pace=Pace(word=0.001, slow=0.5)) as sandbox:
        credentials = read_sandbox_credentials(sandbox.addresses)
        async with Transport(Endpoints.of_sandbox(sandbox.addresses)) as client:
            reports = await asyncio.gather(*(run_checks(c, client, lambda _: None, prompt=True) for c in credentials))
    first = [next(check.exchange for check in report.checks if check.exchange) for report in reports]
    assert max(exchange.started for exchange in first) < min(e.started + e.timings.total for e in first)
