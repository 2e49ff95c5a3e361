"""Gets the keys of an AWS profile, over the one transport and under its rule of hosts.

boto3 could do it, but it would also obey every `AWS_ENDPOINT_URL…` and `endpoint_url`, query the machine's metadata,
run programs and prompt for codes without being asked to. Here a setting that leads elsewhere stops the resolution with
a finding that names it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NoReturn

from meshtui.base.credential import Credential, Finding, Source
from meshtui.base.secret import Secret
from meshtui.base.times import parse_iso
from meshtui.providers.bedrock import profile_requests
from meshtui.providers.bedrock.aws_config_files import (
    Settings,
    choose_way,
    find_active_profile,
    find_path,
    read_configuration,
)
from meshtui.providers.bedrock.credential_process import ProgramError, run_credential_process
from meshtui.providers.bedrock.credentials import read_aws
from meshtui.providers.bedrock.profile_lookup import (
    Allowed,
    Lookup,
    ProfileError,
    find_base,
    find_environment_region,
    find_sts_region,
    list_loopback_notes,
    refuse_foreign_endpoints,
    refuse_foreign_metadata,
    request_keys,
    require_region,
    send_or_fail,
)
from meshtui.providers.bedrock.provider import AWS_KEYS, AwsKeys
from meshtui.providers.credential_files import read_file
from meshtui.providers.credential_reading import Given, make_credential, redact_finding, refuse, show_path
from meshtui.providers.finding_catalogue import make_finding

__all__ = ["ROLES", "Allowed", "resolve_profile", "resolve_role"]

_NOT_ON_DISK = ("assumed role", "web identity", "single sign-on", "external program", "container role", "instance role")


def resolve_profile(
    profile: str,
    *,
    name: str = "",
    environ: Mapping[str, str] | None = None,
    allowed: Allowed | None = None,
) -> Credential:
    """The credential that a profile of this machine gives, or why it gives none. May ask AWS's single sign-on and STS,
    and takes seconds then: for a thread without an event loop. `environ` None: that of this process."""
    environ = dict(os.environ) if environ is None else environ
    lookup = Lookup(profile, profile, read_configuration(environ), environ, allowed or Allowed())
    return _resolve(lookup, name or profile, Source("profile", profile))


ROLES: Mapping[str, tuple[str, str]] = {
    "aws-web-identity": ("web identity", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    "aws-container": ("container role", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    "aws-instance": ("instance role", "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
}
"""Name of a role outside any profile → how its keys are fetched, and the variable that configures it."""


def resolve_role(
    name: str,
    *,
    environ: Mapping[str, str] | None = None,
    allowed: Allowed | None = None,
    source: Source | None = None,
) -> Credential:
    """The same for the role that the environment, the container or the EC2 machine gives; `name` is one of ROLES."""
    environ = dict(os.environ) if environ is None else environ
    configuration = read_configuration(environ)
    how, variable = ROLES[name]
    active, _ = find_active_profile(environ)
    named = {"role_arn": "AWS_ROLE_ARN", "web_identity_token_file": "AWS_WEB_IDENTITY_TOKEN_FILE",
             "role_session_name": "AWS_ROLE_SESSION_NAME"}  # fmt: skip
    of_role = {setting: environ[name] for setting, name in named.items() if environ.get(name)}
    shared = {name: text for name, text in configuration.profiles.get(active, {}).items() if name in _SHARED}
    profiles = {**configuration.profiles, name: {**shared, **(of_role if how == "web identity" else {})}}
    lookup = Lookup(name, name, replace(configuration, profiles=profiles, findings=()), environ, allowed or Allowed(),
                    role=how)  # fmt: skip
    return _resolve(lookup, name, source or Source("env", variable))


_SHARED = ("region", "services", "endpoint_url", "ignore_configured_endpoint_urls")
"""The settings of the active profile that hold for a role as well."""


def _resolve(lookup: Lookup, name: str, source: Source) -> Credential:
    profile, environ = lookup.requested, lookup.environ
    try:
        keys = _resolve_keys(lookup)
    except ProfileError as error:
        return make_credential(refuse(AWS_KEYS, *error.findings), name, source)
    parts = {"access_key_id": keys.access_key_id.reveal(), "secret_access_key": keys.secret_access_key.reveal()}
    parts = {part: _remove_quotes(value) for part, value in parts.items()}
    if keys.session_token:
        parts["session_token"] = _remove_quotes(keys.session_token.reveal())
    variable, region = find_environment_region(environ)
    set_in = lookup.settings.get("region", "")
    of_profile = find_active_profile(environ)[0] if lookup.role else profile
    region_from = f"env {variable}" if region else f"profile {of_profile}" if set_in else ""
    given = Given(time.time(), region or _remove_quotes(set_in))
    credential = make_credential(read_aws(parts, given), name, source)
    way = lookup.role or choose_way(lookup.settings, lookup.configuration.in_credentials(lookup.profile))
    requested = way != "key pair"
    notes = tuple(
        redact_finding(note) for note in (*list_loopback_notes(lookup, is_asked=requested), *_find_quoted(lookup))
    )
    facts = {**credential.facts, **({"region from": show_path(region_from)} if region_from else {})}
    return replace(credential, findings=(*notes, *credential.findings), facts=facts)


_COMMENT = re.compile(r"[ \t]+[#;].*")
"""What follows a value and is meant as a comment, which AWS's files do not know."""


