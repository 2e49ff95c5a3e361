"""Programs that obey no proxy use addresses on the same port: bearer keys pass, AWS signatures are made anew."""

from __future__ import annotations

import re
import sys

import pytest

from meshtui.tap.addresses import RefusalError, find_route
from meshtui.tap.environment import make_base_urls

from .hosts import Asked, World, answer, serve_addresses

KEY_ID, SECRET = "AKIAFAKEFAKEFAKE7777", "f" * 40
BOTO3 = """
import boto3, botocore
try:
    boto3.client("bedrock-runtime", "us-east-1").converse(modelId="amazon.nova-lite-v1:0",
        messages=[{"role": "user", "content": [{"text": "hi"}]}])
except botocore.exceptions.ClientError as error:
    print(error.response["Error"]["Code"], error.response["Error"]["Message"])
"""


@pytest.fixture
def address(world: World) -> str:
    """The port's address with the run's credential."""

    serve_addresses(world, KEY_ID, SECRET)
    return f"http://127.0.0.1:{world.proxy.port}/{world.proxy.settings.token}"


def child(world: World, address: str, *command: str, **more: str):
    """A program that has the addresses and no proxy."""
    bare = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), "")
    return world.child(*command, **bare, **make_base_urls({}, address), **more)


def signature_of(asked: Asked) -> str:
    """What AWS would compute for this request."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import ReadOnlyCredentials

    given = asked.headers["authorization"]
    _, _, region, service, _ = re.search(r"Credential=(\S+?)/(\d+)/([^/]+)/([^/]+)/(aws4_request)", given).groups()[0:5]
    names = re.search(r"SignedHeaders=([^,]+)", given)[1].split(";")
    request = AWSRequest(
        asked.method,
        f"https://{asked.headers['host']}{asked.target}",
        {name: asked.headers[name] for name in names},
        asked.body,
    )
    request.context["timestamp"] = asked.headers["x-amz-date"]
    auth = SigV4Auth(ReadOnlyCredentials(KEY_ID, SECRET, None), service, region)
    return auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)


def test_a_bearer_key_goes_on_to_the_providers_own_host(world: World, address: str, key: str):
    done = child(world, address, "curl", "-sS", f"{address}/openai/v1/models", "-H", f"Authorization: Bearer {key}")
    assert "invalid_api_key" in done.stdout, done.stderr
    (asked,) = world.asked
    assert (asked.target, asked.headers["host"]) == ("/v1/models", "api.openai.com")
    assert asked.headers["authorization"] == f"Bearer {key}"
    (call,) = world.calls
    assert call.exchange.request.url == "https://api.openai.com/v1/models"
    assert call.request.credential.secret.reveal() == key


def test_a_signature_is_made_anew_for_the_real_host(world: World, address: str):
    world.answer = lambda asked: answer(403, b'{"message":"no"}', "x-amzn-ErrorType: AccessDeniedException")
    done = child(world, address, sys.executable, "-c", BOTO3, AWS_ACCESS_KEY_ID=KEY_ID, AWS_SECRET_ACCESS_KEY=SECRET)
    assert done.stdout == "AccessDeniedException no\n", done.stderr
    (asked,) = world.asked
    assert asked.headers["host"] == "bedrock-runtime.us-east-1.amazonaws.com"
    assert asked.headers["authorization"].endswith(f"Signature={signature_of(asked)}")
    assert world.calls[0].exchange.status == 403


def test_a_signature_of_an_unknown_key_is_refused_with_the_reason(world: World, address: str):
    done = child(
        world, address, sys.executable, "-c", BOTO3,
        AWS_ACCESS_KEY_ID="AKIAFAKEFAKEFAKE8888", AWS_SECRET_ACCESS_KEY=SECRET,
    )  # fmt: skip
    assert "SignatureCannotBeMadeAnew" in done.stdout, done.stderr
    assert "none of this machine's usual places" in done.stdout
    assert "AKIAFAKEFAKEFAKE8888" not in done.stdout
    assert not world.asked


def test_an_address_without_the_runs_credential_is_of_no_use_to_others(world: World, address: str, key: str):
    import subprocess

    done = subprocess.run(
        ["curl", "-sS", f"http://127.0.0.1:{world.proxy.port}/openai/v1/models", "-H", f"Authorization: Bearer {key}"],
        capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip
    assert "holds a credential of the run" in done.stdout
    assert not world.asked


def test_a_kept_connection_serves_one_request_after_the_other(world: World, address: str):
    urls = [f"{address}/openai/v1/models/{n}" for n in range(3)]
    done = child(world, address, "curl", "-sS", "-v", *urls, "-d", "{}")
    assert done.stdout.count("invalid_api_key") == 3, done.stderr
    assert done.stderr.count("Re-using existing connection") == 2
    assert len({call.connection for call in world.calls}) == 1


@pytest.mark.parametrize(
    ("target", "scope", "host", "path"),
    [
        ("/mesh/v1/chat/completions", "", "api.meshapi.ai", "/v1/chat/completions"),
        ("/aws/model/m/converse", "eu-west-1/bedrock", "bedrock-runtime.eu-west-1.amazonaws.com", "/model/m/converse"),
        ("/aws/foundation-models", "eu-west-1/bedrock", "bedrock.eu-west-1.amazonaws.com", "/foundation-models"),
        ("/aws/", "us-east-1/sts", "sts.us-east-1.amazonaws.com", "/"),
        ("/aws/", "cn-north-1/sts", "sts.cn-north-1.amazonaws.com.cn", "/"),
        ("/aws/", "us-east-1/iam", "iam.amazonaws.com", "/"),
        ("/aws/model/m/converse", "evil.example/bedrock", "bedrock-runtime.us-east-1.amazonaws.com",
         "/model/m/converse"),
        (
            "/vertex/v1/projects/p/locations/us-central1/x", "",
            "us-central1-aiplatform.googleapis.com", "/v1/projects/p/locations/us-central1/x",
        ),
        ("/vertex/v1/projects/p/locations/global/x", "",
         "aiplatform.googleapis.com", "/v1/projects/p/locations/global/x"),
    ],
)  # fmt: skip
def test_each_address_leads_to_its_providers_hosts_only(target: str, scope: str, host: str, path: str):
    assert find_route(target, scope=scope) == (host, path)


def test_there_are_no_other_addresses():
    with pytest.raises(RefusalError, match="/openai/v1, /mesh/v1, /aws and /vertex"):
        find_route("/elsewhere/v1")
