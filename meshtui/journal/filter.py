"""Narrowing the log by typing: `provider:openai status:4xx -cause:rate "no such key"`. Pure.

A filter is about runs: each of its terms must hold for some entry of a run, a negated one for none. So the run that
fell back is found by its verdict, and is shown whole. A note is a group of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from meshtui.journal.entry import Entry
from meshtui.journal.facts import said_of
from meshtui.journal.fields import FIELDS, BadValueError, Test

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

    def holds(self, entries: Sequence[Entry]) -> bool:
        """Whether a run with these entries passes, or a note alone."""
        return all(any(map(term.test, entries)) is not term.negated for term in self.terms)


def parse(text: str) -> Filter:
    """The filter. Whatever is typed, it raises nothing; a term that is still being typed (`provider:`, `-`, an open
    quote) is a problem or nothing at all, but never hides every run."""
    terms: list[Term] = []
    problems: list[str] = []
    for match in _TOKEN.finditer(text):
        typed, field, value = match[0], match["field"], match["quoted"] or match["bare"] or ""
        try:
            test = _by_field(field.casefold(), value.casefold()) if field else _by_text(value.casefold())
        except BadValueError as problem:
            problems.append(str(problem))
        else:
            if value:
                terms.append(Term(typed, bool(match["negated"]), test))
    return Filter(text, tuple(terms), tuple(dict.fromkeys(problems)))


def _by_field(name: str, value: str) -> Test:
    if name not in FIELDS:
        raise BadValueError(f'There is no field {name}: there are {", ".join(FIELDS)}. In "quotes" it is text')
    return FIELDS[name](value)


def _by_text(needle: str) -> Test:
    return lambda entry: needle in entry.text.casefold() or needle in said_of(entry).casefold()
