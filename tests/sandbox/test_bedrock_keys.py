"""Bedrock API keys: long-term ones are looked up, short-term ones, made by AWS's own generator, are verified."""

from __future__ import annotations

import base64
import datetime
import json
import re

import botocore.auth
import httpx
import pytest
from aws_bedrock_token_generator import BedrockTokenGenerator
from botocore.credentials import Credentials

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import CONVERSE, at, bearer, converse_url, converse_with_key, signed, through_mesh, who_am_i

SHORT_TERM = "bedrock-api-key-"


def made(sandbox: Sandbox, *, secret: str = "", region: str = "", token: str | None = None) -> str:
    aws = sandbox.addresses["aws"]
    credentials = Credentials(str(aws["access_key_id"]), secret or str(aws["secret_access_key"]), token)
    return BedrockTokenGenerator().get_token(credentials, region or str(aws["region"]))


def changed(key: str, old: str, new: str) -> str:
    text = base64.b64decode(key.removeprefix(SHORT_TERM)).decode()
    assert re.search(old, text)
    return SHORT_TERM + base64.b64encode(re.sub(old, new, text).encode()).decode()


def test_a_short_term_key_made_with_the_key_pair_is_served(sandbox: Sandbox, http: httpx.Client):
    assert converse_with_key(sandbox, http, made(sandbox)).status_code == 200


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"secret": "wrong"}, "Please make sure your API Key is valid"),
        ({"region": "eu-west-1"}, "Please make sure your API Key is valid"),
        ({"token": "a-session"}, "Please make sure your API Key is valid"),
    ],
)
def test_a_short_term_key_of_other_making_is_refused(sandbox: Sandbox, http: httpx.Client, how, says):
    answer = converse_with_key(sandbox, http, made(sandbox, **how))
    assert (answer.status_code, says in answer.json()["Message"]) == (403, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"X-Amz-Expires=\d+", "X-Amz-Expires=43100"),
        (r"X-Amz-Expires=\d+", "X-Amz-Expires=99999"),
        (r"Signature=\w{8}", "Signature=00000000"),
        (r"^bedrock\.", "evil."),
        ("CallWithBearerToken", "Everything"),
        (r"X-Amz-Date=\d{8}", "X-Amz-Date=20300101"),
    ],
)
def test_a_short_term_key_that_was_changed_is_refused(sandbox: Sandbox, http: httpx.Client, old: str, new: str):
    assert converse_with_key(sandbox, http, changed(made(sandbox), old, new)).status_code == 403


@pytest.mark.parametrize(
    ("hours", "says"), [(13, "Bearer Token has expired"), (-1, "Please make sure your API Key is valid")]
)
def test_a_short_term_key_lives_in_its_time_only(
    sandbox: Sandbox, http: httpx.Client, monkeypatch: pytest.MonkeyPatch, hours: int, says: str
):
    then = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - datetime.timedelta(hours=hours)
    with monkeypatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda: then)
        key = made(sandbox)
    answer = converse_with_key(sandbox, http, key)
    assert (answer.status_code, says in answer.json()["Message"]) == (403, True)


def test_a_short_term_key_dies_with_the_key_pair_that_made_it(sandbox: Sandbox, http: httpx.Client):
    sandbox.set_fault("aws", "revoked")
    assert converse_with_key(sandbox, http, made(sandbox)).status_code == 403
    assert converse_with_key(sandbox, http).status_code == 200


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("ABSK" + "x" * 100, "Please make sure your API Key is valid"),
        ("bedrock-api-key-%%%", "Please make sure your API Key is valid"),
        ("bedrock-api-key-" + "e30=", "Please make sure your API Key is valid"),
        ("not-a-key", "Must start with pre-defined prefix"),
    ],
)
def test_what_is_no_key_of_bedrocks_is_told_so(sandbox: Sandbox, http: httpx.Client, key: str, says: str):
    answer = converse_with_key(sandbox, http, key)
    assert (answer.status_code, says in answer.json()["Message"]) == (403, True)


def test_sts_takes_no_api_key(sandbox: Sandbox, http: httpx.Client):
    url = f"{at(sandbox, 'aws', 'endpoint_url')}/?Action=GetCallerIdentity&Version=2011-06-15"
    answer = http.get(url, headers=bearer(at(sandbox, "bedrock", "api_key")))
    assert "<Code>MissingAuthenticationToken</Code>" in answer.text
    assert who_am_i(sandbox, http, secret="wrong").text.count("<Code>SignatureDoesNotMatch</Code>") == 1


def test_an_api_key_sees_the_models_and_their_state(sandbox: Sandbox, http: httpx.Client):
    base, headers = at(sandbox, "aws", "endpoint_url"), bearer(at(sandbox, "bedrock", "api_key"))
    listed = http.get(f"{base}/foundation-models", headers=headers).json()["modelSummaries"]
    assert "amazon.nova-micro-v1:0" in [model["modelId"] for model in listed]
    url = f"{base}/foundation-model-availability/amazon.nova-micro-v1%3A0"
    assert http.get(url, headers=headers).json()["authorizationStatus"] == "AUTHORIZED"
    sandbox.set_fault("bedrock", "model_not_granted")
    assert http.get(url, headers=headers).json()["authorizationStatus"] == "NOT_AUTHORIZED"


