"""How a finding is told: a row of the catalogue, filled in with values that cannot give a secret away."""

from __future__ import annotations

import re

from meshtui.base.credential import Finding, Rows
from meshtui.base.redaction import redact
from meshtui.base.text import one_line
from meshtui.providers.bedrock import findings as bedrock
from meshtui.providers.bedrock import profile_findings
from meshtui.providers.general_findings import JSON_ROWS, SOURCE_ROWS, TEXT_ROWS
from meshtui.providers.mesh import findings as mesh
from meshtui.providers.openai import findings as openai
from meshtui.providers.vertex import findings as vertex

CATALOGUE: Rows = {
    **TEXT_ROWS, **JSON_ROWS, **SOURCE_ROWS, **openai.ROWS, **bedrock.KEY_PAIR_ROWS, **bedrock.API_KEY_ROWS,
    **profile_findings.ROWS,
    **vertex.SERVICE_ACCOUNT_ROWS, **vertex.PRIVATE_KEY_ROWS, **mesh.KEY_ROWS, **mesh.FORM_ROWS,
}  # fmt: skip

_READ = 4096
_RUN = re.compile(r"[A-Za-z0-9+/=]{31,}")
"""Longer than any name in a credential (a project or service account has 30 at most); keys and their parts are."""


def show_value(value: object, limit: int = 400) -> str:
    """A value from the text, fit to be shown: one line, no control characters, and any long unbroken run masked.

    What has the shape of a key is masked as well, later, by the redactor: see `meshtui.providers.credential_reading.make_credential`.
    """
    return one_line(_RUN.sub("…", str(value)[:_READ]), limit)


def is_plain(value: str) -> bool:
    """Whether a field's value may be kept as plain text: nothing in it looks like a key that slipped into the field."""
    return show_value(value) == value == redact(value)


def make_finding(row: str, **values: object) -> Finding:
    """The finding of this id. Raises KeyError for an id or a placeholder that is not in the catalogue."""
    words = CATALOGUE[row]
    safe = {name: show_value(value) for name, value in values.items()}
    return Finding(
        id=row,
        level=words.level,
        title=words.title.format(**safe),
        proof=words.proof.format(**safe),
        fix=words.fix.format(**safe),
    )
