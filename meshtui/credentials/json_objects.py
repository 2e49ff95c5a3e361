"""Which credential a JSON object, or a set of assigned variables, holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from meshtui.base.credential import Finding, Kind
from meshtui.base.times import against
from meshtui.credentials.bare_text import read_bare
from meshtui.credentials.field_names import WRAPPERS, canonical, kind_for
from meshtui.credentials.google_logins import other_google
from meshtui.providers.bedrock.credentials import ends, read_aws, read_bedrock
from meshtui.providers.credential_reading import Given, Reading, refuse
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.vertex.credentials import read_service_account

Object = Mapping[str, object]


def read_object(value: Object, given: Given, hint: Kind = Kind.UNRECOGNISED) -> Reading:
    """The reading of a JSON object. `hint` is the kind that the variable it came from is for."""
    inner, findings = _unwrapped(value)
    if stranger := other_google(inner):
        return refuse(Kind.SERVICE_ACCOUNT, stranger).after(findings)
    fields, twice = canonical(inner)
    fields, tidied = _tidy(fields)
    findings += twice + tidied
    given = replace(given, region=_text(fields, "region") or given.region)
    if _is_google(inner, fields):
        return read_service_account(fields, given).after(findings + _spelling(inner))
    return _aws_or_key(inner, fields, given, hint).after(findings)


def _aws_or_key(value: Object, fields: Object, given: Given, hint: Kind) -> Reading:
    stated = re.sub("[^a-z]", "", _text(fields, "credential_type").lower())
    has_pair = "access_key_id" in fields or "secret_access_key" in fields
    if has_pair and not (stated == "bedrockapikey" and "api_key" in fields):
        wrong = stated not in ("", "iamcredentials", "iam", "awscredentials")
        told = (make_finding("field.credential-type", right="iam_credentials", form="a key pair"),) if wrong else ()
        return read_aws(fields, given).after(told)
    if stated.startswith("bedrock"):
        return _bedrock(fields, given)
    if stated.startswith("iam") and "api_key" not in fields:
        return read_aws(fields, given)
    if isinstance(key := fields.get("api_key"), str) and key:
        variable = next((name for name in value if kind_for(name) is not Kind.UNRECOGNISED), given.variable)
        meant = kind_for(variable) if hint is Kind.UNRECOGNISED else hint
        reading = read_bare(key, replace(given, variable=variable), meant)
        if reading.kind is Kind.BEDROCK_KEY:
            right = {"right": "bedrock_api_key", "form": "a Bedrock API key"}
            return _bedrock(fields, given).after((make_finding("field.credential-type", **right),) if stated else ())
        return reading.after(() if reading.material is None else (make_finding("field.key-only", field="api_key"),))
    if hint is Kind.AWS_KEYS:
        return read_aws(fields, given)
    names = [name for name in value if re.fullmatch("[A-Za-z_][A-Za-z_ -]{0,30}", name)]
    return refuse(hint, make_finding("json.unknown-form", fields=", ".join(names[:6]) or "none with a plain name"))


def _bedrock(fields: Object, given: Given) -> Reading:
    from meshtui.providers.json_forms import BedrockForm, fill_form

    form = fill_form(BedrockForm, fields, "a Bedrock API key")
    if isinstance(form, tuple):
        return refuse(Kind.BEDROCK_KEY, *form)
    reading = read_bedrock(form.api_key, replace(given, region=form.region or given.region))
    findings: list[Finding] = []
    if form.status.lower() == "inactive":
        findings.append(make_finding("bedrock.inactive"))
    facts = dict(reading.facts)
    if (expires := ends(form.expiration)) is not None:
        facts["expires"] = against(expires, given.now)
        if expires <= given.now:
            findings.append(make_finding("bedrock.long-expired", when=facts["expires"]))
    return replace(reading, findings=(*reading.findings, *findings), facts=facts)


def _unwrapped(value: Object) -> tuple[Object, tuple[Finding, ...]]:
    """The innermost object, where AWS's tools or a settings file put it inside others; a region beside it is kept."""
    findings: tuple[Finding, ...] = ()
    for _ in range(3):
        name = next((n for n in value if n in WRAPPERS and _as_object(value[n]) is not None), None)
        inner = None if name is None else _as_object(value[name])
        if name is None or inner is None:
            break
        outer = {n: v for n, v in value.items() if n != name and isinstance(v, str)}
        regions = {n: v for n, v in outer.items() if "region" in n.lower() or n.lower() == "location"}
        types = {n: v for n, v in outer.items() if n in ("credential_type", "credentialType")}
        value = {**regions, **types, **inner}
        findings += (make_finding("json.wrapped", field=name),)
    return value, findings


def _as_object(value: object) -> Object | None:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        from meshtui.credentials.json_text import read_json

        value = read_json(value).value
    return value if isinstance(value, Mapping) else None


def _is_google(value: Object, fields: Object) -> bool:
    return value.get("type") == "service_account" or "private_key" in fields or "client_email" in fields


def _spelling(value: Object) -> tuple[Finding, ...]:
    odd = [name for name in ("privateKey", "clientEmail", "projectId", "tokenUri", "privateKeyId") if name in value]
    return (make_finding("vertex.spelling", fields=", ".join(odd)),) if odd else ()


def _tidy(fields: Object) -> tuple[dict[str, object], tuple[Finding, ...]]:
    """White space and quotes around values taken off, and told; the private key is left to `pem`."""
    tidy, findings = dict(fields), []
    for name, value in fields.items():
        if not isinstance(value, str) or name == "private_key":
            continue
        tidy[name] = value.strip().strip("\"'").strip()
        if tidy[name] != value:
            findings.append(make_finding("field.white-space", field=name))
    return tidy, tuple(findings)


def _text(fields: Object, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
