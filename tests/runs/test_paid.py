"""A verdict says who paid, and where that cannot be told, it says so."""

from __future__ import annotations

import pytest

from meshtui.base.endpoints import MESH_FEE
from meshtui.presentation.json_answers import format_verdict_json
from meshtui.runs.model import Attempt, Paid, Path, RunRequest
from meshtui.runs.verdict import judge_run
from tests.runs.made import ANSWERED, ask, attempt
from tests.runs.stage import PROVIDERS, Stage

MESH, BYOK, PLATFORM = ask(Path.MESH), ask(Path.BYOK), ask(Path.PLATFORM)
REFUSED = {"error": {"message": "no", "type": "invalid_request_error", "code": "invalid_api_key"}}
OWN = {**ANSWERED, "usage": {"byok_used": True}}
BAD = attempt("own key", 401, REFUSED)

YOU_ALONE = "Your provider bills you; Mesh was not involved."
YOU_AND_FEE = f"Your provider bills you, plus Mesh's fee ({MESH_FEE})."
BALANCE = "Paid from your Mesh balance, at Mesh's price."
NOT_BY_MESH = "Mesh billed nothing, by its documentation."
NO_MESH = "Mesh billed nothing: it was not involved."
CANNOT = "Who paid is not known."

TABLE: dict[str, tuple[RunRequest, tuple[Attempt, ...], Paid, str]] = {
    "your key at its provider": (BYOK, (attempt("own key"),), Paid.KEY_OWNER, YOU_ALONE),
    "your key through Mesh": (MESH, (attempt("mesh", 200, OWN),), Paid.KEY_OWNER, YOU_AND_FEE),
    "fallback behind Mesh": (
        MESH, (attempt("mesh", 200, ANSWERED, {"X-BYOK-Fallback-Triggered": "true"}),), Paid.MESH_BALANCE, BALANCE),
    "fallback replayed": (BYOK, (BAD, attempt("platform")), Paid.MESH_BALANCE, BALANCE),
    "the platform as asked": (PLATFORM, (attempt("platform"),), Paid.MESH_BALANCE, BALANCE),
    "the cache": (MESH, (attempt("mesh", 200, ANSWERED, {"X-Cache": "HIT"}),), Paid.NOBODY, NOT_BY_MESH),
    "refused at its provider": (BYOK, (BAD,), Paid.NOBODY, NO_MESH),
    "refused by both": (BYOK, (BAD, attempt("platform", 502, REFUSED)), Paid.NOBODY, NOT_BY_MESH),
    "a wrong request": (BYOK, (attempt("own key", 400, REFUSED),), Paid.NOBODY, NO_MESH),
    "sent elsewhere": (BYOK, (attempt("own key", 302, ""),), Paid.UNKNOWN, CANNOT),
    "refused behind Mesh": (MESH, (attempt("mesh", 401, REFUSED),), Paid.NOBODY, NOT_BY_MESH),
    "never reached": (BYOK, (attempt("own key", 0, "", failure="dns"),), Paid.NOBODY, NO_MESH),
    "nothing sent": (PLATFORM, (), Paid.NOBODY, "Nothing was sent, so nothing was billed."),
    "a comparison": (ask(Path.COMPARE), (attempt("mesh", 200, OWN),), Paid.KEY_OWNER, YOU_AND_FEE),
    "a plain 200": (MESH, (attempt("mesh"),), Paid.UNKNOWN, CANNOT),
    "broken off": (BYOK, (attempt("own key", 200, ANSWERED, failure="dropped"),), Paid.UNKNOWN, CANNOT),
    "no answer in time": (BYOK, (attempt("own key", 0, "", failure="read_timeout"),), Paid.UNKNOWN, CANNOT),
    "an error inside a stream": (MESH, (attempt("mesh", 200, REFUSED),), Paid.UNKNOWN, CANNOT),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "attempts", "who", "words"), TABLE.values(), ids=list(TABLE))
def test_the_verdict_says_who_paid(asked: RunRequest, attempts: tuple[Attempt, ...], who: Paid, words: str):
    found = judge_run(asked, attempts)
    assert found.paid is who
    assert found.sentence.endswith(words)
    assert format_verdict_json(found)["paid"] == str(who)


@pytest.mark.parametrize("name", PROVIDERS)
async def test_what_it_says_is_what_the_sandbox_charged(stage: Stage, name: str):
    run = await stage.send_prompt("mesh", name, "revoked")
    assert run.verdict.paid is Paid.MESH_BALANCE
    assert float(stage.sandbox.truth[-1].cost_usd) > 0
