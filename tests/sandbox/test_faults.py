"""Every fault on every credential answers as the provider does: status, and a word of its real answer."""

from __future__ import annotations

import email.utils
import time

import httpx
import pytest

from meshtui.sandbox.faults import FAULTS, NAMES
from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import at, bearer, converse_url, mesh_chat, mesh_get, openai_chat, use, who_am_i

DROPPED, FINE = 0, 200
AWS = ("bedrock", "aws")
FINE_ROW = dict.fromkeys(NAMES, (FINE, "pong"))

# Fault → name → (status, what the answer says). 0: no answer.
TABLE: dict[str, dict[str, tuple[int, str]]] = {
    "revoked": {
        "openai": (401, "invalid_api_key"),
        "bedrock": (403, "Please make sure your API Key is valid"),
        "aws": (403, "The security token included in the request is invalid"),
        "vertex": (400, "Invalid JWT Signature."),
        "mesh": (401, "unauthorized"),
        "platform": (401, "unauthorized"),
    },
    "disabled": {
        "openai": (401, "account_deactivated"),
        "bedrock": (403, "Please make sure your API Key is valid"),
        "aws": (403, "The security token included in the request is invalid"),
        "vertex": (400, "Robot is disabled."),
        "mesh": (403, "forbidden"),
        "platform": (403, "forbidden"),
    },
    "expired": {
        "openai": (401, "invalid_api_key"),
        "bedrock": (403, "Bearer Token has expired"),
        "aws": (403, "The security token included in the request is expired"),
        "vertex": (401, "ACCESS_TOKEN_EXPIRED"),
        "mesh": (401, "unauthorized"),
        "platform": (401, "unauthorized"),
    },
    "no_permission": {
        "openai": (401, "Missing scopes: model.request"),
        "bedrock": (403, "because no identity-based policy allows the bedrock:InvokeModel action"),
        "aws": (403, "because no identity-based policy allows the bedrock:InvokeModel action"),
        "vertex": (403, "IAM_PERMISSION_DENIED"),
        "mesh": (403, "forbidden"),
        "platform": (403, "forbidden"),
    },
    "no_streaming": FINE_ROW,  # what does not stream is served; see test_streams
    "explicit_deny": {
        "openai": (401, "ip_not_authorized"),
        "bedrock": (403, "with an explicit deny in a service control policy"),
        "aws": (403, "with an explicit deny in a service control policy"),
        "vertex": (400, "constraints/vertexai.allowedModels violated"),
        "mesh": (403, "allowed models"),
        "platform": (403, "allowed models"),
    },
    "model_not_granted": {
        "openai": (403, "does not have access to model `gpt-4o-mini`"),
        "bedrock": (403, "You don't have access to the model with the specified model ID."),
        "aws": (403, "You don't have access to the model with the specified model ID."),
        "vertex": (400, "is not allowed to use Publisher Model"),
        "mesh": (404, "model_not_found"),
        "platform": (404, "model_not_found"),
    },
    "quota_empty": {
        "openai": (429, "insufficient_quota"),
        "bedrock": (429, "Too many tokens per day"),
        "aws": (429, "Too many tokens per day"),
        "vertex": (429, "prepayment credits are depleted"),
        "mesh": (402, "spend_limit_exceeded"),
        "platform": (402, "spend_limit_exceeded"),
    },
    "rate_limited": {
        "openai": (429, "requests per min (RPM): Limit 3"),
        "bedrock": (429, "Too many requests"),
        "aws": (429, "Too many requests"),
        "vertex": (429, "RetryInfo"),
        "mesh": (429, "rate_limit_exceeded"),
        "platform": (429, "rate_limit_exceeded"),
    },
    "shared_capacity": {
        "openai": (503, "server_is_overloaded"),
        "bedrock": (503, "Bedrock is unable to process your request."),
        "aws": (503, "Bedrock is unable to process your request."),
        "vertex": (429, "error-code-429"),
        "mesh": (503, "provider_overloaded"),
        "platform": (503, "provider_overloaded"),
    },
    "wrong_region": {
        "openai": (401, "incorrect_hostname"),
        "bedrock": (403, "Please make sure your API Key is valid"),
        "aws": (403, "Credential should be scoped to a valid region."),
        "vertex": (404, "was not found or your project does not have access to it"),
        "mesh": (503, "provider_not_available"),
        "platform": (503, "provider_not_available"),
    },
    "clock_skew": {
        **FINE_ROW,
        "aws": (403, "Signature expired"),
        "vertex": (400, "Token must be a short-lived token"),
    },
    "slow": FINE_ROW,
    "down": dict.fromkeys(NAMES, (DROPPED, "")),
    "html_from_edge": {
        "openai": (403, "Attention Required! | Cloudflare"),
        "bedrock": (502, "502 Bad Gateway"),
        "aws": (502, "502 Bad Gateway"),
        "vertex": (502, "Error 502 (Server Error)!!1"),
        "mesh": (502, "cloudflare"),
        "platform": (502, "cloudflare"),
    },
    "stream_error": FINE_ROW,  # what does not stream is served; see test_streams
    "stream_throttled": FINE_ROW,
    "stream_cut": FINE_ROW,
    "stream_stall": FINE_ROW,
    "tokens_limited": {
        "openai": (429, "on tokens per min (TPM): Limit 200000"),
        "bedrock": (429, "Too many tokens, please wait"),
        "aws": (429, "Too many tokens, please wait"),
        "vertex": (429, "input_tokens_per_minute"),
        "mesh": (429, "200000 tokens per minute (TPM)"),
        "platform": (429, "200000 tokens per minute (TPM)"),
    },
    "server_error": {
        "openai": (500, "The server had an error while processing your request"),
        "bedrock": (500, "unexpected error during processing"),
        "aws": (500, "unexpected error during processing"),
        "vertex": (500, "Internal error encountered."),
        "mesh": (500, "internal_error"),
        "platform": (500, "internal_error"),
    },
    "upstream_timeout": {
        "openai": (504, "cf_gateway_timeout"),
        "bedrock": (408, "exceeded the model timeout length"),
        "aws": (408, "exceeded the model timeout length"),
        "vertex": (504, "DEADLINE_EXCEEDED"),
        "mesh": (504, "gateway_timeout"),
        "platform": (504, "gateway_timeout"),
    },
    "model_error": {**FINE_ROW, **dict.fromkeys(AWS, (424, "error while processing the model"))},
    "model_not_ready": {**FINE_ROW, **dict.fromkeys(AWS, (429, "Model is not ready for inference"))},
    "service_quota": {**FINE_ROW, **dict.fromkeys(AWS, (400, "exceeds the service quota"))},
    "suspended": {
        "openai": (429, "access_terminated"),
        "bedrock": (400, "Operation not allowed"),
        "aws": (400, "Operation not allowed"),
        "vertex": (403, "CONSUMER_SUSPENDED"),
        "mesh": (403, "billing hold"),
        "platform": (403, "billing hold"),
    },
    "model_ended": {
        "openai": (404, "has been deprecated"),
        "bedrock": (404, "has reached the end of its life"),
        "aws": (404, "has reached the end of its life"),
        "vertex": (404, "was not found or your project does not have access to it"),
        "mesh": (404, "model_not_found"),
        "platform": (404, "model_not_found"),
    },
}
CELLS = [(fault, name) for fault in TABLE for name in NAMES]


