"""A slice of the truth test; the whole is `python -m tests.runs.worlds`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meshtui.base.endpoints import Endpoints
from meshtui.http.transport import Transport
from meshtui.runs.model import Path, Served
from meshtui.sandbox.server import Sandbox
from tests.runs.world import PROVIDER_OF, world_of
from tests.runs.worlds import FAST, Stage, judge, wrong

WORLDS = 150


@pytest.mark.parametrize("part", range(3))
async def test_no_verdict_is_wrong_and_none_is_unknown_that_can_be_known(part: int):
    size = WORLDS // 3
    with Sandbox(pace=FAST) as sandbox:
        _, complaints = await judge((world_of(seed) for seed in range(part * size, (part + 1) * size)), sandbox)
        assert complaints == []
        assert sandbox.mishaps == ()


def test_the_worlds_reach_everything_there_is():
    worlds = [world_of(seed) for seed in range(WORLDS)]
    assert {w.path for w in worlds} == {str(path) for path in Path}
    assert {w.credential for w in worlds} == set(PROVIDER_OF)
    for yes_or_no in ("exclusive", "known", "believed", "stream", "cache", "forgotten", "mistaken"):
        assert {getattr(w, yes_or_no) for w in worlds} == {True, False}


def test_a_seed_is_a_world():
    assert world_of(7) == world_of(7)
    assert world_of(7) != world_of(8)


async def test_the_judge_hears_a_verdict_that_claims_too_much_or_too_little():
    worlds = [world for world in map(world_of, range(WORLDS)) if world.path == "mesh"][:20]
    with Sandbox(pace=FAST) as sandbox:
        async with Transport(Endpoints.of_sandbox(sandbox.addresses)) as client:
            stage = Stage(sandbox, client)
            for world in worlds:
                run, truths = await stage.run(world)
                assert not list(wrong(world, run, truths))
                for served in set(Served) - {run.verdict.served}:
                    assert list(wrong(world, replace(run, verdict=replace(run.verdict, served=served)), truths))
                for fell_back in {True, False, None} - {run.verdict.fell_back}:
                    assert list(wrong(world, replace(run, verdict=replace(run.verdict, fell_back=fell_back)), truths))
