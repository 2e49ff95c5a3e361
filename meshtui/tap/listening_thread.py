"""The tap beside a screen: on an event loop of its own, in a thread, so that no call of a program waits for the screen
to be painted. What it sees is handed to the screen's loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING

from meshtui.base.files import write_private
from meshtui.tap.environment import print_exports
from meshtui.tap.program_run import Changes, Recorder, RunOptions, listen_while

if TYPE_CHECKING:
    from pathlib import Path

    from meshtui.tap.attribution import Attributed
    from meshtui.tap.call_explanation import Judgement
    from meshtui.tap.grouping import Attempts, Placed, Summary
    from meshtui.tap.observed_calls import Note, ObservedCall
    from meshtui.tap.program_run import Follower
    from meshtui.tap.run_report import Report
    from meshtui.tap.sandbox_hosts import HostsReport

ENVIRONMENT_FILE = "environment.sh"
Post = Callable[..., object]
"""Has a function called with arguments on another loop; in the order of the posts."""


def make_post() -> Post:
    """Posts to the running loop, into the context that holds now: a screen's widgets know by it which screen's."""
    return partial(asyncio.get_running_loop().call_soon_threadsafe, context=copy_context())


class ListeningThread:
    """Made on the screen's event loop; `report` and the followers that `make_followers` returns are called there."""

    def __init__(self, options: RunOptions, report: Report) -> None:
        self._loop = asyncio.get_running_loop()
        self._options, self._report = options, PostedReport(make_post(), report)
        self._started: asyncio.Future[Changes] = self._loop.create_future()
        self._ended: asyncio.Future[Summary] = self._loop.create_future()
        self._end: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)

    async def start(self) -> Changes:
        """Returns once programs can be started, with the changes to their environment. Raises OSError where no port or
        folder is available, and ValueError for a proxy in the environment that cannot be chained."""
        self._thread.start()
        return await asyncio.shield(self._started)

    async def stop(self) -> Summary:
        """Ends all connections and returns what was seen, after it was reported."""
        self._end()
        summary = await asyncio.shield(self._ended)
        await asyncio.sleep(0)  # what was posted last
        return summary

    def _run(self) -> None:
        try:
            _, summary = asyncio.run(listen_while(self._listen, self._options, self._report))
        except Exception as problem:
            self._post(self._fail, problem)
        else:
            self._post(self._ended.set_result, summary)

    async def _listen(self, changes: Changes, recorder: Recorder) -> int:
        ended = asyncio.Event()
        self._end = partial(asyncio.get_running_loop().call_soon_threadsafe, ended.set)
        recorder.prepare()
        self._post(self._started.set_result, changes)
        await ended.wait()
        return 0

    def _post(self, function: Callable[..., object], *arguments: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)

    def _fail(self, problem: Exception) -> None:
        if not self._started.done():
            self._started.set_exception(problem)
            self._ended.cancel()
        else:
            self._ended.set_exception(problem)


class PostedReport:
    """Hands everything to a report on another loop."""

    def __init__(self, post: Post, report: Report) -> None:
        self._post, self._report = post, report

    def doubt(self, host: str, attributed: Attributed) -> None:
        self._post(self._report.doubt, host, attributed)

    def call(self, call: ObservedCall, attributed: Attributed, judgement: Judgement) -> None:
        self._post(self._report.call, call, attributed, judgement)

    def attempts(self, attempts: Attempts) -> None:
        self._post(self._report.attempts, attempts)

    def note(self, note: Note) -> None:
        self._post(self._report.note, note)

    def end(self, summary: Summary) -> None:
        self._post(self._report.end, summary)

    def hosts(self, report: HostsReport) -> None:
        self._post(self._report.hosts, report)


class PostedFollower:
    """The same for a follower."""

    def __init__(self, post: Post, follower: Follower) -> None:
        self._post, self._follower = post, follower

    def add(self, call: ObservedCall, attributed: Attributed, judgement: Judgement, placed: Placed) -> None:
        self._post(self._follower.add, call, attributed, judgement, placed)

    async def close(self, summary: Summary) -> None:
        closed: Future[None] = Future()
        self._post(self._begin_closing, summary, closed)
        await asyncio.wrap_future(closed)

    def _begin_closing(self, summary: Summary, closed: Future[None]) -> None:
        self._closing = asyncio.ensure_future(self._follower.close(summary))
        self._closing.add_done_callback(lambda _: closed.set_result(None))


def write_environment(changes: Changes) -> Path:
    """Writes what another terminal is to evaluate into the run's private folder. The proxy's credential is then in no
    command line and in no shell's history. Raises OSError."""
    assert changes.folder is not None
    path = changes.folder / ENVIRONMENT_FILE
    return write_private(path, print_exports(changes.variables, changes.removed))
