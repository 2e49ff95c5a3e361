"""What of a log line one may want alone: a request id for support, the line that proves it, an endpoint."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.model import Explanation
from meshtui.journal.entry import Entry, RunInputs
from meshtui.runs.model import Attempt, Verdict
from meshtui.tui.renderers.log_rows import render_row

if TYPE_CHECKING:
    from meshtui.base.exchange import Exchange

WIDE = 500
"""Columns in which no sentence of a log line is cut."""


FIRST = ("request id", "proof", "cause", "status", "model", "endpoint", "who fixes it", "headline")


class Field(NamedTuple):
    name: str
    text: str


def list_fields(entry: Entry, run: Sequence[Entry]) -> tuple[Field, ...]:
    """The fields that the entry has, those asked for most often first; `run` are all entries of its run."""
    found = [*_list_detail_fields(entry), *_list_input_fields(entry, run)]
    found += [
        Field("credential", entry.credential),
        Field("time", format_date(entry.at)),
        Field("line", write_line(entry)),
    ]
    found.sort(key=lambda field: FIRST.index(field.name) if field.name in FIRST else len(FIRST))
    return tuple(field for field in found if field.text)


def write_line(entry: Entry) -> str:
    """The line of the log as plain text, with its date and nothing cut: to be pasted into a mail."""
    _, *parts = render_row(entry, WIDE)
    return " ".join([format_date(entry.at), *"".join(text for text, _ in parts).split()])


def format_date(at: float) -> str:
    """Local date and time with the zone's offset: `2026-11-23 14:03:22 +0100`."""
    return time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(at))


def _list_detail_fields(entry: Entry) -> Iterator[Field]:
    match entry.detail:
        case Attempt(exchanges=exchanges, explanation=explanation, text=text):
            yield from _list_explanation_fields(explanation)
            yield Field("answer", text)
            yield from _list_exchange_fields(exchanges[-1] if exchanges else None)
        case CheckResult(explanation=explanation, exchange=exchange, note=found, fix=fix):
            yield from _list_explanation_fields(explanation)
            yield Field("found", "" if explanation else found)
            yield Field("what to do", "" if explanation else fix)
            yield from _list_exchange_fields(exchange)
        case Explanation() as explanation:
            yield from _list_explanation_fields(explanation)
            yield Field("request id", explanation.request_id)
        case Verdict(sentence=sentence, served=served, paid=paid):
            yield from (Field("verdict", sentence), Field("served by", served), Field("paid by", paid))
        case CheckReport(sentence=sentence):
            yield Field("verdict", sentence)
        case _:
            yield Field("text", entry.text)


def _list_explanation_fields(explanation: Explanation | None) -> Iterator[Field]:
    if explanation is None:
        return
    yield Field("headline", explanation.headline)
    yield Field("proof", explanation.proof)
    yield Field("cause", explanation.cause)
    yield Field("who fixes it", explanation.who)
    for number, step in enumerate((step for step in explanation.steps if step.command or step.url), 1):
        yield Field(f"step {number}", step.command or step.url)
    yield Field("read more", explanation.reference)


def _list_exchange_fields(exchange: Exchange | None) -> Iterator[Field]:
    if exchange is None:
        return
    yield Field("request id", exchange.request_id)
    yield Field("status", str(exchange.status or ""))
    yield Field("endpoint", exchange.request.url)
    yield Field("provider", PROVIDER_NAMES.get(exchange.provider, exchange.provider))
    yield Field("no answer", exchange.failure.message if exchange.failure else "")


def _list_input_fields(entry: Entry, run: Sequence[Entry]) -> Iterator[Field]:
    asked = next((e.detail for e in (entry, *run[:1]) if isinstance(e.detail, RunInputs)), None)
    if asked is not None:
        yield from (Field("model", asked.model), Field("region", asked.region), Field("path", asked.path))
