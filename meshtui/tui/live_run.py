"""Starts, follows and stops the one test prompt or check that is running, and what is known of it meanwhile: who is
being called, the phases passed, the words so far.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from textual.worker import Worker

from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import format_duration
from meshtui.journal.recording import make_note
from meshtui.presentation.blocks import Mark
from meshtui.runs.model import (
    AttemptEnded,
    AttemptStarted,
    Event,
    Path,
    PhaseReached,
    Prompt,
    Run,
    RunEnded,
    TextArrived,
)
from meshtui.tui.styled_text import Lines, render_page, render_paragraph, shorten

if TYPE_CHECKING:
    from textual.screen import Screen

    from meshtui.base.exchange import Exchange
    from meshtui.checks.model import CheckReport, CheckResult
    from meshtui.credentials.reload import Reloaded
    from meshtui.demo import Scene
    from meshtui.journal.recheck import Recheck
    from meshtui.presentation.blocks import Diagram
    from meshtui.presentation.route import Hop
    from meshtui.runs.model import Attempt
    from meshtui.sandbox.scenario import Scenario
    from meshtui.session import Session


PHASES = {"secured": "TLS", "connected": "connected", "sent": "sent", "first_byte": "first byte"}


ROUTE_FROM = 50
"""Columns from which on the way is drawn."""


@dataclass
class LiveCall:
    """One running call."""

    at: float
    """Unix time at which it began."""
    who: str
    """The role of the attempt, as in the log; `check` for a check."""
    what: str
    """`calling OpenAI`"""
    passed: list[str] = field(default_factory=list)
    """`connected 3 ms`, in their order."""
    text: str = ""
    first_word: float | None = None
    """Unix time at which the first text was received, where that is known."""

    def elapsed(self, now: float) -> str:
        """`3 s`; whole seconds, so that a look at it once a second is often enough."""
        return f"{max(0.0, now - self.at):.0f} s"

    def progress(self, now: float | None = None, room: int = 0) -> str:
        """`sent 4 ms · first byte 142 ms · 12 words`, with `now` (Unix time) how many come a second as well; what
        comes next while there is nothing yet. The last two phases, or as many of them as go into `room`."""
        count = len(self.text.split())
        said = [f"{count} word{'s' * (count > 1)}{self._rate(count, now)}"] if count else []
        kept = list(self.passed if room else self.passed[-2:])
        while room and kept and len(" · ".join([*kept, *said])) > room:
            del kept[0]
        return " · ".join([*kept, *said]) or "connecting"

    def reach(self, phase: str, after: float) -> None:
        """An attempt may be several requests, a token's before the prompt's: the phases are those of the newest."""
        if self.passed and self.passed[-1].startswith(PHASES["first_byte"]):
            self.passed.clear()
        self.passed.append(f"{PHASES.get(phase, phase)} {format_duration(after)}")

    def say(self, piece: str, now: float | None) -> None:
        self.text += piece
        self.first_word = now if self.first_word is None else self.first_word

    def _rate(self, words_so_far: int, now: float | None) -> str:
        """Nothing before a second of words has been seen: it would be a guess."""
        took = 0.0 if now is None or self.first_word is None else now - self.first_word
        return f", {words_so_far / took:.0f} a second" if took >= 1 else ""


@dataclass
class LiveRun:
    """Mutable, and fed by the events of one run or the results of one check. A comparison has several attempts."""

    hops: dict[str, Hop] = field(default_factory=dict)
    """The route so far, by role: a hop for each credential called; once the run is over, `route`."""
    route: Diagram | None = None
    """The way that it took, once it is over."""
    calls: dict[str, LiveCall] = field(default_factory=dict)
    """The running calls, by role."""
    text: str = ""
    """What was said last."""
    outcome: tuple[Mark, str] | None = None
    """How it all ended."""
    subject: tuple[Path | None, str] = (None, "")
    """Path and name of the credential of the run or check that ended."""
    checking: str = ""
    """The credential whose check report is run; empty for a test prompt."""
    checks: list[CheckResult] = field(default_factory=list)
    """The checks that are done, in their order."""

    def record(self, event: Event, now: float | None = None) -> None:
        """`now`: Unix time."""
        match event:
            case AttemptStarted(role=role, provider=provider, at=at, credential=credential):
                self.calls[role] = LiveCall(at, role, f"calling {PROVIDER_NAMES.get(provider, provider)}")
                self.text = ""
                self._start_leg(role, credential, provider)
            case PhaseReached(phase=phase, after=after, role=role) if call := self._find_call(role):
                call.reach(phase, after)
            case TextArrived(piece=piece, role=role) if call := self._find_call(role):
                call.say(piece, now)
                self.text = call.text
            case AttemptEnded(attempt=attempt):
                self.calls.pop(attempt.role, None)
                why = attempt.explanation.headline if attempt.explanation else ""
                self.text = attempt.text or why or self.text
                self._end_leg(attempt)
            case RunEnded(run=run):
                self.calls.clear()
                from meshtui.presentation.route import draw_route
                from meshtui.presentation.verdict_blocks import mark_verdict

                self.outcome = mark_verdict(run.verdict, run.cancelled)
                name = run.request.credential.name if run.request.credential else ""
                self.route = draw_route(run.attempts, run.verdict, name)
                self.subject = run.request.path, name
            case _:
                pass

    def _start_leg(self, role: str, credential: str, provider: str) -> None:
        from meshtui.presentation.route import start_hop

        if self.route is not None:  # the next of several runs
            self.hops, self.route = {}, None
        self.hops[role] = start_hop(role, credential, provider)

    def _end_leg(self, attempt: Attempt) -> None:
        from meshtui.presentation.route import end_hop

        if attempt.role in self.hops and attempt.exchanges:
            self.hops[attempt.role] = end_hop(self.hops[attempt.role], attempt)

    def check(self, name: str, at: float) -> None:
        """A check begins."""
        self.checking = name
        self.subject = None, name
        self.calls = {"check": LiveCall(at, "check", f"checking {name}")}

    def record_check(self, check: CheckResult) -> None:
        self.checks.append(check)
        from meshtui.presentation.check_blocks import CHECK_MARKS

        self.calls["check"].passed.append(f"{CHECK_MARKS[check.status].glyph} {check.name}")

    def checked(self, check_report: CheckReport | None) -> None:
        """The check ended; None: it was stopped."""
        self.calls.clear()
        from meshtui.presentation.check_blocks import mark_check_report
        from meshtui.presentation.verdict_blocks import STOPPED

        self.outcome = mark_check_report(check_report) if check_report else (STOPPED, "you stopped it")
        self.text = check_report.sentence if check_report else ""

    def broke(self, why: str) -> None:
        """It ended by an internal error."""
        self.calls.clear()
        from meshtui.presentation.verdict_blocks import FAILED

        self.outcome = (FAILED, why)

    def describe_other(self, path: Path | None, credential: str) -> str:
        """`mesh · aws`, or `check · aws`, where it is about something else than given; else empty."""
        way, name = self.subject
        if not name or (name == credential and way in (None, path)):
            return ""
        return f"{way.value if way else 'check'} · {name}"

    def _find_call(self, role: str) -> LiveCall | None:
        return self.calls.get(role) or next(reversed(self.calls.values()), None)


def render_progress(live: LiveRun, width: int, now: float, other: str = "") -> Lines:
    """How far each call is, in a line, or two where one is too narrow; then how it all ended. `other` names what
    ended, where that is not what the fields ask. `now` is Unix time."""
    lines: Lines = []
    for call in live.calls.values():
        who = f"◌ {call.what} {call.elapsed(now)}"
        room = width - len(who) - 3
        if len(call.progress(now)) <= room:
            lines += [((who, "accent"), (f" · {call.progress(now, room)}", "dim"))]
        else:
            far = shorten(call.progress(now, width - 2), width - 2)
            lines += [((shorten(who, width), "accent"),), ((f"  {far}", "dim"),)]
    if live.outcome:
        mark, short = live.outcome
        of = f"{other}: " if other else ""
        lines += render_paragraph(f"{mark.glyph} {of}{short}", width, mark.role)
    return [*lines, *_render_route(live, width)]


def _render_route(live: LiveRun, width: int) -> Lines:
    """The way so far, live; nothing where there is too little room for it."""
    if not live.hops or width < ROUTE_FROM:
        return []
    from meshtui.presentation.route import draw_hops

    return render_page((live.route or draw_hops([[hop] for hop in live.hops.values()]),), width)


Done = TypeVar("Done")


class Sent(NamedTuple):
    """What one needs to send the same again. `credential` is its name."""

    path: Path
    credential: str
    prompt: Prompt


class RunControl:
    """`heard` is called after each event, often; whoever shows it batches."""

    def __init__(
        self,
        screen: Screen[None],
        session: Session,
        on_event: Callable[[LiveRun], None],
        clock: Callable[[], float],
        done: Callable[[tuple[Scene, ...]], None],
    ) -> None:
        """`done` is called with the result of a scenario."""
        self._screen = screen
        self._done = done
        self._clock = clock
        self._session = session
        self._on_event = on_event
        self._worker: Worker[Any] | None = None
        self.last: Sent | None = None
        """The last request that was sent."""
        self.last_run: Run | None = None
        """The last run."""
        self.agreed: tuple[Sent, int] | None = None
        """The request whose repetition was announced with its cost, and how often."""
        self.warned_of_wait = False
        """Whether the warning was shown that it is too early to send again."""

    @property
    def busy(self) -> bool:
        return self._worker is not None and not self._worker.is_finished

    def send_prompt(self, path: Path, credential: str, prompt: Prompt) -> None:
        self._note(Sent(path, credential, prompt))
        self._worker = self._screen.run_worker(self._send_prompt(path, credential, prompt), group="running")

    def send_repeatedly(self, subject: Sent, times: int, report: Callable[[int, bool], None]) -> None:
        """Sends until a call fails. At the end `report` gets how many were sent, and whether the last one failed."""
        self._note(subject)
        self._worker = self._screen.run_worker(self._send_repeatedly(subject, times, report), group="running")

    def perform(self, scenario: Scenario, *, anew: bool) -> None:
        """Sends the scenario's request as often as it says; `anew` sets it up again before."""
        from meshtui.demo import make_prompt

        ask = scenario.ask
        self._note(Sent(Path(ask.path), ask.credential, make_prompt(ask)))
        self._worker = self._screen.run_worker(self._perform(scenario, anew), group="running")

    def check(self, credential: str, *, prompt: bool) -> None:
        self._worker = self._screen.run_worker(self._check(credential, prompt), group="running")

    def check_all(self, credentials: Sequence[str], *, prompt: bool, report: Callable[[int, bool], None]) -> None:
        """Checks one after the other. `report` gets the number done before each, and once more at the end."""
        self._worker = self._screen.run_worker(self._check_all(credentials, prompt, report), group="running")

    def recheck(self, again: Recheck, report: Callable[[Reloaded, CheckReport | None], None]) -> None:
        """Reads the credential again and runs one check. `report` gets the results of both; None: nothing was run."""
        self._worker = self._screen.run_worker(self._recheck(again, report), group="running")

    def count_seconds_to_wait(self) -> float:
        """Seconds until the limits that the last run met are over. Not above 0 where they are, or it met none, or they
        do not say."""
        from meshtui.runs.limits import limit_of

        refused = [attempt for attempt in self.last_run.attempts if attempt.explanation] if self.last_run else []
        limits = [limit_of(attempt.exchange, attempt.explanation) for attempt in refused if attempt.explanation]
        ends = [limit.resets_at for limit in limits if limit and limit.resets_at is not None]
        return max(ends) - self._clock() if ends else 0.0

    def stop(self) -> bool:
        """Cancels what is running; the request is dropped at once. Returns whether there was anything."""
        if self._worker is None or self._worker.is_finished:
            return False
        self._worker.cancel()
        return True

    def _note(self, sent: Sent) -> None:
        self.last, self.last_run, self.warned_of_wait = sent, None, False

    def repeat_call(self, exchange: Exchange, credential: str) -> None:
        """Sends a request of the user's own program again, with the credential of that name."""
        self._worker = self._screen.run_worker(self._repeat_call(exchange, credential), group="running")

    async def _repeat_call(self, exchange: Exchange, credential: str) -> None:
        live = LiveRun()
        await self._guarded(live, self._session.repeat(exchange, credential, partial(self._record_event, live)))

    async def _send_prompt(self, path: Path, credential: str, prompt: Prompt) -> None:
        live = LiveRun()
        self.last_run = await self._guarded(
            live, self._session.send_prompt(path, credential, prompt, partial(self._record_event, live))
        )

    async def _send_repeatedly(self, subject: Sent, times: int, report: Callable[[int, bool], None]) -> None:
        done, failed = 0, False
        try:
            while done < times and not failed:
                await self._send_prompt(*subject)
                done += 1
                run = self.last_run
                failed = run is None or not all(attempt.ok for attempt in run.attempts)
        finally:
            report(done, failed)

    async def _perform(self, scenario: Scenario, anew: bool) -> None:
        from meshtui.demo import perform, put

        live = LiveRun()
        report = partial(self._record_event, live)
        doing = perform(self._session, scenario, report) if anew else put(self._session, scenario.ask, report)
        if scenes := await self._guarded(live, doing):
            self.last_run = scenes[-1].run
            self._done(scenes)

    def _record_event(self, live: LiveRun, event: Event) -> None:
        live.record(event, self._clock())
        self._on_event(live)

    async def _recheck(self, again: Recheck, report: Callable[[Reloaded, CheckReport | None], None]) -> None:
        reloaded = await asyncio.to_thread(self._session.reload, again.credential)
        if reloaded.changed:
            self._session.results.forget(again.credential)
            said = f"{again.credential}: {reloaded.sentence}"
            self._session.journal.append(make_note(self._clock(), said, again.credential))
        check_report = None if reloaded.broken else await self._check(again.credential, True, again.check, again.model)
        report(reloaded, check_report)

    async def _check_all(self, credentials: Sequence[str], prompt: bool, report: Callable[[int, bool], None]) -> None:
        done = 0
        try:
            for name in credentials:
                report(done, False)
                await self._check(name, prompt)
                done += 1
        finally:
            report(done, True)

    async def _check(self, credential: str, prompt: bool, only: str = "", model: str = "") -> CheckReport | None:
        live = LiveRun()
        live.check(credential, self._clock())
        self._on_event(live)

        def report(check: CheckResult) -> None:
            live.record_check(check)
            self._on_event(live)

        try:
            doing = self._session.check(credential, report, prompt=prompt, only=only, model=model)
            if check_report := await self._guarded(live, doing):
                live.checked(check_report)
            return check_report
        except asyncio.CancelledError:
            live.checked(None)
            raise
        finally:
            self._on_event(live)

    async def _guarded(self, live: LiveRun, done: Awaitable[Done]) -> Done | None:
        """Awaits the result. A bug of ours ends the run, not the screen: it is reported in a line of the log."""
        try:
            return await done
        except Exception as error:
            from meshtui.tui.crash import format_own_error

            live.broke(format_own_error(error))
            self._on_event(live)
            self._session.journal.append(make_note(self._clock(), format_own_error(error)))
            return None
