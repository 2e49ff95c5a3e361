"""A pytest fixture, `meshtui_sandbox`: Mesh, OpenAI, AWS and Google on loopback, and an environment that points there.

Found by pytest where meshtui is installed (entry point `pytest11`). Costs nothing where no test asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from meshtui.sandbox.mesh.ledger import Truth
    from meshtui.sandbox.server import Sandbox

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


class SandboxFixture:
    """A running sandbox, as tests use it. `addresses`: for each name its address and its secret; `environment`: the
    variables that are set while the test runs."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.addresses = sandbox.addresses
        self.environment = sandbox.environment
        self._recorded = sandbox.recorded

    @contextmanager
    def fault(self, name: str, fault: str) -> Iterator[None]:
        """Breaks a credential while the block runs: `with meshtui_sandbox.fault("openai", "revoked"): …`. A fault may
        be a rule, such as `rate_limited:first-2`. Raises ValueError for a name or a fault that there is not."""
        before = self.sandbox.faults.get(name)
        self.sandbox.set_fault(name, fault)
        try:
            yield
        finally:
            self.sandbox.set_fault(name, before)

    def truth(self) -> list[Truth]:
        """What really became of each request to Mesh in this test, oldest first: which credentials were tried, which
        one served, whether Mesh fell back, and what it cost."""
        new = self.sandbox.recorded - self._recorded
        return self.sandbox.truth[-new:] if new else []


@pytest.fixture(scope="session")
def _meshtui_sandbox_server() -> Iterator[Sandbox]:
    from meshtui.sandbox.server import Sandbox
    from meshtui.sandbox.settings import Pace

    with Sandbox(tls=True, pace=Pace(word=0.0)) as sandbox:
        yield sandbox


@pytest.fixture
def meshtui_sandbox(_meshtui_sandbox_server: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxFixture]:
    """Starts with the first test that asks for it and stops with the session. Each test finds it without faults and
    records; the environment is as before afterwards."""
    from meshtui.sandbox.client_environment import CONFLICTING

    _meshtui_sandbox_server.forget()
    for name in (*CONFLICTING, *PROXIES):
        monkeypatch.delenv(name, raising=False)
    fixture = SandboxFixture(_meshtui_sandbox_server)
    for name, value in fixture.environment.items():
        monkeypatch.setenv(name, value)
    hosts = [os.environ.get("NO_PROXY", ""), "127.0.0.1", "localhost"]
    monkeypatch.setenv("NO_PROXY", ",".join(filter(None, hosts)))
    yield fixture
    _meshtui_sandbox_server.forget()
