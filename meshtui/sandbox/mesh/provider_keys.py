"""The provider keys stored with Mesh: register, list, switch, activate, delete, and test one, stored or not.

The paths for registering and testing are documented, the bodies and the other paths are not: those follow Mesh's other
resources (`PATCH` and `DELETE` on `/{id}`).
"""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.http_messages import format_time, read_json_object
from meshtui.sandbox.mesh import key_store
from meshtui.sandbox.mesh.authentication import DASHBOARD, WRONG_REALM, CallContext, Handler
from meshtui.sandbox.mesh.errors import MeshError, make_field_error, make_validation_error
from meshtui.sandbox.mesh.fallback import ProviderCall, make_own_key_error, try_credential
from meshtui.sandbox.mesh.key_store import CREDENTIAL_TYPES, MESH_NAMES, StoredKey
from meshtui.sandbox.mesh.schema import BOOLEAN, check_fields
from meshtui.sandbox.models import list_models_of
from meshtui.sandbox.world import World

KEY_NOT_FOUND = MeshError("not_found", "Provider key not found.")
AZURE = ("azure", "azure-foundry")
"""Mesh accepts these too; the sandbox has no Azure."""


def require_realm(handler: Handler) -> Handler:
    """The handler for those whom a switch lets in: Mesh keys and dashboard tokens, or these alone."""

    async def guarded(world: World, context: CallContext) -> Response:
        if context.behaviour.provider_keys_realm == DASHBOARD and context.key != DASHBOARD:
            return context.fail(WRONG_REALM)
        return await handler(world, context)

    return guarded


async def list_provider_keys(world: World, context: CallContext) -> Response:
    """The provider keys of the key's team: the platform's has none."""
    kept = () if context.key == "platform" else world.mesh.provider_keys.all()
    return JSONResponse({"provider_keys": [_format_key(stored) for stored in kept]}, headers=context.headers())


async def get_provider_key(world: World, context: CallContext) -> Response:
    stored = _find_key(world, context)
    return JSONResponse(_format_key(stored), headers=context.headers()) if stored else context.fail(KEY_NOT_FOUND)


async def register_provider_key(world: World, context: CallContext) -> Response:
    """POST /provider-keys/{provider}. The new key becomes the active one, unless `is_active` is false."""
    given = await _read_given_key(world, context)
    if isinstance(given, MeshError):
        return context.fail(given)
    if not world.mesh.provider_keys.add(given):
        return context.fail(MeshError("secret_provision_failed", "Too many provider keys; nothing was changed."))
    return JSONResponse(_format_key(given), 201, context.headers())


async def change_provider_key(world: World, context: CallContext) -> Response:
    """PATCH /provider-keys/{id}: `allow_fallback` and `is_active`."""
    stored = _find_key(world, context)
    if stored is None:
        return context.fail(KEY_NOT_FOUND)
    body = read_json_object(await context.body()) or {}
    details = check_fields(body, {"allow_fallback": BOOLEAN, "is_active": BOOLEAN})
    if details:
        return context.fail(make_validation_error(details))
    active, fallback = body.get("is_active"), body.get("allow_fallback")
    changed = world.mesh.provider_keys.change(
        stored.id,
        active=active if isinstance(active, bool) else None,
        allow_fallback=fallback if isinstance(fallback, bool) else None,
    )
    return JSONResponse(_format_key(changed or stored), headers=context.headers())


async def activate_provider_key(world: World, context: CallContext) -> Response:
    """POST /provider-keys/{id}/activate"""
    stored = _find_key(world, context)
    if stored is None:
        return context.fail(KEY_NOT_FOUND)
    if stored.active:
        return context.fail(MeshError("conflict", "This provider key is active already."))
    changed = world.mesh.provider_keys.change(stored.id, active=True)
    return JSONResponse(_format_key(changed or stored), headers=context.headers())


async def delete_provider_key(world: World, context: CallContext) -> Response:
    stored = _find_key(world, context)
    removed = stored is not None and world.mesh.provider_keys.remove(stored.id)
    return Response(status_code=204, headers=context.headers()) if removed else context.fail(KEY_NOT_FOUND)


async def test_stored_key(world: World, context: CallContext) -> Response:
    """POST /provider-keys/test/{pk_id}/{provider}"""
    stored = _find_key(world, context)
    if stored is None or stored.word != context.request.path_params["provider"]:
        return context.fail(KEY_NOT_FOUND)
    return await _test_key(world, context, stored)


async def test_given_key(world: World, context: CallContext) -> Response:
    """POST /provider-keys/test/{provider}: a credential that is not stored."""
    given = await _read_given_key(world, context)
    return context.fail(given) if isinstance(given, MeshError) else await _test_key(world, context, given)


def _find_key(world: World, context: CallContext) -> StoredKey | None:
    return None if context.key == "platform" else world.mesh.provider_keys.find(context.request.path_params["key"])


async def _read_given_key(world: World, context: CallContext) -> StoredKey | MeshError:
    provider = context.request.path_params["provider"]
    if provider in AZURE:
        return MeshError("unsupported_operation", "The sandbox has no Azure behind it.")
    if provider not in MESH_NAMES.values():
        return MeshError("not_found", f"There is no provider '{provider}'.")
    body = read_json_object(await context.body())
    if body is None:
        return make_field_error("", "JSON decode error", "json_invalid")
    read = key_store.read_provider_key(world.keys, provider, body)
    return make_field_error(read, "Field required") if isinstance(read, str) else read


async def _test_key(world: World, context: CallContext, stored: StoredKey) -> Response:
    """By default Mesh asks for the list of models, or so its list of needed rights suggests: then a missing right to
    run one is not found out."""
    provider = {"aws": "bedrock"}.get(stored.word, stored.word)
    call = ProviderCall(list_models_of(provider)[0]) if context.behaviour.key_test == "run" else None
    fault = stored.defect or world.find_stored_fault(stored.credential)
    refused = await try_credential(world, stored.credential, fault, call)
    return _format_result(context, stored.word, make_own_key_error(context.behaviour, refused) if refused else None)


def _format_result(context: CallContext, provider: str, error: MeshError | None) -> Response:
    """Always 200: the test was made. Whether the credential passed is in the body."""
    body: dict[str, object] = {"valid": error is None, "provider": provider}
    if error:
        body["error"] = error.body(context.id, context.behaviour)["error"]
    return JSONResponse({**body, "request_id": context.id}, headers=context.headers())


def _format_key(stored: StoredKey) -> dict[str, object]:
    """Nothing of the secret is in it."""
    return {
        "id": stored.id,
        "provider": stored.word,
        "name": stored.label or None,
        "credential_type": CREDENTIAL_TYPES[stored.credential],
        "region": stored.region,
        "is_active": stored.active,
        "allow_fallback": stored.allow_fallback,
        "created_at": format_time(stored.created),
    }
