"""Is this request really from who it names? Recomputes a signature, looks an API key up, verifies a short-term one."""

from __future__ import annotations

import base64
import binascii
import hmac
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
TOLERANCE = {"bedrock": 300, "sts": 900}
"""Seconds that a signature's time may be off (pasted refusals of Bedrock; STS's documentation)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Which row answers, and what its sentence needs."""

    row: Row
    facts: Mapping[str, str] = field(default_factory=dict)


def key_id_in(wire: Wire) -> str:
    """The access key id that the request names, whether or not it is signed rightly."""
    claim = parse(wire.header("authorization"))
    return claim.scope.key_id if claim else ""


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


def check_bearer(keys: Keys, key: str, now: float) -> str | Refused:
    """The name of the credential that the key is or was made with, or why it is none."""
    if _same(key, keys.bedrock):
        return "bedrock"
    if key.startswith(SHORT_TERM):
        return _check_short_term(keys, key.removeprefix(SHORT_TERM), now)
    return Refused(rows.UNKNOWN_API_KEY if key.startswith("ABSK") else rows.NOT_A_KEY)


def _check_short_term(keys: Keys, encoded: str, now: float) -> str | Refused:
    """A short-term key is a presigned request in base64: the signature in its query is computed anew."""
    try:
        host, _, query = base64.b64decode(encoded, validate=True).decode("ascii").partition("/?")
    except (binascii.Error, UnicodeDecodeError):
        return Refused(rows.UNKNOWN_API_KEY)
    parameters = dict(parse_qsl(query))
    claimed = parameters.pop("X-Amz-Signature", "")
    parameters.pop("Version", None)  # appended after signing
    scope = Scope.parse(parameters.get("X-Amz-Credential", ""))
    date = parameters.get("X-Amz-Date", "")
    if scope is None or "X-Amz-Security-Token" in parameters or parameters.get("Action") != "CallWithBearerToken":
        return Refused(rows.UNKNOWN_API_KEY)
    wire = Wire("POST", "/", canonical_query(parameters), [("host", host)])
    expected = signature(keys.aws_secret, scope, date, canonical_request(wire, ["host"]))
    here = (scope.key_id, scope.region, scope.service) == (keys.aws_key_id, REGION, "bedrock")
    if not here or not _same(expected, claimed):
        return Refused(rows.UNKNOWN_API_KEY)
    return _check_life(date, parameters.get("X-Amz-Expires", ""), now)


def _check_life(date: str, life: str, now: float) -> str | Refused:
    start = _unix(date)
    if start is None or not life.isdecimal() or int(life) > LONGEST or now < start - TOLERANCE["bedrock"]:
        return Refused(rows.UNKNOWN_API_KEY)
    return "aws" if now < start + int(life) else Refused(rows.API_KEY_EXPIRED)


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
