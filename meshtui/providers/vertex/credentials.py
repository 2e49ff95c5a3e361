"""What a Google service account shows offline: whether its parts fit together and where it would be sent.

What google-auth needs, signs and ignores was read from its source (2.62).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from meshtui.base.credential import Credential, Finding, Kind
from meshtui.base.secret import Secret
from meshtui.http.hosts import find_host, is_loopback
from meshtui.providers.base import CredentialForms, ForeignKey, FormFields, JsonObject, KeyForm, TokenIssuer
from meshtui.providers.credential_reading import (
    Given,
    Reading,
    fill_form,
    make_optional_field,
    make_required_field,
    refuse,
)
from meshtui.providers.finding_catalogue import is_plain, make_finding
from meshtui.providers.regions import judge_google_location
from meshtui.providers.vertex.hosts import GOOGLE_TOKEN_URI, is_old_token_uri
from meshtui.providers.vertex.private_key import read_pem
from meshtui.providers.vertex.provider import SERVICE_ACCOUNT, ServiceAccount


@dataclass(frozen=True, repr=False)
class ServiceAccountForm:
    """Google's service account file. Google's libraries need the first three; Mesh asks for the full file."""

    client_email: str = make_required_field("take it from the original file; it ends in gserviceaccount.com.")
    private_key: str = make_required_field("take it from the original file, or make a new key.")
    token_uri: str = make_optional_field()
    project_id: str = make_optional_field()
    private_key_id: str = make_optional_field()
    universe_domain: str = make_optional_field()
    type: str = make_optional_field()
    region: str = make_optional_field()


_EMAIL = re.compile(r"([a-z0-9-]{1,64})@([a-z0-9-]{1,64}(?:\.[a-z0-9.-]{1,80})?)\.iam\.gserviceaccount\.com")
_DEFAULT = re.compile(r"(?:\d+-compute@developer|[^@\s]+@(?:appspot|cloudservices))\.gserviceaccount\.com")
_PROJECT = re.compile(r"(?:[a-z0-9.-]{3,60}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_NAME_OR_ID = re.compile(r"(?:[a-z0-9.-]{3,60}:)?[A-Za-z0-9_.' !-]{1,30}")
"""What at least looks like a project's display name."""
_URI = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,100}/[\w./-]{0,60}")
# Findings after which a field cannot be kept, as it may hold anything, even a secret; and its name among the facts.
_UNFIT = {"vertex.email-shape": "e-mail", "vertex.project-unsafe": "project", "region.unsafe": "location"}


def read_service_account(values: Mapping[str, object], given: Given) -> Reading:
    """The reading of a service account whose fields have Google's names. Takes some 45 ms of processor time."""
    form = fill_form(ServiceAccountForm, values, "a service account")
    if isinstance(form, tuple):
        return refuse(SERVICE_ACCOUNT, *form)
    pem = read_pem(form.private_key)
    project, project_findings = _judge_project(form)
    location, location_findings = judge_google_location(given.region)
    findings = (
        *_judge_addresses(form),
        *pem.findings,
        *_judge_email(form.client_email),
        *project_findings,
        *_judge_key_id(form.private_key_id),
        *location_findings,
        *(() if form.type else (make_finding("vertex.type-missing"),)),
    )
    added = {finding.id for finding in findings}
    key_id = "" if "vertex.key-id-shape" in added else form.private_key_id
    facts = {"e-mail": form.client_email, "project": project, "key id": key_id, "location": location}
    for row, label in _UNFIT.items():
        facts |= {label: ""} if row in added else {}
    facts |= {"RSA key": f"{pem.bits} bits"} if pem.bits else {}
    facts = {label: value for label, value in facts.items() if value}
    if not pem.text or added & set(_UNFIT):
        return Reading(SERVICE_ACCOUNT, None, findings, facts)
    uri = form.token_uri
    material = ServiceAccount(
        client_email=form.client_email,
        private_key=Secret(pem.text),
        project_id=project,
        private_key_id=key_id,
        token_uri=uri if _URI.fullmatch(uri) and is_plain(uri) else GOOGLE_TOKEN_URI,
        region=location,
    )
    return Reading(SERVICE_ACCOUNT, material, findings, facts)


def _judge_addresses(form: ServiceAccountForm) -> list[Finding]:
    """What would send the key, or something signed with it, to anyone but Google."""
    findings = []
    if form.universe_domain not in ("", "googleapis.com"):
        findings.append(make_finding("vertex.universe", universe=form.universe_domain))
    uri = form.token_uri
    if not uri:
        findings.append(make_finding("vertex.token-uri-missing"))
    elif uri != GOOGLE_TOKEN_URI:
        host = find_host(uri)
        loopback, old = is_loopback(host), is_old_token_uri(uri)
        row = "vertex.token-uri-loopback" if loopback else "vertex.token-uri-old" if old else "vertex.token-uri-foreign"
        findings.append(make_finding(row, **({} if loopback or old else {"host": host or "no host at all"})))
    return findings


def _judge_email(email: str) -> list[Finding]:
    if not re.fullmatch(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,120}\.[a-z]{2,24}", email) or not is_plain(email):
        return [make_finding("vertex.email-shape")]
    if _EMAIL.fullmatch(email):
        return []
    if _DEFAULT.fullmatch(email):
        return [make_finding("vertex.default-account")]
    return [make_finding("vertex.email-foreign")]


