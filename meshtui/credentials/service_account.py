"""Judges a Google service account: whether its parts fit together and where it would be sent.

What google-auth needs, signs and ignores was read from its source (2.62).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from meshtui.credentials.findings import tell
from meshtui.credentials.hosts import GOOGLE_TOKEN_URI, host_of, is_loopback, is_old_token_uri
from meshtui.credentials.model import Finding, Kind, ServiceAccount
from meshtui.credentials.pem import read_pem
from meshtui.credentials.reading import Given, Reading, refused
from meshtui.credentials.regions import google_location
from meshtui.secret import Secret

if TYPE_CHECKING:
    from meshtui.credentials.forms import ServiceAccountForm

_EMAIL = re.compile(r"([a-z0-9-]{1,64})@([a-z0-9-]{1,64}(?:\.[a-z0-9.-]{1,80})?)\.iam\.gserviceaccount\.com")
_DEFAULT = re.compile(r"(?:\d+-compute@developer|[^@\s]+@(?:appspot|cloudservices))\.gserviceaccount\.com")
_PROJECT = re.compile(r"(?:[a-z0-9.-]{3,60}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_UNSAFE = re.compile(r"[^\w.:' !-]", re.ASCII)


def read_service_account(values: Mapping[str, object], given: Given) -> Reading:
    """The reading of a service account whose fields have Google's names. Takes some 45 ms of processor time."""
    from meshtui.credentials.forms import ServiceAccountForm, fill

    form = fill(ServiceAccountForm, values, "a service account")
    if isinstance(form, tuple):
        return refused(Kind.SERVICE_ACCOUNT, *form)
    pem = read_pem(form.private_key)
    project, project_findings = _project(form)
    location, location_findings = google_location(form.region or given.region)
    findings = (
        *_elsewhere(form),
        *pem.findings,
        *_email(form.client_email),
        *project_findings,
        *_key_id(form.private_key_id),
        *location_findings,
        *(() if form.type else (tell("vertex.type-missing"),)),
    )
    facts = {"e-mail": form.client_email, "project": project, "key id": form.private_key_id, "location": location}
    facts |= {"RSA key": f"{pem.bits} bits"} if pem.bits else {}
    facts = {label: value for label, value in facts.items() if value and _fit(label, value)}
    if not pem.text:
        return Reading(Kind.SERVICE_ACCOUNT, None, findings, facts)
    material = ServiceAccount(
        client_email=form.client_email,
        private_key=Secret(pem.text),
        project_id=project,
        private_key_id=form.private_key_id,
        token_uri=form.token_uri or GOOGLE_TOKEN_URI,
        region=location,
    )
    return Reading(Kind.SERVICE_ACCOUNT, material, findings, facts)


def _fit(label: str, value: str) -> bool:
    """Whether a field holds what it should: anything else might be a secret that stands in the wrong place."""
    shapes = {"e-mail": r"[\w.+-]{1,64}@[\w.-]{1,200}", "project": _PROJECT.pattern, "key id": "[0-9a-f]{40}"}
    return re.fullmatch(shapes.get(label, "[ -~]{1,40}"), value) is not None


def _elsewhere(form: ServiceAccountForm) -> list[Finding]:
    """What would send the key, or something signed with it, to anyone but Google."""
    findings = []
    if form.universe_domain not in ("", "googleapis.com"):
        findings.append(tell("vertex.universe", universe=form.universe_domain))
    uri = form.token_uri.strip()
    if not uri:
        findings.append(tell("vertex.token-uri-missing"))
    elif uri != GOOGLE_TOKEN_URI:
        host = host_of(uri)
        loopback, old = is_loopback(host), is_old_token_uri(uri)
        row = "vertex.token-uri-loopback" if loopback else "vertex.token-uri-old" if old else "vertex.token-uri-foreign"
        findings.append(tell(row, **({} if loopback or old else {"host": host or "no host at all"})))
    return findings


def _email(email: str) -> list[Finding]:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email) or not email.isascii():
        return [tell("vertex.email-shape")]
    if _EMAIL.fullmatch(email):
        return []
    if _DEFAULT.fullmatch(email):
        return [tell("vertex.default-account")]
    return [tell("vertex.email-foreign")]


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
            return from_email, [tell("vertex.project-missing", project=from_email)]
        return "", [tell("vertex.missing", field="project_id")]
    findings = []
    if _UNSAFE.search(project) or not project.isascii():
        findings.append(tell("vertex.project-unsafe"))
    elif project.isdigit():
        findings.append(tell("vertex.project-number"))
    elif not _PROJECT.fullmatch(project):
        findings.append(tell("vertex.project-shape"))
    elif from_email and from_email != project:
        findings.append(tell("vertex.project-mismatch", email_project=from_email, project=project))
    return project, findings


def _key_id(key_id: str) -> list[Finding]:
    if not key_id:
        return [tell("vertex.key-id-missing")]
    return [] if re.fullmatch("[0-9a-f]{40}", key_id) else [tell("vertex.key-id-shape", length=len(key_id))]
