"""Listening for the screen: to the program in its pane, and to what other terminals start. Starts the tap, writes what
it sees into the session's journal, ends it."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from meshtui.base.files import find_working_directory
from meshtui.journal.recording import make_note
from meshtui.tap.call_recording import ProgramRecorder
from meshtui.tap.child import StartError
from meshtui.tap.listening_thread import ListeningThread, PostedFollower, make_post, write_environment
from meshtui.tap.program_run import Changes, RunOptions
from meshtui.tap.run_report import NO_CALL_SEEN, WHY_NO_CALL, NewDoubts, TextReport, describe_summary
from meshtui.tap.sandbox_hosts import describe_hosts
from meshtui.tap.terminal_child import TerminalChild

if TYPE_CHECKING:
    from pathlib import Path

    from meshtui.session import Session
    from meshtui.tap.attribution import Attributed
    from meshtui.tap.grouping import Attempts, Summary
    from meshtui.tap.observed_calls import Note
    from meshtui.tap.program_run import Follower
    from meshtui.tap.sandbox_hosts import HostsReport
    from meshtui.tui.panes.program_pane import ProgramPane

SETTLE_S = 1.0
"""Seconds after a program's end until what it sent is taken to have arrived."""
YOUR_SHELL = "your shell"
"""The name shown instead of a program that another terminal starts."""


@dataclass(frozen=True, slots=True)
class OtherTerminal:
    """What a person needs there. `address` holds the credential of this run."""

    address: str
    file: Path

    @property
    def line(self) -> str:
        """What to type there: no secret is in it, and so none in that shell's history."""
        return f'eval "$(cat {shlex.quote(str(self.file))})"'


class ListenControl:
    """One for the whole session. `options` are those of `meshtui run --screen`; None: nothing is run here."""

    def __init__(self, session: Session, clock: Callable[[], float], options: RunOptions | None = None) -> None:
        self._session, self._clock = session, clock
        self._options = options or RunOptions((), dict(os.environ), find_working_directory())
        self._report = JournalReport(session, clock)
        self._thread: ListeningThread | None = None
        self._changes: Changes | None = None
        self._child: TerminalChild | None = None
        self.other: OtherTerminal | None = None
        """What another terminal needs, while it is listened to."""
        self.status = 0
        """The program's exit status; what a shell would say of one that could not be started."""

    @property
    def is_on(self) -> bool:
        return self._thread is not None

    @property
    def runs_program(self) -> bool:
        """Whether the program in the pane has not ended."""
        return self._child is not None and self._child.status is None

    @property
    def has_program(self) -> bool:
        return bool(self._options.command)

    async def start(self) -> None:
        """Begins to listen, unless that has begun. Raises OSError and ValueError, see `ListeningThread.start`."""
        if self._thread is not None:
            return
        program = os.path.basename(self._options.command[0]) if self.has_program else YOUR_SHELL
        made = PostedFollower(make_post(), ProgramRecorder(self._session.journal, program, None, self._tell))
        asked = self._options.make_followers

        def make_followers() -> Sequence[Follower]:
            return [made, *asked()]

        thread = ListeningThread(replace(self._options, make_followers=make_followers), self._report)
        self._changes = await thread.start()
        self._thread = thread

    async def open_to_other(self) -> OtherTerminal:
        """Begins to listen and writes down what another terminal needs. Raises the same."""
        await self.start()
        assert self._changes is not None
        if self.other is None:
            address = self._changes.variables["HTTPS_PROXY"]
            self.other = OtherTerminal(address, await asyncio.to_thread(write_environment, self._changes))
        return self.other

    async def run_program(self, pane: ProgramPane) -> None:
        """Starts the program in the pane, which also shows if it could not be started."""
        try:
            await self.start()
            assert self._changes is not None
            from meshtui.tui.terminal_emulator import TERM

            given = {name: value for name, value in self._options.environ.items() if name not in ("COLUMNS", "LINES")}
            environ = {**self._changes.apply(given), "TERM": TERM}
            end = partial(self._end_program, pane)
            self._child = TerminalChild.start(self._options.command, environ, pane.terminal_size, pane.take_output, end)
            pane.attach(self._child)
        except (StartError, OSError, ValueError) as problem:
            self.status = problem.status if isinstance(problem, StartError) else 1
            pane.print_line(f"meshtui run: {problem}")
            pane.take_end(self.status)

    def _end_program(self, pane: ProgramPane, status: int) -> None:
        self.status = status
        pane.take_end(status)
        self._tell(f"{self._options.command[0]} ended with exit status {status}")
        # What the program sent last may still be on its way here, from the thread that listens.
        asyncio.get_running_loop().call_later(SETTLE_S, self._tell_of_no_call)

    def _tell_of_no_call(self) -> None:
        if self._thread is not None and not self._report.calls:
            self._tell(f"{NO_CALL_SEEN[:1].upper()}{NO_CALL_SEEN[1:]}. {WHY_NO_CALL}")

    async def stop(self) -> None:
        """Ends the program with its process group, and then listening. What is left of it is in the journal then."""
        child, self._child = self._child, None
        if child is not None:
            self.status = await child.stop()
        thread, self._thread = self._thread, None
        self._changes = self.other = None
        if thread is not None:
            await thread.stop()

    def print_report(self, report: TextReport) -> Summary | None:
        """Prints what the whole run came to, once it is over; returns that, or None where nothing was listened to."""
        if self._report.summary is not None:
            report.end(self._report.summary)
        if self._report.hosts_report is not None:
            report.hosts(self._report.hosts_report)
        return self._report.summary

    def _tell(self, text: str) -> None:
        self._session.journal.append(make_note(self._clock(), text))


class JournalReport:
    """What is said of a run besides its calls, which a `ProgramRecorder` writes down: notes in the journal."""

    def __init__(self, session: Session, clock: Callable[[], float]) -> None:
        self._session, self._clock = session, clock
        self._doubts = NewDoubts()
        self.calls = 0
        self.summary: Summary | None = None
        self.hosts_report: HostsReport | None = None

    def doubt(self, host: str, attributed: Attributed) -> None:
        for doubt in self._doubts.take(host, attributed):
            self._write(f"{doubt.text}; {attributed.sentence}. {doubt.step}")

    def call(self, *_: object) -> None:
        """The recorder writes it down."""
        self.calls += 1

    def attempts(self, attempts: Attempts) -> None:
        self._write(attempts.sentence)

    def note(self, note: Note) -> None:
        self._write(". ".join(part for part in (note.text, note.step) if part))

    def end(self, summary: Summary) -> None:
        self.summary = summary
        for line in describe_summary(summary):
            self._write(line.strip())

    def hosts(self, report: HostsReport) -> None:
        self.hosts_report = report
        for line in describe_hosts(report):
            self._write(line.strip())

    def _write(self, text: str) -> None:
        self._session.journal.append(make_note(self._clock(), text))
