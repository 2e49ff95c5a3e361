"""Finds the credentials of this machine and says which of them hides which, as `aws configure list` does for AWS;
reads a credential from a file; reads one again from where it came from and says what is different.

Nothing here raises for what it finds: that becomes a finding.
"""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from meshtui.base.credential import SOURCES, UNRECOGNISED, Credential, Finding, Level, Source
from meshtui.credentials.env_files import Layer, compare_loaders, read_env_file, read_folder
from meshtui.credentials.field_names import find_variable_kind
from meshtui.credentials.paste import parse
from meshtui.credentials.shadowing import find_surroundings, is_at_home, judge_sent
from meshtui.credentials.shapes import find_kind_by_look
from meshtui.credentials.sources import (
    Place,
    find_in_files,
    find_in_variables,
    find_other_files,
    find_region,
)
from meshtui.providers.bedrock.profiles import Configuration, choose_way, find_active_profile, read_configuration
from meshtui.providers.credential_files import name_by_file, read_file
from meshtui.providers.credential_reading import make_credential, redact_finding, refuse, show_path
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import find_provider, list_slots


@dataclass(frozen=True, slots=True)
class Found:
    """One credential where it was found."""

    name: str
    """Unique, and what `meshtui check` takes. The one in use has the name of its slot: openai, bedrock, aws, vertex,
    mesh, platform."""
    slot: str
    source: Source
    credential: Credential | None
    """None: an AWS profile or role, whose keys are got only when asked for; or a file, read only when given."""
    how: str = ""
    """Of those: how it gets its keys, or what it is."""
    shadows: tuple[str, ...] = ()
    """The places whose credential is not used because of this one."""
    shadowed_by: str = ""
    """The place that is used instead; empty: this one is used, unless it is `unused`."""
    unused: str = ""
    """Why programs do not take this one, where no other is the reason."""

    @property
    def used(self) -> bool:
        """Whether a program would take it."""
        return not self.shadowed_by and not self.unused


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
    layers = _layers(environ, folder, env_file)
    configuration = read_configuration(environ)
    active, _ = find_active_profile(environ)
    profile_region = configuration.profiles.get(active, {}).get("region", "")
    region = (profile_region, f"profile {show_path(active)}") if profile_region else ("", "")
    variables = ChainMap(*(dict(layer.variables) for layer in layers if not layer.unused))
    places = [*find_in_variables(layers), *find_in_files(environ)]
    read = [(place, _read(place, layers, region, now)) for place in places]
    surrounded = [(place, _surround(place, credential, variables, configuration)) for place, credential in read]
    found = [row for slot in list_slots() for row in _ranked(slot, surrounded, layers)]
    rows = _hide_beaten(found)
    settings = configuration.profiles.get(active, {})
    if choose_way(settings, configuration.in_credentials(active)) == "assumed role":
        rows += _profiles(environ, configuration, rows, now)
        rows += _web_identity(environ, rows)
    else:
        rows += _web_identity(environ, rows)
        rows += _profiles(environ, configuration, rows, now)
    rows += _container(environ, rows)
    rows += _machine(environ, rows)
    rows = _pass_over_incomplete(rows)
    return (*rows, *_set_to_nothing(environ, rows), *find_unread(layers, rows, now), *_other_files(environ))


