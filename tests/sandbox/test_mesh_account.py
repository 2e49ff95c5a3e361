"""What a Mesh key can learn about itself: usage, money, limits, models, provider keys."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Behaviour
from tests.sandbox.callers import at, bearer, mesh_chat, mesh_get, through_mesh


def events(sandbox: Sandbox, http: httpx.Client, **body: Any) -> httpx.Response:
    url = f"{at(sandbox, 'mesh', 'base_url')}/usage/events"
    return http.post(url, json={"org_id": "", **body}, headers=bearer(at(sandbox, "mesh", "key")))


def test_every_request_has_its_row_at_once_newest_first(sandbox: Sandbox, http: httpx.Client):
    ids = [through_mesh(sandbox, http, "openai", stream=s).headers["x-request-id"] for s in (False, True)]
    page = events(sandbox, http, limit=2).json()
    assert [row["request_id"] for row in page["events"]] == ids[::-1]
    row = page["events"][0]
    attempts = mesh_get(sandbox, http, f"/usage/events/{row['id']}/attempts").json()["attempts"]
    assert [attempt["request_id"] for attempt in attempts] == [ids[1]]


def test_no_row_names_the_credential_that_served(sandbox: Sandbox, http: httpx.Client):
    through_mesh(sandbox, http, "openai")
    own = events(sandbox, http, limit=1).json()["events"][0]
    sandbox.set_fault("openai", "revoked")
    through_mesh(sandbox, http, "openai")
    platform = events(sandbox, http, limit=1).json()["events"][0]
    assert {key for key in own if own[key] != platform[key]} <= {
        "id", "request_id", "created_at", "cost_usd", "latency_ms",
    }  # fmt: skip
    assert float(own["cost_usd"]) == 0 < float(platform["cost_usd"])


def test_rows_need_an_organization_that_is_a_string(sandbox: Sandbox, http: httpx.Client):
    url, headers = f"{at(sandbox, 'mesh', 'base_url')}/usage/events", bearer(at(sandbox, "mesh", "key"))
    for body in ({}, {"org_id": None}):
        answer = http.post(url, json=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["details"][0]["loc"]) == (422, ["body", "org_id"])


@pytest.mark.parametrize(("fee", "as_of"), [(0.0, "before 2026-07-09"), (5.0, "2026-08-10")])
def test_the_fee_is_a_setting_and_dated(http: httpx.Client, fee: float, as_of: str):
    with Sandbox(fee_percent=fee) as sandbox:
        through_mesh(sandbox, http, "openai")
        row = events(sandbox, http).json()["events"][0]
        assert row["byok_fee"] == {"percent_of_provider_price": f"{fee:g}", "as_of": as_of}
        through_mesh(sandbox, http, "openai", cache=False)
        full = 6 * 0.15e-6 + 1 * 0.60e-6
        assert float(row["cost_usd"]) == pytest.approx(full * fee / 100)
        mesh_chat(sandbox, http, "openai/gpt-4o-mini", key="platform")
        assert float(sandbox.truth[-1].cost_usd) == pytest.approx(full)


def test_the_balance_sinks_by_what_the_platform_served(sandbox: Sandbox, http: httpx.Client):
    def balance() -> float:
        return float(mesh_get(sandbox, http, "/balance").json()["available_usd"])

    before = balance()
    through_mesh(sandbox, http, "openai")
    assert balance() == before
    mesh_chat(sandbox, http, "openai/gpt-4o-mini", key="platform")
    assert balance() < before


def test_the_limits_count_this_keys_requests(sandbox: Sandbox, http: httpx.Client):
    def today() -> int:
        return mesh_get(sandbox, http, "/usage/rate-limits").json()["key"]["rpd"]["current"]

    before = today()
    through_mesh(sandbox, http, "openai")
    mesh_chat(sandbox, http, "openai/gpt-4o-mini", key="platform")
    assert today() == before + 1


def test_models_are_a_bare_array_that_can_be_narrowed(sandbox: Sandbox, http: httpx.Client):
    everything = mesh_get(sandbox, http, "/models").json()
    assert {"openai/gpt-4o-mini", "amazon/nova-micro-v1"} <= {row["id"] for row in everything}
    bedrock = mesh_get(sandbox, http, "/models", provider="amazon-bedrock").json()
    assert {row["id"].partition("/")[0] for row in bedrock} == {"amazon", "anthropic", "cohere", "openai"}
    free = [row["id"] for row in mesh_get(sandbox, http, "/models", free="true").json()]
    assert free == [row["id"] for row in mesh_get(sandbox, http, "/models/free").json()]
    assert len(free) + len(mesh_get(sandbox, http, "/models/paid").json()) == len(everything)
    assert mesh_get(sandbox, http, "/models", type="image").json() == []
    assert mesh_get(sandbox, http, "/models/openai/gpt-4o-mini").json()["id"] == "openai/gpt-4o-mini"
    assert mesh_get(sandbox, http, "/models/openai/none").json() == {"detail": "Model not found"}


def test_models_can_be_searched_page_by_page(sandbox: Sandbox, http: httpx.Client):
    page = mesh_get(sandbox, http, "/models/search", q="nova", limit="2", offset="1").json()
    assert ([row["id"] for row in page["items"]], page["total"]) == (["amazon/nova-lite-v1", "amazon/nova-pro-v1"], 3)
    assert mesh_get(sandbox, http, "/models/search", brand="google").json()["total"] == 5


def test_an_api_key_is_of_the_wrong_realm_for_the_dashboards_endpoints(sandbox: Sandbox, http: httpx.Client):
    answer = mesh_get(sandbox, http, "/keys")
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        401, "Token decode failed: Not enough segments",
    )  # fmt: skip
    url = f"{at(sandbox, 'mesh', 'base_url')}/keys"
    assert http.get(url, headers=bearer(sandbox.dashboard_token)).status_code == 200


def try_key(sandbox: Sandbox, http: httpx.Client, path: str, body: object = None) -> httpx.Response:
    url = f"{at(sandbox, 'mesh', 'base_url')}/provider-keys/test/{path}"
    return http.post(url, json=body or {}, headers=bearer(at(sandbox, "mesh", "key")))


@pytest.mark.parametrize(("name", "provider"), [("openai", "openai"), ("bedrock", "aws"), ("aws", "aws"),
                                                ("vertex", "vertex")])  # fmt: skip
def test_a_stored_key_can_be_try_key(sandbox: Sandbox, http: httpx.Client, name: str, provider: str):
    assert try_key(sandbox, http, f"pk_{name}/{provider}").json()["valid"] is True
    sandbox.set_fault(name, "revoked")
    answer = try_key(sandbox, http, f"pk_{name}/{provider}").json()
    assert (answer["valid"], answer["error"]["code"]) == (False, "upstream_auth_error")
    assert try_key(sandbox, http, f"pk_{name}/azure").status_code == 404


@pytest.mark.parametrize(("name", "provider"), [("openai", "openai"), ("bedrock", "aws"), ("vertex", "vertex")])
def test_a_key_that_may_look_but_not_run_passes_meshs_test(
    sandbox: Sandbox, http: httpx.Client, name: str, provider: str
):
    for fault in ("no_permission", "rate_limited"):
        sandbox.set_fault(name, fault)
        assert try_key(sandbox, http, f"pk_{name}/{provider}").json()["valid"] is True


def test_a_key_can_be_tested_without_storing_it_in_every_documented_spelling(sandbox: Sandbox, http: httpx.Client):
    aws, bedrock = sandbox.addresses["aws"], sandbox.addresses["bedrock"]
    old = {"accessKeyId": aws["access_key_id"], "secretAccessKey": aws["secret_access_key"], "region": aws["region"]}
    new = {"credential_type": "iam_credentials", **{key: aws[key] for key in aws if key != "endpoint_url"}}
    for provider, body in (
        ("openai", {"api_key": at(sandbox, "openai", "key")}),
        ("aws", old),
        ("aws", new),
        ("aws", {"credential_type": "bedrock_api_key", "api_key": bedrock["api_key"], "region": bedrock["region"]}),
        ("vertex", at(sandbox, "vertex", "service_account")),
        ("vertex", {"service_account": at(sandbox, "vertex", "service_account"), "region": "global"}),
    ):
        assert try_key(sandbox, http, provider, body).json()["valid"] is True, body
    for provider, body in (("openai", {"api_key": "sk-other"}), ("aws", {**new, "region": "eu-west-1"})):
        assert try_key(sandbox, http, provider, body).json()["valid"] is False
    assert try_key(sandbox, http, "aws", {}).status_code == 422
    assert try_key(sandbox, http, "nobody").status_code == 404


def test_provider_keys_can_be_made_the_dashboards_alone(sandbox: Sandbox, http: httpx.Client):
    rows = {row["id"]: row for row in mesh_get(sandbox, http, "/provider-keys").json()["provider_keys"]}
    assert (rows["pk_bedrock"]["is_active"], rows["pk_aws"]["is_active"]) == (True, False)
    sandbox.behaviour = Behaviour(provider_keys_realm="dashboard")
    assert mesh_get(sandbox, http, "/provider-keys").status_code == 401
    assert try_key(sandbox, http, "pk_openai/openai").status_code == 401


def test_an_unknown_path_is_fastapis_not_found(sandbox: Sandbox, http: httpx.Client):
    answer = mesh_get(sandbox, http, "/nothing")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})
