"""A case as a Markdown report fit for a public issue: what happened, whose key, who fixes it, and the proof."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass

from meshtui import __version__
from meshtui.base.exchange import Exchange
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import duration
from meshtui.base.times import utc
from meshtui.checks.model import CheckReport
from meshtui.exports.case import Case, Part
from meshtui.journal.entry import RunInputs
from meshtui.presentation.blocks import Block, Facts, Fold, Heading, Paragraph, Title
from meshtui.presentation.check_blocks import CHECK_MARKS, mark_check_report
from meshtui.presentation.exchange_blocks import describe_status
from meshtui.presentation.explanation_blocks import explanation_blocks
from meshtui.presentation.history_blocks import inputs_blocks
from meshtui.presentation.markdown import fenced, folded, inline, quoted, render_markdown, table
from meshtui.presentation.verdict_blocks import verdict_blocks
from meshtui.runs.model import Verdict

LONGEST = 4_000
"""Characters of a request or an answer."""
LONGEST_OF_ALL = 45_000
"""Characters of all exchanges: GitHub takes 65,536 for an issue."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a maintainer asks first."""

    meshtui: str
    python: str
    system: str
    """Its family: Linux, Darwin, Windows."""

    @classmethod
    def here(cls) -> Surroundings:
        return cls(__version__, platform.python_version(), platform.system())


def write_report(case: Case, here: Surroundings | None = None) -> str:
    """The Markdown. Keys were masked before it came here; names are to be hidden before, see `case.hidden`."""
    parts = (
        f"# {inline(_headline(case).rstrip('.'))}",
        *render_markdown(_outcome(case)),
        *_tried(case),
        *_exchanges(case),
        _foot(here),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _headline(case: Case) -> str:
    if case.failed:
        return case.failed.headline
    match case.outcome:
        case Verdict() as verdict:
            return verdict.conclusion.sentence if verdict.conclusion else verdict.sentence
        case CheckReport() as check_report:
            return check_report.sentence
        case _:
            return "What was sent, and what came back"


def _outcome(case: Case) -> Iterator[Block]:
    """What the screen shows of it: how it ended, what was asked, and why it failed."""
    if isinstance(case.outcome, Verdict):
        yield from verdict_blocks(case.outcome, case.attempts, cancelled=case.cancelled, steps=False)
    elif isinstance(case.outcome, CheckReport):
        mark, _ = mark_check_report(case.outcome)
        yield Title(case.outcome.sentence, mark)
    elif case.cancelled:
        yield Paragraph("It was stopped before it came to its end.")
    if case.at:
        yield Facts((("When", utc(case.at)),))
    if case.asked != RunInputs():
        yield Fold("What was asked", inputs_blocks(case.asked))
    if case.failed:
        yield Heading("Why it failed")
        yield from explanation_blocks(case.failed)


def _tried(case: Case) -> Iterator[str]:
    if case.attempts:
        yield "## Attempts"
        yield table(("#", "attempt", "credential", "at", "answer", "took", "request id"), [
            (str(number), inline(a.role), quoted(a.credential), PROVIDER_NAMES.get(a.provider, inline(a.provider)),
             inline(describe_status(a.exchange)), duration(a.exchange.timings.total), quoted(a.exchange.request_id))
            for number, a in enumerate(case.attempts, 1)
        ])  # fmt: skip
    if case.checks:
        yield "## Checks"
        yield table(("check", "status", "found", "took", "request id"), [
            (inline(r.name), CHECK_MARKS[r.status].word, inline(r.note),
             duration(r.exchange.timings.total) if r.exchange else "",
             quoted(r.exchange.request_id) if r.exchange else "")
            for r in case.checks
        ])  # fmt: skip


def _exchanges(case: Case) -> Iterator[str]:
    shown = [_exchange(part, exchange) for part in case.parts for exchange in part.exchanges]
    if shown:
        yield "## Exchanges, keys masked"
    taken = 0
    for number, block in enumerate(shown):
        taken += len(block)
        if taken > LONGEST_OF_ALL:
            yield f"{len(shown) - number} more would be too much for an issue: the HAR file has them."
            return
        yield block


def _exchange(part: Part, exchange: Exchange) -> str:
    request, answer, failure = exchange.request, exchange.answer, exchange.failure
    blocks = [fenced(_message(f"{request.method} {request.url}".strip(), request.headers, request.body), "http")]
    if answer:
        blocks.append(fenced(_message(f"HTTP/1.1 {answer.status}", answer.headers, answer.body), "http"))
    if failure:
        blocks.append(f"No whole answer came ({inline(failure.kind.replace('_', ' '))}):\n\n{fenced(failure.message)}")
    outcome = describe_status(exchange) or "no answer"
    return folded(f"{part.title}: {exchange.call}, {outcome}", "\n\n".join(blocks))


def _message(first: str, headers: tuple[tuple[str, str], ...], body: str) -> str:
    whole = "\n".join([first, *(f"{name}: {value}" for name, value in headers), "", body]).rstrip("\n")
    left_out = len(whole) - LONGEST
    return whole if left_out <= 0 else f"{whole[:LONGEST]}…\n({left_out:,} more characters: the HAR file has them)"


def _foot(here: Surroundings | None) -> str:
    surroundings = here or Surroundings.here()
    return f"---\nmeshtui {surroundings.meshtui}, Python {surroundings.python}, {surroundings.system}"
