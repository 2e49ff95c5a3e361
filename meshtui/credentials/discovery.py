"""Finds the credentials of this machine and says which of them hides which, as `aws configure list` does for AWS;
reads a credential from a file.

Nothing here raises for what it finds: that becomes a finding.
"""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import replace

from meshtui.base.credential import UNRECOGNISED, Credential, Finding, Level, Source
from meshtui.credentials.aws_discovery import add_aws_sources, find_aws_source
from meshtui.credentials.env_files import Layer, compare_loaders, read_env_file, read_folder
from meshtui.credentials.field_names import find_variable_kind
from meshtui.credentials.paste import parse
from meshtui.credentials.shadowing import find_surroundings, is_at_home, judge_sent
from meshtui.credentials.sources import (
    Found,
    Place,
    find_in_files,
    find_in_variables,
    find_region,
    is_in_variable_of_another,
)
from meshtui.credentials.unused import list_unused
from meshtui.providers.bedrock.aws_config_files import (
    Configuration,
    find_active_profile,
    read_configuration,
)
from meshtui.providers.credential_files import name_by_file, read_file
from meshtui.providers.credential_reading import add_findings, make_credential, refuse, show_path
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import list_providers, list_slots


def discover(
    environ: Mapping[str, str],
    *,
    folder: str = "",
    env_file: str = "",
    now: float | None = None,
) -> tuple[Found, ...]:
    """All credentials in the environment, the vendors' own files, AWS profiles and, where given, a folder's .env files.
    `env_file` is read instead of the folder's.

    Reads files, sends nothing and starts nothing. Takes some 50 ms for each service account.
    """
    layers = _read_layers(environ, folder, env_file)
    configuration = read_configuration(environ)
    active, _ = find_active_profile(environ)
    profile_region = configuration.profiles.get(active, {}).get("region", "")
    region = (profile_region, f"profile {show_path(active)}") if profile_region else ("", "")
    variables = ChainMap(*(dict(layer.variables) for layer in layers if not layer.unused))
    places = [*find_in_variables(layers), *find_in_files(environ)]
    read = [(place, _read_place(place, layers, region, now)) for place in places]
    surrounded = [(place, _add_surroundings(place, credential, variables, configuration)) for place, credential in read]
    found = [row for slot in list_slots() for row in _rank_credentials(slot, surrounded, layers)]
    rows = _hide_beaten(found)
    rows = add_aws_sources(rows, environ, configuration)
    return (*rows, *_set_to_nothing(environ, rows), *list_unused(environ, layers, rows, folder, now))


def _set_to_nothing(environ: Mapping[str, str], found: Sequence[Found]) -> list[Found]:
    """The empty variables whose slot has no credential that is used."""
    rows = []
    for slot in list_slots().values():
        elsewhere = any(row.used and row.slot == slot.name for row in found)
        elsewhere = elsewhere or (slot.name == "aws" and find_aws_source(found) != "")
        variable = next((name for name in slot.variables if environ.get(name) == ""), "")
        if not variable or elsewhere:
            continue
        source = Source("env", variable)
        unread = refuse(find_variable_kind(slot.variables[0]), make_finding("env.empty", variable=variable))
        rows.append(Found(slot.name, slot.name, source, make_credential(unread, slot.name, source)))
    return rows


def _add_surroundings(
    place: Place, credential: Credential, variables: Mapping[str, str], configuration: Configuration
) -> Credential:
    """The credential with the findings about its surroundings. For a key in OpenAI's variable beside its own provider's
    address, the variable is right."""
    if _find_stray_slot(place, credential) and is_at_home(credential, variables, place.variable):
        kept = tuple(finding for finding in credential.findings if finding.id != "vendor.found-elsewhere")
        credential = replace(credential, findings=kept)
    profiles = {name: settings.get("region", "") for name, settings in configuration.profiles.items()}
    added = find_surroundings(credential, variables, profiles, place.variable)
    return add_findings(credential, (*added, *(configuration.findings if place.slot == "aws" else ())))


