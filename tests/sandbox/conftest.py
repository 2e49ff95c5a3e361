"""One sandbox a module, mended after each test, and a plain HTTP client for it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Behaviour, Pace

QUICK = Pace(word=0.0, slow=0.15, refill=20.0)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(pace=QUICK) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """Whole at the start of each test; at its end it must have made no mistake of its own."""
    yield running
    running.forget()
    running.behaviour = Behaviour()
    assert running.mishaps == ()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    # Without TLS to check it is made in no time.
    with httpx.Client(trust_env=False, timeout=5, verify=False) as client:
        yield client
