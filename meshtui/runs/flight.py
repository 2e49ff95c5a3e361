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
from meshtui.providers.client import Client
from meshtui.providers.reading import Dialect, Reader
from meshtui.providers.sending import Sending
from meshtui.runs.bill import Price
from meshtui.runs.context import context_of
from meshtui.runs.model import (
    ROLES,
    Ask,
    Attempt,
    AttemptEnded,
    AttemptStarted,
    Bill,
    Event,
    Path,
    PhaseReached,
    Run,
    RunEnded,
    TextArrived,
)  # fmt: skip
from meshtui.runs.verdict import verdict
from meshtui.runs.words import Words, shown

Build = Callable[[], Call]
"""Makes a call; may take its time, for it runs in a thread (the heavy libraries sign)."""
Prices = dict[str, Price]
"""Mesh's name of a model → its price, as far as it was asked for."""
LOOKING = 5.0
"""Seconds for each question about an answer that is there."""


class Flight:
    """One run. `attempts` grows as it goes."""

    def __init__(self, ask: Ask, client: Client, report: Callable[[Event], None], prices: Prices) -> None:
        self.ask = ask
        self.prices = prices
        self.client = client
        self.report = report
        self.id = token_hex(6)
        self.started = time.time()
        self.attempts: list[Attempt] = []

    async def attempt(
        self, who: Who, travel: Callable[[Leg], Awaitable[bool]], look: Callable[[Leg], Awaitable[None]] | None = None
    ) -> Attempt:
        """Runs one attempt to its end and keeps it, cancelled or not. `travel` sends; it returns whether that went
        well, and then `look` may ask what the answer leaves open."""
        self.report(AttemptStarted(self.id, who.role, who.credential.name, who.provider, time.time()))
        leg, ok = Leg(self, who), False
        try:
            ok = await travel(leg)
            if ok and look is not None:
                await look(leg)
        except asyncio.CancelledError:
            if not ok:
                leg.stopped()
            raise
        finally:
            if leg.exchanges:
                attempt = leg.attempt(ok)
                self.attempts.append(attempt)
                self.report(AttemptEnded(self.id, attempt))
        return attempt

    def end(self, *, cancelled: bool = False) -> Run:
        """The run as it stands. Attempts that were under way at once stand in the order of their roles."""
        if self.ask.path is Path.COMPARE:
            self.attempts.sort(key=lambda attempt: ROLES.index(attempt.role))
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
        self.afterwards: list[Exchange] = []
        self.bill: Bill | None = None
        self.text = ""
        self.flight = flight
        self._ends = time.monotonic() + flight.ask.prompt.timeout

    async def fetch(self, build: Build) -> Sending:
        """Sends a call whose answer is not for people, such as one for a token."""
        return await self._send(await asyncio.to_thread(build), lambda _data: None)

    async def ask(self, build: Build, dialect: Dialect) -> bool:
        """Sends the question and reports the model's words as they come. Returns whether it was answered."""
        stream = self.flight.ask.prompt.stream
        call, reader = await asyncio.to_thread(lambda: (build(), Reader(dialect, stream=stream)))
        words = Words()

        def say(piece: str) -> None:
            if piece:
                self.flight.report(TextArrived(self.flight.id, piece, self.who.role))

        try:
            sending = await self._send(call, lambda data: say(words.feed(reader.feed(data))))
            if sending.succeeded:
                say(words.feed(reader.close(sending.body)))
        finally:
            say(words.close())
            self.text = shown(reader.text)
        if sending.succeeded and reader.cut_off:
            sending.end(Failure("dropped", "the stream ended without the mark of its end"))
            self.exchanges[-1] = sending.exchange
        return sending.succeeded and reader.understood and not reader.refused

    async def look(self, call: Call) -> Sending:
        """Asks something about an answer that is there; kept beside it, and never a part of the attempt itself."""
        sending = Sending(call, timeout=LOOKING)
        try:
            await self.flight.client.send(sending)
        finally:
            self.afterwards.append(sending.exchange)
        return sending

    def attempt(self, ok: bool) -> Attempt:
        """What it has come to."""
        who, last = self.who, self.exchanges[-1]
        explanation = None if ok else explain_exchange(last, context_of(who.credential, who.model, last))
        return Attempt(
            who.role, who.credential.name, who.provider, tuple(self.exchanges), ok, self.text, explanation,
            tuple(self.afterwards), self.bill,
        )  # fmt: skip

    def stopped(self) -> None:
        """Makes sure that the last exchange says so: it may have been stopped while a request was being signed."""
        last = self.exchanges[-1].failure if self.exchanges else None
        if last is None or last.kind != "cancelled":
            failure = Failure("cancelled", "stopped before the request was ready")
            request = Request("POST", "")
            self.exchanges.append(Exchange(self.who.provider, "chat", request, time.time(), failure=failure))

    async def _send(self, call: Call, on_bytes: Callable[[bytes], None]) -> Sending:
        run, report = self.flight.id, self.flight.report
        sending = Sending(
            call,
            timeout=max(0.0, self._ends - time.monotonic()),
            on_phase=lambda phase, after: report(PhaseReached(run, phase, after, self.who.role)),
            on_bytes=on_bytes,
        )
        try:
            await self.flight.client.send(sending)
        finally:
            self.exchanges.append(sending.exchange)
        return sending