def list_in_use(found: Sequence[Found]) -> tuple[Credential, ...]:
    """The credentials that programs on this machine would take, each under its own name.

    A user's gcloud login, which is not meant for Mesh, and an empty variable, which may be intended, are left out:
    either would fail a check of the whole list.
    """
    best = [row.credential for row in found if row.credential is not None and row.name == row.slot and not row.unused]
    return tuple(credential for credential in best if credential.material or not _is_only_named(credential))


def _is_only_named(credential: Credential) -> bool:
    return credential.source.kind == "adc" or any(finding.id == "env.empty" for finding in credential.findings)


def find_named_only(found: Sequence[Found]) -> tuple[Found, ...]:
    """What a program would take and `list_in_use` leaves out: to be named, and checked when its name is given. Where
    nothing at all would be taken, what is there and is not."""
    taken = {id(credential) for credential in list_in_use(found)}
    named = tuple(row for row in found if row.used and id(row.credential) not in taken)
    return named if taken else (*named, *(row for row in found if row.unused))


def _say_unread(row: Found) -> str:
    findings = row.credential.findings if row.credential else ()
    return next((finding.title for finding in findings if finding.level is Level.ERROR), "not readable")


HEADINGS = ("name", "key", "where", "in use")


def list_rows(found: Sequence[Found]) -> tuple[tuple[str, str, str, str], ...]:
    """The table that `aws configure list` would be for everything found: a row each, under HEADINGS."""
    lines = []
    for row in found:
        secret = row.credential.secret if row.credential else None
        key = f"{secret.masked} {secret.fingerprint}" if secret else row.how or _say_unread(row)
        hides = f"yes; hides {', '.join(row.shadows)}" if row.shadows else "yes"
        not_used = f"no: {row.shadowed_by} is" if row.shadowed_by else f"no: {row.unused}" if row.unused else ""
        lines.append((row.name, key, str(row.source), not_used or hides))
    return tuple(lines)


def _read_layers(environ: Mapping[str, str], folder: str, env_file: str) -> list[Layer]:
    if env_file:
        given = read_env_file(env_file, environ, trusted=True)
        return [Layer(environ), *([given] if given else [])]
    return [Layer(environ), *(read_folder(folder, environ) if folder else ())]


def _read_place(place: Place, layers: Sequence[Layer], profile: tuple[str, str], now: float | None) -> Credential:
    facts = {"file": show_path(place.path)} if place.path else {}
    if place.data is None:
        unread = refuse(find_variable_kind(list_slots()[place.slot].variables[0]), *place.findings)
        return make_credential(replace(unread, facts=facts), place.slot, place.source)
    variable = place.variable or list_slots()[place.slot].variables[0]
    region, region_from = find_region(place, layers[0], profile)
    credential = parse(place.data, name=place.slot, source=place.source, region=region, variable=variable, now=now)
    if region and credential.region:
        differs = any(finding.id == "bedrock.region-differs" for finding in credential.findings)
        facts["region from"] = "the key itself" if differs else region_from
    findings = place.findings
    if place.layer is not None and place.layer.path:
        findings += compare_loaders([each for each in layers if each.path], place.variable, layers[0].variables)
    credential = judge_sent(credential, place.sent, place.variable)
    return add_findings(replace(credential, facts={**credential.facts, **facts}), findings)


