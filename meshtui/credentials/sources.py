"""Where credentials lie on a machine, in the order in which programs look. Nothing found here is stored anywhere.

The variables and files of each provider are in its descriptor.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from meshtui.base.credential import Finding, Source
from meshtui.credentials.assignments import split_assignments
from meshtui.providers.base import Slot
from meshtui.providers.credential_files import read_file
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import list_slots


@dataclass(frozen=True, slots=True)
class Layer:
    """Variables of one origin: the environment, or one .env file with its lines."""

    variables: Mapping[str, str]
    path: str = ""
    lines: Mapping[str, int] | None = None
    findings: tuple[Finding, ...] = ()

    def source(self, variable: str) -> Source:
        if self.lines is None:
            return Source("env", variable)
        return Source("dotenv", f"{self.path}:{self.lines[variable]} {variable}")


@dataclass(frozen=True, slots=True)
class Place:
    """One credential's text and where it stands. `data` is None where a file could not be read."""

    slot: str
    source: Source
    data: str | bytes | None
    variable: str = ""
    findings: tuple[Finding, ...] = ()
    path: str = ""
    """The file that the variable points to."""


def read_dotenv(path: str) -> Layer | None:
    """The variables of a .env file; None where there is none that can be read as one."""
    contents = read_file(path)
    if contents.data is None:
        return None
    lines = split_assignments(contents.data.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
    variables = {line.name: line.value for line in lines if line.value}
    numbers = {line.name: line.line for line in lines if line.value}
    return Layer(variables, path, numbers, contents.findings) if variables else None


def find_in_variables(layers: Sequence[Layer]) -> Iterator[Place]:
    """What variables hold, slot by slot, best first: by variable, then the environment before .env files."""
    for slot in list_slots().values():
        for variable in slot.variables:
            for layer in layers:
                if place := _find_place(slot, variable, layer):
                    yield place


def _find_place(slot: Slot, variable: str, layer: Layer) -> Place | None:
    if slot.fields:
        parts = {part: layer.variables[name] for name, part in slot.fields.items() if layer.variables.get(name)}
        if not parts.keys() & set(list(slot.fields.values())[:2]):
            return None
        given = next(name for name in slot.fields if layer.variables.get(name))
        return Place(slot.name, layer.source(given), json.dumps(parts), given, layer.findings)
    value = layer.variables.get(variable, "")
    if not value:
        return None
    source = layer.source(variable)
    if variable != slot.path_variable:
        return Place(slot.name, source, value, variable, layer.findings)
    if value.lstrip(" \"'\ufeff").startswith("{"):
        return Place(slot.name, source, value, variable, (make_finding("env.json-not-path"),))
    folder = Path(layer.path).parent if layer.path else Path()
    path = value if value.startswith("~") else str(folder / value)
    contents = read_file(path)
    return Place(slot.name, source, contents.data, variable, contents.findings, path)


def find_in_files(environ: Mapping[str, str]) -> Iterator[Place]:
    """The files that the vendors' own tools keep: Mesh's command line and gcloud."""
    for slot in list_slots().values():
        path = slot.file(environ) if slot.file else ""
        if path and os.path.isfile(path):  # Path.is_file raises where a folder may not be entered
            contents = read_file(path)
            yield Place(slot.name, Source(slot.file_source, path), contents.data, "", contents.findings)


def find_region(slot: str, layers: Sequence[Layer]) -> str:
    """The region that the variables give for this slot; empty where none does."""
    for variable in list_slots()[slot].region_variables:
        for layer in layers:
            if layer.variables.get(variable):
                return layer.variables[variable]
    return ""
