"""The tabs beside a card: which there are for an exchange, and what each shows. A table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from meshtui.base.exchange import Exchange
from meshtui.base.names import PROVIDER_NAMES
from meshtui.tui.pages.exchange import headers_lines, request_lines, response_lines
from meshtui.tui.pages.signed import canonical_lines, is_canonical, is_token, token_lines
from meshtui.tui.pages.timing import timing_lines
from meshtui.tui.widgets.page import Lines
from meshtui.tui.widgets.tabs import Tab


class RawTab(NamedTuple):
    name: str
    title: str
    write: Callable[[Exchange, int], Lines]
    is_there: Callable[[Exchange], bool] = lambda _: True


CARD = "card"
RAW = (
    RawTab("request", "Request", request_lines),
    RawTab("response", "Response", response_lines),
    RawTab("headers", "Headers", headers_lines),
    RawTab("timing", "Timing", timing_lines),
    RawTab("signed", "Canonical", canonical_lines, is_canonical),
    RawTab("signed", "Token", token_lines, is_token),
)
"""The last two are one place: nothing is signed both ways."""


def tabs_of(exchange: Exchange | None, keys: Mapping[str, str]) -> tuple[Tab, ...]:
    """Those that exist for it, none without an exchange. `keys`: name of a tab → its key."""
    return tuple(Tab(t.name, t.title, keys.get(t.name, "")) for t in RAW if t.is_there(exchange)) if exchange else ()


def raw_tab_lines(exchange: Exchange, name: str, width: int) -> Lines:
    """What the tab of that name shows; nothing where it does not exist for this exchange."""
    return next((tab.write(exchange, width) for tab in RAW if tab.name == name and tab.is_there(exchange)), [])


def exchange_tabs(exchanges: Sequence[Exchange]) -> tuple[Tab, ...]:
    """`Google token 200   Google chat 403`: to step through them, where there are several."""
    return tuple(Tab(str(number), _title(exchange)) for number, exchange in enumerate(exchanges))


def _title(exchange: Exchange) -> str:
    came = str(exchange.status) if exchange.status else "no answer"
    return f"{PROVIDER_NAMES.get(exchange.provider, exchange.provider)} {exchange.call} {came}"
