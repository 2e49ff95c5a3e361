"""Rate limits, spend cap and balance hold where they are set, and say so in Mesh's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from meshtui.sandbox.rate_limits import Limits, UsageWindows
from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Behaviour
from tests.sandbox.callers import at, bearer, mesh_chat, mesh_get
from tests.sandbox.mesh import BODIES, call, run

CHAT = "/chat/completions"


@pytest.fixture(autouse=True)
def full_account(sandbox: Sandbox) -> Iterator[None]:
    sandbox.set_balance(50)
    yield
    sandbox.set_balance(50)


@pytest.mark.parametrize(("limits", "says"), [(Limits(rpm=2), "RPM"), (Limits(rpd=2), "RPD"), (Limits(tpm=14), "TPM")])
def test_a_window_that_is_full_refuses(sandbox: Sandbox, http: httpx.Client, limits: Limits, says: str):
    sandbox.set_limits("mesh", limits)
    assert [run(sandbox, http, CHAT).status_code for _ in range(2)] == [200, 200]
    answer = run(sandbox, http, CHAT)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], says in error["message"]) == (429, "rate_limit_exceeded", True)
    assert "provider_code" not in error
    assert int(answer.headers["retry-after"]) == error["retry_after_seconds"] > 0
    assert run(sandbox, http, CHAT, key="platform").status_code == 200
    assert mesh_get(sandbox, http, "/models").status_code == 200


def test_a_window_is_fixed_and_the_next_one_starts_empty():
    now = [59.5]
    meter = UsageWindows(clock=lambda: now[0])
    meter.count("mesh", requests=3, tokens=9)
    assert (meter.get_usage("mesh").minute, meter.get_usage("mesh").minute_ends) == (3, 0.5)
    now[0] = 60.0
    assert (meter.get_usage("mesh").minute, meter.get_usage("mesh").tokens, meter.get_usage("mesh").day) == (0, 0, 3)
    now[0] = 86_400.0
    assert (meter.get_usage("mesh").day, meter.get_usage("mesh").day_ends) == (0, 86_400)


def test_the_limits_that_are_set_are_the_ones_that_are_shown(sandbox: Sandbox, http: httpx.Client):
    assert mesh_get(sandbox, http, "/usage/rate-limits").json()["key"]["rpm"]["is_default_limit"] is True
    sandbox.set_limits("mesh", Limits(rpm=7))
    rpm = mesh_get(sandbox, http, "/usage/rate-limits").json()["key"]["rpm"]
    assert (rpm["limit"], rpm["is_default_limit"]) == (7, False)
    headers = run(sandbox, http, CHAT).headers
    assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == ("7", "6")


def test_the_dashboard_sets_limits_up_to_the_ceilings(sandbox: Sandbox, http: httpx.Client):
    body = {"rpm_limit": 1, "spend_cap_usd": 2.5}
    row = call(sandbox, http, "PATCH", "/keys/key_mesh", "dashboard", json=body).json()
    assert (row["rpm_limit"], row["rpd_limit"], row["spend_cap_usd"]) == (1, None, 2.5)
    assert [run(sandbox, http, CHAT).status_code for _ in range(2)] == [200, 429]
    assert call(sandbox, http, "PATCH", "/keys/key_mesh", "dashboard", json={"rpm_limit": None}).status_code == 200
    assert run(sandbox, http, CHAT).status_code == 200
    assert call(sandbox, http, "PATCH", "/keys/key_mesh", "dashboard", json={"rpm_limit": 1001}).status_code == 422
    assert call(sandbox, http, "PATCH", "/keys/key_mesh", json=body).status_code == 401
    assert call(sandbox, http, "PATCH", "/keys/other", "dashboard", json=body).status_code == 404


def test_the_spend_cap_is_soft(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_limits("platform", Limits(spend_cap_usd=0.0))
    refused = run(sandbox, http, CHAT, key="platform")
    assert (refused.status_code, refused.json()["error"]["code"]) == (402, "spend_limit_exceeded")
    spent = sum(float(truth.cost_usd) for truth in sandbox.truth if truth.key == "platform")
    sandbox.set_limits("platform", Limits(spend_cap_usd=spent + 1e-9))
    assert [run(sandbox, http, CHAT, key="platform").status_code for _ in range(2)] == [200, 402]


def test_an_empty_balance_blocks_what_costs_something(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_balance(0)
    refused = run(sandbox, http, CHAT, key="platform")
    assert (refused.status_code, "balance" in refused.json()["error"]["message"]) == (402, True)
    assert run(sandbox, http, CHAT, model="meta-llama/llama-3.2-3b-instruct:free").status_code == 200
    assert run(sandbox, http, CHAT).status_code == 402
    sandbox.behaviour = Behaviour(byok_needs_balance=False)
    assert run(sandbox, http, CHAT).status_code == 200
    assert mesh_get(sandbox, http, "/balance").json()["balance_usd"] == "0.0000000"


def test_your_own_keys_requests_may_not_count(sandbox: Sandbox, http: httpx.Client):
    sandbox.behaviour = Behaviour(byok_counts=False)
    sandbox.set_limits("mesh", Limits(rpm=1))
    assert [run(sandbox, http, CHAT).status_code for _ in range(3)] == [200] * 3
    assert run(sandbox, http, CHAT, model="meta-llama/llama-3.3-70b-instruct").status_code == 429


@pytest.mark.parametrize(
    ("spelling", "header"), [("plain", "x-ratelimit-reset"), ("openai", "x-ratelimit-reset-requests"), ("none", None)]
)
def test_limit_headers_are_spelt_as_the_switch_says(
    sandbox: Sandbox, http: httpx.Client, spelling: str, header: str | None
):
    sandbox.behaviour = replace(Behaviour(), rate_limit_headers=spelling)
    found = [name for name in run(sandbox, http, CHAT).headers if name.startswith("x-ratelimit-reset")]
    assert found == ([header] if header else [])


def test_limits_given_at_the_start_hold_for_every_key_and_endpoint(http: httpx.Client):
    with Sandbox(limits=Limits(rpm=1), balance_usd=3) as sandbox:
        assert mesh_get(sandbox, http, "/balance").json()["balance_usd"] == "3.0000000"
        assert run(sandbox, http, "/embeddings").status_code == 200
        assert {run(sandbox, http, path).status_code for path in BODIES} == {429}
        sandbox.forget()
        assert [run(sandbox, http, CHAT, key="platform").status_code for _ in range(2)] == [200, 429]


def test_the_count_of_what_happened_goes_on_beyond_what_is_kept(sandbox: Sandbox, http: httpx.Client):
    from meshtui.sandbox.mesh import ledger

    mesh_chat(sandbox, http, "openai/gpt-4o-mini")
    before, row = sandbox.recorded, ledger.UsageRow(sandbox.truth[-1])
    for _ in range(ledger.MAX_ROWS_KEPT):
        sandbox._world.ledger.record(row)
    assert (sandbox.recorded, len(sandbox.truth)) == (before + ledger.MAX_ROWS_KEPT, ledger.MAX_ROWS_KEPT)
    headers = bearer(at(sandbox, "admin", "token"))
    told = http.get(f"{at(sandbox, 'admin', 'base_url')}/truth?limit=1", headers=headers).json()
    assert (told["total"], len(told["records"])) == (sandbox.recorded, 1)
