"""Each kind of AWS profile gives its keys, as AWS's services give them; here they are on this machine."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from meshtui.base.credential import Credential
from meshtui.credentials.discovery import discover
from meshtui.http.call import Call
from meshtui.http.transport import PendingRequest
from meshtui.providers.bedrock.profile_requests import describe_refusal
from meshtui.providers.bedrock.profile_resolution import resolve_profile, resolve_role
from meshtui.providers.bedrock.provider import AwsKeys
from tests.credentials import samples as s

GIVEN = {"AccessKeyId": s.key_id("ASIA"), "SecretAccessKey": s.SECRET, "SessionToken": "IQoJb3JpZ2lu" + "t" * 60}
BASE = f"[profile base]\naws_access_key_id = {s.key_id()}\naws_secret_access_key = {s.SECRET}\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/test\nregion = eu-west-1\n"


class Services(ThreadingHTTPServer):
    """STS, single sign-on and both kinds of metadata; `asked` is what they were sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, str], str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Services

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.command, self.path, headers, body))
        text = reply(self.path, body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Nothing on the screen of the tests."""


def reply(path: str, body: str) -> str:
    if "Action=" in body:
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in GIVEN.items())
        return f'<R xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Credentials>{inner}</Credentials></R>'
    if path.startswith("/federation/"):
        return json.dumps({"roleCredentials": {name[0].lower() + name[1:]: text for name, text in GIVEN.items()}})
    if path == "/latest/api/token":
        return "a-token-of-the-machine"
    if path.endswith("/security-credentials/"):
        return "the-role\n"
    return json.dumps({"Code": "Success", **{k.replace("SessionToken", "Token"): v for k, v in GIVEN.items()}})


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):  # nothing on this machine goes through one
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with Services() as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield served
        served.shutdown()
        thread.join()


def resolved(home: Path, config: str, **environ: str) -> Credential:
    (home / "config").write_text(config)
    return resolve_profile("p", environ={"HOME": str(home), "AWS_CONFIG_FILE": str(home / "config"), **environ})


def assert_given(credential: Credential) -> None:
    keys = credential.material
    assert isinstance(keys, AwsKeys), credential.findings
    assert keys.access_key_id.reveal() == GIVEN["AccessKeyId"]
    assert keys.secret_access_key.reveal() == GIVEN["SecretAccessKey"]
    assert keys.session_token is not None
    assert keys.session_token.reveal() == GIVEN["SessionToken"]
    assert keys.region == "eu-west-1"


def test_an_assumed_role_is_asked_for_with_the_keys_of_its_source(tmp_path: Path, services: Services):
    config = f"[profile p]\n{ROLE}source_profile = base\nexternal_id = ours\nduration_seconds = 900\n{BASE}"
    assert_given(resolved(tmp_path, config, AWS_ENDPOINT_URL_STS=services.address))
    ((method, path, headers, body),) = services.asked
    assert (method, path) == ("POST", "/")
    assert f"Credential={s.key_id()}/" in headers["authorization"]
    assert "/eu-west-1/sts/aws4_request" in headers["authorization"]
    for part in ("Action=AssumeRole&", "ExternalId=ours", "DurationSeconds=900", "role%2Ftest"):
        assert part in body


def test_a_chain_of_roles_is_run_from_its_end(tmp_path: Path, services: Services):
    config = f"[profile p]\n{ROLE}source_profile = mid\n[profile mid]\n{ROLE}source_profile = base\n{BASE}"
    assert_given(resolved(tmp_path, config, AWS_ENDPOINT_URL_STS=services.address))
    first, second = services.asked
    assert f"Credential={s.key_id()}/" in first[2]["authorization"]
    assert f"Credential={GIVEN['AccessKeyId']}/" in second[2]["authorization"]
    assert second[2]["x-amz-security-token"] == GIVEN["SessionToken"]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_chain_that_goes_round_is_a_finding(tmp_path: Path, length: int):
    names = ["p", "q", "r"][:length]
    sections = [f"[profile {name}]\n{ROLE}source_profile = {names[(n + 1) % length]}\n" for n, name in enumerate(names)]
    assert "circle" in s.finding(resolved(tmp_path, "".join(sections)), "aws.profile-incomplete").proof


def test_a_web_identity_is_exchanged_without_a_signature(tmp_path: Path, services: Services):
    (tmp_path / "token").write_text("eyJ-the-token\n")
    config = f"[profile p]\n{ROLE}web_identity_token_file = {tmp_path / 'token'}\n"
    assert_given(resolved(tmp_path, config, AWS_ENDPOINT_URL=services.address))
    ((_, _, headers, body),) = services.asked
    assert "authorization" not in headers
    assert "WebIdentityToken=eyJ-the-token" in body


@pytest.mark.parametrize("session", ["corp", ""])
def test_single_sign_on_takes_the_token_that_the_sign_in_left(tmp_path: Path, services: Services, session: str):
    start = "https://corp.example/start"
    of_it = f"sso_start_url = {start}\nsso_region = eu-west-1\n"
    config = "[profile p]\nregion = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = a b\n"
    config += f"sso_session = corp\n[sso-session corp]\n{of_it}" if session else of_it
    cache = tmp_path / ".aws/sso/cache"
    cache.mkdir(parents=True)
    name = hashlib.sha1((session or start).encode(), usedforsecurity=False).hexdigest()
    (cache / f"{name}.json").write_text('{"accessToken": "of-the-sign-in", "expiresAt": "2099-01-01T00:00:00UTC"}')
    services_of = f"services = s\n[services s]\nsso =\n  endpoint_url = {services.address}\n"
    config = config.replace("sso_role_name = a b\n", "sso_role_name = a b\nservices = s\n")
    credential = resolved(tmp_path, config + services_of.partition("\n")[2])
    assert_given(credential)
    ((_, path, headers, _),) = services.asked
    assert path == "/federation/credentials?role_name=a+b&account_id=123456789012"
    assert headers["x-amz-sso_bearer_token"] == "of-the-sign-in"
    assert "endpoint_url of sso" in s.finding(credential, "aws.profile-loopback-address").title


def test_metadata_is_asked_in_its_second_version(tmp_path: Path, services: Services):
    source = f"[profile p]\n{ROLE}credential_source = Ec2InstanceMetadata\n"
    environ = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": services.address, "AWS_ENDPOINT_URL_STS": services.address}
    assert_given(resolved(tmp_path, source, **environ))
    token, role, keys, sts = services.asked
    assert (token[0], token[1]) == ("PUT", "/latest/api/token")
    assert role[2]["x-aws-ec2-metadata-token"] == keys[2]["x-aws-ec2-metadata-token"] == "a-token-of-the-machine"
    assert keys[1].endswith("/security-credentials/the-role")
    assert f"Credential={GIVEN['AccessKeyId']}/" in sts[2]["authorization"]


def test_metadata_that_is_switched_off_is_not_asked(tmp_path: Path, services: Services):
    source = f"[profile p]\n{ROLE}credential_source = Ec2InstanceMetadata\n"
    environ = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": services.address, "AWS_EC2_METADATA_DISABLED": "true"}
    assert "DISABLED" in s.finding(resolved(tmp_path, source, **environ), "aws.profile-incomplete").proof
    assert services.asked == []


def test_a_container_gives_keys_for_its_token(tmp_path: Path, services: Services):
    (tmp_path / "pod").write_text("of-the-pod")
    source = f"[profile p]\n{ROLE}credential_source = EcsContainer\n"
    environ = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{services.address}/v2/x",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "pod"),
        "AWS_ENDPOINT_URL_STS": services.address,
    }
    assert_given(resolved(tmp_path, source, **environ))
    assert services.asked[0][2]["authorization"] == "of-the-pod"


ROLES = {
    "aws-container": lambda at: {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{at}/v2/x"},
    "aws-instance": lambda at: {"AWS_EC2_METADATA_SERVICE_ENDPOINT": at},
    "aws-web-identity": lambda at: {"AWS_ENDPOINT_URL_STS": at, "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod"},
}


@pytest.mark.parametrize("name", ROLES)
def test_a_role_that_no_profile_names_gives_its_keys_when_it_is_asked_for(
    name: str, tmp_path: Path, services: Services
):
    (tmp_path / "token").write_text("of-the-pod")
    environ = {"HOME": str(tmp_path), "AWS_DEFAULT_REGION": "eu-west-1", **ROLES[name](services.address)}
    environ["AWS_WEB_IDENTITY_TOKEN_FILE"] = str(tmp_path / "token")
    found = [row for row in discover(environ) if row.slot == "aws" and row.used]
    assert services.asked == []
    credential = resolve_role(name, environ=environ)
    assert_given(credential)
    assert found
    assert credential.facts["region from"] == "env AWS_DEFAULT_REGION"
    if name == "aws-web-identity":
        assert "WebIdentityToken=of-the-pod" in services.asked[0][3]


def test_a_role_of_a_container_is_asked_at_awss_own_addresses_and_on_this_machine_alone(tmp_path: Path):
    for address in ("http://169.254.170.2.evil.example/x", "https://evil.example/x", "http://10.0.0.1/x"):
        credential = resolve_role("aws-container", environ={"AWS_CONTAINER_CREDENTIALS_FULL_URI": address})
        assert s.ids(credential) == ["aws.profile-foreign-address"]


def test_the_environments_keys_can_be_a_roles_source(tmp_path: Path, services: Services):
    source = f"[profile p]\n{ROLE}credential_source = Environment\n"
    environ = {"AWS_ACCESS_KEY_ID": s.key_id(), "AWS_SECRET_ACCESS_KEY": s.SECRET}
    assert_given(resolved(tmp_path, source, AWS_ENDPOINT_URL_STS=services.address, **environ))


def test_ignored_addresses_lead_nowhere(tmp_path: Path):
    keys = BASE.replace("base", "p") + "endpoint_url = https://other.example\n"
    assert resolved(tmp_path, keys).material is None
    assert resolved(tmp_path, keys + "ignore_configured_endpoint_urls = true\n").usable
    assert resolved(tmp_path, keys, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true").usable


REFUSALS = {
    b'{"__type": "com.amazonaws#ExpiredTokenException:http://x", "message": "over"}': (
        (), "HTTP 400 com.amazonaws#ExpiredTokenException: over"),
    b'{"Code": "Failed", "Message": "no role"}': ((), "HTTP 400 Failed: no role"),
    b'{"code": "x", "message": ""}': ((), "HTTP 400 x"),
    b'{"message": "only words"}': ((), "HTTP 400 : only words"),
    b"<E><Error><Code>AccessDenied</Code><Message>not you</Message></Error></E>": (
        (), "HTTP 400 AccessDenied: not you"),
    b"": ((("X-Amzn-ErrorType", "UnauthorizedException:http://x"),), "HTTP 400 UnauthorizedException"),
    b"[]": ((), "HTTP 400"),
    b'<!DOCTYPE x [<!ENTITY a "b">]><Code>&a;</Code>': ((), "HTTP 400"),
}  # fmt: skip


@pytest.mark.parametrize("body", REFUSALS)
def test_a_refusal_is_told_by_its_code_and_message(body: bytes):
    headers, said = REFUSALS[body]
    pending = PendingRequest(Call("aws-sts", "sts", "POST", ""), timeout=1)
    pending.status, pending.headers, pending.body = 400, headers, body
    assert describe_refusal(pending) == said


def test_a_profile_whose_sign_on_has_no_section_is_told_so(tmp_path: Path):
    (tmp_path / "config").write_text("[profile p]\nsso_session = gone\nsso_account_id = 1\nsso_role_name = r\n")
    environ = {"HOME": str(tmp_path), "AWS_CONFIG_FILE": str(tmp_path / "config")}
    found = resolve_profile("p", environ=environ).findings
    assert [finding.id for finding in found] == ["aws.profile-incomplete"]
    assert "there is no section [sso-session gone]" in f"{found[0].title} {found[0].proof} {found[0].fix}"
