"""A credential as the rest of meshtui sees it, with its source and its findings. Standard library only, so that the
screen can import it at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from meshtui.base.secret import Secret


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of credential. Each provider declares its own; `str` gives the id, which JSON and history hold."""

    id: str
    title: str
    provider: str
    label: str = ""
    """What it is called where there is little room; empty: by its title."""
    slot: str = ""
    """What such a credential is called in meshtui's list unless somebody names it; empty: by its provider."""

    def __str__(self) -> str:
        return self.id

    @property
    def short(self) -> str:
        return self.label or self.title

    @property
    def usual_name(self) -> str:
        return self.slot or self.provider


UNRECOGNISED = Kind("unrecognised", "not recognised", "")


class Policy(StrEnum):
    FALLBACK = "fallback"
    """Mesh's default (`allow_fallback: true`): where the key fails, Mesh's own credentials serve."""
    EXCLUSIVE = "exclusive"


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    """The credential cannot work like this: it is not sent."""


class CheckStatus(StrEnum):
    """The result of a check of a credential."""

    PASSED = "passed"
    FAILED = "failed"
    UNCLEAR = "unclear"
    """The check ran, and its answer does not decide."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something known offline. `proof` says where it can be seen (line, column, field); `fix` how to fix it."""

    id: str
    level: Level
    title: str
    proof: str = ""
    fix: str = ""


SOURCES = {
    "paste": "typed or pasted",
    "file": "a file",
    "env": "an environment variable",
    "dotenv": "a line of a .env file",
    "profile": "a profile of the AWS configuration",
    "adc": "Google's application default credentials",
    "mesh-cli": "the file in which Mesh's own command line keeps its key",
    "sandbox": "the sandbox",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a credential came from. `kind` is one of SOURCES; `where`: path or variable, never the value."""

    kind: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.where}".strip()


class Material(ABC):
    """What is sent of a credential. Each provider has classes of its own; where such a credential works in one region
    or project only, they have the fields `region` and `project_id`."""

    __slots__ = ()

    @property
    @abstractmethod
    def secret(self) -> Secret:
        """The one secret that names this credential to a person (masked) and is fingerprinted."""

    @property
    def shown(self) -> str:
        """The text by which a person recognises it."""
        return self.secret.masked

    @property
    def fingerprint(self) -> str:
        """Distinguishes two of them without revealing either."""
        return self.secret.fingerprint

    @property
    def names(self) -> frozenset[str]:
        """The names that identify its owner, for `meshtui.base.privacy`."""
        return frozenset()


@dataclass(frozen=True, slots=True)
class BearerKey(Material):
    """A key that is sent unchanged and is the whole credential."""

    key: Secret

    @property
    def secret(self) -> Secret:
        return self.key


@dataclass(frozen=True, slots=True)
class Credential:
    """`material` is None where nothing sendable could be read; the findings then say why."""

    name: str
    """Unique in the list; what `--credential` takes."""
    kind: Kind
    source: Source
    material: Material | None = None
    findings: tuple[Finding, ...] = ()
    policy: Policy = Policy.FALLBACK
    facts: Mapping[str, str] = field(default_factory=dict)
    """What was read offline and is not secret, for people, in order: 'account' → '123456789012'."""
    hidden: tuple[Secret, ...] = ()
    """Secrets found in the credential's text that are not sent on their own, kept so that the redactor knows them."""

    @property
    def provider(self) -> str:
        return self.kind.provider

    @property
    def secret(self) -> Secret | None:
        """The one secret that names this credential to a person; None where nothing sendable was read."""
        return self.material.secret if self.material else None

    @property
    def shown(self) -> str:
        """What a person recognises it by: a service account's e-mail, else the masked secret; empty where unread."""
        return self.material.shown if self.material else ""

    @property
    def fingerprint(self) -> str:
        """Distinguishes two keys without revealing either; empty where there is no secret."""
        return self.material.fingerprint if self.material else ""

    @property
    def region(self) -> str:
        """The region or location in which it is used; empty where it has none."""
        return str(getattr(self.material, "region", ""))

    @property
    def project(self) -> str:
        """The project that it is used in; empty where it has none."""
        return str(getattr(self.material, "project_id", ""))

    @property
    def names(self) -> frozenset[str]:
        """The names that identify its owner: account, user, project, e-mail address. For `meshtui.base.privacy`."""
        found = {self.facts.get(label, "") for label in ("account", "IAM user", "project", "e-mail")}
        return frozenset(found - {""}) | (self.material.names if self.material else frozenset())

    @property
    def worst(self) -> Level:
        """The most severe level among the findings."""
        order = list(Level)
        return max((f.level for f in self.findings), key=order.index, default=Level.OK)

    @property
    def usable(self) -> bool:
        return self.material is not None and self.worst is not Level.ERROR


ERROR, WARNING, NOTE = Level.ERROR, Level.WARNING, Level.NOTE


@dataclass(frozen=True, slots=True)
class Row:
    """A finding's words, with `{placeholders}` for what differs from case to case; a warning or error has a fix."""

    level: Level
    title: str
    fix: str = ""
    proof: str = ""


Rows = Mapping[str, Row]
