"""What the session came to stands in the title bar, the way of a run in the Request pane; and C checks every key."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from meshtui.base.credential import Source
from meshtui.session import Session
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import FELL_BACK, OWN_KEY, UNKNOWN_KEY, attempt, demo, fallen_back


def title(app) -> str:
    return text_of(app).splitlines()[0]


async def test_before_the_first_call_there_are_no_totals(screen: Screen):
    async with screen(Session.demo()) as (app, _pilot):
        assert "call" not in title(app)


async def test_the_title_bar_counts_calls_failures_fallbacks_and_what_the_balance_paid(screen: Screen):
    """Story: who paid for a fallback, known with 1 key."""
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        app.session.stage.set_fault("openai", "revoked")
        await pilot.press("f")
        await settled(pilot)
        totals = app.session.results.totals
        assert (totals.calls, totals.failures, totals.fallbacks) == (2, 1, 1)
        assert totals.balance > Decimal(0)
        assert "2 calls · 1 failed · 1 fallback · $0.0" in title(app)
        assert "from your Mesh balance" in title(app)


async def test_a_cost_that_mesh_did_not_tell_is_not_counted_as_nothing(screen: Screen):
    session = demo()
    untold = replace(FELL_BACK, cost_usd="")
    session.play("openai", OWN_KEY, attempt("own key", "openai", "openai"))
    session.play("openai", untold, attempt("own key", "openai", "openai", UNKNOWN_KEY),
                 replace(attempt("platform", "platform", "mesh"), bill=None))  # fmt: skip
    async with screen(session, size=(160, 45)) as (app, _pilot):
        assert "3 calls · 1 failed · 1 fallback" in title(app)
        assert "Mesh balance: cost not reported" in title(app)


async def test_the_way_of_a_run_is_drawn_in_the_request_pane(screen: Screen):
    async with screen(Session.demo(), size=(160, 45)) as (app, pilot):
        app.session.stage.set_fault("openai", "revoked")
        await pilot.press("f")
        await settled(pilot)
        shown = text_of(app)
        drawn = ("your app ─▶ OpenAI ─▶ openai", "✗ 401 The key is unknown",
                 "your app ─▶ Mesh ─▶ Mesh's credentials", "✓ 200  paid: Mesh balance $0.0")  # fmt: skip
        found = [shown.index(part) for part in drawn]
        assert found == sorted(found)
        assert "↩ Fell back: paid from your Mesh balance" in shown


async def test_it_is_drawn_while_the_call_is_under_way(screen: Screen):
    async with screen(Session.demo(), size=(160, 45)) as (app, pilot):
        app.session.stage.set_fault("openai", "slow")
        await pilot.press("f")
        await settled(pilot, until=lambda: "your app ─▶ OpenAI ─▶ openai  ◌ calling" in text_of(app))
        await pilot.press("escape")
        await settled(pilot, until=lambda: not app.main.running.busy)


async def test_capital_c_checks_every_key_and_ends_in_one_line(screen: Screen):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        app.session.stage.set_fault("openai", "revoked")
        await pilot.press("C")
        await settled(pilot)
        assert "6 of 6 checked: 4 ok · failed: mesh · refused 401: openai" in text_of(app)
        assert "not checked" not in text_of(app)


async def test_checking_every_key_can_be_stopped(screen: Screen):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        app.session.stage.set_fault("openai", "slow")
        await pilot.press("C")
        await settled(pilot, until=lambda: "Checking 1 of 6: openai" in text_of(app))
        await pilot.press("escape")
        await settled(pilot, until=lambda: not app.main.running.busy)
        assert "0 of 6 checked, then stopped" in app.session.journal[-1].text


async def test_a_credential_that_was_removed_can_be_put_back(screen: Screen):
    async with screen(fallen_back(), size=(120, 36)) as (app, pilot):
        await pilot.press("delete")
        assert "openai" not in app.session.credentials
        assert "U puts it back" in text_of(app)
        await pilot.press("U")
        assert "openai" in app.session.credentials


async def test_q_asks_where_a_pasted_key_would_be_lost(screen: Screen):
    async with screen(fallen_back(), size=(120, 36)) as (app, pilot):
        app.session.credentials.add("sk-proj-" + "Kk4" * 12, Source("paste"))
        await pilot.press("q")
        await settled(pilot)
        assert "q once more leaves" in text_of(app)
        assert not app._exit
        await pilot.press("q")
        await settled(pilot)
        assert app._exit