def _remove_quotes(value: str) -> str:
    value = _COMMENT.sub("", value)
    return value[1:-1] if _is_quoted(value) else value


def _is_quoted(value: str) -> bool:
    return len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]


def _find_quoted(lookup: Lookup) -> Iterator[Finding]:
    """The settings with quotes around them or a comment after them, which AWS's libraries keep."""
    named = shlex.quote(lookup.requested)
    for setting in ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region"):
        value = lookup.settings.get(setting, "")
        if _COMMENT.search(value):
            yield make_finding("aws.profile-comment", profile=lookup.requested, setting=setting)
        elif _is_quoted(value):
            yield make_finding("aws.profile-quotes", profile=lookup.requested, named=named, setting=setting)


def _resolve_keys(lookup: Lookup) -> AwsKeys:
    """The keys of this profile, with the region in which they can ask STS."""
    if lookup.configuration.findings:
        raise ProfileError(*lookup.configuration.findings)
    if lookup.profile not in lookup.configuration.profiles:
        _refuse_missing(lookup)
    refuse_foreign_endpoints(lookup)
    settings = lookup.settings
    how = lookup.role or choose_way(settings, lookup.configuration.in_credentials(lookup.profile))
    if lookup.chain and how == "assumed role" and "aws_access_key_id" in settings:
        how = "key pair"  # AWS's libraries read a source of a role so, which may be that role's own profile
    if how in _NOT_ON_DISK and not lookup.allowed.network:
        if how == "single sign-on":
            _read_sso_token(lookup)  # a token that has ended is known without asking anybody
        lookup.fail("aws.profile-offline", how=how)
    if how not in _WAYS:
        if exported := next((name for name in settings if name.startswith("export ")), ""):
            lookup.fail("aws.profile-export", setting=exported)
        lookup.fail("aws.profile-failed", what=f"profile {lookup.profile} has no setting that gives keys")
    return _WAYS[how](lookup)


def _refuse_missing(lookup: Lookup) -> NoReturn:
    """What there is in its place: a name that is spelt otherwise, or other profiles."""
    wanted, there = lookup.profile, sorted(lookup.configuration.profiles)
    if wanted in lookup.configuration.bare:
        lookup.fail("aws.profile-bare-section", missing=wanted)
    if f"profile {wanted}" in there:
        fix = f"In ~/.aws/credentials write [{wanted}], without the word profile, which is for ~/.aws/config."
        lookup.fail("aws.profile-spelt", missing=wanted, there=f"profile {wanted}", fix=fix)
    if near := next((name for name in there if name.casefold().strip() == wanted.casefold().strip()), ""):
        lookup.fail(
            "aws.profile-spelt", missing=wanted, there=near, fix="Names are compared letter by letter: make them equal."
        )
    none = "This machine has none: aws configure makes one."
    existing = f"This machine has: {', '.join(there[:8])}." if there else none
    lookup.fail("aws.profile-missing", missing=wanted, there=existing)


