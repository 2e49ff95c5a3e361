"""Judges an AWS key pair. Whether the secret belongs to the id cannot be told offline: neither has a checksum."""

from __future__ import annotations

import re
from collections.abc import Mapping

from meshtui.credentials.aws_id import KEYS, NOT_KEYS, account_of
from meshtui.credentials.characters import named, unfit
from meshtui.credentials.clock import against, parse_iso
from meshtui.credentials.findings import tell
from meshtui.credentials.model import AwsKeys, Finding, Kind
from meshtui.credentials.reading import Given, Reading, refused
from meshtui.credentials.regions import as_fact, aws_region
from meshtui.secret import Secret


def read_aws(values: Mapping[str, object], given: Given) -> Reading:
    """The reading of a key pair whose fields have their canonical names."""
    from meshtui.credentials.forms import AwsForm, fill

    form = fill(AwsForm, values, "an AWS key pair")
    if isinstance(form, tuple):
        return refused(Kind.AWS_KEYS, *form)
    key_id, secret, token = form.access_key_id, form.secret_access_key, form.session_token
    texts = (("access_key_id", key_id), ("secret_access_key", secret), ("session_token", token))
    refusals = [bad for field, text in texts if (bad := unfit(text, field))]
    if refusals:
        return refused(Kind.AWS_KEYS, *refusals)
    if secret[:4] in ("AKIA", "ASIA") and len(secret) < 30 <= len(key_id):
        return refused(Kind.AWS_KEYS, tell("aws.swapped"))
    region, region_findings = aws_region(form.region or given.region)
    facts = _facts(key_id, as_fact(region, region_findings))
    findings = [*_judge_id(key_id), *_judge_secret(secret), *_judge_token(key_id, token), *region_findings]
    if form.status.lower() == "inactive":
        findings.append(tell("aws.inactive"))
    if (expires := ends(form.expiration)) is not None:
        facts["expires"] = against(expires, given.now)
        if expires <= given.now:
            findings.append(tell("aws.expired", when=facts["expires"]))
    kept = Secret(token) if token and not key_id.startswith("AKIA") else None
    material = AwsKeys(Secret(key_id), Secret(secret), region, kept) if region else None
    hidden = (Secret(token),) if token and kept is None else ()
    return Reading(Kind.AWS_KEYS, material, tuple(findings), facts, hidden)


def ends(expiration: str | int | float) -> float | None:
    """Unix time of an expiry as AWS's tools give it: a date, or seconds or milliseconds since 1970. None if neither."""
    if isinstance(expiration, str):
        return parse_iso(expiration)
    if not 0 < expiration < 1e14:
        return None
    return expiration / 1000 if expiration > 1e11 else float(expiration)


def _facts(key_id: str, region: str) -> dict[str, str]:
    facts = {"key type": f"{KEYS.get(key_id[:4], 'unknown')} key", "region": region}
    if account := account_of(key_id):
        facts["account"] = account
    return facts


def _judge_id(key_id: str) -> list[Finding]:
    prefix = key_id[:4]
    if key_id.endswith("EXAMPLE"):
        return [tell("aws.example", field="access_key_id")]
    if prefix in NOT_KEYS:
        return [tell("aws.wrong-id", what=NOT_KEYS[prefix], prefix=prefix)]
    if prefix not in KEYS:
        return [tell("aws.unknown-prefix")]
    if prefix in ("ABIA", "ACCA"):
        return [tell("aws.service-bearer", prefix=prefix)]
    if not re.fullmatch("[A-Z0-9]{20}", key_id):
        return [tell("aws.id-shape", length=len(key_id))]
    return [] if account_of(key_id) else [tell("aws.no-account")]


def _judge_secret(secret: str) -> list[Finding]:
    if secret.endswith("EXAMPLEKEY"):
        return [tell("aws.example", field="secret_access_key")]
    findings = []
    if len(secret) != 40:
        findings.append(tell("aws.secret-length", length=len(secret)))
    if odd := re.search("[^A-Za-z0-9+/=]", secret):
        where = f"character {odd.start() + 1}"
        findings.append(tell("aws.secret-shape", where=where, character=named(odd[0])))
    return findings


def _judge_token(key_id: str, token: str) -> list[Finding]:
    if key_id.startswith("ASIA"):
        return [tell("aws.temporary" if token else "aws.temporary-without-token")]
    if key_id.startswith("AKIA") and token:
        return [tell("aws.stray-token")]
    return []
