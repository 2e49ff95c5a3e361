"""Where credentials lie on a machine, in the order in which programs look. Nothing found here is stored anywhere.

The variables and files of each provider are in its descriptor. For each purpose the environment
comes before files: python-dotenv, Next.js and Vite replace no variable.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from meshtui.base.credential import UNRECOGNISED, Credential, Finding, Source
from meshtui.credentials.bare_text import find_no_key
from meshtui.credentials.env_files import Layer
from meshtui.credentials.shadowing import find_addresses
from meshtui.credentials.shapes import find_kind_by_look
from meshtui.providers.base import Slot
from meshtui.providers.credential_files import read_file
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import list_slots


@dataclass(frozen=True, slots=True)
class Place:
    """One credential's text and where it is. `data` is None where a file could not be read."""

    slot: str
    source: Source
    data: str | bytes | None
    variable: str = ""
    findings: tuple[Finding, ...] = ()
    path: str = ""
    """The file that the variable points to."""
    layer: Layer | None = None
    """The variables that it came from; None: a file of its own."""
    sent: tuple[str, ...] = ()
    """The values as a program would take them, before anything is cleaned."""


@dataclass(frozen=True, slots=True)
class Found:
    """One credential where it was found."""

    name: str
    """Unique, and what `meshtui check` takes. The one in use has the name of its slot: openai, bedrock, aws, vertex,
    mesh, platform."""
    slot: str
    source: Source
    credential: Credential | None
    """None: an AWS profile or role, whose keys are fetched only on request; or a file, read only when given."""
    how: str = ""
    """For those: how the keys are fetched, or what the file is."""
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

    @property
    def can_be_checked(self) -> bool:
        """Whether a check of it can say more than is already known: not of a key that is another service's."""
        return not self.unused or self.credential is None or self.credential.usable


def is_in_variable_of_another(row: Found) -> bool:
    """Whether the credential is in a variable of another slot, as a Bedrock key for OpenAI's SDK."""
    variable = row.source.where.rpartition(" ")[2]
    others = (slot.variables for slot in list_slots().values() if slot.name != row.slot)
    return row.source.kind in ("env", "dotenv") and any(variable in variables for variables in others)


JSON_BEGINS = ("{", "eyJ", "ewog", "ewo")
"""How a JSON object begins, base64 of it as well."""


def find_in_variables(layers: Sequence[Layer]) -> Iterator[Place]:
    """What variables hold, slot by slot, best first: the environment before .env files, then by variable."""
    for slot in list_slots().values():
        if set(slot.variables) <= set(slot.fields):
            yield from _find_sets(slot, layers)
            continue
        for layer in layers:
            for variable in slot.variables:
                if place := _find_place(slot, variable, layer):
                    yield place


def _find_sets(slot: Slot, layers: Sequence[Layer]) -> Iterator[Place]:
    """A credential in parts: those that a program would take, each from the first layer that has it, then each file's
    own."""
    usual = [layer for layer in layers if not layer.unused]
    first = _find_parts(slot, usual)
    found = [first] if first else []
    for layer in layers:
        own = _find_parts(slot, [layer])
        if own and not any(own.source == each.source or own.data == each.data for each in found):
            found.append(own)
    yield from found


def _find_parts(slot: Slot, layers: Sequence[Layer]) -> Place | None:
    """A credential in several variables, one of the first two of which must be there."""
    taken: dict[str, tuple[str, Layer]] = {}
    for variable, part in slot.fields.items():
        layer = next((each for each in layers if variable in each.variables), None)
        if layer is not None and layer.variables[variable] and part not in taken:
            taken[part] = (variable, layer)
    if not set(taken) & set(list(slot.fields.values())[:2]):
        return None
    lead, layer = next(iter(taken.values()))
    values = {part: each.variables[variable] for part, (variable, each) in taken.items()}
    apart = [str(each.source(name)) for name, each in taken.values() if each is not layer]
    findings = layer.list_findings(lead)
    if apart:
        findings += (make_finding("env.parts-apart", first=str(layer.source(lead)), others=", ".join(apart)),)
    text = json.dumps({**values, **slot.constants})
    sent = () if slot.constants else tuple(values.values())
    return Place(slot.name, layer.source(lead), text, lead, findings, layer=layer, sent=sent)


