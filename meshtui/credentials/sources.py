"""Where credentials lie on a machine, in the order in which programs look. Nothing found here is stored anywhere.

Variables and their order: OpenAI's, AWS's and Google's SDKs, LiteLLM; for Mesh its command line (0.5), Mesh Code and its
SDKs' samples. For each purpose the environment comes before files: python-dotenv, Next.js and Vite replace no variable.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from meshtui.base.credential import Finding, Source
from meshtui.credentials.env_files import Layer
from meshtui.http.hosts import is_aws_region, whose
from meshtui.providers.credential_files import read_file
from meshtui.providers.finding_catalogue import make_finding

# Name in meshtui's list → variables that hold such a credential, the one that is taken first.
SLOTS: dict[str, tuple[str, ...]] = {
    "openai": ("OPENAI_API_KEY",),
    "bedrock": ("AWS_BEARER_TOKEN_BEDROCK",),
    "aws": ("AWS_ACCESS_KEY_ID",),
    "vertex": (
        "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS_JSON", "GOOGLE_CREDENTIALS",
        "VERTEXAI_CREDENTIALS", "VERTEX_CREDENTIALS", "GOOGLE_PRIVATE_KEY",
    ),
    "mesh": ("MESHAPI_API_KEY", "MESH_API_KEY", "MESHAPI_TOKEN"),
    "platform": ("MESHTUI_PLATFORM_KEY",),
}  # fmt: skip
# Part of a credential → the variables that hold it, the one that is taken first (botocore's `EnvProvider`; the AI SDK's
# variables for Vertex).
_AWS_PARTS = {
    "access_key_id": ("AWS_ACCESS_KEY_ID",),
    "secret_access_key": ("AWS_SECRET_ACCESS_KEY",),
    "session_token": ("AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"),
}
_GOOGLE_PARTS = {
    "private_key": ("GOOGLE_PRIVATE_KEY",),
    "client_email": ("GOOGLE_CLIENT_EMAIL",),
    "private_key_id": ("GOOGLE_PRIVATE_KEY_ID",),
    "project_id": ("GOOGLE_VERTEX_PROJECT", "GOOGLE_PROJECT_ID", "GOOGLE_CLOUD_PROJECT"),
}
REGIONS = {
    "bedrock": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "aws": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "vertex": ("GOOGLE_CLOUD_LOCATION", "GOOGLE_CLOUD_REGION", "CLOUD_ML_REGION", "VERTEXAI_LOCATION"),
}
_BASE_URLS = ("OPENAI_BASE_URL", "OPENAI_API_BASE")
_PATH_VARIABLES = ("GOOGLE_APPLICATION_CREDENTIALS",)
"""Those in which a library looks for a path alone."""
_PATH_OR_JSON = ("GOOGLE_CREDENTIALS", "VERTEXAI_CREDENTIALS", "VERTEX_CREDENTIALS")
"""Those in which one finds either (Terraform's Google provider, LiteLLM)."""
_BEDROCK_HOST = re.compile(
    r"(?:[\w-]+\.)?bedrock[a-z-]*\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)"
)


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
    layer: Layer | None = None
    """The variables that it came from; None: a file of its own."""
    sent: tuple[str, ...] = ()
    """The values as a program would take them, before anything is cleaned."""


def find_in_variables(layers: Sequence[Layer]) -> Iterator[Place]:
    """What variables hold, slot by slot, best first: the environment before .env files, then by variable."""
    for slot, variables in SLOTS.items():
        if slot == "aws":
            yield from _find_pairs(layers)
            continue
        for layer in layers:
            for variable in variables:
                if place := _find_place(slot, variable, layer):
                    yield place


def _find_pairs(layers: Sequence[Layer]) -> Iterator[Place]:
    """The pair that a program would take, each part from the first file that has it, then the files' own pairs."""
    usual = [layer for layer in layers if not layer.unused]
    first = _find_parts("aws", _AWS_PARTS, usual)
    pairs = [first] if first else []
    for layer in layers:
        own = _find_parts("aws", _AWS_PARTS, [layer])
        if own and not any(own.source == pair.source or own.data == pair.data for pair in pairs):
            pairs.append(own)
    yield from pairs


def _find_parts(slot: str, parts: Mapping[str, Sequence[str]], layers: Sequence[Layer]) -> Place | None:
    """A credential in several variables, those of the first two parts being what makes it one."""
    taken: dict[str, tuple[str, Layer]] = {}
    for part, variables in parts.items():
        for variable in variables:
            layer = next((each for each in layers if variable in each.variables), None)
            if layer is not None and layer.variables[variable] and part not in taken:
                taken[part] = (variable, layer)
    if not taken or not set(taken) & set(list(parts)[:2]):
        return None
    lead, layer = next(iter(taken.values()))
    values = {part: each.variables[variable] for part, (variable, each) in taken.items()}
    mixed = [str(each.source(name)) for name, each in taken.values() if each is not layer]
    findings = layer.findings if layer.path else ()
    if mixed:
        findings += (make_finding("env.parts-apart", first=str(layer.source(lead)), others=", ".join(mixed)),)
    text = json.dumps({**values, **({"type": "service_account", "token_uri": _TOKEN_URI} if slot == "vertex" else {})})
    return Place(slot, layer.source(lead), text, lead, findings, layer=layer, sent=tuple(values.values()))


_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


def _find_place(slot: str, variable: str, layer: Layer) -> Place | None:
    value = layer.variables.get(variable, "")
    if not value:
        return None
    source = layer.source(variable)
    if variable == "GOOGLE_PRIVATE_KEY":
        place = _find_parts("vertex", _GOOGLE_PARTS, [layer])
        return place if place and layer.variables.get("GOOGLE_CLIENT_EMAIL") else None
    start = value.lstrip(" \"'\ufeff")
    looks_like_path = start[:1] in ("/", "~", ".") or start.endswith(".json")
    if variable not in _PATH_VARIABLES and not (variable in _PATH_OR_JSON and looks_like_path):
        return Place(slot, source, value, variable, layer.findings, layer=layer, sent=(value,))
    if start.startswith("{"):
        return Place(slot, source, value, variable, (make_finding("env.json-not-path"),), layer=layer)
    return _follow_path(Place(slot, source, None, variable, layer=layer), value)


def _follow_path(place: Place, value: str) -> Place:
    """The file that a variable points to. google-auth opens the path as it stands, seen from the working directory."""
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
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    candidates = (
        ("mesh", "mesh-cli", f"{home}/.mesh-code/credentials" if home else ""),
        ("mesh", "mesh-cli", f"{home}/.meshapi/credentials" if home else ""),
        ("vertex", "adc", path_of_login(environ)),
    )
    for slot, kind, path in candidates:
        if path and os.path.isfile(path):  # Path.is_file raises where a folder may not be entered
            contents = read_file(path)
            yield Place(slot, Source(kind, path), contents.data, "", contents.findings)


def path_of_login(environ: Mapping[str, str]) -> str:
    """Where gcloud keeps the application default credentials (google-auth's `_cloud_sdk`); empty: there is no home."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if os.name == "nt" and not environ.get("CLOUDSDK_CONFIG") and environ.get("APPDATA"):
        return f"{environ['APPDATA']}/gcloud/application_default_credentials.json"
    folder = environ.get("CLOUDSDK_CONFIG") or (f"{home}/.config/gcloud" if home else "")
    return f"{folder}/application_default_credentials.json" if folder else ""


def find_other_files(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Files of other programs that may hold such keys, read only when given with --file: what it is, and its path."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if not home:
        return ()
    candidates = (
        ("keys of the llm command", f"{environ.get('LLM_USER_PATH') or f'{home}/.config/io.datasette.llm'}/keys.json"),
        ("LiteLLM configuration", f"{home}/.litellm/config.yaml"),
        ("Claude Code settings", f"{home}/.claude/settings.json"),
        ("Continue configuration", f"{home}/.continue/config.yaml"),
        ("Continue configuration", f"{home}/.continue/config.json"),
    )
    return tuple((what, path) for what, path in candidates if os.path.isfile(path))


def find_region(place: Place, environ: Layer, profile: tuple[str, str]) -> tuple[str, str]:
    """The region and where it is from; both empty where none is given. `profile`: that of the active AWS profile.

    A key of the environment has its region from there or from the person's own AWS files: a .env file of the working
    directory does not choose the host of a key that it does not hold.
    """
    own = place.layer or environ
    if place.variable in SLOTS["openai"] and (found := _region_in_address(own, _BASE_URLS)):
        return found
    for layer in (environ, own):
        for variable in REGIONS.get(place.slot, ()):
            if layer.variables.get(variable):
                return layer.variables[variable], str(layer.source(variable))
    if place.slot not in ("aws", "bedrock"):
        return "", ""
    return profile if profile[0] else _region_in_address(own, ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME",)) or ("", "")


def _region_in_address(layer: Layer, variables: Sequence[str]) -> tuple[str, str] | None:
    """The region in the host name of Bedrock's own address."""
    for variable in variables:
        url = layer.variables.get(variable, "").strip()
        if not url or whose(url, "bedrock") != "own":
            continue
        match = _BEDROCK_HOST.fullmatch(urlsplit(url).hostname or "")
        if match and is_aws_region(match[1]):
            return match[1], f"the host name in {layer.source(variable)}"
    return None
