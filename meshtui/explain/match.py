"""Finding the row that fits a signal. Structure first: only rows whose code, type, reason … hold are looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from meshtui.explain.model import Rule, Signal
from meshtui.explain.rules import tables

_NOTHING: Mapping[str, str] = {}


def match(signal: Signal, provider: str) -> tuple[Rule, Mapping[str, str]]:
    """The first row that fits, and the values it read from the answer. The last row of the last table fits all."""
    said = signal.said
    for rule in _candidates(
        provider, signal.code, signal.type, signal.word, signal.reason, signal.provider_code, signal.status,
        signal.call, signal.shape,
    ):  # fmt: skip
        values = fits(rule, signal, said)
        if values is not None:
            return rule, values
    raise AssertionError("the last row of the status table fits everything")


def fits(rule: Rule, signal: Signal, said: str) -> Mapping[str, str] | None:
    """The values of a row whose structure holds, None where its sentence, pattern or test does not."""
    if rule.says:
        for literal in rule.says:
            if literal in said:
                break
        else:
            return None
    values = _NOTHING
    if rule.pattern:
        found = _compiled(rule.pattern).search(signal.message)
        if found is None:
            return None
        values = {name: text for name, text in found.groupdict().items() if text}
    if rule.reads:
        found = _compiled(rule.reads).search(signal.message)
        if found is not None:
            values = {**values, **{name: text for name, text in found.groupdict().items() if text}}
    if rule.test is not None:
        more = rule.test(signal)
        if more is None:
            return None
        values = {**values, **more}
    return values


@lru_cache(maxsize=2048)
def _candidates(
    provider: str, code: str, type_: str, word: str, reason: str, provider_code: str, status: int, call: str, shape: str
) -> tuple[Rule, ...]:
    """The rows whose columns of structure all hold, in the order of the tables. Few combinations exist, so they are
    remembered."""
    return tuple(
        rule
        for rule in tables(provider)
        if (not rule.code or code in rule.code)
        and (not rule.type or type_ in rule.type)
        and (not rule.word or word in rule.word)
        and (not rule.reason or reason in rule.reason)
        and (not rule.provider_code or provider_code in rule.provider_code)
        and (not rule.status or status in rule.status)
        and (not rule.call or call in rule.call)
        and (not rule.shape or shape in rule.shape)
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