def _judge_project(form: ServiceAccountForm) -> tuple[str, list[Finding]]:
    """The project to use, and the findings about it. In an e-mail address the project `a.com:p` is written
    `p.a.com`."""
    match = _EMAIL.fullmatch(form.client_email)
    from_email = match[2] if match else ""
    if "." in from_email:
        own, _, domain = from_email.partition(".")
        from_email = f"{domain}:{own}"
    project = form.project_id
    if not project:
        if from_email:
            return from_email, [make_finding("vertex.project-missing", project=from_email)]
        return "", [make_finding("vertex.missing", field="project_id")]
    findings = []
    if not _NAME_OR_ID.fullmatch(project) or not is_plain(project):
        findings.append(make_finding("vertex.project-unsafe"))
    elif project.isdigit():
        findings.append(make_finding("vertex.project-number"))
    elif not _PROJECT.fullmatch(project):
        findings.append(make_finding("vertex.project-shape"))
    elif from_email and from_email != project:
        findings.append(make_finding("vertex.project-mismatch", email_project=from_email, project=project))
    return project, findings


def _judge_key_id(key_id: str) -> list[Finding]:
    if not key_id:
        return [make_finding("vertex.key-id-missing")]
    return [] if re.fullmatch("[0-9a-f]{40}", key_id) else [make_finding("vertex.key-id-shape", length=len(key_id))]


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


def find_other_file(value: Mapping[str, object]) -> tuple[Kind, Finding] | None:
    """What kind of Google file this is, where it is one but no service account."""
    found = _judge_file(value)
    return (SERVICE_ACCOUNT, found) if found else None


def _judge_file(value: Mapping[str, object]) -> Finding | None:
    kind = value.get("type")
    if kind == SERVICE_ACCOUNT.id:
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


def _read_object(given: JsonObject) -> Reading | None:
    fields = given.fields
    if given.value.get("type") != SERVICE_ACCOUNT.id and "private_key" not in fields and "client_email" not in fields:
        return None
    odd = [name for name in _JSON_SPELLINGS if name in given.value]
    added = (make_finding("vertex.spelling", fields=", ".join(odd)),) if odd else ()
    return read_service_account(fields, given.given).after(added)


_JSON_SPELLINGS = ("privateKey", "clientEmail", "projectId", "tokenUri", "privateKeyId")
"""Google's file has underscores."""


def _find_surroundings(credential: Credential, variables: Mapping[str, str], _: Mapping[str, str]) -> list[Finding]:
    names = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
    findings = [make_finding("env.google-api-key", variable=name) for name in names if variables.get(name)]
    other = variables.get("GOOGLE_CLOUD_PROJECT", "")
    if other and credential.material is not None and credential.project != other:
        findings.append(make_finding("env.project-differs", other=other, project=credential.project))
    return findings


_FROM_FILE = (
    "client_id", "auth_uri", "token_uri", "auth_provider_x509_cert_url", "client_x509_cert_url", "universe_domain",
)  # fmt: skip


def fill_mesh_form(credential: Credential) -> FormFields:
    """What to paste into Mesh's BYOK form: Google's file in its own order; what meshtui did not keep of it has to come
    from there."""
    account = credential.material
    assert isinstance(account, ServiceAccount)
    fields = (
        ("type", SERVICE_ACCOUNT.id),
        ("project_id", account.project_id),
        ("private_key_id", account.private_key_id),
        ("private_key", account.private_key.masked),
        ("client_email", account.client_email),
        *((field, "<as in Google's file>") for field in _FROM_FILE),
        ("region", account.region),
    )
    return FormFields(fields, traps=(make_finding("form.region-default"),))


FORMS = CredentialForms(
    keys=(
        KeyForm(
            SERVICE_ACCOUNT, sign="(?i:service_account|private_?key|client_?email)",
            variables=("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS_JSON", "GOOGLE_CREDENTIALS",
                       "VERTEXAI_CREDENTIALS", "VERTEX_CREDENTIALS", "GOOGLE_PRIVATE_KEY"),
        ),
    ),
    foreign=(
        ForeignKey(re.compile("AIza"), "google.api-key", SERVICE_ACCOUNT),
        ForeignKey(re.compile(r"AQ\."), "google.api-key", SERVICE_ACCOUNT),
        ForeignKey(re.compile(r"ya29\."), "google.access-token", SERVICE_ACCOUNT),
        ForeignKey(re.compile("GOCSPX-"), "google.client-secret", SERVICE_ACCOUNT),
        ForeignKey(re.compile("1//0"), "google.refresh-token", SERVICE_ACCOUNT),
        ForeignKey(re.compile(r"(?=[^\s@]+@[^\s@]+gserviceaccount\.com\Z)"), "vertex.email-alone", SERVICE_ACCOUNT),
        ForeignKey(re.compile(r"(?=(?s:.*?)-----BEGIN [A-Z0-9 ]{1,40}-----)"), "vertex.pem-alone", SERVICE_ACCOUNT),
    ),
    issuers=(TokenIssuer(re.compile(r"(?:https://)?accounts\.google\.com"), SERVICE_ACCOUNT, "google.id-token"),),
    spellings={
        "client_email": "clientemail",
        "private_key": "privatekey",
        "private_key_id": "privatekeyid",
        "project_id": "projectid",
        "token_uri": "tokenuri",
        "universe_domain": "universedomain",
        "region": "vertexlocation vertexregion vertexailocation googlecloudlocation googlecloudregion cloudmlregion",
    },
    wrappers=("service_account", "service_account_json", "serviceAccount", "credentials_json", "vertex_credentials"),
    find_other_file=find_other_file,
    read_object=_read_object,
    find_surroundings=_find_surroundings,
    fill_mesh_form=fill_mesh_form,
)  # fmt: skip
