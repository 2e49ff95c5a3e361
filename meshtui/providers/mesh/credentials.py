"""Judges a Mesh key: `rsk_` and a ULID. Shapes: Mesh documentation, "Authentication" and "Admin keys"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from meshtui.base.credential import BearerKey, Finding
from meshtui.base.secret import Secret
from meshtui.base.times import format_relative, format_utc
from meshtui.providers.base import CredentialForms, ForeignKey, KeyForm, TokenIssuer
from meshtui.providers.credential_reading import Given, Reading, describe_character, find_unfit_character, refuse
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.mesh.provider import MESH_KEY

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The ULID's digits, 0 to 31; I, L, O and U are left out (ULID specification)."""
_EARLIEST = 1_704_067_200
"""2024-01-01: no Mesh key is older than Mesh."""


def read_mesh(key: str, given: Given) -> Reading:
    """The reading of what is meant to be a Mesh key."""
    if bad := find_unfit_character(key):
        return refuse(MESH_KEY, bad)
    material = BearerKey(Secret(key))
    length = {"length": f"{len(key)} characters"}
    if key.startswith("mak_"):
        return Reading(MESH_KEY, material, (make_finding("mesh.admin"),), {"key type": "admin key", **length})
    if not key.startswith("rsk_"):
        findings = (make_finding("mesh.no-prefix", variable=given.variable),)
        return Reading(MESH_KEY, material, findings, length)
    made, judged = _read_ulid(key[4:], given.now)
    facts = {"key type": "inference key", **length}
    if made is not None:
        facts["created"] = format_utc(made)
    return Reading(MESH_KEY, material, judged, facts)


def _read_ulid(text: str, now: float) -> tuple[float | None, tuple[Finding, ...]]:
    """The creation time in a ULID (Unix seconds; None where it has no plausible one), and what is wrong with it."""
    if len(text) != 26:
        return None, (make_finding("mesh.length", length=len(text)),)
    if odd := re.search(f"[^{_DIGITS}]", text):
        where = f"character {odd.start() + 5}"
        return None, (make_finding("mesh.alphabet", where=where, character=_describe_letter(odd[0])),)
    made = 0
    for digit in text[:10]:
        made = made * 32 + _DIGITS.index(digit)
    seconds = made / 1000
    if not _EARLIEST <= seconds <= now + 86400:
        return None, (make_finding("mesh.time", when=format_utc(seconds)),)
    return seconds, ()


def _describe_letter(character: str) -> str:
    """I, L, O, U and small letters are named: what is never part of a ULID gives none of it away."""
    return (
        "a small letter" if character.islower() else character if character.isalpha() else describe_character(character)
    )


def _read_dashboard_token(token: str, claims: Mapping[str, object], given: Given) -> Reading:
    """Mesh's dashboard uses JWTs, issued by Supabase."""
    facts = {"key type": "dashboard session token", "length": f"{len(token)} characters"}
    findings = [make_finding("mesh.dashboard-token")]
    expires = claims.get("exp")
    if isinstance(expires, (int, float)) and 0 < expires < 1e11:
        facts["expires"] = format_relative(expires, given.now)
        if expires <= given.now:
            findings.append(make_finding("mesh.token-expired", when=facts["expires"]))
    return Reading(MESH_KEY, BearerKey(Secret(token)), tuple(findings), facts)


FORMS = CredentialForms(
    keys=(
        KeyForm(
            MESH_KEY, prefixes=("rsk_", "mak_"), in_text=r"(?:rsk|mak)_[A-Za-z0-9]{20,40}",
            variables=("MESHAPI_API_KEY", "MESH_API_KEY", "MESHAPI_TOKEN", "MESHTUI_PLATFORM_KEY"), sign=r"\brsk_",
            read_key=read_mesh,
        ),
    ),
    foreign=(
        ForeignKey(re.compile("mesh_live_"), "mesh.lookalike", MESH_KEY, "MESH (meshrouter.app)"),
        ForeignKey(re.compile("msh_"), "mesh.lookalike", MESH_KEY, "MeshAI (meshai.dev)"),
        ForeignKey(re.compile("msy_"), "mesh.lookalike", MESH_KEY, "Meshy (meshy.ai)"),
    ),
    issuers=(
        TokenIssuer(
            re.compile(r"https://[a-z0-9-]+\.supabase\.co/.*|https://(?:[a-z0-9-]+\.)*meshapi\.ai/.*|supabase"),
            MESH_KEY, read=_read_dashboard_token,
        ),
    ),
    spellings={"api_key": "meshapiapikey meshapikey meshapitoken meshtuiplatformkey"},
)  # fmt: skip
