"""Google's other JSON files, each known by name: what people paste when asked for a service account."""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.credentials.findings import tell
from meshtui.credentials.model import Finding

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
        return tell(_TYPES[kind])
    for fields, row in _FIELDS:
        if all(field in value for field in fields):
            if row == "google.oauth-client" and not isinstance(value[fields[0]], Mapping):
                continue
            return tell(row, field=fields[0])
    if isinstance(kind, str) and kind and ("client_email" in value or "universe_domain" in value):
        return tell("google.other-type", type=kind[:40])
    return None
