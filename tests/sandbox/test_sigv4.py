"""The sandbox's own Signature Version 4 agrees with botocore's and with AWS's documentation, and believes no more."""

from __future__ import annotations

import string
import time
from urllib.parse import quote, urlsplit

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from meshtui.sandbox.aws.sigv4 import (
    Scope,
    WireRequest,
    build_canonical_request,
    compute_signature,
    parse_authorization,
)
from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import converse_signed, converse_url, signed, who_am_i

# Only ASCII may stand in a URL as it is; the rest arrives encoded.
SEGMENT = st.text(alphabet=string.ascii_letters + string.digits + "-._~:/ %éß", max_size=12)
WORD = st.text(alphabet=string.ascii_letters + string.digits + "-._~ +=&/é", min_size=1, max_size=8)
HEADER_NAME = st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=6).map(lambda text: f"x-{text}")
HEADER_VALUE = st.text(alphabet=string.ascii_letters + " \t,;=", max_size=20)


def sign_with_botocore(method: str, url: str, headers: dict[str, str], body: bytes) -> AWSRequest:
    request = AWSRequest(method=method, url=url, data=body, headers=headers)
    SigV4Auth(Credentials("AKID", "s3cr3t/+"), "bedrock", "us-east-1").add_auth(request)
    return request


def recomputed(request: AWSRequest) -> tuple[str, str]:
    """(our signature, botocore's) of a request that botocore has signed."""
    parts = urlsplit(request.url)
    headers = [("host", parts.netloc), *request.headers.items()]
    claim = parse_authorization(request.headers["Authorization"])
    assert claim is not None
    wire = WireRequest(request.method, parts.path, parts.query, headers, request.body or b"")
    text = build_canonical_request(wire, claim.signed_headers)
    return compute_signature("s3cr3t/+", claim.scope, wire.header("x-amz-date"), text), claim.signature


@settings(max_examples=200)
@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    path=st.lists(SEGMENT, max_size=4),
    query=st.lists(st.tuples(WORD, WORD), max_size=4),
    headers=st.dictionaries(HEADER_NAME, HEADER_VALUE, max_size=3),
    body=st.binary(max_size=40),
)
def test_any_request_is_signed_as_botocore_signs_it(method, path, query, headers, body):
    url = "https://host.example:8080/" + "/".join(quote(segment, safe="/.") for segment in path)
    if query:
        url += "?" + "&".join(f"{quote(key, safe='-_.~')}={quote(value, safe='-_.~')}" for key, value in query)
    ours, theirs = recomputed(sign_with_botocore(method, url, headers, body))
    assert ours == theirs


def test_the_example_of_awss_documentation_comes_out():
    """IAM ListUsers, "Create a signed AWS API request"."""
    headers = [
        ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("Host", "iam.amazonaws.com"),
        ("X-Amz-Date", "20150830T123600Z"),
    ]
    wire = WireRequest("GET", "/", "Action=ListUsers&Version=2010-05-08", headers)
    text = build_canonical_request(wire, ("content-type", "host", "x-amz-date"))
    scope = Scope("AKIDEXAMPLE", "20150830", "us-east-1", "iam")
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY" + "EXAMPLEKEY"
    assert compute_signature(secret, scope, "20150830T123600Z", text) == (
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )


@pytest.mark.parametrize(
    ("how", "status", "kind", "says"),
    [
        ({"secret": "wrong"}, 403, "InvalidSignatureException", "signature we calculated does not match"),
        ({"key_id": "AKIA" + "Q" * 16}, 403, "UnrecognizedClientException", "security token"),
        ({"token": "somebody-elses"}, 403, "UnrecognizedClientException", "security token"),
        ({"region": "eu-west-1"}, 403, "InvalidSignatureException", "valid region"),
        ({"service": "sts"}, 403, "InvalidSignatureException", "correct service: 'bedrock'"),
    ],
)
def test_a_signature_that_does_not_hold_is_refused(sandbox: Sandbox, http: httpx.Client, how, status, kind, says):
    answer = converse_signed(sandbox, http, **how)
    assert (answer.status_code, answer.headers["x-amzn-errortype"].partition(":")[0]) == (status, kind)
    assert says in answer.json()["message"]


