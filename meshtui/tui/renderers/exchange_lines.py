"""The raw exchange, redacted when it was made: what went out, what came back, where the time went. Whole to copy, or a
part at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from meshtui.base.exchange import FAILURES, Exchange, Headers, Timings
from meshtui.base.text import duration
from meshtui.base.times import format_clock
from meshtui.presentation.exchange_blocks import MOST, describe_times, indent_json
from meshtui.tui.styled_text import BLANK, Lines, Parts, heading, labelled, paragraph, wrap

_KEY = re.compile(r'\s*"(?:[^"\\]|\\.)*":(?= |$)')


def render_body(body: str, width: int) -> Lines:
    """JSON indented, its keys dimmed; anything else as it came. Behind a blank line; nothing where there is none."""
    if not body:
        return []
    text = indent_json(body)
    lines: Lines = [BLANK]
    for line in text[:MOST].split("\n"):
        lines += _line(line, width - 2)
    if len(text) > MOST:
        lines.append(((f"  … and {len(text) - MOST:,} more characters", "dim"),))
    return lines


def _line(line: str, width: int) -> Lines:
    key = _KEY.match(line)
    indent = len(line) - len(line.lstrip())
    first, *rest = wrap(line, width, hang=" " * min(indent + 2, width // 2))
    end = min(key.end(), len(first)) if key else 0
    lines: list[Parts] = [(("  " + first[:end], "dim"), (first[end:], ""))]
    lines += [(("  " + more, ""),) for more in rest]
    return lines


NO_BODY: Lines = [BLANK, (("  (no body)", "dim"),)]


def render_exchanges(exchanges: Sequence[Exchange], width: int) -> Lines:
    """All of every exchange, one below the other."""
    lines: Lines = []
    for number, exchange in enumerate(exchanges, 1):
        of = f" {number} of {len(exchanges)}" if len(exchanges) > 1 else ""
        title = heading(f"Exchange{of}: {exchange.provider} {exchange.call}", width)
        lines += title if lines else title[1:]
        lines += _asked(exchange, width)
        lines += _headers(exchange.request.headers, width)
        lines += render_body(exchange.request.body, width)
        if exchange.request.signed:
            lines += [BLANK, (("  what was signed", "dim"),), *paragraph(exchange.request.signed, width, indent=2)]
        lines += [BLANK, *_came(exchange, width)]
        if exchange.answer:
            lines += _headers(exchange.answer.headers, width)
            lines += render_body(exchange.answer.body, width)
        lines += _failed(exchange, width)
    return lines


def render_request(exchange: Exchange, width: int) -> Lines:
    """The first line of the request, and its body."""
    return [*_asked(exchange, width), *(render_body(exchange.request.body, width) or NO_BODY)]


def render_response(exchange: Exchange, width: int) -> Lines:
    """The status and the body that came, or why none did."""
    lines = _came(exchange, width)
    if exchange.answer:
        kind = exchange.answer.header("content-type")
        size = f"{len(exchange.answer.body):,} characters"
        lines += paragraph(" · ".join(filter(None, (kind, size))), width, "dim", indent=2)
        lines += render_body(exchange.answer.body, width) or NO_BODY
    return [*lines, *_failed(exchange, width)]


def render_headers(exchange: Exchange, width: int) -> Lines:
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
    took = describe_times(exchange.timings)
    return paragraph(f"← {exchange.answer.status}{f'  {took}' if took else ''}", width, "strong")


def _failed(exchange: Exchange, width: int) -> Lines:
    if exchange.failure is None:
        return []
    why = FAILURES.get(exchange.failure.kind, exchange.failure.kind)
    return [*paragraph(f"← {why}", width, "bad"), *paragraph(exchange.failure.message, width, "dim", indent=2)]


def _headers(headers: Headers, width: int) -> Lines:
    lines: list[Parts] = []
    for name, value in headers:
        first, *rest = wrap(f"{name}: {value}", width - 2, hang="  ")
        lines.append((("  " + first[: len(name) + 1], "dim"), (first[len(name) + 1 :], "")))
        lines += [(("  " + line, ""),) for line in rest]
    return lines


LABEL_WIDTH, NUMBER_WIDTH = 21, 12
SAYS = (
    ("connect", "the name looked up, TCP and TLS; next to nothing where a connection was still open"),
    ("send", "until the last byte of the request was handed over"),
    ("wait for first byte", "the way there and back, and the provider's work before it says anything"),
    ("body", "from the answer's head to its last byte; of a stream, as long as the model speaks"),
)


def render_timing(exchange: Exchange, width: int) -> Lines:
    """What was not reached says so."""
    timings = exchange.timings
    end = max((at for at in _marks(timings) if at is not None), default=0.0)
    lines = heading(f"Began at {format_clock(exchange.started)}", width)[1:]
    since: float | None = 0.0
    for (name, _), at in zip(SAYS, _marks(timings), strict=True):
        lines.append(_phase(name, since, at, end, width))
        since = at if at is not None else since
    total = duration(timings.total) if timings.total is not None else "not known: its end was not reached"
    lines.append(((f"{'total':<{LABEL_WIDTH}}", "dim"), (_aligned(total), "strong")))
    lines += heading("What the phases are", width)
    return [*lines, *labelled(SAYS, width, LABEL_WIDTH), BLANK, *paragraph("Measured on this machine.", width, "dim")]


def _marks(timings: Timings) -> tuple[float | None, ...]:
    return timings.connected, timings.sent, timings.first_byte, timings.total


def _phase(name: str, since: float | None, at: float | None, end: float, width: int) -> Parts:
    label = (f"{name:<{LABEL_WIDTH}}", "dim")
    if at is None or since is None:
        return (label, ("not reached", "dim"))
    room = width - LABEL_WIDTH - NUMBER_WIDTH
    before, after = (round(room * moment / end) if end else 0 for moment in (since, at))
    before = min(before, room - 1)
    return (label, (_aligned(duration(at - since)), ""), (" " * before, ""), ("━" * max(1, after - before), "accent"))


def _aligned(number: str) -> str:
    """At the right of its column, and two spaces before the bar; a sentence as it is."""
    return f"{number:>{NUMBER_WIDTH - 2}}  " if len(number) < NUMBER_WIDTH - 1 else number