def _find_place(slot: Slot, variable: str, layer: Layer) -> Place | None:
    value = layer.variables.get(variable, "")
    if not value:
        return None
    source = layer.source(variable)
    if any(
        finding.id in ("dotenv.template", "dotenv.json-unquoted") for finding in layer.by_variable.get(variable, ())
    ):
        return Place(slot.name, source, None, variable, layer.list_findings(variable), layer=layer)
    if variable in slot.fields:
        second = list(slot.fields)[1]
        return _find_parts(slot, [layer]) if layer.variables.get(second) else None
    start = value.lstrip(" \"'\ufeff")
    looks_like_path = start[:1] in ("/", "~", ".") or start.endswith(".json")
    if variable != slot.path_variable and not (variable in slot.path_or_text and looks_like_path):
        return Place(slot.name, source, value, variable, layer.list_findings(variable), layer=layer, sent=(value,))
    if find_kind_by_look(start) is not UNRECOGNISED or find_no_key(start) or start.startswith("AIza"):
        return Place(slot.name, source, value, variable, layer=layer)
    if start.startswith(JSON_BEGINS):
        return Place(slot.name, source, value, variable, (make_finding("env.json-not-path"),), layer=layer)
    return _follow_path(Place(slot.name, source, None, variable, layer=layer), value)


def _follow_path(place: Place, value: str) -> Place:
    """The file that a variable points to. google-auth opens the path unchanged, relative to the working directory."""
    layer = place.layer
    folder = Path(layer.path).parent if layer is not None and layer.path else Path()
    path = value if value.startswith("~") else str(folder / value)
    contents = read_file(path)
    findings = contents.findings
    if value.startswith("~"):
        findings += (make_finding("env.tilde", variable=place.variable),)
    return replace(place, data=contents.data, findings=findings, path=path)


def find_in_files(environ: Mapping[str, str]) -> Iterator[Place]:
    """The files that the vendors' own tools keep: Mesh Code, Mesh's command line and gcloud."""
    for slot in list_slots().values():
        for path in slot.files(environ) if slot.files else ():
            if os.path.isfile(path):  # Path.is_file raises where a folder may not be entered
                contents = read_file(path)
                yield Place(slot.name, Source(slot.file_source, path), contents.data, "", contents.findings)


def find_region(place: Place, environ: Layer, profile: tuple[str, str]) -> tuple[str, str]:
    """The region and where it is from; both empty where none is given. `profile`: that of the active AWS profile.

    A key of the environment has its region from there or from the person's own AWS files: a .env file of the working
    directory does not choose the host of a key that it does not hold.
    """
    own = place.layer or environ
    slot = list_slots()[place.slot]
    for other in list_slots().values():  # of keys in OpenAI's variable that are another provider's
        if other.also_from == slot.name and (found := _find_in_addresses(other, own, find_addresses(place.variable))):
            return found
    for layer in (environ, own):
        for variable in slot.region_variables:
            if layer.variables.get(variable):
                return layer.variables[variable], str(layer.source(variable))
    if slot.find_region is None:
        return "", ""
    return profile if profile[0] else _find_in_addresses(slot, own, slot.region_addresses) or ("", "")


def _find_in_addresses(slot: Slot, layer: Layer, variables: Sequence[str]) -> tuple[str, str] | None:
    """The region in the host name of the provider's own address."""
    for variable in variables:
        url = layer.variables.get(variable, "").strip()
        if url and slot.find_region is not None and (region := slot.find_region(url)):
            return region, f"the host name in {layer.source(variable)}"
    return None
