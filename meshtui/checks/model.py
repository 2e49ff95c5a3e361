"""What a ladder is made of: rungs as rows of data, and what came of them.

The first thing to do about a rung that failed, in one line.

Climbs one credential's rungs: sends what a row says, and judges what comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from meshtui.base.exchange import Exchange
from meshtui.base.secret import Secret
from meshtui.credentials.model import Credential
from meshtui.explain import causes as remedy
from meshtui.explain.exchange import explain_exchange
from meshtui.explain.model import Context, Explanation
from meshtui.http.call import Call, Question
from meshtui.http.decoding import Dialect, Reader, as_json
from meshtui.http.transport import Client, Sending
from meshtui.providers.bedrock.iam_simulator import Decision
from meshtui.runs.model import context_of


class Holds(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNCLEAR = "unclear"
    """It was tried, and what came does not tell."""
    SKIPPED = "skipped"


class Judgement(NamedTuple):
    holds: Holds
    note: str = ""
    """What was found, or why not; half a sentence."""
    cause: str = ""
    """The label, where no explanation of an answer gives it."""
    fix: str = ""
    """What to do about it, where that is known better than by the cause."""


PASSED = Judgement(Holds.PASSED)
NOTHING = "nothing"
FEW_TOKENS = "a few tokens"
STREAMING, STREAM_PERMISSION = "streaming", "stream permission"
"""Rungs that are about streaming alone."""
STORED_KEY = "stored"
"""How the names of the rungs begin that test a provider key stored with Mesh."""


def _json_came(_climber: Climber, value: object) -> Judgement:
    return PASSED if isinstance(value, (dict, list)) else Judgement(Holds.UNCLEAR, "the answer is not of this API")


def _never(_climber: Climber) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Rung:
    """One live check. Without a call it sends nothing, and `judge` looks at what is known by now."""

    name: str
    proves: str
    leaves_open: str
    """What a pass does not prove."""
    call: Callable[[Climber], Call | None] | None = None
    judge: Callable[[Climber, object], Judgement] = _json_came
    """Judges the JSON (or else the text) of an answer with a status of 2xx."""
    instead: Mapping[str, Judgement] = field(default_factory=dict)
    """Cause of a failure → what it means for this rung, where that is not simply that it failed."""
    refusal: Callable[[Climber, Exchange, Explanation], Judgement | None] | None = None
    """Reads an answer that is none of 2xx before `instead` does; None: it has nothing to say."""
    dialect: Callable[[str], Dialect] | None = None
    """By the model; where a model answers, how its words are read."""
    stream: bool = False
    cost: str = NOTHING
    any_answer: bool = False
    """Whether a refusal will do: it is sent without a key, to see whether an answer comes at all."""
    stops: bool = True
    """Whether the rungs above make no sense where this one has failed."""
    foretells: str = ""
    """The rung whose outcome this one only foretells: where that one passes, a failure of this one was wrong."""
    optional: bool = False
    """Whether staying unclear is no loss: a real key need not have the right to ask this."""
    needs: tuple[str, ...] = ()
    """The rungs that learn what this one goes by, where the ladder has them; climbed first where this one alone is
    asked for."""
    skip: Callable[[Climber], str] = _never
    """Why this rung is not for this credential or not for now; empty where it is."""


@dataclass(frozen=True, slots=True)
class RungResult:
    """What came of one rung."""

    credential: str
    name: str
    holds: Holds
    note: str
    proves: str
    leaves_open: str
    cost: str
    cause: str = ""
    """A label of the catalogue where it failed or is unclear."""
    exchange: Exchange | None = None
    explanation: Explanation | None = None
    fix: str = ""
    """The first thing to do where it failed or is unclear, in a line."""
    foretells: str = ""
    optional: bool = False


PRELIMINARY = ("form", "network", "clock")
"""Rungs that say nothing about whether the provider takes the key."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """All rungs of one credential, in the order in which they were climbed, and one sentence."""

    credential: str
    provider: str
    model: str
    rungs: tuple[RungResult, ...]
    sentence: str
    only: str = ""
    """The one rung that was asked for; the others are here because it needs them. Empty: all were climbed."""

    @property
    def asked(self) -> RungResult | None:
        """What came of the one rung that was asked for; None where all were."""
        return next((rung for rung in self.rungs if rung.name == self.only), None)

    @property
    def deciding(self) -> RungResult | None:
        """The rung that something is wrong with: the first that failed, unless the one that it foretold has passed; or
        else the first that stayed unclear and that no later one has made good; None where all is well."""
        return deciding(self.rungs)


def deciding(rungs: tuple[RungResult, ...]) -> RungResult | None:
    """See `Ladder.deciding`."""
    passed = {r.name for r in rungs if r.holds is Holds.PASSED}
    failed = next((r for r in rungs if r.holds is Holds.FAILED and r.foretells not in passed), None)
    if failed is not None:
        return failed
    good = max((i for i, r in enumerate(rungs) if r.name in passed and r.name not in PRELIMINARY), default=-1)
    return next((r for r in rungs[good + 1 :] if r.holds is Holds.UNCLEAR and not r.optional), None)


RECOGNISED = frozenset({
    "permission_missing", "permission_denied_explicitly", "model_access_not_granted", "api_not_enabled",
    "billing_inactive", "quota_exhausted", "rate_limited_requests", "rate_limited_tokens",
})  # fmt: skip
"""Causes that only a key which is known can meet."""


def alive(rungs: tuple[RungResult, ...]) -> bool:
    """Whether the provider took the key at least once, be it to refuse what was asked."""
    tried = [r for r in rungs if r.name not in (*PRELIMINARY, "certificate")]
    return any(
        r.holds is Holds.PASSED or (r.explanation is not None and r.explanation.cause in RECOGNISED) for r in tried
    )


def first_step(credential: Credential, model: str, cause: str, told: Explanation | None) -> str:
    """The explanation's first step; without one, that of the provider for this cause. Empty where there is none."""
    if told is not None and told.steps and cause in ("", "unknown", told.cause):
        step = told.steps[0]
    else:
        material = credential.material
        region, project = getattr(material, "region", ""), getattr(material, "project_id", "")
        context = Context(model=model, region=region, project=project, credential=credential.name)
        found = remedy.first_step(credential.provider, cause, context)
        if found is None:
            return ""
        step = found
    return " ".join(filter(None, (step.text, step.command)))


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
