"""What a Mesh key can learn about itself, and the keys themselves for the dashboard: balance, limits, versions."""

from __future__ import annotations

import time
from dataclasses import replace

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.http_messages import format_time, read_json_object
from meshtui.sandbox.mesh import authentication
from meshtui.sandbox.mesh.authentication import DASHBOARD, WRONG_REALM, CallContext
from meshtui.sandbox.mesh.errors import MeshError, make_validation_error
from meshtui.sandbox.mesh.schema import INTEGER, FieldCheck, check_fields, require_between
from meshtui.sandbox.rate_limits import CEILINGS
from meshtui.sandbox.world import World


async def get_balance(world: World, context: CallContext) -> Response:
    left = f"{world.ledger.balance:.7f}"
    return JSONResponse(
        {
            "balance_usd": left,
            "reserved_usd": "0.0000000",
            "available_usd": left,
            "reserved_breakdown": [],
            "updated_at": format_time(time.time()),
            "message": None,
        },
        headers=context.headers(),
    )


async def get_rate_limits(world: World, context: CallContext) -> Response:
    used, limits = world.mesh.usage_windows.get_usage(context.key), world.mesh.limits(context.key)
    key = {
        "rpm": _format_limit(used.minute, limits.rpm, limits.shown.rpm, used.minute_ends),
        "rpd": _format_limit(used.day, limits.rpd, limits.shown.rpd, used.day_ends),
        "tpm": _format_limit(used.tokens, limits.tpm, limits.shown.tpm, used.minute_ends),
    }
    body = {"as_of": format_time(time.time()), "key": key, "org": None, "team": None, "member": None}
    return JSONResponse(body, headers=context.headers())


async def list_api_versions(_: World, context: CallContext) -> Response:
    return JSONResponse(authentication.list_versions(), headers=context.headers())


def _format_limit(current: int, limit: int, shown: int, resets: float) -> dict[str, object]:
    return {
        "current": current,
        "limit": shown,
        "is_default_limit": not limit,
        "pct": round(100 * current / shown, 2),
        "resets_in_seconds": int(resets),
    }


KEY_NAMES = ("mesh", "platform")

KEY_FIELDS: dict[str, FieldCheck] = {
    "rpm_limit": require_between(1, CEILINGS.rpm, INTEGER),
    "rpd_limit": require_between(1, CEILINGS.rpd, INTEGER),
    "tpm_limit": require_between(1, kind=INTEGER),
    "spend_cap_usd": require_between(0),
}
"""Null takes a limit away."""


async def list_api_keys(world: World, context: CallContext) -> Response:
    if context.key != DASHBOARD:
        return context.fail(WRONG_REALM)
    return JSONResponse([_format_key(world, name) for name in KEY_NAMES], headers=context.headers())


async def change_api_key(world: World, context: CallContext) -> Response:
    """PATCH /keys/{id}"""
    if context.key != DASHBOARD:
        return context.fail(WRONG_REALM)
    name = context.request.path_params["key"].removeprefix("key_")
    if name not in KEY_NAMES:
        return context.fail(MeshError("not_found", "API key not found."))
    body = read_json_object(await context.body()) or {}
    details = check_fields(body, KEY_FIELDS)
    if details:
        return context.fail(make_validation_error(details))
    limits = world.mesh.limits(name)
    for field in ("rpm_limit", "rpd_limit", "tpm_limit"):
        given = body.get(field)
        if field in body:
            limits = replace(limits, **{field.removesuffix("_limit"): given if isinstance(given, int) else 0})
    if "spend_cap_usd" in body:
        cap = body["spend_cap_usd"]
        limits = replace(limits, spend_cap_usd=float(cap) if isinstance(cap, int | float) else None)
    world.mesh.set_limits(name, limits)
    return JSONResponse(_format_key(world, name), headers=context.headers())


def _format_key(world: World, name: str) -> dict[str, object]:
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
