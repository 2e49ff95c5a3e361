"""What a check report is made of: checks as rows of data, and what came of them.

The first thing to do about a check that failed, in one line.

Runs one credential's checks: sends what a row says, and judges what comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from meshtui.base.credential import Credential
from meshtui.base.exchange import Exchange
from meshtui.base.secret import Secret
from meshtui.explain import causes as remedy
from meshtui.explain.exchange import explain_exchange
from meshtui.explain.model import Context, Explanation
from meshtui.http.call import Call, PromptRequest
from meshtui.http.decoding import Dialect, Reader, as_json
from meshtui.http.transport import PendingRequest, Transport
from meshtui.providers.bedrock.iam_simulator import Decision
from meshtui.runs.model import make_context


class CheckStatus(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNCLEAR = "unclear"
    """It was tried, and what came does not tell."""
    SKIPPED = "skipped"


class Outcome(NamedTuple):
    status: CheckStatus
    note: str = ""
    """What was found, or why not; half a sentence."""
    cause: str = ""
    """The label, where no explanation of an answer gives it."""
    fix: str = ""
    """What to do about it, where that is known better than by the cause."""


PASSED = Outcome(CheckStatus.PASSED)
NOTHING = "nothing"
FEW_TOKENS = "a few tokens"
STREAMING, STREAM_PERMISSION = "streaming", "stream permission"
"""Checks that are about streaming alone."""
STORED_KEY = "stored"
"""How the names of the checks begin that test a provider key stored with Mesh."""


def _json_came(_climber: CheckRunner, value: object) -> Outcome:
    return PASSED if isinstance(value, (dict, list)) else Outcome(CheckStatus.UNCLEAR, "the answer is not of this API")


def _never(_climber: CheckRunner) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Check:
    """One live check. Without a call it sends nothing, and `judge` looks at what is known by now."""

    name: str
    proves: str
    does_not_prove: str
    """What a pass does not prove."""
    call: Callable[[CheckRunner], Call | None] | None = None
    judge: Callable[[CheckRunner, object], Outcome] = _json_came
    """Judges the JSON (or else the text) of an answer with a status of 2xx."""
    instead: Mapping[str, Outcome] = field(default_factory=dict)
    """Cause of a failure → what it means for this check, where that is not simply that it failed."""
    refusal: Callable[[CheckRunner, Exchange, Explanation], Outcome | None] | None = None
    """Reads an answer that is none of 2xx before `instead` does; None: it has nothing to say."""
    dialect: Callable[[str], Dialect] | None = None
    """By the model; where a model answers, how its words are read."""
    stream: bool = False
    cost: str = NOTHING
    any_answer: bool = False
    """Whether a refusal will do: it is sent without a key, to see whether an answer comes at all."""
    stops: bool = True
    """Whether the checks above make no sense where this one has failed."""
    foretells: str = ""
    """The check whose outcome this one only foretells: where that one passes, a failure of this one was wrong."""
    optional: bool = False
    """Whether staying unclear is no loss: a real key need not have the right to ask this."""
    needs: tuple[str, ...] = ()
    """The checks that learn what this one goes by, where the check report has them; run first where this one alone is
    asked for."""
    skip: Callable[[CheckRunner], str] = _never
    """Why this check is not for this credential or not for now; empty where it is."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of one check."""

    credential: str
    name: str
    status: CheckStatus
    note: str
    proves: str
    does_not_prove: str
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
"""Checks that say nothing about whether the provider takes the key."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All checks of one credential, in the order in which they were run, and one sentence."""

    credential: str
    provider: str
    model: str
    checks: tuple[CheckResult, ...]
    sentence: str
    only: str = ""
    """The one check that was asked for; the others are here because it needs them. Empty: all were run."""

    @property
    def asked(self) -> CheckResult | None:
        """What came of the one check that was asked for; None where all were."""
        return next((check for check in self.checks if check.name == self.only), None)

    @property
    def deciding(self) -> CheckResult | None:
        """The check that something is wrong with: the first that failed, unless the one that it foretold has passed; or
        else the first that stayed unclear and that no later one has made good; None where all is well."""
        return find_deciding(self.checks)


def find_deciding(checks: tuple[CheckResult, ...]) -> CheckResult | None:
    """See `CheckReport.deciding`."""
    passed = {r.name for r in checks if r.status is CheckStatus.PASSED}
    failed = next((r for r in checks if r.status is CheckStatus.FAILED and r.foretells not in passed), None)
    if failed is not None:
        return failed
    good = max((i for i, r in enumerate(checks) if r.name in passed and r.name not in PRELIMINARY), default=-1)
    return next((r for r in checks[good + 1 :] if r.status is CheckStatus.UNCLEAR and not r.optional), None)


RECOGNISED = frozenset({
    "permission_missing", "permission_denied_explicitly", "model_access_not_granted", "api_not_enabled",
    "billing_inactive", "quota_exhausted", "rate_limited_requests", "rate_limited_tokens",
})  # fmt: skip
"""Causes that only a key which is known can meet."""


def is_alive(checks: tuple[CheckResult, ...]) -> bool:
    """Whether the provider took the key at least once, be it to refuse what was asked."""
    tried = [r for r in checks if r.name not in (*PRELIMINARY, "certificate")]
    return any(
        r.status is CheckStatus.PASSED or (r.explanation is not None and r.explanation.cause in RECOGNISED)
        for r in tried
    )


