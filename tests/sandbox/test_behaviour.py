"""What Mesh's documentation leaves open is a switch each: written down, and seen from outside."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import AS_DOCUMENTED, SWITCHES, Behaviour
from tests.sandbox.mesh import MODEL, call, run

CHAT = "/chat/completions"
FALLBACK = "x-byok-fallback-triggered"


def test_every_switch_is_written_down_with_its_question_default_and_reason():
    assert [field.name for field in fields(Behaviour)] == list(SWITCHES)
    for name, switch in SWITCHES.items():
        assert switch.values[0] == getattr(AS_DOCUMENTED, name)
        assert len(switch.values) > 1
        assert "?" in switch.question
        assert switch.because


@pytest.mark.parametrize(("name", "value"), [(n, value) for n, switch in SWITCHES.items() for value in switch.values])
def test_every_plausible_value_serves_and_falls_back(sandbox: Sandbox, http: httpx.Client, name: str, value: Any):
    sandbox.behaviour = replace(AS_DOCUMENTED, **{name: value})
    for fault in (None, "revoked", "quota_empty", "stream_error"):
        sandbox.set_fault("openai", fault)
        for stream in (False, True):
            if (value, fault, stream) == ("drop", "stream_error", True):
                with pytest.raises(httpx.RemoteProtocolError):
                    run(sandbox, http, CHAT, stream=stream)
                continue
            try:
                answer = run(sandbox, http, CHAT, stream=stream)
            except httpx.RemoteProtocolError:
                assert (value, sandbox.truth[-1].broke) == ("drop", True)
            else:
                assert (answer.status_code == 200) == (sandbox.truth[-1].served != "nobody")


@pytest.mark.parametrize(
    ("switch", "fault"),
    [
        ("fall_back_on_missing_permission", "no_permission"),
        ("fall_back_on_quota", "quota_empty"),
        ("fall_back_on_provider_failure", "shared_capacity"),
    ],
)
def test_what_leads_to_fallback_is_a_switch_each(sandbox: Sandbox, http: httpx.Client, switch: str, fault: str):
    sandbox.set_fault("openai", fault)
    served = {}
    for value in (False, True):
        sandbox.behaviour = replace(AS_DOCUMENTED, **{switch: value})
        run(sandbox, http, CHAT)
        served[value] = sandbox.truth[-1].served
    assert served == {False: "nobody", True: "platform"}


def test_your_key_may_be_tried_again_before_the_platforms_is(sandbox: Sandbox, http: httpx.Client):
    sandbox.behaviour = Behaviour(byok_retries=2)
    sandbox.set_fault("openai", "revoked:first-2")
    assert FALLBACK not in run(sandbox, http, CHAT).headers
    assert [tried.status for tried in sandbox.truth[-1].tried] == [401, 401, 200]


def test_the_header_can_say_false_where_your_key_served(sandbox: Sandbox, http: httpx.Client):
    sandbox.behaviour = Behaviour(fallback_header_says_false=True)
    assert run(sandbox, http, CHAT).headers[FALLBACK] == "false"
    sandbox.set_fault("openai", "revoked")
    assert run(sandbox, http, CHAT).headers[FALLBACK] == "true"


@pytest.mark.parametrize(
    ("where", "in_message", "in_object"),
    [("both", True, True), ("message", True, False), ("provider_error", False, True)],
)
def test_the_providers_words_stand_where_the_switch_says(
    sandbox: Sandbox, http: httpx.Client, where: str, in_message: bool, in_object: bool
):
    sandbox.behaviour = Behaviour(byok_reason=where)
    sandbox.set_fault("openai", "revoked")
    sandbox.set_policy("openai", exclusive=True)
    error = run(sandbox, http, CHAT).json()["error"]
    assert ("Incorrect API key" in error["message"], "provider_error" in error) == (in_message, in_object)


def test_a_quota_that_is_money_may_be_called_credit(sandbox: Sandbox, http: httpx.Client):
    sandbox.behaviour = Behaviour(out_of_credit="credit", byok_status="documented")
    sandbox.set_policy("openai", exclusive=True)
    sandbox.set_fault("openai", "quota_empty")
    answer = run(sandbox, http, CHAT)
    assert (answer.status_code, answer.json()["error"]["provider_code"]) == (402, "insufficient_credits")


def test_headers_of_older_gateways_can_be_sent(sandbox: Sandbox, http: httpx.Client):
    sandbox.behaviour = Behaviour(served_provider_header=True, routing_headers=True)
    headers = run(sandbox, http, CHAT).headers
    assert (headers["x-mesh-served-provider"], headers["x-mesh-routing-attempts"]) == ("openai", "1")
    assert "x-mesh-routing-attempts" not in run(sandbox, http, CHAT, stream=True).headers


def test_waiting_times_and_costs_stand_in_the_body_where_switched_so(sandbox: Sandbox, http: httpx.Client):
    sandbox.behaviour = Behaviour(retry_after_in_body=False, cost_in_last_chunk=True)
    sandbox.set_policy("openai", exclusive=True)
    assert '"cost":"0.0000000000"' in run(sandbox, http, CHAT, stream=True).text
    sandbox.set_fault("openai", "rate_limited")
    answer = run(sandbox, http, CHAT)
    assert ("retry-after" in answer.headers, "retry_after_seconds" in answer.json()["error"]) == (True, False)


# Routing: another thing than credentials


def test_auto_names_the_model_that_was_chosen(sandbox: Sandbox, http: httpx.Client):
    body = run(sandbox, http, CHAT, model="auto").json()
    assert (body["x_auto_routed"], body["x_resolved_model_id"]) == (True, MODEL)
    assert run(sandbox, http, CHAT, model="auto", stream=True).headers["x-resolved-model-id"] == MODEL


def test_the_next_model_of_the_list_serves_where_the_first_is_throttled(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_policy("openai", exclusive=True)
    asked = {"models": ["amazon/nova-micro-v1"]}
    sandbox.set_fault("openai", "shared_capacity")
    headers = run(sandbox, http, CHAT, **asked).headers
    told = [headers[f"x-mesh-routing-{what}"] for what in ("fallback", "model", "attempts")]
    assert told == ["true", "amazon/nova-micro-v1", "2"]
    assert FALLBACK not in headers
    assert [tried.credential for tried in sandbox.truth[-1].tried] == ["openai", "bedrock"]
    newest = call(sandbox, http, "POST", "/usage/events", json={"org_id": "", "limit": 1}).json()["events"][0]
    assert newest["routing_fallback"] is True
    sandbox.set_fault("openai", "revoked")
    assert run(sandbox, http, CHAT, **asked).status_code == 401


@pytest.mark.parametrize(("value", "says"), [("error", '"error"'), ("end", "")])
def test_a_stream_that_the_provider_broke_off_ends_as_the_switch_says(
    sandbox: Sandbox, http: httpx.Client, value: str, says: str
):
    sandbox.behaviour = replace(AS_DOCUMENTED, broken_stream=value)
    sandbox.set_fault("openai", "stream_error")
    body = run(sandbox, http, CHAT, stream=True).text
    assert '"content"' in body
    assert (says in body, "[DONE]" in body) == (True, bool(says))
    assert sandbox.truth[-1].broke


@pytest.mark.parametrize("places", [10, 7, 5])
def test_costs_have_the_places_that_the_switch_says(sandbox: Sandbox, http: httpx.Client, places: int):
    sandbox.behaviour = replace(AS_DOCUMENTED, cost_places=places)
    run(sandbox, http, CHAT)
    assert len(sandbox.truth[-1].cost_usd.partition(".")[2]) == places
