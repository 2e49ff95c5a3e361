"""Three ways at once, and one conclusion out of the closed list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meshtui.presentation.json_answers import run_as_json
from meshtui.runs.compare import conclude
from meshtui.runs.exit_status import exit_status
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
    "the way to Mesh": ({"mesh": "down"}, ConclusionKind.UNTOLD, 8, "cannot be told"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(("story", "stream"), pair_up(STORIES, [False, True]))
async def test_what_is_broken_is_what_is_concluded(stage: Stage, story: str, name: str, stream: bool):
    broken, what, status, says = STORIES[story]
    stage.sandbox.behaviour = TELLS
    provider = stage.credentials[name].provider
    for target, fault in broken.items():
        stage.sandbox.set_fault(target.format(name, p=provider), fault)
    run = await stage.fire("compare", name, stream=stream)
    conclusion = run.verdict.conclusion
    assert conclusion.what is what
    assert says in conclusion.sentence
    assert bool(conclusion.would_tell) == (what is ConclusionKind.UNTOLD)
    assert exit_status(run) == status
    assert run_as_json(run)["conclusion"]["what"] == str(what)
    assert [attempt.role for attempt in run.attempts] == ["own key", "mesh", "platform"]


async def test_exclusive_use_shows_a_bad_copy_by_its_error(stage: Stage):
    stage.sandbox.set_fault("stored-openai", "no_permission")
    run = await stage.fire("compare", "openai", exclusive=True)
    assert run.verdict.conclusion.what is ConclusionKind.COPY_BAD
    assert exit_status(run) == 5


async def test_what_mesh_does_not_tell_is_not_concluded(stage: Stage):
    run = await stage.fire("compare", "bedrock")
    assert run.verdict.conclusion.what is ConclusionKind.UNTOLD
    assert "dashboard" in run.verdict.conclusion.would_tell


async def test_the_three_are_under_way_at_once(stage: Stage):
    stage.sandbox.behaviour = TELLS
    await stage.fire("compare", "openai")
    for name in ("mesh", "platform"):
        stage.sandbox.set_fault(name, "slow")
    await stage.fire("compare", "openai")
    kinds = [type(event) for event in stage.events if isinstance(event, (AttemptStarted, AttemptEnded, RunEnded))]
    assert kinds == [AttemptStarted] * 3 + [AttemptEnded] * 3 + [RunEnded]


async def test_nothing_is_replayed_where_the_key_fails(stage: Stage):
    before = len(stage.sandbox.truth)
    await stage.fire("compare", "openai", "revoked")
    assert len(stage.sandbox.truth) - before == 2


async def test_without_a_mesh_key_it_says_what_would_tell(stage: Stage):
    ask = replace(stage.ask("compare", "openai"), mesh=None, platform=None)
    run = await run_prompt(ask, stage.client, stage.events.append)
    assert run.verdict.conclusion.what is ConclusionKind.UNTOLD
    assert "'mesh'" in run.verdict.conclusion.would_tell
    assert "No Mesh key is loaded" in run.verdict.sentence
    assert exit_status(run) == 8


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
    "Mesh does not say": (GOOD, attempt("mesh"), "Mesh's dashboard logs tell whose credential served"),
    "the own call was not answered": (GONE, attempt("mesh"), "Compare again once the call with your own key"),
    "Mesh was not answered": (GOOD, attempt("mesh", 0, "", failure="refused"), "Compare again once Mesh answers"),
    "the model is not there": (attempt("own key", 404, NO_MODEL), attempt("mesh"), "Compare again with a model"),
    "nothing was sent with the own key": (None, attempt("mesh"), "Compare again once the call with your own key"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNTOLD)
def test_what_cannot_be_told_says_what_would_tell(name: str):
    own, mesh, says = UNTOLD[name]
    asked = tuple(each for each in (own, mesh, attempt("platform")) if each)
    told = conclude(asked, judge_run(ask(Path.MESH), (mesh,) if mesh else ()))
    assert told.what is ConclusionKind.UNTOLD
    assert told.would_tell.startswith(says)


def test_a_refusal_names_its_provider():
    refused = attempt(
        "own key", 401, {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided: x"}}
    )
    told = conclude((refused, attempt("platform")), judge_run(ask(Path.MESH), ()))
    assert told.what is ConclusionKind.PROVIDER_REFUSES
    assert told.sentence.startswith("OpenAI itself refuses your key, so Mesh is not to blame.")
