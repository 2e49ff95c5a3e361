"""One thing at a time is running: a test prompt or a check. Starts it, passes on what it reports, stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from textual.worker import Worker

from meshtui.journal.recording import note
from meshtui.runs.model import Event, Path, Prompt, Run
from meshtui.tui.panes.live import Live

if TYPE_CHECKING:
    from textual.screen import Screen

    from meshtui.checks.model import CheckReport, CheckResult
    from meshtui.credentials.discovery import Reloaded
    from meshtui.demo import Scene
    from meshtui.journal.recheck import Recheck
    from meshtui.sandbox.scenario import Scenario
    from meshtui.session import Session

Done = TypeVar("Done")


class Sent(NamedTuple):
    """What one needs to send the same again. `credential` is its name."""

    path: Path
    credential: str
    prompt: Prompt


class Running:
    """`heard` is called after each event, often; whoever shows it batches."""

    def __init__(
        self,
        screen: Screen[None],
        session: Session,
        heard: Callable[[Live], None],
        clock: Callable[[], float],
        done: Callable[[tuple[Scene, ...]], None],
    ) -> None:
        """`done` hears how a scenario came out."""
        self._screen = screen
        self._done = done
        self._clock = clock
        self._session = session
        self._heard = heard
        self._worker: Worker[Any] | None = None
        self.last: Sent | None = None
        """The last request that was sent."""
        self.last_run: Run | None = None
        """What came of it, once it is over."""
        self.hurry = False
        """Whether somebody was told that it is too soon to send it again."""

    @property
    def busy(self) -> bool:
        return self._worker is not None and not self._worker.is_finished

    def fire(self, path: Path, credential: str, prompt: Prompt) -> None:
        self._note(Sent(path, credential, prompt))
        self._worker = self._screen.run_worker(self._fire(path, credential, prompt), group="running")

    def perform(self, scenario: Scenario, *, anew: bool) -> None:
        """Sends what the scenario asks, as often as it does; `anew` sets it up again before."""
        from meshtui.demo import prompt_of

        ask = scenario.ask
        self._note(Sent(Path(ask.path), ask.credential, prompt_of(ask)))
        self._worker = self._screen.run_worker(self._perform(scenario, anew), group="running")

    def check(self, credential: str, *, prompt: bool) -> None:
        self._worker = self._screen.run_worker(self._check(credential, prompt), group="running")

    def recheck(self, again: Recheck, told: Callable[[Reloaded, CheckReport | None], None]) -> None:
        """Reads the credential anew and runs one check. `told` hears what came of both; None: nothing was run."""
        self._worker = self._screen.run_worker(self._recheck(again, told), group="running")

    def stop(self) -> bool:
        """Cancels what is running; the request is dropped at once. Returns whether there was anything."""
        if self._worker is None or self._worker.is_finished:
            return False
        self._worker.cancel()
        return True

    def _note(self, sent: Sent) -> None:
        self.last, self.last_run, self.hurry = sent, None, False

    async def _fire(self, path: Path, credential: str, prompt: Prompt) -> None:
        live = Live()
        self.last_run = await self._guarded(
            live, self._session.fire(path, credential, prompt, partial(self._hear, live))
        )

    async def _perform(self, scenario: Scenario, anew: bool) -> None:
        from meshtui.demo import perform, put

        live = Live()
        report = partial(self._hear, live)
        doing = perform(self._session, scenario, report) if anew else put(self._session, scenario.ask, report)
        if scenes := await self._guarded(live, doing):
            self.last_run = scenes[-1].run
            self._done(scenes)

    def _hear(self, live: Live, event: Event) -> None:
        live.hear(event, self._clock())
        self._heard(live)

    async def _recheck(self, again: Recheck, told: Callable[[Reloaded, CheckReport | None], None]) -> None:
        reloaded = await asyncio.to_thread(self._session.reload, again.credential)
        if reloaded.changed:
            said = f"{again.credential}: {reloaded.sentence}"
            self._session.journal.append(note(self._clock(), said, again.credential))
        check_report = None if reloaded.broken else await self._check(again.credential, True, again.check, again.model)
        told(reloaded, check_report)

    async def _check(self, credential: str, prompt: bool, only: str = "", model: str = "") -> CheckReport | None:
        live = Live()
        live.check(credential, self._clock())
        self._heard(live)

        def report(check: CheckResult) -> None:
            live.hear_rung(check)
            self._heard(live)

        try:
            doing = self._session.check(credential, report, prompt=prompt, only=only, model=model)
            if check_report := await self._guarded(live, doing):
                live.checked(check_report)
            return check_report
        except asyncio.CancelledError:
            live.checked(None)
            raise
        finally:
            self._heard(live)

    async def _guarded(self, live: Live, done: Awaitable[Done]) -> Done | None:
        """The result. An error of our own ends the run, not the screen: it is told in a line of the log."""
        try:
            return await done
        except Exception as error:
            from meshtui.tui.crash import in_one_line

            live.broke(in_one_line(error))
            self._heard(live)
            self._session.journal.append(note(self._clock(), in_one_line(error)))
            return None
