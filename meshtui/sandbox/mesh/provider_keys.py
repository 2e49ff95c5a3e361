"""The provider keys stored with Mesh: list them, and test one, stored or not. The bodies are not documented."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.body import json_object
from meshtui.sandbox.keys import LOCATION, REGION, Keys
from meshtui.sandbox.mesh.door import DASHBOARD, Visit
from meshtui.sandbox.mesh.envelope import Trouble, invalid
from meshtui.sandbox.mesh.serve import of_own_key, try_stored
from meshtui.sandbox.world import World

WORDS = {"openai": "openai", "bedrock": "aws", "aws": "aws", "vertex": "vertex"}
"""Credential → Mesh's word for its provider in a path. Bedrock's is `aws`, for both kinds of credential."""
KINDS = {
    "openai": "api_key",
    "bedrock": "bedrock_api_key",
    "aws": "iam_credentials",
    "vertex": "service_account",
}
WRONG_REALM = Trouble("unauthorized", "Token decode failed: Not enough segments")
"""What an `rsk_` key gets where a dashboard token is needed."""


async def list_keys(world: World, visit: Visit) -> Response:
    """Those of the key's team: the platform's has none."""
    names = () if visit.key == "platform" else WORDS
    return _wrong_realm(world, visit) or JSONResponse(
        {"provider_keys": [_row(world, name) for name in names]}, headers=visit.headers()
    )


async def check_stored(world: World, visit: Visit) -> Response:
    """POST /provider-keys/test/{pk_id}/{provider}"""
    refused = _wrong_realm(world, visit)
    if refused:
        return refused
    at = visit.request.path_params
    name = at["key"].removeprefix("pk_")
    if WORDS.get(name) != at["provider"]:
        return visit.fail(Trouble("not_found", "Provider key not found."))
    return await _tested(world, visit, name)


async def check_given(world: World, visit: Visit) -> Response:
    """POST /provider-keys/test/{provider}: a credential that is not stored."""
    refused = _wrong_realm(world, visit)
    if refused:
        return refused
    body = json_object(await visit.request.body())
    if body is None:
        return visit.fail(invalid("", "JSON decode error", "json_invalid"))
    provider = visit.request.path_params["provider"]
    if provider not in WORDS.values():
        return visit.fail(Trouble("not_found", f"There is no provider '{provider}'."))
    name = _recognise(world.keys, body)
    if name is None or WORDS[name] != provider:
        unknown = Trouble("upstream_auth_error", "The provider does not know this credential.", 401, "invalid_auth")
        return _result(visit, provider, unknown)
    return await _tested(world, visit, name)


async def foreign_realm(_: World, visit: Visit) -> Response:
    """Endpoints of the dashboard's realm: an API key is told so in the words of a JWT decoder."""
    if visit.key != DASHBOARD:
        return visit.fail(WRONG_REALM)
    return JSONResponse([], headers=visit.headers())


def _wrong_realm(world: World, visit: Visit) -> Response | None:
    needs_dashboard = world.behaviour.provider_keys_realm == "dashboard"
    return visit.fail(WRONG_REALM) if needs_dashboard and visit.key != DASHBOARD else None


async def _tested(world: World, visit: Visit, name: str) -> Response:
    """Mesh asks for the list of models, or so its list of needed rights suggests: a missing right to invoke is not
    found out."""
    refused = await try_stored(world, name, world.fault_of_stored(name), "")
    return _result(visit, WORDS[name], of_own_key(world, refused) if refused else None)


def _result(visit: Visit, provider: str, trouble: Trouble | None) -> Response:
    """Always 200: the test was made. Whether the credential passed stands in the body."""
    body: dict[str, object] = {"valid": trouble is None, "provider": provider}
    if trouble:
        body["error"] = trouble.body(visit.id)["error"]
    return JSONResponse({**body, "request_id": visit.id}, headers=visit.headers())


def _recognise(keys: Keys, body: Mapping[str, object]) -> str | None:
    """Which credential of the sandbox this is, in any of the spellings that Mesh's pages show."""
    account = body.get("service_account") or body.get("credentials") or body
    if isinstance(account, dict) and account.get("private_key_id") == keys.service_account.key_id:
        return "vertex"
    key = body.get("api_key") or body.get("key")
    if key == keys.openai:
        return "openai"
    if key == keys.bedrock:
        return "bedrock" if body.get("region", REGION) == REGION else None
    pair = (
        body.get("access_key_id") or body.get("accessKeyId"),
        body.get("secret_access_key") or body.get("secretAccessKey"),
    )
    return "aws" if pair == (keys.aws_key_id, keys.aws_secret) and body.get("region") == REGION else None


def _row(world: World, name: str) -> dict[str, object]:
    region = {"openai": None, "vertex": LOCATION}.get(name, REGION)
    return {
        "id": f"pk_{name}",
        "provider": WORDS[name],
        "credential_type": KINDS[name],
        "region": region,
        "is_active": name in (world.own_key("openai"), world.own_key("bedrock"), world.own_key("vertex")),
        "allow_fallback": not world.exclusive(name),
    }
