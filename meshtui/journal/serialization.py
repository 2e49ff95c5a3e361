"""A journal entry as a row of plain values, and back: every kind of detail as JSON, by the names of its fields.

By names, because Explanation is a named tuple: in the order of its fields, an older file would be read wrongly without
a word as soon as a field was put between two others.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from meshtui.base.exchange import Exchange, Timings
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.causes import CAUSES
from meshtui.explain.model import Explanation
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.runs.model import Attempt, Verdict

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LONGEST = 64 * 1024
"""Characters of one text that are kept: Mesh's list of models has three million."""

LATEST = 253_402_214_400.0
"""Unix time of the last day of the year 9999."""

KINDS: dict[str, type] = {
    "asked": RunInputs, "attempt": Attempt, "verdict": Verdict, "check": CheckResult, "check_report": CheckReport,
    "explanation": Explanation,
}  # fmt: skip
_ALWAYS: dict[EntryKind, type] = {EntryKind.ATTEMPT: Attempt, EntryKind.CHECK: CheckResult}
"""The details without which such a line cannot be shown."""
_WHO = frozenset(cause.who for cause in CAUSES.values())
_CERTAINTIES = frozenset({"certain", "likely", "unknown"})
_KIND_OF = {kind: name for name, kind in KINDS.items()}


class Row(NamedTuple):
    """The columns of an entry in the history, in their order."""

    at: float
    what: str
    text: str
    run: str
    credential: str
    seconds: float | None
    cancelled: int
    kind: str
    """One of KINDS; empty: without detail."""
    detail: str
    """JSON."""


class UnreadableError(ValueError):
    """A row that is damaged, or of a form that this version does not know."""


def pack(entry: Entry) -> Row:
    """The entry's row. What the rows of its checks hold is left out of a check report (`restore_check_report`)."""
    detail = entry.detail
    if isinstance(detail, CheckReport):
        detail = replace(detail, checks=tuple(replace(r, exchange=None, explanation=None) for r in detail.checks))
    packed = "" if detail is None else json.dumps(_make_plain_value(detail))
    return Row(
        entry.at, str(entry.what), make_storable(entry.text), make_storable(entry.run), make_storable(entry.credential),
        entry.seconds, int(entry.cancelled), _KIND_OF[type(detail)] if packed else "", packed,
    )  # fmt: skip


def unpack(row: Row) -> Entry:
    """The entry, with its text redacted by what is secret now. Raises UnreadableError."""
    try:
        detail = _make_adapter(row.kind).validate_python(json.loads(row.detail)) if row.kind else None
        _validate(detail)
        detail = _redact_strings(detail)
        if (always := _ALWAYS.get(EntryKind(row.what))) and type(detail) is not always:
            raise ValueError("without what such a line always has")
        if not 0 <= float(row.at) < LATEST:
            raise ValueError("a time that no calendar has")
        return Entry(
            at=float(row.at), what=EntryKind(row.what), text=make_one_line(redact(row.text)), run=redact(str(row.run)),
            credential=redact(str(row.credential)), detail=detail,
            seconds=None if row.seconds is None else float(row.seconds),
            cancelled=bool(row.cancelled),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as problem:
        # pydantic's is a ValueError
        raise UnreadableError(str(problem)) from None


def _redact_strings(value: Any) -> Any:
    """The same with every text in it redacted: somebody else may have written the file. Exchanges were when made."""
    if type(value) is str:
        return redact(value)
    if isinstance(value, tuple):
        parts = [_redact_strings(each) for each in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if is_dataclass(value) and not isinstance(value, (type, Exchange)):
        return replace(value, **{field.name: _redact_strings(getattr(value, field.name)) for field in fields(value)})
    return value


def _validate(value: object) -> None:
    """Raises ValueError for values of the right types that cannot be shown: a word that this version does not know, a
    number that is not finite, an invalid time, an attempt without a request."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number that is none")
    if isinstance(value, Explanation) and not (
        {value.cause, *value.also} <= CAUSES.keys() and value.who in _WHO and value.certainty in _CERTAINTIES
    ):
        raise ValueError("a word of another version")
    if isinstance(value, CheckResult) and value.cause and value.cause not in CAUSES:
        raise ValueError("a cause of another version")
    if isinstance(value, Attempt) and not value.exchanges:
        raise ValueError("an attempt that sent nothing")
    if isinstance(value, Timings) and not all(0 <= (getattr(value, f.name) or 0) < LATEST for f in fields(value)):
        raise ValueError("a time that nothing takes")
    if isinstance(value, Exchange) and not 0 <= value.started < LATEST:
        raise ValueError("a time that no calendar has")
    if isinstance(value, tuple):
        for each in value:
            _validate(each)
    elif is_dataclass(value):
        for field in fields(value):
            _validate(getattr(value, field.name))


def restore_check_report(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries of one run, with the results of its checks put back into its check report."""
    kept = tuple(entries)
    checks = {entry.detail.name: entry.detail for entry in kept if isinstance(entry.detail, CheckResult)}
    return tuple(
        replace(entry, detail=replace(entry.detail, checks=tuple(checks.get(r.name, r) for r in entry.detail.checks)))
        if isinstance(entry.detail, CheckReport)
        else entry
        for entry in kept
    )


def make_storable(text: str) -> str:
    """The text as a database takes it: without lone surrogates, which file names and error messages may hold."""
    return text.encode("utf-8", "replace").decode()


@cache
def _make_adapter(kind: str) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(KINDS[kind])


def _make_plain_value(value: object) -> object:
    """Dataclasses and named tuples as objects, tuples as lists, and what JSON has no form for as text."""
    if isinstance(value, str):
        return _cut(value)
    if isinstance(value, tuple):
        names: tuple[str, ...] = getattr(value, "_fields", ())
        return (
            dict(zip(names, map(_make_plain_value, value), strict=True))
            if names
            else [_make_plain_value(each) for each in value]
        )
    if is_dataclass(value):
        return {field.name: _make_plain_value(getattr(value, field.name)) for field in fields(value)}
    return str(value) if isinstance(value, Decimal) else value


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n… {len(text) - LONGEST:,} more characters were not kept"
