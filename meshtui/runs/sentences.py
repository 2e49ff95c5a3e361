"""The verdict in one line that a person reads, with the reason in it."""

from __future__ import annotations

from meshtui.config import PROVIDER_NAMES
from meshtui.runs import paid
from meshtui.runs.model import Ask, Attempt, Basis, Path, Served, Verdict
from meshtui.runs.policy import is_exclusive, would_fall_back

_NEEDS = {
    Path.BYOK: "No provider credential is chosen: load one to try it at its provider.",
    Path.MESH: "No Mesh key is loaded: this path needs the one whose team holds your provider keys.",
    Path.PLATFORM: "No platform key is loaded: this path needs a Mesh key of a team without provider keys, under the "
    "name 'platform'.",
    Path.COMPARE: "No Mesh key is loaded, so nothing went through Mesh as it is configured.",
}
_MESH = {
    (Served.OWN_KEY, False): "Your own key served, and Mesh did not fall back.",
    (Served.PLATFORM, True): "Mesh fell back: your key failed there, and Mesh's own credentials served.",
    (Served.PLATFORM, False): "Mesh's own credentials served, and no key of yours had failed before.",
    (Served.PLATFORM, None): "Mesh's own credentials served; whether your key failed before is not told.",
    (Served.CACHE, False): "Mesh's response cache answered, so no credential was used and nothing is proved.",
    (
        Served.UNKNOWN,
        False,
    ): "Mesh answered and says that it did not fall back; it does not say that a key of yours served.",
    (Served.UNKNOWN, None): "Mesh answered, and nothing in the answer tells whose credential served: Mesh's dashboard "
    "logs do, or the same request with the key set to exclusive use.",
}


_LIKELY = {
    Served.OWN_KEY: "Most likely your own key served: Mesh charged {cost} USD, which is no more than its fee.",
    Served.PLATFORM: "Most likely Mesh's own credentials served and your key did not: Mesh charged {cost} USD, "
    "its whole price.",
}


def sentence(ask: Ask, attempts: tuple[Attempt, ...], found: Verdict) -> str:
    """What came of it, why, and who paid. `attempts` are those that the verdict is about."""
    outcome = _outcome(ask, attempts, found.served, found.fell_back)
    if found.basis is Basis.LIKELY:
        outcome = _LIKELY[found.served].format(cost=found.cost_usd)
    if not attempts and ask.path is Path.COMPARE:
        return outcome
    return f"{outcome} {paid.sentence(attempts, found.paid, found.cost_usd)}"


def _outcome(ask: Ask, attempts: tuple[Attempt, ...], served: Served, fell_back: bool | None) -> str:
    if not attempts:
        return _NEEDS[ask.path]
    last = attempts[-1]
    if last.exchange.failure is not None and last.exchange.failure.kind == "cancelled":
        return "You stopped it before the answer was whole."
    if ask.path is Path.BYOK and served is not Served.CACHE:
        return _replayed(ask, attempts)
    if ask.path is Path.PLATFORM and served is Served.OWN_KEY:
        return "A provider key of that Mesh key's own team served: it is not the way to Mesh's own credentials."
    if ask.path is Path.PLATFORM and (served, fell_back) == (Served.PLATFORM, False):
        return "Mesh's own credentials served, as this path asks."
    if served is Served.NOBODY:
        return _refused_by_mesh(last, fell_back)
    return _MESH.get((served, fell_back)) or _MESH[Served.UNKNOWN, None]


def _replayed(ask: Ask, attempts: tuple[Attempt, ...]) -> str:
    own, last = attempts[0], attempts[-1]
    if own.ok:
        return f"Your own key served: {_name(own)} answered it."
    why = _headline(own)
    if last is not own and last.ok:
        return f"Your key failed and Mesh's own credentials served. {why}."
    if last is not own:
        return f"Your key failed, and so did Mesh's own credentials. {why}. {_headline(last)}."
    if not would_fall_back(own.explanation):
        return f"{why}. {_why_it_ends(own)}"
    if is_exclusive(ask.credential):
        return f"{why}. With exclusive use Mesh stops here too and hands you this error."
    return (
        f"{why}. Mesh would now fall back and serve from your balance; to see that, load a Mesh key of a team without "
        "provider keys under the name 'platform'."
    )


def _why_it_ends(own: Attempt) -> str:
    if own.explanation is not None and own.explanation.falls_back == "no":
        return "Mesh does not fall back on a wrong request."
    return "Whether Mesh falls back on this is not documented, so nothing else was tried."


def _refused_by_mesh(last: Attempt, fell_back: bool | None) -> str:
    if last.exchange.status == 200:
        before = " Mesh had fallen back to its own credentials before it began." if fell_back else ""
        return f"The answer began well and was not finished: {_headline(last)}.{before}"
    if last.explanation is not None and last.explanation.credential == "provider" and fell_back is not True:
        return f"{_headline(last)}. Mesh used your provider key, and nothing else served."
    also = " It had fallen back to its own credentials, and they failed too." if fell_back else ""
    return f"{_headline(last)}.{also}"


def _headline(attempt: Attempt) -> str:
    return attempt.explanation.headline.rstrip(".") if attempt.explanation else f"{_name(attempt)} gave no answer"


def _name(attempt: Attempt) -> str:
    return PROVIDER_NAMES.get(attempt.provider, "The provider")