def _read_static_keys(lookup: Lookup) -> AwsKeys:
    key_id, secret = lookup.required(lookup.settings, "aws_access_key_id", "aws_secret_access_key")
    token = lookup.settings.get("aws_session_token") or lookup.settings.get("aws_security_token")
    # Only an assumed role needs the region, and checks it then.
    return AwsKeys(Secret(key_id), Secret(secret), "", Secret(token) if token else None)


def _assume_role(lookup: Lookup) -> AwsKeys:
    settings = lookup.settings
    if settings.get("mfa_serial"):
        lookup.fail("aws.profile-mfa")
    region = find_sts_region(lookup)
    source = settings.get("source_profile", "")
    if source:
        if source in lookup.chain:
            lookup.fail("aws.profile-incomplete", what=f"source_profile goes round in a circle at {source}")
        keys = _resolve_keys(replace(lookup, profile=source, chain=(*lookup.chain, lookup.profile)))
    else:
        keys = _fetch_source_keys(lookup)
    call = profile_requests.make_assume_role_call(
        find_base(lookup, "sts"), replace(keys, region=region), _list_role_parameters(settings)
    )
    return request_keys(lookup, "STS", call, profile_requests.read_sts_keys)


def _fetch_web_identity_keys(lookup: Lookup) -> AwsKeys:
    _, path = lookup.required(lookup.settings, "role_arn", "web_identity_token_file")
    region = find_sts_region(lookup)
    contents = read_file(path)
    if not contents.data:
        why = contents.findings[0].title if contents.findings else "it is empty"
        lookup.fail("aws.profile-incomplete", what=f"web_identity_token_file cannot be used: {why}")
    token = Secret(contents.data.decode("utf-8", "replace").strip())
    call = profile_requests.make_web_identity_call(
        find_base(lookup, "sts"), region, token, _list_role_parameters(lookup.settings)
    )
    return request_keys(lookup, "STS", call, profile_requests.read_sts_keys)


def _list_role_parameters(settings: Settings) -> dict[str, str]:
    name = settings.get("role_session_name") or f"meshtui-{int(time.time())}"
    wanted = {"RoleArn": settings["role_arn"], "RoleSessionName": name}
    optional = {"ExternalId": "external_id", "DurationSeconds": "duration_seconds"}
    return wanted | {field: settings[setting] for field, setting in optional.items() if settings.get(setting)}


def _fetch_sso_keys(lookup: Lookup) -> AwsKeys:
    settings, region, token = _read_sso_token(lookup)
    account, role = lookup.required(settings, "sso_account_id", "sso_role_name")
    call = profile_requests.make_role_credentials_call(find_base(lookup, "sso"), region, token, account, role)
    return request_keys(lookup, "single sign-on", call, profile_requests.read_sso_keys)


def _read_sso_token(lookup: Lookup) -> tuple[Settings, str, Secret]:
    """All settings of the sign-on, its region, and the token that `aws sso login` has left. It is not renewed here:
    that would write into a file of AWS's."""
    session = lookup.settings.get("sso_session", "")
    if session and session not in lookup.configuration.sso_sessions:
        lookup.fail("aws.profile-incomplete", what=f"there is no section [sso-session {session}]")
    settings = {**lookup.settings, **lookup.configuration.sso_sessions.get(session, {})}
    start, region = lookup.required(settings, "sso_start_url", "sso_region")
    require_region(lookup, "sso_region", region)
    name = hashlib.sha1((session or start).encode(), usedforsecurity=False).hexdigest()
    contents = read_file(find_path(lookup.environ, "", f"sso/cache/{name}.json"))
    if contents.data is None:
        lookup.fail("aws.sso-token", what="nobody has signed in on this machine: " + contents.findings[0].title)
    try:
        cached = json.loads(contents.data)
        token, ends = str(cached["accessToken"]), str(cached["expiresAt"])
    except (ValueError, KeyError, TypeError, RecursionError):
        lookup.fail("aws.sso-token", what="the file of the token cannot be read")
    if (until := parse_iso(ends)) is None:
        lookup.fail("aws.sso-token", what="the file of the token has no time at which it ends")
    if until <= time.time():
        lookup.fail("aws.sso-token", what=f"the token ended at {ends}")
    return settings, region, Secret(token)


