"""Reads a credential again from the file or profile that it came from, and says what is different."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from meshtui.base.credential import SOURCES, Credential
from meshtui.credentials.discovery import discover, read_credential_file

IN_FILES = ("dotenv", "adc", "mesh-cli")
"""Sources that are files which `discover` found."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """`credential` is the one to use from now on; the old one where nothing better was read."""

    credential: Credential
    sentence: str
    """The result of reading it again, for people; empty where there was nothing to read."""
    changed: bool = False
    broken: bool = False
    """Whether trying the same again is useless: there is no credential now, or one of another kind."""


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
            return _compare(credential, read_credential_file(credential.source.where, name=credential.name))
        case "profile":
            return _compare(credential, resolve_profile(credential.source.where, credential.name))
        case kind if kind in IN_FILES or "file" in credential.facts:
            return _compare(credential, _find_again(credential, environ, folder, env_file))
        case kind:
            came = SOURCES.get(kind, "elsewhere")
            return Reloaded(credential, f"{credential.name} ({came}) cannot be read anew: add the new key")


def _find_again(credential: Credential, environ: Mapping[str, str], folder: str, env_file: str) -> Credential | None:
    """The credential of that name, wherever it is now: a line may have moved."""
    now = (found.credential for found in discover(environ, folder=folder, env_file=env_file))
    return next((each for each in now if each is not None and each.name == credential.name), None)


def _compare(old: Credential, new: Credential | None) -> Reloaded:
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
