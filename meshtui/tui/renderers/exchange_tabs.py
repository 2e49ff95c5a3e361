"""The tabs beside a card: which there are for an exchange, and what each shows. A table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from meshtui.base.exchange import Exchange
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.tui.renderers.exchange_lines import render_headers, render_request, render_response, render_timing
from meshtui.tui.renderers.signed_lines import is_canonical, is_token, render_canonical, render_token
from meshtui.tui.styled_text import Lines
from meshtui.tui.widgets.tab_row import Tab


class RawTab(NamedTuple):
    name: str
    title: str
    write: Callable[[Exchange, int], Lines]
    is_there: Callable[[Exchange], bool] = lambda _: True


CARD = "card"
RAW = (
    RawTab("request", "Request", render_request),
    RawTab("response", "Response", render_response),
    RawTab("headers", "Headers", render_headers),
    RawTab("timing", "Timing", render_timing),
    RawTab("signed", "Canonical", render_canonical, is_canonical),
    RawTab("signed", "Token", render_token, is_token),
)
"""The last two are one place: nothing is signed both ways."""


def list_tabs(exchange: Exchange | None, keys: Mapping[str, str]) -> tuple[Tab, ...]:
    """Those that exist for it, none without an exchange. `keys`: name of a tab → its key."""
    return tuple(Tab(t.name, t.title, keys.get(t.name, "")) for t in RAW if t.is_there(exchange)) if exchange else ()


def render_tab(exchange: Exchange, name: str, width: int) -> Lines:
    """What the tab of that name shows; nothing where it does not exist for this exchange."""
    return next((tab.write(exchange, width) for tab in RAW if tab.name == name and tab.is_there(exchange)), [])


def list_exchange_tabs(exchanges: Sequence[Exchange]) -> tuple[Tab, ...]:
    """`Google token 200   Google chat 403`: to step through them, where there are several."""
    return tuple(Tab(str(number), _title(exchange)) for number, exchange in enumerate(exchanges))


def _title(exchange: Exchange) -> str:
    came = str(exchange.status) if exchange.status else "no answer"
    return f"{PROVIDER_NAMES.get(exchange.provider, exchange.provider)} {exchange.call} {came}"
