"""Makes the attempts of a run: your credential at its own provider, a Mesh key at Mesh. Tells what happens while it
happens, and ends in a Run, also when cancelled.

A credential that cannot be sent as it is fails here, with the cause that its findings name. Where Mesh's answer does
not say who served, its usage row is asked for: free calls, each made once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from secrets import token_hex

from meshtui.base.credential import BearerKey, Credential, Material
from meshtui.base.exchange import Exchange, Failure, Request
from meshtui.base.provider_names import DEFAULT_MODELS
from meshtui.base.secret import Secret
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.http.call import Call, PromptRequest, make_unsendable
from meshtui.http.decoding import Dialect, Reader, parse_json
from meshtui.http.transport import PendingRequest, Transport
from meshtui.providers import chat_completions
from meshtui.providers.base import TokenRequest
from meshtui.providers.finding_catalogue import find_blocking, name_cause
from meshtui.providers.mesh import requests as mesh
from meshtui.providers.registry import find_provider
from meshtui.runs.costs import Price, find_rows_of_request, read_bill, read_price
from meshtui.runs.model import (  # fmt: skip
    OWN_KEY,
    PLATFORM,
    ROLES,
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
    RunRequest,
    SafeTextStream,
    Served,
    TextArrived,
    clean_answer,
    make_context,
)
from meshtui.runs.verdict import judge_run

Build = Callable[[], Call]
"""Makes a call. May block, so it runs in a thread (the libraries that sign are slow to load)."""
Prices = dict[str, Price]
"""Mesh's name of a model → its price, as far as it was asked for."""
USAGE_TIMEOUT_S = 5.0
"""Seconds for each question about an answer that is there."""


class RunContext:
    """One run. `attempts` grows as it goes."""

    def __init__(self, request: RunRequest, client: Transport, report: Callable[[Event], None], prices: Prices) -> None:
        self.request = request
        self.prices = prices
        self.client = client
        self.report = report
        self.id = token_hex(6)
        self.started = time.time()
        self.attempts: list[Attempt] = []

    async def attempt(
        self,
        who: AttemptTarget,
        send_attempt: Callable[[AttemptRunner], Awaitable[bool]],
        look: Callable[[AttemptRunner], Awaitable[None]] | None = None,
    ) -> Attempt:
        """Runs one attempt to its end and keeps it, cancelled or not. `send_attempt` sends; it returns whether that
        went well, and then `look` may request what the answer leaves open."""
        self.report(AttemptStarted(self.id, who.role, who.credential.name, who.provider, time.time()))
        attempt_runner, ok = AttemptRunner(self, who), False
        try:
            ok = await send_attempt(attempt_runner)
            if ok and look is not None:
                await look(attempt_runner)
        except asyncio.CancelledError:
            if not ok:
                attempt_runner.stopped()
            raise
        finally:
            if attempt_runner.exchanges:
                attempt = attempt_runner.attempt(ok)
                self.attempts.append(attempt)
                self.report(AttemptEnded(self.id, attempt))
        return attempt

    def end(self, *, cancelled: bool = False) -> Run:
        """The run so far. Attempts that run at the same time are in the order of their roles."""
        if self.request.path is Path.COMPARE:
            self.attempts.sort(key=lambda attempt: ROLES.index(attempt.role))
        attempts = tuple(self.attempts)
        run = Run(self.id, self.request, self.started, attempts, judge_run(self.request, attempts), cancelled)
        self.report(RunEnded(run))
        return run


@dataclass(frozen=True, slots=True)
class AttemptTarget:
    """Whose credential is sent to whom, and which model is asked for."""

    role: str
    credential: Credential
    provider: str
    model: str


