"""One thing at a time is running: a test prompt or a check. Starts it, passes on what it reports, stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from textual.worker import Worker

from meshtui.journal.record import note
from meshtui.runs.model import Event, Path, Prompt
from meshtui.tui.panes.live import Live

if TYPE_CHECKING:
    from textual.screen import Screen

    from meshtui.runs.rung import RungResult
    from meshtui.sandbox.scenario import Scenario
    from meshtui.session import Session
    from meshtui.tour.perform import Scene

Done = TypeVar("Done")


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
        self._worker: Worker[None] | None = None

    @property
    def busy(self) -> bool:
        return self._worker is not None and not self._worker.is_finished

    def fire(self, path: Path, credential: str, prompt: Prompt) -> None:
        self._worker = self._screen.run_worker(self._fire(path, credential, prompt), group="running")

    def perform(self, scenario: Scenario, *, anew: bool) -> None:
        """Sends what the scenario asks, as often as it does; `anew` sets it up again before."""
        self._worker = self._screen.run_worker(self._perform(scenario, anew), group="running")

    def check(self, credential: str, *, prompt: bool) -> None:
        self._worker = self._screen.run_worker(self._check(credential, prompt), group="running")

    def stop(self) -> bool:
        """Cancels what is running; the request is dropped at once. Returns whether there was anything."""
        if self._worker is None or self._worker.is_finished:
            return False
        self._worker.cancel()
        return True

    async def _fire(self, path: Path, credential: str, prompt: Prompt) -> None:
        live = Live()

        def report(event: Event) -> None:
            live.hear(event)
            self._heard(live)

        await self._guarded(live, self._session.fire(path, credential, prompt, report))

    async def _perform(self, scenario: Scenario, anew: bool) -> None:
        from meshtui.tour.perform import perform, put

        live = Live()

        def report(event: Event) -> None:
            live.hear(event)
            self._heard(live)

        doing = perform(self._session, scenario, report) if anew else put(self._session, scenario.ask, report)
        if scenes := await self._guarded(live, doing):
            self._done(scenes)

    async def _check(self, credential: str, prompt: bool) -> None:
        live = Live()
        live.check(credential, self._clock())
        self._heard(live)

        def report(rung: RungResult) -> None:
            live.hear_rung(rung)
            self._heard(live)

        try:
            if ladder := await self._guarded(live, self._session.check(credential, report, prompt=prompt)):
                live.checked(ladder)
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