def _run_program(lookup: Lookup) -> AwsKeys:
    if not lookup.allowed.program:
        lookup.fail("aws.profile-program")
    try:
        return run_credential_process(lookup.settings["credential_process"], lookup.environ, "")
    except ProgramError as error:
        lookup.fail("aws.program-failed", what=str(error))


def _refuse_console_login(lookup: Lookup) -> AwsKeys:
    lookup.fail("aws.profile-login")


def _fetch_source_keys(lookup: Lookup) -> AwsKeys:
    """The keys for a role from where its `credential_source` says."""
    source = lookup.settings.get("credential_source", "")
    if source not in _SOURCES:
        lookup.fail("aws.profile-incomplete", what=f"credential_source must be one of {', '.join(_SOURCES)}, or there "
                                                   "must be a source_profile")  # fmt: skip
    return _SOURCES[source](lookup)


def _read_environment_keys(lookup: Lookup) -> AwsKeys:
    key_id, secret = lookup.required(lookup.environ, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    token = lookup.environ.get("AWS_SESSION_TOKEN")
    return AwsKeys(Secret(key_id), Secret(secret), "", Secret(token) if token else None)


def _fetch_container_keys(lookup: Lookup) -> AwsKeys:
    environ = lookup.environ
    relative, full = (environ.get(f"AWS_CONTAINER_CREDENTIALS_{kind}_URI", "") for kind in ("RELATIVE", "FULL"))
    if not relative and not full:
        lookup.fail(
            "aws.profile-incomplete",
            what="neither variable of a container's credentials is set: this is no container",
        )
    token = environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
    if path := environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", ""):
        token = (read_file(path).data or b"").decode("utf-8", "replace").strip()
    url = profile_requests.CONTAINER + relative if relative else full
    call = profile_requests.make_container_call(url, Secret(token) if token else None)
    refuse_foreign_metadata(lookup, f"AWS_CONTAINER_CREDENTIALS_{'RELATIVE' if relative else 'FULL'}_URI", call)
    return request_keys(lookup, "the container's metadata", call, profile_requests.read_metadata_keys)


def _fetch_machine_keys(lookup: Lookup) -> AwsKeys:
    environ = lookup.environ
    if environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        lookup.fail("aws.profile-incomplete", what="AWS_EC2_METADATA_DISABLED forbids its credential_source")
    base = environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "").rstrip("/") or profile_requests.EC2
    first = profile_requests.make_metadata_token_call(base)
    refuse_foreign_metadata(lookup, "AWS_EC2_METADATA_SERVICE_ENDPOINT", first)
    token = Secret(send_or_fail(lookup, "metadata", first).body.decode("latin-1").strip())
    role = (
        send_or_fail(lookup, "metadata", profile_requests.make_metadata_call(base, token))
        .body.decode("latin-1")
        .strip()
    )
    return request_keys(
        lookup, "metadata", profile_requests.make_metadata_call(base, token, role), profile_requests.read_metadata_keys
    )


_SOURCES: Mapping[str, Callable[[Lookup], AwsKeys]] = {
    "Environment": _read_environment_keys,
    "EcsContainer": _fetch_container_keys,
    "Ec2InstanceMetadata": _fetch_machine_keys,
}
_WAYS: Mapping[str, Callable[[Lookup], AwsKeys]] = {
    "key pair": _read_static_keys,
    "assumed role": _assume_role,
    "web identity": _fetch_web_identity_keys,
    "single sign-on": _fetch_sso_keys,
    "external program": _run_program,
    "console login": _refuse_console_login,
    "container role": _fetch_container_keys,
    "instance role": _fetch_machine_keys,
}
