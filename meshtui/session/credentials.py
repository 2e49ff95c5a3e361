"""The credentials at hand, good and bad, each under a name of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from meshtui.credentials.model import Credential, Kind, Policy, Source
from meshtui.discreet import learn

if TYPE_CHECKING:
    from meshtui.credentials.reload import Reloaded


class NoSuchCredentialError(LookupError):
    """A name that is not in the list; the text says which are."""


class Credentials(dict[str, Credential]):
    """Name → credential, in the order in which they came. A name that is not there raises NoSuchCredentialError."""

    def __missing__(self, name: str) -> NoReturn:
        there = ", ".join(self) or "none at all"
        raise NoSuchCredentialError(f"there is no credential named {name!r}; there is {there}")

    def keep(self, credential: Credential) -> Credential:
        """In the place of what had its name. From now on the names in it can be hidden."""
        self[credential.name] = credential
        learn(credential.names)
        return credential

    def add(self, text: str, source: Source, name: str = "", region: str = "") -> Credential:
        """Parses a paste and keeps it, good or bad, under a name of its own: the one that the environment's
        credentials of its kind have. Reading a service account's key takes some 50 ms of processor time."""
        from meshtui.credentials.parse import parse

        credential = parse(text, name=name or source.kind, source=source, region=region)
        called = "aws" if credential.kind is Kind.AWS_KEYS else credential.provider
        return self._add(credential, name or called or source.kind)

    def add_file(self, path: str, name: str = "") -> Credential:
        """The same for a file, which may be missing or unreadable: that is then a finding."""
        from meshtui.credentials.load import from_file

        credential = from_file(path, name=name)
        return self._add(credential, credential.name)

    def add_profile(self, profile: str) -> Credential:
        """The same for an AWS profile. May run its `credential_process` or ask AWS's single sign-on: takes a while."""
        from meshtui.credentials.profiles import from_profile

        credential = from_profile(profile, name=f"profile-{profile}")
        return self._add(credential, credential.name)

    def reload(self, name: str, environ: Mapping[str, str]) -> Reloaded:
        """Reads the credential anew from its file or profile and keeps what is there now. Takes a blink or more: for a
        thread."""
        from meshtui.credentials.reload import reload

        now = reload(self[name], environ, os.getcwd())
        self.keep(now.credential)
        return now

    def set_policy(self, name: str, policy: Policy) -> None:
        """Fallback or exclusive use. The sandbox's Mesh is told before the next request; a real Mesh is not: that
        setting is in its dashboard, and this one says what to expect."""
        self[name] = replace(self[name], policy=policy)

    def _add(self, credential: Credential, name: str) -> Credential:
        """Under that name, with a number behind where it is taken."""
        names = [name, *(f"{name}-{n}" for n in range(2, len(self) + 3))]
        return self.keep(replace(credential, name=next(n for n in names if n not in self)))
