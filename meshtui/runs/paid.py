"""Who paid for a run, as far as Mesh's pages tell ("BYOK", "Caching", "Retry and fallback", "Errors")."""

from __future__ import annotations

from meshtui.config import MESH_FEE
from meshtui.exchange import UNSENT
from meshtui.runs.model import Attempt, Paid, Served

_NEVER_THERE = UNSENT | {"dns", "refused", "tls", "proxy", "connect_timeout"}
"""Kinds of failure after which no model can have run: the request did not reach its service."""


def paid(attempts: tuple[Attempt, ...], served: Served) -> Paid:
    """A cache hit costs nothing, and refused requests are not billed. Where an answer broke off, somebody may have
    been billed for what had come."""
    match served:
        case Served.OWN_KEY:
            return Paid.KEY_OWNER
        case Served.PLATFORM:
            return Paid.MESH_BALANCE
        case Served.CACHE:
            return Paid.NOBODY
        case Served.NOBODY if all(map(_was_refused, attempts)):
            return Paid.NOBODY
        case _:
            return Paid.UNKNOWN


def sentence(attempts: tuple[Attempt, ...], who: Paid, cost: str = "") -> str:
    """One short sentence for the end of a verdict. `cost` in US dollars, where Mesh's usage row was read."""
    if not attempts:
        return "Nothing was sent, so nothing was billed."
    through_mesh = any(attempt.provider == "mesh" for attempt in attempts)
    match who:
        case Paid.KEY_OWNER if through_mesh:
            return f"Your provider bills you, plus Mesh's fee ({MESH_FEE})."
        case Paid.KEY_OWNER:
            return "Your provider bills you; Mesh was not involved."
        case Paid.MESH_BALANCE if cost:
            return f"{cost} USD were billed to your Mesh balance."
        case Paid.MESH_BALANCE:
            return "It was billed to your Mesh balance at Mesh's price."
        case Paid.NOBODY if through_mesh:
            return "Nothing was billed by Mesh as far as its documentation says."
        case Paid.NOBODY:
            return "Nothing was billed by Mesh, which was not involved."
        case _:
            return "Who paid cannot be told."


def _was_refused(attempt: Attempt) -> bool:
    exchange = attempt.exchange
    if exchange.failure is not None:
        return exchange.failure.kind in _NEVER_THERE
    return exchange.status >= 400
