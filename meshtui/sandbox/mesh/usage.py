"""What a Mesh key has used: a summary, the rows, the attempts behind a row, and the rows as a file."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.http_messages import format_time, parse_time, read_json_object
from meshtui.sandbox.mesh.authentication import DASHBOARD, WRONG_REALM, CallContext
from meshtui.sandbox.mesh.errors import MeshError, make_field_error
from meshtui.sandbox.mesh.ledger import Ledger, UsageRow
from meshtui.sandbox.settings import Behaviour
from meshtui.sandbox.world import World

MAX_PAGE_SIZE = 200


async def get_summary(world: World, context: CallContext) -> Response:
    """POST /usage: the one documented answer that separates requests served by your keys from the platform's,
    though only in total."""
    body = await _read_filters(context)
    if isinstance(body, MeshError):
        return context.fail(body)
    found = list(_filter_rows(world.ledger.list_rows(context.key), body))
    own = [use for use in found if use.truth.served == "own key"]
    platform = [use for use in found if use.truth.served == "platform"]
    models = sorted({use.truth.model for use in found})
    by_model = [{"model": name, **sum_rows([use for use in found if use.truth.model == name])} for name in models]
    totals = {
        **sum_rows(found),
        "by_model": by_model,
        "by_model_total": len(models),
        "total_platform_fee_usd": sum_usd(()),
        "total_byok_platform_fee_usd": sum_usd(Decimal(use.truth.cost_usd) for use in own),
        "total_byok_cost_usd": sum_usd(use.list_price_usd for use in own),
        "total_byok_requests": len(own),
        "total_platform_requests": len(platform),
        "total_byok_tokens": sum(map(count_tokens, own)),
        "total_platform_tokens": sum(map(count_tokens, platform)),
        "cached_at": None,
    }
    return JSONResponse(totals, headers=context.headers())


async def list_events(world: World, context: CallContext) -> Response:
    body = await _read_filters(context)
    if isinstance(body, MeshError):
        return context.fail(body)
    limit, offset = _read_count(body.get("limit"), 50), _read_count(body.get("offset"), 0)
    if limit > MAX_PAGE_SIZE:
        return context.fail(make_field_error("limit", f"Input should be less than or equal to {MAX_PAGE_SIZE}"))
    found = list(_filter_rows(world.ledger.list_rows(context.key), body))
    found = found if context.behaviour.row_at_once else found[1:]
    shown = [format_row(world.ledger, context.behaviour, use) for use in found[offset : offset + limit]]
    page = {"events": shown, "total": len(found), "limit": limit, "offset": offset}
    return JSONResponse(page, headers=context.headers())


async def get_request(world: World, context: CallContext) -> Response:
    """GET /usage/requests/{request_id}: result and cost of one request, once its row has been written."""
    wanted = context.request.path_params["request"]
    found = world.ledger.list_rows(context.key)
    found = found if context.behaviour.row_at_once else found[1:]
    use = next((use for use in found if use.truth.request_id == wanted), None)
    if use is None:
        return context.fail(MeshError("not_found", "Request not found."))
    event = format_row(world.ledger, context.behaviour, use)
    answer = {"request_id": wanted, "outcome": get_row_status(use), "event": event}
    return JSONResponse(answer, headers=context.headers())


async def list_attempts(world: World, context: CallContext) -> Response:
    """All attempts of one event, oldest first, as far as Mesh shows them: not with which credential."""
    run_request = context.request.path_params["event"]
    use = next((use for use in world.ledger.list_rows(context.key) if use.event_id == run_request), None)
    if use is None:
        return JSONResponse({"detail": "Event not found"}, 404, context.headers())
    return JSONResponse({"attempts": [format_row(world.ledger, context.behaviour, use)]}, headers=context.headers())


async def export_events(world: World, context: CallContext) -> Response:
    """The rows of every key as CSV, for the dashboard alone."""
    if context.key != DASHBOARD:
        return context.fail(WRONG_REALM)
    uses = [use for key in ("mesh", "platform") for use in world.ledger.list_rows(key)]
    text = format_csv(format_row(world.ledger, context.behaviour, use) for use in uses)
    headers = context.headers({"content-disposition": 'attachment; filename="usage-events.csv"'})
    return Response(text, headers=headers, media_type="text/csv")


async def get_spend_trend(world: World, context: CallContext) -> Response:
    """What was spent on each day. The answer's shape is not documented."""
    days: dict[str, Decimal] = {}
    for use in reversed(world.ledger.list_rows(context.key)):
        day = time.strftime("%Y-%m-%d", time.gmtime(use.truth.at))
        days[day] = days.get(day, Decimal(0)) + Decimal(use.truth.cost_usd)
    points = [{"date": day, "cost_usd": sum_usd([cost])} for day, cost in days.items()]
    return JSONResponse({"points": points}, headers=context.headers())


