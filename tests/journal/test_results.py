"""How each credential came out last, and what a session came to, as they are said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from meshtui.base.credential import BearerKey
from meshtui.base.secret import Secret
from meshtui.journal.database import Store
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.journal.history_store import History
from meshtui.journal.journal import Journal
from meshtui.journal.results import Results, Totals, describe_totals, read_past_results
from meshtui.runs.model import Basis, Served, Verdict
from tests.runs.made import OPENAI, attempt

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
