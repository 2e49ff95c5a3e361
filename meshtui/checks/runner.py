"""Proves a credential check by check, cheapest first, and ends with one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType

from meshtui.base.credential import Credential, Kind
from meshtui.base.endpoints import DEFAULT_PROMPT, DEFAULT_TIMEOUT
from meshtui.base.exchange import Exchange
from meshtui.base.provider_names import PROVIDER_ROWS
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.checks.report import summarize_check, summarize_checks
from meshtui.explain.causes import INCONCLUSIVE, UNREACHABLE
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.explain.model import Explanation
from meshtui.http.call import Call, PromptRequest
from meshtui.http.decoding import Reader, parse_json
from meshtui.http.transport import PendingRequest, Transport
from meshtui.providers.base import NO_PROVIDER
from meshtui.providers.check import (
    FORM,
    NOTHING,
    Check,
    CheckState,
    CheckStatus,
    Outcome,
    say_token_missing,
)
from meshtui.providers.registry import find_provider, list_checks
from meshtui.runs.model import choose_fix, make_context


class CheckRunner:
    """Runs one credential's checks: sends what a row says, and judges what comes."""

    def __init__(
        self, credential: Credential, client: Transport, question: PromptRequest, limit: float, *, spend: bool,
        surroundings: Mapping[str, str],
    ) -> None:  # fmt: skip
        provider = find_provider(credential.provider) or NO_PROVIDER
        self.state = CheckState(provider, credential, client.endpoints, question, surroundings)
        self._client = client
        self._limit = limit
        """Seconds for each call."""
        self._spend = spend
        self._stopped = ""

    async def run(self, check: Check) -> CheckResult:
        """Tries this check, or says why not."""
        unpaid = "" if self._spend or check.cost == NOTHING else f"not tried, since it costs {check.cost}"
        if why := self._stopped or self._find_skip(check) or unpaid:
            return self._result(check, Outcome(CheckStatus.SKIPPED, why))
        call = await asyncio.to_thread(check.call, self.state) if check.call else None
        if call is None:
            judgement = check.judge(self.state, None)
            self._go_on(check, judgement)
            return self._result(check, judgement)
        reader = self._reader(check)
        pending = await self._send(call, reader)
        judgement, explanation = self._judged(check, pending, reader)
        judgement = judgement._replace(cause=judgement.cause or (explanation.cause if explanation else ""))
        self._go_on(check, judgement)
        return self._result(check, judgement, pending.exchange, explanation)

    def _reader(self, check: Check) -> Reader | None:
        if not check.is_prompt:
            return None
        return Reader(self.state.provider.requests.dialect(self.state.question.model), stream=check.stream)

    def _find_skip(self, check: Check) -> str:
        """Why the check is not tried; empty where it is. A prompt waits for the token, where one is exchanged."""
        if check.is_prompt and self.state.provider.requests.token and not self.state.token:
            return say_token_missing(self.state)
        return check.skip(self.state)

    async def _send(self, call: Call, reader: Reader | None) -> PendingRequest:
        def record(data: bytes) -> None:
            if reader is not None:
                reader.feed(data)

        pending = PendingRequest(call, timeout=self._limit, on_bytes=record)
        await self._client.send(pending)
        if reader is not None and pending.succeeded:
            reader.close(pending.body)
        self.state.exchanges.append(pending.exchange)
        return pending

    def _judged(
        self, check: Check, pending: PendingRequest, reader: Reader | None
    ) -> tuple[Outcome, Explanation | None]:
        if pending.succeeded and reader is None:
            value = parse_json(pending.body)
            return check.judge(self.state, pending.body.decode("utf-8", "replace") if value is None else value), None
        if pending.succeeded and reader is not None and reader.understood and not reader.refused:
            return Outcome(CheckStatus.PASSED), None
        if check.any_answer and pending.exchange.failure is None and not _is_blocked(pending.exchange):
            return check.judge(self.state, None), None
        context = make_context(self.state.credential, self.state.question.model, pending.exchange)
        explanation = explain_exchange(pending.exchange, context)
        if reader is not None and _is_output_limit(pending):
            return Outcome(CheckStatus.PASSED, "it answered that the output limit was reached"), None
        if check.refusal and (read := check.refusal(self.state, pending.exchange, explanation)):
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
        counts = holds in (CheckStatus.FAILED, CheckStatus.UNCLEAR)
        chosen_fix = fix or choose_fix(self.state.credential, self.state.question.model, cause, explanation)
        return CheckResult(
            self.state.credential.name, check.name, holds, note, check.proves, check.does_not_prove, check.cost,
            cause if counts else "", exchange, explanation, chosen_fix if counts else "", check.foretells,
            check.optional,
        )  # fmt: skip


def _is_blocked(exchange: Exchange) -> bool:
    """Whether something other than the provider answered, or a host that refuses every client from here."""
    return explain_exchange(exchange).cause in ("network_blocked", "country_unsupported")


def _is_output_limit(pending: PendingRequest) -> bool:
    """OpenAI's reasoning models refuse with 400 when the few tokens went into thinking: the model did run."""
    return pending.status == 400 and b"output limit was reached" in pending.body


OnResult = Callable[[CheckResult], None]
"""Hears of each check as it is done."""


class NoSuchCheckError(LookupError):
    """A check that the check report of this kind does not have; the text says which it has."""


async def run_checks(
    credential: Credential,
    client: Transport,
    report: OnResult,
    *,
    prompt: bool,
    model: str = "",
    surroundings: Mapping[str, str] = MappingProxyType({}),
    limit: float = DEFAULT_TIMEOUT,
    only: str = "",
) -> CheckReport:
    """Runs every check of the credential's kind. Without `prompt` the checks that cost tokens are left out; `limit` is
    in seconds, for each call; `surroundings` are environment variables, for the headers that SDKs add on their own. A
    network error is never reported as an invalid key.

    `only` names the one check to run, whatever it costs, with those that it needs. Raises NoSuchCheckError.
    """
    row = PROVIDER_ROWS.get(credential.provider)
    requested = model or (row.model or row.model_at_mesh if row else "")
    runner = CheckRunner(
        credential, client, PromptRequest(requested, DEFAULT_PROMPT), limit, spend=prompt or bool(only),
        surroundings=surroundings,
    )  # fmt: skip
    results: list[CheckResult] = []
    for check in list_needed(only, credential.kind) if only else list_checks(credential.kind):
        result = await runner.run(check)
        if only in ("", check.name) or check.name != FORM.name or result.status is not CheckStatus.PASSED:
            results.append(result)
            report(result)
    checks = tuple(results)
    sentence = summarize_check(only, checks) if only else summarize_checks(credential, requested, checks)
    return CheckReport(credential.name, credential.provider, requested, checks, sentence, only)


def list_needed(name: str, kind: Kind) -> tuple[Check, ...]:
    """The checks that the check of this name needs, and then that check. Raises NoSuchCheckError."""
    checks = list_checks(kind)
    wanted = next((check for check in checks if check.name == name), None)
    if wanted is None:
        there = ", ".join(check.name for check in checks)
        raise NoSuchCheckError(f"this kind of credential has no check named {name!r}; it has {there}")
    return tuple(check for check in checks if check is wanted or check.name in (FORM.name, *wanted.needs))
