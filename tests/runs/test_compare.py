"""Three ways at once, and one conclusion out of the closed list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meshtui.presentation.json_answers import format_run_json
from meshtui.runs.compare import Seen, classify_attempt, make_conclusion
from meshtui.runs.exit_status import find_exit_status
from meshtui.runs.model import AttemptEnded, AttemptStarted, ConclusionKind, Path, RunEnded
from meshtui.runs.paths import run_prompt
from meshtui.runs.verdict import judge_run
from meshtui.sandbox.settings import Behaviour
from tests.each import pair_up
from tests.runs.made import ask, attempt
from tests.runs.stage import PROVIDERS, Stage

streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
TELLS = Behaviour(usage_names_byok=True)

# what is broken → the conclusion, the exit status, words of the sentence
STORIES: dict[str, tuple[dict[str, str], ConclusionKind, int, str]] = {
    "nothing": ({}, ConclusionKind.FINE, 0, "and Mesh uses it"),
    "Mesh's copy": ({"stored-{}": "revoked"}, ConclusionKind.COPY_BAD, 3, "the copy stored in Mesh"),
    "the key": ({"{}": "revoked"}, ConclusionKind.CREDITS, 3, "from your balance"),
    "the key and the platform": (
        {"{}": "revoked", "platform-{p}": "down"}, ConclusionKind.PROVIDER_REFUSES, 4, "itself refuses your key"),
    "a right, and the platform": (
        {"{}": "no_permission", "platform-{p}": "down"}, ConclusionKind.PROVIDER_REFUSES, 5, "itself refuses your key"),
    "the Mesh key": ({"mesh": "revoked"}, ConclusionKind.MESH_KEY_REFUSED, 4, "refuses the Mesh key"),
    "the Mesh key's cap": ({"mesh": "quota_empty"}, ConclusionKind.MESH_KEY_REFUSED, 6, "refuses the Mesh key"),
    "the platform's model": ({"platform": "model_not_granted"}, ConclusionKind.NEEDS_BYOK, 0, "needs BYOK"),
    "the platform": ({"platform-{p}": "revoked"}, ConclusionKind.PLATFORM_DOWN, 7, "nothing would catch a fallback"),
    "the way to Mesh": ({"mesh": "down"}, ConclusionKind.UNTOLD, 8, "is not known"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(("story", "stream"), pair_up(STORIES, [False, True]))
async def test_what_is_broken_is_what_is_concluded(stage: Stage, story: str, name: str, stream: bool):
    broken, what, status, says = STORIES[story]
    stage.sandbox.behaviour = TELLS
    provider = stage.credentials[name].provider
    for target, fault in broken.items():
        stage.sandbox.set_fault(target.format(name, p=provider), fault)
    run = await stage.send_prompt("compare", name, stream=stream)
    conclusion = run.verdict.conclusion
    assert conclusion.what is what
    assert says in conclusion.sentence
    assert bool(conclusion.would_tell) == (what is ConclusionKind.UNTOLD)
    assert find_exit_status(run) == status
    assert format_run_json(run)["conclusion"]["what"] == str(what)
    assert [attempt.role for attempt in run.attempts] == ["own key", "mesh", "platform"]


async def test_exclusive_use_shows_a_bad_copy_by_its_error(stage: Stage):
    stage.sandbox.set_fault("stored-openai", "no_permission")
    run = await stage.send_prompt("compare", "openai", exclusive=True)
    assert run.verdict.conclusion.what is ConclusionKind.COPY_BAD
    assert find_exit_status(run) == 5


async def test_what_mesh_does_not_tell_is_not_concluded(stage: Stage):
    run = await stage.send_prompt("compare", "bedrock")
    assert run.verdict.conclusion.what is ConclusionKind.UNTOLD
    assert "dashboard" in run.verdict.conclusion.would_tell


async def test_the_three_are_under_way_at_once(stage: Stage):
    stage.sandbox.behaviour = TELLS
    await stage.send_prompt("compare", "openai")
    for name in ("mesh", "platform"):
        stage.sandbox.set_fault(name, "slow")
    await stage.send_prompt("compare", "openai")
    kinds = [type(event) for event in stage.events if isinstance(event, (AttemptStarted, AttemptEnded, RunEnded))]
    assert kinds == [AttemptStarted] * 3 + [AttemptEnded] * 3 + [RunEnded]


async def test_nothing_is_replayed_where_the_key_fails(stage: Stage):
    before = len(stage.sandbox.truth)
    await stage.send_prompt("compare", "openai", "revoked")
    assert len(stage.sandbox.truth) - before == 2


async def test_without_a_mesh_key_it_says_what_would_tell(stage: Stage):
    ask = replace(stage.ask("compare", "openai"), mesh=None, platform=None)
    run = await run_prompt(ask, stage.client, stage.events.append)
    assert run.verdict.conclusion.what is ConclusionKind.UNTOLD
    assert "'mesh'" in run.verdict.conclusion.would_tell
    assert "No Mesh key is loaded" in run.verdict.sentence
    assert find_exit_status(run) == 8


async def test_an_error_of_the_listener_comes_through(stage: Stage):
    def fail(_: object) -> None:
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        await run_prompt(stage.ask("compare", "openai"), stage.client, fail)


NO_MODEL = {
    "error": {"code": "model_not_found", "message": "The model does not exist", "type": "invalid_request_error"}
}
GOOD, GONE = attempt("own key"), attempt("own key", 0, "", failure="refused")
# Own key, Mesh: what would tell, where it cannot be told.
UNTOLD = {
    "Mesh was not asked": (GOOD, None, "Compare again with the Mesh key of the team that holds your provider keys"),
    "Mesh does not say": (GOOD, attempt("mesh"), "Look at the logs in Mesh's dashboard"),
    "the own call was not answered": (GONE, attempt("mesh"), "Compare again once the call with your own key"),
    "Mesh was not answered": (GOOD, attempt("mesh", 0, "", failure="refused"), "Compare again once Mesh answers"),
    "the model is not there": (attempt("own key", 404, NO_MODEL), attempt("mesh"), "Compare again with a model"),
    "the model is not at Mesh": (GOOD, attempt("mesh", 404, NO_MODEL), "Compare again with a model"),
    "nothing was sent with the own key": (None, attempt("mesh"), "Compare again once the call with your own key"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNTOLD)
def test_what_cannot_be_told_says_what_would_tell(name: str):
    own, mesh, says = UNTOLD[name]
    asked = tuple(each for each in (own, mesh, attempt("platform")) if each)
    told = make_conclusion(asked, judge_run(ask(Path.MESH), (mesh,) if mesh else ()))
    assert told.what is ConclusionKind.UNTOLD
    assert told.would_tell.startswith(says)


def test_a_refusal_names_its_provider():
    refused = attempt(
        "own key", 401, {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided: x"}}
    )
    told = make_conclusion((refused, attempt("platform")), judge_run(ask(Path.MESH), ()))
    assert told.what is ConclusionKind.PROVIDER_REFUSES
    assert told.sentence.startswith("OpenAI itself refuses your key, so Mesh is not to blame.")


def error(code: str, message: str = "x", **more: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message, **more}}


REFUSED = attempt("own key", 401, error("invalid_api_key", "Incorrect API key provided: x"))
GONE_MESH = attempt("mesh", 0, "", failure="refused")
# What came of a call, by itself: only what is certain counts, and only an answer.
SEEN = {
    "not made": (None, Seen.NOTHING),
    "answered": (GOOD, Seen.OWN_KEY),
    "answered on Mesh's credit": (attempt("platform"), Seen.PLATFORM),
    "no answer": (GONE, Seen.FAILED),
    "the key refused": (REFUSED, Seen.KEY_REFUSED),
    "nobody explained it": (replace(REFUSED, explanation=None), Seen.FAILED),
    "a 401 without words": (attempt("own key", 401, ""), Seen.FAILED),
    "no such model": (attempt("own key", 404, NO_MODEL), Seen.NO_MODEL),
    "the provider failed, by itself": (attempt("own key", 500, error("server_error")), Seen.FAILED),
    "the provider is overloaded, certainly": (
        attempt("own key", 503, error("engine_overloaded", "The engine is currently overloaded")),
        Seen.FAILED,
    ),
    "Mesh finds the request wrong, certainly": (attempt("mesh", 400, error("validation_error")), Seen.FAILED),
    "the Mesh key refused": (attempt("mesh", 401, error("invalid_api_key")), Seen.MESH_REFUSED),
    "the Mesh key's cap reached": (attempt("mesh", 402, error("spend_limit_exceeded")), Seen.MESH_REFUSED),
    "a 401 of Mesh's without words": (attempt("mesh", 401, ""), Seen.FAILED),
    "Mesh's copy perhaps refused": (attempt("mesh", 502, error("upstream_auth_error")), Seen.FAILED),
    "no such model at Mesh": (attempt("platform", 404, error("model_not_found")), Seen.NO_MODEL),
    "the provider behind Mesh did not answer": (attempt("platform", 504, error("gateway_timeout")), Seen.DOWN),
    "something behind Mesh failed": (attempt("platform", 502, error("upstream_error")), Seen.FAILED),
}


@pytest.mark.parametrize("name", SEEN)
def test_only_what_is_certain_counts(name: str):
    made, seen = SEEN[name]
    assert classify_attempt(made, None) is seen


# The three calls and all that is concluded.
CONCLUDED = {
    "all three refused": (
        (REFUSED, attempt("mesh", 401, error("invalid_api_key")), attempt("platform", 401, error("invalid_api_key"))),
        ConclusionKind.MESH_KEY_REFUSED,
        "Mesh refuses the Mesh key, so the provider key behind it was not used: {mesh}."),
    "the key refused, Mesh silent": (
        (REFUSED, attempt("mesh", 0, "", failure="refused"), None),
        ConclusionKind.PROVIDER_REFUSES, "OpenAI itself refuses your key, so Mesh is not to blame. {own}."),
    "Mesh has no such model": (
        (GOOD, attempt("mesh"), attempt("platform", 404, error("model_not_found"))), ConclusionKind.NEEDS_BYOK,
        "Your key serves this model and Mesh's own credentials do not: it needs BYOK, or is not enabled for the "
        "team of the platform key."),
    "the platform is down": (
        (GOOD, attempt("mesh"), attempt("platform", 504, error("gateway_timeout"))), ConclusionKind.PLATFORM_DOWN,
        "Your key works at OpenAI, and Mesh's own credentials fail: nothing would catch a fallback now."),
    "all behind Mesh is down": (
        (GOOD, attempt("mesh", 504, error("gateway_timeout")), attempt("platform", 504, error("gateway_timeout"))),
        ConclusionKind.PLATFORM_DOWN,
        "Your key works at OpenAI, and Mesh's own credentials fail: nothing would catch a fallback now."),
    "Mesh alone did not answer": (
        (GOOD, attempt("mesh", 504, error("gateway_timeout")), attempt("platform")), ConclusionKind.UNTOLD,
        "Whether Mesh uses your key is not known."),
    "Mesh's own credentials answered": (
        (GOOD, attempt("mesh", 200, {"choices": [], "usage": {"byok_used": False, "fallback_triggered": False}}), None),
        ConclusionKind.CREDITS, "Mesh serves this from your balance: its own credentials answered, not your key."),
    "Mesh fell back, and the key is refused": (
        (REFUSED, attempt("mesh", 200, {"choices": [], "usage": {"fallback_triggered": True}}), None),
        ConclusionKind.CREDITS,
        "Mesh serves this from your balance: its own credentials answered, not your key. {own}."),
    "Mesh did not answer, and the platform has no such model": (
        (GOOD, GONE_MESH, attempt("platform", 404, error("model_not_found"))), ConclusionKind.UNTOLD,
        "Whether Mesh uses your key is not known."),
    "Mesh did not answer, and the platform is down": (
        (GOOD, GONE_MESH, attempt("platform", 504, error("gateway_timeout"))), ConclusionKind.UNTOLD,
        "Whether Mesh uses your key is not known."),
    "nothing of one's own was sent": (
        (None, attempt("mesh", 0, "", failure="refused"), None), ConclusionKind.UNTOLD,
        "Whether Mesh uses your key is not known."),
}  # fmt: skip


@pytest.mark.parametrize("name", CONCLUDED)
def test_of_the_three_calls_this_is_concluded(name: str):
    (own, mesh, platform), what, sentence = CONCLUDED[name]
    told = make_conclusion(
        tuple(each for each in (own, mesh, platform) if each), judge_run(ask(Path.MESH), (mesh,) if mesh else ())
    )
    said = {"own": own, "mesh": mesh}
    headlines = {
        role: each.explanation.headline.rstrip(".") for role, each in said.items() if each and each.explanation
    }
    assert (told.what, told.sentence) == (what, sentence.format(**headlines))
    assert bool(told.would_tell) is (what is ConclusionKind.UNTOLD)


FAILED_OWN = attempt("own key", 500, error("server_error"))
COPY_REFUSED = attempt("mesh", 401, error("upstream_auth_error", provider_code="invalid_auth"))
SERVED_BY_KEY = attempt("mesh", 200, {"choices": [], "usage": {"byok_used": True}})


@pytest.mark.parametrize(
    "mesh", [COPY_REFUSED, SERVED_BY_KEY, attempt("mesh"), attempt("mesh", 504, error("gateway_timeout"))]
)
@pytest.mark.parametrize("platform", [
    attempt("platform"), attempt("platform", 404, error("model_not_found")),
    attempt("platform", 504, error("gateway_timeout")),
])  # fmt: skip
@pytest.mark.parametrize("own", [FAILED_OWN, GONE, None])
def test_where_the_own_call_tells_nothing_nothing_is_concluded_about_the_key(own, mesh, platform):
    asked = tuple(each for each in (own, mesh, platform) if each)
    assert make_conclusion(asked, judge_run(ask(Path.MESH), (mesh,))).what is ConclusionKind.UNTOLD


@pytest.mark.parametrize(("mesh", "what"), [
    (COPY_REFUSED, ConclusionKind.COPY_BAD), (SERVED_BY_KEY, ConclusionKind.FINE),
    (attempt("mesh"), ConclusionKind.UNTOLD),
])  # fmt: skip
def test_where_it_was_answered_what_went_through_mesh_decides(mesh, what: ConclusionKind):
    asked = (GOOD, mesh, attempt("platform"))
    assert make_conclusion(asked, judge_run(ask(Path.MESH), (mesh,))).what is what


def test_a_key_of_a_provider_that_is_not_known_is_its_providers():
    stranger = replace(GOOD, provider="another")
    assert (
        "works at its provider,"
        in make_conclusion((stranger, COPY_REFUSED), judge_run(ask(Path.MESH), (COPY_REFUSED,))).sentence
    )
