"""One sitting: the credentials at hand, where they are sent, what happened. The command line and the screen share it.

Nothing heavy is imported until something is sent: the screen paints first.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from meshtui.config import Endpoints
from meshtui.credentials.model import Credential
from meshtui.discreet import learn
from meshtui.journal.asked import asked_by_check
from meshtui.journal.journal import Journal
from meshtui.journal.record import CheckRecorder, note, recorder
from meshtui.runs.model import Ask, Event, Path, Prompt, Run
from meshtui.session.credentials import Credentials
from meshtui.session.stage import Stage
from meshtui.settings import Settings

if TYPE_CHECKING:
    from meshtui.credentials.discover import Found
    from meshtui.credentials.reload import Reloaded
    from meshtui.journal.history import History
    from meshtui.providers.client import Client
    from meshtui.runs.flight import Prices
    from meshtui.runs.ladder import Ladder, Report, RungResult
    from meshtui.runs.models import Models
    from meshtui.sandbox.scenario import Scenario
    from meshtui.session.models import Kept

MESH, PLATFORM = "mesh", "platform"
"""Names of the Mesh key whose team is under test, and of the one whose team has no provider keys."""


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
        self.credentials = Credentials()
        self.endpoints = Endpoints()
        self.journal = Journal()
        self.history = history
        self.sandboxed = sandboxed
        self.stage = Stage(faults)
        self.found: tuple[Found, ...] = ()
        """What this machine holds, the shadowed ones and AWS profiles too; empty in a sandbox."""
        self._environ = dict(environ or {})
        self._scenario = scenario
        self._client: Client | None = None
        self._prices: Prices = {}
        self._models: Kept = {}

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
        faults = self.stage.faults
        for credential in await asyncio.to_thread(self._open if self.sandboxed else self._find):
            self.credentials.keep(credential)
        if self._scenario is not None:
            self.play(self._scenario)
            for name, fault in faults.items():
                self.stage.set_fault(name, fault)
        self._client = Client(self.endpoints)
        await self._client.__aenter__()

    async def stop(self) -> None:
        if self._client is not None:
            await self._client.__aexit__(None, None, None)
            self._client = None
        if self.sandboxed:
            await asyncio.to_thread(self.stage.close)
        if self.history is not None:
            await self.history.close()

    async def __aenter__(self) -> Session:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def play(self, scenario: Scenario) -> None:
        """Sets the sandbox and the credentials' policies up as the scenario says. Raises ValueError where there
        is no sandbox."""
        for name, policy in self.stage.play(scenario).items():
            if name in self.credentials:
                self.credentials.set_policy(name, policy)

    def ask(self, path: Path, name: str, prompt: Prompt) -> Ask:
        """What `fire` takes. Raises NoSuchCredentialError."""
        return Ask(
            path=path,
            credential=self.credentials[name],
            mesh=self.credentials.get(MESH),
            platform=self.credentials.get(PLATFORM),
            prompt=prompt,
        )

    async def fire(self, path: Path, name: str, prompt: Prompt, report: Callable[[Event], None]) -> Run:
        """Sends one test prompt; the journal keeps what happened. Cancelling the task cancels the request. Raises
        NoSuchCredentialError."""
        from meshtui.runs.fire import fire

        ask = self.ask(path, name, prompt)
        self.stage.expect(ask.credential)
        record = recorder(self.journal, ask, self.endpoints)

        def heard(event: Event) -> None:
            record(event)
            report(event)

        return await fire(ask, self._open_client(), heard, self._prices)

    async def check(self, name: str, report: Report, *, prompt: bool, only: str = "", model: str = "") -> Ladder:
        """Climbs the credential's ladder of live checks; the journal keeps it. With `prompt` the last rungs cost a few
        tokens; `only` names the one rung to climb, with what it needs first. Raises NoSuchCredentialError and
        NoSuchRungError."""
        from meshtui.runs.ladder import climb, leading_to

        credential = self.credentials[name]
        if only:
            leading_to(only, credential.kind)
        record = CheckRecorder(self.journal, name, asked=asked_by_check(credential, self.endpoints), only=only)

        def heard(rung: RungResult) -> None:
            record.hear(rung)
            report(rung)

        try:
            ladder = await climb(
                credential, self._open_client(), heard, prompt=prompt, model=model, surroundings=self._environ,
                only=only,
            )  # fmt: skip
        except asyncio.CancelledError:
            record.stopped()
            raise
        record.end(ladder)
        return ladder

    async def models(self, name: str, path: Path = Path.BYOK) -> Models:
        """The models that can be asked for on this path: what the credential's provider lists, or under Mesh's names
        where Mesh alone is asked. A list that was had whole is kept for the session."""
        from meshtui.runs.models import Models
        from meshtui.session.models import list_models

        credential = self.credentials.get(name)
        if credential is None or self._client is None:
            return Models(problem="The session has not started, or this credential has left it")
        sent = self.credentials.get({Path.MESH: MESH, Path.PLATFORM: PLATFORM}.get(path, name))
        return await list_models(self._models, path, credential, sent, self._client)

    def reload(self, name: str) -> Reloaded:
        """Reads the credential anew from its file or profile. For a thread; see `Credentials.reload`."""
        return self.credentials.reload(name, self._environ)

    def _find(self) -> tuple[Credential, ...]:
        """The credentials in use on this machine, and `found` with them."""
        from meshtui.credentials.discover import discover, in_use

        self.found = discover(self._environ, folder=os.getcwd())
        learn(name for found in self.found if found.credential for name in found.credential.names)
        return in_use(self.found)

    def _open(self) -> tuple[Credential, ...]:
        """The sandbox's, once it serves."""
        from meshtui.credentials.load import from_sandbox

        addresses = self.stage.open().addresses
        self.endpoints = Endpoints.of_sandbox(addresses)
        return from_sandbox(addresses)

    def _note(self, text: str) -> None:
        self.journal.append(note(time.time(), text))

    def _open_client(self) -> Client:
        if self._client is None:
            raise RuntimeError("the session has not started")
        return self._client
