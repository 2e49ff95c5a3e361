"""Judges a Bedrock API key by what is encoded in it. Its signature or secret cannot be checked offline.

The short-term form is read as aws-bedrock-token-generator writes it: the prefix and base64 of a presigned address.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import parse_qs

from meshtui.credentials.aws_id import account_of
from meshtui.credentials.characters import unfit
from meshtui.credentials.clock import against, parse_compact, utc
from meshtui.credentials.findings import tell
from meshtui.credentials.model import BedrockKey, Finding, Kind
from meshtui.credentials.reading import Given, Reading, refused
from meshtui.credentials.regions import as_fact, aws_region
from meshtui.secret import Secret, mask

SHORT_TERM, LONG_TERM = "bedrock-api-key-", "ABSK"
_LONGEST = 12 * 3600
_ACTION = re.compile(r"bedrock\.amazonaws\.com/\?(.*Action=CallWithBearerToken.*)")
_OWNER = re.compile(r"([\w+=,.@-]{1,64}?)-at-(\d{12}):(.+)")
_SCOPE = re.compile(r"([A-Za-z0-9]{3,128})/(\d{8})/([a-z0-9-]{1,32})/([a-z0-9-]{1,64})/aws4_request")


def read_bedrock(key: str, given: Given) -> Reading:
    """The reading of what is meant to be a Bedrock API key; `given.region` is where it is to be used."""
    if bad := unfit(key):
        return refused(Kind.BEDROCK_KEY, bad)
    if key.startswith(SHORT_TERM):
        return _short_term(key, given)
    region, findings = aws_region(given.region)
    facts = {"key type": "long-term API key", "length": f"{len(key)} characters", "region": as_fact(region, findings)}
    hidden: tuple[Secret, ...] = ()
    if key.startswith(LONG_TERM):
        owner, secret = _owner(key)
        facts |= owner
        hidden = (Secret(secret),) if secret else ()
        if not owner:
            findings += (tell("bedrock.undecodable", what="no user and account stand in it"),)
    else:
        facts["key type"] = "unknown form"
        findings += (tell("bedrock.no-prefix", variable=given.variable or "the field it stands in"),)
    return Reading(Kind.BEDROCK_KEY, _material(key, region), findings, facts, hidden)


def _material(key: str, region: str) -> BedrockKey | None:
    return BedrockKey(Secret(key), region) if region else None


def _owner(key: str) -> tuple[dict[str, str], str]:
    """IAM user and account in a long-term key, and the secret behind them; nothing where it does not decode so."""
    match = _OWNER.fullmatch(_decoded(key[len(LONG_TERM) :]) or "")
    return ({"IAM user": match[1], "account": match[2]}, match[3]) if match else ({}, "")


def _short_term(key: str, given: Given) -> Reading:
    length = f"{len(key)} characters"
    match = _ACTION.fullmatch(_decoded(key[len(SHORT_TERM) :]) or "")
    if match is None:
        region, findings = aws_region(given.region)
        facts = {"key type": "short-term API key", "length": length, "region": as_fact(region, findings)}
        findings += (tell("bedrock.undecodable", what="it is not base64 of a signed Bedrock address"),)
        return Reading(Kind.BEDROCK_KEY, _material(key, region), findings, facts)
    fields = {name: values[0] for name, values in parse_qs(match[1], keep_blank_values=True).items()}
    scope = _SCOPE.fullmatch(fields.get("X-Amz-Credential", ""))
    own = scope[3] if scope else ""
    region, region_findings = aws_region(own or given.region)
    if own and given.region and given.region.strip().lower() != own:
        region_findings += (
            tell("bedrock.region-differs", given=aws_region(given.region)[0] or "no region at all", own=own),
        )
    facts = {"key type": "short-term API key", "length": length, "region": as_fact(region, region_findings)}
    if scope:
        facts["signed by"] = f"{mask(scope[1])} ({'temporary' if scope[1].startswith('ASIA') else 'long-term'} key)"
        if account := account_of(scope[1]):
            facts["account"] = account
    life, life_findings = _life(fields, given.now)
    findings = (*region_findings, *_inside(fields, scope), *life_findings, tell("bedrock.short-term"))
    secrets = (scope[1] if scope else "", fields.get("X-Amz-Security-Token", ""), match[0])
    hidden = tuple(Secret(text) for text in secrets if text)
    return Reading(Kind.BEDROCK_KEY, _material(key, region), findings, facts | life, hidden)


def _inside(fields: dict[str, str], scope: re.Match[str] | None) -> list[Finding]:
    findings = []
    if scope is None:
        findings.append(tell("bedrock.cut-off", part="X-Amz-Credential of the usual form"))
    elif scope[4] != "bedrock":
        findings.append(tell("bedrock.other-service", service=scope[4]))
    if not re.fullmatch("[0-9a-f]{64}", fields.get("X-Amz-Signature", "")):
        findings.append(tell("bedrock.cut-off", part="X-Amz-Signature of 64 digits"))
    if scope and scope[1].startswith("ASIA") and not fields.get("X-Amz-Security-Token"):
        findings.append(tell("bedrock.without-token"))
    return findings


def _life(fields: dict[str, str], now: float) -> tuple[dict[str, str], list[Finding]]:
    """When the key begins and ends, and what is wrong with that. AWS lets clocks differ by five minutes."""
    begun = parse_compact(fields.get("X-Amz-Date", ""))
    lasts = fields.get("X-Amz-Expires", "")
    if begun is None or not re.fullmatch(r"\d{1,9}", lasts):
        return {}, [tell("bedrock.cut-off", part="X-Amz-Date and X-Amz-Expires")]
    ends = begun + int(lasts)
    findings = []
    if int(lasts) > _LONGEST:
        findings.append(tell("bedrock.life", hours=f"{int(lasts) / 3600:.0f}"))
    if begun > now + 300:
        findings.append(tell("bedrock.not-yet", when=against(begun, now)))
    if ends <= now:
        findings.append(tell("bedrock.expired", when=against(ends, now)))
    return {"issued": utc(begun), "expires": against(ends, now)}, findings


def _decoded(text: str) -> str | None:
    """What base64 (either alphabet, padding optional) encodes, as text; None where it does not decode."""
    text = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