async def _read_filters(context: CallContext) -> Mapping[str, object] | MeshError:
    """The body; `org_id` must be in it and a text, though for an API key it means nothing."""
    body = read_json_object(await context.body())
    if body is None or "org_id" not in body:
        return make_field_error("org_id", "Field required")
    if not isinstance(body["org_id"], str):
        return make_field_error("org_id", "Input should be a valid string", "string_type")
    return body


def _filter_rows(uses: Iterable[UsageRow], body: Mapping[str, object]) -> Iterable[UsageRow]:
    since, until = parse_time(body.get("since")), parse_time(body.get("until"))
    for use in uses:
        right = body.get("model") in (None, use.truth.model) and body.get("status") in (None, get_row_status(use))
        if right and (since is None or use.truth.at >= since) and (until is None or use.truth.at <= until):
            yield use


def _read_count(given: object, default: int) -> int:
    return given if isinstance(given, int) and given >= 0 else default


COLUMNS = (
    "id", "request_id", "created_at", "model", "status", "http_status", "error_code", "prompt_tokens",
    "completion_tokens", "total_tokens", "cost_usd", "latency_ms", "service_tier", "routing_fallback",
)  # fmt: skip


def format_row(ledger: Ledger, behaviour: Behaviour, use: UsageRow) -> dict[str, object]:
    """Nothing in it names the credential, unless a switch says so. `byok_fee` says what the sandbox charges."""
    truth = use.truth
    values = {
        "id": use.event_id,
        "request_id": truth.request_id,
        "created_at": format_time(truth.at),
        "model": truth.model,
        "status": get_row_status(use),
        "http_status": truth.status,
        "error_code": truth.code or None,
        "prompt_tokens": use.prompt_tokens,
        "completion_tokens": use.completion_tokens,
        "total_tokens": count_tokens(use),
        "cost_usd": truth.cost_usd,
        "latency_ms": use.latency_ms,
        "service_tier": "default",
        "routing_fallback": use.routing_fallback,
        "tags": dict(use.tags),
        "byok_fee": ledger.describe_fee(),
    }
    if behaviour.rows_name_byok:
        values |= {"byok_used": truth.served == "own key", "fallback_triggered": truth.fell_back}
    return values


def format_csv(rows: Iterable[Mapping[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def sum_rows(uses: Sequence[UsageRow]) -> dict[str, object]:
    good = sum(get_row_status(use) == "success" for use in uses)
    return {
        "total_requests": len(uses),
        "successful_requests": good,
        "error_requests": len(uses) - good,
        "prompt_tokens": sum(use.prompt_tokens for use in uses),
        "completion_tokens": sum(use.completion_tokens for use in uses),
        "total_tokens": sum(map(count_tokens, uses)),
        "total_cost_usd": sum_usd(Decimal(use.truth.cost_usd) for use in uses),
    }


def count_tokens(use: UsageRow) -> int:
    return use.prompt_tokens + use.completion_tokens


def sum_usd(costs: Iterable[Decimal]) -> str:
    """Their sum as Mesh writes money."""
    return f"{sum(costs, Decimal(0)):.10f}"


def get_row_status(use: UsageRow) -> str:
    return "success" if use.truth.status == 200 and not use.truth.broke else "error"
