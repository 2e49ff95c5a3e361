"""AWS profiles: listed from AWS's two files without reading a secret, resolved by boto3's session when asked for.

Resolving may run a `credential_process`, or fetch from AWS's single sign-on or STS: it takes time, and a thread.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from meshtui.credentials.findings import make_finding
from meshtui.credentials.model import Credential, Kind, Source
from meshtui.credentials.paste import parse
from meshtui.credentials.reading import finished, refused
from meshtui.credentials.sources import read_file

# Setting in a profile → how it gets its keys (AWS documentation, "Configuration and credential file settings").
_HOW = (
    ("aws_access_key_id", "key pair"),
    ("sso_session", "single sign-on"),
    ("sso_start_url", "single sign-on"),
    ("role_arn", "assumed role"),
    ("credential_process", "external program"),
    ("web_identity_token_file", "web identity"),
)


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    how: str
    """How it gets its keys: key pair, single sign-on, assumed role, …; empty where it has none."""
    region: str = ""


def profiles(environ: Mapping[str, str]) -> tuple[Profile, ...]:
    """The profiles of AWS's two files, by name. Nothing secret is kept of the files."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    settings: dict[str, dict[str, str]] = {}
    for variable, name in (("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")):
        path = environ.get(variable) or (f"{home}/.aws/{name}" if home else "")
        for section, values in _sections(path).items():
            settings.setdefault(section, {}).update(values)
    found = []
    for name, values in sorted(settings.items()):
        how = next((words for setting, words in _HOW if setting in values), "")
        found.append(Profile(name, how, values.get("region", "")))
    return tuple(found)


def _sections(path: str) -> dict[str, dict[str, str]]:
    """Profile → its settings, of a file in AWS's form; nothing where the file is missing or is none."""
    import configparser

    data = read_file(path).data if path else None
    if data is None:
        return {}
    parser = configparser.ConfigParser(interpolation=None, strict=False, default_section="\0")
    try:
        parser.read_string(data.decode("utf-8-sig", "replace"))
    except configparser.Error:
        return {}
    named = {name.removeprefix("profile ").strip(): dict(parser[name]) for name in parser.sections()}
    return {name: values for name, values in named.items() if not name.startswith(("sso-session ", "services "))}


def from_profile(profile: str, *, name: str = "") -> Credential:
    """The credential that boto3's session gives for a profile of this machine, or why it gives none.

    Loads boto3 (some 150 ms) and may go to the network for single sign-on and assumed roles.
    """
    from boto3 import Session
    from botocore.exceptions import BotoCoreError, ClientError

    source = Source("profile", profile)
    try:
        session = Session(profile_name=profile)
        credentials = session.get_credentials()
        keys = credentials.get_frozen_credentials() if credentials else None
    except (BotoCoreError, ClientError) as error:
        return _failed(profile, name, source, f"boto3 says {type(error).__name__}")
    if keys is None or not keys.access_key or not keys.secret_key:
        return _failed(profile, name, source, "boto3 finds no keys in it")
    parts = {"access_key_id": keys.access_key, "secret_access_key": keys.secret_key, "session_token": keys.token}
    return parse(json.dumps(parts), name=name or profile, source=source, region=session.region_name or "")


def _failed(profile: str, name: str, source: Source, what: str) -> Credential:
    reading = refused(Kind.AWS_KEYS, make_finding("aws.profile-failed", profile=profile, what=what))
    return finished(reading, name or profile, source)
