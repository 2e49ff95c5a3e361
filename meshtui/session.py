"""One sitting, shared by the command line and the screen: the credentials at hand, where they are sent, what happened,
a demo's sandbox, and which models can be asked for.

Nothing heavy is imported until something is sent: the screen paints first.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from meshtui.base.endpoints import Endpoints
from meshtui.base.files import find_working_directory
from meshtui.base.privacy import learn_names
from meshtui.demo_sandbox import DemoSandbox
from meshtui.journal.journal import Journal
from meshtui.runs.prompt import Path, Prompt
from meshtui.settings import Settings

if TYPE_CHECKING:
    from meshtui.base.credential import Credential, Policy, Source
    from meshtui.base.exchange import Exchange
    from meshtui.checks.model import CheckReport, CheckResult
    from meshtui.checks.runner import OnResult
    from meshtui.credentials.reload import Reloaded
    from meshtui.credentials.sources import Found
    from meshtui.exports.spans import SpanWriter
    from meshtui.http.transport import Transport
    from meshtui.journal.history_store import History
    from meshtui.journal.results import Results
    from meshtui.runs.attempts import Prices
    from meshtui.runs.model import Event, Run, RunRequest
    from meshtui.runs.model_lists import Models
    from meshtui.sandbox.scenario import Scenario


class NoSuchCredentialError(LookupError):
    """A name that is not in the list; the text says which are."""


def _refuse_name(name: str, names: Iterable[str]) -> NoSuchCredentialError:
    """With the name that was meant, if one is near."""
    from difflib import get_close_matches

    there = list(names)
    near = get_close_matches(name, there, 1)
    meant = f"did you mean {near[0]}? There is" if near else "there is"
    return NoSuchCredentialError(f"there is no credential named {name!r}; {meant} {', '.join(there) or 'none at all'}")


class Credentials(dict[str, "Credential"]):
    """Name → credential, in the order in which they came. A name that is not there raises NoSuchCredentialError."""

    def __missing__(self, name: str) -> NoReturn:
        raise _refuse_name(name, self)

    def keep(self, credential: Credential) -> Credential:
        """In the place of what had its name. From now on the names in it can be hidden."""
        self[credential.name] = credential
        learn_names(credential.names)
        return credential

    def add(self, text: str | bytes, source: Source, name: str = "", region: str = "") -> Credential:
        """Parses a paste and keeps it, good or bad, under a name of its own: the one that the environment's
        credentials of its kind have. Reading a service account's key takes some 50 ms of processor time."""
        from meshtui.credentials.paste import parse

        credential = parse(text, name=name or source.kind, source=source, region=region)
        return self._add(credential, name or credential.kind.usual_name or source.kind)

    def add_file(self, path: str, name: str = "") -> Credential:
        """The same for a file, which may be missing or unreadable: that is then a finding."""
        from meshtui.credentials.discovery import read_credential_file

        credential = read_credential_file(path, name=name)
        return self._add(credential, credential.name)

    def add_profile(self, profile: str, *, network: bool = True, program: bool = False) -> Credential:
        """The same for an AWS profile. May ask AWS's single sign-on and STS, unless `network` is False, and with
        `program` run its `credential_process`: takes a while, for a thread."""
        from meshtui.providers.bedrock.profile_resolution import Allowed, resolve_profile

        allowed = Allowed(network=network, program=program)
        credential = resolve_profile(profile, name=f"profile-{profile}", allowed=allowed)
        return self._add(credential, credential.name)

    def add_role(
        self, name: str, source: Source | None, environ: Mapping[str, str], *, network: bool = True
    ) -> Credential:
        """The same for the role that a container, pod or EC2 machine has; `name` is one of `aws_profiles.ROLES`. Asks
        AWS's metadata or STS: for a thread."""
        from meshtui.providers.bedrock.profile_resolution import Allowed, resolve_role

        return self.keep(resolve_role(name, environ=environ, allowed=Allowed(network=network), source=source))

    def reload(self, name: str, environ: Mapping[str, str], folder: str, env_file: str = "") -> Reloaded:
        """Reads the credential again from its file or profile and keeps what is there now; no `credential_process` is
        run for it. May block, so it is called in a thread."""
        from meshtui.credentials.reload import reload

        now = reload(self[name], environ, folder, _resolve_profile_again, env_file)
        self.keep(now.credential)
        return now

    def set_policy(self, name: str, policy: Policy) -> None:
        """Fallback or exclusive use. The sandbox's Mesh is configured before the next request. The real Mesh is not:
        its setting is in its dashboard, and this one says what to expect."""
        self[name] = replace(self[name], policy=policy)

    def _add(self, credential: Credential, name: str) -> Credential:
        """Adds it under that name, with a number where the name is taken."""
        names = [name, *(f"{name}-{n}" for n in range(2, len(self) + 3))]
        return self.keep(replace(credential, name=next(n for n in names if n not in self)))


