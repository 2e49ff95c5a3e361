"""The raw exchange, redacted when it was made: what went out, what came back, when."""

from __future__ import annotations

import json
from collections.abc import Sequence

from meshtui.exchange import FAILURES, Exchange, Headers, Timings
from meshtui.tui.widgets.page import BLANK, Lines, heading, paragraph, wrap
from meshtui.tui.words import Parts, duration

MOST = 20_000
"""Characters of a body that are shown; more is said in a line."""


def exchange_lines(exchanges: Sequence[Exchange], width: int) -> Lines:
    lines: Lines = []
    for number, exchange in enumerate(exchanges, 1):
        of = f" {number} of {len(exchanges)}" if len(exchanges) > 1 else ""
        title = heading(f"Exchange{of}: {exchange.provider} {exchange.call}", width)
        lines += title if lines else title[1:]
        lines += _request(exchange, width)
        lines += _answer(exchange, width)
    return lines


def _request(exchange: Exchange, width: int) -> Lines:
    request = exchange.request
    lines: Lines = [((line, "strong"),) for line in wrap(f"→ {request.method} {request.url}", width, hang="  ")]
    lines += _headers(request.headers, width)
    lines += _body(request.body, width)
    if request.signed:
        lines += [BLANK, (("  what was signed", "dim"),), *paragraph(request.signed, width, indent=2)]
    return lines


def _answer(exchange: Exchange, width: int) -> Lines:
    lines: Lines = [BLANK]
    if exchange.answer:
        took = _times(exchange.timings)
        lines += paragraph(f"← {exchange.answer.status}{f'  {took}' if took else ''}", width, "strong")
        lines += _headers(exchange.answer.headers, width)
        lines += _body(exchange.answer.body, width)
    if exchange.failure:
        why = FAILURES.get(exchange.failure.kind, exchange.failure.kind)
        lines += paragraph(f"← {why}", width, "bad")
        lines += paragraph(exchange.failure.message, width, "dim", indent=2)
    return lines


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


def _body(body: str, width: int) -> Lines:
    if not body:
        return []
    text = _indented(body)
    lines: Lines = [
        BLANK,
        *(
            [
                ((f"  {line}"), ""),
            ]
            for line in wrap(text[:MOST], width - 2, hang="  ")
        ),
    ]
    if len(text) > MOST:
        lines.append(((f"  … and {len(text) - MOST:,} more characters", "dim"),))
    return lines


def _indented(body: str) -> str:
    """JSON with an indentation, to be read; anything else as it came."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
