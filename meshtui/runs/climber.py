"""Climbs one credential's rungs: sends what a row says, and judges what comes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from meshtui.credentials.model import Credential
from meshtui.exchange import Exchange
from meshtui.explain.exchange import explain_exchange
from meshtui.explain.model import Explanation
from meshtui.providers.call import Call, Question
from meshtui.providers.client import Client
from meshtui.providers.iam import Decision
from meshtui.providers.reading import Reader, as_json
from meshtui.providers.sending import Sending
from meshtui.runs.context import context_of
from meshtui.runs.mend import first_step
from meshtui.runs.rung import NOTHING, Holds, Judgement, Rung, RungResult
from meshtui.secret import Secret

UNTOLD = frozenset({
    "provider_error", "timeout", "connection_failed", "capacity_exhausted", "rate_limited", "rate_limited_requests",
    "rate_limited_tokens", "unknown",
})  # fmt: skip
"""Causes that say nothing against the credential: a rung that ends in one is unclear, never failed."""
NO_WAY = frozenset({"connection_failed", "timeout"})
"""Causes after which the next rung would only wait for the same."""


class Climber:
    """One credential on its way up, and what has been learnt so far."""

    def __init__(
        self, credential: Credential, client: Client, question: Question, limit: float, *, spend: bool,
        surroundings: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.credential = credential
        self.endpoints = client.endpoints
        self.question = question
        self.surroundings = surroundings
        """Environment variables: SDKs send what some of them hold."""
        self.token: Secret | None = None
        """Google's access token, once there is one."""
        self.arn = ""
        """Who STS says the caller is."""
        self.decisions: Mapping[str, Decision] = {}
        """What IAM's simulator said of each action."""
        self.stored: Mapping[str, str] = {}
        """The provider keys stored with Mesh: Mesh's word for the provider → the id of its active key."""
        self.exchanges: list[Exchange] = []
        self._client = client
        self._limit = limit
        """Seconds for each call."""
        self._spend = spend
        self._stopped = ""

    async def climb(self, rung: Rung) -> RungResult:
        """Tries this rung, or says why not."""
        unpaid = "" if self._spend or rung.cost == NOTHING else f"not tried, since it costs {rung.cost}"
        if why := self._stopped or rung.skip(self) or unpaid:
            return self._result(rung, Judgement(Holds.SKIPPED, why))
        call = await asyncio.to_thread(rung.call, self) if rung.call else None
        if call is None:
            judgement = rung.judge(self, None)
            self._go_on(rung, judgement)
            return self._result(rung, judgement)
        reader = self._reader(rung)
        sending = await self._send(call, reader)
        judgement, explanation = self._judged(rung, sending, reader)
        judgement = judgement._replace(cause=judgement.cause or (explanation.cause if explanation else ""))
        self._go_on(rung, judgement)
        return self._result(rung, judgement, sending.exchange, explanation)

    def _reader(self, rung: Rung) -> Reader | None:
        return Reader(rung.dialect(self.question.model), stream=rung.stream) if rung.dialect else None

    async def _send(self, call: Call, reader: Reader | None) -> Sending:
        def hear(data: bytes) -> None:
            if reader is not None:
                reader.feed(data)

        sending = Sending(call, timeout=self._limit, on_bytes=hear)
        await self._client.send(sending)
        if reader is not None and sending.succeeded:
            reader.close(sending.body)
        self.exchanges.append(sending.exchange)
        return sending

    def _judged(self, rung: Rung, sending: Sending, reader: Reader | None) -> tuple[Judgement, Explanation | None]:
        if sending.succeeded and reader is None:
            value = as_json(sending.body)
            return rung.judge(self, sending.body.decode("utf-8", "replace") if value is None else value), None
        if sending.succeeded and reader is not None and reader.understood and not reader.refused:
            return Judgement(Holds.PASSED), None
        if rung.any_answer and sending.exchange.failure is None and not _is_blocked(sending.exchange):
            return rung.judge(self, None), None
        context = context_of(self.credential, self.question.model, sending.exchange)
        explanation = explain_exchange(sending.exchange, context)
        if reader is not None and _is_output_limit(sending):
            return Judgement(Holds.PASSED, "it answered that the output limit was reached"), None
        if rung.refusal and (read := rung.refusal(self, sending.exchange, explanation)):
            return read, explanation
        if explanation.cause in rung.instead:
            return rung.instead[explanation.cause], explanation
        holds = Holds.UNCLEAR if explanation.cause in UNTOLD else Holds.FAILED
        return Judgement(holds, explanation.headline.rstrip(".")), explanation

    def _go_on(self, rung: Rung, judgement: Judgement) -> None:
        if (judgement.holds is Holds.FAILED and rung.stops) or judgement.cause in NO_WAY:
            self._stopped = (
                f"not tried, since {rung.name} {'failed' if judgement.holds is Holds.FAILED else 'is unclear'}"
            )

    def _result(
        self, rung: Rung, judgement: Judgement, exchange: Exchange | None = None, explanation: Explanation | None = None
    ) -> RungResult:
        holds, note, cause, fix = judgement
        told = holds in (Holds.FAILED, Holds.UNCLEAR)
        mend = fix or first_step(self.credential, self.question.model, cause, explanation)
        return RungResult(
            self.credential.name, rung.name, holds, note, rung.proves, rung.leaves_open, rung.cost,
            cause if told else "", exchange, explanation, mend if told else "", rung.foretells, rung.optional,
        )  # fmt: skip


def _is_blocked(exchange: Exchange) -> bool:
    """Whether it was not the provider that answered, or one that serves nobody from here."""
    return explain_exchange(exchange).cause in ("network_blocked", "country_unsupported")


def _is_output_limit(sending: Sending) -> bool:
    """OpenAI's reasoning models refuse with 400 when the few tokens went into thinking: the model did run."""
    return sending.status == 400 and b"output limit was reached" in sending.body
