"""The sandbox of a demo: what is broken in it, and what it recorded. Without a sandbox the stage stays empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meshtui.base.credential import Credential, Policy
    from meshtui.runs.model import Attempt
    from meshtui.sandbox.mesh.ledger import Truth
    from meshtui.sandbox.scenario import Scenario
    from meshtui.sandbox.server import Sandbox
    from meshtui.tap.sandbox_hosts import SandboxHosts


class DemoSandbox:
    """Before it opens it knows the faults to begin with; `sandbox` is there from then until it closes."""

    def __init__(self, faults: Mapping[str, str] | None = None, hosts: SandboxHosts | None = None) -> None:
        """`hosts`: the sandbox that replaces the real hosts for the user's own program; its faults are then set
        there."""
        self.sandbox: Sandbox | None = None
        self._faults = dict(faults or {})
        self._hosts = hosts

    def open(self) -> Sandbox:
        """Starts the sandbox, with the faults it begins with. Takes a blink: for a thread. Raises ValueError for a
        fault that there is not."""
        from meshtui.sandbox.server import Sandbox

        if self._hosts is not None:
            self.sandbox = self._hosts.__enter__().sandbox
            return self.sandbox
        self.sandbox = Sandbox(faults=self._faults)
        self.sandbox.start()
        return self.sandbox

    def close(self) -> None:
        """Within a second: for a thread."""
        if self.sandbox is not None:
            self._hosts.__exit__() if self._hosts is not None else self.sandbox.stop()
            self.sandbox = None

    @property
    def faults(self) -> Mapping[str, str]:
        """Name of a sandbox credential → its fault."""
        return self.sandbox.faults if self.sandbox else self._faults

    def set_fault(self, name: str, fault: str | None) -> None:
        """Raises ValueError for a fault or a name that the sandbox does not know, and where there is no sandbox."""
        self._opened().set_fault(name, fault)

    @property
    def fault_names(self) -> Mapping[str, str]:
        """Fault → what it does, in a line; rules that are set right now among them."""
        from meshtui.sandbox.faults import FAULTS

        rules = [fault for fault in self.faults.values() if fault not in FAULTS]
        return {**FAULTS, **dict.fromkeys(rules, "some of its requests only")}

    def play(self, scenario: Scenario) -> Mapping[str, Policy]:
        """Sets the sandbox up as the scenario says. Returns the policies that then hold there, by name of the provider
        key. Raises ValueError where there is no sandbox; a fault that was set before is over."""
        from meshtui.base.credential import Policy

        sandbox = self._opened()
        sandbox.play(scenario)
        return {name: Policy(policy) for name, policy in sandbox.policies.items()}

    def expect(self, credential: Credential | None) -> None:
        """Tells the sandbox's Mesh what its dashboard would: the policy of the credential that is about to be fired,
        and that it is the one stored."""
        if self.sandbox is None or credential is None or credential.source.kind != "sandbox":
            return
        from meshtui.base.credential import Policy

        self.sandbox.set_policy(credential.name, credential.policy is Policy.EXCLUSIVE)
        if credential.provider == "bedrock":
            self.sandbox.activate(credential.name)

    def truths(self, attempts: Iterable[Attempt]) -> tuple[Truth, ...]:
        """The sandbox's records of those attempts that went to Mesh and came back with a request id; none elsewhere."""
        ids = {attempt.exchange.request_id for attempt in attempts if attempt.provider == "mesh"}
        recorded = self.sandbox.truth if self.sandbox else []
        return tuple(truth for truth in recorded if truth.request_id in ids)

    def _opened(self) -> Sandbox:
        if self.sandbox is None:
            raise ValueError("only a sandbox can be set up at will")
        return self.sandbox
