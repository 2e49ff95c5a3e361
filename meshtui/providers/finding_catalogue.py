"""Findings are made here: a row of the catalogue, filled in with values that cannot give a secret away."""

from __future__ import annotations

import re
from functools import cache

from meshtui.base.credential import Credential, Finding, Level, Rows
from meshtui.base.provider_names import PROVIDER_ROWS, load_part
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.providers.general_findings import JSON_ROWS, SOURCE_ROWS, TEXT_ROWS

# Id of a finding → the cause that it is, in the catalogue's words. What is not named here is a key that was copied or
# written wrongly.
_CAUSES = (
    (re.compile(r".*[.-]expired|aws\.sso-token"), "credential_expired"),
    (re.compile(r"file\.missing|text\.empty|env\.empty|aws\.(?:profile|program|role)-(?!foreign|region).*"),
     "credential_missing"),
    (re.compile(r"google\..*|vendor\..*|openai\.(?:admin|session|realtime|chatgpt-token|id)|aws\.wrong-id"
                r"|mesh\.(?:admin|dashboard-token|lookalike)|vertex\.universe"), "credential_wrong_kind"),
)  # fmt: skip


def list_rows() -> Rows:
    """All rows there are: the general ones, and each provider's."""
    return _gather_rows(tuple(PROVIDER_ROWS))


@cache
def _gather_rows(providers: tuple[str, ...]) -> Rows:
    rows = {**TEXT_ROWS, **JSON_ROWS, **SOURCE_ROWS}
    for provider in providers:
        rows |= load_part(provider, "findings").ROWS
    return rows


def find_blocking(credential: Credential) -> Finding | None:
    """The first finding for which it is not sent; None where no finding forbids it."""
    return next((finding for finding in credential.findings if finding.level is Level.ERROR), None)


def name_cause(finding: Finding | None) -> str:
    """The label in `meshtui.explain.causes` for a credential that is not sent, with or without a finding that forbids
    it; one of `meshtui.base.exchange.UNUSABLE`."""
    ident = finding.id if finding else ""
    return next((cause for ids, cause in _CAUSES if ids.fullmatch(ident)), "credential_malformed")


_READ = 4096
_RUN = re.compile(r"[A-Za-z0-9+/=]{31,}")
"""Longer than any name in a credential (a project or service account has 30 at most); keys and their parts are."""


def show_value(value: object, limit: int = 400) -> str:
    """A value from the text, fit to be shown: one line, no control characters, and any long unbroken run masked.

    What has the shape of a key is masked as well, later, by the redactor: see `make_credential`.
    """
    # Redacted before it is cut: of what the cut leaves of a key, the shape might not be recognised.
    return make_one_line(_RUN.sub("…", redact(str(value)[:_READ])), limit)


def is_plain(value: str) -> bool:
    """Whether a field's value may be kept as plain text: nothing in it looks like a key that slipped into the field."""
    return show_value(value) == value == redact(value)


def make_finding(row: str, **values: object) -> Finding:
    """The finding of this id. Raises KeyError for an id or a placeholder that is not in the catalogue."""
    words = list_rows()[row]
    safe = {name: show_value(value) for name, value in values.items()}
    return Finding(
        id=row,
        level=words.level,
        title=words.title.format(**safe),
        proof=words.proof.format(**safe),
        fix=words.fix.format(**safe),
    )