_ROLE_NAMES = ("aws-web-identity", "aws-container", "aws-instance")
"""What `meshtui.credentials.aws_discovery` calls a role that no profile names."""


def _resolve_profile_again(profile: str, name: str) -> Credential:
    from meshtui.providers.bedrock.profile_resolution import resolve_profile

    return resolve_profile(profile, name=name)


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
        dotenv: bool = True,
        env_file: str = "",
    ) -> None:
        """`history` is where what happens is kept; None: it is not. `dotenv` False: the working directory's .env files
        are not read; `env_file` is read instead of them."""
        self.settings = settings or Settings()
        self.credentials = Credentials()
        self.endpoints = Endpoints()
        self.journal = Journal()
        self.history = history
        self.sandboxed = sandboxed
        self.warnings: list[str] = []
        """Warnings for front ends without a log: the history is not kept, or others can read files."""
        self.stage = DemoSandbox(faults)
        self.found: tuple[Found, ...] = ()
        """What this machine holds, the shadowed ones and AWS profiles too; empty in a sandbox."""
        self._environ = dict(environ or {})
        self._folder = find_working_directory() if dotenv and not sandboxed else ""
        self._env_file = env_file
        self._scenario = scenario
        self._client: Transport | None = None
        self._prices: Prices = {}
        self._models: Kept = {}
        self._spans: SpanWriter | None = None

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
        *,
        dotenv: bool = True,
        env_file: str = "",
    ) -> Session:
        """A session on the real hosts. What the environment holds is found by `start`."""
        environ = os.environ if environ is None else environ
        return cls(environ, settings=settings, history=history, dotenv=dotenv, env_file=env_file)

    @cached_property
    def results(self) -> Results:
        """What the journal knows of each credential, and the totals."""
        from meshtui.journal.results import Results

        return Results(self.journal)

    async def start(self) -> None:
        """Finds the credentials and, in a demo, starts the sandbox. Takes a blink or two, off the event loop."""
        from meshtui.http.hosts import tell_key_log
        from meshtui.http.transport import Transport

        if self.history is not None:
            self.history.follow(self.journal, self._warn)
        self._follow_spans()
        if key := tell_key_log(self._environ):
            self._warn(key)
        faults = self.stage.faults
        for credential in await asyncio.to_thread(self._open if self.sandboxed else self._find):
            self.credentials.keep(credential)
        if self._scenario is not None:
            self.play(self._scenario)
            for name, fault in faults.items():
                self.stage.set_fault(name, fault)
        self._client = Transport(self.endpoints)
        await self._client.__aenter__()

    async def stop(self) -> None:
        if self._client is not None:
            await self._client.__aexit__(None, None, None)
            self._client = None
        if self.sandboxed:
            await asyncio.to_thread(self.stage.close)
        if self._spans is not None:
            await self._spans.close()
            self._spans = None
        if self.history is not None:
            await self.history.close()

    def _follow_spans(self) -> None:
        """Where the standard variables name a collector, attempts and checks are sent there as well."""
        if not any(name.startswith("OTEL_EXPORTER_OTLP") for name in os.environ):
            return
        from meshtui.exports.spans import make_span_writer

        loop = asyncio.get_running_loop()

        def tell(text: str) -> None:  # from the exporter's thread
            loop.call_soon_threadsafe(self._warn, text)

        self._spans = make_span_writer(self.journal, os.environ, tell, sandboxed=self.sandboxed)

    async def __aenter__(self) -> Session:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def read_past_results(self) -> None:
        """Reads the last result of each credential from the history. Raises HistoryError."""
        from meshtui.journal.results import read_past_results

        if self.history is not None and not self.sandboxed and self.history.path.exists():
            await read_past_results(self.history, tuple(self.credentials.values()), self.results)

    def play(self, scenario: Scenario) -> None:
        """Sets the sandbox and the credentials' policies up as the scenario says. Raises ValueError where there
        is no sandbox."""
        for name in self.credentials:
            self.results.forget(name)
        for name, policy in self.stage.play(scenario).items():
            if name in self.credentials:
                self.credentials.set_policy(name, policy)

    def make_run_request(self, path: Path, name: str, prompt: Prompt) -> RunRequest:
        """What `fire` takes. Raises NoSuchCredentialError."""
        from meshtui.runs.model import RunRequest

        return RunRequest(
            path=path,
            credential=self.credentials[name],
            mesh=self.credentials.get(MESH),
            platform=self.credentials.get(PLATFORM),
            prompt=prompt,
        )

    async def send_prompt(self, path: Path, name: str, prompt: Prompt, report: Callable[[Event], None]) -> Run:
        """Sends one test prompt; the journal keeps what happened. Cancelling the task cancels the request. Raises
        NoSuchCredentialError."""
        from meshtui.journal.recording import make_recorder
        from meshtui.runs.paths import run_prompt

        request = self.make_run_request(path, name, prompt)
        self.stage.expect(request.credential)
        record = make_recorder(self.journal, request, self.endpoints)

        def heard(event: Event) -> None:
            record(event)
            report(event)

        return await run_prompt(request, self._open_client(), heard, self._prices)

    async def repeat(self, exchange: Exchange, name: str, report: Callable[[Event], None]) -> Run:
        """Sends a request that somebody's own program made once more, with the credential of that name; the journal
        keeps what happened. Raises NoSuchCredentialError."""
        from meshtui.journal.recheck import read_model
        from meshtui.journal.recording import make_recorder
        from meshtui.runs.repeat import make_request, repeat_request

        credential = self.credentials[name]
        mesh = credential if exchange.provider == MESH else self.credentials.get(MESH)
        request = make_request(exchange, credential, mesh, read_model(exchange))
        self.stage.expect(request.credential)
        title = f"your program's request once more · {exchange.request.method} {exchange.request.url} · {name}"
        record = make_recorder(self.journal, request, self.endpoints, title)

        def heard(event: Event) -> None:
            record(event)
            report(event)

        return await repeat_request(exchange, credential, request, self._open_client(), heard)

    async def check(self, name: str, report: OnResult, *, prompt: bool, only: str = "", model: str = "") -> CheckReport:
        """Runs the credential's live checks; the journal keeps it. With `prompt` the last checks cost a few
        tokens; `only` names the one check to run, with what it needs first. Raises NoSuchCredentialError and
        NoSuchCheckError."""
        from meshtui.checks.runner import list_needed, run_checks
        from meshtui.journal.recording import CheckRecorder, describe_check

        credential = self.credentials[name]
        if only:
            list_needed(only, credential.kind)
        record = CheckRecorder(self.journal, name, asked=describe_check(credential, self.endpoints), only=only)

        def heard(check: CheckResult) -> None:
            record.record(check)
            report(check)

        try:
            check_report = await run_checks(
                credential, self._open_client(), heard, prompt=prompt, model=model, surroundings=self._environ,
                only=only,
            )  # fmt: skip
        except asyncio.CancelledError:
            record.stopped()
            raise
        record.end(check_report)
        return check_report

    async def models(self, name: str, path: Path = Path.BYOK) -> Models:
        """The models that can be asked for on this path: what the credential's provider lists, or under Mesh's names
        where Mesh alone is asked. A list that was had whole is kept for the session."""
        from meshtui.runs.model_lists import Models

        credential = self.credentials.get(name)
        if credential is None or self._client is None:
            return Models(problem="The session has not started, or this credential has left it")
        sent = self.credentials.get({Path.MESH: MESH, Path.PLATFORM: PLATFORM}.get(path, name))
        return await list_models(self._models, path, credential, sent, self._client)

    def add_found(self, name: str, *, network: bool = True, program: bool = False) -> Credential:
        """The credential of that name: one that is in the list, or that `found` has besides. The keys of an AWS profile
        are got now, see `Credentials.add_profile`: for a thread. Raises NoSuchCredentialError."""
        if name in self.credentials:
            return self.credentials[name]
        row = next((each for each in self.found if each.name == name), None)
        if row is not None and row.credential is not None:
            return self.credentials.keep(row.credential)
        if row is not None and row.source.kind == "file":
            return self.credentials.add_file(row.source.where, name=name)
        profile = name.removeprefix("profile-")
        if profile != name or (row is not None and row.source.kind == "profile"):
            profile = row.source.where if row is not None else profile
            return self.credentials.add_profile(profile, network=network, program=program)
        if row is not None and row.source.kind == "dotenv":
            raise NoSuchCredentialError(f"{name} ({row.source}) holds no credential: {row.unused}")
        if name in _ROLE_NAMES:
            return self.credentials.add_role(name, row.source if row else None, self._environ, network=network)
        raise _refuse_name(name, dict.fromkeys([*self.credentials, *(each.name for each in self.found)]))

    def reload(self, name: str) -> Reloaded:
        """Reads the credential again from its file or profile. Blocks; see `Credentials.reload`."""
        return self.credentials.reload(name, self._environ, self._folder, self._env_file)

    def find(self) -> None:
        """Finds the credentials of this machine without starting the session: for what sends nothing."""
        for credential in self._find():
            self.credentials.keep(credential)

    def _find(self) -> tuple[Credential, ...]:
        """The credentials in use on this machine, and `found` with them."""
        from meshtui.credentials.discovery import discover, list_in_use

        self.found = discover(self._environ, folder=self._folder, env_file=self._env_file)
        learn_names(name for found in self.found if found.credential for name in found.credential.names)
        return list_in_use(self.found)

    def _open(self) -> tuple[Credential, ...]:
        """The sandbox's, once it serves."""
        from meshtui.credentials.discovery import read_sandbox_credentials

        addresses = self.stage.open().addresses
        self.endpoints = Endpoints.of_sandbox(addresses)
        return read_sandbox_credentials(addresses)

    def _note(self, text: str) -> None:
        from meshtui.journal.recording import make_note

        self.journal.append(make_note(time.time(), text))

    def _warn(self, text: str) -> None:
        self._note(text)
        self.warnings.append(text)

    @property
    def client(self) -> Transport:
        """The way out. Raises RuntimeError where the session has not started."""
        return self._open_client()

    def _open_client(self) -> Transport:
        if self._client is None:
            raise RuntimeError("the session has not started")
        return self._client


__all__ = ["NoSuchCredentialError", "Session"]


Kept = dict[tuple[str, str], tuple[object, "Models"]]
"""Names of a credential and of the one that was sent → its material and the explanation."""


async def list_models(
    kept: Kept, path: Path, credential: Credential, sent: Credential | None, client: Transport
) -> Models:
    """What the credential's provider lists; under Mesh's names where Mesh alone is asked, with the Mesh key that is
    `sent`. A list that was had whole is put into `kept`."""
    key = (credential.name, sent.name if sent else "")
    material, models = kept.get(key, (None, None))
    if models is None or sent is None or material is not sent.material:
        from meshtui.runs.model_lists import list_path_models

        models = await list_path_models(path, credential, sent, client)
        kept[key] = (sent.material if sent and not models.problem else None, models)
    return models
