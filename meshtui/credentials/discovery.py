"""Finds the credentials of this machine, and tells which of them hides which, as `aws configure list` does for AWS.

Credentials from a file or the sandbox (`discover` finds the machine's). Nothing here raises for what it finds.

Reads a credential anew from where it came from, where that can be done, and says what is different.
"""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from meshtui.base.credential import KIND_NAMES, SOURCES, Credential, Finding, Kind, Source
from meshtui.credentials.field_names import kind_for
from meshtui.credentials.paste import parse
from meshtui.credentials.shadowing import find_surroundings
from meshtui.credentials.sources import (
    SLOTS,
    Layer,
    Place,
    dotenv,
    in_files,
    in_variables,
    name_of,
    read_file,
    region_for,
)
from meshtui.providers.bedrock.profiles import Profile, profiles
from meshtui.providers.credential_reading import make_credential, redact_finding, refuse, show_path
from meshtui.providers.finding_catalogue import make_finding

DOTENV_FILES = (".env", ".env.local")


@dataclass(frozen=True, slots=True)
class Found:
    """One credential where it was found."""

    name: str
    """The name it has in meshtui's list, where it is the one in use: openai, bedrock, aws, vertex, mesh, platform."""
    source: Source
    credential: Credential | None
    """None: an AWS profile, read only when asked for (`meshtui.providers.bedrock.profiles.from_profile`)."""
    how: str = ""
    """Of a profile: how it gets its keys."""
    shadows: tuple[str, ...] = ()
    """The places whose credential is not used because of this one."""
    shadowed_by: str = ""
    """The place that is used instead; empty: this one is used."""


def discover(environ: Mapping[str, str], *, folder: str = "", now: float | None = None) -> tuple[Found, ...]:
    """All credentials in the environment, the vendors' own files, AWS profiles and, where given, a folder's .env files.

    Reads files, sends nothing. Takes some 50 ms for each service account.
    """
    layers = _layers(environ, folder)
    variables = ChainMap(*(dict(layer.variables) for layer in layers))
    places = [*in_variables(layers), *in_files(environ)]
    read = [(place, _read(place, layers, now)) for place in places]
    known = profiles(environ)
    read = [(place, _with(credential, find_surroundings(credential, variables, known))) for place, credential in read]
    found = [row for slot in SLOTS for row in _ranked(slot, read)]
    return (*_bearer_wins(found), *_profiles(environ, known, found))


def in_use(found: Sequence[Found]) -> tuple[Credential, ...]:
    """The credentials that programs on this machine would take, each under its own name.

    A person's gcloud login is left out: nobody meant it for Mesh, and it would fail every check of the whole list.
    """
    best = [row.credential for row in found if row.credential is not None and row.credential.name == row.name]
    return tuple(credential for credential in best if credential.source.kind != "adc" or credential.material)


HEADINGS = ("name", "key", "where", "in use")


def list_rows(found: Sequence[Found]) -> tuple[tuple[str, str, str, str], ...]:
    """The table that `aws configure list` would be for everything found: a row each, under HEADINGS."""
    lines = []
    for row in found:
        secret = row.credential.secret if row.credential else None
        key = f"{secret.masked} {secret.fingerprint}" if secret else row.how or "not readable"
        hides = f"yes; hides {', '.join(row.shadows)}" if row.shadows else "yes"
        lines.append((row.name, key, str(row.source), f"no: {row.shadowed_by} is" if row.shadowed_by else hides))
    return tuple(lines)


def _layers(environ: Mapping[str, str], folder: str) -> list[Layer]:
    files = [dotenv(str(Path(folder) / name)) for name in DOTENV_FILES] if folder else []
    return [Layer(environ), *(layer for layer in files if layer is not None)]


def _read(place: Place, layers: Sequence[Layer], now: float | None) -> Credential:
    facts = {"file": show_path(place.path)} if place.path else {}
    if place.data is None:
        unread = refuse(kind_for(SLOTS[place.slot][0]), *place.findings)
        return make_credential(replace(unread, facts=facts), place.slot, place.source)
    variable = place.variable or SLOTS[place.slot][0]
    region = region_for(place.slot, layers)
    credential = parse(place.data, name=place.slot, source=place.source, region=region, variable=variable, now=now)
    return _with(replace(credential, facts={**facts, **credential.facts}), place.findings)


def _ranked(slot: str, read: Sequence[tuple[Place, Credential]]) -> list[Found]:
    """The credentials for this slot, best first. A Mesh key in OpenAI's variable, as OpenAI's SDK needs it to talk to
    Mesh, comes behind those in Mesh's own."""
    own = [credential for place, credential in read if place.slot == slot and not _strayed(place, credential)]
    if slot == "mesh":
        own += [credential for place, credential in read if _strayed(place, credential)]
    rows = []
    places = [str(credential.source) for credential in own]
    for rank, credential in enumerate(own):
        name = slot if rank == 0 else f"{slot}-{rank + 1}"
        told: tuple[Finding, ...] = ()
        if rank and credential.secret != own[0].secret:
            told = (make_finding("env.shadowed", winner=places[0], place=places[rank]),)
        elif not rank and any(other.secret != credential.secret for other in own[1:]):
            told = (make_finding("env.shadows", losers=", ".join(places[1:]), place=places[0]),)
        shadows = () if rank else tuple(places[1:])
        named = replace(_with(credential, told), name=name)
        rows.append(Found(slot, credential.source, named, shadows=shadows, shadowed_by=places[0] if rank else ""))
    return rows


def _strayed(place: Place, credential: Credential) -> bool:
    return place.slot == "openai" and credential.provider == "mesh"


