"""Each scenario of the library, asked through the real client, comes out as its story promises."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from meshtui.demo import Scene, perform, play_scene
from meshtui.runs.model import Basis, ConclusionKind, Paid, Path, Prompt, Served
from meshtui.sandbox.scenario_library import find_scenario as find
from meshtui.sandbox.scenario_library import list_scenario_names as names
from meshtui.session import Session

Performed = Callable[[str], Awaitable[tuple[Scene, ...]]]
STORIES: dict[str, Callable[[Session, tuple[Scene, ...]], Awaitable[None]]] = {}


def story(name: str) -> Callable[[Callable[..., Awaitable[None]]], None]:
    def keep(told: Callable[..., Awaitable[None]]) -> None:
        STORIES[name] = told

    return keep


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    async with Session(sandboxed=True) as session:
        yield session
        assert session.stage.sandbox is not None
        assert session.stage.sandbox.mishaps == ()


def deaf(_: object) -> None:
    pass


async def from_here(session: Session, name: str) -> Scene:
    """The same credential at its own provider, without Mesh."""
    return await play_scene(session, Path.BYOK, name, Prompt(), deaf)


@pytest.mark.parametrize("name", names())
async def test_the_story_comes_out_as_it_is_told(session: Session, name: str):
    scenes = await perform(session, find(name), deaf)
    assert len(scenes) == find(name).ask.times
    await STORIES[name](session, scenes)


@story("key-works")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    verdict = scenes[0].run.verdict
    assert (verdict.served, verdict.fell_back, verdict.paid) == (Served.OWN_KEY, False, Paid.KEY_OWNER)
    assert scenes[0].truths == ()


@story("revoked-with-fallback")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    assert [(a.role, a.ok, a.exchange.status) for a in only.run.attempts] == [
        ("own key", False, 401),
        ("platform", True, 200),
    ]
    assert (only.run.verdict.served, only.run.verdict.fell_back) == (Served.PLATFORM, True)
    assert only.run.verdict.paid is Paid.MESH_BALANCE
    assert only.truths[0].credential == "platform-openai"
    assert float(only.truths[0].cost_usd) > 0


@story("silent-fallback")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    answer = only.run.attempts[0].exchange.answer
    assert answer is not None
    assert (answer.status, answer.header("X-BYOK-Fallback-Triggered")) == (200, "")
    assert only.run.verdict.served in (Served.PLATFORM, Served.UNKNOWN)
    assert only.run.verdict.basis is not Basis.OBSERVED
    assert only.truths[0].fell_back
    assert only.truths[0].credential == "platform-openai"


@story("exclusive-use")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    (attempt,) = only.run.attempts
    assert (only.run.verdict.served, only.run.verdict.fell_back) == (Served.NOBODY, False)
    assert only.run.verdict.paid is Paid.NOBODY
    assert attempt.explanation is not None
    assert (attempt.explanation.cause, attempt.explanation.credential) == ("credential_invalid", "provider")
    assert only.truths[0].code == "upstream_auth_error"


@story("asia-key")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    assert (only.run.verdict.served, only.run.verdict.fell_back) == (Served.PLATFORM, True)
    first = only.truths[0].failed_first
    assert first is not None
    assert first.credential == "aws"
    assert "security token included in the request is invalid" in first.message
    assert (await from_here(session, "aws")).run.verdict.served is Served.OWN_KEY


@story("region-bound-bedrock-key")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    (attempt,) = only.run.attempts
    assert attempt.exchange.status == 403
    assert attempt.explanation is not None
    assert attempt.explanation.credential == "provider"
    assert (only.run.verdict.served, only.run.verdict.fell_back) == (Served.NOBODY, False)
    first = only.truths[0].failed_first
    assert first is not None
    assert "API Key is valid" in first.message
    assert "region" not in first.message
    assert (await from_here(session, "bedrock")).run.verdict.served is Served.OWN_KEY


@story("both-fail")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    answer = only.run.attempts[0].exchange.answer
    assert answer is not None
    assert (answer.status, "upstream_error" in answer.body, "invalid_auth" in answer.body) == (502, True, False)
    assert (only.run.verdict.served, only.run.verdict.fell_back) == (Served.NOBODY, True)
    assert [tried.credential for tried in only.truths[0].tried] == ["openai", "platform-openai"]


@story("rate-limit-storm")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    assert all(each.run.attempts[0].ok for each in scenes)
    assert [each.truths[0].credential for each in scenes] == ["openai"] * 2 + ["platform-openai"] * 3
    assert [float(each.truths[0].cost_usd) > 0 for each in scenes] == [False] * 2 + [True] * 3
    assert [each.run.verdict.fell_back for each in scenes[2:]] == [True] * 3
    assert not any(each.run.verdict.fell_back for each in scenes[:2])


@story("cache-hides-dead-key")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    before, after = scenes
    assert [t.credential for t in before.truths] == ["openai"]
    assert after.run.attempts[0].exchange.answer is not None
    assert after.run.attempts[0].exchange.answer.header("X-Cache") == "HIT"
    assert (after.run.verdict.served, after.run.verdict.paid) == (Served.CACHE, Paid.NOBODY)
    assert after.truths[0].served == "cache"
    without = await play_scene(session, Path.MESH, "openai", Prompt(), deaf)
    assert (without.run.verdict.served, without.run.verdict.fell_back) == (Served.PLATFORM, True)


@story("stream-dies")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    (attempt,) = only.run.attempts
    assert (attempt.exchange.status, attempt.ok, len(attempt.text.split())) == (200, False, 3)
    assert only.run.verdict.served is not Served.OWN_KEY
    assert only.truths[0].broke
    assert only.truths[0].served == "own key"


@story("html-from-the-edge")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    answer = only.run.attempts[0].exchange.answer
    assert answer is not None
    assert (answer.status, answer.body.startswith("<html>")) == (502, True)
    assert only.run.verdict.served is Served.NOBODY
    assert only.truths == ()


@story("forbidden-at-bedrock")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    refused = only.run.attempts[0]
    assert refused.exchange.status == 403
    assert refused.explanation is not None
    assert refused.explanation.cause == "permission_missing"
    assert (only.run.verdict.served, only.run.verdict.fell_back) == (Served.PLATFORM, True)


@story("limit-at-vertex")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    refused = only.run.attempts[0]
    assert refused.exchange.status == 429
    assert refused.explanation is not None
    assert refused.explanation.retryable
    assert (only.run.verdict.served, only.run.verdict.fell_back) == (Served.PLATFORM, True)


@story("old-copy-in-mesh")
async def _(session: Session, scenes: tuple[Scene, ...]) -> None:
    (only,) = scenes
    assert only.run.verdict.conclusion is not None
    assert only.run.verdict.conclusion.what is ConclusionKind.COPY_BAD
    assert (await from_here(session, "openai")).run.verdict.served is Served.OWN_KEY


def test_every_scenario_of_the_library_is_held_to_its_story():
    assert set(STORIES) == set(names())


async def test_a_session_outside_a_sandbox_cannot_be_set_up():
    with pytest.raises(ValueError, match="only a sandbox"):
        Session.live({}).play(find("key-works"))


async def test_a_scenario_sets_the_policies_that_the_client_knows(session: Session):
    session.play(find("exclusive-use"))
    assert session.credentials["openai"].policy == "exclusive"
    session.play(find("key-works"))
    assert session.credentials["openai"].policy == "fallback"


async def test_rules_that_are_set_stand_among_the_faults_to_choose_from(session: Session):
    session.stage.set_fault("openai", "revoked:first-2")
    assert session.stage.faults["openai"] in session.stage.fault_names