class AttemptRunner:
    """One running attempt. Its exchanges share one deadline."""

    def __init__(self, context: RunContext, who: AttemptTarget) -> None:
        self.who = who
        self.exchanges: list[Exchange] = []
        self.afterwards: list[Exchange] = []
        self.bill: Bill | None = None
        self.text = ""
        self.context = context
        self._ends = time.monotonic() + context.request.prompt.timeout

    async def fetch(self, build: Build) -> PendingRequest:
        """Sends a call whose answer is not for people, such as one for a token."""
        return await self._send(await asyncio.to_thread(build), lambda _data: None)

    async def send(self, build: Build, dialect: Dialect) -> bool:
        """Sends the question and reports the model's words as they come. Returns whether it was answered."""
        stream = self.context.request.prompt.stream
        call, reader = await asyncio.to_thread(lambda: (build(), Reader(dialect, stream=stream)))
        words = SafeTextStream()

        def say(piece: str) -> None:
            if piece:
                self.context.report(TextArrived(self.context.id, piece, self.who.role))

        try:
            pending = await self._send(call, lambda data: say(words.feed(reader.feed(data))))
            if pending.succeeded:
                say(words.feed(reader.close(pending.body)))
        finally:
            say(words.close())
            self.text = clean_answer(reader.text)
        if pending.succeeded and reader.failure is not None:
            pending.end(reader.failure)
            self.exchanges[-1] = pending.exchange
        return pending.succeeded and reader.understood and not reader.refused

    async def look(self, call: Call) -> PendingRequest:
        """Asks something about an answer that is there; kept beside it, and never a part of the attempt itself."""
        pending = PendingRequest(call, timeout=USAGE_TIMEOUT_S)
        try:
            await self.context.client.send(pending)
        finally:
            self.afterwards.append(pending.exchange)
        return pending

    def attempt(self, ok: bool) -> Attempt:
        """What it has come to."""
        who, last = self.who, self.exchanges[-1]
        explanation = None if ok else explain_exchange(last, make_context(who.credential, who.model, last))
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

    async def _send(self, call: Call, on_bytes: Callable[[bytes], None]) -> PendingRequest:
        run, report = self.context.id, self.context.report
        pending = PendingRequest(
            call,
            timeout=max(0.0, self._ends - time.monotonic()),
            on_phase=lambda phase, after: report(PhaseReached(run, phase, after, self.who.role)),
            on_bytes=on_bytes,
        )
        try:
            await self.context.client.send(pending)
        finally:
            self.exchanges.append(pending.exchange)
        return pending


async def look_up_usage(attempt_runner: AttemptRunner) -> None:
    """Fetches the row where it can tell something: who served, what a fallback or a part of a comparison cost. That of
    the request itself first, and among the newest rows where Mesh has no such answer. The price of the model is asked
    for in the first case only, and once a session."""
    context, material = attempt_runner.context, attempt_runner.who.credential.material
    found = judge_run(context.request, (*context.attempts, attempt_runner.attempt(ok=True)))
    # The costs of a comparison add up only where each is known.
    adds_up = context.request.path is Path.COMPARE and attempt_runner.who.role == PLATFORM
    if not isinstance(material, BearerKey) or not (found.alarm or found.served is Served.UNKNOWN or adds_up):
        return
    price = await _find_price(attempt_runner, material.key) if found.served is Served.UNKNOWN else None
    exchange = attempt_runner.exchanges[-1]
    endpoints, request_id = context.client.endpoints, exchange.request_id
    rows: object = None
    if request_id and exchange.answer is not None:
        pending = await attempt_runner.look(mesh.make_request_usage_call(endpoints, material.key, request_id))
        rows = find_rows_of_request(parse_json(pending.body)) if pending.succeeded else None
    if rows is None:
        pending = await attempt_runner.look(mesh.make_usage_call(endpoints, material.key))
        rows = parse_json(pending.body) if pending.succeeded else None
    if exchange.answer is not None:
        attempt_runner.bill = read_bill(rows, request_id, exchange.answer, price)


