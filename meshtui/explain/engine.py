"""From one parsed error to its explanation: the first rule that fits, the cause's row, and the answer's own values.

Structure first: a rule is tried only where its code, type, reason and the like hold. Its sentences come second.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from meshtui.base.provider_names import PROVIDER_ROWS
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.explain.causes import (
    CAUSES,
    NO,
    NO_PART,
    NOT_STORED_YET,
    PASSED_ON,
    Cause,
    Consequences,
    advise_retry,
    derive_consequences,
    say_status,
)  # fmt: skip
from meshtui.explain.formats.fields import place
from meshtui.explain.model import Explanation, ParsedError, Rule, Step
from meshtui.explain.placeholders import Values, fill, fill_step, has_holes
from meshtui.explain.rule_tables import find_steps, load_rules, order_tables
from meshtui.explain.values import find_numbers, find_wait
from meshtui.explain.vendors import VENDORS, detect_provider, find_vendor_steps, name_signer

_NOTHING: Mapping[str, str] = {}


Match = tuple[Rule, Mapping[str, str]]
"""A row, and the values it read from the answer."""


def match_rule(error: ParsedError, provider: str) -> Match:
    """The first row that fits. The last row of the last table fits all."""
    lower_message = error.lower_message
    for name in order_tables(provider, error.type.endswith("_api_error")):
        found = _match_table(error, lower_message, name)
        if found is not None:
            return found
    raise AssertionError("the last row of the status table fits everything")


DISTINCTIVE = 22
"""Length from which a literal is a sentence of its provider and not a common phrase."""


def match_sentence(error: ParsedError, meant: bool) -> tuple[str, Match] | None:
    """The provider whose table recognises the sentence with certainty, and the row; for an answer whose origin is
    unknown. Where the words have a general meaning (`meant`), only a whole sentence identifies a provider."""
    lower_message, least = error.lower_message, DISTINCTIVE if meant else 0
    for name in PROVIDER_ROWS if lower_message else ():
        found = _match_table(error, lower_message, name)
        if found is not None and found[0].certainty == "certain" and _has_literal(found[0], lower_message, least):
            return name, found
    return None


def _has_literal(rule: Rule, lower_message: str, least: int = 0) -> bool:
    """Whether a literal of the row with at least `least` characters is in the message."""
    return any(len(literal) >= least and literal in lower_message for literal in (*rule.says, *rule.or_says))


def _match_table(error: ParsedError, lower_message: str, name: str) -> Match | None:
    failed: Rule | None = None
    for literal, rule in _list_candidates(
        name, error.code, error.type, error.word, error.reason, error.provider_code, error.status,
        error.call, error.shape,
    ):  # fmt: skip
        # The one loop that every row of a table goes through: flat, and before anything is called.
        if literal in lower_message and rule is not failed:
            values = _read_values(rule, error)
            if values is not None:
                return rule, values
            failed = rule
    return None


def _read_values(rule: Rule, error: ParsedError) -> Mapping[str, str] | None:
    """The values of a row whose structure and literals hold, None where its pattern or test does not."""
    if not (rule.pattern or rule.reads or rule.test):
        return _NOTHING
    values: dict[str, str] = {}
    for source in (rule.pattern, rule.reads):
        if source:
            found = _compile_pattern(source).search(error.message)
            if found is not None:
                values.update((name, text) for name, text in found.groupdict().items() if text)
            elif source is rule.pattern:
                return None
    if rule.test is not None:
        more = rule.test(error)
        if more is None:
            return None
        values.update(more)
    return values


@lru_cache(maxsize=2048)
def _list_candidates(
    name: str, code: str, type_: str, word: str, reason: str, provider_code: str, status: int, call: str, shape: str
) -> tuple[tuple[str, Rule], ...]:
    """The rows of a table whose columns of structure all hold, in their order, once for each of their literals, and
    with the empty one, which is in every text, where they have none; where the fields that name the error do not hold,
    once for each literal that will do instead. Few combinations exist, so they are remembered."""
    return tuple(
        (literal, rule)
        for rule in load_rules(name)
        if (not rule.status or status in rule.status) and (not rule.shape or shape in rule.shape)
        for literal in (
            rule.says or ("",)
            if (not rule.code or code in rule.code)
            and (not rule.type or type_ in rule.type)
            and (not rule.word or word in rule.word)
            and (not rule.reason or reason in rule.reason)
            and (not rule.provider_code or provider_code in rule.provider_code)
            and (not rule.named or code in rule.named or type_ in rule.named)
            and (not rule.call or call in rule.call)
            else rule.or_says
        )
    )


@cache
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


MAX_PROOF = 300
LONG = 3600.0
"""Seconds: an answer that asks for a longer wait than this is not worth sending again unchanged."""


def explain(error: ParsedError) -> Explanation:
    """Explains this answer. Never raises; where the cause cannot be determined, it is `unknown`."""
    known = error.provider or name_signer(error)
    signed = provider = known or detect_provider(error)
    rule, found = match_rule(error, provider)
    is_structural = not _has_literal(rule, error.lower_message)
    meant = provider != "" or rule.id.startswith("general.")
    if (
        not known
        and (not provider or is_structural)
        and _is_unspecific(rule, is_structural)
        and (matched := match_sentence(error, meant))
    ):
        provider, (rule, found) = matched
        rule = rule._replace(certainty="likely")
    elif is_structural and (worded := _match_words(error, rule)):
        rule, found = worded
    if error.inner is not None:
        within = explain(_assign_provider(error.inner, signed))
        if _is_more_specific(within, rule):
            return _wrap_inner(within, error)
        if _is_vague(rule):  # an error is inside, and this is only the word around it
            rule = rule._replace(certainty="likely")
    return _make_explanation(error, provider, rule, found)


def _match_words(error: ParsedError, rule: Rule) -> Match | None:
    """The row for the general meaning of the message, where a provider's row matched by form alone and leaves open what
    the words say."""
    by_code = rule.code or error.code in rule.named
    named = by_code or rule.reason or rule.provider_code or rule.certainty != "likely"
    if named or rule.id.partition(".")[0] not in (*PROVIDER_ROWS, "edge"):
        return None
    worded = _match_table(error, error.lower_message, "general")
    return worded if worded and worded[0].cause in rule.also and not (worded[0].code or worded[0].type) else None


def _is_unspecific(rule: Rule, is_structural: bool) -> bool:
    """Whether a row matched by the status, a general meaning or the code alone, which others use too."""
    table = rule.id.partition(".")[0]
    return table in ("status", "general") or (table in PROVIDER_ROWS and is_structural)


def _assign_provider(inner: ParsedError, around: str) -> ParsedError:
    """The inner error, assigned to whoever its own form or words name, else to the provider that returned it; behind
    Mesh it may be any provider's. A client's name before it says little: everybody's service is called by OpenAI's."""
    if inner.provider or around == "mesh":
        return inner
    return inner._replace(provider=name_signer(inner) or around)


def _is_more_specific(within: Explanation, around: Rule) -> bool:
    """Whether the inner explanation says more than the envelope's row: a row of a provider's own table does unless it
    only guesses, and even then it says more than a relay's row that only says that something failed."""
    guessed = around.certainty != "certain" or _is_vague(around)
    table = within.rule.partition(".")[0]
    named = (table in PROVIDER_ROWS or (table == "general" and guessed)) and within.cause != "unknown"
    return named and (within.certainty == "certain" or guessed)


