"""The explanation card: what is wrong, the line that proves it, whose key, who repairs it, and how."""

from __future__ import annotations

import re

from meshtui.base.exchange import Exchange
from meshtui.base.names import PROVIDER_NAMES
from meshtui.explain.model import Explanation, Step
from meshtui.presentation.explanation import speaker
from meshtui.runs.limits import Limit, limit_of
from meshtui.tui import words
from meshtui.tui.widgets.page import BLANK, Lines, heading, labelled, paragraph
from meshtui.tui.words import clock

_STARS = re.compile(r"\*{16,}")
"""OpenAI masks a key in its message letter by letter: lines of asterisks that nobody wants to read."""
CERTAINTY = {
    "certain": "certain",
    "likely": "likely, not certain",
    "unknown": "the answer does not tell",
}


def explanation_lines(explanation: Explanation, width: int, exchange: Exchange | None = None) -> Lines:
    """The card. With the exchange it also says of a limit what is left and when it ends."""
    mark = words.of_cause(explanation.cause)
    lines = paragraph(f"{mark.glyph} {explanation.headline}", width, f"{mark.role} strong")
    lines += paragraph(_subtitle(explanation), width, "dim", indent=2)
    lines.append(BLANK)
    lines += labelled(_facts(explanation, limit_of(exchange, explanation) if exchange else None), width)
    if explanation.steps:
        lines += heading("What to do", width)
        for number, step in enumerate(explanation.steps, 1):
            lines += _step(number, step, width)
    return lines


def _subtitle(explanation: Explanation) -> str:
    provider = PROVIDER_NAMES.get(explanation.provider, explanation.provider)
    status = f"{explanation.status} from {provider}" if explanation.status else _without_status(explanation, provider)
    if explanation.rule == "local.cancelled":
        return status
    return " · ".join((status, explanation.cause.replace("_", " "), CERTAINTY[explanation.certainty]))


def _without_status(explanation: Explanation, provider: str) -> str:
    """What was pasted may be an answer without its status."""
    if speaker(explanation) == "client":
        return f"no answer from {provider}"
    return f"an answer from {provider}, its status not known" if provider else "status not known"


def _facts(explanation: Explanation, limit: Limit | None) -> list[tuple[str, str]]:
    proof = _STARS.sub("*****…*****", explanation.proof)
    proof += f"  ({explanation.proof_from})" if explanation.proof_from else ""
    wait = f" in {explanation.retry_after:.0f} s" if explanation.retry_after is not None else ""
    retry = explanation.retry_advice or (f"may help{wait}" if explanation.retryable else "does not help")
    return [
        ("Proof", proof),
        *((spot, text) for spot, text in explanation.structure),
        ("Not this", explanation.not_this),
        ("Whose key", _whose(explanation)),
        ("Repairs it", explanation.who),
        ("Retry", retry),
        *(_limit(limit, explanation.retryable) if limit else ()),
        ("Mesh", explanation.mesh_does or f"falls back on this: {explanation.falls_back}"),
        ("Could be", ", ".join(label.replace("_", " ") for label in explanation.also)),
        ("Counted", "; ".join(explanation.numbers)),
        ("Request id", explanation.request_id),
        ("Read more", explanation.reference),
    ]


def _limit(limit: Limit, retryable: bool) -> list[tuple[str, str]]:
    """Which limit, what is left of it, and when it ends, with the place in the answer that says so."""
    size = f"{limit.limit:,}" if limit.limit is not None else ""
    left = "not told" if limit.remaining is None else f"{limit.remaining:,}{f' of {size}' if size else ''}"
    if limit.resets_at is not None:
        resets = f"{clock(limit.resets_at)}  ({limit.said_by})"
    else:
        resets = "not told: wait with growing pauses" if retryable else "waiting does not end it"
    name = limit.name or "not told which"
    return [
        ("Limit", f"{size} {name}" if size and " per " in name else f"{name}{f': {size}' if size else ''}"),
        ("Left", left),
        ("Resets at", resets),
    ]


def _whose(explanation: Explanation) -> str:
    provider = PROVIDER_NAMES.get(explanation.provider, explanation.provider)
    return {
        "mesh": "the Mesh key (rsk_…)",
        "provider": "the provider's key" + ("" if explanation.provider == "mesh" else f", at {provider}"),
    }.get(explanation.credential or "", "no key is at fault")


def _step(number: int, step: Step, width: int) -> Lines:
    first, *rest = paragraph(step.text, width, indent=3)
    lines: Lines = [((f"{number}. ", "accent"), (first[0][0][3:], "")), *rest]
    if step.command:
        lines += paragraph(f"$ {step.command}", width, "strong", indent=3)
    if step.url:
        lines += paragraph(step.url, width, "accent", indent=3)
    return lines
