"""Judges a Mesh key: `rsk_` and a ULID. Shapes: Mesh documentation, "Authentication" and "Admin keys"."""

from __future__ import annotations

import re

from meshtui.base.credential import BearerKey, Finding, Kind
from meshtui.base.secret import Secret
from meshtui.base.times import utc
from meshtui.providers.credential_reading import Given, Reading, describe_character, find_unfit_character, refuse
from meshtui.providers.finding_catalogue import make_finding

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The ULID's digits, 0 to 31; I, L, O and U are left out (ULID specification)."""
_EARLIEST = 1_704_067_200
"""2024-01-01: no Mesh key is older than Mesh."""


def read_mesh(key: str, given: Given) -> Reading:
    """The reading of what is meant to be a Mesh key."""
    if bad := find_unfit_character(key):
        return refuse(Kind.MESH_KEY, bad)
    material = BearerKey(Secret(key))
    length = {"length": f"{len(key)} characters"}
    if key.startswith("mak_"):
        return Reading(Kind.MESH_KEY, material, (make_finding("mesh.admin"),), {"key type": "admin key", **length})
    if not key.startswith("rsk_"):
        findings = (make_finding("mesh.no-prefix", variable=given.variable or "the variable it came from"),)
        return Reading(Kind.MESH_KEY, material, findings, length)
    made, judged = _ulid(key[4:], given.now)
    facts = {"key type": "inference key", **length}
    if made is not None:
        facts["created"] = utc(made)
    return Reading(Kind.MESH_KEY, material, judged, facts)


def _ulid(text: str, now: float) -> tuple[float | None, tuple[Finding, ...]]:
    """The creation time in a ULID (Unix seconds; None where there is none to trust), and what is wrong with it."""
    if len(text) != 26:
        return None, (make_finding("mesh.length", length=len(text)),)
    if odd := re.search(f"[^{CROCKFORD}]", text):
        where = f"character {odd.start() + 5}"
        return None, (make_finding("mesh.alphabet", where=where, character=_letter(odd[0])),)
    made = 0
    for digit in text[:10]:
        made = made * 32 + CROCKFORD.index(digit)
    seconds = made / 1000
    if not _EARLIEST <= seconds <= now + 86400:
        return None, (make_finding("mesh.time", when=utc(seconds)),)
    return seconds, ()


def _letter(character: str) -> str:
    """I, L, O, U and small letters are named: what is never part of a ULID gives none of it away."""
    return (
        "a small letter" if character.islower() else character if character.isalpha() else describe_character(character)
    )
