"""What we sign is what the vendors' own libraries sign, byte for byte but for the time."""

from __future__ import annotations

import base64
import datetime
import gc
import json
import weakref
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import boto3
import botocore.auth
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.oauth2 import service_account

from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.http.call import Call, PromptRequest
from meshtui.providers.bedrock import iam_simulator as iam
from meshtui.providers.bedrock import requests as bedrock
from meshtui.providers.bedrock.provider import AwsKeys
from meshtui.providers.vertex import tokens as google
from meshtui.providers.vertex.provider import ServiceAccount
from tests.canaries import parts_in

REGION = "eu-central-1"
ARN = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.amazon.nova-micro-v1:0"

MODEL_ARN = "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-micro-v1:0"
USER = "arn:aws:iam::123456789012:user/a+b@c"


def keys(session_token: str = "") -> AwsKeys:
    token = Secret(session_token) if session_token else None
    return AwsKeys(Secret("AKIA" + "Q" * 16), Secret("s" * 40), REGION, token)


def sent_by_boto3(service: str, pair: AwsKeys, call: Callable[[Any], object]) -> AWSPreparedRequest:
    """The request that boto3 would put on the wire; it is answered before it gets there."""
    session = boto3.Session(
        pair.access_key_id.reveal(),
        pair.secret_access_key.reveal(),
        pair.session_token.reveal() if pair.session_token else None,
        region_name=REGION,
    )
    client = session.client(service, config=Config(retries={"total_max_attempts": 1}))
    sent: list[AWSPreparedRequest] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 500, {}, None)

    client.meta.events.register("before-send", answer)
    with pytest.raises(Exception):  # noqa: B017, PT011 - what boto3 makes of the empty answer is of no interest
        call(client)
    return sent[0]


def question(model: str = "amazon.nova-micro-v1:0", **more: Any) -> PromptRequest:
    return PromptRequest(model, "Reply with: pöng", **more)


def ask(**more: Any) -> dict[str, Any]:
    return {
        "modelId": "amazon.nova-micro-v1:0",
        "messages": [{"role": "user", "content": [{"text": "Reply with: pöng"}]}],
        "inferenceConfig": {"maxTokens": 16},
        **more,
    }


AT = Endpoints()
TWINS: dict[str, tuple[str, Callable[[AwsKeys], Call], Callable[[Any], object]]] = {
    "converse": (
        "bedrock-runtime",
        lambda k: bedrock.make_prompt_call(AT, k, question()),
        lambda c: c.converse(**ask()),
    ),
    "with a system prompt": (
        "bedrock-runtime",
        lambda k: bedrock.make_prompt_call(AT, k, question(system="Be brief.")),
        lambda c: c.converse(**ask(system=[{"text": "Be brief."}])),
    ),
    "by ARN": (
        "bedrock-runtime",
        lambda k: bedrock.make_prompt_call(AT, k, question(ARN)),
        lambda c: c.converse(**ask(modelId=ARN)),
    ),
    "streamed": (
        "bedrock-runtime",
        lambda k: bedrock.make_prompt_call(AT, k, question(stream=True)),
        lambda c: c.converse_stream(**ask()),
    ),
    "identity": ("sts", lambda k: bedrock.make_identity_call(AT, k), lambda c: c.get_caller_identity()),
    "models": ("bedrock", lambda k: bedrock.make_models_call(AT, k), lambda c: c.list_foundation_models()),
    "availability": (
        "bedrock",
        lambda k: bedrock.make_availability_call(AT, k, "eu.amazon.nova-micro-v1:0"),
        lambda c: c.get_foundation_model_availability(modelId="amazon.nova-micro-v1:0"),
    ),
    "simulation": (
        "iam",
        lambda k: iam.make_simulate_call(AT, k, USER, (MODEL_ARN, ARN)),
        lambda c: c.simulate_principal_policy(
            PolicySourceArn=USER, ActionNames=[iam.INVOKE, iam.STREAM], ResourceArns=[MODEL_ARN, ARN]
        ),
    ),
}


@pytest.mark.parametrize("token", ["", "IQoJ" + "t" * 60], ids=["long-term", "session"])
@pytest.mark.parametrize("name", TWINS)
def test_our_aws_request_is_boto3s(name: str, token: str, monkeypatch: pytest.MonkeyPatch):
    service, ours, theirs = TWINS[name]
    moment = datetime.datetime(2026, 11, 23, 12, 0, 0)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: moment)
    pair = keys(token)
    wanted, call = sent_by_boto3(service, pair, theirs), ours(pair)
    assert call.failure is None
    body = wanted.body or b""
    assert (call.method, call.url, call.body) == (
        wanted.method, wanted.url, body.encode() if isinstance(body, str) else body,
    )  # fmt: skip
    for header, value in wanted.headers.items():
        if header.lower() in ("user-agent", "amz-sdk-invocation-id", "amz-sdk-request", "content-length"):
            continue
        expected = value.decode() if isinstance(value, bytes) else value
        assert dict(call.wire_headers())[header] == expected


