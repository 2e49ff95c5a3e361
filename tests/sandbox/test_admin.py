"""The admin path: steers a serving sandbox, for programs on this machine that hold the run's token and nobody else."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from meshtui.sandbox.scenario_library import find_scenario, list_scenario_names
from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import at, bearer, mesh_chat, openai_chat


def admin(sandbox: Sandbox, http: httpx.Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    url = at(sandbox, "admin", "base_url") + path
    return http.request(method, url, json=body, headers={**bearer(at(sandbox, "admin", "token")), **headers})


CALLS = [("GET", "/state"), ("PATCH", "/state"), ("DELETE", "/state"), ("GET", "/scenarios"), ("PUT", "/scenario"),
         ("GET", "/truth")]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_only_the_runs_token_opens_it(sandbox: Sandbox, http: httpx.Client, method: str, path: str):
    wrong = ("", "Bearer", "Bearer x", f"Basic {at(sandbox, 'admin', 'token')}", f"Bearer {at(sandbox, 'mesh', 'key')}")
    for authorization in wrong:
        answer = admin(sandbox, http, method, path, {}, authorization=authorization)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1"])
def test_a_page_that_calls_loopback_by_a_name_of_its_own_is_turned_away(
    sandbox: Sandbox, http: httpx.Client, host: str
):
    assert admin(sandbox, http, "GET", "/state", host=host).status_code == 403


def test_each_run_has_a_token_of_its_own(sandbox: Sandbox):
    with Sandbox() as other:
        assert at(other, "admin", "token") != at(sandbox, "admin", "token")


def test_the_state_at_the_start(sandbox: Sandbox, http: httpx.Client):
    state = admin(sandbox, http, "DELETE", "/state").json()
    assert state == admin(sandbox, http, "GET", "/state").json()
    assert (state["scenario"], state["faults"], state["active"]) == (None, {}, "bedrock")
    assert state["policies"] == dict.fromkeys(("openai", "bedrock", "aws", "vertex"), "fallback")
    assert state["behaviour"]["fallback_header"] == "true"


def test_faults_policies_and_switches_change_while_it_serves(sandbox: Sandbox, http: httpx.Client):
    changed = admin(sandbox, http, "PATCH", "/state", {
        "faults": {"openai": "revoked:first-1", "*": "slow:every-9"}, "policies": {"openai": "exclusive"},
        "active": "aws", "behaviour": {"both_failed": "own"},
    }).json()  # fmt: skip
    assert changed["faults"] == sandbox.faults == {"openai": "revoked:first-1", "*": "slow:every-9"}
    assert (sandbox.policies["openai"], sandbox.active, sandbox.behaviour.both_failed) == ("exclusive", "aws", "own")
    assert [openai_chat(sandbox, http).status_code for _ in range(2)] == [401, 200]
    mended = admin(sandbox, http, "PATCH", "/state", {"faults": {"*": None}}).json()
    assert (mended["faults"], mended["active"]) == ({"openai": "revoked:first-1"}, "aws")


WRONG = {
    "an unknown fault": ({"faults": {"openai": "revokd"}}, "faults.openai: there is no fault named 'revokd'"),
    "an unknown name": ({"faults": {"opneai": None}}, "faults.opneai: there is no credential named 'opneai'"),
    "an unknown key": ({"fault": {}}, "fault: is not a key here; there is faults, policies, behaviour, active"),
    "a table that is none": ({"faults": "openai=revoked"}, "faults: is a table"),
    "an unknown policy": ({"policies": {"openai": "never"}}, "policies.openai: 'never' is none of fallback, exclusive"),
    "a switch that is none": ({"behaviour": {"cahce": True}}, "behaviour.cahce: is not a key here"),
    "half of it wrong": ({"faults": {"openai": "revoked"}, "active": "vertex"}, "active: 'vertex' is none of"),
    "no object": ([], "not a JSON object"),
    "too much": ({"faults": {"openai": "x" * 70_000}}, "larger than 64 KiB"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_told_and_changes_nothing(sandbox: Sandbox, http: httpx.Client, case: str):
    body, says = WRONG[case]
    answer = admin(sandbox, http, "PATCH", "/state", body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]["message"]
    assert sandbox.faults == {}


def test_the_library_is_listed_and_a_scenario_is_set_by_its_name(sandbox: Sandbox, http: httpx.Client):
    listed = admin(sandbox, http, "GET", "/scenarios").json()["scenarios"]
    assert [each["name"] for each in listed] == list(list_scenario_names())
    assert {"title", "story", "look", "ask"} < set(listed[0])
    state = admin(sandbox, http, "PUT", "/scenario", {"name": "silent-fallback"}).json()
    assert (state["scenario"], state["faults"]) == ("silent-fallback", {"openai": "revoked"})
    answer = mesh_chat(sandbox, http, "openai/gpt-4o-mini")
    assert (answer.status_code, "x-byok-fallback-triggered" in answer.headers) == (200, False)


def test_a_scenario_replaces_what_was_set_before(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("vertex", "down")
    sandbox.set_policy("vertex", True)
    sandbox.play(find_scenario("asia-key"))
    assert (sandbox.faults, sandbox.active, sandbox.scenario) == ({"stored-aws": "revoked"}, "aws", "asia-key")
    assert sandbox.policies["vertex"] == "fallback"


def test_a_scenario_of_ones_own_may_be_sent(sandbox: Sandbox, http: httpx.Client):
    mine = {"title": "Mine", "story": "It rains.", "faults": {"openai": "down"}, "ask": {"path": "byok"}}
    assert admin(sandbox, http, "PUT", "/scenario", mine).json()["faults"] == {"openai": "down"}
    missing = admin(sandbox, http, "PUT", "/scenario", {"title": "Mine"})
    assert (missing.status_code, "story: is missing" in missing.text) == (400, True)
    unknown = admin(sandbox, http, "PUT", "/scenario", {"name": "../secret"})
    assert (unknown.status_code, "there is asia-key" in unknown.text) == (400, True)


def test_the_truth_is_read_from_outside(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "revoked")
    request_id = mesh_chat(sandbox, http, "openai/gpt-4o-mini").headers["x-request-id"]
    answer = admin(sandbox, http, "GET", "/truth?limit=1").json()
    (record,) = answer["records"]
    assert answer["total"] >= 1
    assert (record["request_id"], record["served"], record["credential"]) == (request_id, "platform", "platform-openai")
    assert record["failed_first"]["meaning"] == "invalid_auth"
    assert admin(sandbox, http, "GET", "/truth?limit=0").json() == {"total": answer["total"], "records": []}
    assert admin(sandbox, http, "GET", "/truth?limit=all").status_code == 400


LONE = '"\\ud800x"'
"""A lone surrogate, which JSON can write and UTF-8 cannot."""


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/state", f"{{{LONE}: 1}}"),
        ("PATCH", "/state", f'{{"faults": {{{LONE}: "revoked"}}}}'),
        ("PATCH", "/state", f'{{"faults": {{"openai": {LONE}}}}}'),
        ("PATCH", "/state", f'{{"policies": {{"openai": {LONE}}}}}'),
        ("PATCH", "/state", f'{{"behaviour": {{{LONE}: {LONE}}}}}'),
        ("PATCH", "/state", f'{{"active": {LONE}}}'),
        ("PUT", "/scenario", f'{{"name": {LONE}}}'),
        ("PUT", "/scenario", f'{{{LONE}: {LONE}}}'),
        ("PUT", "/scenario", f'{{"title": {LONE}, "story": {LONE}}}'),
        ("PUT", "/scenario", f'{{"title": "a", "story": {LONE}, "ask": [{LONE}], "look_at": [{LONE}]}}'),
        ("GET", "/truth?limit=%ED%A0%80", ""),
    ],
)  # fmt: skip
def test_a_lone_surrogate_is_answered_like_any_other_wrong_value(
    sandbox: Sandbox, http: httpx.Client, method: str, path: str, body: str
):
    url = at(sandbox, "admin", "base_url") + path
    answer = http.request(method, url, content=body, headers=bearer(at(sandbox, "admin", "token")))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert admin(sandbox, http, "GET", "/state").status_code == 200