def test_the_table_holds_every_fault_and_every_credential():
    assert set(TABLE) == set(FAULTS)
    assert all(set(row) == set(NAMES) for row in TABLE.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_credential_is_served(sandbox: Sandbox, http: httpx.Client, name: str):
    answer = use(sandbox, http, name)
    assert (answer.status_code, "pong" in answer.text) == (200, True)


@pytest.mark.parametrize(("fault", "name"), CELLS, ids=[f"{name}-{fault}" for fault, name in CELLS])
def test_a_fault_answers_in_the_providers_own_words(sandbox: Sandbox, http: httpx.Client, fault: str, name: str):
    status, says = TABLE[fault][name]
    sandbox.set_fault(name, fault)
    if status == DROPPED:
        with pytest.raises(httpx.RemoteProtocolError):
            use(sandbox, http, name)
    else:
        answer = use(sandbox, http, name)
        assert (answer.status_code, says in answer.text) == (status, True), answer.text
    sandbox.set_fault(name, None)
    assert use(sandbox, http, name).status_code == 200


def test_a_fault_on_one_credential_leaves_the_others_alone(sandbox: Sandbox, http: httpx.Client):
    for name in NAMES:
        sandbox.set_fault(name, "revoked")
        assert [n for n in NAMES if use(sandbox, http, n).status_code != 200] == [name]
        sandbox.set_fault(name, None)


def test_a_rate_limit_is_a_bucket_that_fills_again(http: httpx.Client):
    from meshtui.sandbox.settings import Pace

    with Sandbox(pace=Pace(word=0, refill=0.2)) as sandbox:
        sandbox.set_fault("openai", "rate_limited")
        refused = openai_chat(sandbox, http)
        wait = int(refused.headers["retry-after-ms"]) / 1000
        assert refused.status_code == 429
        assert 0.1 < wait <= 0.2
        time.sleep(wait)
        assert [openai_chat(sandbox, http).status_code for _ in range(2)] == [200, 429]


def test_the_time_to_wait_is_said_where_the_provider_says_it(sandbox: Sandbox, http: httpx.Client):
    for name in ("openai", "bedrock", "vertex", "mesh"):
        sandbox.set_fault(name, "rate_limited")
    assert openai_chat(sandbox, http).headers["retry-after"] == "20"
    assert "retry-after" not in use(sandbox, http, "bedrock").headers
    details = use(sandbox, http, "vertex").json()["error"]["details"]
    assert float(details[0]["retryDelay"].rstrip("s")) == pytest.approx(20, abs=1)
    mesh = use(sandbox, http, "mesh")
    assert (mesh.headers["retry-after"], mesh.json()["error"]["retry_after_seconds"]) == ("20", 20)


@pytest.mark.parametrize("fault", ["no_permission", "model_not_granted", "quota_empty", "rate_limited"])
def test_what_forbids_only_running_a_model_leaves_looking_allowed(sandbox: Sandbox, http: httpx.Client, fault: str):
    sandbox.set_fault("openai", fault)
    sandbox.set_fault("aws", fault)
    sandbox.set_fault("mesh", fault)
    headers = bearer(at(sandbox, "openai", "key"))
    assert http.get(f"{at(sandbox, 'openai', 'base_url')}/models", headers=headers).status_code == 200
    assert who_am_i(sandbox, http).status_code == 200
    assert mesh_get(sandbox, http, "/models").status_code == 200


@pytest.mark.parametrize(
    ("fault", "code"),
    [("revoked", "InvalidClientTokenId"), ("expired", "ExpiredToken"), ("clock_skew", "SignatureDoesNotMatch")],
)
def test_sts_has_its_own_words_for_the_same_refusals(sandbox: Sandbox, http: httpx.Client, fault: str, code: str):
    sandbox.set_fault("aws", fault)
    answer = who_am_i(sandbox, http)
    assert answer.status_code == 403
    assert f"<Code>{code}</Code>" in answer.text


@pytest.mark.parametrize("name", NAMES)
def test_a_skewed_clock_shows_in_the_date_header(sandbox: Sandbox, http: httpx.Client, name: str):
    def shows_a_clock_ahead_by(seconds: int) -> bool:
        before = int(time.time())
        shown = email.utils.parsedate_to_datetime(use(sandbox, http, name).headers["date"]).timestamp()
        return before <= shown - seconds <= time.time() + 1

    assert shows_a_clock_ahead_by(0)
    sandbox.set_fault(name, "clock_skew")
    assert shows_a_clock_ahead_by(3660)


def test_slow_is_late_and_right(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("openai", "slow")
    started = time.perf_counter()
    assert openai_chat(sandbox, http).status_code == 200
    assert time.perf_counter() - started > 0.15


def test_a_model_of_another_region_is_found_where_it_is(sandbox: Sandbox, http: httpx.Client):
    from tests.sandbox.callers import generate

    sandbox.set_fault("vertex", "wrong_region")
    assert generate(sandbox, http).status_code == 404
    assert generate(sandbox, http, location="us-central1").status_code == 200


def test_aws_names_the_user_the_action_and_the_model(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("bedrock", "no_permission")
    headers = bearer(at(sandbox, "bedrock", "api_key"))
    body = {"messages": [{"role": "user", "content": [{"text": "x"}]}]}
    message = http.post(converse_url(sandbox, call="converse-stream"), json=body, headers=headers).json()["Message"]
    assert ":user/BedrockAPIKey-" in message
    assert "bedrock:InvokeModelWithResponseStream on resource: arn:aws:bedrock:us-east-1::foundation-model/" in message


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s.set_fault("opneai", "revoked"), "openai, bedrock, aws, vertex, mesh, platform"),
        (lambda s: s.set_fault("openai", "revokd"), "revoked, disabled, expired"),
        (lambda s: s.set_policy("mesh", True), "openai, bedrock, aws, vertex"),
        (lambda s: s.activate("openai"), "bedrock, aws"),
        (lambda s: Sandbox(faults={"nobody": "revoked"}), "no credential named 'nobody'"),
    ],
)
def test_an_unknown_name_or_fault_is_answered_with_those_there_are(sandbox: Sandbox, change, says: str):
    with pytest.raises(ValueError, match=says):
        change(sandbox)


def test_faults_are_read_back_as_they_were_set(sandbox: Sandbox):
    sandbox.set_fault("openai", "revoked")
    sandbox.set_fault("mesh", "slow")
    sandbox.set_fault("mesh", None)
    assert sandbox.faults == {"openai": "revoked"}


def test_mesh_answers_for_its_key_before_it_looks_at_yours(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("mesh", "revoked")
    sandbox.set_fault("openai", "revoked")
    answer = mesh_chat(sandbox, http, "openai/gpt-4o-mini")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert sandbox.truth[-1].tried == ()
