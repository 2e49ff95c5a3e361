"""What the answers show about who served, strongest first (Mesh documentation "BYOK", "Caching", "Errors", and the
usage fields of its SDK).

Ranks: 0 the response cache; 1 the fallback header, or an answer of the provider itself; 2 the usage fields; 3 what must
be so because of a setting; 5 the error's code. Routing headers, the model's name and the latency are no evidence.
"""

from __future__ import annotations

from collections.abc import Iterator

from meshtui.config import PROVIDER_NAMES
from meshtui.exchange import Answer
from meshtui.providers.reading import as_json, dig
from meshtui.providers.sse import SseDecoder
from meshtui.runs.model import Ask, Attempt, Basis, Evidence, Path, Served
from meshtui.runs.policy import is_exclusive, policy_is_known
from meshtui.sanitize import one_line

FALLBACK_HEADER = "X-BYOK-Fallback-Triggered"
BYOK_CODES = ("upstream_auth_error", "upstream_rate_limit_error", "insufficient_credits")
"""Codes by which Mesh passes on how your provider key failed, where a `provider_code` stands beside them."""

Found = Iterator[Evidence]


def evidence_of(ask: Ask, attempts: tuple[Attempt, ...]) -> tuple[Evidence, ...]:
    """Everything the attempts show, the strongest first. A failed attempt served nobody, whatever else it shows."""
    found: list[Evidence] = []
    for number, attempt in enumerate(attempts):
        own = attempt.provider != "mesh"
        found += _of_provider(ask, attempt) if own else _of_mesh(ask, attempt, after_own_key=number > 0)
    return tuple(sorted(found, key=lambda e: e.rank))


def _of_provider(ask: Ask, attempt: Attempt) -> Found:
    name = PROVIDER_NAMES.get(attempt.provider, "the provider")
    if attempt.ok:
        yield Evidence(1, f"{name} itself answered your key", Served.OWN_KEY, False, Basis.OBSERVED)
        return
    ends_here = is_exclusive(ask.credential) or (attempt.explanation and attempt.explanation.falls_back == "no")
    fell_back = False if ends_here else None
    yield Evidence(6, f"your key at {name}: {_outcome(attempt)}", Served.NOBODY, fell_back, Basis.OBSERVED)


def _of_mesh(ask: Ask, attempt: Attempt, *, after_own_key: bool) -> Found:
    answer = attempt.exchange.answer
    if not attempt.ok:
        # Whether the answer says more decides about the fallback only: nothing was served.
        told = next((e.fell_back for e in _said(answer) if e.fell_back is not None), None)
        code = _byok_code(answer.body) if answer else ""
        told = False if told is None and code else told
        what = f"Mesh: {_outcome(attempt)}" + (f", error.code {code}: your provider key was used" if code else "")
        yield Evidence(5, what, Served.NOBODY, True if after_own_key else told, Basis.OBSERVED)
        return
    yield from _said(answer)
    if after_own_key:
        what = "Mesh answered with its own credentials after your key had failed"
        yield Evidence(3, what, Served.PLATFORM, True, Basis.OBSERVED)
    elif ask.path is Path.PLATFORM:
        what = "the Mesh key's team has no provider keys, as you set it up"
        yield Evidence(3, what, Served.PLATFORM, False, Basis.INFERRED)
    elif is_exclusive(ask.credential) and policy_is_known(ask.credential):
        what = "exclusive use is on: only your key may serve"
        yield Evidence(3, what, Served.OWN_KEY, False, Basis.INFERRED)


def _said(answer: Answer | None) -> Found:
    """What Mesh says outright, in headers and in the usage of the answer or of any chunk."""
    if answer is None:
        return
    if answer.header("X-Cache").upper() == "HIT":
        yield Evidence(0, "header X-Cache: HIT, so no credential was used", Served.CACHE, False, Basis.OBSERVED)
    if (header := answer.header(FALLBACK_HEADER)) or _has(answer, FALLBACK_HEADER):
        fell_back = _truth(header) is not False
        says = Served.PLATFORM if fell_back else Served.UNKNOWN
        yield Evidence(1, f"header {FALLBACK_HEADER}: {one_line(header, 80)}", says, fell_back, Basis.OBSERVED)
    for usage in _usages(answer.body):
        used, fell = _truth(usage.get("byok_used")), _truth(usage.get("fallback_triggered"))
        shown = ", ".join(
            f"{name} {one_line(str(usage[name]), 40)}" for name in ("byok_used", "fallback_triggered") if name in usage
        )
        if fell or used is not None:
            says = Served.OWN_KEY if used and not fell else Served.PLATFORM
        else:
            says = Served.UNKNOWN
        fell = False if used and fell is None else fell
        yield Evidence(2, f"usage: {shown}", says, fell, Basis.OBSERVED)


def _usages(body: str) -> Iterator[dict[str, object]]:
    """The usage objects that tell about BYOK."""
    for value in _values(body):
        usage = dig(value, "usage")
        if isinstance(usage, dict) and usage.keys() & {"byok_used", "fallback_triggered"}:
            yield usage


def _byok_code(body: str) -> str:
    """Mesh's code for a failure of your provider key; empty where the answer holds none."""
    for value in _values(body):
        code = dig(value, "error", "code")
        if isinstance(code, str) and code in BYOK_CODES and dig(value, "error", "provider_code"):
            return code
    return ""


def _values(body: str) -> list[object]:
    """The JSON of a whole answer, or of each event of a stream."""
    whole = as_json(body)
    if whole is not None:
        return [whole]
    decoder = SseDecoder()
    return [as_json(event.data) for event in (*decoder.feed(body.encode()), *decoder.close())]


def _has(answer: Answer, name: str) -> bool:
    return any(key.lower() == name.lower() for key, _ in answer.headers)


def _truth(value: object) -> bool | None:
    """A flag as Mesh may write it; None for what is none. The header's value is documented nowhere."""
    if isinstance(value, str):
        return {"false": False, "0": False, "no": False, "true": True, "1": True, "yes": True}.get(
            value.strip().lower()
        )
    return value if isinstance(value, bool) else None


def _outcome(attempt: Attempt) -> str:
    """`401, credential_invalid`"""
    exchange = attempt.exchange
    failure = exchange.failure.kind if exchange.failure else ""
    cause = attempt.explanation.cause if attempt.explanation else ""
    return ", ".join(part for part in (str(exchange.status or ""), failure, cause) if part)
