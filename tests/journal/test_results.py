"""How each credential came out last, and what a session came to, as they are said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from meshtui.journal.results import Totals, describe_totals

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
