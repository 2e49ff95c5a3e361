"""What the journal knows of each credential, newest first, and the totals of a session. Each entry is read once, when
the results are needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

from meshtui.base.credential import CheckStatus
from meshtui.base.text import write_dollars
from meshtui.checks.model import PRELIMINARY, CheckReport, CheckResult
from meshtui.explain.causes import find_cause
from meshtui.journal.entry import Entry, EntryKind, find_explanation, find_status
from meshtui.runs.model import MESH, PLATFORM, YOUR_PROGRAM, Attempt, Paid, Served, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meshtui.base.credential import Credential
    from meshtui.explain.model import Explanation
    from meshtui.journal.history_store import History
    from meshtui.journal.journal import Journal

UNTOLD = "Mesh balance: cost not reported"
RECALLED = 200
"""Runs of the history that are looked through for the last result of a credential."""


class Result(NamedTuple):
    """The result of the last call or check with a credential. `worked` None: the result does not say."""

    at: float
    """Unix seconds."""
    worked: bool | None
    text: str
    """`ok`, `refused 401`, `fell back`."""
    number: int = -1
    """The number of its entry in the session's journal; -1: it is from before this session."""


@dataclass(slots=True)
class Totals:
    """Of this session."""

    calls: int = 0
    failures: int = 0
    fallbacks: int = 0
    balance: Decimal = Decimal(0)
    """US dollars paid from the Mesh balance, as far as Mesh reports them."""
    untold: int = 0
    """Calls paid from the Mesh balance whose cost Mesh did not tell."""


def describe_totals(totals: Totals) -> tuple[str, ...]:
    """`4 calls · 1 failed · 1 fallback · $0.0000015 from your Mesh balance`, the longest form first; none before the
    first call."""
    if not totals.calls:
        return ()
    calls = f"{totals.calls:,} call{'s' * (totals.calls != 1)} · {totals.failures:,} failed"
    fell = f"{totals.fallbacks:,} fallback{'s' * (totals.fallbacks != 1)}"
    spent = write_dollars(totals.balance)
    long, short = f"{spent} from your Mesh balance", f"{spent} from balance"
    if totals.untold:
        long, short = (f"at least {long}", f"at least {short}") if totals.balance else (UNTOLD, UNTOLD)
    return f"{calls} · {fell} · {long}", f"{calls} · {fell} · {short}", f"{fell} · {short}", short


