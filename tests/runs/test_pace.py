"""Ladders of several credentials run at once: the whole takes as long as the longest of them, and not the sum."""

from __future__ import annotations

import asyncio
import time

import pytest

from meshtui.base.endpoints import Endpoints
from meshtui.checks.model import CheckReport
from meshtui.checks.runner import run_checks
from meshtui.credentials.discovery import read_sandbox_credentials
from meshtui.http.transport import Transport
from meshtui.sandbox.faults import NAMES
from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Pace


def chain(check_report: CheckReport) -> float:
    """Seconds that its calls took, one after the other."""
    return sum(r.exchange.timings.total or 0.0 for r in check_report.checks if r.exchange)


@pytest.mark.slow
async def test_checking_everything_takes_no_longer_than_the_longest_chain_of_calls(capsys: pytest.CaptureFixture[str]):
    with Sandbox(faults=dict.fromkeys(NAMES, "slow"), pace=Pace(word=0.001, slow=0.1)) as sandbox:
        credentials = read_sandbox_credentials(sandbox.addresses)
        async with Transport(Endpoints.of_sandbox(sandbox.addresses)) as client:
            before = time.perf_counter()
            check_reports = await asyncio.gather(
                *(run_checks(c, client, lambda _: None, prompt=True) for c in credentials)
            )
            whole = time.perf_counter() - before
    chains = [chain(check_report) for check_report in check_reports]
    with capsys.disabled():
        print(f"\n{len(chains)} reports in {whole:.2f} s; longest chain {max(chains):.2f} s, sum {sum(chains):.2f} s")
    assert whole <= 1.3 * max(chains)
    assert whole < 0.5 * sum(chains)
