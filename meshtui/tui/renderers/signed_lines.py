"""What was signed: AWS's canonical request and string to sign, or the JWT for Google. Never the signature."""

from __future__ import annotations

import json

from meshtui.base.exchange import Exchange
from meshtui.base.times import span, utc
from meshtui.journal.serialization import LATEST
from meshtui.tui.renderers.exchange_lines import render_body
from meshtui.tui.styled_text import BLANK, Lines, heading, labelled, paragraph

TO_SIGN = "\n\nAWS4-HMAC-SHA256\n"
"""How a string to sign begins (AWS, "Create a signed AWS API request"), behind the canonical request."""
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
    lines = [*heading("Canonical request", width)[1:], *paragraph(canonical, width, indent=2)]
    if found:
        lines += [*heading("String to sign", width), *paragraph(f"{TO_SIGN.strip()}\n{to_sign}", width, indent=2)]
    return [*lines, BLANK, *paragraph(COMPARE, width, "dim")]


def render_token(exchange: Exchange, width: int) -> Lines:
    """Header, claims, and how long it was good for."""
    header, _, claims = exchange.request.signed.partition("\n")
    return [
        *heading("The token's header", width)[1:], *render_body(header, width)[1:],
        *heading("Its claims", width), *render_body(claims, width)[1:],
        *heading("In time", width), *labelled(_times(claims, exchange), width),
        BLANK, *paragraph(UNSIGNED, width, "dim"),
    ]  # fmt: skip


def _times(claims: str, exchange: Exchange) -> tuple[tuple[str, str], ...]:
    issued, expires = (_number(claims, name) for name in ("iat", "exp"))
    left = _number(exchange.answer.body, "expires_in") if exchange.answer else None
    good_for = f"{span(expires - issued)} from then" if issued is not None and expires is not None else "not said"
    return (
        ("Issued", utc(issued) if issued is not None else "not said"),
        ("Expires", f"{utc(expires)}: {good_for}" if expires is not None else "not said"),
        ("In return", f"an access token that is good for {span(left)}" if left is not None else "no access token"),
    )


def _number(text: str, name: str) -> float | None:
    """The number of that name in a JSON object; None where there is none, or none that counts seconds."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    number = value.get(name) if isinstance(value, dict) else None
    if not isinstance(number, (int, float)) or isinstance(number, bool) or not abs(number) < LATEST:
        return None
    return float(number)
