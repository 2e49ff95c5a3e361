"""What Mesh keeps: provider keys, templates, usage."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Behaviour
from tests.sandbox.callers import at
from tests.sandbox.mesh import MODEL, call, run

CHAT = "/chat/completions"
FALLBACK = "x-byok-fallback-triggered"
KEYS = "/provider-keys"


def rows(sandbox: Sandbox, http: httpx.Client) -> dict[str, Any]:
    return {row["id"]: row for row in call(sandbox, http, "GET", KEYS).json()["provider_keys"]}


def test_a_key_that_is_registered_takes_the_place_of_the_active_one(sandbox: Sandbox, http: httpx.Client):
    wrong = {"api_key": "sk-" + "x" * 40, "name": "another"}
    made = call(sandbox, http, "POST", f"{KEYS}/openai", json=wrong)
    row = made.json()
    assert (made.status_code, row["is_active"], row["allow_fallback"], row["name"]) == (201, True, True, "another")
    assert "sk-" not in made.text
    assert rows(sandbox, http)["pk_openai"]["is_active"] is False
    assert run(sandbox, http, CHAT).headers[FALLBACK] == "true"
    assert sandbox.truth[-1].failed_first.credential == row["id"]
    assert call(sandbox, http, "POST", f"{KEYS}/pk_openai/activate").json()["is_active"] is True
    assert FALLBACK not in run(sandbox, http, CHAT).headers
    again = call(sandbox, http, "POST", f"{KEYS}/pk_openai/activate")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize("name", ["openai", "bedrock", "aws", "vertex"])
def test_a_right_key_of_each_kind_serves_once_it_is_registered(sandbox: Sandbox, http: httpx.Client, name: str):
    about = sandbox.addresses[name]
    body = {"openai": {"api_key": about.get("key")}, "vertex": {"service_account": about.get("service_account")}}
    word = {"openai": "openai", "vertex": "vertex"}.get(name, "aws")
    made = call(sandbox, http, "POST", f"{KEYS}/{word}", json={**body.get(name, about), "allow_fallback": False})
    models = {"openai": MODEL, "vertex": "google/gemini-3.5-flash", "aws": "amazon/nova-micro-v1"}
    assert run(sandbox, http, CHAT, model=models[word]).status_code == 200
    assert sandbox.truth[-1].credential == name
    sandbox.set_fault(name, "revoked")
    assert run(sandbox, http, CHAT, model=models[word]).status_code in (400, 401, 403)
    assert call(sandbox, http, "DELETE", f"{KEYS}/{made.json()['id']}").status_code == 204


def test_without_a_stored_key_the_platform_serves_and_nothing_tells(sandbox: Sandbox, http: httpx.Client):
    assert call(sandbox, http, "DELETE", f"{KEYS}/pk_openai").status_code == 204
    answer = run(sandbox, http, CHAT)
    assert (answer.status_code, FALLBACK in answer.headers, sandbox.truth[-1].served) == (200, False, "platform")
    assert call(sandbox, http, "DELETE", f"{KEYS}/pk_openai").status_code == 404
    sandbox.forget()
    assert "pk_openai" in rows(sandbox, http)


def test_the_policy_can_be_switched_and_a_key_put_to_rest(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "revoked")
    changed = call(sandbox, http, "PATCH", f"{KEYS}/pk_openai", json={"allow_fallback": False}).json()
    assert (changed["allow_fallback"], changed["is_active"]) == (False, True)
    assert run(sandbox, http, CHAT).status_code == 401
    call(sandbox, http, "PATCH", f"{KEYS}/pk_openai", json={"is_active": False})
    assert run(sandbox, http, CHAT).status_code == 200
    assert call(sandbox, http, "PATCH", f"{KEYS}/pk_openai", json={"is_active": "no"}).status_code == 422
    assert call(sandbox, http, "PATCH", f"{KEYS}/pk_none", json={}).status_code == 404


@pytest.mark.parametrize(
    ("provider", "body", "status"),
    [
        ("openai", {}, 422), ("aws", {"api_key": "ABSKx"}, 422), ("vertex", {"service_account": {}}, 422),
        ("azure", {"api_key": "x"}, 400), ("nobody", {"api_key": "x"}, 404),
    ],
)  # fmt: skip
def test_what_is_no_key_is_not_stored(sandbox: Sandbox, http: httpx.Client, provider: str, body: Any, status: int):
    assert call(sandbox, http, "POST", f"{KEYS}/{provider}", json=body).status_code == status
    assert len(rows(sandbox, http)) == 4


def test_a_bedrock_key_of_another_region_is_stored_and_fails_silently(sandbox: Sandbox, http: httpx.Client):
    body = {"api_key": at(sandbox, "bedrock", "api_key"), "region": "eu-west-1"}
    assert call(sandbox, http, "POST", f"{KEYS}/aws", json=body).status_code == 201
    assert run(sandbox, http, CHAT, model="amazon/nova-micro-v1").headers[FALLBACK] == "true"


def test_the_platforms_team_sees_no_provider_keys(sandbox: Sandbox, http: httpx.Client):
    assert call(sandbox, http, "GET", KEYS, "platform").json() == {"provider_keys": []}
    assert call(sandbox, http, "GET", f"{KEYS}/pk_openai", "platform").status_code == 404


def test_a_test_that_runs_a_model_finds_missing_rights(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "no_permission")
    path = f"{KEYS}/test/pk_openai/openai"
    assert call(sandbox, http, "POST", path, json={}).json()["valid"] is True
    sandbox.behaviour = Behaviour(key_test="run")
    assert call(sandbox, http, "POST", path, json={}).json()["error"]["provider_code"] == "permission_denied"


# Templates


def test_a_template_lives_and_dies(sandbox: Sandbox, http: httpx.Client):
    made = call(sandbox, http, "POST", "/templates", json={"name": "greet", "system": "You greet {{ who }}."})
    assert made.status_code == 201
    path = f"/templates/{made.json()['id']}"
    assert call(sandbox, http, "POST", "/templates", json={"name": "greet"}).status_code == 409
    assert call(sandbox, http, "POST", "/templates", json={}).status_code == 422
    changed = call(sandbox, http, "PATCH", path, json={"model": MODEL}).json()
    assert (changed["name"], changed["model"]) == ("greet", MODEL)
    assert call(sandbox, http, "GET", path).json() == changed
    assert call(sandbox, http, "GET", "/templates").json() == [changed]
    assert call(sandbox, http, "DELETE", path).status_code == 204
    assert {call(sandbox, http, method, path, json={}).status_code for method in ("GET", "PATCH", "DELETE")} == {404}


def test_a_request_fills_a_template(sandbox: Sandbox, http: httpx.Client):
    messages = [{"role": "user", "content": "Reply with the single word: {{word}}"}]
    template = {"name": "say", "messages": messages, "model": MODEL, "params": {"max_tokens": 3}}
    made = call(sandbox, http, "POST", "/templates", json=template).json()
    for name in ("say", made["id"]):
        asked = {"template": name, "variables": {"word": "hush", "other": "x"}, "cache": False}
        answer = call(sandbox, http, "POST", CHAT, json=asked)
        assert answer.json()["choices"][0]["message"]["content"] == "hush"
        assert sandbox.truth[-1].model == MODEL
    missing = call(sandbox, http, "POST", CHAT, json={"template": "say"})
    assert (missing.status_code, "word" in missing.text) == (422, True)


# Usage


def usage(sandbox: Sandbox, http: httpx.Client, **body: Any) -> Any:
    return call(sandbox, http, "POST", "/usage", json={"org_id": "", **body}).json()


def test_the_summary_tells_your_keys_requests_from_the_platforms(sandbox: Sandbox, http: httpx.Client):
    before = usage(sandbox, http)
    run(sandbox, http, CHAT)
    sandbox.set_fault("openai", "revoked")
    run(sandbox, http, CHAT)
    run(sandbox, http, CHAT, model="none")
    after = usage(sandbox, http)
    grown = {name: after[name] - before[name] for name in after if isinstance(after[name], int)}
    assert (grown["total_byok_requests"], grown["total_platform_requests"], grown["error_requests"]) == (1, 1, 1)
    assert grown["total_byok_tokens"] == grown["total_platform_tokens"] == 7
    assert float(after["total_byok_cost_usd"]) > float(before["total_byok_cost_usd"])


def test_rows_can_be_narrowed(sandbox: Sandbox, http: httpx.Client):
    run(sandbox, http, CHAT, model="none")
    for body in ({"model": "none"}, {"status": "error", "limit": 1}):
        found = call(sandbox, http, "POST", "/usage/events", json={"org_id": "", **body}).json()["events"]
        assert {row["model"] for row in found} == {"none"}
    nothing = {"org_id": "", "since": "2999-01-01T00:00:00Z"}
    assert call(sandbox, http, "POST", "/usage/events", json=nothing).json()["total"] == 0
    assert usage(sandbox, http, until="2000-01-01")["total_requests"] == 0


def test_rows_are_exported_to_the_dashboard_alone(sandbox: Sandbox, http: httpx.Client):
    run(sandbox, http, CHAT)
    answer = call(sandbox, http, "GET", "/usage/events/export", "dashboard")
    listed = list(csv.DictReader(io.StringIO(answer.text)))
    assert sandbox.truth[-1].request_id in {row["request_id"] for row in listed}
    assert call(sandbox, http, "GET", "/usage/events/export").json()["error"]["message"].startswith("Token decode")
    assert call(sandbox, http, "GET", "/usage/spend-trend").json()["points"]


def test_rows_name_the_credential_where_a_switch_says_so(sandbox: Sandbox, http: httpx.Client):
    sandbox.behaviour = Behaviour(rows_name_byok=True)
    run(sandbox, http, CHAT)
    row = call(sandbox, http, "POST", "/usage/events", json={"org_id": "", "limit": 1}).json()["events"][0]
    assert (row["byok_used"], row["fallback_triggered"]) == (True, False)


def test_rows_keep_tags_and_names_short(sandbox: Sandbox, http: httpx.Client):
    run(sandbox, http, CHAT, model="m" * 10_000, tags={"team": "red", **{str(n): "x" * 10_000 for n in range(99)}})
    row = call(sandbox, http, "POST", "/usage/events", json={"org_id": "", "limit": 1}).json()["events"][0]
    assert (row["tags"]["team"], len(row["tags"]), len(row["model"])) == ("red", 32, 256)
