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
LEG_ROLES = {"✓": "ok", "✗": "bad", "?": "warn", "≡": "warn", CALLING: "accent"}


class Leg(NamedTuple):
    """One credential that was tried. Empty `name`: the way ends at `via`."""

    via: str
    name: str
    glyph: str
    """✓ served, ✗ failed, ? not known, ≡ answered without a credential, ◌ under way."""
    outcome: str
    paid: str = ""


def draw_route(attempts: Sequence[Attempt], verdict: Verdict, key: str = "") -> Diagram | None:
    """One line a credential; None where nothing was sent. `key` names the provider key under test."""
    shown = sort_by_role(attempts) if verdict.conclusion is not None else attempts
    requests = [trace_legs(attempt, verdict, key) for attempt in shown if attempt.exchanges]
    return draw_legs(requests) if requests else None


def sort_by_role(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Those of a comparison in the order of its path, and not in that in which they came back."""
    return sorted(attempts, key=lambda attempt: ROLES.index(attempt.role) if attempt.role in ROLES else len(ROLES))


def draw_legs(requests: Sequence[Sequence[Leg]]) -> Diagram:
    """A line a leg; of each request those after the first branch off it. The outcomes stand in one column."""
    rows = [(_start(leg, number), leg) for legs in requests for number, leg in enumerate(legs)]
    column = max(len(start) + len(leg.name) for start, leg in rows)
    return Diagram(tuple(_draw_leg(start, leg, column) for start, leg in rows))


def _start(leg: Leg, number: int) -> str:
    lead = f"{START} ─▶ {leg.via} "
    if number:
        return f"{' ' * (len(lead) - 1)}└─▶ "
    return f"{lead}─▶ " if leg.name else lead


def _draw_leg(start: str, leg: Leg, column: int) -> Parts:
    name = leg.name + " " * (column - len(start) - len(leg.name))
    paid = f"  paid: {leg.paid}" if leg.paid else ""
    return (start, "dim"), (name, ""), (f"  {leg.glyph} {leg.outcome}", LEG_ROLES[leg.glyph]), (paid, "dim")


def trace_legs(attempt: Attempt, verdict: Verdict, key: str) -> list[Leg]:
    """What is known of the credentials that this attempt reached."""
    outcome = describe_outcome(attempt)
    own = key or "your key"
    if attempt.provider != "mesh":
        where = PROVIDER_NAMES.get(attempt.provider, attempt.provider)
        paid = _PAID[Paid.KEY_OWNER] if attempt.ok else ""
        return [Leg(where, key or attempt.credential, "✓" if attempt.ok else "✗", outcome, paid)]
    if attempt.ok:
        return _served_by_mesh(attempt, verdict, own, outcome)
    explanation = attempt.explanation
    if explanation is None or explanation.credential != "provider":
        return [Leg("Mesh", "", "✗", outcome)]
    fallback = {
        True: [Leg("Mesh", MESH_CREDENTIALS, "✗", "failed too")],
        False: [],
        None: [Leg("Mesh", MESH_CREDENTIALS, "?", "not known whether they were tried")],
    }[verdict.fell_back if attempt.role == MESH else False]
    return [Leg("Mesh", own if attempt.role == MESH else MESH_CREDENTIALS, "✗", outcome), *fallback]


def start_leg(role: str, credential: str, provider: str) -> Leg:
    """Of a call that is under way."""
    if provider != "mesh":
        return Leg(PROVIDER_NAMES.get(provider, provider), credential, CALLING, "calling")
    return Leg("Mesh", EITHER if role == MESH else MESH_CREDENTIALS, CALLING, "calling")


def end_leg(leg: Leg, attempt: Attempt) -> Leg:
    """The same once it has ended, before there is a verdict."""
    return leg._replace(glyph="✓" if attempt.ok else "✗", outcome=describe_outcome(attempt))


def _served_by_mesh(attempt: Attempt, verdict: Verdict, own: str, outcome: str) -> list[Leg]:
    cost = write_dollars(attempt.bill.cost) if attempt.bill else ""
    if attempt.role != MESH:
        return [Leg("Mesh", MESH_CREDENTIALS, "✓", outcome, f"{_PAID[Paid.MESH_BALANCE]} {cost}".rstrip())]
    paid = " ".join(part for part in (_PAID.get(verdict.paid, ""), cost) if part)
    match verdict.served:
        case Served.OWN_KEY:
            fee = f", Mesh's fee {cost}" if cost else ""
            return [Leg("Mesh", own, "✓", outcome, _PAID[Paid.KEY_OWNER] + fee)]
        case Served.PLATFORM:
            before = [Leg("Mesh", own, "✗", "failed; Mesh does not say why")] if verdict.fell_back else []
            return [*before, Leg("Mesh", MESH_CREDENTIALS, "✓", outcome, paid)]
        case Served.CACHE:
            return [Leg("Mesh", "response cache", "≡", outcome)]
        case _:
            return [Leg("Mesh", EITHER, "?", f"{outcome}, which one is not known")]


def describe_outcome(attempt: Attempt) -> str:
    """`401 The key is unknown`, `200`, `no answer: timeout`."""
    exchange = attempt.exchange
    failure = exchange.failure.kind.replace("_", " ") if exchange.failure and not attempt.explanation else ""
    cause = find_cause(attempt.explanation.cause).title if attempt.explanation else ""
    return " ".join(part for part in (str(exchange.status or ""), cause or failure) if part) or "no answer"