_PUBLIC = ("NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "NUXT_PUBLIC_", "PUBLIC_", "GATSBY_")
"""How the variables begin that build tools put into what a browser loads (their documentation)."""


def find_unread(layers: Sequence[Layer], found: Sequence[Found], now: float | None) -> list[Found]:
    """What was meant as a credential and no library takes: keys in variables of other names, and lines of .env files
    that set nothing, where their slot has no credential."""
    rows = []
    for layer in layers:
        for variable, value in layer.variables.items():
            if (row := _read_stray(layer, variable, value, now)) is not None:
                rows.append(row)
        for line in layer.unread:
            slot = next((each.name for each in list_slots().values() if line.variable in each.variables), "")
            if slot and not any(row.used and row.slot == slot for row in found):
                source = Source("dotenv", f"{layer.path}:{line.number} {line.variable}")
                rows.append(Found(f"unread-{len(rows) + 1}", slot, source, None, "no value", unused=line.why))
    return rows


def _read_stray(layer: Layer, variable: str, value: str, now: float | None) -> Found | None:
    """A variable with a key in it, under a name that its provider's libraries do not look into; None: it is none."""
    kind = find_kind_by_look(value.strip())
    if kind is UNRECOGNISED or find_variable_kind(variable) is not UNRECOGNISED:
        return None
    provider, credential = (
        find_provider(kind.provider),
        parse(value, name=variable, source=layer.source(variable), now=now),
    )
    unmarked = provider.forms.is_unmarked if provider else None
    if provider is None or not credential.usable or (unmarked is not None and unmarked(credential)):
        return None
    if prefix := next((each for each in _PUBLIC if variable.startswith(each)), ""):
        credential = _with(credential, (make_finding("env.public-prefix", variable=variable, prefix=prefix),))
    why = f"{provider.name}'s libraries do not look into a variable of that name"
    return Found(variable, "", credential.source, credential, unused=why)


def _set_to_nothing(environ: Mapping[str, str], found: Sequence[Found]) -> list[Found]:
    """The variables that are set to nothing where their slot has no credential that is used."""
    rows = []
    for slot in list_slots().values():
        elsewhere = any(row.used and row.slot == slot.name for row in found)
        elsewhere = elsewhere or (slot.name == "aws" and bool(_find_aws(found)))
        variable = next((name for name in slot.variables if environ.get(name) == ""), "")
        if not variable or elsewhere:
            continue
        source = Source("env", variable)
        unread = refuse(find_variable_kind(slot.variables[0]), make_finding("env.empty", variable=variable))
        rows.append(Found(slot.name, slot.name, source, make_credential(unread, slot.name, source)))
    return rows


def _pass_over_incomplete(rows: Sequence[Found]) -> list[Found]:
    """AWS's libraries pass over a key pair without an id where they find keys elsewhere."""
    elsewhere = _find_aws(rows)
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


def _surround(
    place: Place, credential: Credential, variables: Mapping[str, str], configuration: Configuration
) -> Credential:
    """With what else is set around it. A key in OpenAI's variable beside its own provider's address is in its place."""
    if _strayed(place, credential) and is_at_home(credential, variables, place.variable):
        kept = tuple(finding for finding in credential.findings if finding.id != "vendor.found-elsewhere")
        credential = replace(credential, findings=kept)
    profiles = {name: settings.get("region", "") for name, settings in configuration.profiles.items()}
    added = find_surroundings(credential, variables, profiles, place.variable)
    return _with(credential, (*added, *(configuration.findings if place.slot == "aws" else ())))


def list_in_use(found: Sequence[Found]) -> tuple[Credential, ...]:
    """The credentials that programs on this machine would take, each under its own name.

    Left out are a person's gcloud login, which nobody meant for Mesh, and a variable that is set to nothing, as some
    set it on purpose: either would fail every check of the whole list.
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


def _layers(environ: Mapping[str, str], folder: str, env_file: str) -> list[Layer]:
    if env_file:
        given = read_env_file(env_file, environ, trusted=True)
        return [Layer(environ), *([given] if given else [])]
    return [Layer(environ), *(read_folder(folder, environ) if folder else ())]


def _read(place: Place, layers: Sequence[Layer], profile: tuple[str, str], now: float | None) -> Credential:
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
    if place.layer is not None and place.layer.path and place.variable:
        findings += compare_loaders([each for each in layers if each.path], place.variable, layers[0].variables)
    credential = judge_sent(credential, place.sent, place.variable)
    return _with(replace(credential, facts={**credential.facts, **facts}), findings)


def _ranked(slot: str, read: Sequence[tuple[Place, Credential]], layers: Sequence[Layer]) -> list[Found]:
    """The credentials for this slot, best first. A Mesh or Bedrock key in OpenAI's variable, as OpenAI's SDK needs it
    to talk to them, comes behind those in its own."""
    own = [(place, credential) for place, credential in read if place.slot == slot and not _strayed(place, credential)]
    own += [(place, credential) for place, credential in read if _strayed(place, credential) == slot]
    rows: list[Found] = []
    places = [str(credential.source) for _, credential in own]
    used = [n for n, (place, _) in enumerate(own) if not _unused(place, layers[0])]
    first = used[0] if used else None
    numbers = iter(range(2, len(own) + 2))
    for rank, (place, credential) in enumerate(own):
        name = slot if rank == first else f"{slot}-{next(numbers)}"
        added: tuple[Finding, ...] = ()
        unused = _unused(place, layers[0])
        if first is not None and rank != first and not unused and credential.secret != own[first][1].secret:
            added = (make_finding("env.shadowed", winner=places[first], place=places[rank]),)
        hidden = [n for n in used if n != first]
        if rank == first and any(own[n][1].secret != credential.secret for n in hidden):
            added = (make_finding("env.shadows", losers=", ".join(places[n] for n in hidden), place=places[rank]),)
        named = replace(_with(credential, added), name=name)
        shadows = tuple(places[n] for n in hidden) if rank == first else ()
        by = places[first] if first is not None and rank in hidden else ""
        rows.append(Found(name, slot, credential.source, named, shadows=shadows, shadowed_by=by, unused=unused))
    return sorted(rows, key=lambda row: row.name != slot)


def _unused(place: Place, environ: Layer) -> str:
    """Why a program does not take what stands there: its file is not read, or the variable is set to nothing, which no
    loader of .env files replaces."""
    if place.layer is None or not place.layer.path:
        return ""
    if environ.variables.get(place.variable) == "":
        return f"{place.variable} is set in the environment, to nothing"
    return place.layer.unused


def _strayed(place: Place, credential: Credential) -> str:
    """The slot of a key that stands in the variable of another provider, as one for OpenAI's SDK does; else empty."""
    provider = find_provider(credential.provider)
    if provider is None or any(slot.name == place.slot for slot in provider.slots):
        return ""
    return next((slot.name for slot in provider.slots if slot.also_from == place.slot), "")


def _hide_beaten(found: Sequence[Found]) -> list[Found]:
    """The vendor's own libraries prefer what is in one slot to what is in another, where both are there."""
    used = {row.name: row for row in found if row.used}
    rows = list(found)
    for slot in list_slots().values():
        winner, loser = used.get(slot.name), used.get(slot.beats)
        # A key in another provider's variable is not looked at by the vendor's own libraries.
        if winner is None or loser is None or _is_in_variable_of_another(winner):
            continue
        hiding = replace(winner, shadows=(*winner.shadows, str(loser.source)))
        beaten = {id(winner): hiding, id(loser): replace(loser, shadowed_by=str(winner.source))}
        rows = [beaten.get(id(row), row) for row in rows]
    return rows


def _is_in_variable_of_another(row: Found) -> bool:
    variable = row.source.where.rpartition(" ")[2]
    return bool(row.slot) and row.source.kind in ("env", "dotenv") and variable not in list_slots()[row.slot].variables


def _web_identity(environ: Mapping[str, str], found: Sequence[Found]) -> list[Found]:
    """What the environment says of a web identity: named, and not asked."""
    if not (environ.get("AWS_WEB_IDENTITY_TOKEN_FILE") and environ.get("AWS_ROLE_ARN")):
        return []
    source = Source("env", "AWS_WEB_IDENTITY_TOKEN_FILE")
    return [Found("aws-web-identity", "aws", source, None, "web identity", shadowed_by=_find_aws(found))]


def _container(environ: Mapping[str, str], found: Sequence[Found]) -> list[Found]:
    """The same of a container's role, which comes after the profiles."""
    names = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    variable = next((name for name in names if environ.get(name)), "")
    if not variable:
        return []
    source = Source("env", variable)
    return [Found("aws-container", "aws", source, None, "container role", shadowed_by=_find_aws(found))]


_VENDOR_FILE = "/sys/class/dmi/id/sys_vendor"
"""By which Linux tells whose machine it is: on EC2 it says so."""


def _machine(environ: Mapping[str, str], found: Sequence[Found]) -> list[Found]:
    """The same of the role of an EC2 machine, which comes last, and only where this is one."""
    if environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true" or any(
        row.slot == "aws" and row.used for row in found
    ):
        return []
    variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
    if environ.get(variable):
        return [
            Found("aws-instance", "aws", Source("env", variable), None, "instance role", shadowed_by=_find_aws(found))
        ]
    if b"Amazon EC2" in (read_file(_VENDOR_FILE).data or b""):
        source = Source("file", _VENDOR_FILE)
        return [Found("aws-instance", "aws", source, None, "instance role", shadowed_by=_find_aws(found))]
    return []


