"""How each credential came out last, and what a session came to, as they are said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from meshtui.base.credential import BearerKey, CheckStatus
from meshtui.base.secret import Secret
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.model import Explanation
from meshtui.journal.database import Store
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.journal.history_store import History
from meshtui.journal.journal import Journal
from meshtui.journal.results import Result, Results, Totals, describe_totals, read_past_results
from meshtui.runs.model import Basis, Bill, Paid, Served, Verdict
from tests.each import each
from tests.runs.made import OPENAI, attempt, exchange

TOTALS = {
    "no call": (Totals(), ()),
    "one of each": (
        Totals(1, 1, 1, Decimal("0.0000015")),
        ("1 call · 1 failed · 1 fallback · $0.0000015 from your Mesh balance",
         "1 call · 1 failed · 1 fallback · $0.0000015 from balance", "1 fallback · $0.0000015 from balance",
         "$0.0000015 from balance")),
    "many": (
        Totals(1234, 0, 2, Decimal("1.50")),
        ("1,234 calls · 0 failed · 2 fallbacks · $1.5 from your Mesh balance",
         "1,234 calls · 0 failed · 2 fallbacks · $1.5 from balance", "2 fallbacks · $1.5 from balance",
         "$1.5 from balance")),
    "nothing spent": (
        Totals(2, 1),
        ("2 calls · 1 failed · 0 fallbacks · $0 from your Mesh balance",
         "2 calls · 1 failed · 0 fallbacks · $0 from balance", "0 fallbacks · $0 from balance", "$0 from balance")),
    "some of it not told": (
        Totals(3, 0, 0, Decimal("0.01"), untold=1),
        ("3 calls · 0 failed · 0 fallbacks · at least $0.01 from your Mesh balance",
         "3 calls · 0 failed · 0 fallbacks · at least $0.01 from balance", "0 fallbacks · at least $0.01 from balance",
         "at least $0.01 from balance")),
}  # fmt: skip


@pytest.mark.parametrize("name", TOTALS)
def test_what_a_session_came_to_is_said_in_shorter_and_shorter_forms(name: str):
    totals, forms = TOTALS[name]
    assert describe_totals(totals) == forms


def test_where_nothing_of_the_cost_is_told_no_sum_is_said():
    forms = describe_totals(Totals(1, 0, 0, untold=1))
    assert all("$" not in form for form in forms)
    assert forms[0].startswith("1 call · 0 failed · 0 fallbacks · ")


async def test_of_the_past_only_what_the_same_key_under_the_same_name_came_to_is_told(tmp_path: Path):
    path = tmp_path / "state" / "history.db"
    inputs = RunInputs("byok", "openai", model="m", fingerprint=OPENAI.fingerprint)
    store = Store(path, 1000)
    store.add([
        Entry(1.0, EntryKind.RUN, "byok", "a", "openai", inputs),
        Entry(2.0, EntryKind.ATTEMPT, "answered", "a", "openai", attempt("own key")),
        Entry(3.0, EntryKind.VERDICT, "served", "a", "openai", Verdict(Served.OWN_KEY, False, Basis.OBSERVED, "s")),
    ])  # fmt: skip
    store.close()
    history = History(path, 1000)
    other = replace(OPENAI, material=BearerKey(Secret("sk-proj-" + "z" * 40)))
    told = {}
    for name, credential in (("same", OPENAI), ("another key", other), ("another name", replace(OPENAI, name="work"))):
        results = Results(Journal())
        await read_past_results(history, (credential,), results)
        told[name] = results.find(credential.name)
    await history.close()
    assert told["same"] is not None
    assert (told["same"].worked, told["same"].number) == (True, -1)
    assert told["another key"] is told["another name"] is None


async def test_of_the_past_the_newest_run_that_says_anything_is_told(tmp_path: Path):
    inputs = RunInputs("byok", "openai", model="m", fingerprint=OPENAI.fingerprint)
    store = Store(tmp_path / "history.db", 1000)
    for at, name, said in (
        (1.0, "oldest", tried("own key", 401, UNKNOWN_KEY)), (2.0, "middle", tried()),
        (3.0, "newest", entry(EntryKind.ATTEMPT, CANCELLED)),
    ):  # fmt: skip
        store.add([Entry(at, EntryKind.RUN, "byok", name, "openai", inputs), replace(said, at=at + 0.5, run=name)])
    store.close()
    history = History(tmp_path / "history.db", 1000)
    results = Results(Journal())
    await read_past_results(history, (OPENAI,), results)
    await history.close()
    assert results.find("openai") == Result(2.5, True, "ok")


@pytest.mark.parametrize(
    ("verdict", "fallbacks"),
    [(Verdict(Served.OWN_KEY, False, Basis.OBSERVED, "s"), 0), (Verdict(Served.PLATFORM, True, Basis.OBSERVED, "s"), 1),
     (Verdict(Served.PLATFORM, None, Basis.INFERRED, "s", alarm=True), 1)],
)  # fmt: skip
def test_a_fallback_that_nobody_told_of_is_counted_too(verdict: Verdict, fallbacks: int):
    journal = Journal()
    journal.append(Entry(1.0, EntryKind.VERDICT, "served", "a", "openai", verdict))
    assert Results(journal).totals.fallbacks == fallbacks
    cancelled = Journal()
    cancelled.append(Entry(1.0, EntryKind.VERDICT, "served", "a", "openai", verdict, cancelled=True))
    assert Results(cancelled).totals.fallbacks == 0


def entry(what: EntryKind, detail: object = None, credential: str = "openai", *, run: str = "a",
          cancelled: bool = False, at: float = 1.0) -> Entry:  # fmt: skip
    return Entry(at, what, "said", run, credential, detail, cancelled=cancelled)  # type: ignore[arg-type]


def follow(*entries: Entry, asked: str = "openai") -> Results:
    """The results of a journal with these entries in one run with that credential."""
    journal = Journal()
    journal.extend([entry(EntryKind.RUN, RunInputs("byok", asked), asked), *entries])
    return Results(journal)


def tried(role: str = "own key", *given: object, credential: str = "openai", at: float = 1.0, **more: object) -> Entry:
    return entry(EntryKind.ATTEMPT, replace(attempt(role, *given), **more), credential, at=at)  # type: ignore[arg-type]


def judged(served: Served = Served.OWN_KEY, fell_back: bool | None = False, *, alarm: bool = False, paid: Paid =
           Paid.UNKNOWN, cost: str = "", cancelled: bool = False) -> Entry:  # fmt: skip
    verdict = Verdict(served, fell_back, Basis.OBSERVED, "s", paid=paid, cost_usd=cost, alarm=alarm)
    return entry(EntryKind.VERDICT, verdict, cancelled=cancelled)


UNKNOWN_KEY = {"error": {"message": "Incorrect API key provided: sk-x", "code": "invalid_api_key"}}
THEIRS_REFUSED = {"error": {"message": "Incorrect API key provided", "code": "provider_auth_error"}}
BROKEN = attempt("own key", 0, failure="dropped")
CANCELLED = attempt("own key", 0, failure="cancelled")


def told(cause: str, status: int, about: str | None = None) -> Explanation:
    return Explanation(cause, "r", "certain", "openai", status, about, "key owner", False, None, "yes", "h", "p", "b")


def checked(name: str, status: CheckStatus, http: int = 0, provider: str = "openai", cause: str = "") -> CheckResult:
    sent = exchange(provider, http, "{}") if http else None
    explanation = told(cause, http) if cause else None
    return CheckResult("openai", name, status, "", "it", "", "nothing", cause, sent, explanation)


def reported(*checks: CheckResult, cancelled: bool = False) -> Entry:
    report = CheckReport("openai", "openai", "m", checks, "so it is")
    return entry(EntryKind.VERDICT, report, cancelled=cancelled)


PASSED, FAILED, UNCLEAR = CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.UNCLEAR
LAST: dict[str, tuple[tuple[Entry, ...], tuple[bool | None, str] | None]] = {
    "nothing was tried": ((), None),
    "it was answered": ((tried(),), (True, "ok")),
    "it was refused": ((tried("own key", 401, UNKNOWN_KEY),), (False, "refused 401")),
    "it was limited": ((tried(explanation=told("rate_limited_requests", 429), ok=False),), (False, "limited 200")),
    "no answer came": ((entry(EntryKind.ATTEMPT, BROKEN),), (False, "no answer")),
    "it failed, and nothing says why": ((tried(explanation=None, ok=False),), (False, "failed 200")),
    "it was stopped": ((entry(EntryKind.ATTEMPT, CANCELLED),), None),
    "nothing was sent": ((tried(exchanges=()),), None),
    "another failure than a stop": ((tried("own key", 0, "", None, "timeout"),), (False, "no answer")),
    "served by itself": ((judged(),), (True, "ok")),
    "served by itself, but stopped": ((judged(cancelled=True),), None),
    "served by Mesh": ((judged(Served.PLATFORM, True),), (False, "fell back")),
    "served by Mesh, which nobody told": ((judged(Served.PLATFORM, None, alarm=True),), (False, "fell back")),
    "served by Mesh, as asked": ((judged(Served.PLATFORM, None),), None),
    "answered, then served by Mesh": ((tried(), judged(Served.PLATFORM, True)), (False, "fell back")),
    "refused, then served by Mesh": (
        (tried("own key", 401, UNKNOWN_KEY), judged(Served.PLATFORM, True)), (False, "refused 401")),
    "every check holds": ((reported(checked("identity", PASSED, 200)),), (True, "ok")),
    "nothing but what asks no provider": (
        (reported(*(checked(name, PASSED) for name in ("form", "network", "clock"))),), None),
    "no check at all": ((reported(),), None),
    "a check fails": (
        (reported(checked("identity", FAILED, 401, cause="credential_invalid")),), (False, "refused 401")),
    "a check fails at 300": (
        (reported(checked("identity", FAILED, 300, cause="credential_invalid")),), (False, "refused 300")),
    "a check fails though the answer is a 200": (
        (reported(checked("identity", FAILED, 299, cause="credential_invalid")),), (False, "refused")),
    "a check fails without an answer": ((reported(checked("form", FAILED, cause="credential_invalid")),),
                                        (False, "refused")),
    "a check fails, and nothing says why": ((reported(checked("form", FAILED)),), (False, "failed")),
    "a check is unclear": ((reported(checked("identity", UNCLEAR, 500)),), (None, "unclear")),
    "a check was stopped": ((reported(checked("identity", PASSED, 200), cancelled=True),), None),
    "a note": ((entry(EntryKind.NOTE),), None),
    "an answer that belongs to no run": ((entry(EntryKind.ATTEMPT, attempt("own key"), run=""),), None),
    "the newest of two": ((tried("own key", 401, UNKNOWN_KEY), tried(at=2.0)), (True, "ok")),
}  # fmt: skip


@each("case", LAST)
def test_what_a_credential_came_to_last(case: str):
    entries, expected = LAST[case]
    result = follow(*entries).find("openai")
    assert (result and (result.worked, result.text)) == expected
    if result:
        deciding = 1 if case == "refused, then served by Mesh" else len(entries)
        assert (result.at, result.number) == (entries[deciding - 1].at, deciding)


def test_a_check_is_about_the_credential_that_was_checked():
    results = follow(reported(checked("identity", PASSED, 200)), asked="other")
    assert results.find("openai") is not None
    assert results.find("other") is None


def test_what_mesh_says_of_a_stored_key_is_about_that_key_and_not_about_mesh():
    """`asked` is the credential of the run; Mesh's own key is what was sent."""
    theirs = told("credential_invalid", 401, "provider")
    own = told("credential_invalid", 401, "mesh")
    for explanation, about in ((theirs, "openai"), (own, "mesh"), (None, "mesh")):
        results = follow(tried("mesh", credential="mesh", ok=False, explanation=explanation))
        assert [name for name in ("openai", "mesh") if results.find(name)] == [about]
    direct = follow(tried("own key", credential="aws", ok=False, explanation=theirs))
    assert direct.find("openai") is None
    unasked = follow(tried("mesh", credential="mesh", ok=False, explanation=theirs), judged(), asked="")
    assert unasked.find("mesh") is not None
    assert unasked.find("") is None


