"""The gateway costs next to nothing, keeps up, and does not grow: a slice of `python -m tests.sandbox.load`."""

from __future__ import annotations

import pytest

from tests.sandbox.load import SETTLED, measure, report

ADDED_MS, A_SECOND, GROWN_MB = 3.0, 300.0, 6.0


@pytest.mark.bench
@pytest.mark.slow
def test_the_gateway_adds_less_than_three_milliseconds_serves_300_a_second_and_stays_flat():
    requests = 2 * SETTLED
    figures = measure(requests)
    print("\n" + report(figures, requests))
    assert figures["added_ms"] < ADDED_MS
    assert figures["mesh_a_second"] > A_SECOND
    assert figures["grown_mb"] < GROWN_MB
