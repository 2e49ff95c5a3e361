"""Reads a credential anew from where it came from, where that can be done, and says what is different."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from meshtui.credentials.model import KIND_NAMES, SOURCES, Credential

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


def reload(credential: Credential, environ: Mapping[str, str], folder: str) -> Reloaded:
    """The credential as its file or profile gives it now. `environ` and `folder` are those it was found with. May take
    a while: see `meshtui.credentials.profiles`."""
    match credential.source.kind:
        case "sandbox":
            return Reloaded(credential, "")
        case "file":
            from meshtui.credentials.load import from_file

            return _compared(credential, from_file(credential.source.where, name=credential.name))
        case "profile":
            from meshtui.credentials.profiles import from_profile

            return _compared(credential, from_profile(credential.source.where, name=credential.name))
        case kind if kind in IN_FILES or "file" in credential.facts:
            return _compared(credential, _found(credential, environ, folder))
        case kind:
            came = SOURCES.get(kind, "elsewhere")
            return Reloaded(credential, f"{credential.name} ({came}) cannot be read anew: add the new key")


def _found(credential: Credential, environ: Mapping[str, str], folder: str) -> Credential | None:
    """Under its own name, wherever it stands by now: a line may have moved."""
    from meshtui.credentials.discover import discover

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
