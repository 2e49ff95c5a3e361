"""`meshtui run` as a whole: proxy, environment, program and report, from the start to the exit status."""

from __future__ import annotations

import asyncio
import gc
import importlib
import ssl
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from meshtui.tap.child import run_child
from meshtui.tap.client_side import Client
from meshtui.tap.environment import make_base_urls, make_changes, write_trust_files
from meshtui.tap.grouping import Attempts, RetryGroups, Summary
from meshtui.tap.http_head import Head
from meshtui.tap.observation import Listener
from meshtui.tap.proxy import Proxy
from meshtui.tap.proxy_state import ProxySettings
from meshtui.tap.upstream import read_way

if TYPE_CHECKING:
    from meshtui.providers.bedrock.provider import AwsKeys
    from meshtui.tap.attribution import Attributed, Attribution
    from meshtui.tap.explaining import Judgement
    from meshtui.tap.observation import Note, ObservedCall, ObservedRequest
    from meshtui.tap.reporting import Report

OnCall = Callable[["ObservedCall", "Attributed", "Judgement"], None]
PREPARE_AFTER = 0.15
"""Seconds from the program's start."""
_NEEDED_BY_CALLS = (
    "meshtui.tap.observer",
    "meshtui.tap.explaining",
    "meshtui.runs.verdict",
    "meshtui.presentation.explanation",
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
    connect_to: Mapping[str, tuple[str, int]] | None = None
    """Other addresses for real hosts: the sandbox's, or a test's."""
    make_context: Callable[[], ssl.SSLContext] | None = None


class Recorder:
    """Puts what the proxy sees together with what is known, in the order in which it happened, and hands it on.

    This machine's credentials are read when the first call is seen; until they are known, what happens waits.
    """

    def __init__(
        self, report: Report, read_known: Callable[[], Awaitable[Attribution]], on_call: OnCall | None = None
    ) -> None:
        self.summary = Summary()
        self._report, self._on_call, self._read_known = report, on_call, read_known
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
        from meshtui.tap.explaining import judge

        attributed, judgement = attribution.attribute(call.request), judge(call)
        if call.issued:
            attribution.learn_issued(call, attributed)
        self.summary.add(call, attributed, judgement)
        self._report.call(call, attributed, judgement)
        if attempts := self._groups.add(call):
            self._tell_attempts(attempts)
        if self._on_call is not None:
            self._on_call(call, attributed, judgement)

    def _take_note(self, note: Note, _: Attribution) -> None:
        self.summary.add_note(note)
        self._report.note(note)

    def _tell_attempts(self, attempts: Attempts) -> None:
        self.summary.add_attempts(attempts)
        self._report.attempts(attempts)

    async def close(self) -> None:
        """Tells what is left, and the summary."""
        if self._reading is not None:
            await self._reading
        for attempts in self._groups.close():
            self._tell_attempts(attempts)
        self._report.end(self.summary)


async def read_known(environ: Mapping[str, str], folder: str) -> Attribution:
    """This machine's credentials, read in a thread, where all that explains a call is loaded as well."""
    sys.setswitchinterval(0.0005)  # while it reads, bytes must not wait the usual 5 ms for the interpreter's lock

    def read() -> Attribution:
        for name in _NEEDED_BY_CALLS:
            importlib.import_module(name)
        from meshtui.tap.attribution import find_known

        return find_known(environ, folder)

    return await asyncio.get_running_loop().run_in_executor(None, read)


async def _serve_address(recorder: Recorder, options: RunOptions, client: Client, head: Head) -> None:
    from meshtui.tap.addresses import Addresses

    region = options.environ.get("AWS_REGION") or options.environ.get("AWS_DEFAULT_REGION") or ""
    await Addresses(client.proxy, recorder.find_keys, region).serve(client, head)


Work = Callable[[dict[str, str], Recorder], Awaitable[int]]
"""What is done while the tap listens: takes the variables for programs, and returns an exit status."""


async def listen(options: RunOptions, report: Report, on_call: OnCall | None = None) -> tuple[int, Summary]:
    """Runs the program and listens to it. Returns the program's exit status and the summary, which is then printed.

    Raises StartError where the program cannot be started, OSError where no port or folder can be had, and ValueError
    for a proxy in the environment that cannot be chained.
    """

    async def run(changes: dict[str, str], recorder: Recorder) -> int:
        # Most programs take longer than this to begin, and what is loaded by then delays no call.
        preparing = asyncio.get_running_loop().call_later(PREPARE_AFTER, recorder.prepare)
        status = await run_child(options.command, {**options.environ, **changes})
        preparing.cancel()
        return status

    return await listen_while(run, options, report, on_call)


async def listen_while(
    work: Work, options: RunOptions, report: Report, on_call: OnCall | None = None
) -> tuple[int, Summary]:
    """Listens until the work is done. Returns its status and the summary, which is then printed."""
    settings = ProxySettings(way=read_way(options.environ, options.connect_to))
    if options.make_context is not None:
        settings = replace(settings, make_context=options.make_context)
    recorder = Recorder(report, partial(read_known, options.environ, options.folder), on_call)
    proxy = Proxy(settings, recorder.listener, partial(_serve_address, recorder, options))
    await proxy.start()
    with tempfile.TemporaryDirectory(prefix="meshtui-run-") as folder:
        files = write_trust_files(Path(folder), settings.authority, options.environ)
        changes = make_changes(options.environ, proxy.address, proxy.port, files)
        if options.base_urls:
            changes |= make_base_urls(options.environ, f"http://127.0.0.1:{proxy.port}/{settings.token}")
        status = await work(changes, recorder)
        await proxy.close()
    recorder.summary.connections = proxy.connections
    recorder.summary.blind_hosts = tuple(proxy.blind_hosts)
    await recorder.close()
    return status, recorder.summary
