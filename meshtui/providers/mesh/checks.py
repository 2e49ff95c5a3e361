"""A Mesh key's free checks, and what Mesh says of the provider keys stored with it (developers.meshapi.ai, "Usage API",
"Models", "BYOK"). What the calls about provider keys answer is not documented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from meshtui.base.secret import Secret
from meshtui.base.text import make_one_line
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.http.call import Call
from meshtui.http.decoding import dig
from meshtui.providers.base import AtMesh, Provider
from meshtui.providers.bedrock.checks import find_lacking
from meshtui.providers.check import (
    CLOCK,
    FORM,
    NETWORK,
    PROMPT,
    STORED_KEY,
    STREAMED_PROMPT,
    Check,
    CheckState,
    CheckStatus,
    Outcome,
)
from meshtui.providers.default_models import describe_known_end
from meshtui.providers.mesh import requests as mesh
from meshtui.providers.mesh.provider import MESH_KEY
from meshtui.providers.registry import list_providers

_DASHBOARD = Outcome(
    CheckStatus.UNCLEAR, "Mesh wants the dashboard's token for this, not an API key", "unknown",
    "look in Mesh's dashboard under BYOK, or call POST /v1/provider-keys/test/… with the dashboard's token",
)  # fmt: skip
_STORE_ANEW = "check the key itself at its provider; where it is good there, store it with Mesh anew, whole"
_OTHERWISE = Outcome(CheckStatus.UNCLEAR, "Mesh does not take this call as its pages name it", "unknown")
_NOT_FOR_KEYS = {"credential_wrong_kind": _DASHBOARD, "permission_missing": _DASHBOARD, "request_invalid": _OTHERWISE}


def _take_key(state: CheckState) -> Secret:
    material = state.credential.material
    assert material is not None, "a credential that cannot be sent fails the check of its form"
    return material.secret


def _judge_balance(_: CheckState, answer: object) -> Outcome:
    """In dollars, which Mesh writes with seven places."""
    left = re.match(r"-?\d{1,12}(?:\.\d{1,2})?", str(dig(answer, "available_usd") or dig(answer, "balance_usd")))
    return (
        Outcome(CheckStatus.PASSED, f"{left[0]} USD left")
        if left
        else Outcome(CheckStatus.UNCLEAR, "no balance is named")
    )


def _judge_limits(_: CheckState, answer: object) -> Outcome:
    """`rpm 3 of 100 used`"""
    parts = [
        f"{name} {current} of {limit} used"
        for name in ("rpm", "rpd", "tpm")
        if isinstance(current := dig(answer, "key", name, "current"), int)
        and isinstance(limit := dig(answer, "key", name, "limit"), int)
    ]
    return (
        Outcome(CheckStatus.PASSED, ", ".join(parts)) if parts else Outcome(CheckStatus.UNCLEAR, "no limits are named")
    )


def _judge_model(state: CheckState, answer: object) -> Outcome:
    """Mesh has the model; when its provider ends it, by the table: Mesh's answers do not say it."""
    if dig(answer, "id") != state.question.model:
        return Outcome(CheckStatus.UNCLEAR, "the answer does not name the model")
    return Outcome(CheckStatus.PASSED, describe_known_end("mesh", state.question.model, datetime.now(UTC).date()))


def _judge_stored_keys(state: CheckState, answer: object) -> Outcome:
    """Which provider has an active key, whatever the list is wrapped in."""
    rows = next((r for r in (answer, dig(answer, "provider_keys"), dig(answer, "data")) if isinstance(r, list)), None)
    if rows is None:
        return Outcome(CheckStatus.UNCLEAR, "the answer is not a list of keys", "unknown")
    active = [row for row in rows if dig(row, "is_active") is not False]
    stored = {str(dig(row, "provider")): str(dig(row, "id")) for row in active if dig(row, "id")}
    state.learnt["stored"] = stored
    names = ", ".join(make_one_line(name, 40) for name in stored)
    return Outcome(CheckStatus.PASSED, f"active: {names}" if names else "no provider key is stored for this team")


def _judge_key_test(state: CheckState, answer: object) -> Outcome:
    """Mesh answers 200 to say that a key does not work."""
    match dig(answer, "valid"):
        case True:
            return Outcome(CheckStatus.PASSED, "Mesh's own test passes")
        case False:
            explanation = explain_exchange(state.exchanges[-1])
            reason = make_one_line(str(dig(answer, "error", "message") or explanation.headline), 200)
            cause = (
                explanation.cause if explanation.cause.startswith(("credential", "region")) else "credential_invalid"
            )
            return Outcome(CheckStatus.FAILED, reason, cause, _STORE_ANEW)
        case _:
            return Outcome(CheckStatus.UNCLEAR, "the answer does not say whether the key works", "unknown")


def _find_stored_keys(state: CheckState) -> Mapping[str, str]:
    """The provider keys stored with Mesh: Mesh's word for the provider → the id of its active key."""
    found = state.learnt.get("stored")
    return found if isinstance(found, dict) else {}


def _test_call(word: str, state: CheckState) -> Call:
    return mesh.make_stored_key_call(state.endpoints, _take_key(state), _find_stored_keys(state)[word], word)


def _skip_unstored(word: str, state: CheckState) -> str:
    return "" if word in _find_stored_keys(state) else "no such key is known to be stored with Mesh"


IDENTITY = Check(
    "identity", "Mesh knows the key and it is not shut", "that it may call a model",
    lambda c: mesh.make_balance_call(c.endpoints, _take_key(c)), _judge_balance,
)  # fmt: skip
LIMITS = Check(
    "limits", "how much of the key's own limits is used", "the limits of your provider keys",
    lambda c: mesh.make_limits_call(c.endpoints, _take_key(c)), _judge_limits, stops=False, optional=True,
)  # fmt: skip
MODEL = Check(
    "model", "Mesh has this model", "that this key may call it",
    lambda c: mesh.make_model_call(c.endpoints, _take_key(c), c.question.model), _judge_model, stops=False,
    foretells="prompt", optional=True,
)  # fmt: skip
STORED = Check(
    "provider keys", "which provider keys Mesh holds for the key's team", "that they work",
    lambda c: mesh.make_stored_keys_call(c.endpoints, _take_key(c)), _judge_stored_keys, instead=_NOT_FOR_KEYS,
    stops=False, optional=True,
)  # fmt: skip


def _make_test(provider: Provider, names: AtMesh) -> Check:
    """Mesh's own test of the key that is stored with it for this provider."""
    return Check(
        f"{STORED_KEY} {names.word}", f"the {provider.name} key that Mesh holds works, as Mesh tests it",
        "rights to call a model: Mesh's test seems to list models",
        partial(_test_call, names.word), _judge_key_test, instead=_NOT_FOR_KEYS, stops=False, optional=True,
        needs=("provider keys",), skip=partial(_skip_unstored, names.word),
    )  # fmt: skip


TESTS = tuple(_make_test(provider, provider.at_mesh) for provider in list_providers() if provider.at_mesh)
PROMPTS = tuple(replace(check, refusal=find_lacking) for check in (PROMPT, STREAMED_PROMPT))
CHECKS = {MESH_KEY: (FORM, NETWORK, IDENTITY, CLOCK, LIMITS, MODEL, STORED, *TESTS, *PROMPTS)}
