"""Who served, whether Mesh fell back, who paid, and how that is known; and the verdict in one line, with its reason.

The evidence, strongest first (Mesh documentation "BYOK", "Caching", "Errors", "Retry and fallback", and the usage
fields of its SDK): 0 the response cache; 1 the fallback header, or an answer of the provider itself; 2 the usage
fields; 3 what must be so because of a setting; 5 how Mesh failed; 6 what Mesh charged (`bill`), or how your key
failed. Routing headers, the model's name and the latency are no evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from meshtui.base.endpoints import MESH_FEE
from meshtui.base.exchange import UNSENT, Answer
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import make_one_line, write_dollars
from meshtui.http.decoding import dig
from meshtui.runs import costs as bill
from meshtui.runs.compare import make_conclusion
from meshtui.runs.costs import read_flag, read_values
from meshtui.runs.fallback import is_exclusive, is_fallback_documented, may_only_own_key_serve
from meshtui.runs.model import Attempt, Basis, Bill, Evidence, Paid, Path, RunRequest, Served, Verdict

FALLBACK_HEADER = "X-BYOK-Fallback-Triggered"
BYOK_CODES = frozenset({"upstream_auth_error", "upstream_rate_limit_error", "insufficient_credits"})
"""Codes by which Mesh reports the failure of your provider key, where a `provider_code` is beside them."""
ACCOUNT_CODES = frozenset({"unauthorized", "forbidden", "spend_limit_exceeded", "rate_limit_exceeded"})
"""Codes by which Mesh refuses the Mesh key, so that the request reaches no credential."""

Found = Iterator[Evidence]


def find_evidence(request: RunRequest, attempts: tuple[Attempt, ...]) -> tuple[Evidence, ...]:
    """All evidence in the attempts, the strongest first. A failed attempt served nobody, whatever else it shows."""
    found: list[Evidence] = []
    for number, attempt in enumerate(attempts):
        own = attempt.provider != "mesh"
        found += (
            _read_provider_evidence(request, attempt)
            if own
            else _read_mesh_evidence(request, attempt, after_own_key=number > 0)
        )
    return tuple(sorted(found, key=lambda e: e.rank))


def _read_provider_evidence(request: RunRequest, attempt: Attempt) -> Found:
    name = PROVIDER_NAMES.get(attempt.provider, "the provider")
    if attempt.ok:
        yield Evidence(1, f"{name} itself answered your key", Served.OWN_KEY, False, Basis.OBSERVED)
        return
    ends_here = is_exclusive(request.credential) or (attempt.explanation and attempt.explanation.falls_back == "no")
    fell_back = False if ends_here else None
    yield Evidence(6, f"your key at {name}: {_describe_outcome(attempt)}", Served.NOBODY, fell_back, Basis.OBSERVED)


def _read_mesh_evidence(request: RunRequest, attempt: Attempt, *, after_own_key: bool) -> Found:
    answer, alone = attempt.exchange.answer, attempt.role == "mesh" and may_only_own_key_serve(request)
    if not attempt.ok:
        # Whether the answer says more decides about the fallback only: nothing was served. Mesh may hand out your
        # key's error though its own credentials failed after it, so the code itself tells nothing of that.
        stated = next((e.fell_back for e in _read_stated_evidence(answer) if e.fell_back is not None), None)
        never = stated is None and (
            alone or (answer is not None and _find_error_code(answer.body, ACCOUNT_CODES) != "")
        )
        fell_back = True if after_own_key else False if never else stated
        yield Evidence(5, f"Mesh: {_describe_failure(attempt)}", Served.NOBODY, fell_back, Basis.OBSERVED)
        return
    # After your key the fallback is this replay's; what Mesh says is then about another team's keys.
    yield from (replace(e, fell_back=None) if after_own_key else e for e in _read_reported_evidence(attempt))
    if after_own_key:
        what = "Mesh answered with its own credentials after your key had failed"
        yield Evidence(3, what, Served.PLATFORM, True, Basis.OBSERVED)
    elif attempt.role == "platform":
        what = "the Mesh key's team has no provider keys, as you set it up"
        yield Evidence(3, what, Served.PLATFORM, False, Basis.INFERRED)
    elif alone:
        what = "exclusive use is on: only your key may serve"
        yield Evidence(3, what, Served.OWN_KEY, False, Basis.INFERRED)


def _read_reported_evidence(attempt: Attempt) -> Found:
    """What Mesh reported about an answer, in it and afterwards."""
    yield from _read_stated_evidence(attempt.exchange.answer)
    if attempt.bill is not None:
        yield from _read_bill_evidence(attempt.bill)


def _read_bill_evidence(charged: Bill) -> Found:
    if charged.byok_used is not None or charged.fell_back is not None:
        yield _read_flag_evidence("usage row", charged.byok_used, charged.fell_back)
    says = bill.judge_bill(charged)
    compared = {
        Served.OWN_KEY: f"at most a fee on the catalogue price of {write_dollars(charged.catalogue or 0)}",
        Served.PLATFORM: f"the full catalogue price, {write_dollars(charged.catalogue or 0)}",
    }.get(says, "which does not tell whose credential served" if charged.catalogue is not None else "")
    what = f"charged: {write_dollars(charged.cost)}" + (f", {compared}" if compared else "")
    yield Evidence(6, what, says, False if says is Served.OWN_KEY else None, Basis.LIKELY)


def _read_stated_evidence(answer: Answer | None) -> Found:
    """What Mesh states explicitly, in headers and in the usage of the answer or of any chunk."""
    if answer is None:
        return
    if answer.header("X-Cache").upper() == "HIT":
        yield Evidence(0, "header X-Cache: HIT, so no credential was used", Served.CACHE, False, Basis.OBSERVED)
    if (header := answer.header(FALLBACK_HEADER)) or _has(answer, FALLBACK_HEADER):
        fell_back = read_flag(header) is not False
        says = Served.PLATFORM if fell_back else Served.UNKNOWN
        yield Evidence(1, f"header {FALLBACK_HEADER}: {make_one_line(header, 80)}", says, fell_back, Basis.OBSERVED)
    for usage in _list_usages(answer.body):
        yield _read_flag_evidence(
            "usage", read_flag(usage.get("byok_used")), read_flag(usage.get("fallback_triggered"))
        )


def _read_flag_evidence(where: str, used: bool | None, fell: bool | None) -> Evidence:
    """The two fields that name BYOK, as embeddings have them in their usage."""
    shown = {"byok_used": used, "fallback_triggered": fell}
    what = ", ".join(f"{name} {str(stated).lower()}" for name, stated in shown.items() if stated is not None)
    says = Served.UNKNOWN
    if fell or used is not None:
        says = Served.OWN_KEY if used and not fell else Served.PLATFORM
    fell_back = False if used and fell is None else fell
    return Evidence(2, f"{where}: {what or 'nothing that can be read'}", says, fell_back, Basis.OBSERVED)


def _list_usages(body: str) -> Iterator[dict[str, object]]:
    """The usage objects with fields about BYOK."""
    for value in read_values(body):
        usage = dig(value, "usage")
        if isinstance(usage, dict) and usage.keys() & {"byok_used", "fallback_triggered"}:
            yield usage


def _find_error_code(body: str, among: frozenset[str]) -> str:
    """The code of Mesh's error where it is one of these; those of a provider key count with a `provider_code` beside
    them only, those of the account without. Empty where the answer holds none."""
    for value in read_values(body):
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


def _describe_failure(attempt: Attempt) -> str:
    """`401, credential_invalid, error.code upstream_auth_error: your provider key was used`; of a stream also that it
    had begun."""
    exchange = attempt.exchange
    if exchange.answer is None:
        return _describe_outcome(attempt)
    if exchange.answer.status < 300:
        how = "broke off" if exchange.failure else "then carried an error"
        return f"the answer began and {how}: {_describe_outcome(attempt)}"
    code = _find_error_code(exchange.answer.body, BYOK_CODES)
    return _describe_outcome(attempt) + (f", error.code {code}: your provider key was used" if code else "")


def _describe_outcome(attempt: Attempt) -> str:
    """`401, credential_invalid`; the cause alone where the failure is named by it."""
    exchange = attempt.exchange
    failure = exchange.failure.kind if exchange.failure else ""
    cause = attempt.explanation.cause if attempt.explanation else ""
    return ", ".join(dict.fromkeys(part for part in (str(exchange.status or ""), failure, cause) if part))


_NEVER_THERE = UNSENT | {"dns", "refused", "tls", "proxy", "connect_timeout"}
"""Kinds of failure after which no model can have run, because the request did not reach its service."""


def judge_payer(attempts: tuple[Attempt, ...], served: Served) -> Paid:
    """A cache hit costs nothing, and refused requests are not billed. Where an answer broke off, somebody may have
    been billed for what had come."""
    match served:
        case Served.OWN_KEY:
            return Paid.KEY_OWNER
        case Served.PLATFORM:
            return Paid.MESH_BALANCE
        case Served.CACHE:
            return Paid.NOBODY
        case Served.NOBODY if all(map(_is_refused, attempts)):
            return Paid.NOBODY
        case _:
            return Paid.UNKNOWN


def write_payment_sentence(attempts: tuple[Attempt, ...], who: Paid, cost: str = "") -> str:
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
            return f"It cost {write_dollars(cost)}, paid from your Mesh balance."
        case Paid.MESH_BALANCE:
            return "Paid from your Mesh balance, at Mesh's price."
        case Paid.NOBODY if through_mesh:
            return "Mesh billed nothing, by its documentation."
        case Paid.NOBODY:
            return "Mesh billed nothing: it was not involved."
        case _:
            return "Who paid is not known."


def _is_refused(attempt: Attempt) -> bool:
    exchange = attempt.exchange
    if exchange.failure is not None:
        return exchange.failure.kind in _NEVER_THERE
    return exchange.status >= 400


_NEEDS = {
    Path.BYOK: "No provider credential is chosen: load one to try it at its provider.",
    Path.MESH: "No Mesh key is loaded: this path needs the one whose team holds your provider keys.",
    Path.PLATFORM: "No platform key is loaded: this path needs a Mesh key of a team without provider keys, named "
    "'platform'.",
    Path.COMPARE: "No Mesh key is loaded, so nothing went through Mesh as it is configured.",
}
_MESH = {
    (Served.OWN_KEY, False): "Your own key served, and Mesh did not fall back.",
    (Served.PLATFORM, True): "Mesh fell back: your key failed there, and Mesh's own credentials served.",
    (Served.PLATFORM, False): "Mesh's own credentials served, and no key of yours had failed before.",
    (Served.PLATFORM, None): "Mesh's own credentials served; whether your key failed before is not reported.",
    (
        Served.CACHE,
        False,
    ): "Mesh's response cache answered: no credential was used, so it proves nothing about a key.",
    (
        Served.UNKNOWN,
        False,
    ): "Mesh answered and says that it did not fall back; it does not say that a key of yours served.",
    (Served.UNKNOWN, None): "Mesh answered, and nothing in the answer says whose credential served. To find out, look "
    "at the logs in Mesh's dashboard, or set the key to exclusive use and send again.",
}


_LIKELY = {
    Served.OWN_KEY: "Most likely your own key served: Mesh charged {cost}, no more than its fee.",
    Served.PLATFORM: "Most likely Mesh's own credentials served and your key did not: Mesh charged {cost}, "
    "its full price.",
}


def write_verdict_sentence(request: RunRequest, attempts: tuple[Attempt, ...], found: Verdict) -> str:
    """The result, its reason, and who paid. `attempts` are those that the verdict is about."""
    outcome = _choose_sentence(request, attempts, found.served, found.fell_back)
    if found.basis is Basis.LIKELY:
        outcome = _LIKELY[found.served].format(cost=write_dollars(found.cost_usd))
    if not attempts and request.path is Path.COMPARE:
        return outcome
    return f"{outcome} {write_payment_sentence(attempts, found.paid, found.cost_usd)}"


def _choose_sentence(request: RunRequest, attempts: tuple[Attempt, ...], served: Served, fell_back: bool | None) -> str:
    if not attempts:
        return _NEEDS[request.path]
    last = attempts[-1]
    if last.exchange.failure is not None and last.exchange.failure.kind == "cancelled":
        return "You stopped it before the answer was complete."
    if request.path is Path.BYOK and served is not Served.CACHE:
        return _describe_replay(request, attempts)
    if request.path is Path.PLATFORM and served is Served.OWN_KEY:
        return "A provider key of that Mesh key's own team served, so this key does not reach Mesh's own credentials."
    if request.path is Path.PLATFORM and (served, fell_back) == (Served.PLATFORM, False):
        return "Mesh's own credentials served, as this path asks."
    if served is Served.NOBODY:
        return _describe_mesh_refusal(last, fell_back)
    return _MESH.get((served, fell_back)) or _MESH[Served.UNKNOWN, None]


def _describe_replay(request: RunRequest, attempts: tuple[Attempt, ...]) -> str:
    own, last = attempts[0], attempts[-1]
    if own.ok:
        return f"Your own key served: {_name(own)} answered it."
    why = _find_headline(own)
    if last is not own and last.ok:
        return f"Your key failed and Mesh's own credentials served. {why}."
    if last is not own:
        return f"Your key failed, and so did Mesh's own credentials. {why}. {_find_headline(last)}."
    if not is_fallback_documented(own.explanation):
        return f"{why}. {_explain_end(own)}"
    if is_exclusive(request.credential):
        return f"{why}. With exclusive use Mesh stops here too and returns this error."
    return (
        f"{why}. Mesh would now fall back and charge your balance; to see that, add a Mesh key of a team without "
        "provider keys and name it 'platform'."
    )


def _explain_end(own: Attempt) -> str:
    if own.explanation is not None and own.explanation.falls_back == "no":
        return "Mesh does not fall back on a wrong request."
    return "Whether Mesh falls back on this is not documented, so nothing else was tried."


def _describe_mesh_refusal(last: Attempt, fell_back: bool | None) -> str:
    if last.exchange.status == 200:
        before = " Mesh had fallen back to its own credentials before it began." if fell_back else ""
        return f"The answer began and did not finish: {_find_headline(last)}.{before}"
    if last.explanation is not None and last.explanation.credential == "provider" and fell_back is not True:
        return f"{_find_headline(last)}. Mesh used your provider key, and nothing else served."
    also = " It had fallen back to its own credentials, and they failed too." if fell_back else ""
    return f"{_find_headline(last)}.{also}"


def _find_headline(attempt: Attempt) -> str:
    return attempt.explanation.headline.rstrip(".") if attempt.explanation else f"{_name(attempt)} gave no answer"


def _name(attempt: Attempt) -> str:
    return PROVIDER_NAMES.get(attempt.provider, "The provider")


def judge_run(request: RunRequest, attempts: tuple[Attempt, ...]) -> Verdict:
    """The strongest evidence that names a server decides who served; the strongest that shows a fallback decides that.
    Without any, the server stays unknown: a plain 200 proves nothing. Of a comparison it is about the request to
    Mesh."""
    about = tuple(a for a in attempts if request.path is not Path.COMPARE or a.role == "mesh")
    evidence = find_evidence(request, about)
    decisive = next((e for e in evidence if e.says is not Served.UNKNOWN), None)
    served = decisive.says if decisive else Served.UNKNOWN if attempts else Served.NOBODY
    found = Verdict(
        served=served,
        fell_back=next((e.fell_back for e in evidence if e.fell_back is not None), None),
        basis=decisive.basis if decisive else Basis.NOT_REPORTED,
        sentence="",
        evidence=evidence,
        paid=judge_payer(about, served),
        cost_usd=next((f"{a.bill.cost:f}" for a in about if a.bill is not None), ""),
        alarm=served is Served.PLATFORM and request.path is not Path.PLATFORM,
    )
    found = replace(found, sentence=write_verdict_sentence(request, about, found))
    return replace(found, conclusion=make_conclusion(attempts, found)) if request.path is Path.COMPARE else found
