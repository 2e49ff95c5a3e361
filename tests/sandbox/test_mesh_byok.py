"""The gateway does what Mesh's BYOK page says, and its record tells what really happened."""

from __future__ import annotations

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Behaviour
from tests.sandbox.callers import MESH_MODELS, mesh_chat, through_mesh

FALLBACK = "x-byok-fallback-triggered"
PROVIDER_KEYS = tuple(MESH_MODELS)


@pytest.mark.parametrize("name", PROVIDER_KEYS)
def test_your_own_key_serves_first(sandbox: Sandbox, http: httpx.Client, name: str):
    answer = through_mesh(sandbox, http, name)
    assert (answer.status_code, FALLBACK in answer.headers) == (200, False)
    truth = sandbox.truth[-1]
    assert (truth.served, truth.credential, truth.fell_back) == ("own key", name, False)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", ["revoked", "disabled", "expired", "no_permission", "explicit_deny",
                                   "model_not_granted", "quota_empty", "rate_limited", "wrong_region"])  # fmt: skip
@pytest.mark.parametrize("name", PROVIDER_KEYS)
def test_mesh_falls_back_on_auth_errors_and_limits_and_says_so(
    sandbox: Sandbox, http: httpx.Client, name: str, fault: str, stream: bool
):
    sandbox.set_fault(name, fault)
    answer = through_mesh(sandbox, http, name, stream=stream)
    assert (answer.status_code, answer.headers.get(FALLBACK)) == (200, "true")
    truth = sandbox.truth[-1]
    assert (truth.served, truth.fell_back, truth.failed_first.credential) == ("platform", True, name)


# Fault → name → (status, code, provider_code) under exclusive use: the provider's status, Mesh's words.
EXCLUSIVE = {
    "revoked": {
        "openai": (401, "upstream_auth_error", "invalid_auth"),
        "bedrock": (403, "upstream_auth_error", "invalid_auth"),
        "aws": (403, "upstream_auth_error", "invalid_auth"),
        "vertex": (400, "upstream_auth_error", "invalid_auth"),
    },
    "no_permission": {
        "openai": (401, "upstream_auth_error", "permission_denied"),
        "bedrock": (403, "upstream_auth_error", "permission_denied"),
        "aws": (403, "upstream_auth_error", "permission_denied"),
        "vertex": (403, "upstream_auth_error", "permission_denied"),
    },
    "rate_limited": dict.fromkeys(PROVIDER_KEYS, (429, "upstream_rate_limit_error", "rate_limit_exceeded")),
    "quota_empty": dict.fromkeys(PROVIDER_KEYS, (429, "upstream_rate_limit_error", "monthly_quota_exceeded")),
    "shared_capacity": {
        **dict.fromkeys(("openai", "bedrock", "aws"), (503, "upstream_error", "provider_overloaded")),
        "vertex": (429, "upstream_error", "provider_overloaded"),
    },
    "down": dict.fromkeys(PROVIDER_KEYS, (502, "upstream_error", "connection_error")),
    "html_from_edge": dict.fromkeys(PROVIDER_KEYS, (502, "upstream_error", "bad_response")),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("fault", "name"), [(f, n) for f, row in EXCLUSIVE.items() for n in row])
def test_exclusive_use_surfaces_the_failure_with_the_providers_status(
    sandbox: Sandbox, http: httpx.Client, fault: str, name: str, stream: bool
):
    sandbox.set_fault(name, fault)
    sandbox.set_policy(name, exclusive=True)
    answer = through_mesh(sandbox, http, name, stream=stream)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["provider_code"]) == EXCLUSIVE[fault][name]
    assert FALLBACK not in answer.headers
    assert (sandbox.truth[-1].served, sandbox.truth[-1].fell_back) == ("nobody", False)


def test_the_providers_own_words_are_passed_on(sandbox: Sandbox, http: httpx.Client):
    words = {
        "openai": lambda error: error["error"]["code"] == "invalid_api_key",
        "bedrock": lambda error: error["__type"] == "AccessDeniedException" and "API Key" in error["Message"],
        "aws": lambda error: error["__type"] == "UnrecognizedClientException",
        "vertex": lambda error: error["error"] == "invalid_grant",
    }
    for name, holds in words.items():
        sandbox.set_fault(name, "revoked")
        sandbox.set_policy(name, exclusive=True)
        error = through_mesh(sandbox, http, name).json()["error"]
        assert holds(error["provider_error"])
        assert error["message"] in str(error["provider_error"])


