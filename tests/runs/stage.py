"""The sandbox as a test stage: break a key, set a policy, fire."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from meshtui.base.credential import Credential, Policy
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.checks.runner import run_checks
from meshtui.http.transport import Transport
from meshtui.runs.model import Event, Path, Prompt, Run, RunRequest
from meshtui.runs.paths import run_prompt
from meshtui.sandbox.server import Sandbox

PROVIDERS = ("openai", "bedrock", "aws", "vertex")


@dataclass
class Stage:
    sandbox: Sandbox
    client: Transport
    credentials: dict[str, Credential]
    events: list[Event] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)

    def ask(self, path: str, name: str, *, exclusive: bool = False, platform: bool = True, **prompt: Any) -> RunRequest:
        policy = Policy.EXCLUSIVE if exclusive else Policy.FALLBACK
        credential = replace(self.credentials[name], policy=policy)
        self.sandbox.set_policy(name, exclusive)
        if credential.provider == "bedrock":
            self.sandbox.activate(name)
        others = self.credentials
        return RunRequest(
            Path(path), credential, others["mesh"], others["platform"] if platform else None, Prompt(**prompt)
        )

    async def send_prompt(self, path: str, name: str, fault: str = "", **more: Any) -> Run:
        if fault:
            self.sandbox.set_fault(name, fault)
        self.events.clear()
        return await run_prompt(self.ask(path, name, **more), self.client, self.events.append)

    async def run_checks(self, name: str, fault: str = "", *, prompt: bool = True, only: str = "") -> CheckReport:
        if fault:
            self.sandbox.set_fault(name, fault)
        self.checks.clear()
        return await run_checks(self.credentials[name], self.client, self.checks.append, prompt=prompt, only=only)
