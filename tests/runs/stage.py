"""The sandbox as a test stage: break a key, set a policy, fire."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from meshtui.checks.model import RungResult
from meshtui.checks.runner import Ladder, climb
from meshtui.credentials.model import Credential, Policy
from meshtui.http.transport import Client
from meshtui.runs.model import Ask, Event, Path, Prompt, Run
from meshtui.runs.paths import fire
from meshtui.sandbox.server import Sandbox

PROVIDERS = ("openai", "bedrock", "aws", "vertex")


@dataclass
class Stage:
    sandbox: Sandbox
    client: Client
    credentials: dict[str, Credential]
    events: list[Event] = field(default_factory=list)
    rungs: list[RungResult] = field(default_factory=list)

    def ask(self, path: str, name: str, *, exclusive: bool = False, platform: bool = True, **prompt: Any) -> Ask:
        policy = Policy.EXCLUSIVE if exclusive else Policy.FALLBACK
        credential = replace(self.credentials[name], policy=policy)
        self.sandbox.set_policy(name, exclusive)
        if credential.provider == "bedrock":
            self.sandbox.activate(name)
        others = self.credentials
        return Ask(Path(path), credential, others["mesh"], others["platform"] if platform else None, Prompt(**prompt))

    async def fire(self, path: str, name: str, fault: str = "", **more: Any) -> Run:
        if fault:
            self.sandbox.set_fault(name, fault)
        self.events.clear()
        return await fire(self.ask(path, name, **more), self.client, self.events.append)

    async def climb(self, name: str, fault: str = "", *, prompt: bool = True, only: str = "") -> Ladder:
        if fault:
            self.sandbox.set_fault(name, fault)
        self.rungs.clear()
        return await climb(self.credentials[name], self.client, self.rungs.append, prompt=prompt, only=only)
