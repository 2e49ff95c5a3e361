"""One row of the catalogue of findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from meshtui.credentials.model import Level

ERROR, WARNING, NOTE = Level.ERROR, Level.WARNING, Level.NOTE


@dataclass(frozen=True, slots=True)
class Row:
    """A finding's words, with `{placeholders}` for what differs from case to case; a warning or error has a fix."""

    level: Level
    title: str
    fix: str = ""
    proof: str = ""


Rows = Mapping[str, Row]
