"""A scene in words: how the attempts travelled, what a client can know, what really happened, and who paid."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from meshtui.names import PROVIDER_NAMES
from meshtui.runs.model import Attempt, Paid, Run, Served
from meshtui.tour.perform import Scene

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
    who = f"your key '{credential}'" if role == "own key" else f"Mesh key '{credential}'"
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
    return tuple(f"with {_whose(tried)} -> {_outcome(tried)}" for tried in truth.tried)


def known(run: Run) -> str:
    """What a client can know, and on what basis."""
    verdict = run.verdict
    fell = {True: ", after a fallback", False: ", no fallback", None: ""}[verdict.fell_back]
    return f"{KNOWN[verdict.served]}{fell} ({verdict.basis})"


def really(scene: Scene) -> str:
    """What happened, by the sandbox's own record."""
    if not scene.truths:
        direct = all(attempt.provider != "mesh" for attempt in scene.run.attempts)
        return "Mesh was not asked; the provider answered itself" if direct else "nothing of it reached Mesh"
    return "; ".join(map(_really, scene.truths))


def _really(truth: Truth) -> str:
    failed = [f"{_whose(tried)} failed ({tried.status}, {tried.meaning})" for tried in truth.tried if tried.meaning]
    match truth.served:
        case "cache":
            return "the response cache answered, and no credential was used"
        case "nobody":
            return f"nobody served: {', then '.join(failed) or truth.code}"
    served = next((f"{_whose(tried)} served" for tried in truth.tried if not tried.meaning), "somebody served")
    broke = ", and the stream broke off" if truth.broke else ""
    return f"{served}{' after ' + ', '.join(failed) if failed else ''}{broke}"


def paid(scene: Scene) -> str:
    """Who paid, by the client's verdict, and what Mesh charged by the record."""
    cost = sum((Decimal(truth.cost_usd) for truth in scene.truths), Decimal(0))
    charged = f"Mesh charged {_dollars(cost)}" if cost else "Mesh charged nothing"
    return f"{PAID[scene.run.verdict.paid]} ({charged})"


def _dollars(cost: Decimal) -> str:
    return f"{cost.normalize():f} USD"


def _whose(tried: Tried) -> str:
    own = not tried.credential.startswith("platform-")
    return f"your key '{tried.credential}'" if own else f"Mesh's own '{tried.credential}'"


def _outcome(tried: Tried) -> str:
    return f"[x] {tried.status} {tried.meaning}" if tried.meaning else f"[ok] {tried.status}"
