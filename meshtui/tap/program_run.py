"""`meshtui run` as a whole: proxy, environment, program and report, from the start to the exit status."""

from __future__ import annotations

import asyncio
import gc
import importlib
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from meshtui.tap.child import run_child
from meshtui.tap.client_connection import ClientConnection
from meshtui.tap.connection_owner import list_holders
from meshtui.tap.environment import make_base_urls, make_changes, write_trust_files
from meshtui.tap.grouping import Attempts, Placed, RetryGroups, Summary
from meshtui.tap.http_head import Head
from meshtui.tap.observed_calls import Listener, Note, NoteKind
from meshtui.tap.proxy import Proxy, ProxySettings
from meshtui.tap.upstream import read_way

if TYPE_CHECKING:
    from meshtui.providers.bedrock.provider import AwsKeys
    from meshtui.tap.attribution import Attributed, Attribution
    from meshtui.tap.call_explanation import Judgement
    from meshtui.tap.injected_faults import InjectedFaults
    from meshtui.tap.observed_calls import ObservedCall, ObservedRequest
    from meshtui.tap.run_report import Report
    from meshtui.tap.sandbox_hosts import SandboxHosts

PREPARE_AFTER = 0.15
"""Seconds from the program's start."""
_NEEDED_BY_CALLS = (
    "meshtui.tap.observer",
    "meshtui.tap.call_explanation",
    "meshtui.runs.verdict",
    "meshtui.presentation.explanation_blocks",
)
MAX_EARLY = 10_000
"""Events that wait until this machine's credentials are read."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What one run is made of."""

    command: Sequence[str]
    environ: Mapping[str, str]
    folder: str
    """Where the program is started: its .env files are read."""
    base_urls: bool = False
    open_hosts: Callable[[], AbstractContextManager[SandboxHosts]] | None = None
    """Makes what answers in the place of the providers' hosts; None: they answer themselves."""
    open_faults: Callable[[], InjectedFaults] | None = None
    """Makes what answers some requests in the place of real hosts."""
    make_followers: Callable[[], Sequence[Follower]] = tuple
    """Called with the first call, on the event loop."""


class Follower(Protocol):
    """Receives all calls, in addition to the report: a journal, a file. Made when the first call is seen."""

    def add(self, call: ObservedCall, attributed: Attributed, judgement: Judgement, placed: Placed, /) -> None:
        """Takes the next call. Must return soon."""

    async def close(self, summary: Summary, /) -> None:
        """Nothing more comes."""


class Recorder:
    """Puts what the proxy sees together with what is known, in the order in which it happened, and hands it on.

    This machine's credentials are read when the first call is seen; until they are known, what happens waits.
    """

    def __init__(
        self,
        report: Report,
        read_known: Callable[[], Awaitable[Attribution]],
        make_followers: Callable[[], Sequence[Follower]] = tuple,
    ) -> None:
        self.summary = Summary()
        self._report, self._read_known, self._make_followers = report, read_known, make_followers
        self._followers: list[Follower] | None = None
        self._groups = RetryGroups()
        self._attribution: Attribution | None = None
        self._reading: asyncio.Task[None] | None = None
        self._early: list[Callable[[Attribution], None]] = []
        self.listener = Listener(
            lambda request: self._when_known(partial(self._take_request, request)),
            lambda call: self._when_known(partial(self._take_call, call)),
            lambda note: self._when_known(partial(self._take_note, note)),
        )

    def _when_known(self, event: Callable[[Attribution], None]) -> None:
        if self._attribution is not None:
            event(self._attribution)
            return
        if len(self._early) < MAX_EARLY:
            self._early.append(event)
        self.prepare()

    def prepare(self) -> None:
        """Begins to read this machine's credentials, unless that has begun."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        attribution = self._attribution = await self._read_known()
        gc.freeze()  # what is loaded now stays: looking through it again and again would make streams wait
        early, self._early = self._early, []
        for event in early:
            event(attribution)

    async def find_keys(self, access_key_id: str) -> AwsKeys | None:
        """The AWS key pair of this id, where this machine has it."""
        self.prepare()
        assert self._reading is not None
        await asyncio.shield(self._reading)
        assert self._attribution is not None
        return await asyncio.to_thread(self._attribution.find_keys, access_key_id)

    def _take_request(self, request: ObservedRequest, attribution: Attribution) -> None:
        attributed = attribution.attribute(request)
        if attributed.doubts:
            self._report.doubt(request.host, attributed)

    def _take_call(self, call: ObservedCall, attribution: Attribution) -> None:
        from meshtui.tap.call_explanation import judge

        attributed, judgement = attribution.attribute(call.request), judge(call)
        if call.issued:
            attribution.learn_issued(call, attributed)
        self.summary.add(call, attributed, judgement)
        self._report.call(call, attributed, judgement)
        placed = self._groups.add(call)
        if placed.attempts is not None:
            self._tell_attempts(placed.attempts)
        if self._followers is None:
            self._followers = list(self._make_followers())
        for follower in tuple(self._followers):
            try:
                follower.add(call, attributed, judgement, placed)
            except Exception as problem:  # a file of ours must cost the program nothing
                self._followers.remove(follower)
                self._tell_own_error(problem)

    def _take_note(self, note: Note, _: Attribution) -> None:
        self.summary.add_note(note)
        self._report.note(note)

    def _tell_own_error(self, problem: Exception) -> None:
        self._report.note(Note(NoteKind.OWN_ERROR, "", f"an error in meshtui: {type(problem).__name__}: {problem}"))

    def _tell_attempts(self, attempts: Attempts) -> None:
        self.summary.add_attempts(attempts)
        self._report.attempts(attempts)

    async def close(self) -> None:
        """Tells what is left, and the summary."""
        if self._reading is not None:
            await self._reading
        for attempts in self._groups.close():
            self._tell_attempts(attempts)
        for follower in self._followers or ():
            try:
                await follower.close(self.summary)
            except Exception as problem:
                self._tell_own_error(problem)
        self._report.end(self.summary)


async def read_known(environ: Mapping[str, str], folder: str, *, is_made_up: bool = False) -> Attribution:
    """This machine's credentials, read in a thread, where all that explains a call is loaded as well."""
    sys.setswitchinterval(0.0005)  # while it reads, bytes must not wait the usual 5 ms for the interpreter's lock

    def read() -> Attribution:
        for name in _NEEDED_BY_CALLS:
            importlib.import_module(name)
        from meshtui.tap.attribution import find_known

        return find_known(environ, folder, "the sandbox's") if is_made_up else find_known(environ, folder)

    return await asyncio.get_running_loop().run_in_executor(None, read)


