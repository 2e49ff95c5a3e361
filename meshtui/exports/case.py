"""What an export is about: one run, one check report, or one pasted answer, just now or from the history; and the same
as JSON. A run is the object that `meshtui send --format json` prints, a check report that of `meshtui check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import NamedTuple

from meshtui.base.endpoints import Endpoints
from meshtui.base.exchange import Exchange
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.model import Explanation
from meshtui.journal.entry import CHECK, Entry, EntryKind, RunInputs
from meshtui.journal.recording import describe_run
from meshtui.presentation.explanation_blocks import format_explanation_json
from meshtui.presentation.json_answers import (
    format_attempt_json,
    format_check_json,
    format_conclusion_json,
    format_verdict_json,
)
from meshtui.presentation.json_schema import Json
from meshtui.providers.sent_request import Sent, find_last_sent, is_sent
from meshtui.runs.model import ROLES, Attempt, Run, Verdict

UNTOLD = "unknown"


class Part(NamedTuple):
    """One attempt or one check: a thing that sent something, or tried to."""

    title: str
    """`own key`, `identity`"""
    credential: str
    exchanges: tuple[Exchange, ...]
    """The exchanges in the order of sending, with the requests made after the answer."""
    sent: Exchange | None
    """The request that decided; None where none went out."""


@dataclass(frozen=True, slots=True)
class Case:
    """`outcome` is None where it was stopped, or is not kept any more. Everything in it is redacted."""

    at: float
    """Unix time in seconds."""
    inputs: RunInputs
    run: str = ""
    attempts: tuple[Attempt, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    outcome: Verdict | CheckReport | None = None
    explained: Explanation | None = None
    """Of an answer that was pasted."""
    cancelled: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those that have an exchange."""
        attempts = (_make_attempt_part(attempt) for attempt in self.attempts)
        checks = (_make_check_part(check, check.exchange) for check in self.checks if check.exchange)
        return (*attempts, *checks)

    @property
    def failed(self) -> Explanation | None:
        """The first failure's explanation, which is the subject of the case. None where nothing failed."""
        explained = (attempt.explanation for attempt in self.attempts)
        deciding = self.outcome.deciding if isinstance(self.outcome, CheckReport) else None
        return next((e for e in explained if e), None) or (deciding.explanation if deciding else None) or self.explained

    @property
    def came_to(self) -> str:
        """One word for a file's name: the cause, else who served."""
        if self.failed:
            return self.failed.cause
        if isinstance(self.outcome, CheckReport):
            return (self.outcome.deciding.cause if self.outcome.deciding else "") or "alive"
        return str(self.outcome.served) if self.outcome else UNTOLD


def hide_names_in(case: Case, hide: Callable[[str], str]) -> Case:
    """The case with every text in it passed through `hide`: everything written from it then hides names."""
    shown = _hide_in_value(case, hide)
    assert isinstance(shown, Case)
    return shown


def make_case(run: Run, endpoints: Endpoints) -> Case:
    """A run that has just ended. `endpoints` say which hosts were called."""
    inputs = describe_run(run.request, endpoints)
    return Case(run.started, inputs, run.id, run.attempts, outcome=run.verdict, cancelled=run.cancelled)


def make_case_of_entries(entries: Sequence[Entry]) -> Case | None:
    """What these lines of the journal, all of one run, tell. None where they tell of nothing that happened."""
    details = [entry.detail for entry in entries]
    case = Case(
        at=entries[0].at if entries else 0.0,
        inputs=next((d for d in details if isinstance(d, RunInputs)), RunInputs()),
        run=entries[0].run if entries else "",
        attempts=tuple(sorted((d for d in details if isinstance(d, Attempt)), key=_place)),
        checks=tuple(d for d in details if isinstance(d, CheckResult)),
        outcome=next((d for d in reversed(details) if isinstance(d, (Verdict, CheckReport))), None),
        explained=next((d for d in details if isinstance(d, Explanation)), None),
        cancelled=any(entry.cancelled for entry in entries if entry.what is EntryKind.VERDICT),
    )
    return case if case.attempts or case.checks or case.outcome or case.explained else None