async def _find_price(attempt_runner: AttemptRunner, key: Secret) -> Price | None:
    prices, model = attempt_runner.context.prices, attempt_runner.who.model
    if model not in prices:
        pending = await attempt_runner.look(mesh.make_model_call(attempt_runner.context.client.endpoints, key, model))
        price = read_price(parse_json(pending.body)) if pending.succeeded else None
        if price is not None:
            prices[model] = price
    return prices.get(model)


async def send_own_key(context: RunContext, credential: Credential) -> Attempt:
    """The credential calls its own provider."""
    prompt, endpoints = context.request.prompt, context.client.endpoints
    question = _make_prompt_request(prompt, prompt.model or DEFAULT_MODELS.get(credential.provider, ("",))[0])

    provider = find_provider(credential.provider)
    requests = provider.requests if provider and not provider.is_gateway else None

    async def send_attempt(attempt_runner: AttemptRunner) -> bool:
        material = credential.material if credential.usable else None
        if requests is None or material is None:
            return await attempt_runner.send(lambda: make_unusable_call(credential), chat_completions.DIALECT)
        token = None
        if requests.token is not None:
            token = await fetch_token(attempt_runner, requests.token, material)
            if token is None:
                return False
        dialect = requests.dialect(question.model)
        return await attempt_runner.send(lambda: requests.prompt(endpoints, material, token, question), dialect)

    return await context.attempt(AttemptTarget(OWN_KEY, credential, credential.provider, question.model), send_attempt)


async def send_through_mesh(context: RunContext, role: str, key: Credential, provider: str) -> Attempt:
    """One request to Mesh. `provider` says whose model is asked for: Mesh routes by that."""
    prompt, endpoints = context.request.prompt, context.client.endpoints
    model = mesh.name_model_at_mesh(provider, prompt.model)
    question = _make_prompt_request(prompt, model)

    def build() -> Call:
        if not isinstance(key.material, BearerKey) or not key.usable:
            return make_unusable_call(key)
        if not model:
            reason = f"Mesh's own name of {prompt.model} is not known: give it as brand/model"
            return make_unsendable("mesh", "chat", reason, url=f"{endpoints.mesh}/chat/completions")
        return mesh.make_prompt_call(endpoints, key.material.key, question)

    async def send_attempt(attempt_runner: AttemptRunner) -> bool:
        return await attempt_runner.send(build, mesh.DIALECT)

    # On the way that is meant to be Mesh's own there is nothing left to ask.
    own_way = context.request.path is Path.PLATFORM
    return await context.attempt(
        AttemptTarget(role, key, "mesh", model), send_attempt, None if own_way else look_up_usage
    )


async def fetch_token(attempt_runner: AttemptRunner, asked: TokenRequest, material: Material) -> Secret | None:
    """What the credential is exchanged for; None where it is refused."""
    endpoints = attempt_runner.context.client.endpoints
    answer = await attempt_runner.fetch(lambda: asked.call(endpoints, material))
    return asked.read(parse_json(answer.body)) if answer.succeeded else None


def make_unusable_call(credential: Credential) -> Call:
    """In place of a call with a credential that cannot work: it is not sent."""
    worst = find_blocking(credential)
    if worst is not None:
        return make_unsendable(credential.provider, "chat", worst.title, kind=name_cause(worst))
    provider = find_provider(credential.provider)
    if provider and provider.is_gateway and credential.usable:
        reason = f"{credential.name} is a {provider.name} key, and this path calls a provider with a provider's own"
    elif provider:
        reason = f"{credential.name} holds nothing that {provider.name} could be sent"
    else:
        reason = f"what kind of key {credential.name} is could not be told"
    return make_unsendable(credential.provider, "chat", reason)


def _make_prompt_request(prompt: Prompt, model: str) -> PromptRequest:
    return PromptRequest(
        model, prompt.text, prompt.system, prompt.max_tokens, prompt.stream, prompt.cache, prompt.tools
    )