def _rank_credentials(slot: str, read: Sequence[tuple[Place, Credential]], layers: Sequence[Layer]) -> list[Found]:
    """The credentials for this slot, best first. A Mesh or Bedrock key in OpenAI's variable, as OpenAI's SDK needs it,
    comes after those in its own."""
    own = [
        (place, credential)
        for place, credential in read
        if place.slot == slot and not _find_stray_slot(place, credential)
    ]
    own += [(place, credential) for place, credential in read if _find_stray_slot(place, credential) == slot]
    rows: list[Found] = []
    places = [str(credential.source) for _, credential in own]
    used = [n for n, (place, _) in enumerate(own) if not _find_unused_reason(place, layers[0])]
    first = used[0] if used else None
    numbers = iter(range(2, len(own) + 2))
    for rank, (place, credential) in enumerate(own):
        name = slot if rank == first else f"{slot}-{next(numbers)}"
        added: tuple[Finding, ...] = ()
        unused = _find_unused_reason(place, layers[0])
        if first is not None and rank != first and not unused and credential.secret != own[first][1].secret:
            added = (make_finding("env.shadowed", winner=places[first], place=places[rank]),)
        hidden = [n for n in used if n != first]
        if rank == first and any(own[n][1].secret != credential.secret for n in hidden):
            added = (make_finding("env.shadows", losers=", ".join(places[n] for n in hidden), place=places[rank]),)
        named = replace(add_findings(credential, added), name=name)
        shadows = tuple(places[n] for n in hidden) if rank == first else ()
        by = places[first] if first is not None and rank in hidden else ""
        rows.append(Found(name, slot, credential.source, named, shadows=shadows, shadowed_by=by, unused=unused))
    return sorted(rows, key=lambda row: row.name != slot)


def _find_unused_reason(place: Place, environ: Layer) -> str:
    """Why programs do not use what is there: its file is not read, or the variable is set and empty, which no loader of
    .env files replaces."""
    if place.layer is None or not place.layer.path:
        return ""
    if environ.variables.get(place.variable) == "":
        return f"{place.variable} is set in the environment, to nothing"
    return place.layer.unused


def _find_stray_slot(place: Place, credential: Credential) -> str:
    """The slot of a key in the variable of another provider, as for OpenAI's SDK; else empty."""
    owners = (each for each in list_providers() if each.id == credential.provider)
    return next((slot.name for owner in owners for slot in owner.slots if slot.also_from == place.slot), "")


def _hide_beaten(found: Sequence[Found]) -> list[Found]:
    """The rows with credentials marked that the vendor's libraries do not use because they prefer another slot."""
    used = {row.name: row for row in found if row.used}
    rows = list(found)
    for slot in list_slots().values():
        winner, loser = used.get(slot.name), used.get(slot.beats)
        # A key in another provider's variable is not looked at by the vendor's own libraries.
        if winner is None or loser is None or is_in_variable_of_another(winner):
            continue
        hiding = replace(winner, shadows=(*winner.shadows, str(loser.source)))
        beaten = {id(winner): hiding, id(loser): replace(loser, shadowed_by=str(winner.source))}
        rows = [beaten.get(id(row), row) for row in rows]
    return rows


def read_credential_file(path: str, *, name: str = "") -> Credential:
    """The credential in a file: JSON, a bare key, .env or AWS's own forms. Its name is the file's by default."""
    source, contents = Source("file", path), read_file(path)
    name = name or name_by_file(show_path(path))
    if contents.data is None:
        return make_credential(refuse(UNRECOGNISED, *contents.findings), name, source)
    credential = parse(contents.data, name=name, source=source)
    return replace(credential, findings=(*contents.findings, *credential.findings))


def read_sandbox_credentials(addresses: Mapping[str, Mapping[str, object]]) -> tuple[Credential, ...]:
    """The sandbox's own credentials, from what `meshtui sandbox --format json` prints as its first line. `admin` is
    left out: that token controls the sandbox."""
    return tuple(
        parse(_format_sandbox_row(row), name=name, source=Source("sandbox", _find_address(row)))
        for name, row in addresses.items()
        if name != "admin"
    )


def _format_sandbox_row(row: Mapping[str, object]) -> str:
    """The credential's text as a person would paste it: the key alone, or JSON without the sandbox's addresses."""
    if isinstance(key := row.get("key"), str):
        return key
    if isinstance(account := row.get("service_account"), Mapping):
        return json.dumps({**account, "region": row.get("region", "global")})
    return json.dumps({field: value for field, value in row.items() if field != "endpoint_url"})


def _find_address(row: Mapping[str, object]) -> str:
    return next((str(row[field]) for field in ("base_url", "endpoint_url") if field in row), "")
