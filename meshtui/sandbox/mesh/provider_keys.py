"""The provider keys stored with Mesh: register, list, switch, activate, delete, and test one, stored or not.

The paths for registering and testing are documented, the bodies and the other paths are not: those follow Mesh's other
resources (`PATCH` and `DELETE` on `/{id}`).
"""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.body import json_object
from meshtui.sandbox.mesh import vault
from meshtui.sandbox.mesh.door import DASHBOARD, Handler, Visit
from meshtui.sandbox.mesh.envelope import Trouble, invalid, wrong
from meshtui.sandbox.mesh.realm import WRONG_REALM
from meshtui.sandbox.mesh.schema import YES_NO, check
from meshtui.sandbox.mesh.serve import Job, of_own_key, try_stored
from meshtui.sandbox.mesh.times import iso
from meshtui.sandbox.mesh.vault import KINDS, WORDS, Stored
from meshtui.sandbox.models import of_provider
from meshtui.sandbox.world import World

NOT_FOUND = Trouble("not_found", "Provider key not found.")
AZURE = ("azure", "azure-foundry")
"""Mesh takes these too; here is no Azure behind them."""


def in_the_realm(handler: Handler) -> Handler:
    """The handler for those whom a switch lets in: Mesh keys and dashboard tokens, or these alone."""

    async def guarded(world: World, visit: Visit) -> Response:
        if visit.behaviour.provider_keys_realm == DASHBOARD and visit.key != DASHBOARD:
            return visit.fail(WRONG_REALM)
        return await handler(world, visit)

    return guarded


async def list_all(world: World, visit: Visit) -> Response:
    """Those of the key's team: the platform's has none."""
    kept = () if visit.key == "platform" else world.mesh.vault.all()
    return JSONResponse({"provider_keys": [_row(stored) for stored in kept]}, headers=visit.headers())


async def one(world: World, visit: Visit) -> Response:
    stored = _named(world, visit)
    return JSONResponse(_row(stored), headers=visit.headers()) if stored else visit.fail(NOT_FOUND)


async def register(world: World, visit: Visit) -> Response:
    """POST /provider-keys/{provider}. The new key becomes the active one, unless `is_active` is false."""
    given = await _given(world, visit)
    if isinstance(given, Trouble):
        return visit.fail(given)
    if not world.mesh.vault.add(given):
        return visit.fail(Trouble("secret_provision_failed", "Too many provider keys; nothing was changed."))
    return JSONResponse(_row(given), 201, visit.headers())


async def change(world: World, visit: Visit) -> Response:
    """PATCH /provider-keys/{id}: `allow_fallback` and `is_active`."""
    stored = _named(world, visit)
    if stored is None:
        return visit.fail(NOT_FOUND)
    body = json_object(await visit.body()) or {}
    details = check(body, {"allow_fallback": YES_NO, "is_active": YES_NO})
    if details:
        return visit.fail(wrong(details))
    active, fallback = body.get("is_active"), body.get("allow_fallback")
    changed = world.mesh.vault.change(
        stored.id,
        active=active if isinstance(active, bool) else None,
        allow_fallback=fallback if isinstance(fallback, bool) else None,
    )
    return JSONResponse(_row(changed or stored), headers=visit.headers())


async def activate(world: World, visit: Visit) -> Response:
    """POST /provider-keys/{id}/activate"""
    stored = _named(world, visit)
    if stored is None:
        return visit.fail(NOT_FOUND)
    if stored.active:
        return visit.fail(Trouble("conflict", "This provider key is active already."))
    changed = world.mesh.vault.change(stored.id, active=True)
    return JSONResponse(_row(changed or stored), headers=visit.headers())


async def delete(world: World, visit: Visit) -> Response:
    stored = _named(world, visit)
    removed = stored is not None and world.mesh.vault.remove(stored.id)
    return Response(status_code=204, headers=visit.headers()) if removed else visit.fail(NOT_FOUND)


async def check_stored(world: World, visit: Visit) -> Response:
    """POST /provider-keys/test/{pk_id}/{provider}"""
    stored = _named(world, visit)
    if stored is None or stored.word != visit.request.path_params["provider"]:
        return visit.fail(NOT_FOUND)
    return await _tested(world, visit, stored)


async def check_given(world: World, visit: Visit) -> Response:
    """POST /provider-keys/test/{provider}: a credential that is not stored."""
    given = await _given(world, visit)
    return visit.fail(given) if isinstance(given, Trouble) else await _tested(world, visit, given)


def _named(world: World, visit: Visit) -> Stored | None:
    return None if visit.key == "platform" else world.mesh.vault.find(visit.request.path_params["key"])


async def _given(world: World, visit: Visit) -> Stored | Trouble:
    provider = visit.request.path_params["provider"]
    if provider in AZURE:
        return Trouble("unsupported_operation", "The sandbox has no Azure behind it.")
    if provider not in WORDS.values():
        return Trouble("not_found", f"There is no provider '{provider}'.")
    body = json_object(await visit.body())
    if body is None:
        return invalid("", "JSON decode error", "json_invalid")
    read = vault.read(world.keys, provider, body)
    return invalid(read, "Field required") if isinstance(read, str) else read


async def _tested(world: World, visit: Visit, stored: Stored) -> Response:
    """By default Mesh asks for the list of models, or so its list of needed rights suggests: then a missing right to
    run one is not found out."""
    provider = {"aws": "bedrock"}.get(stored.word, stored.word)
    job = Job(of_provider(provider)[0]) if visit.behaviour.key_test == "run" else None
    fault = stored.defect or world.fault_of_stored(stored.credential)
    refused = await try_stored(world, stored.credential, fault, job)
    return _result(visit, stored.word, of_own_key(visit.behaviour, refused) if refused else None)


def _result(visit: Visit, provider: str, trouble: Trouble | None) -> Response:
    """Always 200: the test was made. Whether the credential passed stands in the body."""
    body: dict[str, object] = {"valid": trouble is None, "provider": provider}
    if trouble:
        body["error"] = trouble.body(visit.id, visit.behaviour)["error"]
    return JSONResponse({**body, "request_id": visit.id}, headers=visit.headers())


def _row(stored: Stored) -> dict[str, object]:
    """Nothing of the secret is in it."""
    return {
        "id": stored.id,
        "provider": stored.word,
        "name": stored.label or None,
        "credential_type": KINDS[stored.credential],
        "region": stored.region,
        "is_active": stored.active,
        "allow_fallback": stored.allow_fallback,
        "created_at": iso(stored.created),
    }
