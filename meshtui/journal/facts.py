"""What an entry of the journal tells about one call, whatever kind of entry it is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.explain.causes import CAUSES
from meshtui.explain.model import Explanation
from meshtui.journal.entry import Asked, Entry
from meshtui.runs.model import Attempt, Verdict
from meshtui.runs.rung import Ladder, RungResult

if TYPE_CHECKING:
    from meshtui.exchange import Exchange


def exchange_of(entry: Entry) -> Exchange | None:
    """The exchange that decided; None where the entry is about none."""
    match entry.detail:
        case Attempt(exchanges=(*_, last)):
            return last
        case RungResult(exchange=exchange):
            return exchange
        case _:
            return None


def explanation_of(entry: Entry) -> Explanation | None:
    """Why it failed; None where it did not, or nobody knows."""
    match entry.detail:
        case Explanation() as explanation:
            return explanation
        case Attempt(explanation=explanation) | RungResult(explanation=explanation):
            return explanation
        case _:
            return None


def status_of(entry: Entry) -> int:
    """The HTTP status; 0 where there is none."""
    if isinstance(entry.detail, Explanation):
        return entry.detail.status
    exchange = exchange_of(entry)
    return exchange.status if exchange else 0


def cause_of(entry: Entry) -> str:
    """A label of the catalogue; empty where nothing is wrong or the entry is not about that."""
    if explanation := explanation_of(entry):
        return explanation.cause
    return entry.detail.cause if isinstance(entry.detail, RungResult) else ""


def provider_of(entry: Entry) -> str:
    """Whose credential it is about, or who was called; empty where the entry does not tell."""
    match entry.detail:
        case Asked(provider=provider) | Ladder(provider=provider) | Explanation(provider=provider):
            return provider
        case _:
            exchange = exchange_of(entry)
            return exchange.provider if exchange else ""


def path_of(entry: Entry) -> str:
    """`byok`, `mesh`, `platform`, `compare` or `check`, of the entry that a run begins with."""
    return entry.detail.path if isinstance(entry.detail, Asked) else ""


def verdict_of(entry: Entry) -> Verdict | None:
    """Of a run that came to its end: one that was stopped has a verdict only in form."""
    return entry.detail if isinstance(entry.detail, Verdict) and not entry.cancelled else None


def said_of(entry: Entry) -> str:
    """What a person may look for besides the line's own text: names, the cause in words, the model, its answer, and
    the request id that the vendor's support asks for."""
    detail, exchange, cause = entry.detail, exchange_of(entry), cause_of(entry)
    parts = [entry.credential, provider_of(entry)]
    if cause:
        parts += [cause, cause.replace("_", " "), CAUSES[cause].title if cause in CAUSES else ""]
    if exchange:
        parts += [str(exchange.status or ""), exchange.request_id, exchange.request.url]
    if isinstance(detail, (Attempt, Asked)):
        parts.append(detail.text if isinstance(detail, Attempt) else detail.model)
    return "\n".join(parts)
