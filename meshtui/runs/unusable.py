"""Why a credential cannot be sent as it is, as far as its findings tell: the cause, in the catalogue's words."""

from __future__ import annotations

import re

from meshtui.credentials.model import Credential, Finding, Level

# Id of a finding → cause. What is not named here is a key that was copied or written wrongly.
_CAUSES = (
    (re.compile(r".*[.-]expired"), "credential_expired"),
    (re.compile(r"file\.missing|text\.empty"), "credential_missing"),
    (re.compile(r"google\..*|vendor\..*|openai\.(?:admin|session|realtime|chatgpt-token|id)|aws\.wrong-id"
                r"|mesh\.(?:admin|dashboard-token|lookalike)|vertex\.universe"), "credential_wrong_kind"),
)  # fmt: skip


def obstacle(credential: Credential) -> Finding | None:
    """The first finding for which it is not sent; None where no finding forbids it."""
    return next((finding for finding in credential.findings if finding.level is Level.ERROR), None)


def cause_of(finding: Finding) -> str:
    """The label in `meshtui.explain.causes`; one of `meshtui.exchange.UNUSABLE`."""
    return next((cause for ids, cause in _CAUSES if ids.fullmatch(finding.id)), "credential_malformed")