def _bearer_wins(found: Sequence[Found]) -> list[Found]:
    """AWS's libraries prefer a Bedrock API key in the environment to any key pair (botocore's handlers)."""
    bearer = next((row for row in found if row.name == "bedrock" and not row.shadowed_by), None)
    pair = next((row for row in found if row.name == "aws" and not row.shadowed_by), None)
    if bearer is None or pair is None:
        return list(found)
    beaten = {
        id(bearer): replace(bearer, shadows=(*bearer.shadows, str(pair.source))),
        id(pair): replace(pair, shadowed_by=str(bearer.source)),
    }
    return [beaten.get(id(row), row) for row in found]


def _profiles(environ: Mapping[str, str], known: Sequence[Profile], found: Sequence[Found]) -> list[Found]:
    """The profiles; the chosen one is hidden by keys in the environment, and the others are not looked at."""
    chosen = environ.get("AWS_PROFILE") or "default"
    keys = next((str(row.source) for row in found if row.name in ("bedrock", "aws")), "")
    rows = []
    for profile in known:
        winner = keys or ("" if profile.name == chosen else f"profile {show_path(chosen)}")
        if profile.how:
            source = Source("profile", show_path(profile.name))
            rows.append(Found("aws", source, None, profile.how, shadowed_by=winner))
    return rows


def _with(credential: Credential, findings: tuple[Finding, ...]) -> Credential:
    told = tuple(redact_finding(finding) for finding in findings)
    return replace(credential, findings=(*told, *credential.findings)) if told else credential


def from_file(path: str, *, name: str = "") -> Credential:
    """The credential in a file: JSON, a bare key, .env or AWS's own forms. Its name is the file's by default."""
    source, contents = Source("file", path), read_file(path)
    name = name or name_of(show_path(path))
    if contents.data is None:
        return make_credential(refuse(Kind.UNRECOGNISED, *contents.findings), name, source)
    credential = parse(contents.data, name=name, source=source)
    return replace(credential, findings=(*contents.findings, *credential.findings))


def from_sandbox(addresses: Mapping[str, Mapping[str, object]]) -> tuple[Credential, ...]:
    """The sandbox's own credentials, from what `meshtui sandbox --format json` prints as its first line. Its `admin` is
    none: that token steers the sandbox."""
    return tuple(
        parse(_text(name, row), name=name, source=Source("sandbox", _address(row)))
        for name, row in addresses.items()
        if name != "admin"
    )


def _text(name: str, row: Mapping[str, object]) -> str:
    """The credential's text as a person would paste it: the key alone, or JSON without the sandbox's addresses."""
    if isinstance(key := row.get("key"), str):
        return key
    if isinstance(account := row.get("service_account"), Mapping):
        return json.dumps({**account, "region": row.get("region", "global")})
    fields = {field: value for field, value in row.items() if field != "endpoint_url"}
    return json.dumps(fields | ({"credential_type": "bedrock_api_key"} if name == "bedrock" else {}))


def _address(row: Mapping[str, object]) -> str:
    return next((str(row[field]) for field in ("base_url", "endpoint_url") if field in row), "")


IN_FILES = ("dotenv", "adc", "mesh-cli")
"""Sources that are files which `discover` found."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """`credential` is the one to use from now on; the old one where nothing better was read."""

    credential: Credential
    sentence: str
    """What reading it anew came to, for people; empty where there was nothing to read."""
    changed: bool = False
    broken: bool = False
    """Whether it makes no sense to try the same again: there is no credential now, or one of another kind."""


def reload(
    credential: Credential, environ: Mapping[str, str], folder: str, from_profile: Callable[[str, str], Credential]
) -> Reloaded:
    """The credential as its file or profile gives it now. `environ` and `folder` are those it was found with;
    `from_profile` gives the credential of a profile under a name. May take a while."""
    match credential.source.kind:
        case "sandbox":
            return Reloaded(credential, "")
        case "file":
            return _compared(credential, from_file(credential.source.where, name=credential.name))
        case "profile":
            return _compared(credential, from_profile(credential.source.where, credential.name))
        case kind if kind in IN_FILES or "file" in credential.facts:
            return _compared(credential, _found(credential, environ, folder))
        case kind:
            came = SOURCES.get(kind, "elsewhere")
            return Reloaded(credential, f"{credential.name} ({came}) cannot be read anew: add the new key")


def _found(credential: Credential, environ: Mapping[str, str], folder: str) -> Credential | None:
    """Under its own name, wherever it stands by now: a line may have moved."""

    now = (found.credential for found in discover(environ, folder=folder))
    return next((each for each in now if each is not None and each.name == credential.name), None)


def _compared(old: Credential, new: Credential | None) -> Reloaded:
    place = "the profile" if old.source.kind == "profile" else "the file"
    if new is None or new.material is None:
        why = f": {new.findings[0].title.rstrip('.')}" if new is not None and new.findings else ""
        return Reloaded(old, f"{place} holds no credential now{why}", broken=True)
    new = replace(new, name=old.name, policy=old.policy)
    if new.kind is not old.kind:
        told = f"{place} holds another kind of key now: {KIND_NAMES[new.kind]}; check it on the main screen"
        return Reloaded(new, told, changed=True, broken=True)
    if new.material == old.material:
        return Reloaded(new, f"{place} has not changed since")
    was, now = (each.secret.fingerprint if each.secret else "none" for each in (old, new))
    told = f"the fingerprint is the same, {now}" if was == now else f"fingerprint {now} instead of {was}"
    return Reloaded(new, f"{place} has changed: {told}", changed=True)