class Results:
    """Follows one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._read = 0
        self._last: dict[str, Result] = {}
        self._totals = Totals()

    def find(self, credential: str) -> Result | None:
        """None: it was not tried."""
        self._read_on()
        return self._last.get(credential)

    @property
    def totals(self) -> Totals:
        self._read_on()
        return self._totals

    def forget(self, credential: str) -> None:
        """It is another credential now, or behaves as another: what was seen of it no longer holds."""
        self._read_on()
        self._last.pop(credential, None)

    def add_past_result(self, credential: str, result: Result) -> None:
        """A result from before this session; what this session saw is newer."""
        self._read_on()
        self._last.setdefault(credential, result)

    def _read_on(self) -> None:
        for number in range(max(self._read, self._journal.first), self._journal.next):
            entry = self._journal.numbered(number)
            if not entry.run or entry.what is EntryKind.RUN:
                continue
            _count(self._totals, entry, self._journal)
            asked = self._journal.head_of(entry.run).credential
            self._last.update(read_results(entry, asked, self._last))
        self._read = self._journal.next


def read_results(entry: Entry, asked: str, last: Mapping[str, Result]) -> Iterator[tuple[str, Result]]:
    """What the entry says about credentials; `asked` is the credential of its run, `last` what was known before."""
    match entry.detail:
        case Attempt() as attempt if attempt.exchanges:
            yield from _read_attempt(entry, attempt, asked)
        case Verdict() as verdict if not entry.cancelled and asked:
            known = last.get(asked)
            if verdict.served is Served.OWN_KEY:
                yield asked, Result(entry.at, True, "ok", entry.number)
            elif (verdict.fell_back or verdict.alarm) and (known is None or known.worked is not False):
                yield asked, Result(entry.at, False, "fell back", entry.number)
        case CheckReport() as check_report if not entry.cancelled:
            if result := _read_check_report(entry, check_report):
                yield entry.credential, result
        case _:
            pass


def _read_attempt(entry: Entry, attempt: Attempt, asked: str) -> Iterator[tuple[str, Result]]:
    failure = attempt.exchange.failure
    if failure is not None and failure.kind == "cancelled":
        return
    if attempt.ok:
        yield entry.credential, Result(entry.at, True, "ok", entry.number)
        return
    refused = attempt.explanation.credential if attempt.explanation else None
    about = entry.credential
    if attempt.provider == "mesh" and refused == "provider":
        about = asked or about
    yield about, Result(entry.at, False, _describe_failure(entry), entry.number)


def _describe_failure(entry: Entry) -> str:
    """`refused 401`, `no answer`."""
    status = find_status(entry)
    return _find_state(find_explanation(entry)) + (f" {status}" if status else "")


def _find_state(explanation: Explanation | None) -> str:
    return find_cause(explanation.cause).state if explanation else "failed"


def _read_check_report(entry: Entry, check_report: CheckReport) -> Result | None:
    """None where nothing was asked of the provider."""
    wrong = check_report.deciding
    if wrong is None:
        tried = any(c.status is CheckStatus.PASSED and c.name not in PRELIMINARY for c in check_report.checks)
        return Result(entry.at, True, "ok", entry.number) if tried else None
    if wrong.status is CheckStatus.UNCLEAR:
        return Result(entry.at, None, "unclear", entry.number)
    status = wrong.exchange.status if wrong.exchange else 0
    text = _find_state(wrong.explanation) + (f" {status}" if status >= 300 else "")
    return Result(entry.at, False, text, entry.number)


def _count(totals: Totals, entry: Entry, journal: Journal) -> None:
    if entry.what is EntryKind.ATTEMPT or (entry.what is EntryKind.CHECK and find_status(entry)):
        totals.calls += 1
        totals.failures += find_explanation(entry) is not None
        totals.untold += _is_paid_check(entry)
    elif isinstance(entry.detail, Verdict) and not entry.cancelled:
        totals.fallbacks += bool(entry.detail.fell_back or entry.detail.alarm)
        for cost in _list_costs(entry.detail, journal.of_run(entry.run)):
            totals.untold += cost is None
            totals.balance += cost or 0


def _is_paid_check(entry: Entry) -> bool:
    """Whether it is an answered prompt check through Mesh: Mesh bills it, and the amount is not requested."""
    check = entry.detail
    if not isinstance(check, CheckResult) or check.exchange is None or check.exchange.provider != "mesh":
        return False
    from meshtui.providers.check import PROMPT, STREAMING

    return check.name in (PROMPT.name, STREAMING) and check.status is CheckStatus.PASSED


def _list_costs(verdict: Verdict, run: Iterable[Entry]) -> Iterator[Decimal | None]:
    """The cost of each call of the run that was paid from the Mesh balance; None: not reported."""
    attempts = [entry.detail for entry in run if isinstance(entry.detail, Attempt) and entry.detail.ok]
    asked_mesh = (MESH, YOUR_PROGRAM)
    by_balance = verdict.paid is Paid.MESH_BALANCE
    paid = [a for a in attempts if a.role == PLATFORM or (by_balance and a.role in asked_mesh and a.provider == "mesh")]
    for attempt in paid:
        if attempt.bill:
            yield attempt.bill.cost
        elif len(paid) == 1 and verdict.cost_usd:
            yield _parse_dollars(verdict.cost_usd)
        else:
            yield None


def _parse_dollars(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


async def read_past_results(history: History, credentials: Sequence[Credential], results: Results) -> None:
    """Reads the last result of each credential from the history, where the same key was tried before. Raises
    HistoryError."""
    listed = await history.runs(RECALLED)
    for credential in credentials:
        alike = (
            past for past in listed.runs
            if past.credential == credential.name and past.inputs.fingerprint == credential.fingerprint
        )  # fmt: skip
        for past in alike:
            known: dict[str, Result] = {}
            for entry in await history.run(past.run):
                known.update(read_results(entry, past.credential, known))
            if credential.name in known:
                results.add_past_result(credential.name, known[credential.name]._replace(number=-1))
                break
