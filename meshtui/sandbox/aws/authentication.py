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

from meshtui.sandbox.aws import errors
from meshtui.sandbox.aws.errors import AwsError
from meshtui.sandbox.aws.sigv4 import (
    Scope,
    WireRequest,
    build_canonical_query,
    build_canonical_request,
    check_body_hash,
    compute_signature,
    parse_authorization,
)
from meshtui.sandbox.keys import REGION, Keys

SHORT_TERM = "bedrock-api-key-"
MAX_KEY_LIFETIME_SECONDS = 43_200
"""Seconds that a short-term key may live (aws-bedrock-token-generator: TOKEN_DURATION)."""
CLOCK_TOLERANCE_SECONDS = {"bedrock": 300, "sts": 900, "iam": 900}
"""Seconds that a signature's time may be off (pasted refusals of Bedrock; STS's documentation)."""


@dataclass(frozen=True, slots=True)
class AwsRefusal:
    """Which row answers, and what its sentence needs."""

    row: AwsError
    facts: Mapping[str, str] = field(default_factory=dict)


def read_service(wire: WireRequest, among: tuple[str, ...]) -> str:
    """The service that the request is signed for; the first of these for any other."""
    claim = parse_authorization(wire.header("authorization"))
    return claim.scope.service if claim and claim.scope.service in among else among[0]


def identify_signer(keys: Keys, wire: WireRequest) -> str:
    """The name of the credential that the request says it is signed with; empty for an unknown one."""
    claim = parse_authorization(wire.header("authorization"))
    return "aws" if claim and claim.scope.key_id == keys.aws_key_id else ""


def check_signature(keys: Keys, wire: WireRequest, service: str, now: float) -> AwsRefusal | None:
    """Why the signature does not hold; None where it does. `now`: Unix time by the server's clock."""
    claim = parse_authorization(wire.header("authorization"))
    if claim is None:
        return AwsRefusal(errors.MALFORMED if wire.header("authorization") else errors.NO_CREDENTIAL)
    # A session token beside a long-term key belongs to somebody else's session.
    if claim.scope.key_id != keys.aws_key_id or wire.header("x-amz-security-token"):
        return AwsRefusal(errors.UNKNOWN_KEY_ID)
    if claim.scope.service != service:
        return AwsRefusal(errors.WRONG_SERVICE, {"service": service})
    if claim.scope.region != REGION:
        return AwsRefusal(errors.WRONG_REGION)
    date = wire.header("x-amz-date")
    times = describe_wrong_time(date, now, CLOCK_TOLERANCE_SECONDS[service])
    if times:
        return AwsRefusal(errors.OUT_OF_TIME, {"times": times})
    expected = compute_signature(
        keys.aws_secret, claim.scope, date, build_canonical_request(wire, claim.signed_headers)
    )
    signs_enough = {"host", ":authority"} & set(claim.signed_headers) and date.startswith(claim.scope.date)
    if signs_enough and check_body_hash(wire) and _are_equal(expected, claim.signature):
        return None
    return AwsRefusal(errors.WRONG_SIGNATURE)


def describe_wrong_time(date: str, now: float, tolerance: int) -> str:
    """The sentence about a time that is too far from now; empty where it is near enough."""
    at = _parse_compact_time(date)
    if at is None:
        return f"Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
    clock = f"({format_compact_time(now)} {{}} {tolerance // 60} min.)"
    if at < now - tolerance:
        earliest = format_compact_time(now - tolerance)
        return f"Signature expired: {date} is now earlier than {earliest} {clock.format('-')}"
    if at > now + tolerance:
        late = format_compact_time(now + tolerance)
        return f"Signature not yet current: {date} is still later than {late} {clock.format('+')}"
    return ""


def identify_bearer(keys: Keys, key: str) -> str:
    """The name of the credential that an API key is, or says it was made with; empty for an unknown one."""
    if _are_equal(key, keys.bedrock):
        return "bedrock"
    read = _read_short_term(key)
    return "aws" if read and read.scope.key_id == keys.aws_key_id else ""


def check_bearer(keys: Keys, key: str, now: float) -> AwsRefusal | None:
    """Why an API key is not valid; None where it is. `now`: Unix time by the server's clock."""
    if _are_equal(key, keys.bedrock):
        return None
    if not key.startswith(("ABSK", SHORT_TERM)):
        return AwsRefusal(errors.NOT_A_KEY)
    read = _read_short_term(key)
    return _check_short_term(keys, read, now) if read else AwsRefusal(errors.UNKNOWN_API_KEY)


@dataclass(frozen=True, slots=True)
class ShortTermKey:
    """A short-term key is a presigned request in base64. `parameters`: those of its query that were signed."""

    host: str
    scope: Scope
    signature: str
    parameters: Mapping[str, str]


def _read_short_term(key: str) -> ShortTermKey | None:
    try:
        text = base64.b64decode(key.removeprefix(SHORT_TERM), validate=True).decode("ascii")
    except ValueError:  # not base64, or not of ASCII characters
        return None
    host, _, query = text.partition("/?")
    parameters = dict(parse_qsl(query))
    parameters.pop("Version", None)  # appended after signing
    scope = Scope.parse(parameters.get("X-Amz-Credential", ""))
    return ShortTermKey(host, scope, parameters.pop("X-Amz-Signature", ""), parameters) if scope else None


def _check_short_term(keys: Keys, key: ShortTermKey, now: float) -> AwsRefusal | None:
    """Computes the signature again and checks the time that it covers."""
    signed = key.parameters
    date, life = signed.get("X-Amz-Date", ""), signed.get("X-Amz-Expires", "")
    wire = WireRequest("POST", "/", build_canonical_query(signed), [("host", key.host)])
    expected = compute_signature(keys.aws_secret, key.scope, date, build_canonical_request(wire, ["host"]))
    right_place = (key.scope.key_id, key.scope.region, key.scope.service) == (keys.aws_key_id, REGION, "bedrock")
    right_kind = signed.get("Action") == "CallWithBearerToken" and "X-Amz-Security-Token" not in signed
    start = _parse_compact_time(date)
    if not (right_place and right_kind and _are_equal(expected, key.signature)) or start is None:
        return AwsRefusal(errors.UNKNOWN_API_KEY)
    if (
        not re.fullmatch(r"\d{1,5}", life)
        or int(life) > MAX_KEY_LIFETIME_SECONDS
        or now < start - CLOCK_TOLERANCE_SECONDS["bedrock"]
    ):
        return AwsRefusal(errors.UNKNOWN_API_KEY)
    return AwsRefusal(errors.API_KEY_EXPIRED) if now >= start + int(life) else None


def format_compact_time(at: float) -> str:
    """Unix time as `20261123T120000Z`."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))


def _parse_compact_time(date: str) -> int | None:
    try:
        return timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return None


def _are_equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode())