@pytest.mark.parametrize(
    ("call", "body", "says"),
    [
        ("converse", b"no json", "Malformed input request"),
        ("converse", b"[]", "Malformed input request"),
        ("converse", b"{}", "start with a user message"),
        ("invoke", b"{}", "Malformed input request: #: required key [messages] not found"),
        ("invoke", b'{"messages": []}', "start with a user message"),
    ],
)
def test_a_body_that_does_not_fit_is_a_validation_exception(sandbox: Sandbox, http: httpx.Client, call, body, says):
    headers = bearer(at(sandbox, "bedrock", "api_key"))
    answer = http.post(converse_url(sandbox, call=call), content=body, headers=headers)
    assert (answer.status_code, says in answer.json()["message"]) == (400, True)
    assert answer.headers["x-amzn-errortype"].startswith("ValidationException")


def test_a_path_that_is_no_operation_is_told_so(sandbox: Sandbox, http: httpx.Client):
    url = f"{at(sandbox, 'aws', 'endpoint_url')}/v1/chat/completions"
    answer = http.post(url, json={}, headers=bearer(at(sandbox, "bedrock", "api_key")))
    assert answer.json()["Output"]["__type"].endswith("UnknownOperationException")


CORAL = "http://internal.amazon.com/coral"


@pytest.mark.parametrize("name", ["bedrock", "aws"])
@pytest.mark.parametrize(("call", "action"), [
    ("converse", "InvokeModel"), ("converse-stream", "InvokeModelWithResponseStream"),
])  # fmt: skip
def test_a_denial_names_the_keys_own_user_the_right_and_the_model(
    sandbox: Sandbox, http: httpx.Client, name: str, call: str, action: str
):
    sandbox.set_fault(name, "no_permission")
    url = converse_url(sandbox, call=call)
    if name == "bedrock":
        answer = http.post(url, json=CONVERSE, headers=bearer(at(sandbox, "bedrock", "api_key")))
    else:
        answer = signed(sandbox, http, "POST", url, json.dumps(CONVERSE).encode())
    user = r"BedrockAPIKey-[a-z0-9]{4}" if name == "bedrock" else "meshtui-sandbox"
    message = answer.json()["Message"]
    assert re.match(
        rf"User: arn:aws:iam::\d{{12}}:user/{user} is not authorized to perform: bedrock:{action} on resource: "
        r"arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0 because no identity-based", message,
    ), message  # fmt: skip
    assert f"allows the bedrock:{action} action" in message
    assert answer.headers["x-amzn-errortype"].startswith(f"AccessDeniedException:{CORAL}/com.amazon.")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]{27}", answer.headers["x-amzn-requestid"])


def test_who_refuses_is_named_with_the_kind_of_the_refusal(sandbox: Sandbox, http: httpx.Client):
    front = converse_with_key(sandbox, http, "ABSK" + "x" * 100)
    assert front.headers["x-amzn-errortype"] == f"AccessDeniedException:{CORAL}/com.amazon.coral.service/"
    sandbox.set_fault("bedrock", "model_not_granted")
    behind = converse_with_key(sandbox, http)
    assert behind.headers["x-amzn-errortype"] == f"AccessDeniedException:{CORAL}/com.amazon.bedrock/"
    key = at(sandbox, "bedrock", "api_key")
    untidy = http.post(converse_url(sandbox), json=CONVERSE, headers={"authorization": f"bearer   {key}"})
    assert untidy.status_code == 403


@pytest.mark.parametrize(("name", "fault", "kind", "field"), [
    ("bedrock", "revoked", "AccessDeniedException", "Message"),
    ("aws", "revoked", "UnrecognizedClientException", "message"),
    ("aws", "no_permission", "AccessDeniedException", "Message"),
    ("bedrock", "quota_empty", "ThrottlingException", "message"),
])  # fmt: skip
def test_a_copy_in_mesh_is_refused_as_the_key_itself_is(
    sandbox: Sandbox, http: httpx.Client, name: str, fault: str, kind: str, field: str
):
    sandbox.set_fault(name, fault)
    sandbox.set_policy(name, exclusive=True)
    error = through_mesh(sandbox, http, name).json()["error"]
    assert error["provider_error"] == {"__type": kind, field: error["message"]}


@pytest.mark.parametrize(("name", "stream", "status"), [
    ("aws", False, 200), ("aws", True, 403), ("bedrock", False, 200), ("bedrock", True, 403),
])  # fmt: skip
def test_a_copy_that_may_not_stream_serves_whole_answers(
    sandbox: Sandbox, http: httpx.Client, name: str, stream: bool, status: int
):
    sandbox.set_fault(name, "no_streaming")
    sandbox.set_policy(name, exclusive=True)
    answer = through_mesh(sandbox, http, name, stream=stream)
    assert answer.status_code == status
    if stream:
        assert "InvokeModelWithResponseStream" in answer.json()["error"]["message"]
