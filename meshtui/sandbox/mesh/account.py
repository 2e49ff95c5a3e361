"""What a Mesh key can learn about itself: balance, limits, versions."""

from __future__ import annotations

import time

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.mesh import versions
from meshtui.sandbox.mesh.door import Visit
from meshtui.sandbox.mesh.times import iso
from meshtui.sandbox.world import World


async def balance(world: World, visit: Visit) -> Response:
    left = f"{world.books.balance:.7f}"
    return JSONResponse(
        {
            "balance_usd": left,
            "reserved_usd": "0.0000000",
            "available_usd": left,
            "reserved_breakdown": [],
            "updated_at": iso(time.time()),
            "message": None,
        },
        headers=visit.headers(),
    )


async def rate_limits(world: World, visit: Visit) -> Response:
    used, limits = world.mesh.meter.used(visit.key), world.mesh.limits(visit.key)
    key = {
        "rpm": _limit(used.minute, limits.rpm, limits.shown.rpm, used.minute_ends),
        "rpd": _limit(used.day, limits.rpd, limits.shown.rpd, used.day_ends),
        "tpm": _limit(used.tokens, limits.tpm, limits.shown.tpm, used.minute_ends),
    }
    body = {"as_of": iso(time.time()), "key": key, "org": None, "team": None, "member": None}
    return JSONResponse(body, headers=visit.headers())


async def api_versions(_: World, visit: Visit) -> Response:
    return JSONResponse(versions.listing(), headers=visit.headers())


def _limit(current: int, limit: int, shown: int, resets: float) -> dict[str, object]:
    return {
        "current": current,
        "limit": shown,
        "is_default_limit": not limit,
        "pct": round(100 * current / shown, 2),
        "resets_in_seconds": int(resets),
    }
