"""The content of exchanges, redacted when they were made: what was sent, what was received, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache

from meshtui.base.exchange import FAILURES, Exchange, Headers, Request, Timings
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import format_duration
from meshtui.presentation.blocks import Block, Code, Heading, Page, Paragraph

MOST = 20_000
"""Characters of a body that are shown; of more the number is said."""
PARSED = 400_000
"""Characters of a body up to which it is indented: what is longer is cut anyway, and parsing it would be felt."""
NO_BODY = Code("(no body)", role="dim")


def make_exchanges_blocks(exchanges: Sequence[Exchange]) -> Page:
    """All of every exchange, one below the other."""
    many = len(exchanges) > 1
    pages = [
        make_exchange_blocks(exchange, f" {number} of {len(exchanges)}" if many else "")
        for number, exchange in enumerate(exchanges, 1)
    ]
    return tuple(block for page in pages for block in page)


def make_exchange_blocks(exchange: Exchange, number: str = "") -> Page:
    """The request, what was signed, the answer or the failure."""
    request, answer = exchange.request, exchange.answer
    return (
        Heading(f"Exchange{number}: {PROVIDER_NAMES.get(exchange.provider, exchange.provider)} {exchange.call}"),
        make_request_line(request),
        *list_header_blocks(request.headers),
        *list_body_blocks(request.body),
        *((Paragraph("What was signed", "dim"), Code(request.signed)) if request.signed else ()),
        *list_answer_blocks(exchange),
        *((*list_header_blocks(answer.headers), *list_body_blocks(answer.body)) if answer else ()),
        *list_failure_blocks(exchange),
    )


def make_request_blocks(exchange: Exchange) -> Page:
    """The request without its headers."""
    return (make_request_line(exchange.request), *(tuple(list_body_blocks(exchange.request.body)) or (NO_BODY,)))


def make_response_blocks(exchange: Exchange) -> Page:
    """The answer without its headers, or why none was received."""
    lines = [*list_answer_blocks(exchange)]
    if answer := exchange.answer:
        size = f"{len(answer.body):,} characters"
        lines.append(Paragraph(" · ".join(filter(None, (answer.header("content-type"), size))), "dim", 2))
        lines += tuple(list_body_blocks(answer.body)) or (NO_BODY,)
    return (*lines, *list_failure_blocks(exchange))


def make_headers_blocks(exchange: Exchange) -> Page:
    """The headers that were sent and those that were received, each in their order."""
    received = exchange.answer.headers if exchange.answer else ()
    none = (Paragraph("none", "dim", 2),)
    return (
        Heading("Sent"),
        *(tuple(list_header_blocks(exchange.request.headers)) or none),
        Heading("Received"),
        *(tuple(list_header_blocks(received)) or none),
    )


def make_request_line(request: Request) -> Block:
    return Paragraph(f"→ {request.method} {request.url}".rstrip(), "strong", hang=2)


def list_answer_blocks(exchange: Exchange) -> Iterator[Block]:
    """The status, and how long it took."""
    if exchange.answer is not None:
        yield Paragraph(f"← {exchange.answer.status}  {describe_times(exchange.timings)}".rstrip(), "strong")


def list_failure_blocks(exchange: Exchange) -> Iterator[Block]:
    if failure := exchange.failure:
        yield Paragraph(f"← {FAILURES.get(failure.kind, failure.kind)}", "bad")
        yield Paragraph(failure.message, "dim", 2)


def list_header_blocks(headers: Headers) -> Iterator[Block]:
    if headers:
        yield Code("\n".join(f"{name}: {value}" for name, value in headers), "http")


def list_body_blocks(body: str) -> Iterator[Block]:
    """JSON indented, anything else unchanged; nothing where there is no body."""
    if not body:
        return
    text = indent_json(body)
    yield Code(text[:MOST], "json")
    if len(text) > MOST:
        yield Paragraph(f"… and {len(text) - MOST:,} more characters", "dim", 2)


@lru_cache(maxsize=4)
def indent_json(body: str) -> str:
    """The body indented where it is JSON of limited length; else unchanged."""
    if len(body) > PARSED:
        return body
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def describe_times(timings: Timings) -> str:
    """`connected 12 ms · sent 13 ms · first byte 80 ms · total 81 ms`; empty where nothing was reached."""
    named = (
        ("connected", timings.connected),
        ("sent", timings.sent),
        ("first byte", timings.first_byte),
        ("total", timings.total),
    )
    return " · ".join(f"{name} {format_duration(at)}" for name, at in named if at is not None)


def describe_status(exchange: Exchange) -> str:
    """`401`, `200, dropped`, `timeout`; empty where nothing is known of its end."""
    failure = exchange.failure.kind.replace("_", " ") if exchange.failure else ""
    return ", ".join(part for part in (str(exchange.status or ""), failure) if part)
