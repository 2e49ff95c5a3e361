"""AWS's two files: which profiles there are, how each gets its keys, and which settings would send them elsewhere.

The files are only read here; `meshtui.providers.bedrock.profile_resolution` resolves a profile. Source of the format:
AWS documentation, "Configuration and credential file settings" and "Service-specific endpoints".
"""

from __future__ import annotations

import configparser
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from meshtui.base.credential import Finding
from meshtui.http.hosts import judge_address
from meshtui.providers.credential_files import read_file
from meshtui.providers.finding_catalogue import make_finding

_SSO = ("sso_role_name", "sso_account_id", "sso_session", "sso_start_url")
# Service as the settings name it → whose table of hosts holds it (`meshtui.providers.bedrock.hosts`).
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
    with_keys: frozenset[str] = frozenset()
    """The profiles whose key pair is in the credentials file."""
    bare: frozenset[str] = frozenset()
    """Sections of the configuration file that are no profile, as their name does not begin with `profile`."""

    def in_credentials(self, profile: str) -> bool:
        """Whether the profile's key pair is in the credentials file, which comes before other sources."""
        return profile in self.with_keys


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
        found = {judge_address(self.url, table) for table in tables}
        return next(owner for owner in ("loopback", "own", "foreign") if owner in found)


def read_configuration(environ: Mapping[str, str]) -> Configuration:
    """Both files, those that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name, or those in `~/.aws`. A file that
    is not there is empty; a file that cannot be read is empty and a finding."""
    config, of_config = _read_sections(find_path(environ, "AWS_CONFIG_FILE", "config"))
    credentials, of_credentials = _read_sections(find_path(environ, "AWS_SHARED_CREDENTIALS_FILE", "credentials"))
    by_type: dict[str, dict[str, Settings]] = {"profile": {}, "sso-session": {}, "services": {}}
    bare = set()
    for section, values in config.items():
        parts = _split(section)
        if section == "default":
            by_type["profile"][section] = values
        elif len(parts) == 2 and parts[0] in by_type:
            by_type[parts[0]][parts[1]] = values
        else:
            bare.add(section)
    profiles = by_type["profile"]
    for name, values in credentials.items():
        profiles[name] = {**profiles.get(name, {}), **values}
    with_keys = frozenset(name for name, values in credentials.items() if "aws_access_key_id" in values)
    return Configuration(profiles, by_type["sso-session"], by_type["services"], of_config + of_credentials, with_keys,
                         frozenset(bare))  # fmt: skip


def list_profiles(environ: Mapping[str, str]) -> tuple[Profile, ...]:
    """The profiles of AWS's two files, by name. Nothing secret is kept of the files."""
    configuration = read_configuration(environ)
    found = configuration.profiles
    return tuple(
        Profile(name, choose_way(values, configuration.in_credentials(name)), values.get("region", ""))
        for name, values in sorted(found.items())
    )


def find_active_profile(environ: Mapping[str, str]) -> tuple[str, str]:
    """The profile that AWS's libraries take where none is named, and the variable that says so; empty: none does.

    botocore looks at AWS_DEFAULT_PROFILE first, other SDKs know AWS_PROFILE alone.
    """
    variable = next((name for name in ("AWS_DEFAULT_PROFILE", "AWS_PROFILE") if environ.get(name)), "")
    return (environ[variable], variable) if variable else ("default", "")


def choose_way(settings: Settings, in_credentials: bool) -> str:
    """How a profile with these settings gets its keys, in words; empty where it has none. The order is that of
    botocore's `create_credential_resolver`: a key pair in the credentials file comes before a program, one in the
    configuration file after it."""
    ways = (
        ("assumed role", "role_arn" in settings and "web_identity_token_file" not in settings),
        ("web identity", "web_identity_token_file" in settings),
        ("single sign-on", any(name in settings for name in _SSO)),
        ("key pair", in_credentials),
        ("console login", "login_session" in settings),
        ("external program", "credential_process" in settings),
        ("key pair", "aws_access_key_id" in settings),
    )
    return next((way for way, has in ways if has), "")


def find_path(environ: Mapping[str, str], variable: str, name: str) -> str:
    """The path that the variable gives, else that of the file or folder in `~/.aws`; empty where there is no home."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    return environ.get(variable) or (f"{home}/.aws/{name}" if home else "")


def list_endpoints(configuration: Configuration, profile: str, environ: Mapping[str, str]) -> tuple[Endpoint, ...]:
    """Every setting that names an address for one of SERVICES, the strongest first."""
    settings = configuration.profiles.get(profile, {})
    ignored = environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") or settings.get("ignore_configured_endpoint_urls")
    if (ignored or "").strip().lower() == "true":
        return ()
    return tuple(endpoint for endpoint in _list_endpoints(configuration, profile, environ) if endpoint.url)


def _list_endpoints(configuration: Configuration, profile: str, environ: Mapping[str, str]) -> Iterator[Endpoint]:
    settings = configuration.profiles.get(profile, {})
    for service in SERVICES:
        variable = f"AWS_ENDPOINT_URL_{service.upper()}"
        yield Endpoint(variable, "environment", service, environ.get(variable, ""))
    yield Endpoint("AWS_ENDPOINT_URL", "environment", "", environ.get("AWS_ENDPOINT_URL", ""))
    section = settings.get("services", "")
    nested = configuration.services.get(section, {})
    for service in SERVICES:
        url = _read_nested(nested.get(service, "")).get("endpoint_url", "")
        yield Endpoint(f"endpoint_url of {service}", f"AWS configuration file, section [services {section}]", service,
                       url)  # fmt: skip
    yield Endpoint("endpoint_url", f"AWS configuration file, profile {profile}", "", settings.get("endpoint_url", ""))


def _read_sections(path: str) -> tuple[dict[str, Settings], tuple[Finding, ...]]:
    """Section → its settings, of a file in AWS's form. The parser's own errors quote lines, which may be keys: of them
    only the number is said."""
    contents = read_file(path) if path else None
    if contents is None:
        return {}, ()
    if contents.data is None:
        missing = any(finding.id == "file.missing" for finding in contents.findings)
        what = "; ".join(finding.title for finding in contents.findings)
        return {}, () if missing else (make_finding("aws.config-broken", file=path, what=what),)
    parser = configparser.RawConfigParser()  # as strict as botocore's, which refuses the whole file for one line
    try:
        text = contents.data.decode("utf-8")
        if text.startswith("\ufeff"):
            return {}, (make_finding("aws.config-mark", file=path),)
        parser.read_string(text)
    except UnicodeDecodeError:
        utf16 = contents.data[:2] in (b"\xff\xfe", b"\xfe\xff")
        what = "it is UTF-16, as PowerShell's > writes it" if utf16 else "it is not UTF-8"
        return {}, (make_finding("aws.config-broken", file=path, what=what),)
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as error:
        return {}, (
            make_finding("aws.config-broken", file=path, what=f"line {error.lineno} repeats a section or a name"),
        )
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
    return {name: dict(parser[name]) for name in parser.sections()}, ()


def _split(section: str) -> list[str]:
    """The words of a section's name; one with spaces is in quotes."""
    try:
        return shlex.split(section)
    except ValueError:
        return []


def _read_nested(value: str) -> dict[str, str]:
    """The indented `name = value` lines below a service's name."""
    pairs = (line.partition("=") for line in value.splitlines() if "=" in line)
    return {name.strip().lower(): text.strip() for name, _, text in pairs}
