"""The way that a run took, drawn: from your app over Mesh to each credential, and what came of it.

    your app ─▶ Mesh ─▶ openai (sk-…wxyz)     ✗ 401 The key is unknown
                    └─▶ Mesh's credentials    ✓ 200  paid: Mesh balance $0.000003

What is not known is drawn as not known. Of the sandbox, which keeps a record, see `presentation.truth`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import write_dollars
from meshtui.explain.causes import find_cause
from meshtui.presentation.blocks import Diagram, Parts
from meshtui.runs.model import MESH, ROLES, Attempt, Paid, Served, Verdict

START = "your app"
MESH_CREDENTIALS = "Mesh's credentials"
EITHER = "your key or Mesh's"
CALLING = "◌"
_PAID = {Paid.KEY_OWNER: "your provider account", Paid.MESH_BALANCE: "Mesh balance"}
HOP_ROLES = {"✓": "ok", "✗": "bad", "?": "warn", "≡": "warn", CALLING: "accent"}


class Hop(NamedTuple):
    """One credential that was tried. Empty `name`: the way ends at `via`."""

    via: str
    name: str
    glyph: str
    """✓ served, ✗ failed, ? not known, ≡ answered without a credential, ◌ running."""
    outcome: str
    paid: str = ""


def draw_route(attempts: Sequence[Attempt], verdict: Verdict, key: str = "") -> Diagram | None:
    """One line a credential; None where nothing was sent. `key` names the provider key under test."""
    shown = sort_by_role(attempts) if verdict.conclusion is not None else attempts
    requests = [trace_hops(attempt, verdict, key) for attempt in shown if attempt.exchanges]
    return draw_hops(requests) if requests else None


def sort_by_role(attempts: Sequence[Attempt]) -> list[Attempt]:
    """The attempts of a comparison in the order of its path, not in the order of their answers."""
    return sorted(attempts, key=lambda attempt: ROLES.index(attempt.role) if attempt.role in ROLES else len(ROLES))


def draw_hops(requests: Sequence[Sequence[Hop]]) -> Diagram:
    """A line for each hop; of each request those after the first branch off it. The outcomes are in one column."""
    rows = [(_start(hop, number), hop) for hops in requests for number, hop in enumerate(hops)]
    column = max(len(start) + len(hop.name) for start, hop in rows)
    return Diagram(tuple(_draw_hop(start, hop, column) for start, hop in rows))


def _start(hop: Hop, number: int) -> str:
    lead = f"{START} ─▶ {hop.via} "
    if number:
        return f"{' ' * (len(lead) - 1)}└─▶ "
    return f"{lead}─▶ " if hop.name else lead


def _draw_hop(start: str, hop: Hop, column: int) -> Parts:
    name = hop.name + " " * (column - len(start) - len(hop.name))
    paid = f"  paid: {hop.paid}" if hop.paid else ""
    return (start, "dim"), (name, ""), (f"  {hop.glyph} {hop.outcome}", HOP_ROLES[hop.glyph]), (paid, "dim")


def trace_hops(attempt: Attempt, verdict: Verdict, key: str) -> list[Hop]:
    """What is known of the credentials that this attempt reached."""
    outcome = describe_outcome(attempt)
    own = key or "your key"
    if attempt.provider != "mesh":
        where = PROVIDER_NAMES.get(attempt.provider, attempt.provider)
        paid = _PAID[Paid.KEY_OWNER] if attempt.ok else ""
        return [Hop(where, key or attempt.credential, "✓" if attempt.ok else "✗", outcome, paid)]
    if attempt.ok:
        return _served_by_mesh(attempt, verdict, own, outcome)
    explanation = attempt.explanation
    if explanation is None or explanation.credential != "provider":
        return [Hop("Mesh", "", "✗", outcome)]
    fallback = {
        True: [Hop("Mesh", MESH_CREDENTIALS, "✗", "failed too")],
        False: [],
        None: [Hop("Mesh", MESH_CREDENTIALS, "?", "not known whether they were tried")],
    }[verdict.fell_back if attempt.role == MESH else False]
    return [Hop("Mesh", own if attempt.role == MESH else MESH_CREDENTIALS, "✗", outcome), *fallback]


def start_hop(role: str, credential: str, provider: str) -> Hop:
    """The hop of a running call."""
    if provider != "mesh":
        return Hop(PROVIDER_NAMES.get(provider, provider), credential, CALLING, "calling")
    return Hop("Mesh", EITHER if role == MESH else MESH_CREDENTIALS, CALLING, "calling")


def end_hop(hop: Hop, attempt: Attempt) -> Hop:
    """The same once it has ended, before there is a verdict."""
    return hop._replace(glyph="✓" if attempt.ok else "✗", outcome=describe_outcome(attempt))


def _served_by_mesh(attempt: Attempt, verdict: Verdict, own: str, outcome: str) -> list[Hop]:
    cost = write_dollars(attempt.bill.cost) if attempt.bill else ""
    if attempt.role != MESH:
        return [Hop("Mesh", MESH_CREDENTIALS, "✓", outcome, f"{_PAID[Paid.MESH_BALANCE]} {cost}".rstrip())]
    paid = " ".join(part for part in (_PAID.get(verdict.paid, ""), cost) if part)
    match verdict.served:
        case Served.OWN_KEY:
            fee = f", Mesh's fee {cost}" if cost else ""
            return [Hop("Mesh", own, "✓", outcome, _PAID[Paid.KEY_OWNER] + fee)]
        case Served.PLATFORM:
            before = [Hop("Mesh", own, "✗", "failed; Mesh does not say why")] if verdict.fell_back else []
            return [*before, Hop("Mesh", MESH_CREDENTIALS, "✓", outcome, paid)]
        case Served.CACHE:
            return [Hop("Mesh", "response cache", "≡", outcome)]
        case _:
            return [Hop("Mesh", EITHER, "?", f"{outcome}, which one is not known")]


def describe_outcome(attempt: Attempt) -> str:
    """`401 The key is unknown`, `200`, `no answer: timeout`."""
    exchange = attempt.exchange
    failure = exchange.failure.kind.replace("_", " ") if exchange.failure and not attempt.explanation else ""
    cause = find_cause(attempt.explanation.cause).title if attempt.explanation else ""
    return " ".join(part for part in (str(exchange.status or ""), cause or failure) if part) or "no answer"