def list_requests(case: Case, only: Entry | None = None) -> tuple[tuple[str, Sent], ...]:
    """The requests that can be sent again, with the title of each: one an attempt; of a check the check that decided.
    `only` narrows it to that line's attempt or check."""
    detail = only.detail if only else None
    if isinstance(detail, Attempt):
        parts: tuple[Part, ...] = (_make_attempt_part(detail),)
    elif isinstance(detail, CheckResult) and detail.exchange:
        parts = (_make_check_part(detail, detail.exchange),)
    else:
        parts = tuple(_list_decisive_parts(case))
    return tuple((p.title, _make_sent(case, p, p.sent)) for p in parts if p.sent)


def list_request(case: Case, exchange: Exchange) -> tuple[tuple[str, Sent], ...]:
    """The same for one exchange of the case; empty where it was never sent."""
    part = next((part for part in case.parts if exchange in part.exchanges), None)
    return ((part.title, _make_sent(case, part, exchange)),) if part and is_sent(exchange) else ()


def _make_sent(case: Case, part: Part, exchange: Exchange) -> Sent:
    return Sent(exchange, part.credential, case.inputs.timeout)


def _place(attempt: Attempt) -> int:
    """The attempts of a comparison end in any order, and are listed in the order of their roles."""
    return ROLES.index(attempt.role) if attempt.role in ROLES else len(ROLES)


def _hide_in_value(value: object, hide: Callable[[str], str]) -> object:
    """Dataclasses and tuples all the way down; a StrEnum is a word of ours, and stays."""
    if type(value) is str:
        return hide(value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _hide_in_value(getattr(value, f.name), hide) for f in fields(value)})
    if isinstance(value, tuple):
        items = [_hide_in_value(item, hide) for item in value]
        return value._make(items) if hasattr(value, "_make") else tuple(items)
    return value


def _list_decisive_parts(case: Case) -> Iterator[Part]:
    yield from (_make_attempt_part(attempt) for attempt in case.attempts)
    deciding = case.outcome.deciding if isinstance(case.outcome, CheckReport) else None
    tried = [check for check in case.checks if check.exchange]
    check = deciding if deciding and deciding.exchange else tried[-1] if tried else None
    if check and check.exchange:
        yield _make_check_part(check, check.exchange)


def _make_attempt_part(attempt: Attempt) -> Part:
    every = (*attempt.exchanges, *attempt.afterwards)
    return Part(attempt.role, attempt.credential, every, find_last_sent(attempt.exchanges))


def _make_check_part(check: CheckResult, exchange: Exchange) -> Part:
    return Part(check.name, check.credential, (exchange,), find_last_sent((exchange,)))


def format_case_json(case: Case) -> Json:
    """Names are stable; null is what is not there. `verdict` is null where the run's end is not known."""
    if case.explained:
        return {"at": case.at, "explanation": format_explanation_json(case.explained)}
    head: Json = {"run": case.run, "path": case.inputs.path or None, "credential": case.inputs.credential or None}
    if case.checks or isinstance(case.outcome, CheckReport) or case.inputs.path == CHECK:
        return {**head, "started": case.at, "cancelled": case.cancelled, **_check(case)}
    verdict = case.outcome if isinstance(case.outcome, Verdict) else None
    return {
        **head,
        "policy": case.inputs.policy or None,
        "stream": case.inputs.stream,
        "started": case.at,
        "cancelled": case.cancelled,
        "verdict": verdict and format_verdict_json(verdict),
        "conclusion": verdict and verdict.conclusion and format_conclusion_json(verdict.conclusion),
        "attempts": [format_attempt_json(attempt) for attempt in case.attempts],
    }


def _check(case: Case) -> Json:
    check_report = case.outcome if isinstance(case.outcome, CheckReport) else None
    return {
        "deciding": check_report.deciding.name if check_report and check_report.deciding else None,
        "sentence": check_report.sentence if check_report else None,
        "checks": [format_check_json(check) for check in case.checks],
    }