def test_governments_regions_have_an_iam_of_their_own(monkeypatch: pytest.MonkeyPatch):
    pair = replace(keys(), region="us-gov-east-1")
    call = iam.make_simulate_call(AT, pair, USER, (ARN,))
    assert call.url == "https://iam.us-gov.amazonaws.com/"
    assert "/us-gov-west-1/iam/aws4_request" in str(dict(call.wire_headers())["Authorization"])
    assert (
        iam.make_simulate_call(replace(AT, iam="http://127.0.0.1:1"), pair, USER, (ARN,)).url == "http://127.0.0.1:1/"
    )


@pytest.mark.parametrize(
    ("arn", "principal"),
    [
        ("arn:aws:iam::123456789012:user/team/x", "arn:aws:iam::123456789012:user/team/x"),
        ("arn:aws:sts::123456789012:assumed-role/app/i-1", "arn:aws:iam::123456789012:role/app"),
        ("arn:aws-us-gov:sts::123456789012:assumed-role/app/i-1", "arn:aws-us-gov:iam::123456789012:role/app"),
        ("arn:aws:iam::123456789012:root", ""),
        ("arn:aws:sts::123456789012:federated-user/x", ""),
        ("", ""),
    ],
)
def test_iam_simulates_users_and_roles(arn: str, principal: str):
    assert iam.find_principal(arn) == principal


@pytest.mark.parametrize(
    ("model", "touched"),
    [
        ("amazon.nova-micro-v1:0", ("arn:aws:bedrock:r::foundation-model/amazon.nova-micro-v1:0",)),
        ("eu.amazon.nova-micro-v1:0", (
            "arn:aws:bedrock:r:123456789012:inference-profile/eu.amazon.nova-micro-v1:0",
            "arn:aws:bedrock:r::foundation-model/amazon.nova-micro-v1:0")),
        (ARN, (ARN,)),
    ],
)  # fmt: skip
def test_a_call_by_profile_touches_the_profile_and_the_model_behind_it(model: str, touched: tuple[str, ...]):
    assert iam.list_resources(model, "r", "arn:aws:iam::123456789012:user/x") == touched


def test_the_canonical_request_is_shown_without_a_secret():
    pair = keys("IQoJ" + "t" * 60)
    request = bedrock.make_prompt_call(AT, pair, question()).request()
    assert "/model/amazon.nova-micro-v1%253A0/converse" in request.signed
    assert "content-type;host;x-amz-date;x-amz-security-token" in request.signed
    shown = repr(request)
    for secret in (pair.access_key_id, pair.secret_access_key, pair.session_token):
        assert secret is not None
        assert not parts_in(shown, secret.reveal())


@pytest.mark.parametrize("region", ["", "eu central", "evil.example/", "EU-CENTRAL-1"])
def test_a_region_that_is_none_is_not_called(region: str):
    pair = AwsKeys(Secret("AKIA" + "Q" * 16), Secret("s" * 40), region)
    call = bedrock.make_prompt_call(AT, pair, question())
    assert call.failure is not None
    assert call.failure.kind == "not_sent"
    assert "region" in call.failure.message


# Google


def pem(key: Any = None) -> str:
    made = key or rsa.generate_private_key(65537, 2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def account() -> ServiceAccount:
    return ServiceAccount("bot@demo-project.iam.gserviceaccount.com", Secret(pem()), "demo-project", "f" * 40)


def parts(assertion: str) -> list[dict[str, Any]]:
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in assertion.split(".")[:2]]


def test_a_keys_numbers_are_checked_once(account: ServiceAccount, monkeypatch: pytest.MonkeyPatch):
    from cryptography.hazmat.primitives import serialization

    google.make_token_call(AT, account)
    monkeypatch.setattr(serialization, "load_pem_private_key", None)
    assert google.make_token_call(AT, account).failure is None
    gone = weakref.ref(key := Secret(pem()))
    monkeypatch.undo()
    google.make_token_call(AT, replace(account, private_key=key))
    del key
    gc.collect()
    assert gone() is None, "the text is not held beyond its credential"


