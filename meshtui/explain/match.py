"""Finding the row that fits a signal. Structure first: only rows whose code, type, reason … hold are looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from meshtui.explain.model import Rule, Signal
from meshtui.explain.rules import PROVIDERS, order, table

_NOTHING: Mapping[str, str] = {}


Match = tuple[Rule, Mapping[str, str]]
"""A row, and the values it read from the answer."""


def match(signal: Signal, provider: str) -> Match:
    """The first row that fits. The last row of the last table fits all."""
    said = signal.said
    for name in order(provider, signal.type.endswith("_api_error")):
        found = _first(signal, said, name)
        if found is not None:
            return found
    raise AssertionError("the last row of the status table fits everything")


DISTINCTIVE = 22
"""Characters from which on a literal is a sentence of its provider's, and no turn of phrase that everybody uses."""


def by_sentence(signal: Signal, meant: bool) -> tuple[str, Match] | None:
    """The provider whose table knows the sentence for certain, and the row; for an answer that nobody signed. Where its
    words have a general meaning (`meant`), only a whole sentence tells of a provider."""
    said = signal.said
    for name in PROVIDERS if said else ():
        found = _first(signal, said, name)
        if found is not None and found[0].says and found[0].certainty == "certain":
            least = DISTINCTIVE if meant else 0
            if any(len(literal) >= least and literal in said for literal in found[0].says):
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
        for rule in table(name)
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
