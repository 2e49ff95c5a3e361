"""The content of exchanges, redacted when they were made: what went out, what came back, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache

from meshtui.base.exchange import FAILURES, Answer, Exchange, Failure, Headers, Request, Timings
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import duration
from meshtui.presentation.blocks import Block, Code, Facts, Heading, Page, Paragraph

MOST = 20_000
"""Characters of a body that are shown; of more the number is said."""
PARSED = 400_000
"""Characters of a body up to which it is indented: what is longer is cut anyway, and parsing it would be felt."""
NO_BODY = Paragraph("(no body)", "dim", 2)


def exchanges_blocks(exchanges: Sequence[Exchange]) -> Page:
    """All of every exchange, one below the other."""
    return tuple(block for number, exchange in enumerate(exchanges, 1)
                 for block in exchange_blocks(exchange, f" {number} of {len(exchanges)}" if len(exchanges) > 1 else "")
                 )  # fmt: skip


def exchange_blocks(exchange: Exchange, number: str = "") -> Page:
    """The request, what was signed, the answer or the failure, the times."""
    provider = PROVIDER_NAMES.get(exchange.provider, exchange.provider)
    return (
        Heading(f"Exchange{number}: {provider} {exchange.call}"),
        *request_blocks(exchange.request),
        *((Paragraph("What was signed", "dim"), Code(exchange.request.signed)) if exchange.request.signed else ()),
        *(answer_blocks(exchange.answer) if exchange.answer else ()),
        *(failure_blocks(exchange.failure) if exchange.failure else ()),
        Facts((("Times", describe_times(exchange.timings)),)),
    )


def request_blocks(request: Request) -> Iterator[Block]:
    yield Paragraph(f"→ {request.method} {request.url}".rstrip(), "strong")
    yield from headers_blocks(request.headers)
    yield from body_blocks(request.body)


def answer_blocks(answer: Answer) -> Iterator[Block]:
    yield Paragraph(f"← {answer.status}", "strong")
    yield from headers_blocks(answer.headers)
    yield from body_blocks(answer.body)


def failure_blocks(failure: Failure) -> Iterator[Block]:
    yield Paragraph(f"← {FAILURES.get(failure.kind, failure.kind)}", "bad")
    yield Paragraph(failure.message, "dim", 2)


def headers_blocks(headers: Headers) -> Iterator[Block]:
    if headers:
        yield Code("\n".join(f"{name}: {value}" for name, value in headers), "http")


def body_blocks(body: str) -> Iterator[Block]:
    """JSON indented, anything else as it came."""
    if not body:
        yield NO_BODY
        return
    text = indent_json(body)
    yield Code(text[:MOST], "json")
    if len(text) > MOST:
        yield Paragraph(f"… and {len(text) - MOST:,} more characters", "dim", 2)


@lru_cache(maxsize=4)
def indent_json(body: str) -> str:
    """The body indented where it is JSON of a sensible length; else as it came."""
    if len(body) > PARSED:
        return body
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def describe_times(timings: Timings) -> str:
    """`connected 12 ms · sent 13 ms · first byte 80 ms · all 81 ms`; empty where nothing was reached."""
    named = (
        ("connected", timings.connected),
        ("sent", timings.sent),
        ("first byte", timings.first_byte),
        ("all", timings.total),
    )
    return " · ".join(f"{name} {duration(at)}" for name, at in named if at is not None)


def describe_status(exchange: Exchange) -> str:
    """`401`, `200, dropped`, `timeout`; empty where nothing is known of its end."""
    failure = exchange.failure.kind.replace("_", " ") if exchange.failure else ""
    return ", ".join(part for part in (str(exchange.status or ""), failure) if part)
