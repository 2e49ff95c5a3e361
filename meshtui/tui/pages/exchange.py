"""The raw exchange, redacted when it was made: what went out, what came back. Whole to copy, or a part at a time."""

from __future__ import annotations

from collections.abc import Sequence

from meshtui.base.exchange import FAILURES, Exchange, Headers, Timings
from meshtui.base.text import duration
from meshtui.tui.pages.body import body_lines
from meshtui.tui.widgets.page import BLANK, Lines, heading, paragraph, wrap
from meshtui.tui.words import Parts

NO_BODY: Lines = [BLANK, (("  (no body)", "dim"),)]


def exchange_lines(exchanges: Sequence[Exchange], width: int) -> Lines:
    """All of every exchange, one below the other."""
    lines: Lines = []
    for number, exchange in enumerate(exchanges, 1):
        of = f" {number} of {len(exchanges)}" if len(exchanges) > 1 else ""
        title = heading(f"Exchange{of}: {exchange.provider} {exchange.call}", width)
        lines += title if lines else title[1:]
        lines += _asked(exchange, width)
        lines += _headers(exchange.request.headers, width)
        lines += body_lines(exchange.request.body, width)
        if exchange.request.signed:
            lines += [BLANK, (("  what was signed", "dim"),), *paragraph(exchange.request.signed, width, indent=2)]
        lines += [BLANK, *_came(exchange, width)]
        if exchange.answer:
            lines += _headers(exchange.answer.headers, width)
            lines += body_lines(exchange.answer.body, width)
        lines += _failed(exchange, width)
    return lines


def request_lines(exchange: Exchange, width: int) -> Lines:
    """The first line of the request, and its body."""
    return [*_asked(exchange, width), *(body_lines(exchange.request.body, width) or NO_BODY)]


def response_lines(exchange: Exchange, width: int) -> Lines:
    """The status and the body that came, or why none did."""
    lines = _came(exchange, width)
    if exchange.answer:
        kind = exchange.answer.header("content-type")
        size = f"{len(exchange.answer.body):,} characters"
        lines += paragraph(" · ".join(filter(None, (kind, size))), width, "dim", indent=2)
        lines += body_lines(exchange.answer.body, width) or NO_BODY
    return [*lines, *_failed(exchange, width)]


def headers_lines(exchange: Exchange, width: int) -> Lines:
    """What was sent and what was received, each in its order."""
    received = exchange.answer.headers if exchange.answer else ()
    none: Lines = [(("  none", "dim"),)]
    return [
        *heading("Sent", width)[1:], *(_headers(exchange.request.headers, width) or none),
        *heading("Received", width), *(_headers(received, width) or none),
    ]  # fmt: skip


def _asked(exchange: Exchange, width: int) -> Lines:
    request = exchange.request
    return [((line, "strong"),) for line in wrap(f"→ {request.method} {request.url}", width, hang="  ")]


def _came(exchange: Exchange, width: int) -> Lines:
    if exchange.answer is None:
        return []
    took = _times(exchange.timings)
    return paragraph(f"← {exchange.answer.status}{f'  {took}' if took else ''}", width, "strong")


def _failed(exchange: Exchange, width: int) -> Lines:
    if exchange.failure is None:
        return []
    why = FAILURES.get(exchange.failure.kind, exchange.failure.kind)
    return [*paragraph(f"← {why}", width, "bad"), *paragraph(exchange.failure.message, width, "dim", indent=2)]


def _times(timings: Timings) -> str:
    named = (
        ("connected", timings.connected),
        ("sent", timings.sent),
        ("first byte", timings.first_byte),
        ("all", timings.total),
    )
    return " · ".join(f"{name} {duration(at)}" for name, at in named if at is not None)


def _headers(headers: Headers, width: int) -> Lines:
    lines: list[Parts] = []
    for name, value in headers:
        first, *rest = wrap(f"{name}: {value}", width - 2, hang="  ")
        lines.append((("  " + first[: len(name) + 1], "dim"), (first[len(name) + 1 :], "")))
        lines += [(("  " + line, ""),) for line in rest]
    return lines
