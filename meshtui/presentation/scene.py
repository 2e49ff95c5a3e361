"""A scene in words: how the attempts travelled, what a client can know, what really happened, and who paid."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from meshtui.base.names import PROVIDER_NAMES
from meshtui.runs.model import OWN_KEY, Attempt, Paid, Served, Verdict

if TYPE_CHECKING:
    from meshtui.sandbox.mesh.books import Tried, Truth

KNOWN = {
    Served.OWN_KEY: "your own key served",
    Served.PLATFORM: "Mesh's own credentials served",
    Served.CACHE: "the response cache answered",
    Served.NOBODY: "nobody served",
    Served.UNKNOWN: "it cannot be told who served",
}
PAID = {
    Paid.KEY_OWNER: "you, to your provider",
    Paid.MESH_BALANCE: "you, from your Mesh balance",
    Paid.NOBODY: "nobody",
    Paid.UNKNOWN: "cannot be told",
}


def departure(role: str, credential: str, provider: str) -> str:
    """`your key 'openai' -> OpenAI`"""
    who = f"your key '{credential}'" if role == OWN_KEY else f"Mesh key '{credential}'"
    return f"{who} -> {PROVIDER_NAMES.get(provider, provider)}"


def arrival(attempt: Attempt) -> str:
    """`[x] 401 credential_invalid`"""
    failure = attempt.exchange.failure.kind.replace("_", " ") if attempt.exchange.failure else ""
    cause = attempt.explanation.cause if attempt.explanation else ""
    words = (str(attempt.exchange.status or ""), failure, cause)
    return " ".join(["[ok]" if attempt.ok else "[x]", *(word for word in words if word)])


def behind_mesh(truth: Truth) -> tuple[str, ...]:
    """What Mesh did where no client sees it, a line each: `with your key 'openai' -> [x] 401 invalid_auth`."""
    if truth.served == "cache":
        return ("out of the response cache -> [ok] no credential was used",)
    return tuple(f"with {whose(tried)} -> {_outcome(tried)}" for tried in truth.tried)


def known(verdict: Verdict) -> str:
    """What a client can know, and on what basis."""
    fell = {True: ", after a fallback", False: ", no fallback", None: ""}[verdict.fell_back]
    return f"{KNOWN[verdict.served]}{fell} ({verdict.basis})"


def really(attempts: Sequence[Attempt], truths: Sequence[Truth]) -> str:
    """What happened, by the sandbox's own records of these attempts."""
    if truths:
        return "; ".join(map(_really, truths))
    asked = [attempt for attempt in attempts if attempt.provider == "mesh"]
    if not asked:
        return "Mesh was not asked; the provider answered itself"
    if any(attempt.exchange.answer is None for attempt in asked):
        return "no answer came, so no request id by which to look it up"
    return "nothing of it reached Mesh"


def _really(truth: Truth) -> str:
    failed = [f"{whose(tried)} failed ({tried.status}, {tried.meaning})" for tried in truth.tried if tried.meaning]
    match truth.served:
        case "cache":
            return "the response cache answered, and no credential was used"
        case "nobody":
            return f"nobody served: {', then '.join(failed) or truth.code}"
    served = next((f"{whose(tried)} served" for tried in truth.tried if not tried.meaning), "somebody served")
    broke = ", and the stream broke off" if truth.broke else ""
    return f"{served}{' after ' + ', '.join(failed) if failed else ''}{broke}"


def paid(verdict: Verdict, truths: Sequence[Truth]) -> str:
    """Who paid, by the client's verdict, and what Mesh charged by the record."""
    cost = sum((Decimal(truth.cost_usd) for truth in truths), Decimal(0))
    charged = f"Mesh charged {_dollars(cost)}" if cost else "Mesh charged nothing"
    return f"{PAID[verdict.paid]} ({charged})"


def _dollars(cost: Decimal) -> str:
    return f"{cost.normalize():f} USD"


def whose(tried: Tried) -> str:
    """`your key 'openai'`, or `Mesh's own 'platform-openai'`"""
    own = not tried.credential.startswith("platform-")
    return f"your key '{tried.credential}'" if own else f"Mesh's own '{tried.credential}'"


def _outcome(tried: Tried) -> str:
    return f"[x] {tried.status} {tried.meaning}" if tried.meaning else f"[ok] {tried.status}"
