"""What goes into the reading of one credential, what comes out of it, and how that becomes a Credential."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from meshtui.base.redaction import redact
from meshtui.base.secret import Secret
from meshtui.credentials.model import Credential, Finding, Kind, Material, Source


@dataclass(frozen=True, slots=True)
class Given:
    """What is known besides the text."""

    now: float
    """Unix time in seconds."""
    region: str = ""
    """The region that a person or variable gave; one in the text comes first."""
    variable: str = ""
    """The variable the text was assigned to, or came from; empty where none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text turned out to be."""

    kind: Kind
    material: Material | None = None
    findings: tuple[Finding, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[Secret, ...] = ()

    def after(self, findings: tuple[Finding, ...]) -> Reading:
        """The same reading, with what was found before it."""
        return replace(self, findings=findings + self.findings) if findings else self


def refused(kind: Kind, *findings: Finding) -> Reading:
    """A reading with nothing in it that could be sent."""
    return Reading(kind, findings=findings)


def finished(reading: Reading, name: str, source: Source) -> Credential:
    """The credential; whatever people will read of it has passed the redactor, which knows its secrets by now."""
    return Credential(
        name=path_shown(name),
        kind=reading.kind,
        source=Source(source.kind, path_shown(source.where)),
        material=reading.material,
        findings=tuple(redacted(finding) for finding in _once_each(reading.findings)),
        facts={label: redact(value) for label, value in reading.facts.items()},
        hidden=reading.hidden,
    )


_RUN = re.compile(r"[A-Za-z0-9+=]{31,}")


def path_shown(path: str) -> str:
    """A path or name that a person gave, fit to be shown: a key typed there by mistake is masked."""
    return _RUN.sub("…", redact(path))


def _once_each(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same thing said twice (quotes within quotes) is said once."""
    first: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        first.setdefault((finding.id, finding.title), finding)
    return tuple(first.values())


def redacted(finding: Finding) -> Finding:
    """The finding with every secret that is known by now masked: needed for what is told of a finished credential."""
    return replace(finding, title=redact(finding.title), proof=redact(finding.proof), fix=redact(finding.fix))
