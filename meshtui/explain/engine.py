"""Finding the row that fits a signal. Structure first: only rows whose code, type, reason … hold are looked at.

From one signal to its explanation: the row that fits, the catalogue's entry, and the answer's own values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from meshtui.base.names import PROVIDER_ROWS
from meshtui.base.redaction import redact
from meshtui.base.text import one_line
from meshtui.explain.causes import CAUSES, PASSED_ON, Advice, advice, retry
from meshtui.explain.model import Cause, Explanation, Rule, Signal, Step
from meshtui.explain.places import place
from meshtui.explain.rule_tables import find_steps, load_rules, order_tables
from meshtui.explain.texts import Values, fill, fill_step, has_holes
from meshtui.explain.values import wait_seconds
from meshtui.explain.whose import whose

_NOTHING: Mapping[str, str] = {}


Match = tuple[Rule, Mapping[str, str]]
"""A row, and the values it read from the answer."""


def match(signal: Signal, provider: str) -> Match:
    """The first row that fits. The last row of the last table fits all."""
    said = signal.said
    for name in order_tables(provider, signal.type.endswith("_api_error")):
        found = _first(signal, said, name)
        if found is not None:
            return found
    raise AssertionError("the last row of the status table fits everything")


def by_sentence(signal: Signal) -> tuple[str, Match] | None:
    """The provider whose table knows the sentence for certain, and the row; for an answer that nobody signed."""
    said = signal.said
    for name in PROVIDER_ROWS if said else ():
        found = _first(signal, said, name)
        if found is not None and found[0].says and found[0].certainty == "certain":
            return name, found
    return None


def _first(signal: Signal, said: str, name: str) -> Match | None:
    failed: Rule | None = None
    for literal, rule in _candidates(
        name, signal.code, signal.type, signal.word, signal.reason, signal.provider_code, signal.status,
        signal.call, signal.shape,
    ):  # fmt: skip
        # The one loop that every row of a table goes through: flat, and before anything is called.
        if literal in said and rule is not failed:
            values = _values(rule, signal)
            if values is not None:
                return rule, values
            failed = rule
    return None


def _values(rule: Rule, signal: Signal) -> Mapping[str, str] | None:
    """The values of a row whose structure and literals hold, None where its pattern or test does not."""
    if not (rule.pattern or rule.reads or rule.test):
        return _NOTHING
    values: dict[str, str] = {}
    for source in (rule.pattern, rule.reads):
        if source:
            found = _compiled(source).search(signal.message)
            if found is not None:
                values.update((name, text) for name, text in found.groupdict().items() if text)
            elif source is rule.pattern:
                return None
    if rule.test is not None:
        more = rule.test(signal)
        if more is None:
            return None
        values.update(more)
    return values


@lru_cache(maxsize=2048)
def _candidates(
    name: str, code: str, type_: str, word: str, reason: str, provider_code: str, status: int, call: str, shape: str
) -> tuple[tuple[str, Rule], ...]:
    """The rows of a table whose columns of structure all hold, in their order, once for each of their literals, and
    with the empty one, which is in every text, where they have none. Few combinations exist, so they are remembered."""
    return tuple(
        (literal, rule)
        for rule in load_rules(name)
        if (not rule.code or code in rule.code)
        and (not rule.type or type_ in rule.type)
        and (not rule.word or word in rule.word)
        and (not rule.reason or reason in rule.reason)
        and (not rule.provider_code or provider_code in rule.provider_code)
        and (not rule.status or status in rule.status)
        and (not rule.call or call in rule.call)
        and (not rule.shape or shape in rule.shape)
        for literal in rule.says or ("",)
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


MAX_PROOF = 300
COUNTED = frozenset({"rate_limited", "rate_limited_requests", "rate_limited_tokens", "quota_exhausted",
                     "capacity_exhausted", "clock_skew", "region_unsupported"})  # fmt: skip
"""Causes whose answers hold numbers worth saying."""
LONG = 3600.0
"""Seconds: an answer that asks for a longer wait than this is not worth sending again unchanged."""


def explain(signal: Signal) -> Explanation:
    """What this answer means. Never raises; where it cannot be told, the cause is `unknown` and says so."""
    signed = provider = signal.provider or whose(signal)
    rule, found = match(signal, provider)
    if not provider and rule.id.startswith("status.") and (told := by_sentence(signal)):
        provider, (rule, found) = told
        rule = rule._replace(certainty="likely")
    if signal.inner is not None:
        within = explain(_whose_inside(signal.inner, signed))
        if _knows_better(within, rule):
            return _carried(within, signal)
        if rule.cause == "provider_error":  # an error is inside, and this is only the word around it
            rule = rule._replace(certainty="likely")
    return _explanation(signal, provider, rule, found)


def _whose_inside(inner: Signal, around: str) -> Signal:
    """What nobody signed comes from the provider whose answer it is in; behind Mesh it may be anybody's."""
    return inner._replace(provider=around) if not inner.provider and around != "mesh" else inner


