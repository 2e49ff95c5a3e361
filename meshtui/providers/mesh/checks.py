"""A Mesh key's free rungs, and what Mesh says of the provider keys stored with it (developers.meshapi.ai, "Usage API",
"Models", "BYOK"). What the calls about provider keys answer is not documented."""

from __future__ import annotations

import re
from functools import partial

from meshtui.base.endpoints import PROVIDER_NAMES
from meshtui.base.text import one_line
from meshtui.checks.common import bearer
from meshtui.checks.model import PASSED, STORED_KEY, Climber, Holds, Judgement, Rung
from meshtui.explain.exchange import explain_exchange
from meshtui.http.call import Call
from meshtui.http.decoding import dig
from meshtui.providers.mesh import requests as mesh

_DASHBOARD = Judgement(
    Holds.UNCLEAR, "Mesh wants the dashboard's token for this, not an API key", "unknown",
    "look in Mesh's dashboard, under provider keys: each has a Test button",
)  # fmt: skip
_STORE_ANEW = "check the key itself at its provider; where it is good there, store it with Mesh anew, whole"
_OTHERWISE = Judgement(Holds.UNCLEAR, "Mesh does not take this call as its pages name it", "unknown")
_NOT_FOR_KEYS = {"credential_wrong_kind": _DASHBOARD, "permission_missing": _DASHBOARD, "request_invalid": _OTHERWISE}


def _balance(_: Climber, answer: object) -> Judgement:
    """In dollars, which Mesh writes with seven places."""
    left = re.match(r"-?\d{1,12}(?:\.\d{1,2})?", str(dig(answer, "available_usd") or dig(answer, "balance_usd")))
    return Judgement(Holds.PASSED, f"{left[0]} USD left") if left else Judgement(Holds.UNCLEAR, "no balance is named")


def _limits(_: Climber, answer: object) -> Judgement:
    """`rpm 3 of 100 used`"""
    parts = [
        f"{name} {current} of {limit} used"
        for name in ("rpm", "rpd", "tpm")
        if isinstance(current := dig(answer, "key", name, "current"), int)
        and isinstance(limit := dig(answer, "key", name, "limit"), int)
    ]
    return Judgement(Holds.PASSED, ", ".join(parts)) if parts else Judgement(Holds.UNCLEAR, "no limits are named")


def _model(climber: Climber, answer: object) -> Judgement:
    named = dig(answer, "id") == climber.question.model
    return PASSED if named else Judgement(Holds.UNCLEAR, "the answer does not name the model")


def _stored(climber: Climber, answer: object) -> Judgement:
    """Which provider has an active key, whatever the list is wrapped in."""
    rows = next((r for r in (answer, dig(answer, "provider_keys"), dig(answer, "data")) if isinstance(r, list)), None)
    if rows is None:
        return Judgement(Holds.UNCLEAR, "the answer is not a list of keys", "unknown")
    active = [row for row in rows if dig(row, "is_active") is not False]
    climber.stored = {str(dig(row, "provider")): str(dig(row, "id")) for row in active if dig(row, "id")}
    names = ", ".join(one_line(name, 40) for name in climber.stored)
    return Judgement(Holds.PASSED, f"active: {names}" if names else "no provider key is stored for this team")


def _tested(climber: Climber, answer: object) -> Judgement:
    """Mesh answers 200 to say that a key does not work."""
    match dig(answer, "valid"):
        case True:
            return Judgement(Holds.PASSED, "Mesh's own test passes")
        case False:
            told = explain_exchange(climber.exchanges[-1])
            reason = one_line(str(dig(answer, "error", "message") or told.headline), 200)
            cause = told.cause if told.cause.startswith(("credential", "region")) else "credential_invalid"
            return Judgement(Holds.FAILED, reason, cause, _STORE_ANEW)
        case _:
            return Judgement(Holds.UNCLEAR, "the answer does not say whether the key works", "unknown")


def _test_call(word: str, climber: Climber) -> Call:
    return mesh.stored_key_call(climber.endpoints, bearer(climber), climber.stored[word], word)


def _not_stored(word: str, climber: Climber) -> str:
    return "" if word in climber.stored else "no such key is known to be stored with Mesh"


IDENTITY = Rung(
    "identity", "Mesh knows the key and it is not shut", "that it may call a model",
    lambda c: mesh.balance_call(c.endpoints, bearer(c)), _balance,
)  # fmt: skip
LIMITS = Rung(
    "limits", "how much of the key's own limits is used", "the limits of your provider keys",
    lambda c: mesh.limits_call(c.endpoints, bearer(c)), _limits, stops=False, optional=True,
)  # fmt: skip
MODEL = Rung(
    "model", "Mesh has this model", "that this key may call it",
    lambda c: mesh.model_call(c.endpoints, bearer(c), c.question.model), _model, stops=False, foretells="prompt",
    optional=True,
)  # fmt: skip
STORED = Rung(
    "provider keys", "which provider keys Mesh holds for the key's team", "that they work",
    lambda c: mesh.stored_keys_call(c.endpoints, bearer(c)), _stored, instead=_NOT_FOR_KEYS, stops=False, optional=True,
)  # fmt: skip
TESTS = tuple(
    Rung(
        f"{STORED_KEY} {word}", f"the {PROVIDER_NAMES[provider]} key that Mesh holds works, as Mesh tests it",
        "rights to call a model: Mesh's test seems to list models",
        partial(_test_call, word), _tested, instead=_NOT_FOR_KEYS, stops=False, optional=True,
        needs=("provider keys",), skip=partial(_not_stored, word),
    )
    for word, provider in (("openai", "openai"), ("aws", "bedrock"), ("vertex", "vertex"))
)  # fmt: skip
