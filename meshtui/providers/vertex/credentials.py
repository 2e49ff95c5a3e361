"""Judges a Google service account: whether its parts fit together and where it would be sent.

What google-auth needs, signs and ignores was read from its source (2.62).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from meshtui.base.credential import Finding, Kind, ServiceAccount
from meshtui.base.secret import Secret
from meshtui.http.hosts import GOOGLE_TOKEN_URI, host_of, is_loopback, is_old_token_uri
from meshtui.providers.credential_reading import Given, Reading, refuse
from meshtui.providers.finding_catalogue import is_plain, make_finding
from meshtui.providers.regions import judge_google_location
from meshtui.providers.vertex.private_key import read_pem

if TYPE_CHECKING:
    from meshtui.providers.json_forms import ServiceAccountForm

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
    from meshtui.providers.json_forms import ServiceAccountForm, fill_form

    form = fill_form(ServiceAccountForm, values, "a service account")
    if isinstance(form, tuple):
        return refuse(Kind.SERVICE_ACCOUNT, *form)
    pem = read_pem(form.private_key)
    project, project_findings = _project(form)
    location, location_findings = judge_google_location(form.region or given.region)
    findings = (
        *_elsewhere(form),
        *pem.findings,
        *_email(form.client_email),
        *project_findings,
        *_key_id(form.private_key_id),
        *location_findings,
        *(() if form.type else (make_finding("vertex.type-missing"),)),
    )
    told = {finding.id for finding in findings}
    key_id = "" if "vertex.key-id-shape" in told else form.private_key_id
    facts = {"e-mail": form.client_email, "project": project, "key id": key_id, "location": location}
    for row, label in _UNFIT.items():
        facts |= {label: ""} if row in told else {}
    facts |= {"RSA key": f"{pem.bits} bits"} if pem.bits else {}
    facts = {label: value for label, value in facts.items() if value}
    if not pem.text or told & set(_UNFIT):
        return Reading(Kind.SERVICE_ACCOUNT, None, findings, facts)
    uri = form.token_uri.strip()
    material = ServiceAccount(
        client_email=form.client_email,
        private_key=Secret(pem.text),
        project_id=project,
        private_key_id=key_id,
        token_uri=uri if _URI.fullmatch(uri) and is_plain(uri) else GOOGLE_TOKEN_URI,
        region=location,
    )
    return Reading(Kind.SERVICE_ACCOUNT, material, findings, facts)


def _elsewhere(form: ServiceAccountForm) -> list[Finding]:
    """What would send the key, or something signed with it, to anyone but Google."""
    findings = []
    if form.universe_domain not in ("", "googleapis.com"):
        findings.append(make_finding("vertex.universe", universe=form.universe_domain))
    uri = form.token_uri.strip()
    if not uri:
        findings.append(make_finding("vertex.token-uri-missing"))
    elif uri != GOOGLE_TOKEN_URI:
        host = host_of(uri)
        loopback, old = is_loopback(host), is_old_token_uri(uri)
        row = "vertex.token-uri-loopback" if loopback else "vertex.token-uri-old" if old else "vertex.token-uri-foreign"
        findings.append(make_finding(row, **({} if loopback or old else {"host": host or "no host at all"})))
    return findings


def _email(email: str) -> list[Finding]:
    if not re.fullmatch(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,120}\.[a-z]{2,24}", email) or not is_plain(email):
        return [make_finding("vertex.email-shape")]
    if _EMAIL.fullmatch(email):
        return []
    if _DEFAULT.fullmatch(email):
        return [make_finding("vertex.default-account")]
    return [make_finding("vertex.email-foreign")]


def _project(form: ServiceAccountForm) -> tuple[str, list[Finding]]:
    """The project to use, and what is to be said of it. In an e-mail the project `a.com:p` stands as `p.a.com`."""
    match = _EMAIL.fullmatch(form.client_email)
    from_email = match[2] if match else ""
    if "." in from_email:
        own, _, domain = from_email.partition(".")
        from_email = f"{domain}:{own}"
    project = form.project_id.strip()
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


def _key_id(key_id: str) -> list[Finding]:
    if not key_id:
        return [make_finding("vertex.key-id-missing")]
    return [] if re.fullmatch("[0-9a-f]{40}", key_id) else [make_finding("vertex.key-id-shape", length=len(key_id))]
