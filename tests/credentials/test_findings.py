"""Every finding of the catalogue is told where it holds: a table with a row for each, and none without."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from meshtui.base.credential import Finding, Level, Row, Source
from meshtui.credentials.discovery import discover, read_credential_file
from meshtui.credentials.paste import parse
from meshtui.providers.bedrock.profile_resolution import Allowed, resolve_profile, resolve_role
from meshtui.providers.finding_catalogue import list_rows
from meshtui.providers.mesh.byok_form import make_mesh_form
from tests.credentials import samples as s
from tests.credentials.samples import from_environment
from tests.each import each

DUMP = json.dumps
OPENAI, MESH = s.openai_key(), s.mesh_key()
ACCOUNT = DUMP(s.account())
PAIR = DUMP(s.aws())


def sa(**changes: object) -> str:
    return DUMP(s.account(**changes))


def key(**changes: object) -> str:
    return DUMP(s.aws(**changes))


def broken(begin: int, change: Callable[[str], str]) -> str:
    """The service account's PEM, changed from this character on."""
    return s.pem()[:begin] + change(s.pem()[begin:])


def clamped(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# Finding → a text that has it, or (text, region given beside it).
TEXTS: dict[str, str | bytes | tuple[str, str]] = {
    "text.empty": "OPENAI_API_KEY=",
    "text.too-large": "x" * (1 << 20) + "x",
    "text.binary": b"\xff\x00\x80\x81",
    "text.utf16": OPENAI.encode("utf-16"),
    "text.bom": "\ufeff" + OPENAI,
    "text.comment": "// the key\n" + PAIR,
    "text.percent": s.short_term().rstrip("=") + "%3D",
    "text.latin1": f"# cl\xe9\nOPENAI_API_KEY={OPENAI}".encode("latin-1"),
    "text.presigned": "https://bedrock.amazonaws.com/?Action=x&X-Amz-Signature=0123",
    "text.joined": MESH + MESH,
    "bedrock.short": (s.long_term()[:60], "us-east-1"),
    "text.invisible": OPENAI[:30] + "\u200b" + OPENAI[30:],
    "text.spaces": OPENAI + "\u00a0",
    "text.control": f"\x1b[200~{OPENAI}\x1b[201~",
    "text.crlf": f"{OPENAI}\r\n",
    "text.whitespace": f"  {OPENAI}",
    "text.quotes": f"'{OPENAI}'",
    "text.brackets": f"<{OPENAI}>",
    "text.variable": f"export OPENAI_API_KEY={OPENAI}",
    "text.bearer": f"Bearer {OPENAI}",
    "text.header": f"Authorization: Bearer {OPENAI}",
    "text.fence": f"```\n{OPENAI}\n```",
    "text.punctuation": f"{OPENAI},",
    "text.line-breaks": f"{OPENAI[:80]}\n{OPENAI[80:]}",
    "text.embedded": f"the key is {OPENAI} (prod)",
    "text.several": f"OPENAI_API_KEY={OPENAI}\nMESHAPI_API_KEY={MESH}",
    "text.json-in-string": DUMP(ACCOUNT),
    "text.base64": clamped(ACCOUNT),
    "text.base64-twice": f"kind: Secret\nstringData:\n  OPENAI_API_KEY: {clamped(OPENAI)}\n",
    "text.base64-line-break": clamped(f"{OPENAI}\n"),
    "text.array": f"[{PAIR}]",
    "text.reference": "${OPENAI_API_KEY}",
    "text.placeholder": "your-api-key",
    "text.masked": "sk-proj-…wxyz",
    "text.path": "/home/me/key.json",
    "text.not-ascii": OPENAI[:20] + "–" + OPENAI[20:],
    "text.odd-character": OPENAI[:20] + "%" + OPENAI[20:],
    "text.too-long": "sk-" + s.filler(20_000),
    "text.unrecognised": "hello there, this is no key",
    "json.trailing-comma": '{"region": "x",}',
    "json.missing-comma": '{"region": "x" "status": "y"}',
    "json.missing-colon": '{"region" "x"}',
    "json.single-quotes": "{'region': 'x'}",
    "json.smart-quotes": "{“region”: “x”}",
    "json.comment": '{"region": "x", // here\n "status": "y"}',
    "json.unquoted": "{region: 1}",
    "json.python-word": '{"region": None}',
    "json.line-break": '{"region": "x\ny"}',
    "json.bad-escape": '{"region": "x\\y"}',
    "json.open-string": '{"region": "x',
    "json.cut-off": '{"region": "x"',
    "json.more-behind": '{"region": "x"} {"region": "y"}',
    "json.no-brace": '"type": "service_account", "project_id": "x"}',
    "json.bad": '{"region": }',
    "json.deep": "[" * 100_000,
    "json.duplicate": PAIR[:-1] + ', "region": "us-east-1"}',
    "json.spelt-twice": DUMP({**s.aws(), "accessKeyId": s.key_id("ABIA")}),
    "json.not-object": '[{"a": 1}, {"b": 2}]',
    "json.unknown-form": '{"hello": "there"}',
    "json.wrapped": DUMP({"Credentials": s.aws()}),
    "field.missing": key(secret_access_key=None),
    "field.empty": key(secret_access_key=""),
    "field.not-text": key(secret_access_key=5),
    "field.white-space": key(secret_access_key=s.SECRET + " "),
    "field.credential-type": key(credential_type="bedrock_api_key"),
    "field.key-only": DUMP({"api_key": OPENAI}),
    "openai.length": s.openai_key(half=70),
    "openai.cut-off": OPENAI[:150],
    "openai.no-marker": "sk-" + s.filler(32, "0123456789abcdef"),
    "openai.doubled": OPENAI * 2,
    "openai.no-prefix": f"OPENAI_API_KEY={s.filler(50)}",
    "openai.admin": s.openai_key("sk-admin-"),
    "openai.session": "sess-" + s.filler(40),
    "openai.realtime": "ek_" + s.filler(40),
    "openai.chatgpt-token": s.jwt(iss="https://auth.openai.com"),
    "openai.id": "org-" + s.filler(24),
    "vendor.other": "sk-ant-" + s.filler(90),
    "vendor.azure": s.filler(32, "0123456789abcdef"),
    "vendor.found-elsewhere": f"OPENAI_API_KEY={MESH}",
    "jwt.unknown": s.jwt(iss="https://login.example.com"),
    "aws.temporary-without-token": key(access_key_id=s.key_id("ASIA")),
    "aws.temporary": DUMP(s.temporary()),
    "aws.stray-token": key(session_token=s.SESSION),
    "aws.wrong-id": key(access_key_id=s.key_id("AROA")),
    "aws.unknown-prefix": key(access_key_id="minioadmin"),
    "aws.id-shape": key(access_key_id=s.key_id()[:19]),
    "aws.service-bearer": key(access_key_id=s.key_id("ABIA")),
    "aws.secret-length": key(secret_access_key=s.SECRET[:39]),
    "aws.secret-shape": key(secret_access_key=s.SECRET[:-3] + "%2F"),
    "aws.swapped": key(access_key_id=s.SECRET, secret_access_key=s.key_id()),
    "aws.example": key(access_key_id="AKIA" + "IOSFODNN7" + "EXAMPLE"),
    "aws.id-alone": s.key_id(),
    "aws.secret-alone": s.SECRET,
    "aws.inactive": DUMP({"AccessKey": s.aws(Status="Inactive")}),
    "aws.expired": DUMP(s.temporary(Expiration="2026-11-23T11:00:00+00:00")),
    "aws.no-account": key(access_key_id="AKIA" + "J" + s.filler(15, "ABCDEFGHJKMNP234567")),
    "aws.several-profiles": f"[default]\naws_access_key_id={s.key_id()}\naws_secret_access_key={s.SECRET}\n[two]\na=b",
    "region.missing": key(region=None),
    "region.unsafe": key(region="evil.example/#"),
    "region.google-spelling": key(region="us-east1"),
    "region.aws-spelling": (ACCOUNT, "us-east-1"),
    "region.zone": key(region="us-east-1a"),
    "region.case": key(region="US-EAST-1"),
    "region.unknown": key(region="us-esat-1"),
    "bedrock.expired": s.short_term(begins="20261120T000000Z"),
    "bedrock.short-term": s.short_term(),
    "bedrock.not-yet": s.short_term(begins="20261123T130000Z"),
    "bedrock.undecodable": "ABSK" + s.filler(60),
    "bedrock.cut-off": s.short_term(signature="0123"),
    "bedrock.life": s.short_term(lasts=90_000),
    "bedrock.without-token": s.short_term(key=s.key_id("ASIA")),
    "bedrock.other-service": s.short_term(service="s3"),
    "bedrock.region-differs": (s.short_term(), "us-west-2"),
    "bedrock.no-prefix": f"AWS_BEARER_TOKEN_BEDROCK={s.filler(60)}",
    "bedrock.inactive": DUMP(
        {"ServiceSpecificCredential": {"ServiceCredentialSecret": s.long_term(), "Status": "Inactive"}}
    ),
    "bedrock.long-expired": DUMP(
        {"credential_type": "bedrock_api_key", "api_key": s.long_term(), "ExpirationDate": "2026-01-01T00:00:00Z"}
    ),
    "google.authorized-user": '{"type": "authorized_user", "refresh_token": "x", "client_id": "y"}',
    "google.external-account": '{"type": "external_account", "audience": "//iam.googleapis.com/x"}',
    "google.external-user": '{"type": "external_account_authorized_user"}',
    "google.impersonated": '{"type": "impersonated_service_account", "source_credentials": {}}',
    "google.gdch": '{"type": "gdch_service_account", "format_version": "1"}',
    "google.oauth-client": '{"installed": {"client_id": "x", "client_secret": "y"}}',
    "google.firebase-config": '{"apiKey": "x", "authDomain": "y", "appId": "z"}',
    "google.google-services": '{"project_info": {}, "client": []}',
    "google.other-type": '{"type": "robot", "client_email": "x"}',
    "google.api-key": "AIza" + s.filler(35),
    "google.access-token": "ya29." + s.filler(80),
    "google.id-token": s.jwt(iss="https://accounts.google.com", aud="https://x"),
    "google.client-secret": "GOCSPX-" + s.filler(28),
    "google.refresh-token": "1//0" + s.filler(60),
    "vertex.pem-alone": s.pem(),
    "vertex.email-alone": "caller@acme-prod-7.iam.gserviceaccount.com",
    "vertex.type-missing": sa(type=None),
    "vertex.spelling": DUMP({"type": "service_account", "clientEmail": "a@b.iam.gserviceaccount.com",
                             "privateKey": s.pem()}),
    "vertex.project-mismatch": sa(project_id="acme-test-1"),
    "vertex.project-missing": sa(project_id=None),
    "vertex.project-number": sa(project_id="123456789012"),
    "vertex.project-shape": sa(project_id="Acme Prod"),
    "vertex.project-unsafe": sa(project_id="acme/../other"),
    "vertex.email-shape": sa(client_email="nobody"),
    "vertex.email-foreign": sa(client_email="me@gmail.com"),
    "vertex.default-account": sa(client_email="123-compute@developer.gserviceaccount.com"),
    "vertex.key-id-missing": sa(private_key_id=None),
    "vertex.key-id-shape": sa(private_key_id="abc"),
    "vertex.token-uri-foreign": sa(token_uri="https://oauth2.googleapis.com.evil.example/token"),
    "vertex.token-uri-old": sa(token_uri="https://accounts.google.com/o/oauth2/token"),
    "vertex.token-uri-loopback": sa(token_uri="http://127.0.0.1:8080/google/token"),
    "vertex.token-uri-missing": sa(token_uri=None),
    "vertex.universe": sa(universe_domain="apis-s3ns.fr"),
    "vertex.missing": sa(project_id=None, client_email="me@gmail.com"),
    "pem.escaped-newlines": sa(private_key=s.pem().replace("\n", "\\n")),
    "pem.one-line": sa(private_key=s.pem().replace("\n", " ")),
    "pem.surrounded": sa(private_key=f'"{s.pem()}"'),
    "pem.no-begin": sa(private_key=s.pem().replace("-----BEGIN PRIVATE KEY-----\n", "")),
    "pem.no-end": sa(private_key=s.pem()[:900]),
    "pem.truncated": sa(private_key=s.pem()[:900] + "\n-----END PRIVATE KEY-----\n"),
    "pem.too-long": sa(private_key=s.pem().replace("\n-----END", s.filler(64) + "\n-----END")),
    "pem.character": sa(private_key=broken(900, lambda rest: "…" + rest)),
    "pem.base64": sa(private_key="-----BEGIN PRIVATE KEY-----\n" + "A" * 65 + "\n-----END PRIVATE KEY-----\n"),
    "pem.damaged": sa(private_key=broken(900, lambda rest: ("A" if rest[0] != "A" else "B") + rest[1:])),
    "pem.encrypted": sa(private_key=s.converted("encrypted")),
    "pem.public": sa(private_key=s.converted("public")),
    "pem.certificate": sa(private_key=s.pem().replace("PRIVATE KEY", "CERTIFICATE")),
    "pem.not-rsa": sa(private_key=s.curve_pem()),
    "pem.other": sa(private_key=s.converted("openssh")),
    "pem.pkcs1": sa(private_key=s.converted("pkcs1")),
    "pem.short": sa(private_key=s.pem(1024)),
    "mesh.length": MESH[:-1],
    "mesh.alphabet": MESH[:-1] + "U",
    "mesh.time": "rsk_7" + MESH[5:],
    "mesh.admin": "mak_" + s.filler(30),
    "mesh.dashboard-token": s.jwt(iss="https://abcdefgh.supabase.co/auth/v1", exp=int(s.NOW) + 3600),
    "mesh.token-expired": s.jwt(iss="https://abcdefgh.supabase.co/auth/v1", exp=int(s.NOW) - 60),
    "mesh.lookalike": "mesh_live_" + s.filler(30),
    "mesh.no-prefix": f"MESHAPI_API_KEY={s.filler(30)}",
}  # fmt: skip


@pytest.mark.parametrize("row", TEXTS)
def test_a_text_that_has_the_fault_gets_the_finding(row: str):
    given = TEXTS[row]
    text, region = given if isinstance(given, tuple) else (given, "")
    credential = s.read(text, region=region)
    assert row in s.ids(credential)
    assert credential.usable or credential.worst is Level.ERROR


def in_file(folder: Path, text: str | None = OPENAI, mode: int = 0o600) -> Sequence[Finding]:
    path = folder / "key.txt"
    if text is not None:
        path.write_text(text)
        path.chmod(mode)
    return read_credential_file(str(path)).findings


def in_environment(**variables: str) -> Sequence[Finding]:
    return [f for c in from_environment(variables, now=s.NOW) for f in c.findings]


def everything_found(**variables: str) -> Sequence[Finding]:
    found = discover(variables, now=s.NOW)
    return [f for row in found if row.credential for f in row.credential.findings]


def in_dotenv(
    folder: Path, text: str, *, local: str = "", encoding: str = "utf-8", **environ: str
) -> Sequence[Finding]:
    for name, content in ((".env", text), (".env.local", local)):
        if content:
            (folder / name).write_text(content, encoding=encoding)
            (folder / name).chmod(0o600)
    found = discover(environ, folder=str(folder), now=s.NOW)
    return [f for row in found if row.credential for f in row.credential.findings]


def in_given_file(folder: Path, text: str) -> Sequence[Finding]:
    (folder / "app.env").write_text(text)
    found = discover({}, env_file=str(folder / "app.env"), now=s.NOW)
    return [f for row in found if row.credential for f in row.credential.findings]


def in_form(text: str | bytes) -> Sequence[Finding]:
    return make_mesh_form(s.read(text)).traps


def with_account(folder: Path, **variables: str) -> Sequence[Finding]:
    path = folder / "account.json"
    path.write_text(ACCOUNT)
    path.chmod(0o600)
    return in_environment(GOOGLE_APPLICATION_CREDENTIALS=str(path), **variables)


AWS_ENV = {"AWS_ACCESS_KEY_ID": s.key_id(), "AWS_SECRET_ACCESS_KEY": s.SECRET, "AWS_REGION": "us-east-1"}

# Finding → what tells it, given an empty folder.
PLACES: dict[str, Callable[[Path], Sequence[Finding]]] = {
    "file.missing": lambda folder: in_file(folder, None),
    "file.not-a-file": lambda folder: read_credential_file(str(folder)).findings,
    "file.unreadable": lambda folder: read_credential_file(str(folder / ("x" * 5000))).findings,
    "file.open": lambda folder: in_file(folder, mode=0o644),
    "env.sent-unasked": lambda _: in_environment(OPENAI_API_KEY=OPENAI, OPENAI_PROJECT_ID="proj_x"),
    "env.bearer-beats-keys": lambda _: in_environment(**AWS_ENV, AWS_BEARER_TOKEN_BEDROCK=s.long_term()),
    "env.shadowed": lambda _: everything_found(MESHAPI_API_KEY=MESH, MESH_API_KEY=MESH[:-1] + "0"),
    "env.shadows": lambda _: in_environment(MESHAPI_API_KEY=MESH, MESH_API_KEY=MESH[:-1] + "0"),
    "env.foreign-address": lambda _: in_environment(OPENAI_API_KEY=OPENAI, OPENAI_BASE_URL="https://proxy.example/v1"),
    "env.loopback-address": lambda _: in_environment(OPENAI_API_KEY=OPENAI, OPENAI_BASE_URL="http://localhost:4000"),
    "env.two-regions": lambda _: in_environment(**AWS_ENV, AWS_DEFAULT_REGION="eu-west-1"),
    "env.json-not-path": lambda _: in_environment(GOOGLE_APPLICATION_CREDENTIALS=ACCOUNT),
    "env.google-api-key": lambda folder: with_account(folder, GEMINI_API_KEY="AIza" + s.filler(35)),
    "env.project-differs": lambda folder: with_account(folder, GOOGLE_CLOUD_PROJECT="acme-test-1"),
    "env.profile-unknown": lambda folder: in_environment(**AWS_ENV, AWS_PROFILE="gone", HOME=str(folder)),
    "env.sent-as-is": lambda _: in_environment(OPENAI_API_KEY=f"{OPENAI}\n"),
    "env.public-prefix": lambda _: everything_found(VITE_OPENAI_API_KEY=OPENAI),
    "env.sent-encoded": lambda _: in_environment(OPENAI_API_KEY=clamped(OPENAI)),
    "env.empty": lambda _: everything_found(OPENAI_API_KEY=""),
    "env.region-unread": lambda _: in_environment(**AWS_ENV),
    "env.gateway-key": lambda _: in_environment(
        OPENAI_API_KEY="sk-" + s.filler(22), OPENAI_BASE_URL="http://gw.example"
    ),
    "env.parts-apart": lambda folder: in_dotenv(
        folder, f"AWS_SECRET_ACCESS_KEY={s.SECRET}", AWS_ACCESS_KEY_ID=s.key_id()
    ),
    "env.tilde": lambda _: everything_found(GOOGLE_APPLICATION_CREDENTIALS="~/none.json"),
    "env.two-profiles": lambda _: in_environment(**AWS_ENV, AWS_PROFILE="a", AWS_DEFAULT_PROFILE="b"),
    "dotenv.odd-line": lambda folder: in_dotenv(folder, f"OPENAI_API_KEY={OPENAI}\n# fine\nwhat is this"),
    "dotenv.twice": lambda folder: in_dotenv(folder, f"OPENAI_API_KEY=x\nOPENAI_API_KEY={OPENAI}"),
    "dotenv.template": lambda folder: in_dotenv(folder, "OPENAI_API_KEY=${{ secrets.OPENAI_API_KEY }}"),
    "dotenv.json-unquoted": lambda folder: in_dotenv(folder, 'GOOGLE_CREDENTIALS={\n  "type": "service_account"\n}'),
    "dotenv.docker": lambda folder: in_given_file(folder, f"OPENAI_API_KEY='{OPENAI}'"),
    "dotenv.encoding": lambda folder: in_dotenv(folder, f"OPENAI_API_KEY={OPENAI}", encoding="utf-16"),
    "dotenv.order": lambda folder: in_dotenv(folder, f"OPENAI_API_KEY={OPENAI}", local=f"OPENAI_API_KEY={OPENAI}x"),
    "aws.config-mark": lambda folder: in_profile(folder, "", mark="\ufeff"),
    "aws.profile-quotes": lambda folder: in_profile(folder, KEYS.replace("= ", '= "').replace("\n", '"\n')),
    "aws.profile-bare-section": lambda folder: in_profile(folder, "[dev]", name="dev"),
    "aws.profile-failed": lambda folder: in_profile(folder, ""),
    "aws.profile-missing": lambda folder: in_profile(folder, "", name="there-is-none"),
    "aws.profile-comment": lambda folder: in_profile(folder, KEYS.replace("\n", " # mine\n", 1)),
    "aws.profile-export": lambda folder: in_profile(folder, f"export AWS_ACCESS_KEY_ID={s.key_id()}"),
    "aws.profile-beaten": lambda folder: beside_a_profile(folder),  # noqa: PLW0108 - defined below
    "aws.profile-spelt": lambda folder: in_profile(folder, "", name="P"),
    "aws.config-broken": lambda folder: in_profile(folder, "no setting at all"),
    "aws.profile-incomplete": lambda folder: in_profile(folder, "role_arn = arn:aws:iam::123456789012:role/r"),
    "aws.profile-region": lambda folder: in_profile(folder, SSO.replace("eu-west-1", "a.b")),
    "aws.profile-foreign-address": lambda folder: in_profile(folder, f"{SSO}endpoint_url = https://other.example"),
    "aws.profile-loopback-address": lambda folder: in_profile(folder, f"{KEYS}endpoint_url = http://localhost:4566"),
    "aws.profile-offline": lambda folder: in_profile(folder, "credential_process = x", Allowed(network=False)),
    "aws.profile-program": lambda folder: in_profile(folder, "credential_process = x"),
    "aws.program-failed": lambda folder: in_profile(folder, "credential_process = '", Allowed(program=True)),
    "aws.profile-mfa": lambda folder: in_profile(folder, "role_arn = r\nmfa_serial = m"),
    "aws.profile-login": lambda folder: in_profile(folder, "login_session = s"),
    "aws.sso-token": lambda folder: in_profile(folder, SSO),
    "aws.profile-refused": lambda folder: refused_by_a_server(folder),  # noqa: PLW0108 - defined below
    "aws.profile-unreachable": lambda folder: in_profile(folder, ROLE, AWS_ENDPOINT_URL_STS="http://127.0.0.1:1"),
    "aws.role-offline": lambda _: in_role("aws-instance", Allowed(network=False)),
    "aws.role-incomplete": lambda _: in_role("aws-container"),
    "aws.role-unreachable": lambda _: in_role(
        "aws-container", AWS_CONTAINER_CREDENTIALS_FULL_URI="http://127.0.0.1:1/"
    ),
    "aws.role-refused": lambda _: refused_role(),
    "form.not-provider": lambda _: in_form(MESH),
    "form.unreadable": lambda _: in_form("undefined"),
    "form.has-error": lambda _: in_form(s.short_term(begins="20261120T000000Z")),
    "form.as-cleaned": lambda _: in_form(f"'{OPENAI}'"),
    "form.key-only": lambda _: in_form(OPENAI),
    "form.credential-type": lambda _: in_form(PAIR),
    "form.old-spelling": lambda _: in_form(PAIR),
    "form.region-unknown": lambda _: in_form(s.long_term()),
    "form.region-bound": lambda _: in_form(s.long_term()),
    "form.session-token": lambda _: in_form(DUMP(s.temporary())),
    "form.short-term": lambda _: in_form(s.short_term()),
    "form.region-default": lambda _: in_form(ACCOUNT),
    "form.admin-key": lambda _: in_form(s.openai_key("sk-admin-")),
}


KEYS = f"aws_access_key_id = {s.key_id()}\naws_secret_access_key = {s.SECRET}\n"
SSO = "sso_start_url = https://corp.example\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n"
ROLE = f"role_arn = r\nsource_profile = base\n[profile base]\n{KEYS}"


def in_profile(
    folder: Path, settings: str, allowed: Allowed | None = None, *, name: str = "p", mark: str = "", **environ: str
) -> Sequence[Finding]:
    config = folder / "config"
    config.write_text(f"{mark}[profile p]\n{settings}\n")
    variables = {"HOME": str(folder), "AWS_CONFIG_FILE": str(config), **environ}
    return resolve_profile(name, environ=variables, allowed=allowed).findings


def beside_a_profile(folder: Path) -> Sequence[Finding]:
    (folder / "config").write_text(f"[profile p]\n{KEYS}")
    return in_environment(**AWS_ENV, AWS_PROFILE="p", AWS_CONFIG_FILE=str(folder / "config"), HOME=str(folder))


def in_role(name: str, allowed: Allowed | None = None, **environ: str) -> Sequence[Finding]:
    return resolve_role(name, environ=environ, allowed=allowed).findings


def ask_a_server_that_refuses(ask: Callable[[str], Sequence[Finding]]) -> Sequence[Finding]:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:  # it knows no method, and says so
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        found = ask(f"http://127.0.0.1:{server.server_port}")
        thread.join()
    return found


def refused_by_a_server(folder: Path) -> Sequence[Finding]:
    return ask_a_server_that_refuses(lambda address: in_profile(folder, ROLE, AWS_ENDPOINT_URL_STS=address))


def refused_role() -> Sequence[Finding]:
    return ask_a_server_that_refuses(lambda at: in_role("aws-container", AWS_CONTAINER_CREDENTIALS_FULL_URI=at))


TOLD = dict(
    line.split("\t", 1) for line in (Path(__file__).parent / "places.txt").read_text().splitlines() if line[0] != "#"
)
"""Finding → what it tells in its place, as in readings.txt."""


def tell_place(row: str, folder: Path) -> str:
    told = [s.tell(finding) for finding in PLACES[row](folder) if finding.id == row]
    return re.sub(r"Errno \d+", "Errno N", " ".join(told)).replace(str(folder), "FOLDER")


@pytest.mark.parametrize("row", PLACES)
def test_a_place_that_has_the_fault_gets_the_finding(row: str, tmp_path: Path):
    assert tell_place(row, tmp_path) == TOLD.get(row)


def test_every_finding_of_the_catalogue_has_a_case():
    assert set(list_rows()) == set(TEXTS) | set(PLACES)


NOTHING_TO_DO = ("json.wrapped",)


@each("row, words", list_rows().items(), ids=lambda row: row[0])
def test_whatever_needs_mending_says_how_and_shows_where(row: str, words: Row):
    assert words.title
    assert words.proof
    assert words.fix.strip() or row in NOTHING_TO_DO
    assert not words.title.endswith(".")
    assert not words.fix or words.fix.endswith((".", "…", "}"))


def test_a_key_beside_the_base_url_of_its_own_service_is_where_it_belongs(monkeypatch: pytest.MonkeyPatch):
    """Bedrock's Responses API is used so by OpenAI's libraries; the host names the Region."""
    key = "ABSK" + base64.b64encode(b"BedrockAPIKey-demo-at-123456789012:" + b"x" * 32).decode()
    source = Source("env", "OPENAI_API_KEY")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://bedrock-mantle.eu-central-1.api.aws/v1")
    beside = parse(key, name="k", source=source)
    assert beside.region == "eu-central-1"
    assert not {"vendor.found-elsewhere", "region.missing"} & {finding.id for finding in beside.findings}
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert "vendor.found-elsewhere" in {finding.id for finding in parse(key, name="k", source=source).findings}


KEYED = {
    "white space around the key": f" {OPENAI}", "a carriage return": f"{OPENAI}\r",
    "a byte order mark": f"\ufeff{OPENAI}",
    "quotes around the key": f"'{OPENAI}'", "an invisible character in the key": f"{OPENAI[:9]}\u200b{OPENAI[9:]}",
    "an unusual space in the key": f"{OPENAI}\u00a0", "a control character in the key": f"\x1b[1m{OPENAI}",
    "the word Bearer before the key": f"Bearer {OPENAI}", "a comma or semicolon behind the key": f"{OPENAI};",
    "brackets around the key": f"<{OPENAI}>", "line breaks inside the key": f"{OPENAI[:80]}\n{OPENAI[80:]}",
    "a code block's marks around the key": f"```\n{OPENAI}\n```", "a line break at the end": f"{OPENAI}\n",
    "a header's name before the key": f"Authorization: Bearer {OPENAI}",
    "a variable's name before the key": f"K={OPENAI}",
}  # fmt: skip


@pytest.mark.parametrize("what", KEYED)
def test_what_a_program_sends_along_with_the_key_in_a_variable_is_named(what: str):
    told = [f for f in in_environment(OPENAI_API_KEY=KEYED[what]) if f.id == "env.sent-as-is"]
    assert any(what in f"{f.title} {f.proof} {f.fix}" for f in told)


def test_a_clean_key_in_a_variable_is_sent_as_it_is_without_a_word():
    assert not in_environment(OPENAI_API_KEY=OPENAI)


PROFILES = f"[default]\nregion = eu-west-1\n[profile p]\n{KEYS}region = eu-north-1\n[profile q]\n{KEYS}"
PAIR_ALONE = {"AWS_ACCESS_KEY_ID": s.key_id(), "AWS_SECRET_ACCESS_KEY": s.SECRET}
OF_REGION = {"AWS_REGION": "eu-west-1"}
# What the variables are → what is said of the key pair among them, with what fills the words.
BESIDE: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing": ({"AWS_DEFAULT_REGION": "eu-west-1"}, []),
    "both regions, the same": ({**OF_REGION, "AWS_DEFAULT_REGION": "eu-west-1"}, []),
    "both regions, not the same": ({**OF_REGION, "AWS_DEFAULT_REGION": "eu-west-2"}, ["env.two-regions"]),
    "a region that is the profile's": (OF_REGION, []),
    "a region that is not the profile's": ({"AWS_REGION": "eu-west-2"}, ["env.region-unread eu-west-1"]),
    "a region that is the named profile's": (
        {"AWS_REGION": "eu-north-1", "AWS_PROFILE": "p"}, ["aws.profile-beaten AWS_PROFILE names p"]),
    "a region and a profile of another": (
        {**OF_REGION, "AWS_PROFILE": "p"}, ["aws.profile-beaten AWS_PROFILE names p", "env.region-unread eu-north-1"]),
    "a region and a profile without one": (
        {**OF_REGION, "AWS_PROFILE": "q"},
        ["aws.profile-beaten AWS_PROFILE names q", "env.region-unread NoRegionError"]),
    "a region and two profiles": (
        {**OF_REGION, "AWS_PROFILE": "p", "AWS_DEFAULT_PROFILE": "q"},
        ["env.two-profiles", "aws.profile-beaten AWS_DEFAULT_PROFILE names q", "env.region-unread NoRegionError"]),
    "the same profile twice": (
        {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_PROFILE": "p", "AWS_DEFAULT_PROFILE": "p"},
        ["aws.profile-beaten AWS_DEFAULT_PROFILE names p"]),
    "the other profile's variable": (
        {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_DEFAULT_PROFILE": "p"},
        ["aws.profile-beaten AWS_DEFAULT_PROFILE names p"]),
    "a profile that there is not": (
        {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_PROFILE": "gone"}, ["env.profile-unknown AWS_PROFILE names a"]),
    "another profile that there is not": (
        {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_DEFAULT_PROFILE": "gone"},
        ["env.profile-unknown AWS_DEFAULT_PROFILE names a"]),
    "a Bedrock key": (
        {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_BEARER_TOKEN_BEDROCK": s.long_term()}, ["env.bearer-beats-keys"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BESIDE)
def test_what_stands_beside_a_key_pair_is_told_where_it_matters(name: str, tmp_path: Path):
    (tmp_path / "config").write_text(PROFILES)
    variables, expected = BESIDE[name]
    files = {"HOME": str(tmp_path), "AWS_CONFIG_FILE": str(tmp_path / "config")}
    found = discover({**files, **PAIR_ALONE, **variables}, now=s.NOW)
    pair = next(row.credential for row in found if row.name == "aws" and row.credential)
    named = [f"{variable} names {name}" for variable in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE") for name in "pqa"]
    words = ("eu-west-1", "eu-north-1", "NoRegionError", *named)
    told = [" ".join([f.id, *(w for w in words if w in f.title and f.id != "env.two-profiles")]) for f in pair.findings]
    assert told == expected


@pytest.mark.parametrize("key", [s.long_term(), s.openai_key()])
def test_of_another_key_nothing_is_told_that_concerns_key_pairs(key: str):
    """Its profile, which is none of this key's business; the regions, which only a Bedrock key has."""
    variables = {"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b", "AWS_REGION": "eu-west-1"}
    variable = "AWS_BEARER_TOKEN_BEDROCK" if key.startswith("ABSK") else "OPENAI_API_KEY"
    (credential,) = (c for c in from_environment({**variables, variable: key}, now=s.NOW) if c.name != "aws")
    assert not credential.findings
