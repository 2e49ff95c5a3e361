"""Each fault is found on the rung where it lives, and a network error is never an invalid key."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from meshtui.base.endpoints import Endpoints
from meshtui.checks.model import STORED_KEY, Holds, RungResult
from meshtui.checks.registry import RUNGS
from meshtui.checks.runner import Ladder, NoSuchRungError, climb, leading_to
from meshtui.credentials.model import Credential, Finding, Kind, Level, Source
from meshtui.http.transport import Client
from meshtui.runs.exit_status import exit_status
from meshtui.sandbox import faults
from meshtui.sandbox.faults import FAULTS
from tests.runs.stage import Stage

NAMES = ("openai", "bedrock", "aws", "vertex", "mesh", "platform")
FINE = ("", 0)


def row(openai: tuple[str, int], bedrock: tuple[str, int], aws: tuple[str, int], vertex: tuple[str, int],
        mesh: tuple[str, int]) -> dict[str, tuple[str, int]]:  # fmt: skip
    """Both Mesh keys behave alike."""
    return dict(zip(NAMES, (openai, bedrock, aws, vertex, mesh, mesh), strict=True))


# fault → the rung that something is wrong with and the exit status, for each name
TABLE = {
    "revoked": row(("identity", 4), ("models", 4), ("identity", 4), ("certificate", 4), ("identity", 4)),
    "disabled": row(("identity", 4), ("models", 4), ("identity", 4), ("identity", 4), ("identity", 4)),
    "expired": row(("identity", 4), ("models", 4), ("identity", 4), ("permission", 4), ("identity", 4)),
    "no_permission": row(("scope", 5), ("prompt", 5), ("permission", 5), ("permission", 5), ("prompt", 5)),
    "no_streaming": row(("streaming", 5), ("streaming", 5), ("stream permission", 5), FINE, FINE),
    "explicit_deny": row(("identity", 5), ("prompt", 5), ("permission", 5), ("model", 5), ("prompt", 5)),
    "model_not_granted": row(
        ("prompt", 5), ("availability", 5), ("availability", 5), ("model", 5), ("prompt", 5)),
    "quota_empty": row(("prompt", 6), ("prompt", 6), ("prompt", 6), ("prompt", 6), ("prompt", 6)),
    "rate_limited": row(("prompt", 6), ("prompt", 6), ("prompt", 6), ("prompt", 6), ("prompt", 6)),
    "shared_capacity": row(("prompt", 7), ("prompt", 7), ("prompt", 7), ("prompt", 7), ("prompt", 7)),
    "wrong_region": row(("identity", 5), ("models", 4), ("identity", 5), ("model", 5), ("prompt", 7)),
    "clock_skew": row(FINE, FINE, ("clock", 4), ("clock", 4), FINE),
    "slow": row(FINE, FINE, FINE, FINE, FINE),
    "down": row(("identity", 7), ("models", 7), ("identity", 7), ("identity", 7), ("identity", 7)),
    "html_from_edge": row(("identity", 5), ("models", 7), ("identity", 7), ("identity", 7), ("identity", 7)),
    "stream_error": row(*(("streaming", 7),) * 5),
}  # fmt: skip
CASES = [(name, fault, *expected) for fault, cells in TABLE.items() for name, expected in cells.items()]


def test_the_table_holds_every_fault_and_every_credential():
    assert set(TABLE) == set(FAULTS)
    assert all(set(cells) == set(faults.NAMES) for cells in TABLE.values())


def own_rungs(ladder: Ladder) -> list[RungResult]:
    """Without those for provider keys that the team of the platform's Mesh key has not stored."""
    return [r for r in ladder.rungs if not (r.name.startswith(STORED_KEY) and r.holds is Holds.SKIPPED)]


@pytest.mark.parametrize(("name", "fault", "rung", "status"), CASES)
async def test_a_fault_is_found_on_the_rung_where_it_lives(stage: Stage, name: str, fault: str, rung: str, status: int):
    ladder = await stage.climb(name, fault)
    deciding = ladder.deciding
    assert (deciding.name if deciding else "") == rung
    assert exit_status(ladder) == status
    # What lies below that rung passed, but for what could not be told.
    for result in own_rungs(ladder):
        if result.name == rung:
            break
        assert result.holds in (Holds.PASSED, Holds.UNCLEAR)
    assert ladder.sentence.endswith(".")


