"""A case as a Markdown report fit for a public issue: what happened, whose key, who fixes it, and the proof."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass

from meshtui import __version__
from meshtui.base.exchange import Exchange
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import format_duration
from meshtui.base.times import format_utc
from meshtui.checks.model import CheckReport
from meshtui.exports.case import Case, Part
from meshtui.journal.entry import RunInputs
from meshtui.presentation.blocks import Block, Facts, Fold, Heading, Paragraph, Title
from meshtui.presentation.check_blocks import CHECK_MARKS, mark_check_report
from meshtui.presentation.exchange_blocks import describe_status
from meshtui.presentation.explanation_blocks import make_explanation_blocks
from meshtui.presentation.history_blocks import make_inputs_blocks
from meshtui.presentation.markdown import (
    render_markdown,
    write_fenced,
    write_folded,
    write_inline,
    write_quoted,
    write_table,
)
from meshtui.presentation.verdict_blocks import make_verdict_blocks
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
        f"# {write_inline(_find_headline(case).rstrip('.'))}",
        *render_markdown(_list_outcome_blocks(case)),
        *_write_checks_or_attempts(case),
        *_write_exchanges(case),
        _write_footer(here),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _find_headline(case: Case) -> str:
    if case.failed:
        return case.failed.headline
    match case.outcome:
        case Verdict() as verdict:
            return verdict.conclusion.sentence if verdict.conclusion else verdict.sentence
        case CheckReport() as check_report:
            return check_report.sentence
        case _:
            return "What was sent, and what came back"


def _list_outcome_blocks(case: Case) -> Iterator[Block]:
    """What the screen shows: the result, the inputs, and why it failed."""
    if isinstance(case.outcome, Verdict):
        yield from make_verdict_blocks(case.outcome, case.attempts, cancelled=case.cancelled, steps=False)
    elif isinstance(case.outcome, CheckReport):
        mark, _ = mark_check_report(case.outcome)
        yield Title(case.outcome.sentence, mark)
    elif case.cancelled:
        yield Paragraph("It was stopped before it came to its end.")
    if case.at:
        yield Facts((("When", format_utc(case.at)),))
    if case.inputs != RunInputs():
        yield Fold("What was asked", make_inputs_blocks(case.inputs))
    if case.failed:
        yield Heading("Why it failed")
        yield from make_explanation_blocks(case.failed)


def _write_checks_or_attempts(case: Case) -> Iterator[str]:
    if case.attempts:
        yield "## Attempts"
        yield write_table(("#", "attempt", "credential", "at", "answer", "took", "request id"), [
            (str(number), write_inline(a.role), write_quoted(a.credential),
             PROVIDER_NAMES.get(a.provider, write_inline(a.provider)), write_inline(describe_status(a.exchange)),
             format_duration(a.exchange.timings.total), write_quoted(a.exchange.request_id))
            for number, a in enumerate(case.attempts, 1)
        ])  # fmt: skip
    if case.checks:
        yield "## Checks"
        yield write_table(("check", "status", "found", "took", "request id"), [
            (write_inline(r.name), CHECK_MARKS[r.status].word, write_inline(r.note),
             format_duration(r.exchange.timings.total) if r.exchange else "",
             write_quoted(r.exchange.request_id) if r.exchange else "")
            for r in case.checks
        ])  # fmt: skip


def _write_exchanges(case: Case) -> Iterator[str]:
    shown = [_write_exchange(part, exchange) for part in case.parts for exchange in part.exchanges]
    if shown:
        yield "## Exchanges, keys masked"
    taken = 0
    for number, block in enumerate(shown):
        taken += len(block)
        if taken > LONGEST_OF_ALL:
            yield f"{len(shown) - number} more would be too much for an issue: the HAR file has them."
            return
        yield block


def _write_exchange(part: Part, exchange: Exchange) -> str:
    request, answer, failure = exchange.request, exchange.answer, exchange.failure
    blocks = [
        write_fenced(_write_message(f"{request.method} {request.url}".strip(), request.headers, request.body), "http")
    ]
    if answer:
        blocks.append(write_fenced(_write_message(f"HTTP/1.1 {answer.status}", answer.headers, answer.body), "http"))
    if failure:
        blocks.append(
            f"No whole answer came ({write_inline(failure.kind.replace('_', ' '))}):\n\n{write_fenced(failure.message)}"
        )
    outcome = describe_status(exchange) or "no answer"
    return write_folded(f"{part.title}: {exchange.call}, {outcome}", "\n\n".join(blocks))


def _write_message(first: str, headers: tuple[tuple[str, str], ...], body: str) -> str:
    whole = "\n".join([first, *(f"{name}: {value}" for name, value in headers), "", body]).rstrip("\n")
    left_out = len(whole) - LONGEST
    return whole if left_out <= 0 else f"{whole[:LONGEST]}…\n({left_out:,} more characters: the HAR file has them)"


def _write_footer(here: Surroundings | None) -> str:
    surroundings = here or Surroundings.here()
    return f"---\nmeshtui {surroundings.meshtui}, Python {surroundings.python}, {surroundings.system}"
