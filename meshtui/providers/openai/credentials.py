"""Judges an OpenAI key by its look. Nothing here refuses a key for its length: lengths are habit, not contract.

Forms and lengths: gitleaks' and trufflehog's rules for OpenAI.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from meshtui.base.credential import BearerKey, Credential, Finding
from meshtui.base.secret import Secret
from meshtui.providers.base import CredentialForms, ForeignKey, FormFields, KeyForm, TokenIssuer
from meshtui.providers.credential_reading import Given, Reading, describe_character, find_unfit_character, refuse
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.providers.openai.requests import SENT_UNASKED

MARKER = "T3BlbkFJ"
"""base64 of "OpenAI", which is in the middle of every platform key."""
_NAMED = re.compile(rf"sk-[A-Za-z0-9_-]{{1,80}}-[A-Za-z0-9]{{20}}{MARKER}[A-Za-z0-9]{{20}}")
"""The older keys of service accounts have the account's name in them."""

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
        return refuse(OPENAI_KEY, bad)
    if doubled := _find_doubled(key):
        return refuse(OPENAI_KEY, doubled)
    prefix, what, lengths = next((t for t in _TYPES if key.startswith(t[0])), ("", "unknown form", ()))
    findings = [*_judge_shape(key, prefix, lengths)]
    if not prefix:
        findings.append(make_finding("openai.no-prefix", variable=given.variable))
    if prefix == "sk-admin-":
        findings.append(make_finding("openai.admin"))
    facts = {"key type": what, "length": f"{len(key)} characters"}
    return Reading(OPENAI_KEY, BearerKey(Secret(key)), tuple(findings), facts)


def _find_doubled(key: str) -> Finding | None:
    half = len(key) // 2
    if len(key) >= 40 and len(key) % 2 == 0 and key[:half] == key[half:]:
        return make_finding("openai.doubled", length=len(key), where="both halves are equal")
    if key.count(MARKER) > 1 and (second := re.search("sk-(?:proj|svcacct|admin)-", key[3:])):
        return make_finding(
            "openai.doubled", length=len(key), where=f"a second key begins at character {second.start() + 4}"
        )
    return None


def _judge_shape(key: str, prefix: str, lengths: tuple[int, ...]) -> list[Finding]:
    odd = re.search("[^A-Za-z0-9_-]", key)
    findings = (
        [make_finding("text.odd-character", where=f"character {odd.start() + 1}", character=describe_character(odd[0]))]
        if odd
        else []
    )
    if not prefix or len(key) in lengths:
        return findings if not prefix or MARKER in key else [*findings, make_finding("openai.no-marker")]
    before, marker, after = key[len(prefix) :].partition(MARKER)
    if marker and not _NAMED.fullmatch(key) and len(after) < len(before):
        return [*findings, make_finding("openai.cut-off", before=len(before), after=len(after))]
    if marker and _NAMED.fullmatch(key):
        return findings
    usual = " or ".join(str(length) for length in lengths)
    findings.append(make_finding("openai.length", length=len(key), usual=usual))
    return findings if marker else [*findings, make_finding("openai.no-marker")]


def _is_unmarked(credential: Credential) -> bool:
    return isinstance(credential.material, BearerKey) and MARKER not in credential.material.key.reveal()


def _find_surroundings(_: Credential, variables: Mapping[str, str], __: Mapping[str, str]) -> list[Finding]:
    """The settings that OpenAI's SDKs send on their own."""
    return [make_finding("env.sent-unasked", variable=name) for name in SENT_UNASKED if variables.get(name)]


def fill_mesh_form(credential: Credential) -> FormFields:
    """What to paste into Mesh's BYOK form."""
    admin = any(finding.id == "openai.admin" for finding in credential.findings)
    traps = (make_finding("form.key-only"), *([make_finding("form.admin-key")] if admin else []))
    return FormFields((("API key", credential.shown),), is_json=False, traps=traps)


FORMS = CredentialForms(
    keys=(
        KeyForm(
            OPENAI_KEY, prefixes=("sk-",), in_text=r"sk-[A-Za-z0-9][A-Za-z0-9_-]{18,}",
            variables=("OPENAI_API_KEY", "OPENAI_KEY", "OPENAI_ADMIN_KEY"), sign=r"openai|\bsk-",
            read_key=read_openai,
        ),
    ),
    # gitleaks' and trufflehog's rules, OpenAI's documentation.
    foreign=(
        ForeignKey(re.compile("sess-"), "openai.session", OPENAI_KEY),
        ForeignKey(re.compile("ek_"), "openai.realtime", OPENAI_KEY),
        ForeignKey(re.compile(r"org-(?=[A-Za-z0-9]{8,40}\Z)"), "openai.id", OPENAI_KEY, "an organisation"),
        ForeignKey(re.compile(r"proj_(?=[A-Za-z0-9]{8,40}\Z)"), "openai.id", OPENAI_KEY, "a project"),
        ForeignKey(re.compile(r"user-(?=[A-Za-z0-9]{8,40}\Z)"), "openai.id", OPENAI_KEY, "a user"),
    ),
    issuers=(TokenIssuer(re.compile(r"https://auth0?\.openai\.com/?.*"), OPENAI_KEY, "openai.chatgpt-token"),),
    spellings={"api_key": "openaiapikey openaikey"},
    is_unmarked=_is_unmarked,
    find_surroundings=_find_surroundings,
    fill_mesh_form=fill_mesh_form,
)  # fmt: skip
