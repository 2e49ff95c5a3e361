"""The Mesh keys themselves, for the dashboard: list them, and set their limits."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.body import json_object
from meshtui.sandbox.mesh.door import DASHBOARD, Visit
from meshtui.sandbox.mesh.envelope import Trouble, wrong
from meshtui.sandbox.mesh.realm import WRONG_REALM
from meshtui.sandbox.mesh.schema import WHOLE, Check, between, check
from meshtui.sandbox.settings import CEILINGS
from meshtui.sandbox.world import World

NAMES = ("mesh", "platform")
FIELDS: dict[str, Check] = {
    "rpm_limit": between(1, CEILINGS.rpm, WHOLE),
    "rpd_limit": between(1, CEILINGS.rpd, WHOLE),
    "tpm_limit": between(1, kind=WHOLE),
    "spend_cap_usd": between(0),
}
"""Null takes a limit away."""


async def list_all(world: World, visit: Visit) -> Response:
    if visit.key != DASHBOARD:
        return visit.fail(WRONG_REALM)
    return JSONResponse([_row(world, name) for name in NAMES], headers=visit.headers())


async def change(world: World, visit: Visit) -> Response:
    """PATCH /keys/{id}"""
    if visit.key != DASHBOARD:
        return visit.fail(WRONG_REALM)
    name = visit.request.path_params["key"].removeprefix("key_")
    if name not in NAMES:
        return visit.fail(Trouble("not_found", "API key not found."))
    body = json_object(await visit.body()) or {}
    details = check(body, FIELDS)
    if details:
        return visit.fail(wrong(details))
    limits = world.mesh.limits(name)
    for field in ("rpm_limit", "rpd_limit", "tpm_limit"):
        given = body.get(field)
        if field in body:
            limits = replace(limits, **{field.removesuffix("_limit"): given if isinstance(given, int) else 0})
    if "spend_cap_usd" in body:
        cap = body["spend_cap_usd"]
        limits = replace(limits, spend_cap_usd=float(cap) if isinstance(cap, int | float) else None)
    world.mesh.set_limits(name, limits)
    return JSONResponse(_row(world, name), headers=visit.headers())


def _row(world: World, name: str) -> dict[str, object]:
    """The key itself is not in it: a plaintext is shown once."""
    limits = world.mesh.limits(name)
    return {
        "id": f"key_{name}",
        "name": name,
        "status": "active",
        "rpm_limit": limits.rpm or None,
        "rpd_limit": limits.rpd or None,
        "tpm_limit": limits.tpm or None,
        "spend_cap_usd": limits.spend_cap_usd,
    }
