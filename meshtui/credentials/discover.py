"""Finds the credentials of this machine, and tells which of them hides which, as `aws configure list` does for AWS."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from meshtui.credentials.findings import tell
from meshtui.credentials.model import Credential, Finding, Source
from meshtui.credentials.parse import parse
from meshtui.credentials.places import SLOTS, Layer, Place, dotenv, in_files, in_variables, region_for
from meshtui.credentials.profiles import Profile, profiles
from meshtui.credentials.reading import finished, path_shown, redacted, refused
from meshtui.credentials.spelling import kind_for
from meshtui.credentials.surroundings import around

DOTENV_FILES = (".env", ".env.local")


@dataclass(frozen=True, slots=True)
class Found:
    """One credential where it was found."""

    name: str
    """The name it has in meshtui's list, where it is the one in use: openai, bedrock, aws, vertex, mesh, platform."""
    source: Source
    credential: Credential | None
    """None: an AWS profile, read only when asked for (`meshtui.credentials.profiles.from_profile`)."""
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
    read = [(place, _with(credential, around(credential, variables, known))) for place, credential in read]
    found = [row for slot in SLOTS for row in _ranked(slot, read)]
    return (*_bearer_wins(found), *_profiles(environ, known, found))


def in_use(found: Sequence[Found]) -> tuple[Credential, ...]:
    """The credentials that programs on this machine would take, each under its own name.

    A person's gcloud login is left out: nobody meant it for Mesh, and it would fail every check of the whole list.
    """
    best = [row.credential for row in found if row.credential is not None and row.credential.name == row.name]
    return tuple(credential for credential in best if credential.source.kind != "adc" or credential.material)


HEADINGS = ("name", "key", "where", "in use")


def table(found: Sequence[Found]) -> tuple[tuple[str, str, str, str], ...]:
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
    facts = {"file": path_shown(place.path)} if place.path else {}
    if place.data is None:
        unread = refused(kind_for(SLOTS[place.slot][0]), *place.findings)
        return finished(replace(unread, facts=facts), place.slot, place.source)
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
            told = (tell("env.shadowed", winner=places[0], place=places[rank]),)
        elif not rank and any(other.secret != credential.secret for other in own[1:]):
            told = (tell("env.shadows", losers=", ".join(places[1:]), place=places[0]),)
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
        winner = keys or ("" if profile.name == chosen else f"profile {path_shown(chosen)}")
        if profile.how:
            source = Source("profile", path_shown(profile.name))
            rows.append(Found("aws", source, None, profile.how, shadowed_by=winner))
    return rows


def _with(credential: Credential, findings: tuple[Finding, ...]) -> Credential:
    told = tuple(redacted(finding) for finding in findings)
    return replace(credential, findings=(*told, *credential.findings)) if told else credential
