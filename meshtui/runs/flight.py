"""A run under way: it sends, tells what happens, and ends in a Run, be it by cancellation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from secrets import token_hex

from meshtui.credentials.model import Credential
from meshtui.exchange import Exchange, Failure, Request
from meshtui.explain.exchange import explain_exchange
from meshtui.providers.call import Call
from meshtui.providers.client import Client, Sending
from meshtui.providers.reading import Dialect, Reader
from meshtui.runs.context import context_of
from meshtui.runs.model import (
    Ask,
    Attempt,
    AttemptEnded,
    AttemptStarted,
    Event,
    PhaseReached,
    Run,
    RunEnded,
    TextArrived,
)  # fmt: skip
from meshtui.runs.verdict import verdict
from meshtui.runs.words import Words, shown

Build = Callable[[], Call]
"""Makes a call; may take its time, for it runs in a thread (the heavy libraries sign)."""


class Flight:
    """One run. `attempts` grows as it goes."""

    def __init__(self, ask: Ask, client: Client, report: Callable[[Event], None]) -> None:
        self.ask = ask
        self.client = client
        self.report = report
        self.id = token_hex(4)
        self.started = time.time()
        self.attempts: list[Attempt] = []

    async def attempt(self, who: Who, travel: Callable[[Leg], Awaitable[bool]]) -> Attempt:
        """Runs one attempt to its end and keeps it, cancelled or not. `travel` sends; it returns whether that went
        well."""
        self.report(AttemptStarted(self.id, who.role, who.credential.name, who.provider, time.time()))
        leg, ok = Leg(self, who), False
        try:
            ok = await travel(leg)
        except asyncio.CancelledError:
            leg.stopped()
            raise
        finally:
            if leg.exchanges:
                self._keep(leg, ok)
        return self.attempts[-1]

    def _keep(self, leg: Leg, ok: bool) -> None:
        who, last = leg.who, leg.exchanges[-1]
        explanation = None if ok else explain_exchange(last, context_of(who.credential, who.model, last))
        attempt = Attempt(
            who.role, who.credential.name, who.provider, tuple(leg.exchanges), ok, leg.text, explanation
        )  # fmt: skip
        self.attempts.append(attempt)
        self.report(AttemptEnded(self.id, attempt))

    def end(self, *, cancelled: bool = False) -> Run:
        attempts = tuple(self.attempts)
        run = Run(self.id, self.ask, self.started, attempts, verdict(self.ask, attempts), cancelled)
        self.report(RunEnded(run))
        return run


@dataclass(frozen=True, slots=True)
class Who:
    """Whose credential is sent to whom, and which model is asked for."""

    role: str
    credential: Credential
    provider: str
    model: str


class Leg:
    """One attempt under way: its exchanges share one deadline."""

    def __init__(self, flight: Flight, who: Who) -> None:
        self.who = who
        self.exchanges: list[Exchange] = []
        self.text = ""
        self._flight = flight
        self._ends = time.monotonic() + flight.ask.prompt.timeout

    async def fetch(self, build: Build) -> Sending:
        """Sends a call whose answer is not for people, such as one for a token."""
        return await self._send(await asyncio.to_thread(build), lambda _data: None)

    async def ask(self, build: Build, dialect: Dialect) -> bool:
        """Sends the question and reports the model's words as they come. Returns whether it was answered."""
        stream = self._flight.ask.prompt.stream
        call, reader = await asyncio.to_thread(lambda: (build(), Reader(dialect, stream=stream)))
        words = Words()

        def say(piece: str) -> None:
            if piece:
                self._flight.report(TextArrived(self._flight.id, piece))

        try:
            sending = await self._send(call, lambda data: say(words.feed(reader.feed(data))))
            if sending.succeeded:
                say(words.feed(reader.close(sending.body)))
        finally:
            say(words.close())
            self.text = shown(reader.text)
        return sending.succeeded and reader.understood and not reader.refused

    def stopped(self) -> None:
        """Makes sure that the last exchange says so: it may have been stopped while a request was being signed."""
        last = self.exchanges[-1].failure if self.exchanges else None
        if last is None or last.kind != "cancelled":
            failure = Failure("cancelled", "stopped before the request was ready")
            request = Request("POST", "")
            self.exchanges.append(Exchange(self.who.provider, "chat", request, time.time(), failure=failure))

    async def _send(self, call: Call, on_bytes: Callable[[bytes], None]) -> Sending:
        run, report = self._flight.id, self._flight.report
        sending = Sending(
            call,
            timeout=max(0.0, self._ends - time.monotonic()),
            on_phase=lambda phase, after: report(PhaseReached(run, phase, after)),
            on_bytes=on_bytes,
        )
        try:
            await self._flight.client.send(sending)
        finally:
            self.exchanges.append(sending.exchange)
        return sending
