"""What a Mesh key has used: a summary, the rows, the attempts behind a row, and the rows as a file."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from decimal import Decimal

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.body import json_object
from meshtui.sandbox.mesh.books import Use
from meshtui.sandbox.mesh.door import DASHBOARD, Visit
from meshtui.sandbox.mesh.envelope import Trouble, invalid
from meshtui.sandbox.mesh.realm import WRONG_REALM
from meshtui.sandbox.mesh.times import unix
from meshtui.sandbox.mesh.usage_rows import as_csv, row, status_of, summed, tokens, usd
from meshtui.sandbox.world import World

LARGEST_PAGE = 200


async def summary(world: World, visit: Visit) -> Response:
    """POST /usage: the one documented answer that tells requests served by your keys from the platform's, though only
    in total."""
    body = await _filters(visit)
    if isinstance(body, Trouble):
        return visit.fail(body)
    found = list(_matching(world.books.uses(visit.key), body))
    own = [use for use in found if use.truth.served == "own key"]
    platform = [use for use in found if use.truth.served == "platform"]
    models = sorted({use.truth.model for use in found})
    by_model = [{"model": name, **summed([use for use in found if use.truth.model == name])} for name in models]
    totals = {
        **summed(found),
        "by_model": by_model,
        "by_model_total": len(models),
        "total_platform_fee_usd": usd(()),
        "total_byok_platform_fee_usd": usd(Decimal(use.truth.cost_usd) for use in own),
        "total_byok_cost_usd": usd(use.list_price_usd for use in own),
        "total_byok_requests": len(own),
        "total_platform_requests": len(platform),
        "total_byok_tokens": sum(map(tokens, own)),
        "total_platform_tokens": sum(map(tokens, platform)),
        "cached_at": None,
    }
    return JSONResponse(totals, headers=visit.headers())


async def events(world: World, visit: Visit) -> Response:
    body = await _filters(visit)
    if isinstance(body, Trouble):
        return visit.fail(body)
    limit, offset = _count(body.get("limit"), 50), _count(body.get("offset"), 0)
    if limit > LARGEST_PAGE:
        return visit.fail(invalid("limit", f"Input should be less than or equal to {LARGEST_PAGE}"))
    found = list(_matching(world.books.uses(visit.key), body))
    found = found if visit.behaviour.row_at_once else found[1:]
    shown = [row(world.books, visit.behaviour, use) for use in found[offset : offset + limit]]
    page = {"events": shown, "total": len(found), "limit": limit, "offset": offset}
    return JSONResponse(page, headers=visit.headers())


async def attempts(world: World, visit: Visit) -> Response:
    """All attempts of one event, oldest first, as far as Mesh shows them: not with which credential."""
    wanted = visit.request.path_params["event"]
    use = next((use for use in world.books.uses(visit.key) if use.event_id == wanted), None)
    if use is None:
        return JSONResponse({"detail": "Event not found"}, 404, visit.headers())
    return JSONResponse({"attempts": [row(world.books, visit.behaviour, use)]}, headers=visit.headers())


async def export(world: World, visit: Visit) -> Response:
    """The rows of every key as CSV, for the dashboard alone."""
    if visit.key != DASHBOARD:
        return visit.fail(WRONG_REALM)
    uses = [use for key in ("mesh", "platform") for use in world.books.uses(key)]
    text = as_csv(row(world.books, visit.behaviour, use) for use in uses)
    headers = visit.headers({"content-disposition": 'attachment; filename="usage-events.csv"'})
    return Response(text, headers=headers, media_type="text/csv")


async def spend_trend(world: World, visit: Visit) -> Response:
    """What was spent on each day. The answer's shape is not documented."""
    days: dict[str, Decimal] = {}
    for use in reversed(world.books.uses(visit.key)):
        day = time.strftime("%Y-%m-%d", time.gmtime(use.truth.at))
        days[day] = days.get(day, Decimal(0)) + Decimal(use.truth.cost_usd)
    points = [{"date": day, "cost_usd": usd([cost])} for day, cost in days.items()]
    return JSONResponse({"points": points}, headers=visit.headers())


async def _filters(visit: Visit) -> Mapping[str, object] | Trouble:
    """The body; `org_id` must be in it and a text, though for an API key it means nothing."""
    body = json_object(await visit.body())
    if body is None or "org_id" not in body:
        return invalid("org_id", "Field required")
    if not isinstance(body["org_id"], str):
        return invalid("org_id", "Input should be a valid string", "string_type")
    return body


def _matching(uses: Iterable[Use], body: Mapping[str, object]) -> Iterable[Use]:
    since, until = unix(body.get("since")), unix(body.get("until"))
    for use in uses:
        right = body.get("model") in (None, use.truth.model) and body.get("status") in (None, status_of(use))
        if right and (since is None or use.truth.at >= since) and (until is None or use.truth.at <= until):
            yield use


def _count(given: object, default: int) -> int:
    return given if isinstance(given, int) and given >= 0 else default
