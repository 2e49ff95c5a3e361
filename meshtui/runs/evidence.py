"""What the answers show about who served, strongest first (Mesh documentation "BYOK", "Caching", "Errors", and the
usage fields of its SDK).

Ranks: 0 the response cache; 1 the fallback header, or an answer of the provider itself; 2 the usage fields; 3 what must
be so because of a setting; 5 how Mesh failed; 6 what Mesh charged (`bill`), or how your key failed. Routing headers,
the model's name and the latency are no evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from meshtui.config import PROVIDER_NAMES
from meshtui.exchange import Answer
from meshtui.providers.reading import dig
from meshtui.runs import bill
from meshtui.runs.bodies import flag, values
from meshtui.runs.model import Ask, Attempt, Basis, Bill, Evidence, Served
from meshtui.runs.policy import is_exclusive, only_own_key_may_serve
from meshtui.sanitize import one_line

FALLBACK_HEADER = "X-BYOK-Fallback-Triggered"
BYOK_CODES = frozenset({"upstream_auth_error", "upstream_rate_limit_error", "insufficient_credits"})
"""Codes by which Mesh passes on how your provider key failed, where a `provider_code` stands beside them."""
ACCOUNT_CODES = frozenset({"unauthorized", "forbidden", "spend_limit_exceeded", "rate_limit_exceeded"})
"""Codes by which Mesh turns the Mesh key away, so that the request reaches no credential."""

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
    answer, alone = attempt.exchange.answer, attempt.role == "mesh" and only_own_key_may_serve(ask)
    if not attempt.ok:
        # Whether the answer says more decides about the fallback only: nothing was served. Mesh may hand out your
        # key's error though its own credentials failed after it, so the code itself tells nothing of that.
        told = next((e.fell_back for e in _said(answer) if e.fell_back is not None), None)
        never = told is None and (alone or (answer is not None and _code(answer.body, ACCOUNT_CODES) != ""))
        fell_back = True if after_own_key else False if never else told
        yield Evidence(5, f"Mesh: {_failed(attempt)}", Served.NOBODY, fell_back, Basis.OBSERVED)
        return
    # After your key the fallback is this replay's; what Mesh says is then about another team's keys.
    yield from (replace(e, fell_back=None) if after_own_key else e for e in _reported(attempt))
    if after_own_key:
        what = "Mesh answered with its own credentials after your key had failed"
        yield Evidence(3, what, Served.PLATFORM, True, Basis.OBSERVED)
    elif attempt.role == "platform":
        what = "the Mesh key's team has no provider keys, as you set it up"
        yield Evidence(3, what, Served.PLATFORM, False, Basis.INFERRED)
    elif alone:
        what = "exclusive use is on: only your key may serve"
        yield Evidence(3, what, Served.OWN_KEY, False, Basis.INFERRED)


def _reported(attempt: Attempt) -> Found:
    """What Mesh itself gave out about an answer, with it and afterwards."""
    yield from _said(attempt.exchange.answer)
    if attempt.bill is not None:
        yield from _of_bill(attempt.bill)


def _of_bill(charged: Bill) -> Found:
    if charged.byok_used is not None or charged.fell_back is not None:
        yield _of_flags("usage row", charged.byok_used, charged.fell_back)
    says = bill.says(charged)
    compared = {
        Served.OWN_KEY: f"a fee at most of the catalogue's {charged.catalogue or 0:f} USD",
        Served.PLATFORM: f"the whole price by the catalogue, {charged.catalogue or 0:f} USD",
    }.get(says, "which does not tell whose credential served" if charged.catalogue is not None else "")
    what = f"charged: {charged.cost:f} USD" + (f", {compared}" if compared else "")
    yield Evidence(6, what, says, False if says is Served.OWN_KEY else None, Basis.LIKELY)


def _said(answer: Answer | None) -> Found:
    """What Mesh says outright, in headers and in the usage of the answer or of any chunk."""
    if answer is None:
        return
    if answer.header("X-Cache").upper() == "HIT":
        yield Evidence(0, "header X-Cache: HIT, so no credential was used", Served.CACHE, False, Basis.OBSERVED)
    if (header := answer.header(FALLBACK_HEADER)) or _has(answer, FALLBACK_HEADER):
        fell_back = flag(header) is not False
        says = Served.PLATFORM if fell_back else Served.UNKNOWN
        yield Evidence(1, f"header {FALLBACK_HEADER}: {one_line(header, 80)}", says, fell_back, Basis.OBSERVED)
    for usage in _usages(answer.body):
        yield _of_flags("usage", flag(usage.get("byok_used")), flag(usage.get("fallback_triggered")))


def _of_flags(where: str, used: bool | None, fell: bool | None) -> Evidence:
    """The two fields that name BYOK, as embeddings have them in their usage."""
    shown = {"byok_used": used, "fallback_triggered": fell}
    what = ", ".join(f"{name} {str(told).lower()}" for name, told in shown.items() if told is not None)
    says = Served.UNKNOWN
    if fell or used is not None:
        says = Served.OWN_KEY if used and not fell else Served.PLATFORM
    fell_back = False if used and fell is None else fell
    return Evidence(2, f"{where}: {what or 'nothing that can be read'}", says, fell_back, Basis.OBSERVED)


def _usages(body: str) -> Iterator[dict[str, object]]:
    """The usage objects that tell about BYOK."""
    for value in values(body):
        usage = dig(value, "usage")
        if isinstance(usage, dict) and usage.keys() & {"byok_used", "fallback_triggered"}:
            yield usage


def _code(body: str, among: frozenset[str]) -> str:
    """The code of Mesh's error where it is one of these; those of a provider key count with a `provider_code` beside
    them only, those of the account without. Empty where the answer holds none."""
    for value in values(body):
        code = dig(value, "error", "code")
        if (
            isinstance(code, str)
            and code in among
            and bool(dig(value, "error", "provider_code")) == (among is BYOK_CODES)
        ):
            return code
    return ""


def _has(answer: Answer, name: str) -> bool:
    return any(key.lower() == name.lower() for key, _ in answer.headers)


def _failed(attempt: Attempt) -> str:
    """`401, credential_invalid, error.code upstream_auth_error: your provider key was used`; of a stream also that it
    had begun."""
    exchange = attempt.exchange
    if exchange.answer is None:
        return _outcome(attempt)
    if exchange.answer.status < 300:
        how = "broke off" if exchange.failure else "then carried an error"
        return f"the answer began and {how}: {_outcome(attempt)}"
    code = _code(exchange.answer.body, BYOK_CODES)
    return _outcome(attempt) + (f", error.code {code}: your provider key was used" if code else "")


def _outcome(attempt: Attempt) -> str:
    """`401, credential_invalid`; the cause alone where the failure is named by it."""
    exchange = attempt.exchange
    failure = exchange.failure.kind if exchange.failure else ""
    cause = attempt.explanation.cause if attempt.explanation else ""
    return ", ".join(dict.fromkeys(part for part in (str(exchange.status or ""), failure, cause) if part))
