"""The exfiltration table: nothing that a folder, a variable, a file or an answer says leads a key to a foreign host.

AWS profiles have a table of their own, `test_aws_profiles.py`. That no key is in what a command leaves behind (history,
HAR, report, spans, the files of `meshtui run`): `tests/tap/test_canaries.py`, `tests/exports/`, `tests/journal/`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.attacks.interception import ROOT, World, pieces_in, response, world
from tests.canaries import ACCOUNT, ENVIRONMENT, KEY_ID, leaked

pytestmark = [pytest.mark.attack, pytest.mark.slow]

EVIL = "evil.example"
# Written out once more, so that the rule of meshtui does not judge itself: the keys, and the hosts that they are for.
OWNERS = {
    "OPENAI_API_KEY": {"api.openai.com"},
    "MESHAPI_API_KEY": {"api.meshapi.ai"},
    "AWS_BEARER_TOKEN_BEDROCK": {"bedrock.us-east-1.amazonaws.com", "bedrock-runtime.us-east-1.amazonaws.com"},
    "AWS_SECRET_ACCESS_KEY": set[str](),
    "AWS_SESSION_TOKEN": {"bedrock.us-east-1.amazonaws.com", "bedrock-runtime.us-east-1.amazonaws.com",
                          "sts.us-east-1.amazonaws.com", "iam.amazonaws.com"},
}  # fmt: skip
ALL = ("check", "--prompt")


class Row(NamedTuple):
    variables: dict[str, str] = {}  # noqa: RUF012 - read only
    files: dict[str, str] = {}  # noqa: RUF012
    """Names below the working directory, or below the home folder with `~/`."""
    words: tuple[str, ...] = ALL
    redirect: str = ""
    """Where every host sends every request on to."""


def foreign_addresses() -> Iterator[str]:
    """Also those that a careless comparison takes for the provider's or this machine's."""
    yield f"https://{EVIL}/v1"
    for own in ("api.openai.com", "api.meshapi.ai"):
        yield f"https://{own}.{EVIL}/v1"
        yield f"https://{own}@{EVIL}/v1"
        yield f"https://{EVIL}/{own}/v1"
        yield f"https://{EVIL}#{own}"
        yield f"https://{EVIL}\\@{own}/v1"
        yield f"https://xn--{own}.{EVIL}/v1"
        yield f"http://{own}/v1"
        yield f"https://{own}:8443/v1"
    yield f"http://127.0.0.1.{EVIL}/v1"
    yield f"http://localhost.{EVIL}/v1"
    yield f"//{EVIL}/v1"
    yield f"HTTPS://{EVIL.upper()}/v1"
    yield f"https://api\u2024openai.com.{EVIL}/v1"


BASES = ("OPENAI_BASE_URL", "OPENAI_API_BASE", "MESHAPI_BASE_URL", "MESH_BASE_URL")
ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL_BEDROCK", "AWS_ENDPOINT_URL_STS",
             "AWS_ENDPOINT_URL_IAM")  # fmt: skip
REGIONS = (f"{EVIL}/", f"{EVIL}#", f"x@{EVIL}/", f"{EVIL}:443/", "s3", "a.b", "../x")
TOKEN_ADDRESSES = (f"https://{EVIL}/token", EVIL, f"https://oauth2.googleapis.com@{EVIL}/token",
                   f"https://oauth2.googleapis.com.{EVIL}/token", "http://oauth2.googleapis.com/token")  # fmt: skip
ACCOUNT_FIELDS = ("token_uri", "auth_uri", "universe_domain", "auth_provider_x509_cert_url", "client_x509_cert_url")


def rows() -> Iterator[tuple[str, Row]]:
    for address in foreign_addresses():
        everywhere = dict.fromkeys((*BASES, *ENDPOINTS), address)
        yield f"variables {address}", Row(everywhere)
    for address in (f"https://{EVIL}/v1", "http://api.openai.com/v1"):
        everywhere = dict.fromkeys((*BASES, *ENDPOINTS), address)
        lines = "".join(f"{name}={value}\n" for name, value in everywhere.items())
        yield f".env {address}", Row(files={".env": lines, ".envrc": lines.replace("\n", "\nexport ")})
    for region in REGIONS:
        names = ("AWS_REGION", "AWS_DEFAULT_REGION", "GOOGLE_CLOUD_LOCATION", "GOOGLE_CLOUD_REGION", "CLOUD_ML_REGION")
        yield f"region {region}", Row(dict.fromkeys(names, region))
    for region in REGIONS[3:5]:
        yield f".env region {region}", Row(files={".env": "".join(f"{name}={region}\n" for name in names)})
    for field in ACCOUNT_FIELDS:
        for value in TOKEN_ADDRESSES if field == "token_uri" else TOKEN_ADDRESSES[:1]:
            account = json.dumps({**ACCOUNT, field: value})
            at = {"GOOGLE_APPLICATION_CREDENTIALS": "account.json"}
            yield f"account {field} {value}", Row(at, {"account.json": account})
    for field, value in (
        ("project_id", f"x/../../{EVIL}"),
        ("client_email", f"a@{EVIL}/x"),
        ("project_id", f"@{EVIL}"),
    ):
        account = json.dumps({**ACCOUNT, field: value})
        yield f"account {field} {value}", Row({"GOOGLE_APPLICATION_CREDENTIALS": "account.json"},
                                              {"account.json": account})  # fmt: skip
    settings = (
        f'[request]\nmodel = "x"\n[models]\nopenai = "../../../{EVIL}"\nbedrock = "@{EVIL}/"\nvertex = "{EVIL}"\n'
    )
    yield "settings", Row(files={"~/.config/meshtui/config.toml": settings, "config.toml": settings, ".netrc": "x"})
    yield ".netrc", Row(files={"~/.netrc": f"default login a password b\nmachine {EVIL} login c password d\n"})
    for status in ("301", "302", "303", "307", "308"):
        yield f"redirect {status}", Row(redirect=f"{status} https://{EVIL}/v1")
    yield "redirect in clear", Row(redirect="307 http://api.openai.com/v1")
    yield "redirect to a look-alike", Row(redirect=f"307 https://api.openai.com.{EVIL}/v1")
    for model in (
        f"../../{EVIL}",
        f"@{EVIL}",
        f"//{EVIL}/x",
        f"x?y=https://{EVIL}",
        f"x#@{EVIL}",
        "x\r\nHost: " + EVIL,
    ):
        for name in ("openai", "bedrock"):
            yield f"model {name} {model!r}", Row(words=("send", "--credential", name, "--model", model))
    yield "matrix", Row(words=("check", "--matrix", "--models", f"@{EVIL},../{EVIL}", "--regions", f"{EVIL}/,s3"))


ROWS = dict(rows())
ALONE = ("variables", ".env", "region", "account", "settings", ".netrc", "redirect", "model", "matrix")
"""The kinds: one test each, because a command takes a second."""


def list_hits(outside: World) -> list[str]:
    """What arrived where it does not belong: any part of a key."""
    hits = []
    for received in outside.received:
        for name, owners in OWNERS.items():
            right = received.scheme == "https" and received.host in owners
            if not right and pieces_in(received.data, ENVIRONMENT[name]):
                hits.append(f"{name} at {received.scheme}://{received.host}")
        if pieces_in(received.data, ACCOUNT["private_key"].splitlines()[3]):
            hits.append(f"private key at {received.host}")
        if EVIL in received.host:
            hits.append(f"{received.host} was asked")
    return hits


def run_row(outside: World, home: Path, row: Row) -> str:
    work = home / "work"
    work.mkdir(parents=True, exist_ok=True)
    for name, text in row.files.items():
        path = home / name[2:] if name.startswith("~/") else work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    done = outside.run(home, *row.words, **{**ENVIRONMENT, **row.variables})
    return done.stdout + done.stderr


@pytest.mark.parametrize("kind", ALONE)
def test_no_row_of_the_table_has_a_hit(kind: str, tmp_path: Path):
    location = [""]

    def answer(_host: str, _request: bytes) -> bytes:
        if location[0]:
            status, _, target = location[0].partition(" ")
            return response(b"", f"{status} Moved", f"Location: {target}")
        return response(b'{"error": {"message": "no", "code": "invalid_api_key"}}', "401 Unauthorized")

    with world(tmp_path, answer) as outside:
        for number, (name, row) in enumerate(item for item in ROWS.items() if item[0].split()[0] == kind):
            location[0] = row.redirect
            said = run_row(outside, tmp_path / str(number), row)
            assert list_hits(outside) == [], name
            assert not leaked(said.replace(KEY_ID, "")), name
            assert "an error in meshtui" not in said, (name, said)
            outside.received.clear()


def test_a_key_that_goes_to_its_own_host_is_seen_there(tmp_path: Path):
    """Else the table would be empty whatever is sent."""
    with world(tmp_path, lambda *_: response(b"{}", "401 Unauthorized")) as outside:
        run_row(outside, tmp_path / "home", Row())
    for name, owners in OWNERS.items():
        arrived = {each.host for each in outside.received if pieces_in(each.data, ENVIRONMENT[name])}
        assert arrived <= owners
        assert bool(arrived) == bool(owners), name
    elsewhere = [each._replace(host=EVIL) for each in outside.received]
    outside.received[:] = elsewhere
    assert len(list_hits(outside)) > len(elsewhere)


def test_the_lines_for_a_shell_and_the_files_they_name_hold_no_key(tmp_path: Path):
    variables = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with (tmp_path / "errors").open("w") as errors:  # what listens in the background keeps it open
        done = subprocess.run([sys.executable, "-m", "meshtui", "run", "--env"], env={**variables, **ENVIRONMENT},
                              cwd=tmp_path, stdout=-1, stderr=errors, text=True, timeout=60, check=True)  # fmt: skip
    listens = int(done.stdout.partition("MESHTUI_RUN_PID=")[2].split()[0].strip("';"))
    try:
        kept = "".join(path.read_text("latin-1") for path in tmp_path.rglob("*") if path.is_file())
        assert "BEGIN CERTIFICATE" in kept
        assert not leaked(done.stdout + kept, tuple(ENVIRONMENT[name] for name in OWNERS))
    finally:
        os.kill(listens, signal.SIGTERM)