COUNTED: dict[str, tuple[tuple[Entry, ...], tuple[int, int, int, int]]] = {
    "none": ((), (0, 0, 0, 0)),
    "answered": ((tried(), tried()), (2, 0, 0, 0)),
    "one refused": ((tried(), tried("own key", 401, UNKNOWN_KEY)), (2, 1, 0, 0)),
    "a check that asked": ((entry(EntryKind.CHECK, checked("identity", PASSED, 200)),), (1, 0, 0, 0)),
    "a check that asked nobody": ((entry(EntryKind.CHECK, checked("form", PASSED)),), (0, 0, 0, 0)),
    "a check that failed": (
        (entry(EntryKind.CHECK, checked("identity", FAILED, 401, cause="credential_invalid")),), (1, 1, 0, 0)),
    "a prompt of a check through Mesh": (
        (entry(EntryKind.CHECK, checked("prompt", PASSED, 200, "mesh")),
         entry(EntryKind.CHECK, checked("streaming", PASSED, 200, "mesh"))), (2, 0, 0, 2)),
    "what of a check Mesh does not bill": (
        (entry(EntryKind.CHECK, checked("prompt", FAILED, 402, "mesh")),
         entry(EntryKind.CHECK, checked("identity", PASSED, 200, "mesh")),
         entry(EntryKind.CHECK, checked("prompt", PASSED, 200))), (3, 0, 0, 0)),
    "a verdict": ((judged(Served.PLATFORM, True),), (0, 0, 1, 0)),
    "a report": ((reported(checked("identity", PASSED, 200)),), (0, 0, 0, 0)),
}  # fmt: skip