def _find_aws(found: Sequence[Found]) -> str:
    """Where AWS's libraries get their keys from among these; empty: nowhere."""
    rows = (row for row in found if row.slot in ("bedrock", "aws") and row.used and not _has_no_id(row)
            and not _is_in_variable_of_another(row))  # fmt: skip
    return next((str(row.source) for row in rows), "")


_NO_DEFAULT = "there is no profile [default], in small letters, and AWS_PROFILE names none"


def _profiles(
    environ: Mapping[str, str], configuration: Configuration, found: Sequence[Found], now: float | None
) -> list[Found]:
    """The profiles. The active one is used where no keys are in the environment; its keys are read where they stand in
    the file. The others are not looked at."""
    active, chosen_by = find_active_profile(environ)
    settings = configuration.profiles.get(active)
    before = _find_aws(found)
    missing = settings is None and bool(chosen_by)
    nobody = "" if settings is not None or chosen_by else _NO_DEFAULT
    way = "" if settings is None else choose_way(settings, configuration.in_credentials(active))
    exported = settings is not None and not way and any(name.startswith("export ") for name in settings)
    static = way == "key pair" or exported
    rows = []
    read = not before and (static or missing or bool(configuration.findings))
    if read:
        from meshtui.providers.bedrock.aws_profiles import Allowed, resolve_profile

        allowed = Allowed(network=False)
        credential = resolve_profile(active, name="aws", environ=environ, allowed=allowed, now=now)
        regions = {name: settings.get("region", "") for name, settings in configuration.profiles.items()}
        credential = _with(credential, find_surroundings(credential, environ, regions) if credential.material else ())
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


