"""Each kind of AWS profile gives its keys, as AWS's services give them; here they are on this machine."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from meshtui.base.credential import Credential
from meshtui.base.secret import Secret
from meshtui.credentials.discovery import discover
from meshtui.http.call import Call
from meshtui.http.transport import PendingRequest
from meshtui.providers.bedrock.profile_requests import (
    CONTAINER,
    EC2,
    describe_refusal,
    make_assume_role_call,
    make_container_call,
    make_metadata_call,
    make_metadata_token_call,
    make_role_credentials_call,
    make_web_identity_call,
    read_metadata_keys,
    read_sso_keys,
    read_sts_keys,
    send,
)
from meshtui.providers.bedrock.profile_resolution import Allowed, resolve_profile, resolve_role
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
        self.instead: tuple[int, str, str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Services

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.command, self.path, headers, body))
        status, answer, of = self.server.instead or (200, "", "nothing")
        status, answer = (status, answer) if self.path.endswith(of) else (200, reply(self.path, body))
        text = answer.encode()
        self.send_response(status)
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
        return "a-token-of-the-machine\n"
    if path.endswith("/security-credentials/"):
        return "the-role\n"
    return json.dumps({"Code": "Success", **{k.replace("SessionToken", "Token"): v for k, v in GIVEN.items()}})


@contextmanager
def serve() -> Iterator[Services]:
    with Services() as served:
        thread = threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield served
        served.shutdown()
        thread.join()


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):  # nothing on this machine goes through one
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serve() as served:
        yield served


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
    b'{"message": "no X"}': ((), "HTTP 400 : no X"),
    b"[" * 100_000: ((), "HTTP 400"), b"<a>\xff</a>": ((), "HTTP 400"), b"<a>": ((), "HTTP 400"),
    b'<?xml version="1.0" encoding="x-none"?><a/>': ((), "HTTP 400"),
    b'<?xml version="1.0" encoding="utf-32"?><a/>': ((), "HTTP 400"),
    b'<!DOCTYPE x [<!ENTITY a "b">]><Code>&a;</Code>': ((), "HTTP 400"),
}  # fmt: skip


@pytest.mark.parametrize("body", REFUSALS)
def test_a_refusal_is_told_by_its_code_and_message(body: bytes):
    headers, said = REFUSALS[body]
    pending = PendingRequest(Call("aws-sts", "sts", "POST", ""), timeout=1)
    pending.status, pending.headers, pending.body = 400, headers, body
    assert describe_refusal(pending) == said


KEYS_OF = AwsKeys(Secret(s.key_id()), Secret(s.SECRET), "cn-north-1", None)
# A call where no address is set → under which rule of hosts it goes, what it asks for, its method and address.
CALLS: dict[str, tuple[Call, tuple[str, str, str, str]]] = {
    "role": (
        make_assume_role_call("", KEYS_OF, {"RoleArn": "r"}),
        ("aws-sts", "sts", "POST", "https://sts.cn-north-1.amazonaws.com.cn/")),
    "web identity": (
        make_web_identity_call("", "eu-west-1", Secret("t"), {}),
        ("aws-sts", "sts", "POST", "https://sts.eu-west-1.amazonaws.com/")),
    "single sign-on": (
        make_role_credentials_call("", "cn-north-1", Secret("t"), "1", "r"),
        ("aws-sso", "sso", "GET",
         "https://portal.sso.cn-north-1.amazonaws.com.cn/federation/credentials?role_name=r&account_id=1")),
    "machine's token": (
        make_metadata_token_call(EC2), ("aws-metadata", "metadata", "PUT", "http://169.254.169.254/latest/api/token")),
    "machine's role": (
        make_metadata_call(EC2, Secret("t"), "a/b c"),
        ("aws-metadata", "metadata", "GET",
         "http://169.254.169.254/latest/meta-data/iam/security-credentials/a%2Fb%20c")),
    "container": (
        make_container_call(f"{CONTAINER}/v2/x", None), ("aws-metadata", "metadata", "GET", "http://169.254.170.2/v2/x")),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_call_goes_to_awss_own_address_where_no_other_is_set(name: str):
    call, expected = CALLS[name]
    assert (call.provider, call.call, call.method, call.url) == expected


def test_metadata_is_near_and_is_not_waited_for_as_long_as_a_service(services: Services):
    near, far = (
        send(Call(provider, "x", "GET", f"{services.address}/x")).timeout for provider in ("aws-metadata", "aws-sts")
    )
    assert (near, far) == (3.0, 15.0)


def test_an_answer_without_keys_gives_none():
    pending = PendingRequest(Call("aws-sts", "sts", "POST", ""), timeout=1)
    for body in (b"", b"[]", b"<a/>", b"{}", b"[" * 100_000, b'{"roleCredentials": []}'):
        pending.body = body
        assert [read(pending, "") for read in (read_sts_keys, read_sso_keys, read_metadata_keys)] == [None] * 3


def test_a_token_that_is_no_text_is_sent_as_far_as_it_is_one(tmp_path: Path, services: Services):
    (tmp_path / "token").write_bytes(b"\xffof-the-pod")
    config = f"[profile p]\n{ROLE}web_identity_token_file = {tmp_path / 'token'}\n"
    assert_given(resolved(tmp_path, config, AWS_ENDPOINT_URL_STS=services.address))
    pod = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{services.address}/v2/x",
           "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token")}  # fmt: skip
    assert resolve_role("aws-container", environ=pod).material is None
    assert "WebIdentityToken=%EF%BF%BDof-the-pod" in services.asked[0][3]


def test_a_profile_whose_sign_on_has_no_section_is_told_so(tmp_path: Path):
    (tmp_path / "config").write_text("[profile p]\nsso_session = gone\nsso_account_id = 1\nsso_role_name = r\n")
    environ = {"HOME": str(tmp_path), "AWS_CONFIG_FILE": str(tmp_path / "config")}
    found = resolve_profile("p", environ=environ).findings
    assert [finding.id for finding in found] == ["aws.profile-incomplete"]
    assert "there is no section [sso-session gone]" in f"{found[0].title} {found[0].proof} {found[0].fix}"


SIGN_ON = "sso_start_url = https://corp.example\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n"
TOKEN = f"home/.aws/sso/cache/{hashlib.sha1(b'https://corp.example', usedforsecurity=False).hexdigest()}.json"
OWN = BASE.partition("\n")[2]
OFFLINE, PROGRAM = Allowed(network=False), Allowed(program=True)


class Case(NamedTuple):
    """`config` is what the file has, `p` the profile that is asked for; AT is the address of the services."""

    config: str
    environ: Mapping[str, str] = {}
    files: Mapping[str, str] = {}
    credentials: str = ""
    allowed: Allowed = Allowed()
    name: str = "p"
    role: str = ""
    instead: tuple[int, str] | None = None
    of: str = ""
    """How the paths end whose answer is another."""


def of_p(settings: str, rest: str = "", **environ: str) -> Case:
    return Case(f"[profile p]\n{settings}{rest}", environ)


def of_role(settings: str, rest: str = "", **environ: str) -> Case:
    return of_p(settings, rest, AWS_ENDPOINT_URL_STS="AT", **environ)


def of_token(text: str) -> Case:
    return Case(f"[profile p]\n{SIGN_ON}", {"AWS_ENDPOINT_URL_SSO": "AT"}, {TOKEN: text})


PAIR = {"AWS_ACCESS_KEY_ID": s.key_id(), "AWS_SECRET_ACCESS_KEY": s.SECRET}
WEB = {"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/t", "AWS_ROLE_ARN": "arn:aws:iam::1:role/w", "AWS_ENDPOINT_URL_STS": "AT"}
POD = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "AT/v2/x"}
IMDS = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "AT/"}
SOON = '{"accessToken": "of-the-sign-in", "expiresAt": "2099-01-01T00:00:00Z"}'
CASES: dict[str, Case] = {
    # keys in the file
    "keys": of_p(OWN),
    "keys with a region": of_p(f"{OWN}region = eu-west-1\n"),
    "keys, region of the environment": of_p(f"{OWN}region = eu-west-1\n", AWS_DEFAULT_REGION="eu-west-2"),
    "keys, two regions of the environment": of_p(OWN, AWS_REGION="eu-west-3", AWS_DEFAULT_REGION="eu-west-2"),
    "keys with a token": of_p(f"{OWN}aws_session_token = t\n".replace("AKIA", "ASIA")),
    "keys with an older token": of_p(f"{OWN}aws_security_token = t\n".replace("AKIA", "ASIA")),
    "keys with both tokens": of_p(
        f"{OWN}aws_security_token = other\naws_session_token = '{GIVEN['SessionToken']}'\n".replace("AKIA", "ASIA")),
    "keys without a secret": of_p("aws_access_key_id = x\n"),
    "keys with an empty secret": of_p("aws_access_key_id = x\naws_secret_access_key =\n"),
    "keys in quotes": of_p("".join(
        f"{line.replace('= ', chr(61) + ' ' + mark)}{mark}\n"
        for line, mark in zip(f"{OWN}region = eu-west-1".splitlines(), "\"'\"", strict=True))),
    "keys in one quote": of_p(f"{OWN}region = \"\n"),
    "keys in two kinds of quotes": of_p(f"{OWN}region = \"eu-west-1'\n"),
    "keys with comments": of_p(f"{OWN}region = eu-west-1 # mine\naws_session_token = \"x\" ; y\n"),
    "keys with a mark in them": of_p(f"{OWN}region = eu-west-1#mine\n"),
    "keys of another name": Case(f"[profile a b]\n{OWN}", name="a b"),
    "keys of a name in quotes": Case(f"[profile 'a b']\n{OWN}region = '\"eu-west-1\"'\n", name="a b"),
    "keys and a role's address": of_p(OWN, AWS_ENDPOINT_URL_STS="http://127.0.0.1:1"),
    "keys and an address in the file": of_p(f"{OWN}endpoint_url = http://127.0.0.1:1\n"),
    "keys and a foreign address": of_p(OWN, AWS_ENDPOINT_URL="https://user@evil.example/x?y"),
    "keys and an address that cannot be read": of_p(OWN, AWS_ENDPOINT_URL="http://[::1"),
    # no profile
    "no profile": Case(""),
    "no profile, others": Case("".join(f"[profile {name}]\n" for name in "jihgfedcba")),
    "no profile, a bare section": Case(f"[p]\n{OWN}"),
    "no profile, one too much": Case("", credentials=f"[profile p]\n{OWN}"),
    "no profile, a space too much": Case(f"[profile p]\n{OWN}", name=" p"),
    "a role of a role of its own": of_role(
        f"{ROLE}source_profile = a\n", f"[profile a]\n{ROLE}source_profile = a\n"),
    "no profile, another case": Case(f"[profile P]\n{OWN}"),
    "no profile, a space": Case("", credentials=f"[ p ]\n{OWN}"),
    "no settings": of_p("region = eu-west-1\n"),
    "a shell's line": of_p("export aws_access_key_id = x\n"),
    "a file that is broken": Case("x\n"),
    # roles
    "a role": of_role(f"{ROLE}source_profile = base\n", BASE),
    "a role with all that is its own": of_role(
        f"{ROLE}source_profile = base\nexternal_id = x\nduration_seconds = 900\nrole_session_name = me\n", BASE),
    "a role without a region": of_role("role_arn = r\nsource_profile = base\n", BASE),
    "a role, region of the environment": of_role("role_arn = r\nsource_profile = base\n", BASE, AWS_REGION="eu-west-2"),
    "a role, no region": of_role("role_arn = r\nsource_profile = base\nregion = a.b\n", BASE),
    "a role, no region of the environment": of_role("role_arn = r\nsource_profile = base\n", BASE, AWS_REGION="a.b"),
    "a role of its own keys": of_role(f"{ROLE}source_profile = p\n{OWN}"),
    "a role of its own without keys": of_role(f"{ROLE}source_profile = p\n"),
    "a role of a role with keys": of_role(
        f"{ROLE}source_profile = base\n", f"{BASE}role_arn = x\nsource_profile = base\n"),
    "roles in a circle": of_role(
        f"{ROLE}source_profile = a\n",
        f"[profile a]\n{ROLE}source_profile = b\n[profile b]\n{ROLE}source_profile = a\n"),
    "a role of a profile that there is not": of_role(f"{ROLE}source_profile = gone\n"),
    "a role of a profile without keys": of_role(f"{ROLE}source_profile = a\n", "[profile a]\nregion = x\n"),
    "a role of a program": of_role(f"{ROLE}source_profile = a\n", "[profile a]\ncredential_process = x\n"),
    "a role with a device": of_role(f"{ROLE}source_profile = base\nmfa_serial = m\n", BASE),
    "a role of nothing": of_role(ROLE),
    "a role of something else": of_role(f"{ROLE}credential_source = Elsewhere\n"),
    "a role of the environment": of_role(f"{ROLE}credential_source = Environment\n", **PAIR),
    "a role of the environment with a token": of_role(
        f"{ROLE}credential_source = Environment\n", **PAIR, AWS_SESSION_TOKEN="t"),
    "a role of an environment without keys": of_role(
        f"{ROLE}credential_source = Environment\n", AWS_ACCESS_KEY_ID="x"),
    "a role that is refused": of_role(f"{ROLE}source_profile = base\n", BASE)._replace(
        instead=(403, "<E><Error><Code>AccessDenied</Code><Message>not you</Message></Error></E>")),
    "a role without keys in the answer": of_role(
        f"{ROLE}source_profile = base\n", BASE)._replace(instead=(200, "<a/>")),
    "a role that answers nothing": of_role(f"{ROLE}source_profile = base\n", BASE)._replace(instead=(200, "")),
    "a role, offline": of_role(f"{ROLE}source_profile = base\n", BASE)._replace(allowed=OFFLINE),
    # web identity
    "a web identity": of_role(f"{ROLE}web_identity_token_file = HOME/t\n")._replace(files={"home/t": " of-the-pod\n"}),
    "a web identity without a role": of_role("web_identity_token_file = HOME/t\n"),
    "a web identity without a file": of_role(f"{ROLE}web_identity_token_file = HOME/t\n"),
    "a web identity with an empty file": of_role(
        f"{ROLE}web_identity_token_file = HOME/t\n")._replace(files={"home/t": ""}),
    "a web identity, offline": of_role(f"{ROLE}web_identity_token_file = HOME/t\n")._replace(allowed=OFFLINE),
    # single sign-on
    "a sign-on": of_token(SOON),
    "a sign-on, time of AWS's": of_token(SOON.replace("Z", "UTC")),
    "a sign-on, time without a zone": of_token(SOON.replace("Z", "")),
    "a sign-on that has ended": of_token(SOON.replace("2099", "2020")),
    "a sign-on that has ended, offline": of_token(SOON.replace("2099", "2020"))._replace(allowed=OFFLINE),
    "a sign-on, offline": of_token(SOON)._replace(allowed=OFFLINE),
    "a sign-on without a token": of_token("{}"),
    "a sign-on without an end": of_token('{"accessToken": "x"}'),
    "a sign-on that ends never": of_token(SOON.replace("2099-01-01T00:00:00Z", "never")),
    "a sign-on that is a list": of_token("[]"),
    "a sign-on that is no JSON": of_token("x"),
    "a sign-on that nests": of_token("[" * 100_000),
    "a sign-on without a file": of_p(SIGN_ON),
    "a sign-on without an address": of_p(SIGN_ON.partition("\n")[2]),
    "a sign-on without a region": of_p(SIGN_ON.replace("sso_region", "x")),
    "a sign-on of no region": of_p(SIGN_ON.replace("eu-west-1", "a.b")),
    "a sign-on without a role": of_token(SOON)._replace(config="[profile p]\n" + SIGN_ON.partition("sso_account")[0]),
    "a sign-on of no section": of_p("sso_session = gone\nsso_account_id = 1\n"),
    "a sign-on without keys": of_token(SOON)._replace(instead=(200, '{"roleCredentials": {"accessKeyId": "x"}}')),
    "a sign-on that is refused": of_token(SOON)._replace(
        instead=(401, '{"__type": "UnauthorizedException", "message": "Session token not found or invalid"}')),
    # programs
    "a program": of_p("credential_process = x\n"),
    "a program that is allowed": of_p(
        f"credential_process = /bin/echo '{json.dumps({**GIVEN, 'Version': 1})}'\n")._replace(
        allowed=PROGRAM),
    "a program that there is not": of_p("credential_process = /none/x\n")._replace(allowed=PROGRAM),
    "a program, offline": of_p("credential_process = x\n")._replace(allowed=OFFLINE),
    "a console's sign-in": of_p("login_session = x\n"),
    # containers and machines
    "a container": of_role(f"{ROLE}credential_source = EcsContainer\n", **POD, AWS_CONTAINER_AUTHORIZATION_TOKEN="a"),
    "a container with a file": of_role(
        f"{ROLE}credential_source = EcsContainer\n", **POD, AWS_CONTAINER_AUTHORIZATION_TOKEN="a",
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="HOME/t")._replace(files={"home/t": " of-the-pod\n"}),
    "a container with a file that there is not": of_role(
        f"{ROLE}credential_source = EcsContainer\n", **POD, AWS_CONTAINER_AUTHORIZATION_TOKEN="a",
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="HOME/t"),
    "a container, and no variable": of_role(f"{ROLE}credential_source = EcsContainer\n"),
    "a container elsewhere": of_role(
        f"{ROLE}credential_source = EcsContainer\n", AWS_CONTAINER_CREDENTIALS_FULL_URI="https://evil.example/x"),
    "a container elsewhere by its path": of_role(
        f"{ROLE}credential_source = EcsContainer\n", **POD, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="@evil.example/x"),
    "a machine": of_role(f"{ROLE}credential_source = Ec2InstanceMetadata\n", **IMDS),
    "a machine elsewhere": of_role(
        f"{ROLE}credential_source = Ec2InstanceMetadata\n", AWS_EC2_METADATA_SERVICE_ENDPOINT="http://10.0.0.1"),
    "a machine that is switched off": of_role(
        f"{ROLE}credential_source = Ec2InstanceMetadata\n", **IMDS, AWS_EC2_METADATA_DISABLED="True"),
    "a machine that is refused": of_role(
        f"{ROLE}credential_source = Ec2InstanceMetadata\n", **IMDS)._replace(instead=(404, "")),
    "a machine without a role": of_role(f"{ROLE}credential_source = Ec2InstanceMetadata\n", **IMDS)._replace(
        instead=(404, "none"), of="/security-credentials/"),
    "a machine whose role gives nothing": of_role(f"{ROLE}credential_source = Ec2InstanceMetadata\n", **IMDS)._replace(
        instead=(200, '{"Code": "Failed", "Message": "no"}'), of="/the-role"),
    "a machine whose role is refused": of_role(f"{ROLE}credential_source = Ec2InstanceMetadata\n", **IMDS)._replace(
        instead=(500, ""), of="/the-role"),
    # roles outside profiles
    "the role of a container": Case("", POD, role="aws-container"),
    "the role of a container that there is not": Case("", {}, role="aws-container"),
    "the role of a container, offline": Case("", POD, role="aws-container", allowed=OFFLINE),
    "the role of a container, refused": Case("", POD, role="aws-container", instead=(500, "")),
    "the role of a machine": Case("[default]\nregion = eu-west-1\n", IMDS, role="aws-instance"),
    "the role of a machine, region of a profile": Case(
        "[profile p]\nregion = eu-west-2\n", {**IMDS, "AWS_PROFILE": "p"}, role="aws-instance"),
    "the role of a machine, region of the environment": Case(
        "[default]\nregion = eu-west-1\n", {**IMDS, "AWS_REGION": "eu-west-3"}, role="aws-instance"),
    "the role of a web identity": Case("[default]\nregion = eu-west-1\n", {**WEB, "AWS_ROLE_SESSION_NAME": "me"},
                                       {"home/t": "of-the-pod"}, role="aws-web-identity"),
    "the role of a web identity, without a role": Case(
        "[default]\nrole_arn = x\n", {**WEB, "AWS_ROLE_ARN": ""}, role="aws-web-identity"),
    "the role of a web identity, unreachable": Case(
        "", {**WEB, "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"}, {"home/t": "x"}, role="aws-web-identity"),
    "the role of a web identity, addresses ignored": Case(
        "[default]\nendpoint_url = https://evil.example\nignore_configured_endpoint_urls = true\n",
        {**WEB, "AWS_ENDPOINT_URL_STS": ""}, role="aws-web-identity"),
    "the role of a web identity, address of the profile": Case(
        "[default]\nendpoint_url = AT\n", {**WEB, "AWS_ENDPOINT_URL_STS": ""}, {"home/t": "x"},
        role="aws-web-identity"),
    "the role of a web identity, address of a section": Case(
        "[default]\nservices = s\n[services s]\nsts =\n  endpoint_url = AT\n", {**WEB, "AWS_ENDPOINT_URL_STS": ""},
        {"home/t": "x"}, role="aws-web-identity"),
    "the role of a container beside a file that is broken": Case("x\n", POD, role="aws-container"),
}  # fmt: skip


def describe_resolution(case: Case, place: Path, services: Services) -> list[str]:
    """The credential and what is said of it, then each request that was sent for it."""
    services.instead = (*case.instead, case.of) if case.instead else None
    home = place / "home"
    for path, text in {"home/config": case.config, "home/keys": case.credentials, **case.files}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text.replace("AT", services.address).replace("HOME", str(home)))
        (place / path).chmod(0o600)
    files = {"HOME": str(home), "AWS_CONFIG_FILE": f"{home}/config", "AWS_SHARED_CREDENTIALS_FILE": f"{home}/keys"}
    environ = {name: text.replace("AT", services.address).replace("HOME", str(home))
               if name.endswith(("FILE", "ENDPOINT", "STS", "SSO", "URI")) else text
               for name, text in case.environ.items()}  # fmt: skip
    environ = {**files, **environ}
    if case.role:
        credential = resolve_role(case.role, environ=environ, allowed=case.allowed)
    else:
        credential = resolve_profile(case.name, environ=environ, allowed=case.allowed)
    keys = credential.material
    assert keys is None or isinstance(keys, AwsKeys)
    token = keys.session_token.masked if keys and keys.session_token else ""
    shown = f"{credential.shown} {keys.secret_access_key.masked} {token}".rstrip() if keys else "none"
    facts = f"{credential.facts.get('region', '')}, {credential.facts.get('region from', 'nowhere')}"
    lines = [
        f"{credential.name}, {credential.source}: {shown} ({facts}) [{' '.join(map(s.tell, credential.findings))}]"
    ]
    for method, path, headers, body in services.asked:
        kept = ("x-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds", "x-amz-sso_bearer_token", "accept",
                "x-amz-security-token", "authorization", "content-type")  # fmt: skip
        sent = [f"{name}: {headers[name].partition(', SignedHeaders')[0]}" for name in kept if name in headers]
        lines.append(f"  {method} {path} | {' | '.join(sent)} | {body}".rstrip())
    text = "\n".join(lines).replace(services.address, "AT").replace(str(home), "HOME")
    text = re.sub(r"meshtui-\d{10}", "meshtui-NOW", re.sub(r"/\d{8}/", "/TODAY/", text))
    return re.sub(r"Errno \d+", "Errno N", text).splitlines()


RESOLUTIONS = s.read_blocks(Path(__file__).parent / "resolutions.txt")
"""Written down once more, apart from the code, so that nothing of it changes unseen."""


@pytest.mark.parametrize("name", CASES)
def test_this_is_asked_and_given_and_nothing_else(name: str, tmp_path: Path, services: Services):
    """A new case needs its block in resolutions.txt: what this test says was asked and given."""
    assert describe_resolution(CASES[name], tmp_path, services) == RESOLUTIONS.get(name)


def test_each_block_is_of_a_case():
    assert list(RESOLUTIONS) == list(CASES)