def test_what_is_changed_after_signing_is_noticed(sandbox: Sandbox, http: httpx.Client):
    url = converse_url(sandbox)
    good = sign_for(sandbox, url, b"{}")
    for method, where, body in (
        ("POST", url, b'{"messages":[]}'),
        ("POST", url + "?x=1", b"{}"),
        ("POST", url.replace("micro", "lite"), b"{}"),
        ("PUT", url, b"{}"),
    ):
        answer = http.request(method, where, content=body, headers=good)
        # The method is part of the route as well, so that another one finds nothing behind the gate.
        assert answer.status_code == 403, (method, where, body)


def sign_for(sandbox: Sandbox, url: str, body: bytes) -> dict[str, str]:
    aws = sandbox.addresses["aws"]
    request = AWSRequest(method="POST", url=url, data=body)
    credentials = Credentials(str(aws["access_key_id"]), str(aws["secret_access_key"]))
    SigV4Auth(credentials, "bedrock", str(aws["region"])).add_auth(request)
    return dict(request.headers.items())


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({}, 403, "MissingAuthenticationTokenException"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=x"}, 400, "IncompleteSignatureException"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0"}, 400,
         "IncompleteSignatureException"),
        ({"authorization": "Basic abc"}, 400, "IncompleteSignatureException"),
    ],
)  # fmt: skip
def test_what_is_no_signature_is_told_so(sandbox: Sandbox, http: httpx.Client, headers, status, kind):
    answer = http.post(converse_url(sandbox), json={}, headers=headers)
    assert (answer.status_code, answer.headers["x-amzn-errortype"].partition(":")[0]) == (status, kind)


@pytest.mark.parametrize(
    ("off", "says"),
    [(-400, "Signature expired: {then} is now earlier than"), (400, "Signature not yet current: {then}")],
)
def test_a_signature_more_than_five_minutes_off_is_refused_with_the_times(
    sandbox: Sandbox, http: httpx.Client, monkeypatch: pytest.MonkeyPatch, off: int, says: str
):
    headers = signed_at(sandbox, monkeypatch, time.time() + off)
    answer = http.post(converse_url(sandbox), content=b"{}", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["message"].startswith(says.format(then=headers["X-Amz-Date"]))
    assert answer.json()["message"].endswith("5 min.)")


@pytest.mark.parametrize("off", [-280, 280])
def test_a_signature_less_than_five_minutes_off_is_taken(
    sandbox: Sandbox, http: httpx.Client, monkeypatch: pytest.MonkeyPatch, off: int
):
    headers = signed_at(sandbox, monkeypatch, time.time() + off)
    answer = http.post(converse_url(sandbox), content=b"{}", headers=headers)
    assert "start with a user message" in answer.json()["message"]


def signed_at(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, at: float) -> dict[str, str]:
    import datetime

    import botocore.auth

    then = datetime.datetime.fromtimestamp(at, datetime.UTC).replace(tzinfo=None)
    with monkeypatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda: then)
        return sign_for(sandbox, converse_url(sandbox), b"{}")


def test_sts_says_who_the_key_pair_is(sandbox: Sandbox, http: httpx.Client):
    answer = who_am_i(sandbox, http)
    assert answer.status_code == 200
    assert ":user/meshtui-sandbox</Arn>" in answer.text


def test_an_arn_of_an_inference_profile_is_a_model_id(sandbox: Sandbox, http: httpx.Client):
    arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0"
    body = b'{"messages":[{"role":"user","content":[{"text":"hello there"}]}]}'
    assert signed(sandbox, http, "POST", converse_url(sandbox, arn), body).status_code == 200
    bare = signed(sandbox, http, "POST", converse_url(sandbox, "anthropic.claude-haiku-4-5-20251001-v1:0"), body)
    assert "on-demand throughput isn’t supported" in bare.json()["message"]
    nowhere = signed(sandbox, http, "POST", converse_url(sandbox, "amazon.nova-mikro"), body)
    assert nowhere.json()["message"] == "The provided model identifier is invalid."
