"""A run under way: it sends, tells what happens, and ends in a Run, be it by cancellation.

Why a credential cannot be sent as it is, as far as its findings tell: the cause, in the catalogue's words.

What Mesh's usage row says of an answer that does not tell who served it, or that your key did not serve: free
calls, each made once.

The two kinds of attempt: your credential at its own provider, and a Mesh key at Mesh.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from secrets import token_hex

from meshtui.base.endpoints import DEFAULT_MODELS, PROVIDER_NAMES
from meshtui.base.exchange import Exchange, Failure, Request
from meshtui.base.secret import Secret
from meshtui.credentials.model import AwsKeys, BearerKey, BedrockKey, Credential, Finding, Kind, Level, ServiceAccount
from meshtui.explain.exchange import explain_exchange
from meshtui.http.call import Call, Question, unsendable
from meshtui.http.decoding import Dialect, Reader, as_json
from meshtui.http.transport import Client, Sending
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.mesh import requests as mesh
from meshtui.providers.openai import requests as openai
from meshtui.providers.vertex import requests as vertex
from meshtui.providers.vertex import tokens as google
from meshtui.runs.costs import Price, bill_of, price_of
from meshtui.runs.model import (
    OWN_KEY,
    PLATFORM,
    ROLES,
    Ask,
    Attempt,
    AttemptEnded,
    AttemptStarted,
    Bill,
    Event,
    Path,
    PhaseReached,
    Prompt,
    Run,
    RunEnded,
    Served,
    TextArrived,
    Words,
    context_of,
    shown,
)  # fmt: skip
from meshtui.runs.verdict import verdict

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


# Id of a finding → cause. What is not named here is a key that was copied or written wrongly.
_CAUSES = (
    (re.compile(r".*[.-]expired"), "credential_expired"),
    (re.compile(r"file\.missing|text\.empty"), "credential_missing"),
    (re.compile(r"google\..*|vendor\..*|openai\.(?:admin|session|realtime|chatgpt-token|id)|aws\.wrong-id"
                r"|mesh\.(?:admin|dashboard-token|lookalike)|vertex\.universe"), "credential_wrong_kind"),
)  # fmt: skip


def obstacle(credential: Credential) -> Finding | None:
    """The first finding for which it is not sent; None where no finding forbids it."""
    return next((finding for finding in credential.findings if finding.level is Level.ERROR), None)


def cause_of(finding: Finding) -> str:
    """The label in `meshtui.explain.causes`; one of `meshtui.base.exchange.UNUSABLE`."""
    return next((cause for ids, cause in _CAUSES if ids.fullmatch(finding.id)), "credential_malformed")


async def look_up(leg: Leg) -> None:
    """Fetches the row where it can tell something: who served, or what a fallback cost. The price of the model is
    asked for in the first case only, and once a session."""
    flight, material = leg.flight, leg.who.credential.material
    found = verdict(flight.ask, (*flight.attempts, leg.attempt(ok=True)))
    if not isinstance(material, BearerKey) or not (found.alarm or found.served is Served.UNKNOWN):
        return
    price = await _price(leg, material.key) if found.served is Served.UNKNOWN else None
    sending = await leg.look(mesh.usage_call(flight.client.endpoints, material.key))
    exchange = leg.exchanges[-1]
    if exchange.answer is not None:
        events = as_json(sending.body) if sending.succeeded else None
        leg.bill = bill_of(events, exchange.request_id, exchange.answer, price)


async def _price(leg: Leg, key: Secret) -> Price | None:
    prices, model = leg.flight.prices, leg.who.model
    if model not in prices:
        sending = await leg.look(mesh.model_call(leg.flight.client.endpoints, key, model))
        price = price_of(as_json(sending.body)) if sending.succeeded else None
        if price is None:
            return None
        prices[model] = price
    return prices[model]


async def own_key(flight: Flight, credential: Credential) -> Attempt:
    """The credential calls its own provider."""
    prompt, endpoints = flight.ask.prompt, flight.client.endpoints
    question = _question(prompt, prompt.model or DEFAULT_MODELS.get(credential.provider, ("",))[0])

    async def travel(leg: Leg) -> bool:
        match credential.material if credential.usable else None:
            case BearerKey(key) if credential.kind is Kind.OPENAI_KEY:
                return await leg.ask(lambda: openai.prompt_call(endpoints, key, question), openai.DIALECT)
            case AwsKeys() | BedrockKey() as material:
                return await leg.ask(lambda: bedrock.prompt_call(endpoints, material, question), bedrock.DIALECT)
            case ServiceAccount() as account:
                return await _through_google(flight, leg, account, question)
            case _:
                return await leg.ask(lambda: unusable(credential), openai.DIALECT)

    return await flight.attempt(Who(OWN_KEY, credential, credential.provider, question.model), travel)


async def through_mesh(flight: Flight, role: str, key: Credential, provider: str) -> Attempt:
    """One request to Mesh. `provider` says whose model is asked for: Mesh routes by that."""
    prompt, endpoints = flight.ask.prompt, flight.client.endpoints
    model = mesh.model_at_mesh(provider, prompt.model)
    question = _question(prompt, model)

    def build() -> Call:
        if not isinstance(key.material, BearerKey) or not key.usable:
            return unusable(key)
        if not model:
            reason = f"Mesh's own name of {prompt.model} is not known: give it as brand/model"
            return unsendable("mesh", "chat", reason, url=f"{endpoints.mesh}/chat/completions")
        return mesh.prompt_call(endpoints, key.material.key, question)

    async def travel(leg: Leg) -> bool:
        return await leg.ask(build, mesh.DIALECT)

    # On the way that is meant to be Mesh's own there is nothing left to ask.
    own_way = role == PLATFORM and flight.ask.path is not Path.BYOK
    return await flight.attempt(Who(role, key, "mesh", model), travel, None if own_way else look_up)


async def _through_google(flight: Flight, leg: Leg, account: ServiceAccount, question: Question) -> bool:
    """A token first, then the question."""
    endpoints = flight.client.endpoints
    answer = await leg.fetch(lambda: google.token_call(endpoints, account))
    token = google.access_token(as_json(answer.body)) if answer.succeeded else None
    if token is None:
        return False
    dialect = vertex.dialect(question.model)
    return await leg.ask(lambda: vertex.prompt_call(endpoints, account, token, question), dialect)


def unusable(credential: Credential) -> Call:
    """In place of a call with a credential that cannot work: it is not sent."""
    worst = obstacle(credential)
    if worst is not None:
        return unsendable(credential.provider, "chat", worst.title, kind=cause_of(worst))
    if credential.kind is Kind.MESH_KEY and credential.usable:
        reason = f"{credential.name} is a Mesh key, and this path calls a provider with a provider's own"
    elif credential.provider in PROVIDER_NAMES:
        reason = f"{credential.name} holds nothing that {PROVIDER_NAMES[credential.provider]} could be sent"
    else:
        reason = f"what kind of key {credential.name} is could not be told"
    return unsendable(credential.provider, "chat", reason)


def _question(prompt: Prompt, model: str) -> Question:
    return Question(model, prompt.text, prompt.system, prompt.max_tokens, prompt.stream, prompt.cache)
