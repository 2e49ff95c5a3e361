"""Programs that obey no proxy use addresses on the same port: bearer keys pass, AWS signatures are made anew."""

from __future__ import annotations

import re
import sys

import httpx
import pytest

from meshtui.tap.addresses import RefusalError, find_route
from meshtui.tap.environment import make_base_urls

from .hosts import Asked, World, answer, serve, serve_addresses

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
    assert "/us-east-1/bedrock/aws4_request" in asked.headers["authorization"]  # as the program signed
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
        ("/vertex/v1/x", "", "aiplatform.googleapis.com", "/v1/x"),
        ("/vertex/v1/projects/p/locations/eu/x", "", "aiplatform.eu.rep.googleapis.com",
         "/v1/projects/p/locations/eu/x"),
        ("/vertex/v1/projects/p/locations/us/x", "", "aiplatform.us.rep.googleapis.com",
         "/v1/projects/p/locations/us/x"),
        ("/vertex/v1/projects/p/locations/evil.example/x", "", "aiplatform.googleapis.com",
         "/v1/projects/p/locations/evil.example/x"),
        ("/aws/guardrail/g/apply", "eu-west-1/bedrock", "bedrock-runtime.eu-west-1.amazonaws.com",
         "/guardrail/g/apply"),
        ("/aws/async-invoke", "eu-west-1/bedrock", "bedrock-runtime.eu-west-1.amazonaws.com", "/async-invoke"),
        ("/aws/model-import-jobs", "eu-west-1/bedrock", "bedrock.eu-west-1.amazonaws.com", "/model-import-jobs"),
        ("/aws/x/model/m", "eu-west-1/bedrock", "bedrock.eu-west-1.amazonaws.com", "/x/model/m"),
        ("/openai", "", "api.openai.com", "/"),
    ],
)  # fmt: skip
def test_each_address_leads_to_its_providers_hosts_only(target: str, scope: str, host: str, path: str):
    assert find_route(target, scope=scope) == (host, path)


@pytest.mark.parametrize(("scope", "region", "host"), [
    ("", "eu-west-3", "bedrock-runtime.eu-west-3.amazonaws.com"),
    ("eu-west-1/bedrock", "eu-west-3", "bedrock-runtime.eu-west-1.amazonaws.com"),
    ("x/bedrock", "us-gov-west-1", "bedrock-runtime.us-gov-west-1.amazonaws.com"),
    ("", "evil.example", "bedrock-runtime.us-east-1.amazonaws.com"),
])  # fmt: skip
def test_a_bearer_key_goes_to_the_region_that_the_environment_names(scope: str, region: str, host: str):
    assert find_route("/aws/model/m/converse", scope=scope, region=region).host == host


def test_there_are_no_other_addresses():
    with pytest.raises(RefusalError, match="/openai/v1, /mesh/v1, /aws and /vertex") as refused:
        find_route("/elsewhere/v1")
    assert (refused.value.status, refused.value.kind) == (404, "NoSuchAddress")


HOP_BY_HOP = ("Keep-Alive: timeout=5", "Proxy-Authorization: Basic eA==", "Proxy-Connection: keep-alive",
              "Connection: keep-alive", "TE: trailers", "Trailer: X")  # fmt: skip


def test_what_is_meant_for_the_way_is_not_passed_on_and_all_else_is(world: World, address: str, key: str):
    given = [part for header in (*HOP_BY_HOP, "X-Mine: 1", f"Authorization: Bearer {key}") for part in ("-H", header)]
    done = child(world, address, "curl", "-sS", f"{address}/openai/v1/models?a=b", *given)
    assert "invalid_api_key" in done.stdout, done.stderr
    child(world, address, "curl", "-sS", f"{address}/openai/v1/chat", *given, "-H", "Expect: 100-continue", "-d", "{}")
    child(world, address, "curl", "-sS", f"{address}/openai/v1/chat", *given, "-X", "PUT")
    child(world, address, "curl", "-sS", f"{address}/openai/v1/chat", *given, "-X", "DELETE")
    read, sent, put, delete = world.asked
    assert not {header.partition(":")[0].lower() for header in HOP_BY_HOP} & {*read.headers, *sent.headers}
    assert (read.target, read.headers["x-mine"], read.headers["host"]) == ("/v1/models?a=b", "1", "api.openai.com")
    assert "content-length" not in read.headers
    assert (sent.body, sent.headers["content-length"], sent.headers.get("expect")) == (b"{}", "2", None)
    assert (put.method, put.headers["content-length"]) == ("PUT", "0")
    assert (delete.method, "content-length" in delete.headers) == ("DELETE", False)