@pytest.mark.parametrize("name", NAMES)
async def test_a_good_key_passes_every_rung(stage: Stage, name: str):
    ladder = await stage.climb(name)
    assert {r.holds for r in own_rungs(ladder)} == {Holds.PASSED}
    assert ladder.sentence.startswith("This key is alive and may call ")
    assert ladder.sentence.endswith("streamed as well.")
    assert stage.rungs == list(ladder.rungs)
    costly = [r.name for r in ladder.rungs if r.cost != "nothing"]
    assert costly == ["prompt", "streaming"]


@pytest.mark.parametrize("name", NAMES)
async def test_nothing_that_costs_is_sent_unless_it_is_asked_for(stage: Stage, name: str):
    ladder = await stage.climb(name, prompt=False)
    left_out = [r for r in own_rungs(ladder) if r.holds is Holds.SKIPPED]
    assert [r.name for r in left_out] == ["prompt", "streaming"]
    assert all("costs a few tokens" in r.note for r in left_out)
    assert not any(r.exchange and r.exchange.call == "chat" for r in ladder.rungs)
    assert "was not tried, since that costs a few tokens" in ladder.sentence
    assert exit_status(ladder) == 0


@pytest.mark.parametrize("name", NAMES)
async def test_after_a_dead_key_nothing_more_is_sent(stage: Stage, name: str):
    ladder = await stage.climb(name, "revoked")
    last = max(i for i, r in enumerate(ladder.rungs) if r.holds is Holds.FAILED)
    above = ladder.rungs[last + 1 :]
    assert above
    assert all(r.holds is Holds.SKIPPED and r.exchange is None for r in above)
    assert all("failed" in r.note for r in above)


@pytest.mark.parametrize("name", NAMES)
async def test_a_host_that_is_not_there_leaves_the_key_untested(stage: Stage, name: str):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        endpoints = Endpoints(*(nowhere,) * 5, google_token=nowhere, google_certificates=nowhere, vertex=nowhere)
        async with Client(endpoints) as client:
            ladder = await climb(stage.credentials[name], client, lambda _: None, prompt=True)
    assert ladder.deciding.name == "network"
    assert ladder.deciding.cause == "connection_failed"
    assert exit_status(ladder) == 7
    assert "untested" in ladder.sentence
    assert all(r.holds is Holds.SKIPPED for r in ladder.rungs[2:])


async def test_the_network_is_tried_without_the_key(stage: Stage):
    for name in NAMES:
        ladder = await stage.climb(name, prompt=False)
        network = next(r for r in ladder.rungs if r.name == "network")
        assert not any(key.lower() == "authorization" for key, _ in network.exchange.request.headers)


@pytest.mark.parametrize("name", NAMES)
async def test_a_credential_that_cannot_work_is_not_sent(stage: Stage, name: str):
    broken = replace(stage.credentials[name], findings=(Finding("x", Level.ERROR, "The key is cut off"),))
    ladder = await climb(broken, stage.client, lambda _: None, prompt=True)
    assert ladder.deciding.name == "form"
    assert exit_status(ladder) == 4
    assert ladder.sentence == "This key was not sent anywhere: The key is cut off."
    assert not any(r.exchange for r in ladder.rungs)


async def test_what_is_not_recognised_has_a_short_ladder(stage: Stage):
    nothing = Credential("x", Kind.UNRECOGNISED, Source("paste"))
    ladder = await climb(nothing, stage.client, lambda _: None, prompt=True)
    assert [r.name for r in ladder.rungs] == ["form"]
    assert exit_status(ladder) == 4


async def test_another_model_is_asked_for_by_name(stage: Stage):
    ladder = await climb(stage.credentials["openai"], stage.client, lambda _: None, prompt=True, model="gpt-none")
    assert ladder.model == "gpt-none"
    assert ladder.deciding.cause == "model_not_found"
    assert ladder.deciding.name == "model"


def test_every_kind_has_a_ladder_and_every_rung_says_what_it_proves():
    assert RUNGS.keys() == set(Kind)
    for kind, rungs in RUNGS.items():
        names = [rung.name for rung in rungs]
        assert len(names) == len(set(names)), kind
        assert names[0] == "form"
        assert all(rung.proves and rung.leaves_open for rung in rungs)
        free = [rung.cost == "nothing" for rung in rungs]
        assert free == sorted(free, reverse=True), "the cheapest come first"


