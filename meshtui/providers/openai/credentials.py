"""Judges an OpenAI key by its look. Nothing here refuses a key for its length: lengths are habit, not contract.

Forms and lengths: gitleaks' and trufflehog's rules for OpenAI.
"""

from __future__ import annotations

import re

from meshtui.base.credential import BearerKey, Finding, Kind
from meshtui.base.secret import Secret
from meshtui.providers.credential_reading import Given, Reading, describe_character, find_unfit_character, refuse
from meshtui.providers.finding_catalogue import make_finding

MARKER = "T3BlbkFJ"
"""base64 of "OpenAI"; it stands in the middle of every platform key."""

# Prefix → what the key is, the lengths seen.
_TYPES: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("sk-proj-", "project key", (132, 164)),
    ("sk-svcacct-", "service account key", (135, 167)),
    ("sk-service-", "service account key", (135, 167)),
    ("sk-admin-", "admin key", (133, 165)),
    ("sk-None-", "user key", (132, 164)),
    ("sk-", "user key of the older form", (51,)),
)


def read_openai(key: str, given: Given) -> Reading:
    """The reading of what is meant to be an OpenAI key."""
    if bad := find_unfit_character(key):
        return refuse(Kind.OPENAI_KEY, bad)
    if doubled := _doubled(key):
        return refuse(Kind.OPENAI_KEY, doubled)
    prefix, what, lengths = next((t for t in _TYPES if key.startswith(t[0])), ("", "unknown form", ()))
    findings = [*_shape(key, prefix, lengths)]
    if not prefix:
        findings.append(make_finding("openai.no-prefix", variable=given.variable or "the variable it came from"))
    if prefix == "sk-admin-":
        findings.append(make_finding("openai.admin"))
    facts = {"key type": what, "length": f"{len(key)} characters"}
    return Reading(Kind.OPENAI_KEY, BearerKey(Secret(key)), tuple(findings), facts)


def _doubled(key: str) -> Finding | None:
    half = len(key) // 2
    if len(key) >= 40 and len(key) % 2 == 0 and key[:half] == key[half:]:
        return make_finding("openai.doubled", length=len(key), where="both halves are equal")
    if key.count(MARKER) > 1 and (second := re.search("sk-(?:proj|svcacct|admin)-", key[3:])):
        return make_finding(
            "openai.doubled", length=len(key), where=f"a second key begins at character {second.start() + 4}"
        )
    return None


def _shape(key: str, prefix: str, lengths: tuple[int, ...]) -> list[Finding]:
    odd = re.search("[^A-Za-z0-9_-]", key)
    findings = (
        [make_finding("text.odd-character", where=f"character {odd.start() + 1}", character=describe_character(odd[0]))]
        if odd
        else []
    )
    if not prefix or len(key) in lengths:
        return findings if not prefix or MARKER in key else [*findings, make_finding("openai.no-marker")]
    before, marker, after = key[len(prefix) :].partition(MARKER)
    if marker and len(after) < len(before):
        return [*findings, make_finding("openai.cut-off", before=len(before), after=len(after))]
    usual = " or ".join(str(length) for length in lengths)
    findings.append(make_finding("openai.length", length=len(key), usual=usual))
    return findings if marker else [*findings, make_finding("openai.no-marker")]