def choose_fix(credential: Credential, model: str, cause: str, told: Explanation | None) -> str:
    """The explanation's first step; without one, that of the provider for this cause. Empty where there is none."""
    if told is not None and told.steps and cause in ("", "unknown", told.cause):
        step = told.steps[0]
    else:
        material = credential.material
        region, project = getattr(material, "region", ""), getattr(material, "project_id", "")
        context = Context(model=model, region=region, project=project, credential=credential.name)
        found = remedy.find_first_fix(credential.provider, cause, context)
        if found is None:
            return ""
        step = found
    return " ".join(filter(None, (step.text, step.command)))


INCONCLUSIVE = frozenset({
    "provider_error", "timeout", "connection_failed", "capacity_exhausted", "rate_limited", "rate_limited_requests",
    "rate_limited_tokens", "unknown",
})  # fmt: skip
"""Causes that say nothing against the credential: a check that ends in one is unclear, never failed."""
UNREACHABLE = frozenset({"connection_failed", "timeout"})
"""Causes after which the next check would only wait for the same."""


class CheckRunner:
    """One credential on its way up, and what has been learnt so far."""

    def __init__(
        self, credential: Credential, client: Transport, question: PromptRequest, limit: float, *, spend: bool,
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

    async def run(self, check: Check) -> CheckResult:
        """Tries this check, or says why not."""
        unpaid = "" if self._spend or check.cost == NOTHING else f"not tried, since it costs {check.cost}"
        if why := self._stopped or check.skip(self) or unpaid:
            return self._result(check, Outcome(CheckStatus.SKIPPED, why))
        call = await asyncio.to_thread(check.call, self) if check.call else None
        if call is None:
            judgement = check.judge(self, None)
            self._go_on(check, judgement)
            return self._result(check, judgement)
        reader = self._reader(check)
        sending = await self._send(call, reader)
        judgement, explanation = self._judged(check, sending, reader)
        judgement = judgement._replace(cause=judgement.cause or (explanation.cause if explanation else ""))
        self._go_on(check, judgement)
        return self._result(check, judgement, sending.exchange, explanation)

    def _reader(self, check: Check) -> Reader | None:
        return Reader(check.dialect(self.question.model), stream=check.stream) if check.dialect else None

    async def _send(self, call: Call, reader: Reader | None) -> PendingRequest:
        def hear(data: bytes) -> None:
            if reader is not None:
                reader.feed(data)

        sending = PendingRequest(call, timeout=self._limit, on_bytes=hear)
        await self._client.send(sending)
        if reader is not None and sending.succeeded:
            reader.close(sending.body)
        self.exchanges.append(sending.exchange)
        return sending

    def _judged(
        self, check: Check, sending: PendingRequest, reader: Reader | None
    ) -> tuple[Outcome, Explanation | None]:
        if sending.succeeded and reader is None:
            value = as_json(sending.body)
            return check.judge(self, sending.body.decode("utf-8", "replace") if value is None else value), None
        if sending.succeeded and reader is not None and reader.understood and not reader.refused:
            return Outcome(CheckStatus.PASSED), None
        if check.any_answer and sending.exchange.failure is None and not _is_blocked(sending.exchange):
            return check.judge(self, None), None
        context = make_context(self.credential, self.question.model, sending.exchange)
        explanation = explain_exchange(sending.exchange, context)
        if reader is not None and _is_output_limit(sending):
            return Outcome(CheckStatus.PASSED, "it answered that the output limit was reached"), None
        if check.refusal and (read := check.refusal(self, sending.exchange, explanation)):
            return read, explanation
        if explanation.cause in check.instead:
            return check.instead[explanation.cause], explanation
        holds = CheckStatus.UNCLEAR if explanation.cause in INCONCLUSIVE else CheckStatus.FAILED
        return Outcome(holds, explanation.headline.rstrip(".")), explanation

    def _go_on(self, check: Check, judgement: Outcome) -> None:
        if (judgement.status is CheckStatus.FAILED and check.stops) or judgement.cause in UNREACHABLE:
            self._stopped = (
                f"not tried, since {check.name} {'failed' if judgement.status is CheckStatus.FAILED else 'is unclear'}"
            )

    def _result(
        self, check: Check, judgement: Outcome, exchange: Exchange | None = None, explanation: Explanation | None = None
    ) -> CheckResult:
        holds, note, cause, fix = judgement
        told = holds in (CheckStatus.FAILED, CheckStatus.UNCLEAR)
        mend = fix or choose_fix(self.credential, self.question.model, cause, explanation)
        return CheckResult(
            self.credential.name, check.name, holds, note, check.proves, check.does_not_prove, check.cost,
            cause if told else "", exchange, explanation, mend if told else "", check.foretells, check.optional,
        )  # fmt: skip


def _is_blocked(exchange: Exchange) -> bool:
    """Whether it was not the provider that answered, or one that serves nobody from here."""
    return explain_exchange(exchange).cause in ("network_blocked", "country_unsupported")


def _is_output_limit(sending: PendingRequest) -> bool:
    """OpenAI's reasoning models refuse with 400 when the few tokens went into thinking: the model did run."""
    return sending.status == 400 and b"output limit was reached" in sending.body