def _knows_better(within: Explanation, around: Rule) -> bool:
    """A row of the provider's own table knows more than the envelope around the error, unless it only guesses; and
    even then it knows more than a relay that says no more than that something failed."""
    named = within.rule.partition(".")[0] in PROVIDER_ROWS and within.cause != "unknown"
    guessed = around.certainty != "certain" or around.cause in ("unknown", "provider_error")
    return named and (within.certainty == "certain" or guessed)


def _explanation(signal: Signal, provider: str, rule: Rule, found: Mapping[str, str]) -> Explanation:
    wait = wait_seconds(signal)
    outcome = _outcome(rule, provider, signal.status, wait is not None and wait > LONG)
    proof, spot, clean = _proof(signal)
    values = Values(signal, found, wait, clean)
    return Explanation(
        cause=rule.cause,
        rule=rule.id,
        certainty=outcome.certainty,
        provider=provider,
        status=signal.status,
        credential=outcome.credential,
        who=outcome.who,
        retryable=outcome.retryable,
        retry_after=wait,
        falls_back=outcome.advice.falls_back,
        headline=fill(outcome.headline, values),
        proof=proof,
        proof_from=spot,
        structure=tuple([(spot, getattr(signal, field)) for spot, field in _columns(rule, signal.origin)
                         if getattr(signal, field)]),
        not_this=fill(outcome.not_this, values),
        retry_advice=retry(CAUSES[rule.cause], outcome.retryable, wait),
        mesh_does=outcome.advice.mesh_does,
        steps=tuple([fill_step(step, values) for step in outcome.steps]) if outcome.holes else outcome.steps,
        also=rule.also,
        numbers=_numbers(signal, rule.cause, found, wait),
        reference=rule.reference,
        request_id=one_line(redact(signal.request_id), 200) if signal.request_id else "",
    )  # fmt: skip


class _Outcome(NamedTuple):
    """What follows from the row, the provider and the status, before the answer's own values are filled in."""

    certainty: str
    credential: str | None
    who: str
    retryable: bool
    headline: str
    not_this: str
    advice: Advice
    steps: tuple[Step, ...]
    holes: bool
    """Whether any step has a hole to fill."""


@lru_cache(maxsize=2048)
def _outcome(rule: Rule, provider: str, status: int, long_wait: bool) -> _Outcome:
    """Few combinations exist, so they are remembered."""
    cause = CAUSES[rule.cause]
    credential = _credential(rule, cause, provider)
    settled = advice(rule.cause, provider, status, credential)
    found = rule.steps or find_steps(provider, rule.cause)
    retryable = cause.retryable if rule.retryable is None else rule.retryable
    return _Outcome(
        certainty="unknown" if rule.cause == "unknown" else rule.certainty,
        credential=credential,
        who=rule.who or cause.who,
        retryable=retryable and not long_wait,
        headline=rule.headline or settled.headline,
        not_this=rule.not_this or settled.not_this,
        advice=settled,
        steps=found,
        holes=any(map(has_holes, found)),
    )


def _numbers(signal: Signal, cause: str, found: Mapping[str, str], wait: float | None) -> tuple[str, ...]:
    if cause not in COUNTED and "length" not in found and not signal.context.key_region:
        return ()
    from meshtui.explain.values import numbers

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


def _proof(signal: Signal) -> tuple[str, str, str]:
    """The line that shows it, redacted and harmless; where it stands; and the message, if it holds no secret."""
    message = signal.message
    if message:
        # Redacted before it is cut: half a secret would no longer be known as one.
        shown = redact(message)
        return one_line(shown, MAX_PROOF), place(signal.origin, "message"), message if shown == message else ""
    for field in ("code", "type", "reason", "word"):
        text = getattr(signal, field)
        if text:
            return one_line(redact(text), MAX_PROOF), place(signal.origin, field), ""
    return (str(signal.status), "the status", "") if signal.status else ("", "", "")


@lru_cache(maxsize=2048)
def _columns(rule: Rule, origin: str) -> tuple[tuple[str, str], ...]:
    """The fields that the row goes by, each with its spot in such an answer. What stands in them equals a word of the
    table, so it is no secret."""
    named = ("code", "type", "word", "reason", "provider_code")
    return tuple((place(origin, field), field) for field in named if getattr(rule, field))