@pytest.mark.parametrize("proxied", [False, True])
def test_whoever_has_the_runs_credential_is_served_and_a_whole_address_as_its_path_is(
    world: World, address: str, key: str, proxied: bool
):
    import subprocess

    way = ["--proxy", f"http://127.0.0.1:{world.proxy.port}"] if proxied else []
    done = subprocess.run(
        ["curl", "-sS", *way, f"{address}/openai/v1/models", "-H", f"Authorization: Bearer {key}"],
        capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip
    assert "invalid_api_key" in done.stdout, done.stderr
    assert world.asked[0].target == "/v1/models"


def test_a_host_that_cannot_be_reached_is_told_with_the_reason(tmp_path, key: str):
    from meshtui.tap.upstream import Way

    with serve(tmp_path, way=lambda _: Way(connect_to={"api.openai.com": ("127.0.0.1", 1)}.get)) as world:
        bare = serve_addresses(world, KEY_ID, SECRET)
        done = child(
            world, f"http://127.0.0.1:{world.proxy.port}/{world.proxy.settings.token}", "curl", "-sS", "-i",
            f"{bare['OPENAI_BASE_URL']}/models", "-H", f"Authorization: Bearer {key}",
        )  # fmt: skip
    assert done.stdout.startswith("HTTP/1.1 502")
    assert "Unreachable" in done.stdout
    assert "the host cannot be reached: " in done.stdout


def test_http2_is_spoken_at_an_address_too(world: World, address: str, key: str):
    with httpx.Client(http1=False, http2=True, trust_env=False, verify=False) as client:
        given = client.get(f"{address}/openai/v1/models", headers={"Authorization": f"Bearer {key}"})
    assert (given.http_version, given.status_code) == ("HTTP/2", 401)
    assert given.json()["error"]["code"] == "invalid_api_key"
    assert (world.asked[0].target, world.asked[0].headers["host"]) == ("/v1/models", "api.openai.com")


def test_a_chosen_fault_answers_a_request_at_an_address_too(world: World, address: str, key: str):
    from dataclasses import replace

    from meshtui.sandbox.fault_rules import parse_rules
    from meshtui.tap.injected_faults import InjectedFaults

    with InjectedFaults({"openai": parse_rules("quota_empty")}) as faults:
        world.proxy.settings = replace(world.proxy.settings, faults=faults)
        body = '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hi"}]}'
        sent = ["-H", f"Authorization: Bearer {key}", "-H", "Content-Type: application/json", "-d", body]
        chosen = child(world, address, "curl", "-sS", f"{address}/openai/v1/chat/completions", *sent)
        other = child(world, address, "curl", "-sS", f"{address}/mesh/v1/chat/completions", *sent)
    assert "insufficient_quota" in chosen.stdout, chosen.stderr
    assert "invalid_api_key" in other.stdout, other.stderr
    assert [asked.headers["host"] for asked in world.asked] == ["api.meshapi.ai"]


def signed_headers(**more: str) -> list[tuple[str, str]]:
    given = {
        "Accept": "*/*; SignedHeaders=x-other",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={KEY_ID}/20261123/eu-west-3/bedrock/aws4_request, "
        "SignedHeaders=host;x-amz-date;x-mine, Signature=0",
        "X-Amz-Date": "20261123T000000Z", "X-Amz-Security-Token": "t", "X-Amz-Content-Sha256": "0", "X-Mine": "1",
        "X-Other": "2", **more,
    }  # fmt: skip
    return list(given.items())


def test_a_signature_made_anew_covers_what_the_first_covered_and_drops_what_belonged_to_it():
    from meshtui.base.secret import Secret
    from meshtui.providers.bedrock.provider import AwsKeys
    from meshtui.tap.addresses import sign_again
    from meshtui.tap.host_connection import Asked as Request
    from meshtui.tap.host_connection import Route

    route = Route("bedrock-runtime.eu-west-3.amazonaws.com", "/model/m/converse")
    keys = AwsKeys(Secret(KEY_ID), Secret(SECRET), "eu-west-3")
    headers = signed_headers()
    asked = Request("POST", "/aws/model/m/converse", headers, b"{}")
    made = dict(sign_again(asked, route, headers, keys, "bedrock"))
    assert re.search(r"SignedHeaders=([^,]+)", made["Authorization"])[1].split(";")[-1] == "x-mine"
    assert "/eu-west-3/bedrock/aws4_request" in made["Authorization"]
    assert "x-other" not in made["Authorization"]
    assert (made["X-Mine"], made["X-Other"]) == ("1", "2")
    assert made["X-Amz-Date"] != "20261123T000000Z"
    assert "X-Amz-Security-Token" not in made
    unsigned = [(name, value) for name, value in headers if name != "Authorization"]
    assert (
        "x-mine"
        not in dict(sign_again(Request("POST", "/", unsigned, b""), route, unsigned, keys, "x"))["Authorization"]
    )
    with pytest.raises(RefusalError, match="meshtui run: the request could not be signed: ") as refused:
        sign_again(asked, Route("host:no-port", "/"), headers, keys, "bedrock")
    assert (refused.value.status, refused.value.kind) == (403, "SignatureCannotBeMadeAnew")
