"""One sitting: the credentials at hand, where they are sent, what happened. The command line and the screen share it.

Nothing heavy is imported until something is sent: the screen paints first.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from meshtui.config import Endpoints
from meshtui.credentials.model import Credential, Policy, Source
from meshtui.discreet import learn
from meshtui.journal.asked import asked_by_check
from meshtui.journal.journal import Journal
from meshtui.journal.record import CheckRecorder, note, recorder
from meshtui.runs.model import Ask, Attempt, Event, Path, Prompt, Run
from meshtui.settings import Settings

if TYPE_CHECKING:
    from meshtui.credentials.discover import Found
    from meshtui.credentials.reload import Reloaded
    from meshtui.journal.history import History
    from meshtui.providers.client import Client
    from meshtui.runs.flight import Prices
    from meshtui.runs.ladder import Ladder, Report, RungResult
    from meshtui.runs.models import Models
    from meshtui.sandbox.mesh.books import Truth
    from meshtui.sandbox.scenario import Scenario
    from meshtui.sandbox.server import Sandbox

MESH, PLATFORM = "mesh", "platform"
"""Names of the Mesh key whose team is under test, and of the one whose team has no provider keys."""


class NoSuchCredentialError(LookupError):
    """A name that is not in the list; the text says which are."""


class Session:
    """Mutable on purpose, and the only such thing between the rooms and the screen: what a person loaded stays here."""

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        sandboxed: bool = False,
        faults: Mapping[str, str] | None = None,
        scenario: Scenario | None = None,
        settings: Settings | None = None,
        history: History | None = None,
    ) -> None:
        """`history` is where what happens is kept; None: it is not."""
        self.settings = settings or Settings()
        self.credentials: dict[str, Credential] = {}
        self.endpoints = Endpoints()
        self.journal = Journal()
        self.history = history
        self.sandboxed = sandboxed
        self.sandbox: Sandbox | None = None
        self.found: tuple[Found, ...] = ()
        """What this machine holds, the shadowed ones and AWS profiles too; empty in a sandbox."""
        self._environ = dict(environ or {})
        self._faults = dict(faults or {})
        self._scenario = scenario
        self._client: Client | None = None
        self._prices: Prices = {}
        self._models: dict[tuple[str, str], tuple[object, Models]] = {}
        """Names of a credential and of the one that was sent → the material of that, and what was told."""

    @classmethod
    def demo(cls, settings: Settings | None = None, history: History | None = None) -> Session:
        """A session whose credentials and hosts are the sandbox's; they are there once it has started."""
        return cls(sandboxed=True, settings=settings, history=history)

    @classmethod
    def live(
        cls,
        environ: Mapping[str, str] | None = None,
        settings: Settings | None = None,
        history: History | None = None,
    ) -> Session:
        """A session on the real hosts. What the environment holds is found by `start`."""
        return cls(os.environ if environ is None else environ, settings=settings, history=history)

    async def start(self) -> None:
        """Finds the credentials and, in a demo, starts the sandbox. Takes a blink or two, off the event loop."""
        from meshtui.providers.client import Client

        if self.history is not None:
            self.history.follow(self.journal, self._note)
        for credential in await asyncio.to_thread(self._find):
            self.keep(credential)
        if self._scenario is not None:
            self.play(self._scenario)
            for name, fault in self._faults.items():
                self.set_fault(name, fault)
        self._client = Client(self.endpoints)
        await self._client.__aenter__()

    async def stop(self) -> None:
        if self._client is not None:
            await self._client.__aexit__(None, None, None)
            self._client = None
        if self.sandbox is not None:
            await asyncio.to_thread(self.sandbox.stop)
            self.sandbox = None
        if self.history is not None:
            await self.history.close()

    def _note(self, text: str) -> None:
        self.journal.append(note(time.time(), text))

    async def __aenter__(self) -> Session:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _find(self) -> tuple[Credential, ...]:
        from meshtui.credentials.discover import discover, in_use
        from meshtui.credentials.load import from_sandbox

        if not self.sandboxed:
            self.found = discover(self._environ, folder=os.getcwd())
            learn(name for found in self.found if found.credential for name in found.credential.names)
            return in_use(self.found)
        from meshtui.sandbox.server import Sandbox

        self.sandbox = Sandbox(faults=self._faults)
        self.sandbox.start()
        self.endpoints = Endpoints.of_sandbox(self.sandbox.addresses)
        return from_sandbox(self.sandbox.addresses)

    # Credentials

    def add(self, text: str, source: Source, name: str = "", region: str = "") -> Credential:
        """Parses a paste and keeps it, good or bad, under a name of its own. Reading a service account's key takes
        some 50 ms of processor time."""
        from meshtui.credentials.parse import parse

        credential = parse(text, name=name or source.kind, source=source, region=region)
        return self.keep(replace(credential, name=self._unused(name or credential.provider or source.kind)))

    def add_file(self, path: str, name: str = "") -> Credential:
        """The same for a file, which may be missing or unreadable: that is then a finding."""
        from meshtui.credentials.load import from_file

        credential = from_file(path, name=name)
        return self.keep(replace(credential, name=self._unused(credential.name)))

    def add_profile(self, profile: str) -> Credential:
        """The same for an AWS profile. May run its `credential_process` or ask AWS's single sign-on: takes a while."""
        from meshtui.credentials.profiles import from_profile

        credential = from_profile(profile, name=f"profile-{profile}")
        return self.keep(replace(credential, name=self._unused(credential.name)))

    def keep(self, credential: Credential) -> Credential:
        self.credentials[credential.name] = credential
        learn(credential.names)
        return credential

    def reload(self, name: str) -> Reloaded:
        """Reads the credential anew from its file or profile and keeps what is there now. Takes a blink or more: for a
        thread."""
        from meshtui.credentials.reload import reload

        now = reload(self.get(name), self._environ, os.getcwd())
        self.keep(now.credential)
        return now

    def remove(self, name: str) -> None:
        self.credentials.pop(name, None)

    def get(self, name: str) -> Credential:
        """Raises NoSuchCredentialError."""
        if name not in self.credentials:
            there = ", ".join(self.credentials) or "none at all"
            raise NoSuchCredentialError(f"there is no credential named {name!r}; there is {there}")
        return self.credentials[name]

    def set_policy(self, name: str, policy: Policy) -> None:
        """Fallback or exclusive use. The sandbox's Mesh is told before the next request; a real Mesh is not: that
        setting is in its dashboard, and this one says what to expect."""
        self.credentials[name] = replace(self.get(name), policy=policy)

    def _unused(self, name: str) -> str:
        names = [name, *(f"{name}-{n}" for n in range(2, len(self.credentials) + 3))]
        return next(n for n in names if n not in self.credentials)

    # Faults (demo)

    @property
    def faults(self) -> Mapping[str, str]:
        """Name of a sandbox credential → its fault."""
        return self.sandbox.faults if self.sandbox else self._faults

    def set_fault(self, name: str, fault: str | None) -> None:
        """Raises ValueError for a fault or a name that the sandbox does not know."""
        if self.sandbox is None:
            raise ValueError("only the sandbox's credentials can be broken at will")
        self.sandbox.set_fault(name, fault)

    @property
    def fault_names(self) -> Mapping[str, str]:
        """Fault → what it does, in a line; rules that are set right now among them."""
        from meshtui.sandbox.faults import FAULTS

        return {
            **FAULTS,
            **{rules: "some of its requests only" for rules in self.faults.values() if rules not in FAULTS},
        }

    def play(self, scenario: Scenario) -> None:
        """Sets the sandbox and the credentials' policies up as the scenario says. Raises ValueError where there
        is no sandbox."""
        if self.sandbox is None:
            raise ValueError("only a sandbox can be set up as a scenario says")
        self.sandbox.play(scenario)
        for name, policy in self.sandbox.policies.items():
            if name in self.credentials:
                self.set_policy(name, Policy(policy))

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The library's."""
        from meshtui.sandbox.library import library

        return library()

    def truths(self, attempts: Iterable[Attempt]) -> tuple[Truth, ...]:
        """The sandbox's records of those attempts that went to Mesh and came back with a request id; none elsewhere."""
        ids = {attempt.exchange.request_id for attempt in attempts if attempt.provider == "mesh"}
        recorded = self.sandbox.truth if self.sandbox else []
        return tuple(truth for truth in recorded if truth.request_id in ids)

    # Doing

    def ask(self, path: Path, name: str, prompt: Prompt) -> Ask:
        """What `fire` takes. Raises NoSuchCredentialError."""
        return Ask(
            path=path,
            credential=self.get(name),
            mesh=self.credentials.get(MESH),
            platform=self.credentials.get(PLATFORM),
            prompt=prompt,
        )

    async def fire(self, path: Path, name: str, prompt: Prompt, report: Callable[[Event], None]) -> Run:
        """Sends one test prompt; the journal keeps what happened. Cancelling the task cancels the request."""
        from meshtui.runs.fire import fire

        ask = self.ask(path, name, prompt)
        self._tell_sandbox(ask.credential)

        record = recorder(self.journal, ask, self.endpoints)

        def heard(event: Event) -> None:
            record(event)
            report(event)

        return await fire(ask, self._open_client(), heard, self._prices)

    async def check(self, name: str, report: Report, *, prompt: bool, only: str = "", model: str = "") -> Ladder:
        """Climbs the credential's ladder of live checks. With `prompt` the last rungs cost a few tokens; `only` names
        the one rung to climb. Raises NoSuchRungError."""
        from meshtui.runs.ladder import climb, leading_to

        if only:
            leading_to(only, self.get(name).kind)
        asked = asked_by_check(self.get(name), self.endpoints)
        record = CheckRecorder(self.journal, self.get(name).name, asked=asked, only=only)

        def heard(rung: RungResult) -> None:
            record.hear(rung)
            report(rung)

        try:
            ladder = await climb(
                self.get(name), self._open_client(), heard, prompt=prompt, model=model, surroundings=self._environ,
                only=only,
            )  # fmt: skip
        except asyncio.CancelledError:
            record.stopped()
            raise
        record.end(ladder)
        return ladder

    async def recheck(
        self, name: str, rung: str, report: Report = lambda _: None, *, model: str = ""
    ) -> RungResult:  # fmt: skip
        """Climbs one rung again, whatever it costs, with what it needs first. Raises NoSuchRungError."""
        ladder = await self.check(name, report, prompt=True, only=rung, model=model)
        assert ladder.asked is not None
        return ladder.asked

    async def models(self, name: str, path: Path = Path.BYOK) -> Models:
        """The models that can be asked for on this path: what the credential's provider lists, or under Mesh's names
        where Mesh alone is asked. A list that was had whole is kept for the session."""
        from meshtui.runs.models import Models, models_on

        credential = self.credentials.get(name)
        if credential is None or self._client is None:
            return Models(problem="The session has not started, or this credential has left it")
        key = self.credentials.get({Path.MESH: MESH, Path.PLATFORM: PLATFORM}.get(path, name))
        told = (name, key.name if key else "")
        sent, models = self._models.get(told, (None, None))
        if models is None or key is None or sent is not key.material:
            models = await models_on(path, credential, key, self._client)
            self._models[told] = (key.material if key and not models.problem else None, models)
        return models

    def _open_client(self) -> Client:
        if self._client is None:
            raise RuntimeError("the session has not started")
        return self._client

    def _tell_sandbox(self, credential: Credential | None) -> None:
        if self.sandbox is None or credential is None or credential.source.kind != "sandbox":
            return
        self.sandbox.set_policy(credential.name, credential.policy is Policy.EXCLUSIVE)
        if credential.provider == "bedrock":
            self.sandbox.activate(credential.name)
