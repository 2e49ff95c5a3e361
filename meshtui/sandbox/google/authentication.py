"""A signed JWT that asks for an access token (RFC 7523), verified from the specification."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from meshtui.sandbox.http_messages import read_json_object
from meshtui.sandbox.keys import ServiceAccount

AUDIENCE = "https://oauth2.googleapis.com/token"
"""What google-auth always signs, whatever token_uri says."""
OLDER_AUDIENCES = ("https://accounts.google.com/o/oauth2/token", "https://www.googleapis.com/oauth2/v4/token")
CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"
MAX_LIFETIME_SECONDS = 3600
"""Seconds between iat and exp."""
MAX_EARLY_SECONDS = 300
"""Seconds that iat may lie in the future. Google does not document its tolerance."""


@dataclass(frozen=True, slots=True)
class OAuthProblem:
    """An OAuth error as Google words it."""

    error: str
    description: str
    status: int = 400


NOT_A_JWT = OAuthProblem("invalid_grant", "Bad Request")
BAD_SIGNATURE = OAuthProblem("invalid_grant", "Invalid JWT Signature.")
NO_ACCOUNT = OAuthProblem("invalid_grant", "Invalid grant: account not found")
WRONG_AUDIENCE = OAuthProblem("invalid_grant", f"Invalid JWT: Failed audience check. The right audience is {AUDIENCE}")

WRONG_TIME = OAuthProblem(
    "invalid_grant",
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim.",
)

WRONG_SCOPE = OAuthProblem("invalid_scope", "Invalid OAuth scope or ID token audience provided.")

NO_DELEGATION = OAuthProblem(
    "unauthorized_client",
    "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
    "scopes requested.",
    401,
)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good assertion asks for."""

    scopes: frozenset[str]


def read_issuer(assertion: str) -> str:
    """Whom the assertion names, believed or not; empty where it cannot be read."""
    try:
        return str(_read_part(assertion.split(".")[1]).get("iss", ""))
    except (IndexError, ValueError):
        return ""


def verify_assertion(assertion: str, account: ServiceAccount, token_uri: str, now: float) -> Claims | OAuthProblem:
    """What the assertion asks for, or why it gets nothing. `now`: Unix time by the server's clock."""
    signed, _, signature = assertion.rpartition(".")
    try:
        header, claims = map(_read_part, signed.split("."))
        raw_signature = _decode(signature)
    except ValueError:
        return NOT_A_JWT
    if claims.get("iss") != account.email:
        return NO_ACCOUNT
    if header.get("alg") != "RS256" or header.get("kid", account.key_id) != account.key_id:
        return BAD_SIGNATURE
    try:
        account.private_key.public_key().verify(raw_signature, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return BAD_SIGNATURE
    return _check_claims(claims, account, token_uri, now)


def _check_claims(
    claims: Mapping[str, object], account: ServiceAccount, token_uri: str, now: float
) -> Claims | OAuthProblem:
    """The claims of an assertion whose signature holds."""
    if claims.get("aud") not in (AUDIENCE, *OLDER_AUDIENCES, token_uri):
        return WRONG_AUDIENCE
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, (int, float)) or not isinstance(expires, (int, float)):
        return WRONG_TIME
    if not (issued <= now + MAX_EARLY_SECONDS and now < expires and issued < expires <= issued + MAX_LIFETIME_SECONDS):
        return WRONG_TIME
    if claims.get("sub", account.email) != account.email:
        return NO_DELEGATION
    scopes = frozenset(str(claims.get("scope", "")).split())
    if not scopes or not all(scope.startswith("https://www.googleapis.com/auth/") for scope in scopes):
        return WRONG_SCOPE
    return Claims(scopes)


def _read_part(text: str) -> dict[str, object]:
    """Raises ValueError."""
    part = read_json_object(_decode(text))
    if part is None:
        raise ValueError("a part of a JWT is an object")
    return part


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
