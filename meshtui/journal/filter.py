"""Narrowing the log by typing: `provider:openai status:4xx -cause:rate "no such key"`. Pure.

A filter is about runs: each of its terms must hold for some entry of a run, a negated one for none. So the run that
fell back is found by its verdict, and is shown whole. A note is a group of its own.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.explain.causes import CAUSES
from meshtui.journal.entry import (
    CHECK,
    LOG_FILE,
    PROGRAM,
    Entry,
    collect_search_text,
    find_cause_label,
    find_path,
    find_provider,
    find_status,
    find_verdict,
)
from meshtui.runs.model import Attempt, ConclusionKind, Path, Served, Verdict

Test = Callable[[Entry], bool]


class BadValueError(ValueError):
    """What was typed makes no sense; the message says in plain words what would."""


_COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_CODES = re.compile(r"[1-5][\dx]{0,2}")
_COMPARED = re.compile(r"(>=|<=|>|<)([1-5]\d\d)")
_TIME = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(ms|s|min)?")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0}


def is_fallback(verdict: Verdict) -> bool:
    """Whether Mesh's own credentials served, or were tried, in place of the caller's key; the silent kind too."""
    if verdict.conclusion is not None and verdict.conclusion.what is ConclusionKind.CREDITS:
        return True
    return verdict.fell_back is True or verdict.alarm


_VERDICTS: dict[str, Callable[[Verdict], bool]] = {
    "fallback": is_fallback,
    "own": lambda verdict: verdict.served is Served.OWN_KEY,
    "platform": lambda verdict: verdict.served is Served.PLATFORM,
    "cache": lambda verdict: verdict.served is Served.CACHE,
    "nobody": lambda verdict: verdict.served is Served.NOBODY,
    "unknown": lambda verdict: verdict.served is Served.UNKNOWN,
}
_FAMILIES = tuple(dict.fromkeys(label.partition("_")[0] for label in CAUSES))
"""The first words of the labels: enough to filter by, and few enough to be listed in a line or two."""


def _make_provider_test(value: str) -> Test:
    meant = _find_names_by_prefix("provider", value, PROVIDER_NAMES)
    return lambda entry: find_provider(entry) in meant


def _make_path_test(value: str) -> Test:
    meant = _find_names_by_prefix("path", value, (*map(str, Path), CHECK, PROGRAM, LOG_FILE))
    return lambda entry: find_path(entry) in meant


def _make_verdict_test(value: str) -> Test:
    meant = [_VERDICTS[name] for name in _find_names_by_prefix("verdict", value, _VERDICTS)]
    return lambda entry: (verdict := find_verdict(entry)) is not None and any(is_so(verdict) for is_so in meant)


def _cause(value: str) -> Test:
    looked_for = value.replace(" ", "_").replace("-", "_")
    meant = frozenset(label for label in CAUSES if value and looked_for in label)
    if not meant:
        raise BadValueError(f"cause: takes a label or a part of one: {', '.join(_FAMILIES)}")
    return lambda entry: find_cause_label(entry) in meant


def _make_credential_test(value: str) -> Test:
    if not value:
        raise BadValueError("credential: takes a part of a credential's name")
    return lambda entry: value in entry.credential.casefold()


def _make_program_test(value: str) -> Test:
    if not value:
        raise BadValueError("program: takes a part of a process's name, or its number")
    return lambda entry: isinstance(entry.detail, Attempt) and value in entry.detail.process.casefold()


def _make_status_test(value: str) -> Test:
    if compared := _COMPARED.fullmatch(value):
        holds, limit = _COMPARE[compared[1]], int(compared[2])
        return lambda entry: (status := find_status(entry)) != 0 and holds(status, limit)
    if not _CODES.fullmatch(value):
        raise BadValueError("status: takes a code as in 429, 4xx or >=400")
    shape = re.compile(value.replace("x", r"\d"))
    return lambda entry: shape.match(str(find_status(entry))) is not None


def _make_duration_test(value: str) -> Test:
    if not (time := _TIME.fullmatch(value)):
        raise BadValueError("slow: takes the shortest time, as in 2s or 500ms")
    least = float(time[1]) * _UNITS[time[2] or "s"]
    return lambda entry: entry.seconds is not None and entry.seconds >= least


def _find_names_by_prefix(field: str, value: str, names: Iterable[str]) -> frozenset[str]:
    """The names with this prefix. Raises BadValueError with all names where none has it."""
    names = tuple(names)
    found = frozenset(name for name in names if value and name.startswith(value))
    if not found:
        raise BadValueError(f"{field}: takes one of {', '.join(names)}")
    return found


FIELDS: dict[str, Callable[[str], Test]] = {
    "provider": _make_provider_test,
    "status": _make_status_test,
    "cause": _cause,
    "verdict": _make_verdict_test,
    "path": _make_path_test,
    "credential": _make_credential_test,
    "program": _make_program_test,
    "slow": _make_duration_test,
}
"""Field → the test of an entry for a value in lower case. Raises BadValueError."""


_TOKEN = re.compile(r'(?P<negated>-?)(?:(?P<field>[^\W\d_]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]*))')


@dataclass(frozen=True, slots=True)
class Term:
    """One condition, as it was typed."""

    typed: str
    negated: bool
    test: Test


@dataclass(frozen=True, slots=True)
class Filter:
    """What was typed, what could be made of it, and in plain words what could not: such a term is left out."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    problems: tuple[str, ...] = ()

    def matches(self, entries: Sequence[Entry]) -> bool:
        """Whether a run with these entries passes, or a note alone."""
        return all(any(map(term.test, entries)) is not term.negated for term in self.terms)


def parse_filter(text: str) -> Filter:
    """The filter. Whatever is typed, it raises nothing; a term that is still being typed (`provider:`, `-`, an open
    quote) is a problem or nothing at all, but never hides every run."""
    terms: list[Term] = []
    problems: list[str] = []
    for match in _TOKEN.finditer(text):
        typed, field, value = match[0], match["field"], match["quoted"] or match["bare"] or ""
        try:
            test = _make_field_test(field.casefold(), value.casefold()) if field else _make_text_test(value.casefold())
        except BadValueError as problem:
            problems.append(str(problem))
        else:
            if value:
                terms.append(Term(typed, bool(match["negated"]), test))
    return Filter(text, tuple(terms), tuple(dict.fromkeys(problems)))


def _make_field_test(name: str, value: str) -> Test:
    if name not in FIELDS:
        raise BadValueError(f'There is no field {name}: there are {", ".join(FIELDS)}. In "quotes" it is text')
    return FIELDS[name](value)


def _make_text_test(needle: str) -> Test:
    return lambda entry: needle in entry.text.casefold() or needle in collect_search_text(entry).casefold()
