"""What Enter shows of a log line, and what copying takes: the same blocks; and the raw exchange below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from meshtui.base.exchange import Exchange
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.model import Explanation
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.journal.recheck import find_subject
from meshtui.presentation.blocks import Heading, Page, Paragraph
from meshtui.presentation.check_blocks import make_check_blocks, make_check_report_blocks
from meshtui.presentation.exchange_blocks import make_exchanges_blocks
from meshtui.presentation.explanation_blocks import make_explanation_blocks
from meshtui.presentation.history_blocks import find_log_failure, make_inputs_blocks, make_log_failure_blocks
from meshtui.presentation.lines import render_text
from meshtui.presentation.truth import make_truth_blocks
from meshtui.presentation.verdict_blocks import (
    CHECK,
    Names,
    list_attempts_blocks,
    make_attempt_blocks,
    make_verdict_blocks,
    name_key,
)
from meshtui.runs.model import Attempt, Verdict
from meshtui.tui.hidden_names import hide_in_text
from meshtui.tui.styled_text import COPY_WIDTH, Lines, render_page

if TYPE_CHECKING:
    from meshtui.sandbox.mesh.ledger import Truth
    from meshtui.tui.command_app import CommandApp

Truths: TypeAlias = "Sequence[Truth] | None"


@dataclass(frozen=True, slots=True)
class Known:
    """What a session knows beside the entries of a run."""

    truths: Truths = None
    """What a sandbox recorded of the attempts; None: there is no sandbox."""
    names: Names = field(default_factory=dict)
    """Name of a credential → with its key masked."""
    check: str = CHECK
    """How to check the key under test for nothing."""


NOTHING_KNOWN = Known()


def make_page(entry: Entry, run: Sequence[Entry], known: Known = NOTHING_KNOWN) -> Page:
    """The explanation of an entry; `run` are all entries of its run."""
    key = known.names.get(run[0].credential, "") if run else ""
    if not isinstance(entry.detail, Explanation) and (failure := find_log_failure(run)) is not None:
        return make_log_failure_blocks(failure, run)
    match entry.detail:
        case RunInputs() as inputs:
            return _make_run_page(inputs, run, known)
        case Verdict() as verdict:
            return _make_verdict_page(entry, verdict, run, known, ())
        case Attempt() as attempt:
            return make_attempt_blocks(attempt, key=key, names=known.names)
        case Explanation() as explanation:
            return make_explanation_blocks(explanation)
        case CheckResult() as result:
            return make_check_blocks(result, known.names)
        case CheckReport() as check_report:
            return make_check_report_blocks(check_report, known.names)
        case _:
            return (Paragraph(entry.text),)


def _make_run_page(inputs: RunInputs, run: Sequence[Entry], known: Known) -> Page:
    """What was sent, below the result where that is known."""
    ended = next((e for e in run if e.what is EntryKind.VERDICT), None)
    if ended is None:
        return make_inputs_blocks(inputs)
    asked: Page = (Heading("What was asked"), *make_inputs_blocks(inputs))
    if isinstance(ended.detail, Verdict):
        return _make_verdict_page(ended, ended.detail, run, known, asked)
    return (*make_page(ended, run, known), *asked)


def _make_verdict_page(entry: Entry, verdict: Verdict, run: Sequence[Entry], known: Known, asked: Page) -> Page:
    attempts, key = list_attempts(run), known.names.get(entry.credential, "")
    happened = make_truth_blocks(verdict, attempts, known.truths) if known.truths is not None else ()
    seen = make_verdict_blocks(
        verdict, attempts, cancelled=entry.cancelled, key=key, names=known.names, check=known.check
    )  # fmt: skip
    return (*seen, *happened, *asked, *list_attempts_blocks(attempts, key=key, names=known.names))


def render_card(entry: Entry, run: Sequence[Entry], width: int, known: Known = NOTHING_KNOWN) -> Lines:
    """The explanation as lines for the screen."""
    return render_page(make_page(entry, run, known), width)


def write_entry(entry: Entry, run: Sequence[Entry], known: Known = NOTHING_KNOWN, *, raw: bool = False) -> str:
    """What copying takes: what the screen shows, as plain text, with the raw exchange where asked for."""
    exchanges = make_exchanges_blocks(list_exchanges(entry, run)) if raw else ()
    return render_text((*make_page(entry, run, known), *exchanges), COPY_WIDTH, show=hide_in_text)


def list_exchanges(entry: Entry, run: Sequence[Entry]) -> list[Exchange]:
    """In the order in which they were sent."""
    about = [entry] if entry.what in (EntryKind.ATTEMPT, EntryKind.CHECK) else run
    return [exchange for e in about for exchange in _find_exchanges(e)]


def find_deciding(entry: Entry, run: Sequence[Entry]) -> int:
    """Which of `list_exchanges` shows best what happened: the one that failed or decided."""
    about = find_subject(entry, run)
    decided = about.exchange if isinstance(about, (Attempt, CheckResult)) else None
    return next((n for n, exchange in enumerate(list_exchanges(entry, run)) if exchange is decided), 0)


def _find_exchanges(entry: Entry) -> tuple[Exchange, ...]:
    match entry.detail:
        case Attempt(exchanges=exchanges, afterwards=afterwards):
            return (*exchanges, *afterwards)
        case CheckResult(exchange=Exchange() as exchange):
            return (exchange,)
        case _:
            return ()


def find_known(app: CommandApp, run: Sequence[Entry]) -> Known:
    """What the application's session knows; on the real hosts nobody keeps a record of what really happened."""
    session = app.session
    truths = session.stage.truths(list_attempts(run)) if session.sandboxed else None
    names = {name: name_key(credential) for name, credential in session.credentials.items()}
    asked = session.credentials.get(run[0].credential) if run else None
    where = PROVIDER_NAMES.get(asked.provider, "its provider") if asked else "its provider"
    check = f"Press {app.key('explanation.check')}: checks your key at {where}, free." if asked else CHECK
    return Known(truths, names, check)


def list_attempts(run: Sequence[Entry]) -> list[Attempt]:
    return [entry.detail for entry in run if isinstance(entry.detail, Attempt)]