async def _serve_address(recorder: Recorder, options: RunOptions, client: ClientConnection, head: Head) -> None:
    from meshtui.tap.addresses import Addresses

    region = options.environ.get("AWS_REGION") or options.environ.get("AWS_DEFAULT_REGION") or ""
    await Addresses(client.proxy, recorder.find_keys, region).serve(client, head)


@dataclass(frozen=True, slots=True)
class Changes:
    """How a program's environment differs from ours."""

    variables: Mapping[str, str]
    removed: Sequence[str] = ()
    folder: Path | None = None
    """The run's private folder, which is removed when listening ends."""

    def apply(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The program's environment."""
        kept = {name: value for name, value in environ.items() if name not in self.removed}
        return {**kept, **self.variables}


Work = Callable[[Changes, Recorder], Awaitable[int]]
"""What is done while the tap listens: takes the changes for programs, and returns an exit status."""


async def listen(options: RunOptions, report: Report) -> tuple[int, Summary]:
    """Runs the program and listens to it. Returns the program's exit status and the summary, which is then printed.

    Raises StartError where the program cannot be started, OSError where no port or folder is available, and ValueError
    for a proxy in the environment that cannot be chained.
    """

    async def run(environ: Changes, recorder: Recorder) -> int:
        # Most programs take longer than this to begin, and what is loaded by then delays no call.
        preparing = asyncio.get_running_loop().call_later(PREPARE_AFTER, recorder.prepare)
        status = await run_child(options.command, environ.apply(options.environ))
        preparing.cancel()
        return status

    return await listen_while(run, options, report)


async def listen_while(work: Work, options: RunOptions, report: Report) -> tuple[int, Summary]:
    """Listens until the work is done. Returns its status and the summary, which is then printed."""
    if options.open_faults is not None:
        with options.open_faults() as faults:
            settings = ProxySettings(way=read_way(options.environ), faults=faults)
            return await _listen(work, options, report, settings, Changes({}))
    if options.open_hosts is None:
        settings = ProxySettings(way=read_way(options.environ))
        return await _listen(work, options, report, settings, Changes({}))
    with options.open_hosts() as hosts:
        settings = ProxySettings(
            way=read_way(options.environ, hosts.connect_to), is_target=hosts.is_target, make_context=hosts.make_context
        )
        done = await _listen(work, options, report, settings, Changes(hosts.variables(), hosts.removed))
        report.hosts(hosts.report())
        return done


def _tell_of_survivors(listener: Listener, token: str) -> None:
    """Reports processes that were started with this run's variables and still run after its end."""
    there = list_holders(token)
    if there:
        named = ", ".join(f"{process.name} {process.pid}" for process in there[:5])
        more = f" and {len(there) - 5} more" if len(there) > 5 else ""
        runs = "still runs, and its calls" if len(there) == 1 else "still run, and their calls"
        text = f"{named}{more} {runs} fail from now on: nobody listens any more"
        step = 'For a program that starts others and ends, listen to a whole shell: eval "$(meshtui run --env)"'
        listener.on_note(Note(NoteKind.STILL_RUNS, "", text, step, at=time.time()))


async def _listen(
    work: Work, options: RunOptions, report: Report, settings: ProxySettings, given: Changes
) -> tuple[int, Summary]:
    """`given`: the keys of a sandbox."""
    environ = given.apply(options.environ)
    options = replace(options, environ=environ)
    known = partial(read_known, environ, options.folder, is_made_up=bool(given.variables))
    recorder = Recorder(report, known, options.make_followers)
    proxy = Proxy(settings, recorder.listener, ClientConnection, partial(_serve_address, recorder, options))
    await proxy.start()
    with tempfile.TemporaryDirectory(prefix="meshtui-run-") as folder:
        files = write_trust_files(Path(folder), settings.authority, environ)
        changes = {**given.variables, **make_changes(environ, proxy.address, proxy.port, files)}
        if options.base_urls:
            changes |= make_base_urls(environ, f"http://127.0.0.1:{proxy.port}/{settings.token}")
        status = await work(Changes(changes, given.removed, Path(folder)), recorder)
        await proxy.close()
        _tell_of_survivors(recorder.listener, settings.token)
    recorder.summary.connections = proxy.connections
    recorder.summary.blind_hosts = tuple(proxy.blind_hosts)
    await recorder.close()
    return status, recorder.summary
