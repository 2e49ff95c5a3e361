"""What really happened, by the sandbox's own record, beside what a client could know; and how attempts travelled."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import write_dollars
from meshtui.presentation.blocks import Facts, Heading, Page
from meshtui.presentation.route import MESH_CREDENTIALS, Hop, describe_outcome, draw_hops
from meshtui.presentation.verdict_blocks import PAID, describe_verdict, mark_attempt
from meshtui.runs.model import OWN_KEY, Attempt, Verdict

if TYPE_CHECKING:
    from meshtui.sandbox.mesh.ledger import TriedCredential as Tried
    from meshtui.sandbox.mesh.ledger import Truth


def make_truth_blocks(verdict: Verdict, attempts: Sequence[Attempt], truths: Sequence[Truth]) -> Page:
    """Nothing where Mesh was not asked: then the client has seen everything itself."""
    if all(attempt.provider != "mesh" for attempt in attempts):
        return ()
    requests = [hops for truth in truths if (hops := list_truth_hops(truth))]
    return (
        Heading("What really happened"),
        Facts((
            ("You can see", describe_verdict(verdict)),
            ("What happened", describe_truth(attempts, truths)),
            ("Who paid", describe_payment(verdict, truths)),
        )),
        *((draw_hops(requests),) if requests else ()),
    )  # fmt: skip


def list_truth_hops(truth: Truth) -> list[Hop]:
    """What Mesh did where no client sees it, a hop for each credential."""
    if truth.served == "cache":
        return [Hop("Mesh", "response cache", "≡", "answered; no credential was used")]
    return [
        Hop("Mesh", _shorten_name(tried), "✗" if tried.meaning else "✓", _describe_outcome(tried))
        for tried in truth.tried
    ]


def describe_departure(role: str, credential: str, provider: str) -> str:
    """`your key 'openai' -> OpenAI`"""
    who = f"your key '{credential}'" if role == OWN_KEY else f"Mesh key '{credential}'"
    return f"{who} -> {PROVIDER_NAMES.get(provider, provider)}"


def describe_arrival(attempt: Attempt) -> str:
    """`[x] 401 The key is unknown`"""
    return f"{mark_attempt(attempt).ascii} {describe_outcome(attempt)}"


def describe_inside(truth: Truth) -> tuple[str, ...]:
    """What Mesh did where no client sees it, a line each: `with your key 'openai' -> [x] 401 invalid_auth`."""
    if truth.served == "cache":
        return ("out of the response cache -> [ok] no credential was used",)
    return tuple(
        f"with {name_credential(tried)} -> {'[x]' if tried.meaning else '[ok]'} {_describe_outcome(tried)}"
        for tried in truth.tried
    )


def describe_truth(attempts: Sequence[Attempt], truths: Sequence[Truth]) -> str:
    """What happened, by the sandbox's own records of these attempts."""
    if truths:
        seen = [_describe_refusal(attempt) for attempt in attempts if attempt.role == OWN_KEY and not attempt.ok]
        return "; ".join([*seen, *map(_describe_one, truths)])
    asked = [attempt for attempt in attempts if attempt.provider == "mesh"]
    if not asked:
        return "Mesh was not involved; the provider answered directly"
    if any(attempt.exchange.answer is None for attempt in asked):
        return "no answer came, so there is no request id to look it up by"
    return "nothing reached Mesh"


def _describe_refusal(attempt: Attempt) -> str:
    """`your key 'openai' failed at OpenAI (401 The key is unknown)`"""
    where = PROVIDER_NAMES.get(attempt.provider, attempt.provider)
    return f"your key '{attempt.credential}' failed at {where} ({describe_outcome(attempt)})"


def _describe_one(truth: Truth) -> str:
    failed = [f"{name_credential(tried)} failed ({_describe_outcome(tried)})" for tried in truth.tried if tried.meaning]
    match truth.served:
        case "cache":
            return "the response cache answered, and no credential was used"
        case "nobody":
            return f"the request failed: {', then '.join(failed) or truth.code}"
    served = next(
        (f"{name_credential(tried)} served" for tried in truth.tried if not tried.meaning),
        "a credential that is not known served",
    )
    broke = ", and the stream broke off" if truth.broke else ""
    return f"{served}{' after ' + ', '.join(failed) if failed else ''}{broke}"


def describe_payment(verdict: Verdict, truths: Sequence[Truth]) -> str:
    """Who paid, by the client's verdict, and what Mesh charged by the record."""
    cost = sum((Decimal(truth.cost_usd) for truth in truths), Decimal(0))
    charged = f"Mesh charged {write_dollars(str(cost))}" if cost else "Mesh charged nothing"
    return f"{PAID[verdict.paid]} ({charged})"


def name_credential(tried: Tried) -> str:
    """`your key 'openai'`, or `Mesh's own 'platform-openai'`"""
    return f"your key '{tried.credential}'" if _is_own(tried) else f"Mesh's own '{tried.credential}'"


def _shorten_name(tried: Tried) -> str:
    return f"your key '{tried.credential}'" if _is_own(tried) else MESH_CREDENTIALS


def _is_own(tried: Tried) -> bool:
    return not tried.credential.startswith("platform-")


def _describe_outcome(tried: Tried) -> str:
    return f"{tried.status}, {tried.meaning}" if tried.meaning else str(tried.status)
