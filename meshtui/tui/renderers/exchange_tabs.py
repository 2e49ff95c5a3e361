"""The tabs beside a card: which there are for an exchange, and what each shows.

Request, response and headers are the blocks of `meshtui.presentation.exchange_blocks`. The timing is drawn here, and
so is what was signed: AWS's canonical request and string to sign, or the JWT for Google, never the signature.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from meshtui.base.exchange import Exchange, Timings
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import format_duration
from meshtui.base.times import format_clock, format_time_span, format_utc
from meshtui.journal.serialization import LATEST
from meshtui.presentation.blocks import Page
from meshtui.presentation.exchange_blocks import (
    list_body_blocks,
    make_headers_blocks,
    make_request_blocks,
    make_response_blocks,
)
from meshtui.tui.styled_text import BLANK, Lines, Parts, render_heading, render_labelled, render_page, render_paragraph
from meshtui.tui.widgets.tab_row import Tab

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
    end = max((at for at in _list_marks(timings) if at is not None), default=0.0)
    lines = render_heading(f"Began at {format_clock(exchange.started)}", width)[1:]
    since: float | None = 0.0
    for (name, _), at in zip(SAYS, _list_marks(timings), strict=True):
        lines.append(_render_phase(name, since, at, end, width))
        since = at if at is not None else since
    total = format_duration(timings.total) if timings.total is not None else "not known: its end was not reached"
    lines.append(((f"{'total':<{LABEL_WIDTH}}", "dim"), (_align_number(total), "strong")))
    lines += render_heading("What the phases are", width)
    return [
        *lines,
        *render_labelled(SAYS, width, LABEL_WIDTH),
        BLANK,
        *render_paragraph("Measured on this machine.", width, "dim"),
    ]


def _list_marks(timings: Timings) -> tuple[float | None, ...]:
    return timings.connected, timings.sent, timings.first_byte, timings.total


def _render_phase(name: str, since: float | None, at: float | None, end: float, width: int) -> Parts:
    label = (f"{name:<{LABEL_WIDTH}}", "dim")
    if at is None or since is None:
        return (label, ("not reached", "dim"))
    room = width - LABEL_WIDTH - NUMBER_WIDTH
    before, after = (round(room * moment / end) if end else 0 for moment in (since, at))
    before = min(before, room - 1)
    return (
        label,
        (_align_number(format_duration(at - since)), ""),
        (" " * before, ""),
        ("━" * max(1, after - before), "accent"),
    )


def _align_number(number: str) -> str:
    """At the right of its column, and two spaces before the bar; a sentence as it is."""
    return f"{number:>{NUMBER_WIDTH - 2}}  " if len(number) < NUMBER_WIDTH - 1 else number


TO_SIGN = "\n\nAWS4-HMAC-SHA256\n"
"""The beginning of a string to sign (AWS, "Create a signed AWS API request"), after the canonical request."""
COMPARE = (
    "AWS makes the same text from the request that it received: where one character differs, the signature does too."
)
UNSIGNED = "Header and claims as they were sent; the third part, the signature, is not shown."


def is_canonical(exchange: Exchange) -> bool:
    """Whether AWS's signature was made."""
    return exchange.provider == "bedrock" and bool(exchange.request.signed)


def is_token(exchange: Exchange) -> bool:
    """Whether a JWT was signed for Google."""
    return exchange.provider == "vertex" and bool(exchange.request.signed)


def render_canonical(exchange: Exchange, width: int) -> Lines:
    canonical, found, to_sign = exchange.request.signed.partition(TO_SIGN)
    lines = [*render_heading("Canonical request", width)[1:], *render_paragraph(canonical, width, indent=2)]
    if found:
        lines += [
            *render_heading("String to sign", width),
            *render_paragraph(f"{TO_SIGN.strip()}\n{to_sign}", width, indent=2),
        ]
    return [*lines, BLANK, *render_paragraph(COMPARE, width, "dim")]


def render_token(exchange: Exchange, width: int) -> Lines:
    """Header, claims, and how long it was good for."""
    header, _, claims = exchange.request.signed.partition("\n")
    return [
        *render_heading("The token's header", width)[1:], *render_page(list_body_blocks(header), width),
        *render_heading("Its claims", width), *render_page(list_body_blocks(claims), width),
        *render_heading("In time", width), *render_labelled(_list_token_times(claims, exchange), width),
        BLANK, *render_paragraph(UNSIGNED, width, "dim"),
    ]  # fmt: skip


def _list_token_times(claims: str, exchange: Exchange) -> tuple[tuple[str, str], ...]:
    issued, expires = (_read_number(claims, name) for name in ("iat", "exp"))
    left = _read_number(exchange.answer.body, "expires_in") if exchange.answer else None
    good_for = (
        f"{format_time_span(expires - issued)} from then" if issued is not None and expires is not None else "not said"
    )
    return (
        ("Issued", format_utc(issued) if issued is not None else "not said"),
        ("Expires", f"{format_utc(expires)}: {good_for}" if expires is not None else "not said"),
        (
            "In return",
            f"an access token that is good for {format_time_span(left)}" if left is not None else "no access token",
        ),
    )


def _read_number(text: str, name: str) -> float | None:
    """The number of that name in a JSON object; None where there is none, or none that can be a time."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    number = value.get(name) if isinstance(value, dict) else None
    if not isinstance(number, (int, float)) or isinstance(number, bool) or not abs(number) < LATEST:
        return None
    return float(number)


def _show(make_blocks: Callable[[Exchange], Page]) -> Callable[[Exchange, int], Lines]:
    return lambda exchange, width: render_page(make_blocks(exchange), width)


class RawTab(NamedTuple):
    name: str
    title: str
    write: Callable[[Exchange, int], Lines]
    is_there: Callable[[Exchange], bool] = lambda _: True


CARD = "card"
RAW = (
    RawTab("request", "Request", _show(make_request_blocks)),
    RawTab("response", "Response", _show(make_response_blocks)),
    RawTab("headers", "Headers", _show(make_headers_blocks)),
    RawTab("timing", "Timing", render_timing),
    RawTab("signed", "Canonical", render_canonical, is_canonical),
    RawTab("signed", "Token", render_token, is_token),
)
"""The last two are one place: nothing is signed both ways."""


def list_tabs(exchange: Exchange | None, keys: Mapping[str, str]) -> tuple[Tab, ...]:
    """The tabs that exist for it, none without an exchange. `keys`: name of a tab → its key."""
    return tuple(Tab(t.name, t.title, keys.get(t.name, "")) for t in RAW if t.is_there(exchange)) if exchange else ()


def render_tab(exchange: Exchange, name: str, width: int) -> Lines:
    """What the tab of that name shows; nothing where it does not exist for this exchange."""
    return next((tab.write(exchange, width) for tab in RAW if tab.name == name and tab.is_there(exchange)), [])


def list_exchange_tabs(exchanges: Sequence[Exchange]) -> tuple[Tab, ...]:
    """`Google token 200   Google chat 403`: to step through them, where there are several."""
    return tuple(Tab(str(number), _make_title(exchange)) for number, exchange in enumerate(exchanges))


def _make_title(exchange: Exchange) -> str:
    came = str(exchange.status) if exchange.status else "no answer"
    return f"{PROVIDER_NAMES.get(exchange.provider, exchange.provider)} {exchange.call} {came}"
