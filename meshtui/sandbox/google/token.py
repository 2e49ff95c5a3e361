"""Google's token endpoint, and the public certificates of the account's keys."""

from __future__ import annotations

import datetime
from functools import partial
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from meshtui.sandbox import edge
from meshtui.sandbox.google.assertion import Problem, issuer, verify
from meshtui.sandbox.google.gate import SERVER, token_refusal
from meshtui.sandbox.google.grants import LIFETIME
from meshtui.sandbox.google.rows import TOKEN_ROWS
from meshtui.sandbox.keys import ServiceAccount
from meshtui.sandbox.world import World

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
HEADERS = {**SERVER, "cache-control": "no-cache, no-store, max-age=0, must-revalidate", "pragma": "no-cache"}


def routes(world: World) -> list[Route]:
    """Below `/google`."""
    return [
        Route("/token", partial(token, world), methods=["POST"]),
        Route("/robot/v1/metadata/x509/{email}", partial(certificates, world)),
        Route("/service_accounts/v1/metadata/x509/{email}", partial(certificates, world)),
    ]


async def token(world: World, request: Request) -> Response:
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    kind, assertion = (form.get(key, [""])[0] for key in ("grant_type", "assertion"))
    account = world.keys.service_account
    fault = world.fault("vertex", "token") if issuer(assertion) == account.email else None
    meddled = await edge.meddle(request, "vertex", fault, world.pace)
    if meddled:
        return meddled
    if kind != JWT_BEARER or not assertion:
        return token_refusal(_incomplete(kind)).response(HEADERS)
    claims = verify(assertion, account, f"{world.keys.base_url}/google/token", edge.now(fault))
    if isinstance(claims, Problem):
        return token_refusal(claims).response(HEADERS)
    if fault in TOKEN_ROWS:
        return token_refusal(TOKEN_ROWS[fault]).response(HEADERS)
    given = world.grants.give(claims.scopes, edge.now(fault))
    return JSONResponse({"access_token": given, "expires_in": LIFETIME, "token_type": "Bearer"}, headers=HEADERS)


async def certificates(world: World, request: Request) -> Response:
    account = world.keys.service_account
    if request.path_params["email"] != account.email:
        return JSONResponse({"error": "Not found"}, 404, SERVER)
    # A deleted key is no longer published.
    listed = {} if world.fault("vertex", "certificates") == "revoked" else {account.key_id: certificate(account)}
    return JSONResponse(listed, headers=SERVER)


def certificate(account: ServiceAccount) -> str:
    """The self-signed certificate under which Google publishes a service account's public key, as PEM."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, account.email.replace("@", ".")[:64])])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(account.private_key.public_key())
        .serial_number(int(account.key_id[:15], 16) + 1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=3650))
        .sign(account.private_key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def _incomplete(kind: str) -> Problem:
    if kind == JWT_BEARER:
        return Problem("invalid_request", "Missing required parameter: assertion")
    return Problem("unsupported_grant_type", f"Invalid grant_type: {kind}")