def _other_files(environ: Mapping[str, str]) -> list[Found]:
    return [
        Found(f"file-{n}", "", Source("file", show_path(path)), None, what, unused="read only when asked for")
        for n, (what, path) in enumerate(find_other_files(environ), 1)
    ]


def _with(credential: Credential, findings: tuple[Finding, ...]) -> Credential:
    added = tuple(redact_finding(finding) for finding in findings)
    return replace(credential, findings=(*added, *credential.findings)) if added else credential


def read_credential_file(path: str, *, name: str = "") -> Credential:
    """The credential in a file: JSON, a bare key, .env or AWS's own forms. Its name is the file's by default."""
    source, contents = Source("file", path), read_file(path)
    name = name or name_by_file(show_path(path))
    if contents.data is None:
        return make_credential(refuse(UNRECOGNISED, *contents.findings), name, source)
    credential = parse(contents.data, name=name, source=source)
    return replace(credential, findings=(*contents.findings, *credential.findings))


def read_sandbox_credentials(addresses: Mapping[str, Mapping[str, object]]) -> tuple[Credential, ...]:
    """The sandbox's own credentials, from what `meshtui sandbox --format json` prints as its first line. Its `admin` is
    none: that token steers the sandbox."""
    return tuple(
        parse(_text(row), name=name, source=Source("sandbox", _address(row)))
        for name, row in addresses.items()
        if name != "admin"
    )


def _text(row: Mapping[str, object]) -> str:
    """The credential's text as a person would paste it: the key alone, or JSON without the sandbox's addresses."""
    if isinstance(key := row.get("key"), str):
        return key
    if isinstance(account := row.get("service_account"), Mapping):
        return json.dumps({**account, "region": row.get("region", "global")})
    return json.dumps({field: value for field, value in row.items() if field != "endpoint_url"})


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
    credential: Credential,
    environ: Mapping[str, str],
    folder: str,
    resolve_profile: Callable[[str, str], Credential],
    env_file: str = "",
) -> Reloaded:
    """The credential as its file or profile gives it now. `environ` and `folder` are those it was found with;
    `resolve_profile` gives the credential of a profile under a name. May take a while."""
    match credential.source.kind:
        case "sandbox":
            return Reloaded(credential, "")
        case "file":
            return _compared(credential, read_credential_file(credential.source.where, name=credential.name))
        case "profile":
            return _compared(credential, resolve_profile(credential.source.where, credential.name))
        case kind if kind in IN_FILES or "file" in credential.facts:
            return _compared(credential, _found(credential, environ, folder, env_file))
        case kind:
            came = SOURCES.get(kind, "elsewhere")
            return Reloaded(credential, f"{credential.name} ({came}) cannot be read anew: add the new key")


def _found(credential: Credential, environ: Mapping[str, str], folder: str, env_file: str) -> Credential | None:
    """Under its own name, wherever it stands by now: a line may have moved."""

    now = (found.credential for found in discover(environ, folder=folder, env_file=env_file))
    return next((each for each in now if each is not None and each.name == credential.name), None)


def _compared(old: Credential, new: Credential | None) -> Reloaded:
    place = "the profile" if old.source.kind == "profile" else "the file"
    if new is None or new.material is None:
        why = f": {new.findings[0].title.rstrip('.')}" if new is not None and new.findings else ""
        return Reloaded(old, f"{place} holds no credential now{why}", broken=True)
    new = replace(new, name=old.name, policy=old.policy)
    if new.kind != old.kind:
        added = f"{place} holds another kind of key now: {new.kind.title}; check it on the main screen"
        return Reloaded(new, added, changed=True, broken=True)
    if new.material == old.material:
        return Reloaded(new, f"{place} has not changed since")
    was, now = (each.secret.fingerprint if each.secret else "none" for each in (old, new))
    added = f"the fingerprint is the same, {now}" if was == now else f"fingerprint {now} instead of {was}"
    return Reloaded(new, f"{place} has changed: {added}", changed=True)