def _is_vague(rule: Rule) -> bool:
    """Whether the rule only says that something failed."""
    return CAUSES[rule.cause].state == "failed"


def _make_explanation(error: ParsedError, provider: str, rule: Rule, found: Mapping[str, str]) -> Explanation:
    wait = find_wait(error)
    own = error.origin == "failure"
    outcome = _derive_outcome(rule, provider, error.status, own, wait is not None and wait > LONG)
    proof, spot, shown = _find_proof(error, rule)
    values = Values(error, found, wait, shown)
    return Explanation(
        cause=rule.cause,
        rule=rule.id,
        certainty=outcome.certainty,
        provider=provider,
        status=error.status,
        credential=outcome.credential,
        who=outcome.who,
        retryable=outcome.retryable,
        retry_after=wait,
        falls_back=outcome.consequences.falls_back,
        headline=fill(outcome.headline, values),
        proof=proof,
        proof_from=spot,
        structure=tuple([(spot, getattr(error, field)) for spot, field in _list_columns(rule, error.origin)
                         if getattr(error, field) in (*getattr(rule, field), *rule.named)]),
        not_this=fill(outcome.not_this, values),
        retry_advice=advise_retry(CAUSES[rule.cause], outcome.retryable, wait, rule.again, provider),
        mesh_does=outcome.consequences.mesh_does,
        steps=tuple([fill_step(step, values) for step in outcome.steps]) if outcome.holes else outcome.steps,
        also=rule.also,
        numbers=find_numbers(error, CAUSES[rule.cause], found, wait),
        reference="" if provider in VENDORS else rule.reference,
        request_id=make_one_line(redact(error.request_id), 200),
    )  # fmt: skip


class _Outcome(NamedTuple):
    """What follows from the row, the provider and the status, before the answer's own values are filled in."""

    certainty: str
    credential: str | None
    who: str
    retryable: bool
    headline: str
    not_this: str
    consequences: Consequences
    steps: tuple[Step, ...]
    holes: bool
    """Whether any step has a hole to fill."""


