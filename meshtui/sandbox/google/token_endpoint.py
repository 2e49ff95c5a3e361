"""Google's token endpoint, and the public certificates of the account's keys."""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from meshtui.sandbox import fault_injection
from meshtui.sandbox.body_limits import BodyTooLargeError
from meshtui.sandbox.google.authentication import OAuthProblem, read_issuer, verify_assertion
from meshtui.sandbox.google.authorization import SERVER_HEADERS, format_token_error
from meshtui.sandbox.google.errors import TOKEN_FAULTS
from meshtui.sandbox.keys import TOKEN_LIFETIME_SECONDS
from meshtui.sandbox.world import World

MAX_FORM_BYTES = 64 * 1024
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

TOKEN_HEADERS = {
    **SERVER_HEADERS,
    "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
    "pragma": "no-cache",
}


def make_routes(world: World) -> list[Route]:
    """Below `/google`."""
    return [
        Route("/token", partial(exchange_token, world), methods=["POST"]),
        Route("/auth", refuse_browser_login),
        Route("/oauth2/v1/certs", partial(list_google_certificates, world)),
        Route("/robot/v1/metadata/x509/{email}", partial(list_certificates, world)),
        Route("/service_accounts/v1/metadata/x509/{email}", partial(list_certificates, world)),
    ]


async def exchange_token(world: World, request: Request) -> Response:
    form = parse_qs((await _read_form(request)).decode("utf-8", "replace"))
    kind, assertion = (form.get(key, [""])[0] for key in ("grant_type", "assertion"))
    account = world.keys.service_account
    known = read_issuer(assertion) == account.email
    fault = world.find_fault("vertex", "token") if known else None
    injected = await fault_injection.inject_fault(request, "vertex", "vertex" if known else "", fault, world.pace)
    if injected:
        return injected
    if kind != JWT_BEARER or not assertion:
        return format_token_error(_describe_incomplete(kind)).to_response(TOKEN_HEADERS)
    claims = verify_assertion(
        assertion, account, f"{world.keys.base_url}/google/token", fault_injection.read_server_clock(fault)
    )
    if isinstance(claims, OAuthProblem):
        return format_token_error(claims).to_response(TOKEN_HEADERS)
    if fault in TOKEN_FAULTS:
        return format_token_error(TOKEN_FAULTS[fault]).to_response(TOKEN_HEADERS)
    given = world.access_tokens.give(claims.scopes, fault_injection.read_server_clock(fault))
    return JSONResponse(
        {"access_token": given, "expires_in": TOKEN_LIFETIME_SECONDS, "token_type": "Bearer"}, headers=TOKEN_HEADERS
    )


async def _read_form(request: Request) -> bytes:
    """The body, before any authentication. Raises BodyTooLargeError."""
    form = b""
    async for piece in request.stream():
        form += piece
        if len(form) > MAX_FORM_BYTES:
            raise BodyTooLargeError
    return form


async def list_certificates(world: World, request: Request) -> Response:
    account = world.keys.service_account
    if request.path_params["email"] != account.email:
        return JSONResponse({"error": "Not found"}, 404, SERVER_HEADERS)
    if world.find_fault("vertex", "certificates") == "revoked":  # a deleted key is no longer published
        return JSONResponse({}, headers=SERVER_HEADERS)
    from meshtui.sandbox.certificates import make_account_certificate

    return JSONResponse({account.key_id: make_account_certificate(account)}, headers=SERVER_HEADERS)


async def list_google_certificates(_: World, __: Request) -> Response:
    """`auth_provider_x509_cert_url`: the certificates of Google's own signing keys. The sandbox signs nothing with one,
    so that there is none."""
    return JSONResponse({}, headers=SERVER_HEADERS)


async def refuse_browser_login(_: Request) -> Response:
    """`auth_uri`: where a person would log in. A service account has no such way."""
    page = "<!DOCTYPE html>\n<html lang=en>\n<title>Error 400: invalid_request</title>\n<p>Access blocked: a service "
    page += "account cannot sign in here.\n"
    return Response(page, 400, SERVER_HEADERS, "text/html")


def _describe_incomplete(kind: str) -> OAuthProblem:
    if kind == JWT_BEARER:
        return OAuthProblem("invalid_request", "Missing required parameter: assertion")
    return OAuthProblem("unsupported_grant_type", f"Invalid grant_type: {kind}")
