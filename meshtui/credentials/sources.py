"""Reads a file that should hold a credential. Whatever keeps it from being read is a finding, never an exception.

Where credentials lie on a machine, in the order in which programs look. Nothing found here is stored anywhere.

Variables and their order: OpenAI's, AWS's and Google's SDKs; for Mesh its command line (0.5) and its SDKs' samples.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from meshtui.base.credential import Finding, Source
from meshtui.credentials.assignments import assignments
from meshtui.providers.credential_reading import TEXT_LIMIT
from meshtui.providers.finding_catalogue import make_finding

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True, slots=True)
class Contents:
    """`data` is None where nothing could be read; the findings then say why."""

    data: bytes | None
    findings: tuple[Finding, ...] = ()


def read_file(path: str) -> Contents:
    """What the file holds, and whether others may read it. Only regular files: a pipe or device may never end."""
    try:
        where = Path(path).expanduser()
        status = where.stat()
        if not stat.S_ISREG(status.st_mode):
            what = next((words for is_so, words in _KINDS if is_so(status.st_mode)), "something else")
            return Contents(None, (make_finding("file.not-a-file", what=what),))
        if status.st_size > TEXT_LIMIT:
            return Contents(None, (make_finding("text.too-large", size=status.st_size, limit=TEXT_LIMIT),))
        with where.open("rb") as file:
            data = file.read(TEXT_LIMIT + 1)
    except FileNotFoundError:
        return Contents(None, (make_finding("file.missing", what="nothing lies at that path"),))
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the path cannot be used"
        return Contents(None, (make_finding("file.unreadable", what=reason),))
    return Contents(data, _permissions(status.st_mode))


def _permissions(mode: int) -> tuple[Finding, ...]:
    """Windows keeps its permissions elsewhere: nothing is said of them there."""
    if os.name != "posix" or not mode & (stat.S_IRGRP | stat.S_IROTH):
        return ()
    return (make_finding("file.open", mode=f"{stat.S_IMODE(mode):04o}"),)


def name_of(path: str) -> str:
    """A name for the credential, from the file's: `my-project.json` gives `my-project`."""
    stem = re.sub(
        r"\.(?:json|env|txt|csv|pem|key)\Z", "", re.split(r"[/\\]", path.rstrip("/\\"))[-1], flags=re.IGNORECASE
    )
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.")[:40] or "file"


# Name in meshtui's list → variables that hold such a credential, the one that is taken first.
SLOTS: dict[str, tuple[str, ...]] = {
    "openai": ("OPENAI_API_KEY",),
    "bedrock": ("AWS_BEARER_TOKEN_BEDROCK",),
    "aws": ("AWS_ACCESS_KEY_ID",),
    "vertex": ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS_JSON"),
    "mesh": ("MESHAPI_API_KEY", "MESH_API_KEY", "MESHAPI_TOKEN"),
    "platform": ("MESHTUI_PLATFORM_KEY",),
}
_AWS_PARTS = {
    "AWS_ACCESS_KEY_ID": "access_key_id",
    "AWS_SECRET_ACCESS_KEY": "secret_access_key",
    "AWS_SESSION_TOKEN": "session_token",
}
REGIONS = {
    "bedrock": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "aws": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "vertex": ("GOOGLE_CLOUD_LOCATION", "GOOGLE_CLOUD_REGION", "CLOUD_ML_REGION", "VERTEXAI_LOCATION"),
}
_PATH_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"


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


def dotenv(path: str) -> Layer | None:
    """The variables of a .env file; None where there is none that can be read as one."""
    contents = read_file(path)
    if contents.data is None:
        return None
    lines = assignments(contents.data.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
    variables = {line.name: line.value for line in lines if line.value}
    numbers = {line.name: line.line for line in lines if line.value}
    return Layer(variables, path, numbers, contents.findings) if variables else None


def in_variables(layers: Sequence[Layer]) -> Iterator[Place]:
    """What variables hold, slot by slot, best first: by variable, then the environment before .env files."""
    for slot, variables in SLOTS.items():
        for variable in variables:
            for layer in layers:
                if place := _place(slot, variable, layer):
                    yield place


def _place(slot: str, variable: str, layer: Layer) -> Place | None:
    if slot == "aws":
        parts = {part: layer.variables[name] for name, part in _AWS_PARTS.items() if layer.variables.get(name)}
        if "access_key_id" not in parts and "secret_access_key" not in parts:
            return None
        given = next(name for name in _AWS_PARTS if layer.variables.get(name))
        return Place(slot, layer.source(given), json.dumps(parts), given, layer.findings)
    value = layer.variables.get(variable, "")
    if not value:
        return None
    source = layer.source(variable)
    if variable != _PATH_VARIABLE:
        return Place(slot, source, value, variable, layer.findings)
    if value.lstrip(" \"'\ufeff").startswith("{"):
        return Place(slot, source, value, variable, (make_finding("env.json-not-path"),))
    folder = Path(layer.path).parent if layer.path else Path()
    path = value if value.startswith("~") else str(folder / value)
    contents = read_file(path)
    return Place(slot, source, contents.data, variable, contents.findings, path)


def in_files(environ: Mapping[str, str]) -> Iterator[Place]:
    """The files that the vendors' own tools keep: Mesh's command line and gcloud."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    gcloud = environ.get("CLOUDSDK_CONFIG") or (f"{home}/.config/gcloud" if home else "")
    candidates = (
        ("mesh", "mesh-cli", f"{home}/.meshapi/credentials" if home else ""),
        ("vertex", "adc", f"{gcloud}/application_default_credentials.json" if gcloud else ""),
    )
    for slot, kind, path in candidates:
        if os.path.isfile(path):  # Path.is_file raises where a folder may not be entered
            contents = read_file(path)
            yield Place(slot, Source(kind, path), contents.data, "", contents.findings)


def region_for(slot: str, layers: Sequence[Layer]) -> str:
    """The region that the variables give for this slot; empty where none does."""
    for variable in REGIONS.get(slot, ()):
        for layer in layers:
            if layer.variables.get(variable):
                return layer.variables[variable]
    return ""
