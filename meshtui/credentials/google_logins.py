"""Google's other JSON files, each known by name: what people paste when asked for a service account.

Reads whose JWT a text is, without believing it: the signature is not checked, and only who issued it and until when
is looked at.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping

from meshtui.base.credential import BearerKey, Finding, Kind
from meshtui.base.secret import Secret
from meshtui.base.times import against
from meshtui.providers.credential_reading import Given, Reading, find_unfit_character, refuse
from meshtui.providers.finding_catalogue import make_finding

SERVICE_ACCOUNT = "service_account"
# Value of `type` → finding. These six and no others are known to google-auth.
_TYPES = {
    "authorized_user": "google.authorized-user",
    "external_account": "google.external-account",
    "external_account_authorized_user": "google.external-user",
    "impersonated_service_account": "google.impersonated",
    "gdch_service_account": "google.gdch",
}
# Fields that must all be there → finding, for files without a `type`.
_FIELDS = (
    (("installed",), "google.oauth-client"),
    (("web",), "google.oauth-client"),
    (("apiKey", "authDomain"), "google.firebase-config"),
    (("project_info", "client"), "google.google-services"),
    (("refresh_token", "client_id"), "google.authorized-user"),
    (("source_credentials", "service_account_impersonation_url"), "google.impersonated"),
    (("credential_source", "audience"), "google.external-account"),
)


def other_google(value: Mapping[str, object]) -> Finding | None:
    """What kind of Google file this is, where it is one but no service account."""
    kind = value.get("type")
    if kind == SERVICE_ACCOUNT:
        return None
    if isinstance(kind, str) and kind in _TYPES:
        return make_finding(_TYPES[kind])
    for fields, row in _FIELDS:
        if all(field in value for field in fields):
            if row == "google.oauth-client" and not isinstance(value[fields[0]], Mapping):
                continue
            return make_finding(row, field=fields[0])
    if isinstance(kind, str) and kind and ("client_email" in value or "universe_domain" in value):
        return make_finding("google.other-type", type=kind[:40])
    return None


JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
# Issuer → the finding, and what it was taken for.
_ISSUERS = (
    (
        re.compile(r"https://[a-z0-9-]+\.supabase\.co/.*|https://(?:[a-z0-9-]+\.)*meshapi\.ai/.*|supabase"),
        "",
        Kind.MESH_KEY,
    ),
    (re.compile(r"https://auth0?\.openai\.com/?.*"), "openai.chatgpt-token", Kind.OPENAI_KEY),
    (re.compile(r"(?:https://)?accounts\.google\.com"), "google.id-token", Kind.SERVICE_ACCOUNT),
)


def read_jwt(token: str, given: Given, hint: Kind) -> Reading:
    """The reading of a JWT: Mesh's dashboard uses them (issued by Supabase); any other is the wrong thing here."""
    if bad := find_unfit_character(token):
        return refuse(hint, bad)
    claims = _claims(token)
    issuer = str(claims.get("iss", ""))[:300]
    unknown = ("" if hint is Kind.MESH_KEY else "jwt.unknown", hint)
    row, kind = next(((row, kind) for pattern, row, kind in _ISSUERS if pattern.fullmatch(issuer)), unknown)
    if row:
        return refuse(kind, make_finding(row))
    facts = {"key type": "dashboard session token", "length": f"{len(token)} characters"}
    findings = [make_finding("mesh.dashboard-token")]
    expires = claims.get("exp")
    if isinstance(expires, (int, float)) and abs(expires) < 1e12:
        facts["expires"] = against(expires, given.now)
        if expires <= given.now:
            findings.append(make_finding("mesh.token-expired", when=facts["expires"]))
    return Reading(Kind.MESH_KEY, BearerKey(Secret(token)), tuple(findings), facts)


def _claims(token: str) -> Mapping[str, object]:
    part = token.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
