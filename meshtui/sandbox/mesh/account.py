"""What a Mesh key can learn about itself: balance, limits, usage."""

from __future__ import annotations

import datetime
import time

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.body import json_object
from meshtui.sandbox.mesh import versions
from meshtui.sandbox.mesh.books import Use
from meshtui.sandbox.mesh.door import Visit
from meshtui.sandbox.mesh.envelope import invalid
from meshtui.sandbox.world import World

REQUESTS_A_MINUTE, REQUESTS_A_DAY, TOKENS_A_MINUTE = 100, 10_000, 1_000_000
"""A key's limits where none were set (seen in recorded answers). Shown, not enforced: the fault `rate_limited` is for
that."""
LARGEST_PAGE = 200


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
    now = time.time()
    minute, day = world.books.requests(visit.key)
    key = {
        "rpm": _limit(minute, REQUESTS_A_MINUTE, 60 - now % 60),
        "rpd": _limit(day, REQUESTS_A_DAY, 86_400 - now % 86_400),
        "tpm": _limit(0, TOKENS_A_MINUTE, 60 - now % 60),
    }
    body = {"as_of": iso(now), "key": key, "org": None, "team": None, "member": None}
    return JSONResponse(body, headers=visit.headers())


async def usage_events(world: World, visit: Visit) -> Response:
    body = json_object(await visit.request.body())
    if body is None or "org_id" not in body:
        return visit.fail(invalid("org_id", "Field required"))
    if not isinstance(body["org_id"], str):
        return visit.fail(invalid("org_id", "Input should be a valid string", "string_type"))
    limit, offset = _count(body.get("limit"), 50), _count(body.get("offset"), 0)
    if limit > LARGEST_PAGE:
        return visit.fail(invalid("limit", f"Input should be less than or equal to {LARGEST_PAGE}"))
    found = [use for use in world.books.uses(visit.key) if body.get("model") in (None, use.truth.model)]
    events = [_event(use, world.books.fee()) for use in found[offset : offset + limit]]
    page = {"events": events, "total": len(found), "limit": limit, "offset": offset}
    return JSONResponse(page, headers=visit.headers())


async def attempts(world: World, visit: Visit) -> Response:
    """All attempts of one event, oldest first, as far as Mesh shows them: not with which credential."""
    wanted = visit.request.path_params["event"]
    use = next((use for use in world.books.uses(visit.key) if use.event_id == wanted), None)
    if use is None:
        return JSONResponse({"detail": "Event not found"}, 404, visit.headers())
    return JSONResponse({"attempts": [_event(use, world.books.fee())]}, headers=visit.headers())


async def api_versions(_: World, visit: Visit) -> Response:
    return JSONResponse(versions.listing(), headers=visit.headers())


def iso(at: float) -> str:
    """Unix time as `2026-11-23T12:00:00.000000Z`."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _count(given: object, default: int) -> int:
    return given if isinstance(given, int) and given >= 0 else default


def _limit(current: int, limit: int, resets: float) -> dict[str, object]:
    return {
        "current": current,
        "limit": limit,
        "is_default_limit": True,
        "pct": round(100 * current / limit, 2),
        "resets_in_seconds": int(resets),
    }


def _event(use: Use, fee: dict[str, str]) -> dict[str, object]:
    """One row. Nothing in it names the credential: Mesh's rows do not. `fee` says what the sandbox charges."""
    truth = use.truth
    return {
        "id": use.event_id,
        "request_id": truth.request_id,
        "created_at": iso(truth.at),
        "model": truth.model,
        "status": "success" if truth.status == 200 and not truth.broke else "error",
        "http_status": truth.status,
        "error_code": truth.code or None,
        "prompt_tokens": use.prompt_tokens,
        "completion_tokens": use.completion_tokens,
        "total_tokens": use.prompt_tokens + use.completion_tokens,
        "cost_usd": truth.cost_usd,
        "latency_ms": use.latency_ms,
        "service_tier": "default",
        "routing_fallback": False,
        "tags": dict(use.tags),
        "byok_fee": fee,
    }
