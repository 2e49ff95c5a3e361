"""Is this request really from who it names? Recomputes a signature, looks an API key up, verifies a short-term one."""

from __future__ import annotations

import base64
import hmac
import re
import time
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from meshtui.sandbox.aws import rows
from meshtui.sandbox.aws.rows import Row
from meshtui.sandbox.aws.sigv4 import (
    Scope,
    Wire,
    body_is_as_signed,
    canonical_query,
    canonical_request,
    parse,
    signature,
)
from meshtui.sandbox.keys import REGION, Keys

SHORT_TERM = "bedrock-api-key-"
LONGEST = 43_200
"""Seconds that a short-term key may live (aws-bedrock-token-generator: TOKEN_DURATION)."""
TOLERANCE = {"bedrock": 300, "sts": 900, "iam": 900}
"""Seconds that a signature's time may be off (pasted refusals of Bedrock; STS's documentation)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Which row answers, and what its sentence needs."""

    row: Row
    facts: Mapping[str, str] = field(default_factory=dict)


def service_of(wire: Wire, among: tuple[str, ...]) -> str:
    """The service that the request is signed for; the first of these where it is none of them."""
    claim = parse(wire.header("authorization"))
    return claim.scope.service if claim and claim.scope.service in among else among[0]


def signer_of(keys: Keys, wire: Wire) -> str:
    """The name of the credential that the request says it is signed with; empty for a stranger's."""
    claim = parse(wire.header("authorization"))
    return "aws" if claim and claim.scope.key_id == keys.aws_key_id else ""


def check_signature(keys: Keys, wire: Wire, service: str, now: float) -> Refused | None:
    """Why the signature does not hold; None where it does. `now`: Unix time by the server's clock."""
    claim = parse(wire.header("authorization"))
    if claim is None:
        return Refused(rows.MALFORMED if wire.header("authorization") else rows.NO_CREDENTIAL)
    # A session token beside a long-term key belongs to somebody else's session.
    if claim.scope.key_id != keys.aws_key_id or wire.header("x-amz-security-token"):
        return Refused(rows.UNKNOWN_KEY_ID)
    if claim.scope.service != service:
        return Refused(rows.WRONG_SERVICE, {"service": service})
    if claim.scope.region != REGION:
        return Refused(rows.WRONG_REGION)
    date = wire.header("x-amz-date")
    times = out_of_time(date, now, TOLERANCE[service])
    if times:
        return Refused(rows.OUT_OF_TIME, {"times": times})
    expected = signature(keys.aws_secret, claim.scope, date, canonical_request(wire, claim.signed_headers))
    signs_enough = "host" in claim.signed_headers and date.startswith(claim.scope.date)
    if signs_enough and body_is_as_signed(wire) and _same(expected, claim.signature):
        return None
    return Refused(rows.WRONG_SIGNATURE)


def out_of_time(date: str, now: float, tolerance: int) -> str:
    """The sentence about a time that is too far from now; empty where it is near enough."""
    at = _unix(date)
    if at is None:
        return f"Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
    minutes = f"{tolerance // 60} min."
    if at < now - tolerance:
        return f"Signature expired: {date} is now earlier than {compact(now - tolerance)} ({compact(now)} - {minutes})"
    if at > now + tolerance:
        late = compact(now + tolerance)
        return f"Signature not yet current: {date} is still later than {late} ({compact(now)} + {minutes})"
    return ""


def maker_of(keys: Keys, key: str) -> str:
    """The name of the credential that an API key is, or says it was made with; empty for a stranger's."""
    if _same(key, keys.bedrock):
        return "bedrock"
    read = _read_short_term(key)
    return "aws" if read and read.scope.key_id == keys.aws_key_id else ""


def check_bearer(keys: Keys, key: str, now: float) -> Refused | None:
    """Why an API key is none; None where it is one. `now`: Unix time by the server's clock."""
    if _same(key, keys.bedrock):
        return None
    if not key.startswith(("ABSK", SHORT_TERM)):
        return Refused(rows.NOT_A_KEY)
    read = _read_short_term(key)
    return _check_short_term(keys, read, now) if read else Refused(rows.UNKNOWN_API_KEY)


@dataclass(frozen=True, slots=True)
class ShortTerm:
    """A short-term key is a presigned request in base64. `parameters`: those of its query that were signed."""

    host: str
    scope: Scope
    signature: str
    parameters: Mapping[str, str]


def _read_short_term(key: str) -> ShortTerm | None:
    try:
        text = base64.b64decode(key.removeprefix(SHORT_TERM), validate=True).decode("ascii")
    except ValueError:  # not base64, or not of ASCII characters
        return None
    host, _, query = text.partition("/?")
    parameters = dict(parse_qsl(query))
    parameters.pop("Version", None)  # appended after signing
    scope = Scope.parse(parameters.get("X-Amz-Credential", ""))
    return ShortTerm(host, scope, parameters.pop("X-Amz-Signature", ""), parameters) if scope else None


def _check_short_term(keys: Keys, key: ShortTerm, now: float) -> Refused | None:
    """Computes the signature anew and looks at the time that it covers."""
    signed = key.parameters
    date, life = signed.get("X-Amz-Date", ""), signed.get("X-Amz-Expires", "")
    wire = Wire("POST", "/", canonical_query(signed), [("host", key.host)])
    expected = signature(keys.aws_secret, key.scope, date, canonical_request(wire, ["host"]))
    right_place = (key.scope.key_id, key.scope.region, key.scope.service) == (keys.aws_key_id, REGION, "bedrock")
    right_kind = signed.get("Action") == "CallWithBearerToken" and "X-Amz-Security-Token" not in signed
    start = _unix(date)
    if not (right_place and right_kind and _same(expected, key.signature)) or start is None:
        return Refused(rows.UNKNOWN_API_KEY)
    if not re.fullmatch(r"\d{1,5}", life) or int(life) > LONGEST or now < start - TOLERANCE["bedrock"]:
        return Refused(rows.UNKNOWN_API_KEY)
    return Refused(rows.API_KEY_EXPIRED) if now >= start + int(life) else None


def compact(at: float) -> str:
    """Unix time as `20261123T120000Z`."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))


def _unix(date: str) -> int | None:
    try:
        return timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode())
