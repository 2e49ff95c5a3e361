"""AWS's two files: which profiles there are, how each gets its keys, and which settings would send them elsewhere.

Read here and never obeyed unseen: `meshtui.providers.bedrock.aws_profiles` resolves a profile. The form of the files:
AWS documentation, "Configuration and credential file settings" and "Service-specific endpoints".
"""

from __future__ import annotations

import configparser
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from meshtui.base.credential import Finding
from meshtui.credentials.sources import read_file
from meshtui.http.hosts import whose
from meshtui.providers.finding_catalogue import make_finding

# Setting in a profile → how it gets its keys, in the order in which AWS's libraries look (botocore's
# `create_credential_resolver`).
_HOW = (
    ("role_arn", "assumed role"),
    ("web_identity_token_file", "web identity"),
    ("sso_session", "single sign-on"),
    ("sso_start_url", "single sign-on"),
    ("aws_access_key_id", "key pair"),
    ("login_session", "console login"),
    ("credential_process", "external program"),
)
# Service as the settings name it → whose table of hosts holds it (`meshtui.http.hosts.OWN`).
SERVICES = {"sts": "aws-sts", "sso": "aws-sso", "sso_oidc": "aws-sso", "bedrock": "bedrock",
            "bedrock_runtime": "bedrock"}  # fmt: skip

Settings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    how: str
    """How it gets its keys: key pair, single sign-on, assumed role, …; empty where it has none."""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """AWS's two files as they are; the values may be secrets and are not printed."""

    profiles: Mapping[str, Settings] = field(default_factory=dict, repr=False)
    sso_sessions: Mapping[str, Settings] = field(default_factory=dict, repr=False)
    services: Mapping[str, Settings] = field(default_factory=dict, repr=False)
    findings: tuple[Finding, ...] = ()
    """Why a file could not be read, where it is there and could not."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A setting that names the address of a service of AWS."""

    setting: str
    where: str
    service: str
    """One of SERVICES; empty: of all of them."""
    url: str

    @property
    def leads_to(self) -> str:
        """`own`, `loopback` or `foreign`."""
        tables = [SERVICES[self.service]] if self.service else sorted(set(SERVICES.values()))
        found = {whose(self.url, table) for table in tables}
        return next(owner for owner in ("loopback", "own", "foreign") if owner in found)


def read_configuration(environ: Mapping[str, str]) -> Configuration:
    """Both files, those that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name, or those in `~/.aws`. A file that
    is not there is empty; a file that cannot be read is empty and a finding."""
    config, of_config = _sections(path_of(environ, "AWS_CONFIG_FILE", "config"))
    credentials, of_credentials = _sections(path_of(environ, "AWS_SHARED_CREDENTIALS_FILE", "credentials"))
    by_type: dict[str, dict[str, Settings]] = {"profile": {}, "sso-session": {}, "services": {}}
    for section, values in config.items():
        kind, _, name = section.partition(" ")
        if section == "default":
            by_type["profile"][section] = values
        elif kind in by_type and name.strip():
            by_type[kind][_unquoted(name.strip())] = values
    profiles = by_type["profile"]
    for name, values in credentials.items():
        profiles[name] = {**profiles.get(name, {}), **values}
    return Configuration(profiles, by_type["sso-session"], by_type["services"], of_config + of_credentials)


def profiles(environ: Mapping[str, str]) -> tuple[Profile, ...]:
    """The profiles of AWS's two files, by name. Nothing secret is kept of the files."""
    found = read_configuration(environ).profiles
    return tuple(Profile(name, how_of(values), values.get("region", "")) for name, values in sorted(found.items()))


def how_of(settings: Settings) -> str:
    """How a profile with these settings gets its keys, in words; empty where it has none."""
    return next((words for setting, words in _HOW if setting in settings), "")


def path_of(environ: Mapping[str, str], variable: str, name: str) -> str:
    """The path that the variable gives, else that of the file or folder in `~/.aws`; empty where there is no home."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    return environ.get(variable) or (f"{home}/.aws/{name}" if home else "")


def endpoints(configuration: Configuration, profile: str, environ: Mapping[str, str]) -> tuple[Endpoint, ...]:
    """Every setting that names an address for one of SERVICES, the strongest first."""
    settings = configuration.profiles.get(profile, {})
    ignored = environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") or settings.get("ignore_configured_endpoint_urls")
    if (ignored or "").strip().lower() == "true":
        return ()
    return tuple(endpoint for endpoint in _endpoints(configuration, profile, environ) if endpoint.url)


def _endpoints(configuration: Configuration, profile: str, environ: Mapping[str, str]) -> Iterator[Endpoint]:
    settings = configuration.profiles.get(profile, {})
    for service in SERVICES:
        variable = f"AWS_ENDPOINT_URL_{service.upper()}"
        yield Endpoint(variable, "environment", service, environ.get(variable, ""))
    yield Endpoint("AWS_ENDPOINT_URL", "environment", "", environ.get("AWS_ENDPOINT_URL", ""))
    section = settings.get("services", "")
    nested = configuration.services.get(section, {})
    for service in SERVICES:
        url = _nested(nested.get(service, "")).get("endpoint_url", "")
        yield Endpoint(f"endpoint_url of {service}", f"AWS configuration file, section [services {section}]", service,
                       url)  # fmt: skip
    yield Endpoint("endpoint_url", f"AWS configuration file, profile {profile}", "", settings.get("endpoint_url", ""))


def _sections(path: str) -> tuple[dict[str, Settings], tuple[Finding, ...]]:
    """Section → its settings, of a file in AWS's form. The parser's own errors quote lines, which may be keys: of them
    only the number is said."""
    contents = read_file(path) if path else None
    if contents is None:
        return {}, ()
    if contents.data is None:
        missing = any(finding.id == "file.missing" for finding in contents.findings)
        what = "; ".join(finding.title for finding in contents.findings)
        return {}, () if missing else (make_finding("aws.config-broken", file=path, what=what),)
    parser = configparser.RawConfigParser(strict=False, default_section="\0")
    try:
        parser.read_string(contents.data.decode("utf-8-sig", "replace"))
    except configparser.MissingSectionHeaderError as error:
        return {}, (
            make_finding("aws.config-broken", file=path, what=f"line {error.lineno} stands before any [section]"),
        )
    except configparser.ParsingError as error:
        lines = ", ".join(str(number) for number, _ in error.errors[:5])
        return {}, (make_finding("aws.config-broken", file=path, what=f"line {lines} is no `name = value`"),)
    except (configparser.Error, AttributeError) as error:
        # AttributeError: the standard parser's answer to a continuation line of a name without a value.
        return {}, (make_finding("aws.config-broken", file=path, what=type(error).__name__),)
    return {name.strip(): dict(parser[name]) for name in parser.sections()}, ()


def _unquoted(name: str) -> str:
    """A name with spaces stands in quotes."""
    try:
        return " ".join(shlex.split(name))
    except ValueError:
        return name


def _nested(value: str) -> dict[str, str]:
    """The indented `name = value` lines below a service's name."""
    pairs = (line.partition("=") for line in value.splitlines() if "=" in line)
    return {name.strip().lower(): text.strip() for name, _, text in pairs}
