"""From one signal to its explanation: the row that fits, the catalogue's entry, and the answer's own values."""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.explain.advice import PASSED_ON, advice, retry
from meshtui.explain.causes import CAUSES
from meshtui.explain.match import by_sentence, match
from meshtui.explain.model import Cause, Explanation, Rule, Signal, Step
from meshtui.explain.places import place
from meshtui.explain.rules import PROVIDERS
from meshtui.explain.steps import steps
from meshtui.explain.texts import Values, fill, fill_step
from meshtui.explain.wait import wait_seconds
from meshtui.explain.whose import whose
from meshtui.redact import redact
from meshtui.sanitize import one_line

MAX_PROOF = 300
COUNTED = frozenset({"rate_limited", "rate_limited_requests", "rate_limited_tokens", "quota_exhausted",
                     "capacity_exhausted", "clock_skew", "region_unsupported"})  # fmt: skip
"""Causes whose answers hold numbers worth saying."""
LONG = 3600.0
"""Seconds: an answer that asks for a longer wait than this is not worth sending again unchanged."""


def explain(signal: Signal) -> Explanation:
    """What this answer means. Never raises; where it cannot be told, the cause is `unknown` and says so."""
    provider = signal.provider or whose(signal)
    rule, found = match(signal, provider)
    if not provider and rule.id.startswith("status.") and (told := by_sentence(signal)):
        provider, (rule, found) = told
        rule = rule._replace(certainty="likely")
    if signal.inner is not None:
        within = explain(signal.inner)
        if _knows_better(within, rule):
            return _carried(within, signal)
    return _explanation(signal, provider, rule, found)


def _knows_better(within: Explanation, around: Rule) -> bool:
    """A row of the provider's own table knows more than the envelope around the error, unless it only guesses."""
    named = within.rule.partition(".")[0] in PROVIDERS and within.cause != "unknown"
    return named and (within.certainty == "certain" or around.certainty != "certain" or around.cause == "unknown")


def _explanation(signal: Signal, provider: str, rule: Rule, found: Mapping[str, str]) -> Explanation:
    cause = CAUSES[rule.cause]
    retryable = cause.retryable if rule.retryable is None else rule.retryable
    credential = _credential(rule, cause, provider)
    wait = wait_seconds(signal)
    if wait is not None and wait > LONG:
        retryable = False
    values = Values(signal, found, wait)
    proof, spot = _proof(signal)
    settled = advice(rule.cause, provider, signal.status, credential)
    certainty = "unknown" if rule.cause == "unknown" else rule.certainty
    return Explanation(
        cause=rule.cause,
        rule=rule.id,
        certainty=certainty,
        provider=provider,
        status=signal.status,
        credential=credential,
        who=rule.who or cause.who,
        retryable=retryable,
        retry_after=wait,
        falls_back=settled.falls_back,
        headline=fill(rule.headline, values) if rule.headline else settled.headline,
        proof=proof,
        proof_from=spot,
        structure=_structure(signal, rule),
        not_this=fill(rule.not_this, values) if rule.not_this else settled.not_this,
        retry_advice=retry(cause, retryable, wait),
        mesh_does=settled.mesh_does,
        steps=tuple(fill_step(step, values) for step in _steps(rule, provider)),
        also=rule.also,
        numbers=_numbers(signal, cause.label, found, wait),
        reference=rule.reference,
        request_id=one_line(redact(signal.request_id), 200) if signal.request_id else "",
    )


def _numbers(signal: Signal, cause: str, found: Mapping[str, str], wait: float | None) -> tuple[str, ...]:
    if cause not in COUNTED and "length" not in found and not signal.context.key_region:
        return ()
    from meshtui.explain.numbers import numbers

    return numbers(signal, cause, found, wait)


def _carried(within: Explanation, signal: Signal) -> Explanation:
    """The provider's own error, explained by the provider's rules, in the envelope of the one who passed it on."""
    credential = within.credential and "provider"
    return within._replace(
        credential=credential,
        mesh_does=PASSED_ON if credential and signal.provider == "mesh" else within.mesh_does,
        status=signal.status or within.status,
        retry_after=within.retry_after if within.retry_after is not None else wait_seconds(signal),
        request_id=one_line(redact(signal.request_id), 200) or within.request_id,
        proof_from=f"{place(signal.origin, 'message')}, the provider's own words",
    )


def _credential(rule: Rule, cause: Cause, provider: str) -> str | None:
    if rule.credential != "":
        return rule.credential
    if not cause.credential:
        return None
    return "mesh" if provider == "mesh" else "provider"


def _steps(rule: Rule, provider: str) -> tuple[Step, ...]:
    return rule.steps or steps(provider, rule.cause)


def _proof(signal: Signal) -> tuple[str, str]:
    """The line that shows it, redacted and harmless, and where it stands."""
    if signal.message:
        # Redacted before it is cut: half a secret would no longer be known as one.
        return one_line(redact(signal.message), MAX_PROOF), place(signal.origin, "message")
    for field in ("code", "type", "reason", "word"):
        text = getattr(signal, field)
        if text:
            return one_line(redact(text), MAX_PROOF), place(signal.origin, field)
    return (str(signal.status), "the status") if signal.status else ("", "")


def _structure(signal: Signal, rule: Rule) -> tuple[tuple[str, str], ...]:
    """The fields that the row went by, each with its spot. They equal words of the table, so they are no secrets."""
    named = [
        (place(signal.origin, field), getattr(signal, field))
        for field in ("code", "type", "word", "reason", "provider_code")
        if getattr(rule, field) and getattr(signal, field)
    ]
    return tuple(named)
