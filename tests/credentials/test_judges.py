"""What is found is what a program would take: botocore, google-auth and python-dotenv judge a generated table.

A judge runs in this process with the set-up's own environment and home, with no network, and is asked where it would
take its keys from and which value. The words of meshtui's table are compared with its answer.
"""

from __future__ import annotations

import io
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from meshtui.credentials.discovery import discover
from meshtui.credentials.sources import Found
from meshtui.providers.bedrock.provider import AwsKeys
from tests.credentials import samples as s
from tests.each import each

ACTIVE, WORK, ENV, DOTENV = (f"AKIAFAKEFAKEFAKEFAK{letter}" for letter in "LMNO")
FILE_KEYS = "aws_access_key_id = {}\naws_secret_access_key = " + s.SECRET + "\n"


class SetUp(NamedTuple):
    environ: dict[str, str]
    config: str
    credentials: str


ENVIRONS = {
    "none": {},
    "pair": {"AWS_ACCESS_KEY_ID": ENV, "AWS_SECRET_ACCESS_KEY": s.SECRET},
    "temporary": {"AWS_ACCESS_KEY_ID": ENV, "AWS_SECRET_ACCESS_KEY": s.SECRET, "AWS_SESSION_TOKEN": s.SESSION},
    "empty id": {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": s.SECRET},
    "web": {"AWS_WEB_IDENTITY_TOKEN_FILE": "/none/token", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r"},
    "container": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/x"},
}
CHOICES = {
    "default": {},
    "profile": {"AWS_PROFILE": "work"},
    "default profile": {"AWS_DEFAULT_PROFILE": "work"},
    "both": {"AWS_PROFILE": "default", "AWS_DEFAULT_PROFILE": "work"},
}
ROLE = "role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
SSO = "sso_start_url = https://a.example\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n"
PROFILES = {
    "nothing": ("region = eu-west-1\n", ""),
    "in credentials": ("region = eu-west-1\n", FILE_KEYS),
    "in configuration": (FILE_KEYS + "region = eu-west-1\n", ""),
    "role": (ROLE, ""),
    "role beside keys": (ROLE, FILE_KEYS),
    "sign-on": (SSO, ""),
    "sign-on beside keys": (SSO, FILE_KEYS),
    "program": ("credential_process = PROGRAM\n", ""),
    "program before configuration": ("credential_process = PROGRAM\n" + FILE_KEYS, ""),
    "program behind credentials": ("credential_process = PROGRAM\n", FILE_KEYS),
    "web identity": ("role_arn = arn:aws:iam::123456789012:role/r\nweb_identity_token_file = /none/token\n", ""),
}  # fmt: skip


def list_set_ups() -> Iterator[tuple[str, SetUp]]:
    """Environment × choice of profile × what the chosen profile has: 264."""
    for (env, environ), (choice, chosen), (kind, (config, credentials)) in itertools.product(
        ENVIRONS.items(), CHOICES.items(), PROFILES.items()
    ):
        work = choice != "default"
        names = ("[profile work]", "[work]") if work else ("[default]", "[default]")
        value = WORK if work else ACTIVE
        base = f"[profile base]\n{FILE_KEYS.format(DOTENV)}"
        config_text = f"{names[0]}\n{config.replace('{}', value)}{base}"
        yield (
            f"{env}, {choice}, {kind}",
            SetUp(
                {**environ, **chosen}, config_text, f"{names[1]}\n{credentials.format(value)}" if credentials else ""
            ),
        )


SET_UPS = dict(list_set_ups())
# How botocore names a source → how meshtui's row tells it.
METHODS = {
    "env": "env", "shared-credentials-file": "profile", "config-file": "profile", "assume-role": "assumed role",
    "sso": "single sign-on", "custom-process": "external program", "assume-role-with-web-identity": "web identity",
    "container-role": "container role", "": "",
}  # fmt: skip


def prepare(set_up: SetUp, home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    folder = home / ".aws"
    folder.mkdir()
    program = home / "program"
    program.write_text(f'#!/bin/sh\necho \'{{"Version": 1, "AccessKeyId": "{WORK}", "SecretAccessKey": "x"}}\'\n')
    program.chmod(0o700)
    for name, text in (("config", set_up.config), ("credentials", set_up.credentials)):
        (folder / name).write_text(text.replace("PROGRAM", str(program)))
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    environ = {"HOME": str(home), **set_up.environ}
    for name, value in {**environ, "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    return environ


def ask_botocore() -> tuple[str, str]:
    """Its method and the access key id, where it knows that without asking anybody."""
    import botocore.session
    from botocore.credentials import ContainerProvider, create_credential_resolver

    session = botocore.session.get_session()
    resolver = create_credential_resolver(session, region_name="us-east-1")
    for provider in resolver.providers:
        if isinstance(provider, ContainerProvider):
            if "AWS_CONTAINER_CREDENTIALS_FULL_URI" in os.environ:
                return provider.METHOD, ""
            continue
        found = provider.load()
        if found is not None:
            known = provider.METHOD in ("env", "shared-credentials-file", "config-file")
            return provider.METHOD, found.access_key if known else ""
    return "", ""


def tell(found: tuple[Found, ...]) -> tuple[str, str]:
    """The same by meshtui: the row of AWS's keys that is in use."""
    row = next((row for row in found if row.slot == "aws" and row.used), None)
    if row is None or (row.credential and "field.missing" in s.ids(row.credential)):
        return "", ""  # half a pair, of which it is told what is missing
    if row.credential is None:
        return row.how, ""
    material = row.credential.material
    return row.source.kind, material.access_key_id.reveal() if isinstance(material, AwsKeys) else ""


@pytest.mark.parametrize("name", SET_UPS)
def test_the_keys_are_those_that_botocore_takes(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    environ = prepare(SET_UPS[name], tmp_path, monkeypatch)
    method, key_id = ask_botocore()
    assert tell(discover(environ, now=s.NOW)) == (METHODS[method], key_id)


REGIONS = {
    "variable": ({"AWS_DEFAULT_REGION": "eu-north-1"}, "region = eu-west-1\n"),
    "profile": ({}, "region = eu-west-1\n"),
    "profile and keys of the environment": (ENVIRONS["pair"], "region = eu-west-1\n"),
    "both": ({**ENVIRONS["pair"], "AWS_DEFAULT_REGION": "ap-south-1"}, "region = eu-west-1\n"),
    "other profile": (
        {**ENVIRONS["pair"], "AWS_PROFILE": "work"}, "region = eu-west-1\n[profile work]\nregion = sa-east-1\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", REGIONS)
def test_the_region_is_that_of_botocore(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import botocore.session

    environ, config = REGIONS[name]
    keys = "" if "AWS_ACCESS_KEY_ID" in environ else f"[default]\n{FILE_KEYS.format(ACTIVE)}"
    environ = prepare(SetUp(environ, f"[default]\n{config}", keys), tmp_path, monkeypatch)
    row = next(row for row in discover(environ, now=s.NOW) if row.slot == "aws" and row.used)
    assert row.credential is not None
    assert row.credential.facts["region"] == botocore.session.get_session().get_config_variable("region")


BROKEN = {
    "mark": ("\ufeff[default]\nregion = x\n", True), "twice": ("[default]\na = 1\n[default]\nb = 2\n", True),
    "no section": ("a = 1\n", True), "no assignment": ("[default]\nwhat\n", True),
    "Latin-1": ("[default]\na = \xe9\n", True),
    "repeated name": ("[default]\na = 1\na = 2\n", True), "comment": ("# fine\n[default]\na = 1\n", False),
    "DEFAULT": ("[DEFAULT]\na = 1\n[default]\nb = 2\n", False), "nested": ("[default]\ns3 =\n  a = b\n", False),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_botocore_refuses_is_a_finding(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import botocore.session
    from botocore.exceptions import ConfigParseError

    from meshtui.providers.bedrock.aws_config_files import read_configuration

    text, refused = BROKEN[name]
    environ = prepare(SetUp({}, "", ""), tmp_path, monkeypatch)
    (tmp_path / ".aws/config").write_bytes(text.encode("latin-1" if name == "Latin-1" else "utf-8"))
    try:
        _ = botocore.session.get_session().full_config
        judged = False
    except ConfigParseError:
        judged = True
    assert (judged, bool(read_configuration(environ).findings)) == (refused, refused)


VALUES = (
    "KEY", "'KEY'", '"KEY"', '"KEY" # note', "KEY # note", "KEY#note", " KEY", '"KEY', "'KE\\'Y'", '"KE\\"Y"', "",
    '""', "${OTHER}", "${OTHER}KEY", "${NONE:-KEY}", "${NONE}", "$OTHER", '"line1\nline2"', "'a\nb'", "KEY\t", "\\nKEY",
    '"a\\nb"', "`KEY`", "KEY=", '"KEY"x', "# KEY", "\u201cKEY\u201d", "KEY;",
)  # fmt: skip
FRAMES = {
    "plain": "NAME={}\n", "export": "export NAME={}\n", "spaces": "  NAME = {}\n", "between": "A=1\nNAME={}\nB=2\n",
    "behind an odd line": "what is this\nNAME={}\n", "before an odd line": "NAME={}\n: odd\n",
    "twice": "NAME=first\nNAME={}\n", "mark": "\ufeffNAME={}\n", "no end": "NAME={}", "CRLF": "A=1\r\nNAME={}\r\n",
    "commented": "#NAME=no\nNAME={}\n", "quoted name": "'NAME'={}\n",
}  # fmt: skip
FILES = {f"{frame}, {value!r}": FRAMES[frame].replace("{}", value) for frame in FRAMES for value in VALUES}


@each("name", range(len(FILES)), ids=lambda name: list(FILES)[name])
def test_a_value_of_an_env_file_is_the_one_that_python_dotenv_gives(
    name: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from dotenv import dotenv_values

    from meshtui.credentials.env_files import read_env_file

    text = list(FILES.values())[name].replace("KEY", "sk-of-nobody")
    path = tmp_path / ".env"
    path.write_bytes(f"OTHER=inside\n{text}".encode() if not text.startswith("\ufeff") else text.encode())
    monkeypatch.delenv("NAME", raising=False)
    judged = {name: value for name, value in dotenv_values(path).items() if value is not None}
    layer = read_env_file(str(path), dict(os.environ))
    assert layer is not None
    assert dict(layer.variables) == judged


def test_the_environment_comes_before_the_file_as_load_dotenv_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from dotenv import load_dotenv

    (tmp_path / ".env").write_text(f"OPENAI_API_KEY={s.openai_key()}\n")
    for value in (s.openai_key(half=58), ""):
        monkeypatch.setenv("OPENAI_API_KEY", value)
        found = discover({"OPENAI_API_KEY": value}, folder=str(tmp_path), now=s.NOW)
        load_dotenv(stream=io.StringIO((tmp_path / ".env").read_text()))
        row = next((row for row in found if row.slot == "openai" and row.used), None)
        told = row.credential.secret.reveal() if row and row.credential and row.credential.secret else ""
        assert told == os.environ["OPENAI_API_KEY"]


LOGINS = {
    "account": json.dumps(s.account()),
    "person": json.dumps({"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}),
}


@pytest.mark.parametrize(("variable", "login", "moved"), itertools.product(
    ["", "account", "person", "missing", "tilde", "JSON"], ["", "account", "person"], [False, True]))  # fmt: skip
def test_googles_credentials_are_those_of_google_auth(
    variable: str, login: str, moved: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    environ = {"HOME": str(tmp_path)}
    folder = tmp_path / ("moved" if moved else ".config/gcloud")
    folder.mkdir(parents=True)
    if moved:
        environ["CLOUDSDK_CONFIG"] = str(folder)
    if login:
        (folder / "application_default_credentials.json").write_text(LOGINS[login])
    if variable in LOGINS:
        (tmp_path / "key.json").write_text(LOGINS[variable])
    path = {"": "", "missing": str(tmp_path / "none.json"), "tilde": "~/key.json", "JSON": LOGINS["account"]}
    if variable:
        environ["GOOGLE_APPLICATION_CREDENTIALS"] = path.get(variable, str(tmp_path / "key.json"))
    monkeypatch.delenv("CLOUDSDK_CONFIG", raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    try:
        credentials, _ = google.auth.default()
        judged = getattr(credentials, "service_account_email", "person")
    except (DefaultCredentialsError, OSError):
        judged = ""
    rows = [row for row in discover(environ, now=s.NOW) if row.slot == "vertex" and row.used]
    credential = rows[0].credential if rows else None
    findings = s.ids(credential) if credential else []
    told = credential.facts.get("e-mail", "") if credential else ""
    if "google.authorized-user" in findings:
        told = "person"
    if {"env.json-not-path", "env.tilde"} & set(findings):
        told = ""  # told as what google-auth does not take
    assert told == judged
