"""What a run or a check was made of.

What really happened, by the sandbox's own record, beside what a client could know; and who paid.

What Enter shows of a log line, and what copying takes: the explanation first, the raw exchange below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from meshtui.base.exchange import Exchange
from meshtui.base.text import duration
from meshtui.checks.model import CheckResult
from meshtui.credentials.model import KIND_NAMES, Kind
from meshtui.explain.model import Explanation
from meshtui.journal.entry import CHECK, Entry, EntryKind, RunInputs
from meshtui.journal.recheck import subject
from meshtui.presentation import scene as told
from meshtui.presentation.explanation import card
from meshtui.runs.model import Attempt, Verdict
from meshtui.tui import labels
from meshtui.tui.labels import format_clock
from meshtui.tui.renderers.exchange_lines import render_exchanges
from meshtui.tui.renderers.explanation_lines import render_explanation
from meshtui.tui.renderers.log_rows import render_row
from meshtui.tui.renderers.verdict_lines import render_check, render_check_report, render_verdict
from meshtui.tui.text_lines import BLANK, COPY_WIDTH, Lines, heading, labelled, paragraph, to_text

if TYPE_CHECKING:
    from meshtui.sandbox.mesh.books import Tried, Truth
    from meshtui.session import Session


POLICIES = {"exclusive": "exclusive use", "fallback": "fallback allowed"}


def render_inputs(asked: RunInputs, width: int) -> Lines:
    """One fact a line; what has no meaning here is left out."""
    check = asked.path == CHECK
    sent = [f"prompt of {asked.prompt} characters"]
    sent += [f"system prompt of {asked.system}"] if asked.system else []
    sent += [f"at most {asked.max_tokens} tokens", "streamed" if asked.stream else "not streamed"]
    sent += ["Mesh's cache may answer"] if asked.cache else []
    kind = KIND_NAMES.get(Kind(asked.kind), "") if asked.kind in list(Kind) else ""
    return labelled(
        (
            ("Path", "" if check else asked.path),
            (
                "Credential",
                " · ".join(part for part in (asked.credential, kind, POLICIES.get(asked.policy, "")) if part),
            ),
            ("Source", asked.source),
            ("Fingerprint", asked.fingerprint),
            ("Model", asked.model),
            ("Region", asked.region),
            ("Host", asked.host),
            ("Sent", "" if check or not asked.prompt else " · ".join(sent)),
            ("Timeout", f"{asked.timeout:g} s" if asked.timeout else ""),
            ("By", f"meshtui {asked.version}" if asked.version else ""),
        ),
        width,
        13,
    )


LABEL_WIDTH = 15


def render_truth(verdict: Verdict, attempts: Sequence[Attempt], truths: Sequence[Truth], width: int) -> Lines:
    """Nothing where Mesh was not asked: then the client has seen everything itself."""
    if all(attempt.provider != "mesh" for attempt in attempts):
        return []
    tried = [each for truth in truths for each in truth.tried]
    steps = [("" if number else "Behind Mesh", _step(each)) for number, each in enumerate(tried)]
    return [
        *heading("What really happened", width),
        *labelled((("You can know", told.known(verdict)), ("The truth is", told.really(attempts, truths)),
                   *steps, ("Who paid", told.paid(verdict, truths))), width, LABEL_WIDTH),
    ]  # fmt: skip


def _step(tried: Tried) -> str:
    outcome = f"✗ {tried.status} {tried.meaning}" if tried.meaning else f"✓ {tried.status}"
    return f"{told.whose(tried)} → {outcome}"


Truths: TypeAlias = "Sequence[Truth] | None"


def render_card(entry: Entry, run: Sequence[Entry], width: int, truths: Truths = None) -> Lines:
    """The explanation of an entry; `run` are all entries of its run, `truths` what a sandbox recorded of its attempts;
    None: there is no sandbox."""
    if isinstance(entry.detail, RunInputs):
        ended = next((e for e in run if e.what is EntryKind.VERDICT), None)
        asked = render_inputs(entry.detail, width)
        if ended is None:
            return asked
        asked = [*heading("What was asked", width), *asked]
        if isinstance(ended.detail, Verdict):
            return _verdict_card(ended, ended.detail, run, width, truths, asked)
        return [*render_card(ended, run, width, truths), *asked]
    if isinstance(entry.detail, Attempt):
        return render_attempt(entry.detail, width)
    if isinstance(entry.detail, Verdict):
        return _verdict_card(entry, entry.detail, run, width, truths, [])
    if isinstance(entry.detail, Explanation):
        return render_explanation(entry.detail, width)
    if entry.detail is None:
        return paragraph(entry.text, width)
    return (
        render_check(entry.detail, width)
        if isinstance(entry.detail, CheckResult)
        else render_check_report(entry.detail, width)
    )


def _verdict_card(
    entry: Entry, verdict: Verdict, run: Sequence[Entry], width: int, truths: Truths, asked: Lines
) -> Lines:
    known = render_verdict(verdict, entry.cancelled, width)
    really = render_truth(verdict, list_attempts(run), truths, width) if truths is not None else []
    return [*known, *really, *asked, *_attempts(run, width)]


def render_raw(entry: Entry, run: Sequence[Entry], width: int) -> Lines:
    """The exchanges of an attempt; of a whole run where the entry is not about one attempt."""
    return render_exchanges(list_exchanges(entry, run), width)


def list_exchanges(entry: Entry, run: Sequence[Entry]) -> list[Exchange]:
    """In the order in which they were sent."""
    about = [entry] if entry.what in (EntryKind.ATTEMPT, EntryKind.CHECK) else run
    return [exchange for e in about for exchange in _exchanges(e)]


def find_deciding(entry: Entry, run: Sequence[Entry]) -> int:
    """Which of `exchanges_of` shows best what happened: the one that failed or decided."""
    about = subject(entry, run)
    decided = about.exchange if isinstance(about, (Attempt, CheckResult)) else None
    return next((n for n, exchange in enumerate(list_exchanges(entry, run)) if exchange is decided), 0)


def _exchanges(entry: Entry) -> tuple[Exchange, ...]:
    match entry.detail:
        case Attempt(exchanges=exchanges, afterwards=afterwards):
            return (*exchanges, *afterwards)
        case CheckResult(exchange=Exchange() as exchange):
            return (exchange,)
        case _:
            return ()


def render_attempt(attempt: Attempt, width: int) -> Lines:
    if attempt.explanation:
        return render_explanation(attempt.explanation, width, attempt.exchange if attempt.exchanges else None)
    mark, exchange = labels.mark_attempt(attempt), attempt.exchange
    lines = paragraph(f"{mark.glyph} {mark.word.capitalize()} in {duration(exchange.timings.total)}", width, mark.role)
    pairs = (("Said", attempt.text or "(no text)"), ("With", f"{attempt.role}, {attempt.credential}"),
             ("Request id", exchange.request_id))  # fmt: skip
    return [*lines, BLANK, *labelled(pairs, width)]


def find_truths(session: Session, run: Sequence[Entry]) -> Truths:
    """None on the real hosts, where nobody keeps such a record."""
    return session.stage.truths(list_attempts(run)) if session.sandboxed else None


def list_attempts(run: Sequence[Entry]) -> list[Attempt]:
    return [entry.detail for entry in run if isinstance(entry.detail, Attempt)]


def write_entry(entry: Entry, run: Sequence[Entry], truths: Truths = None, *, raw: bool = False) -> str:
    """What copying takes: of a failed attempt the same card that `meshtui explain` prints."""
    detail = entry.detail
    told = detail.explanation if isinstance(detail, Attempt) else detail if isinstance(detail, Explanation) else None
    text = card(told, COPY_WIDTH) if told else to_text(render_card(entry, run, COPY_WIDTH, truths))
    return f"{text}\n{to_text(render_raw(entry, run, COPY_WIDTH))}" if raw else text


def _attempts(run: Sequence[Entry], width: int) -> Lines:
    attempts = [e for e in run if isinstance(e.detail, Attempt)]
    lines = heading("Attempts", width) if attempts else []
    for entry in attempts:
        lines.append(render_row(entry, width))
    for entry in attempts:
        if isinstance(entry.detail, Attempt) and entry.detail.explanation:
            lines += heading(f"Why the attempt of {format_clock(entry.at)} failed", width)
            told, exchanges = entry.detail.explanation, entry.detail.exchanges
            lines += render_explanation(told, width, exchanges[-1] if exchanges else None)
    return lines
