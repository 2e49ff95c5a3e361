"""Looking one AWS profile up: what it may do, where it may ask, and how it ends with a finding instead of keys."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlsplit

from meshtui.base.credential import Finding
from meshtui.http.call import Call
from meshtui.http.transport import PendingRequest, RequestError, check_address
from meshtui.providers.bedrock import profile_requests
from meshtui.providers.bedrock.aws_config_files import Configuration, Settings, list_endpoints
from meshtui.providers.bedrock.hosts import is_aws_region
from meshtui.providers.bedrock.provider import AwsKeys
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.regions import ASSUMED_REGION


@dataclass(frozen=True, slots=True)
class Allowed:
    """What getting a profile's keys may do besides reading AWS's files."""

    network: bool = True
    program: bool = False
    """Run a `credential_process`."""


class ProfileError(Exception):
    """The profile gives no keys; the findings say why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(findings[0].title)
        self.findings = findings


_OF_ROLE = {f"aws.profile-{what}": f"aws.role-{what}" for what in ("offline", "incomplete", "refused", "unreachable")}
"""Findings about a role outside any profile, instead of those about a profile."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One profile of a chain. `asked` is the one that the person named: its name is in what is said."""

    requested: str
    profile: str
    configuration: Configuration
    environ: Mapping[str, str] = field(repr=False)
    allowed: Allowed = Allowed()
    chain: tuple[str, ...] = ()
    role: str = ""
    """How a role gives its keys that no profile names; empty: it is a profile."""

    @property
    def settings(self) -> Settings:
        return self.configuration.profiles[self.profile]

    def fail(self, row: str, **values: object) -> NoReturn:
        row = _OF_ROLE.get(row, row) if self.role else row
        raise ProfileError(
            make_finding(row, profile=self.requested, named=shlex.quote(self.requested), **{"how": self.role, **values})
        )

    def required(self, settings: Settings, *names: str) -> tuple[str, ...]:
        """Their values; without one of them the profile fails."""
        if lacking := [name for name in names if not settings.get(name)]:
            self.fail("aws.profile-incomplete", what=f"profile {self.profile} lacks {', '.join(lacking)}")
        return tuple(settings[name] for name in names)


def refuse_foreign_endpoints(lookup: Lookup) -> None:
    """An address that is not AWS's ends it before anything is read that could be sent there."""
    found = [
        make_finding(
            "aws.profile-foreign-address", setting=endpoint.setting, where=endpoint.where, profile=lookup.requested,
            address=_shorten_address(endpoint.url),
        )
        for endpoint in list_endpoints(lookup.configuration, lookup.profile, lookup.environ)
        if endpoint.leads_to == "foreign"
    ]  # fmt: skip
    if found:
        raise ProfileError(*found)


def list_loopback_notes(lookup: Lookup, *, is_asked: bool) -> tuple[Finding, ...]:
    """The settings that lead to this machine. Those of the environment only where they are used to get keys, because
    with a credential they are reported anyway."""
    return tuple(
        make_finding("aws.profile-loopback-address", setting=endpoint.setting, where=endpoint.where)
        for endpoint in list_endpoints(lookup.configuration, lookup.profile, lookup.environ)
        if endpoint.leads_to == "loopback" and (is_asked or endpoint.where != "environment")
    )


def find_base(lookup: Lookup, service: str) -> str:
    """The address on this machine that is set for the service; empty: AWS's own is used."""
    found = list_endpoints(lookup.configuration, lookup.profile, lookup.environ)
    first = next((each for each in found if each.service in ("", service)), None)
    return first.url.rstrip("/") if first and first.leads_to == "loopback" else ""


def find_sts_region(lookup: Lookup) -> str:
    """The region in which STS is asked."""
    where, region = f"region of profile {lookup.profile}", lookup.settings.get("region", "")
    if not region:
        where, region = find_environment_region(lookup.environ)
    return require_region(lookup, where, region or ASSUMED_REGION)


def find_environment_region(environ: Mapping[str, str]) -> tuple[str, str]:
    names = ("AWS_REGION", "AWS_DEFAULT_REGION")
    return next(((name, environ[name]) for name in names if environ.get(name)), ("", ""))


def require_region(lookup: Lookup, where: str, region: str) -> str:
    """The region becomes part of a host's name: anything that is not spelt like one ends it here."""
    if not is_aws_region(region):
        lookup.fail("aws.profile-region", setting=where, length=len(region))
    return region


def refuse_foreign_metadata(lookup: Lookup, setting: str, call: Call) -> None:
    try:
        check_address(call)
    except RequestError:
        address = _shorten_address(call.url)
        lookup.fail("aws.profile-foreign-address", setting=setting, where="environment", address=address)


def _shorten_address(url: str) -> str:
    """Scheme and host only: what is before or after them may be a secret."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        host = None
    return f"{parts.scheme}://{host}" if host else "an address that cannot be read"


def request_keys(
    lookup: Lookup, service: str, call: Call, keys_of: Callable[[PendingRequest, str], AwsKeys | None]
) -> AwsKeys:
    keys = keys_of(send_or_fail(lookup, service, call), "")
    if keys is None:
        lookup.fail("aws.profile-refused", service=service, what="the answer holds no keys")
    return keys


def send_or_fail(lookup: Lookup, service: str, call: Call) -> PendingRequest:
    pending = profile_requests.send(call)
    if failure := pending.exchange.failure:
        lookup.fail("aws.profile-unreachable", service=service, what=failure.message)
    if pending.succeeded:
        return pending
    if service == "single sign-on" and pending.status == 401:
        lookup.fail("aws.sso-token", what=f"AWS does not take the token: {profile_requests.describe_refusal(pending)}")
    return lookup.fail("aws.profile-refused", service=service, what=profile_requests.describe_refusal(pending))
