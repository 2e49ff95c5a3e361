"""Where AWS's libraries get keys from besides variables: profiles, a web identity, a container's role, an EC2 machine.

They are only listed here, in the order in which AWS's libraries look. A profile's keys are read where they are in its
file; everything else is requested only when a person asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from meshtui.base.credential import Source
from meshtui.credentials.shadowing import find_surroundings
from meshtui.credentials.sources import Found, is_in_variable_of_another
from meshtui.providers.bedrock.aws_config_files import Configuration, choose_way, find_active_profile
from meshtui.providers.credential_files import read_file
from meshtui.providers.credential_reading import add_findings, show_path


def add_aws_sources(found: Sequence[Found], environ: Mapping[str, str], configuration: Configuration) -> list[Found]:
    """`found`, followed by the places from which AWS's libraries get keys. A web identity in variables comes before the
    profiles, unless the active profile assumes a role itself."""
    active, _ = find_active_profile(environ)
    way = choose_way(configuration.profiles.get(active, {}), configuration.in_credentials(active))
    rows = list(found)
    if way != "assumed role":
        rows += _list_web_identity(environ, rows)
    rows += _list_profiles(environ, configuration, rows)
    if way == "assumed role":
        rows += _list_web_identity(environ, rows)
    rows += _list_container(environ, rows)
    rows += _list_machine(environ, rows)
    return _pass_over_incomplete(rows)


def find_aws_source(found: Sequence[Found]) -> str:
    """Where AWS's libraries get their keys from among these; empty: nowhere."""
    rows = (row for row in found if row.slot in ("bedrock", "aws") and row.used and not _has_no_id(row)
            and not is_in_variable_of_another(row))  # fmt: skip
    return next((str(row.source) for row in rows), "")


def _pass_over_incomplete(rows: Sequence[Found]) -> list[Found]:
    """AWS's libraries pass over a key pair without an id where they find keys elsewhere."""
    elsewhere = find_aws_source(rows)
    name = "aws-without-id"
    return [
        replace(row, name=name, credential=replace(row.credential, name=name), shadowed_by=elsewhere)
        if elsewhere and row.credential is not None and _has_no_id(row)
        else row
        for row in rows
    ]


def _has_no_id(row: Found) -> bool:
    credential = row.credential
    return (
        row.name == "aws"
        and row.source.kind in ("env", "dotenv")
        and credential is not None
        and credential.material is None
        and any(finding.id == "field.missing" and "access_key_id" in finding.title and "secret" not in finding.title
                for finding in credential.findings)
    )  # fmt: skip


def _list_web_identity(environ: Mapping[str, str], found: Sequence[Found]) -> list[Found]:
    """The web identity in the environment; it is listed and not used."""
    if not (environ.get("AWS_WEB_IDENTITY_TOKEN_FILE") and environ.get("AWS_ROLE_ARN")):
        return []
    source = Source("env", "AWS_WEB_IDENTITY_TOKEN_FILE")
    return [Found("aws-web-identity", "aws", source, None, "web identity", shadowed_by=find_aws_source(found))]


def _list_container(environ: Mapping[str, str], found: Sequence[Found]) -> list[Found]:
    """The container's role, which comes after the profiles."""
    names = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    variable = next((name for name in names if environ.get(name)), "")
    if not variable:
        return []
    source = Source("env", variable)
    return [Found("aws-container", "aws", source, None, "container role", shadowed_by=find_aws_source(found))]


_VENDOR_FILE = "/sys/class/dmi/id/sys_vendor"
"""The file in which Linux names the machine's vendor: on EC2 it is Amazon."""


def _list_machine(environ: Mapping[str, str], found: Sequence[Found]) -> list[Found]:
    """The role of an EC2 machine, which comes last, and only on such a machine."""
    if environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true" or any(
        row.slot == "aws" and row.used for row in found
    ):
        return []
    variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
    if environ.get(variable):
        return [
            Found(
                "aws-instance",
                "aws",
                Source("env", variable),
                None,
                "instance role",
                shadowed_by=find_aws_source(found),
            )
        ]
    if b"Amazon EC2" in (read_file(_VENDOR_FILE).data or b""):
        source = Source("file", _VENDOR_FILE)
        return [Found("aws-instance", "aws", source, None, "instance role", shadowed_by=find_aws_source(found))]
    return []


_NO_DEFAULT = "there is no profile [default], in small letters, and AWS_PROFILE names none"


def _list_profiles(environ: Mapping[str, str], configuration: Configuration, found: Sequence[Found]) -> list[Found]:
    """The profiles. The active one is used where no keys are in the environment; its keys are read where they are in
    the file. The others are not read."""
    active, chosen_by = find_active_profile(environ)
    settings = configuration.profiles.get(active)
    before = find_aws_source(found)
    missing = settings is None and bool(chosen_by)
    nobody = "" if settings is not None or chosen_by else _NO_DEFAULT
    way = "" if settings is None else choose_way(settings, configuration.in_credentials(active))
    exported = settings is not None and not way and any(name.startswith("export ") for name in settings)
    static = way == "key pair" or exported
    rows = []
    read = not before and (static or missing or bool(configuration.findings))
    if read:
        from meshtui.providers.bedrock.profile_resolution import Allowed, resolve_profile

        allowed = Allowed(network=False)
        credential = resolve_profile(active, name="aws", environ=environ, allowed=allowed)
        regions = {name: settings.get("region", "") for name, settings in configuration.profiles.items()}
        credential = add_findings(
            credential, find_surroundings(credential, environ, regions, "") if credential.material else ()
        )
        rows.append(Found("aws", "aws", credential.source, credential))
    for name in sorted(configuration.profiles):
        how = choose_way(configuration.profiles[name], configuration.in_credentials(name))
        if not how or (read and name == active):
            continue
        winner = before or ("" if name == active or nobody else f"profile {show_path(active)}")
        shown = show_path(name)
        rows.append(Found(f"profile-{shown}", "aws", Source("profile", shown), None, how, shadowed_by=winner,
                          unused="" if winner else nobody))  # fmt: skip
    return rows
