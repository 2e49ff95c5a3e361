"""What a run or a check was made of, from what it was started with. No secret passes: fingerprints stand for keys."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from meshtui import __version__
from meshtui.config import DEFAULT_MODELS, Endpoints
from meshtui.credentials.model import AwsKeys, BedrockKey, Credential, ServiceAccount
from meshtui.journal.entry import CHECK, Asked
from meshtui.redact import redact
from meshtui.runs.model import Ask, Path
from meshtui.sanitize import one_line


def asked_by(ask: Ask, endpoints: Endpoints) -> Asked:
    """What a run asks, and of whom."""
    credential, prompt = ask.credential, ask.prompt
    provider = credential.provider if credential else ""
    mesh_key = {Path.MESH: ask.mesh, Path.PLATFORM: ask.platform}.get(ask.path, ask.mesh or ask.platform)
    through_mesh = ask.path in (Path.MESH, Path.PLATFORM)
    return replace(
        _of(credential, endpoints),
        path=str(ask.path),
        mesh_key=fingerprint(mesh_key),
        model=_shown(prompt.model or DEFAULT_MODELS.get(provider, ("",))[0]),
        prompt=len(prompt.text),
        system=len(prompt.system),
        max_tokens=prompt.max_tokens,
        stream=prompt.stream,
        cache=prompt.cache,
        timeout=prompt.timeout,
        host=host("mesh" if through_mesh else provider, region(credential), endpoints),
    )


def asked_by_check(credential: Credential, endpoints: Endpoints) -> Asked:
    """What a check asks. Which model its last rungs ask for, only the ladder knows."""
    return replace(_of(credential, endpoints), path=CHECK)


def fingerprint(credential: Credential | None) -> str:
    """Tells two keys apart and reveals neither; empty where there is no secret. A key pair has two of them: a secret
    that was copied wrongly keeps its id."""
    if credential is None or credential.secret is None:
        return ""
    keys = credential.material
    second = f"/{keys.secret_access_key.fingerprint}" if isinstance(keys, AwsKeys) else ""
    return credential.secret.fingerprint + second


def region(credential: Credential | None) -> str:
    """Region or location, as the credential has it."""
    material = credential.material if credential else None
    return _shown(material.region) if isinstance(material, (BedrockKey, AwsKeys, ServiceAccount)) else ""


def host(provider: str, region: str, endpoints: Endpoints) -> str:
    """The name of the host that a prompt for this provider goes to. Without the port: a sandbox has another one each
    time."""
    address = {
        "openai": endpoints.openai,
        "mesh": endpoints.mesh,
        "bedrock": endpoints.bedrock_runtime.replace("{region}", region),
        "vertex": endpoints.vertex_base(region),
    }.get(provider, "")
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # the region is whatever was written there
        return ""


def _of(credential: Credential | None, endpoints: Endpoints) -> Asked:
    if credential is None:
        return Asked(version=__version__)
    return Asked(
        credential=_shown(credential.name),
        kind=str(credential.kind),
        provider=credential.provider,
        source=_shown(str(credential.source)),
        fingerprint=fingerprint(credential),
        policy=str(credential.policy) if credential.provider not in ("", "mesh") else "",
        region=region(credential),
        host=host(credential.provider, region(credential), endpoints),
        version=__version__,
    )


def _shown(text: str) -> str:
    return one_line(redact(text))
