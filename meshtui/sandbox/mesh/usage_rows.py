"""Rows of the usage events, and sums over them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from meshtui.sandbox.behaviour import Behaviour
from meshtui.sandbox.mesh.books import Books, Use
from meshtui.sandbox.mesh.times import iso

COLUMNS = (
    "id", "request_id", "created_at", "model", "status", "http_status", "error_code", "prompt_tokens",
    "completion_tokens", "total_tokens", "cost_usd", "latency_ms", "service_tier", "routing_fallback",
)  # fmt: skip


def row(books: Books, behaviour: Behaviour, use: Use) -> dict[str, object]:
    """Nothing in it names the credential, unless a switch says so. `byok_fee` says what the sandbox charges."""
    truth = use.truth
    values = {
        "id": use.event_id,
        "request_id": truth.request_id,
        "created_at": iso(truth.at),
        "model": truth.model,
        "status": status_of(use),
        "http_status": truth.status,
        "error_code": truth.code or None,
        "prompt_tokens": use.prompt_tokens,
        "completion_tokens": use.completion_tokens,
        "total_tokens": tokens(use),
        "cost_usd": truth.cost_usd,
        "latency_ms": use.latency_ms,
        "service_tier": "default",
        "routing_fallback": use.routing_fallback,
        "tags": dict(use.tags),
        "byok_fee": books.fee(),
    }
    if behaviour.rows_name_byok:
        values |= {"byok_used": truth.served == "own key", "fallback_triggered": truth.fell_back}
    return values


def as_csv(rows: Iterable[Mapping[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def summed(uses: Sequence[Use]) -> dict[str, object]:
    good = sum(status_of(use) == "success" for use in uses)
    return {
        "total_requests": len(uses),
        "successful_requests": good,
        "error_requests": len(uses) - good,
        "prompt_tokens": sum(use.prompt_tokens for use in uses),
        "completion_tokens": sum(use.completion_tokens for use in uses),
        "total_tokens": sum(map(tokens, uses)),
        "total_cost_usd": usd(Decimal(use.truth.cost_usd) for use in uses),
    }


def tokens(use: Use) -> int:
    return use.prompt_tokens + use.completion_tokens


def usd(costs: Iterable[Decimal]) -> str:
    """Their sum as Mesh writes money."""
    return f"{sum(costs, Decimal(0)):.10f}"


def status_of(use: Use) -> str:
    return "success" if use.truth.status == 200 and not use.truth.broke else "error"