@each("case", COUNTED)
def test_what_a_session_came_to_is_counted(case: str):
    entries, (calls, failures, fallbacks, untold) = COUNTED[case]
    totals = follow(*entries).totals
    assert (totals.calls, totals.failures, totals.fallbacks, totals.untold) == (calls, failures, fallbacks, untold)
    assert totals.balance == 0


def billed(role: str, cost: str | None, provider: str = "mesh") -> Entry:
    return tried(role, provider=provider, bill=Bill(Decimal(cost) if cost else None))


BALANCE = Paid.MESH_BALANCE
COSTS: dict[str, tuple[tuple[Entry, ...], str, int]] = {
    "the platform's call, by its row": ((billed("platform", "0.5"), judged()), "0.5", 0),
    "two calls, by their rows": ((billed("platform", "0.5"), billed("mesh", "0.25"), judged(paid=BALANCE)), "0.75", 0),
    "a call of Mesh's that the key's owner paid": ((billed("mesh", "0.5"), judged(paid=Paid.KEY_OWNER)), "0", 0),
    "a call of a program": ((billed("your program", "0.5"), judged(paid=BALANCE)), "0.5", 0),
    "a call of a program to the provider": ((billed("your program", "0.5", "openai"), judged(paid=BALANCE)), "0", 0),
    "a call with the own key": ((billed("own key", "0.5"), judged(paid=BALANCE)), "0", 0),
    "by the verdict": ((tried("mesh"), judged(paid=BALANCE, cost="0.125")), "0.125", 0),
    "by the verdict, which says something else": ((tried("mesh"), judged(paid=BALANCE, cost="free")), "0", 1),
    "two calls, of which one row is told": ((billed("platform", "0.5"), tried("mesh"), judged(paid=BALANCE, cost="9")),
                                            "0.5", 1),
    "by nothing": ((tried("mesh"), judged(paid=BALANCE)), "0", 1),
    "a row without its cost": ((billed("mesh", None), judged(paid=BALANCE, cost="9")), "0", 1),
    "a call that failed": ((tried("mesh", 500, {}), judged(paid=BALANCE, cost="9")), "0", 0),
    "a run that was stopped": ((billed("platform", "0.5"), judged(cancelled=True)), "0", 0),
}  # fmt: skip


@each("case", COSTS)
def test_what_was_paid_from_the_balance_is_summed_up_and_what_is_not_told_counted(case: str):
    entries, balance, untold = COSTS[case]
    totals = follow(*entries).totals
    assert (totals.balance, totals.untold) == (Decimal(balance), untold)


def test_entries_are_read_once_and_what_came_since_is_added():
    journal = Journal(32)
    results = Results(journal)
    assert (results.find("openai"), results.totals.calls) == (None, 0)
    for number in range(50):
        journal.append(tried(at=float(number)))
        assert results.totals.calls == number + 1
    late = Results(journal)
    assert late.totals.calls == len(journal) < 50, "only what is still kept can be read"


def test_what_is_forgotten_does_not_come_back_and_what_is_of_before_gives_way():
    results = follow(tried("own key", 401, UNKNOWN_KEY))
    past = Result(0.5, True, "ok")
    results.add_past_result("openai", past)
    results.add_past_result("aws", past)
    assert (results.find("openai") or past).worked is False
    assert results.find("aws") == past
    results.forget("openai")
    results.forget("never seen")
    assert results.find("openai") is None
    late = follow(tried())
    late.forget("openai")
    assert late.find("openai") is None