@lru_cache(maxsize=2048)
def _derive_outcome(rule: Rule, provider: str, status: int, own: bool, long_wait: bool) -> _Outcome:
    """`own`: it is our own client that failed, on Mesh's way of doing it. Few combinations exist, so they are
    remembered."""
    cause = CAUSES[rule.cause]
    credential = _find_credential_at_fault(rule, cause, provider)
    settled = derive_consequences(rule.cause, provider, status, credential)
    if rule.local:
        falls_back = settled.falls_back if own else NO
        settled = settled._replace(falls_back=falls_back, mesh_does=NOT_STORED_YET if own else NO_PART)
    own_steps = rule.steps if _may_say(rule, provider, *[f"{step.text} {step.command}" for step in rule.steps]) else ()
    found = (
        find_vendor_steps(provider, own_steps or find_steps("", rule.cause))
        if provider in VENDORS
        else own_steps or find_steps(provider, rule.cause)
    )
    retryable = cause.retryable if rule.retryable is None else rule.retryable
    return _Outcome(
        certainty="unknown" if rule.cause == "unknown" else rule.certainty,
        credential=credential,
        who=rule.who or cause.who,
        retryable=retryable and not long_wait,
        headline=(_may_say(rule, provider, rule.headline) and rule.headline) or settled.headline,
        not_this=(_may_say(rule, provider, rule.not_this) and say_status(rule.not_this, status)) or settled.not_this,
        consequences=settled,
        steps=found,
        holes=any(map(has_holes, found)),
    )


def _may_say(rule: Rule, provider: str, *texts: str) -> bool:
    """Whether a row's texts hold for this provider's answer. A provider's row that a vendor's answer fits speaks of
    that provider; only Google's other API shares keys, projects and quotas with Vertex AI."""
    if provider not in VENDORS or rule.id.partition(".")[0] not in PROVIDER_ROWS:
        return True
    lowered = " ".join(texts).lower()
    return provider == "google-ai-studio" and "vertex" not in lowered and "aiplatform" not in lowered


def _wrap_inner(within: Explanation, error: ParsedError) -> Explanation:
    """The provider's own error, explained by the provider's rules, in the envelope of the one who passed it on."""
    credential = within.credential and "provider"
    return within._replace(
        credential=credential,
        mesh_does=PASSED_ON if credential and error.provider == "mesh" else within.mesh_does,
        status=error.status or within.status,
        retry_after=within.retry_after if within.retry_after is not None else find_wait(error),
        request_id=make_one_line(redact(error.request_id), 200) or within.request_id,
        proof_from=f"{place(error.origin, 'message')}, the provider's own words",
    )


def _find_credential_at_fault(rule: Rule, cause: Cause, provider: str) -> str | None:
    if rule.credential != "":
        return rule.credential
    if not cause.credential:
        return None
    return "mesh" if provider == "mesh" else "provider"


def _find_proof(error: ParsedError, rule: Rule) -> tuple[str, str, str]:
    """The line that proves the cause, redacted and without control characters; where in the answer it is; and the whole
    message, redacted."""
    message = error.message
    if message:
        # Redacted before it is cut: half a secret would no longer be known as one.
        shown = redact(message)
        return (
            make_one_line(_find_deciding_part(shown, rule), MAX_PROOF),
            place(error.origin, "message"),
            shown,
        )
    for field in ("code", "type", "reason", "word"):
        text = getattr(error, field)
        if text:
            return make_one_line(redact(text), MAX_PROOF), place(error.origin, field), ""
    return (str(error.status), "the status", "") if error.status else ("", "", "")


def _find_deciding_part(message: str, rule: Rule) -> str:
    """The part of a long text that the row matched, from the beginning of its sentence."""
    if len(message) <= MAX_PROOF:
        return message
    lowered = message.lower()
    at = min((at for literal in (*rule.says, *rule.or_says) if (at := lowered.find(literal)) >= 0), default=0)
    if not at and rule.pattern and (found := _compile_pattern(rule.pattern).search(message)):
        at = found.start()
    if at < MAX_PROOF // 2:
        return message
    start = max(message.rfind(end, at - MAX_PROOF // 2, at) + 2 for end in (". ", "; ", ": "))
    return f"… {message[start if start > 1 else at - 40 :]}"


@lru_cache(maxsize=2048)
def _list_columns(rule: Rule, origin: str) -> tuple[tuple[str, str], ...]:
    """The fields that the row matches, each with its place in such an answer. Their values equal words of the table, so
    they are not secret."""
    named = ("code", "type", "word", "reason", "provider_code")
    either = ("code", "type") if rule.named else ()
    return tuple((place(origin, field), field) for field in named if getattr(rule, field) or field in either)
