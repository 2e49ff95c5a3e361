"""One sandbox for the room's tests, mended after each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from meshtui.base.credential import Credential
from meshtui.base.endpoints import Endpoints
from meshtui.credentials.discovery import read_sandbox_credentials
from meshtui.http.transport import Transport
from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Behaviour, Pace
from tests.runs.stage import Stage


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(pace=Pace(word=0.001, slow=0.25, refill=20.0)) as serving:
        yield serving
        assert serving.mishaps == ()


@pytest.fixture(scope="session")
def keys(sandbox: Sandbox) -> dict[str, Credential]:
    return {credential.name: credential for credential in read_sandbox_credentials(sandbox.addresses)}


@pytest.fixture
async def stage(sandbox: Sandbox, keys: dict[str, Credential]) -> AsyncIterator[Stage]:
    """The sandbox, whole, with its credentials and the production client on it."""
    sandbox.forget()
    sandbox.behaviour = Behaviour()
    async with Transport(Endpoints.of_sandbox(sandbox.addresses)) as client:
        yield Stage(sandbox, client, dict(keys))
    sandbox.forget()
