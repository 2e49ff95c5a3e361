"""The Mesh view of a credential: what to type into Mesh's BYOK form, and what would go wrong there without a word.

Fields and forms: Mesh documentation, "BYOK" (2026-08) and "Debug BYOK".
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from meshtui.base.credential import AwsKeys, BearerKey, BedrockKey, Credential, Finding, Kind, Level, ServiceAccount
from meshtui.base.redaction import redact
from meshtui.providers.finding_catalogue import make_finding

_FROM_FILE = (
    "client_id", "auth_uri", "token_uri", "auth_provider_x509_cert_url", "client_x509_cert_url", "universe_domain",
)  # fmt: skip
PROVIDERS = {"openai": "OpenAI", "bedrock": "AWS Bedrock", "vertex": "Google Vertex AI"}


@dataclass(frozen=True, slots=True)
class MeshForm:
    """Safe to show: secrets stand in it as their masks."""

    provider: str
    """What to choose in the form; empty where the credential belongs into none."""
    paste: str = ""
    """The text for the credential field, secrets masked."""
    fields: tuple[tuple[str, str], ...] = ()
    """Field → value, in the form's order, secrets masked."""
    traps: tuple[Finding, ...] = ()
    """What would go wrong, the gravest first."""


def mesh_form(credential: Credential) -> MeshForm:
    """What to paste for this credential, and the traps. An empty form where there is nothing to paste."""
    if credential.kind is Kind.MESH_KEY:
        return MeshForm("", traps=(make_finding("form.not-provider"),))
    material = credential.material
    if material is None:
        return MeshForm(PROVIDERS.get(credential.provider, ""), traps=(make_finding("form.unreadable"),))
    fields, as_json = _fields(credential)
    paste = json.dumps(dict(fields), indent=2, ensure_ascii=False) if as_json else fields[0][1]
    order = list(Level)
    traps = sorted((*_traps(credential), *_known(credential)), key=lambda trap: -order.index(trap.level))
    shown = tuple((name, redact(value)) for name, value in fields)
    return MeshForm(PROVIDERS[credential.provider], redact(paste), shown, tuple(traps))


def _fields(credential: Credential) -> tuple[tuple[tuple[str, str], ...], bool]:
    """The fields with masked values, and whether Mesh takes them as one JSON text."""
    unknown = _has(credential, "region.missing")
    match credential.material:
        case AwsKeys(key_id, secret, region):
            return (
                ("credential_type", "iam_credentials"),
                ("access_key_id", key_id.masked),
                ("secret_access_key", secret.masked),
                ("region", "<your region>" if unknown else region),
            ), True
        case BedrockKey(key, region):
            return (
                ("credential_type", "bedrock_api_key"),
                ("api_key", key.masked),
                ("region", "<your region>" if unknown else region),
            ), True
        case ServiceAccount():
            return _service_account(credential.material), True
        case BearerKey(key):
            return (("API key", key.masked),), False
    return (), False


def _service_account(account: ServiceAccount) -> tuple[tuple[str, str], ...]:
    """Google's file in its own order; what meshtui did not keep of it has to come from there."""
    return (
        ("type", "service_account"),
        ("project_id", account.project_id),
        ("private_key_id", account.private_key_id),
        ("private_key", account.private_key.masked),
        ("client_email", account.client_email),
        *((field, "<as in Google's file>") for field in _FROM_FILE),
        ("region", account.region),
    )


def _traps(credential: Credential) -> list[Finding]:
    match credential.material:
        case BearerKey():
            admin = _has(credential, "openai.admin")
            return [make_finding("form.key-only"), *([make_finding("form.admin-key")] if admin else [])]
        case BedrockKey(key, _):
            short = key.reveal().startswith("bedrock-api-key-")
            bound = [make_finding("form.credential-type", right="bedrock_api_key"), make_finding("form.region-bound")]
            return [*bound, *([make_finding("form.short-term")] if short else []), *_region(credential)]
        case AwsKeys(key_id, _, _, token):
            temporary = token is not None or key_id.reveal().startswith("ASIA")
            named = [make_finding("form.credential-type", right="iam_credentials"), make_finding("form.old-spelling")]
            return [*([make_finding("form.session-token")] if temporary else []), *named, *_region(credential)]
        case _:
            return [make_finding("form.region-default")]


def _region(credential: Credential) -> list[Finding]:
    return [make_finding("form.region-unknown")] if _has(credential, "region.missing") else []


def _known(credential: Credential) -> list[Finding]:
    """The errors already found, as they would show in Mesh, and whether the text was cleaned on its way in."""
    traps = [
        make_finding("form.has-error", title=f.title, fix=f.fix, id=f.id)
        for f in credential.findings
        if f.level is Level.ERROR
    ]
    cleaned = [
        f.title for f in credential.findings if f.id.startswith(("text.", "pem.")) or f.id == "field.white-space"
    ]
    return [*traps, *([make_finding("form.as-cleaned", what=cleaned[0])] if cleaned else [])]


def _has(credential: Credential, row: str) -> bool:
    return any(finding.id == row for finding in credential.findings)