@pytest.mark.parametrize("fault", ["shared_capacity", "down", "html_from_edge"])
def test_a_failure_of_the_provider_itself_leads_to_no_fallback_unless_switched_on(
    sandbox: Sandbox, http: httpx.Client, fault: str
):
    sandbox.set_fault("openai", fault)
    assert through_mesh(sandbox, http, "openai").status_code >= 500
    sandbox.behaviour = Behaviour(fall_back_on_provider_failure=True)
    answer = through_mesh(sandbox, http, "openai")
    assert (answer.status_code, answer.headers[FALLBACK]) == (200, "true")


@pytest.mark.parametrize("fault", ["clock_skew", "slow"])
def test_what_harms_only_you_or_only_delays_is_served_by_your_key(sandbox: Sandbox, http: httpx.Client, fault: str):
    sandbox.set_fault("vertex", fault)
    assert through_mesh(sandbox, http, "vertex").status_code == 200
    assert sandbox.truth[-1].served == "own key"


def test_only_the_active_bedrock_credential_is_used(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("bedrock", "revoked")
    assert FALLBACK in through_mesh(sandbox, http, "bedrock").headers
    assert FALLBACK not in through_mesh(sandbox, http, "aws").headers
    assert sandbox.truth[-1].credential == "aws"


def test_anthropic_models_are_bedrocks(sandbox: Sandbox, http: httpx.Client):
    assert mesh_chat(sandbox, http, "anthropic/claude-haiku-4.5").status_code == 200
    assert sandbox.truth[-1].credential == "bedrock"


def test_a_model_that_takes_no_key_is_served_by_the_platform_without_a_word(sandbox: Sandbox, http: httpx.Client):
    answer = mesh_chat(sandbox, http, "meta-llama/llama-3.3-70b-instruct")
    assert (answer.status_code, FALLBACK in answer.headers) == (200, False)
    assert (sandbox.truth[-1].served, sandbox.truth[-1].fell_back) == ("platform", False)


def test_the_platform_key_belongs_to_a_team_without_provider_keys(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "revoked")
    sandbox.set_policy("openai", exclusive=True)
    answer = mesh_chat(sandbox, http, "openai/gpt-4o-mini", key="platform")
    assert (answer.status_code, FALLBACK in answer.headers) == (200, False)
    assert sandbox.truth[-1].credential == "platform-openai"


def test_a_failure_of_meshs_own_credential_is_masked(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("platform-openai", "revoked")
    answer = mesh_chat(sandbox, http, "openai/gpt-4o-mini", key="platform")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (502, "upstream_error")
    assert "openai" not in answer.text.lower()
    assert sandbox.truth[-1].tried[0].meaning == "invalid_auth"


@pytest.mark.parametrize(("both_failed", "code"), [("platform", "upstream_error"), ("own", "upstream_auth_error")])
def test_where_both_fail_the_switch_says_whose_error_is_returned(
    sandbox: Sandbox, http: httpx.Client, both_failed: str, code: str
):
    sandbox.behaviour = Behaviour(both_failed=both_failed)
    sandbox.set_fault("openai", "revoked")
    sandbox.set_fault("platform-openai", "shared_capacity")
    answer = through_mesh(sandbox, http, "openai")
    assert (answer.json()["error"]["code"], answer.headers[FALLBACK]) == (code, "true")
    truth = sandbox.truth[-1]
    assert [tried.credential for tried in truth.tried] == ["openai", "platform-openai"]
    assert (truth.served, truth.fell_back) == ("nobody", True)


@pytest.mark.parametrize(
    ("behaviour", "stream", "header"),
    [
        (Behaviour(), True, "true"),
        (Behaviour(fallback_header="1"), False, "1"),
        (Behaviour(fallback_header=""), False, None),
        (Behaviour(fallback_header_on_streams=False), True, None),
        (Behaviour(fallback_header_on_streams=False), False, "true"),
    ],
)
def test_the_undocumented_sides_of_the_fallback_header_are_switches(
    sandbox: Sandbox, http: httpx.Client, behaviour: Behaviour, stream: bool, header: str | None
):
    sandbox.behaviour = behaviour
    sandbox.set_fault("openai", "revoked")
    assert through_mesh(sandbox, http, "openai", stream=stream).headers.get(FALLBACK) == header


def test_statuses_can_be_the_documented_ones(sandbox: Sandbox, http: httpx.Client):
    sandbox.behaviour = Behaviour(byok_status="documented")
    for name, fault, status in (("vertex", "revoked", 401), ("openai", "no_permission", 403)):
        sandbox.set_fault(name, fault)
        sandbox.set_policy(name, exclusive=True)
        assert through_mesh(sandbox, http, name).status_code == status


def test_a_waiting_time_is_passed_on_unless_switched_off(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "rate_limited")
    sandbox.set_policy("openai", exclusive=True)
    answer = through_mesh(sandbox, http, "openai")
    assert (answer.headers["retry-after"], answer.json()["error"]["retry_after_seconds"]) == ("20", 20)
    sandbox.behaviour = Behaviour(pass_retry_after=False)
    assert "retry-after" not in through_mesh(sandbox, http, "openai").headers


def test_usage_can_name_the_credential(sandbox: Sandbox, http: httpx.Client):
    sandbox.behaviour = Behaviour(usage_names_byok=True)
    sandbox.set_fault("openai", "revoked")
    usage = through_mesh(sandbox, http, "openai").json()["usage"]
    assert (usage["byok_used"], usage["fallback_triggered"]) == (False, True)


def test_a_key_that_may_not_stream_falls_back_on_streams_alone(sandbox: Sandbox, http: httpx.Client):
    for name in ("openai", "bedrock", "aws"):
        sandbox.set_fault(name, "no_streaming")
        marks = [FALLBACK in through_mesh(sandbox, http, name, stream=stream).headers for stream in (False, True)]
        assert marks == [False, True]


ROUTING = ("x-mesh-routing-attempts", "x-mesh-routing-fallback")


def test_the_headers_about_routing_are_sent_where_the_switch_says_so(sandbox: Sandbox, http: httpx.Client):
    assert not set(ROUTING) & set(through_mesh(sandbox, http, "openai").headers)
    sandbox.behaviour = Behaviour(routing_headers=True)
    headers = through_mesh(sandbox, http, "openai").headers
    assert [headers[name] for name in ROUTING] == ["1", "false"]
    assert "x-mesh-routing-model" not in headers


NANO, EMBEDDER = "amazon/nova-micro-v1", "openai/text-embedding-3-small"


def through_list(sandbox: Sandbox, http: httpx.Client, *models: object, **body: object) -> httpx.Response:
    """OpenAI's model under exclusive use, and those that may serve in its place."""
    sandbox.set_policy("openai", exclusive=True)
    return mesh_chat(sandbox, http, MESH_MODELS["openai"], models=list(models), **body)


@pytest.mark.parametrize(("fault", "moves"), [
    ("shared_capacity", True), ("rate_limited", True), ("down", True), ("revoked", False), ("no_permission", False),
])  # fmt: skip
def test_another_model_is_tried_where_the_failure_may_pass(
    sandbox: Sandbox, http: httpx.Client, fault: str, moves: bool
):
    sandbox.set_fault("openai", fault)
    answer = through_list(sandbox, http, NANO)
    assert (answer.status_code == 200) is moves
    names = ["openai", "bedrock"] if moves else ["openai"]
    assert [tried.credential for tried in sandbox.truth[-1].tried] == names


def test_a_model_that_serves_at_once_is_the_only_one_and_nobody_speaks_of_routing(sandbox: Sandbox, http: httpx.Client):
    answer = through_list(sandbox, http, NANO)
    assert [tried.credential for tried in sandbox.truth[-1].tried] == ["openai"]
    assert not [name for name in answer.headers if name.startswith(("x-mesh-routing", "x-auto", "x-resolved"))]
    assert not {"x_auto_routed", "x_resolved_model_id"} & answer.json().keys()


def test_what_cannot_stand_in_for_the_model_is_passed_over(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "shared_capacity")
    answer = through_list(sandbox, http, MESH_MODELS["openai"], EMBEDDER, "no/such-model", NANO)
    assert (answer.status_code, answer.headers["x-mesh-routing-attempts"]) == (200, "2")
    assert answer.headers["x-mesh-routing-model"] == NANO
    streamed = through_list(sandbox, http, NANO, stream=True)
    assert not [name for name in streamed.headers if name.startswith("x-mesh-routing")]


def test_that_one_model_fell_back_is_told_though_another_served(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "rate_limited")
    sandbox.set_fault("platform-openai", "shared_capacity")
    answer = mesh_chat(sandbox, http, MESH_MODELS["openai"], models=[NANO])
    assert answer.status_code == 200
    truth = sandbox.truth[-1]
    assert [tried.credential for tried in truth.tried] == ["openai", "platform-openai", "bedrock"]
    assert truth.fell_back is True


def test_the_choice_of_a_model_is_told_in_a_whole_answer_and_ahead_of_a_stream(sandbox: Sandbox, http: httpx.Client):
    whole = mesh_chat(sandbox, http, "auto")
    assert (whole.json()["x_auto_routed"], whole.json()["x_resolved_model_id"]) == (True, "openai/gpt-4o-mini")
    assert "x-auto-routed" not in whole.headers
    stream = mesh_chat(sandbox, http, "auto", stream=True)
    assert (stream.headers["x-auto-routed"], stream.headers["x-resolved-model-id"]) == ("true", "openai/gpt-4o-mini")
    assert "x_auto_routed" not in stream.text
    assert "x-auto-routed" not in mesh_chat(sandbox, http, MESH_MODELS["openai"], stream=True).headers


@pytest.mark.parametrize(("timeout", "status"), [(0.01, 504), (1, 200), (None, 200)])
def test_a_provider_is_waited_for_as_long_as_the_body_says(
    sandbox: Sandbox, http: httpx.Client, timeout: float | None, status: int
):
    sandbox.set_fault("openai", "slow")
    body = {} if timeout is None else {"timeout": timeout}
    answer = mesh_chat(sandbox, http, MESH_MODELS["openai"], **body)
    assert answer.status_code == status
    if status == 504:
        assert answer.json()["error"]["code"] == "gateway_timeout"
        sandbox.behaviour = Behaviour(timeout_status=408)
        assert mesh_chat(sandbox, http, MESH_MODELS["openai"], **body).status_code == 408


def test_meshs_own_credential_that_is_slow_is_not_masked(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("platform-openai", "slow")
    answer = mesh_chat(sandbox, http, MESH_MODELS["openai"], key="platform", timeout=0.01)
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "gateway_timeout")


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_your_key_is_tried_as_often_as_the_switch_says(sandbox: Sandbox, http: httpx.Client, retries: int):
    sandbox.behaviour = Behaviour(byok_retries=retries)
    sandbox.set_fault("openai", "revoked")
    assert through_mesh(sandbox, http, "openai").status_code == 200
    tried = [(each.credential, each.status, each.meaning) for each in sandbox.truth[-1].tried]
    assert tried == [("openai", 401, "invalid_auth")] * (1 + retries) + [("platform-openai", 200, "")]


@pytest.mark.parametrize(("switch", "fault"), [
    ("fall_back_on_missing_permission", "no_permission"), ("fall_back_on_quota", "quota_empty"),
])  # fmt: skip
def test_what_leads_to_a_fallback_is_switched_off_one_by_one(
    sandbox: Sandbox, http: httpx.Client, switch: str, fault: str
):
    sandbox.set_fault("openai", fault)
    sandbox.behaviour = Behaviour(**{switch: False})
    assert through_mesh(sandbox, http, "openai").status_code in (401, 403, 429)
    assert sandbox.truth[-1].served == "nobody"
    sandbox.set_fault("openai", "revoked")
    assert through_mesh(sandbox, http, "openai").status_code == 200


@pytest.mark.parametrize(
    ("name", "code"), [("openai", "insufficient_credits"), ("vertex", "upstream_rate_limit_error")]
)
def test_a_quota_that_is_money_is_told_as_credit_where_switched_so(
    sandbox: Sandbox, http: httpx.Client, name: str, code: str
):
    sandbox.behaviour = Behaviour(out_of_credit="credit")
    sandbox.set_fault(name, "quota_empty")
    sandbox.set_policy(name, exclusive=True)
    assert through_mesh(sandbox, http, name).json()["error"]["code"] == code
    sandbox.set_fault(name, "rate_limited")
    assert through_mesh(sandbox, http, name).json()["error"]["code"] == "upstream_rate_limit_error"


@pytest.mark.parametrize(("where", "in_message", "in_object"), [
    ("both", True, True), ("message", True, False), ("provider_error", False, True),
])  # fmt: skip
def test_the_providers_words_stand_where_the_switch_says(
    sandbox: Sandbox, http: httpx.Client, where: str, in_message: bool, in_object: bool
):
    sandbox.behaviour = Behaviour(byok_reason=where)
    sandbox.set_fault("openai", "revoked")
    sandbox.set_policy("openai", exclusive=True)
    error = through_mesh(sandbox, http, "openai").json()["error"]
    assert ("Incorrect API key provided" in error["message"]) is in_message
    assert ("provider_error" in error) is in_object
    assert error["message"]
    sandbox.set_fault("openai", "down")
    failed = through_mesh(sandbox, http, "openai").json()["error"]
    assert (failed["message"], "provider_error" in failed) == ("Could not connect to the upstream provider.", False)
    assert sandbox.truth[-1].tried[0].message == "Could not connect to the upstream provider."


@pytest.mark.parametrize("fault", ["stream_cut", "stream_error", "stream_throttled"])
def test_a_stream_breaks_for_whoever_serves_it(sandbox: Sandbox, http: httpx.Client, fault: str):
    sandbox.set_fault("platform-openai", fault)
    assert '"error"' not in through_mesh(sandbox, http, "openai", stream=True).text
    sandbox.set_fault("openai", "revoked")
    assert '"error"' in through_mesh(sandbox, http, "openai", stream=True).text
    sandbox.set_fault("platform-openai", None)
    assert '"error"' not in through_mesh(sandbox, http, "openai", stream=True).text
    sandbox.set_fault("openai", fault)
    assert '"error"' in through_mesh(sandbox, http, "openai", stream=True).text
    assert sandbox.truth[-1].credential == "openai"