async def test_no_secret_is_in_a_ladder(stage: Stage):
    results: list[RungResult] = []
    for name in NAMES:
        ladder = await climb(stage.credentials[name], stage.client, results.append, prompt=True)
        secret = stage.credentials[name].secret
        assert secret is not None
        assert secret.reveal() not in repr(ladder)
    assert "ya29." not in repr(results).replace("ya29.…", "")


@pytest.mark.parametrize("name", ["bedrock", "aws", "vertex"])
@pytest.mark.parametrize("region", ["evil.example/", "eu central", "", "..", "a@evil.example/"])
async def test_a_region_cannot_lead_a_key_astray(stage: Stage, name: str, region: str):
    strange = replace(stage.credentials[name], material=replace(stage.credentials[name].material, region=region))
    async with Client(Endpoints()) as client:
        ladder = await climb(strange, client, lambda _: None, prompt=True)
    assert ladder.deciding is not None
    assert all(r.exchange is None or r.exchange.failure.kind in ("refused_host", "not_sent") for r in ladder.rungs)


MENDED = {
    "openai": ("revoked", "identity"),
    "bedrock": ("revoked", "models"),
    "aws": ("no_permission", "permission"),
    "vertex": ("no_permission", "permission"),
    "mesh": ("quota_empty", "prompt"),
    "platform": ("revoked", "identity"),
}
"""Credential → a fault, and the rung on which it shows."""


@pytest.mark.parametrize("name", NAMES)
async def test_after_the_fix_the_failed_rung_alone_is_climbed_again(stage: Stage, name: str):
    fault, rung = MENDED[name]
    assert (await stage.climb(name, fault)).deciding.name == rung
    still = await stage.climb(name, only=rung)
    assert still.asked.holds is Holds.FAILED
    assert still.sentence.startswith(f"The rung '{rung}' fails: ")
    assert exit_status(still) != 0
    stage.sandbox.set_fault(name, None)
    fixed = await stage.climb(name, only=rung)
    assert fixed.asked.holds is Holds.PASSED
    assert fixed.sentence.startswith(f"The rung '{rung}' holds: ")
    assert exit_status(fixed) == 0
    assert [r.name for r in fixed.rungs if r.name != rung] == [n for n in needed(name, rung) if n != "form"]


def needed(name: str, rung: str) -> list[str]:
    kind = {"openai": Kind.OPENAI_KEY, "bedrock": Kind.BEDROCK_KEY, "aws": Kind.AWS_KEYS,
            "vertex": Kind.SERVICE_ACCOUNT}.get(name, Kind.MESH_KEY)  # fmt: skip
    return [each.name for each in leading_to(rung, kind) if each.name != rung]


@pytest.mark.parametrize("name", NAMES)
async def test_each_rung_can_be_climbed_alone_and_holds_as_on_the_whole_ladder(stage: Stage, name: str):
    for result in own_rungs(await stage.climb(name)):
        alone = await stage.climb(name, only=result.name)
        assert alone.asked.holds is Holds.PASSED, result.name
        assert alone.only == result.name


async def test_a_rung_whose_way_there_fails_is_skipped_and_the_reason_is_told(stage: Stage):
    ladder = await stage.climb("vertex", "revoked", only="prompt")
    assert [(r.name, r.holds) for r in ladder.rungs] == [("identity", Holds.FAILED), ("prompt", Holds.SKIPPED)]
    assert ladder.sentence.startswith("The rung 'prompt' was skipped: not tried, since identity failed; identity: ")
    assert exit_status(ladder) == 4


async def test_a_credential_that_cannot_be_sent_fails_by_its_form_whatever_rung_is_asked_for(stage: Stage):
    broken = replace(stage.credentials["openai"], findings=(Finding("x", Level.ERROR, "The key is cut off"),))
    ladder = await climb(broken, stage.client, lambda _: None, prompt=False, only="prompt")
    assert [(r.name, r.holds) for r in ladder.rungs] == [("form", Holds.FAILED), ("prompt", Holds.SKIPPED)]


async def test_a_rung_that_is_not_there_is_answered_with_those_that_are(stage: Stage):
    with pytest.raises(NoSuchRungError, match="'certificate'; it has form, network, identity"):
        await stage.climb("openai", only="certificate")