def test_our_jwt_is_google_auths(account: ServiceAccount):
    info = {
        "type": "service_account",
        "client_email": account.client_email,
        "private_key": account.private_key.reveal(),
        "private_key_id": account.private_key_id,
        "token_uri": account.token_uri,
    }
    theirs = service_account.Credentials.from_service_account_info(info, scopes=[google.SCOPE])
    call = google.make_token_call(AT, account)
    form = parse_qs(call.body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    ours, wanted = parts(form["assertion"][0]), parts(theirs._make_authorization_grant_assertion().decode())
    for claims in (ours[1], wanted[1]):
        assert claims.pop("exp") - claims.pop("iat") == 3600
    assert ours == wanted
    assert call.url == account.token_uri


def test_our_request_for_a_token_is_google_auths_byte_for_byte(
    account: ServiceAccount, monkeypatch: pytest.MonkeyPatch
):
    from google.auth import _helpers

    moment = datetime.datetime(2026, 11, 23, 12, 0, 0)
    monkeypatch.setattr(_helpers, "utcnow", lambda: moment)
    info = {
        "client_email": account.client_email,
        "private_key": account.private_key.reveal(),
        "private_key_id": account.private_key_id,
        "token_uri": account.token_uri,
    }
    sent: list[tuple[str, str, bytes, str]] = []

    def transport(url: str, method: str, headers: dict[str, str], body: bytes, **_: object) -> SimpleNamespace:
        sent.append((method, url, body, headers["Content-Type"]))
        return SimpleNamespace(status=200, headers={}, data=b'{"access_token": "t", "expires_in": 3599}')

    service_account.Credentials.from_service_account_info(info, scopes=[google.SCOPE]).refresh(transport)
    call = google.make_token_call(AT, account, now=lambda: moment.replace(tzinfo=datetime.UTC).timestamp())
    assert [(call.method, call.url, call.body, call.headers["Content-Type"])] == sent


def test_the_claims_are_shown_and_the_assertion_is_not(account: ServiceAccount):
    call = google.make_token_call(AT, account, now=lambda: 1_800_000_000.7)
    header, claims = (json.loads(line) for line in call.request().signed.splitlines())
    assert header == {"typ": "JWT", "alg": "RS256", "kid": "f" * 40}
    assert (claims["iat"], claims["exp"]) == (1_800_000_000, 1_800_003_600)
    signature = parse_qs(call.body.decode())["assertion"][0].split(".")[2]
    assert signature not in repr(call.request())
    assert signature not in repr(call)


@pytest.mark.parametrize(
    "text",
    ["", "no key", pem()[:200], pem(ec.generate_private_key(ec.SECP256R1()))],
    ids=["empty", "text", "cut", "elliptic"],
)
def test_a_private_key_that_cannot_sign_is_a_failure_not_an_exception(text: str):
    call = google.make_token_call(AT, ServiceAccount("bot@x.iam.gserviceaccount.com", Secret(text), "x"))
    assert call.failure is not None
    assert call.failure.kind == "not_sent"
    assert call.failure.message.startswith("the private key cannot sign: ")
    assert call.body == b""


def test_nothing_is_signed_for_a_foreign_token_uri(account: ServiceAccount):
    strange = ServiceAccount(account.client_email, account.private_key, "x", token_uri="https://evil.example/token")
    call = google.make_token_call(AT, strange)
    assert call.failure is not None
    assert call.failure.kind == "refused_host"
    assert "evil.example" in call.failure.message
    assert call.body == b""


def test_what_botocore_cannot_sign_is_not_sent_and_says_why():
    from meshtui.http.call import Call
    from meshtui.providers.bedrock.sigv4 import sign

    call = Call("bedrock", "chat", "POST", "https://[broken", body=b"{}")
    refused = sign(call, keys(), "bedrock")
    assert refused.failure is not None
    assert refused.failure.kind == "not_sent"
    assert refused.failure.message.startswith("the request could not be signed: ")
    assert replace(refused, failure=None) == call


@pytest.mark.parametrize("token", ["", "IQoJb3JpZ2lu" + "t" * 60])
def test_a_session_token_travels_as_a_secret_and_in_no_other_form(token: str):
    from meshtui.http.call import Call
    from meshtui.providers.bedrock.sigv4 import sign

    signed = sign(
        Call("bedrock", "chat", "POST", "https://bedrock.eu-central-1.amazonaws.com/x"), keys(token), "bedrock"
    )
    assert set(signed.headers) == {"X-Amz-Date", "Authorization"} | ({"X-Amz-Security-Token"} if token else set())
    if token:
        held = signed.headers["X-Amz-Security-Token"]
        assert isinstance(held, Secret)
        assert held.reveal() == token
    assert not parts_in(repr(signed) + str(signed.headers) + str(signed.request()), token)
