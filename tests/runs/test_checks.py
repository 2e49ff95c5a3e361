"""Each fault is found on the check where it lives, and a network error is never an invalid key."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from meshtui.base.credential import UNRECOGNISED, Credential, Finding, Level, Source
from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.checks.model import CheckReport, CheckResult
from meshtui.checks.report import summarize_check, summarize_checks
from meshtui.checks.runner import NoSuchCheckError, list_needed, run_checks
from meshtui.http.transport import Transport
from meshtui.providers.bedrock.provider import AWS_KEYS, BEDROCK_KEY, AwsKeys
from meshtui.providers.check import STORED_KEY, CheckStatus
from meshtui.providers.mesh.provider import MESH_KEY
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.providers.registry import list_checks, list_kinds
from meshtui.providers.vertex.provider import SERVICE_ACCOUNT
from meshtui.sandbox import faults
from meshtui.sandbox.faults import FAULTS
from tests.canaries import SECRET, parts_in
from tests.runs.stage import Stage

NAMES = ("openai", "bedrock", "aws", "vertex", "mesh", "platform")
FINE = ("", 0)


def row(openai: tuple[str, int], bedrock: tuple[str, int], aws: tuple[str, int], vertex: tuple[str, int],
        mesh: tuple[str, int]) -> dict[str, tuple[str, int]]:  # fmt: skip
    """Both Mesh keys behave alike."""
    return dict(zip(NAMES, (openai, bedrock, aws, vertex, mesh, mesh), strict=True))


# fault → the check that something is wrong with and the exit status, for each name
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
    "stream_throttled": row(
        ("streaming", 6), ("streaming", 6), ("streaming", 6), ("streaming", 7), ("streaming", 6)),
    "stream_cut": row(*(("streaming", 7),) * 5),
    "stream_stall": row(FINE, FINE, FINE, FINE, FINE),
    "tokens_limited": row(("prompt", 6), ("prompt", 6), ("prompt", 6), ("prompt", 6), ("prompt", 6)),
    "server_error": row(("prompt", 7), ("prompt", 7), ("prompt", 7), ("prompt", 7), ("prompt", 7)),
    "upstream_timeout": row(("prompt", 7), ("prompt", 7), ("prompt", 7), ("prompt", 7), ("prompt", 7)),
    "model_error": row(FINE, ("prompt", 7), ("prompt", 7), FINE, FINE),
    "model_not_ready": row(FINE, ("prompt", 7), ("prompt", 7), FINE, FINE),
    "service_quota": row(FINE, ("prompt", 6), ("prompt", 6), FINE, FINE),
    "suspended": row(("identity", 4), ("prompt", 5), ("prompt", 5), ("permission", 4), ("identity", 6)),
    "model_ended": row(("prompt", 5), ("prompt", 5), ("prompt", 5), ("model", 5), ("prompt", 5)),
}  # fmt: skip
CASES = [(name, fault, *expected) for fault, cells in TABLE.items() for name, expected in cells.items()]


def test_the_table_holds_every_fault_and_every_credential():
    assert set(TABLE) == set(FAULTS)
    assert all(set(cells) == set(faults.NAMES) for cells in TABLE.values())


def own_checks(check_report: CheckReport) -> list[CheckResult]:
    """Without those for provider keys that the team of the platform's Mesh key has not stored."""
    return [r for r in check_report.checks if not (r.name.startswith(STORED_KEY) and r.status is CheckStatus.SKIPPED)]


@pytest.mark.parametrize(("name", "fault", "check", "status"), CASES)
async def test_a_fault_is_found_by_the_check_it_concerns(stage: Stage, name: str, fault: str, check: str, status: int):
    check_report = await stage.run_checks(name, fault)
    deciding = check_report.deciding
    assert (deciding.name if deciding else "") == check
    assert check_report.exit_status == status
    # What lies below that check passed, but for what could not be told.
    for result in own_checks(check_report):
        if result.name == check:
            break
        assert result.status in (CheckStatus.PASSED, CheckStatus.UNCLEAR)
    assert check_report.sentence.endswith(".")


@pytest.mark.parametrize("name", NAMES)
async def test_a_good_key_passes_every_check(stage: Stage, name: str):
    check_report = await stage.run_checks(name)
    assert {r.status for r in own_checks(check_report)} == {CheckStatus.PASSED}
    assert check_report.sentence.startswith("This key is valid and may call ")
    assert check_report.sentence.endswith("streaming too.")
    assert stage.checks == list(check_report.checks)
    costly = [r.name for r in check_report.checks if r.cost != "nothing"]
    assert costly == ["prompt", "streaming"]


@pytest.mark.parametrize("name", NAMES)
async def test_nothing_that_costs_is_sent_unless_it_is_asked_for(stage: Stage, name: str):
    check_report = await stage.run_checks(name, prompt=False)
    left_out = [r for r in own_checks(check_report) if r.status is CheckStatus.SKIPPED]
    assert [r.name for r in left_out] == ["prompt", "streaming"]
    assert all("costs a few tokens" in r.note for r in left_out)
    assert not any(r.exchange and r.exchange.call == "chat" for r in check_report.checks)
    assert "was not tried, since that costs a few tokens" in check_report.sentence
    assert check_report.exit_status == 0


@pytest.mark.parametrize("name", NAMES)
async def test_after_a_dead_key_nothing_more_is_sent(stage: Stage, name: str):
    check_report = await stage.run_checks(name, "revoked")
    last = max(i for i, r in enumerate(check_report.checks) if r.status is CheckStatus.FAILED)
    above = check_report.checks[last + 1 :]
    assert above
    assert all(r.status is CheckStatus.SKIPPED and r.exchange is None for r in above)
    assert all("failed" in r.note for r in above)


@pytest.mark.parametrize("name", NAMES)
async def test_a_host_that_is_not_there_leaves_the_key_untested(stage: Stage, name: str):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        endpoints = Endpoints(*(nowhere,) * 5, google_token=nowhere, google_certificates=nowhere, vertex=nowhere)
        async with Transport(endpoints) as client:
            check_report = await run_checks(stage.credentials[name], client, lambda _: None, prompt=True)
    assert check_report.deciding.name == "network"
    assert check_report.deciding.cause == "connection_failed"
    assert check_report.exit_status == 7
    assert "untested" in check_report.sentence
    assert all(r.status is CheckStatus.SKIPPED for r in check_report.checks[2:])


async def test_the_network_is_tried_without_the_key(stage: Stage):
    for name in NAMES:
        check_report = await stage.run_checks(name, prompt=False)
        network = next(r for r in check_report.checks if r.name == "network")
        assert not any(key.lower() == "authorization" for key, _ in network.exchange.request.headers)


@pytest.mark.parametrize("name", NAMES)
async def test_a_credential_that_cannot_work_is_not_sent(stage: Stage, name: str):
    broken = replace(stage.credentials[name], findings=(Finding("x", Level.ERROR, "The key is cut off"),))
    check_report = await run_checks(broken, stage.client, lambda _: None, prompt=True)
    assert check_report.deciding.name == "form"
    assert check_report.exit_status == 4
    assert check_report.sentence == "This key was not sent anywhere: The key is cut off."
    assert not any(r.exchange for r in check_report.checks)


async def test_what_is_not_recognised_has_a_short_report(stage: Stage):
    nothing = Credential("x", UNRECOGNISED, Source("paste"))
    check_report = await run_checks(nothing, stage.client, lambda _: None, prompt=True)
    assert [r.name for r in check_report.checks] == ["form"]
    assert check_report.exit_status == 4


async def test_another_model_is_asked_for_by_name(stage: Stage):
    check_report = await run_checks(
        stage.credentials["openai"], stage.client, lambda _: None, prompt=True, model="gpt-none"
    )
    assert check_report.model == "gpt-none"
    assert check_report.deciding.cause == "model_not_found"
    assert check_report.deciding.name == "model"


def test_every_kind_has_a_report_and_every_check_says_what_it_proves():
    for kind in list_kinds():
        checks = list_checks(kind)
        names = [check.name for check in checks]
        assert len(names) == len(set(names)), kind
        assert names[0] == "form"
        assert all(check.proves and check.does_not_prove for check in checks)
        free = [check.cost == "nothing" for check in checks]
        assert free == sorted(free, reverse=True), "the cheapest come first"


async def test_no_secret_is_in_a_report(stage: Stage):
    results: list[CheckResult] = []
    for name in NAMES:
        check_report = await run_checks(stage.credentials[name], stage.client, results.append, prompt=True)
        secret = stage.credentials[name].secret
        assert secret is not None
        assert not parts_in(repr(check_report), secret.reveal())
    assert "ya29." not in repr(results).replace("ya29.…", "")


@pytest.mark.parametrize("name", ["bedrock", "aws", "vertex"])
@pytest.mark.parametrize("region", ["evil.example/", "eu central", "", "..", "a@evil.example/"])
async def test_a_region_cannot_lead_a_key_astray(stage: Stage, name: str, region: str):
    strange = replace(stage.credentials[name], material=replace(stage.credentials[name].material, region=region))
    async with Transport(Endpoints()) as client:
        check_report = await run_checks(strange, client, lambda _: None, prompt=True)
    assert check_report.deciding is not None
    assert all(
        r.exchange is None or r.exchange.failure.kind in ("refused_host", "not_sent") for r in check_report.checks
    )


MENDED = {
    "openai": ("revoked", "identity"),
    "bedrock": ("revoked", "models"),
    "aws": ("no_permission", "permission"),
    "vertex": ("no_permission", "permission"),
    "mesh": ("quota_empty", "prompt"),
    "platform": ("revoked", "identity"),
}
"""Credential → a fault, and the check on which it shows."""


@pytest.mark.parametrize("name", NAMES)
async def test_after_the_fix_the_failed_check_alone_is_run_again(stage: Stage, name: str):
    fault, check = MENDED[name]
    assert (await stage.run_checks(name, fault)).deciding.name == check
    still = await stage.run_checks(name, only=check)
    assert still.requested.status is CheckStatus.FAILED
    assert still.sentence.startswith(f"The check '{check}' failed: ")
    assert still.exit_status != 0
    stage.sandbox.set_fault(name, None)
    fixed = await stage.run_checks(name, only=check)
    assert fixed.requested.status is CheckStatus.PASSED
    assert fixed.sentence.startswith(f"The check '{check}' passed: ")
    assert fixed.exit_status == 0
    assert [r.name for r in fixed.checks if r.name != check] == [n for n in needed(name, check) if n != "form"]


def needed(name: str, check: str) -> list[str]:
    kind = {"openai": OPENAI_KEY, "bedrock": BEDROCK_KEY, "aws": AWS_KEYS,
            "vertex": SERVICE_ACCOUNT}.get(name, MESH_KEY)  # fmt: skip
    return [each.name for each in list_needed(check, kind) if each.name != check]


@pytest.mark.parametrize("name", NAMES)
async def test_each_check_can_be_run_alone_and_holds_as_on_the_whole_report(stage: Stage, name: str):
    for result in own_checks(await stage.run_checks(name)):
        alone = await stage.run_checks(name, only=result.name)
        assert alone.requested.status is CheckStatus.PASSED, result.name
        assert alone.only == result.name


async def test_a_check_whose_way_there_fails_is_skipped_and_the_reason_is_told(stage: Stage):
    check_report = await stage.run_checks("vertex", "revoked", only="prompt")
    assert [(r.name, r.status) for r in check_report.checks] == [
        ("identity", CheckStatus.FAILED),
        ("prompt", CheckStatus.SKIPPED),
    ]
    assert check_report.sentence.startswith(
        "The check 'prompt' was skipped: not tried, since identity failed; identity: "
    )
    assert check_report.exit_status == 4


async def test_a_credential_that_cannot_be_sent_fails_by_its_form_whatever_check_is_asked_for(stage: Stage):
    broken = replace(stage.credentials["openai"], findings=(Finding("x", Level.ERROR, "The key is cut off"),))
    check_report = await run_checks(broken, stage.client, lambda _: None, prompt=False, only="prompt")
    assert [(r.name, r.status) for r in check_report.checks] == [
        ("form", CheckStatus.FAILED),
        ("prompt", CheckStatus.SKIPPED),
    ]


KEY = Credential("mine", OPENAI_KEY, Source("sandbox"))
PAIR = Credential(
    "pair", AWS_KEYS, Source("sandbox"), AwsKeys(Secret("AKIAFAKEFAKEFAKE7777"), Secret(SECRET), "eu-west-3")
)
GOOD, BAD, UNCLEAR = CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.UNCLEAR


def make(name: str, status: CheckStatus, note: str = "It is so.", cause: str = "", **more: str) -> CheckResult:
    return CheckResult("mine", name, status, note, "it is known", "that it may", "nothing", cause, **more)


IDENTITY = make("identity", GOOD)
# The checks, and the sentence that they come to.
SENTENCES = {
    "This key is valid and may call m, streaming too.": (KEY, IDENTITY, make("prompt", GOOD)),
    "This key is valid; whether it may call m was not tried, since that costs a few tokens.": (
        KEY, IDENTITY, make("prompt", CheckStatus.SKIPPED)),
    "This key is valid; whether it may call m in eu-west-3 was not tried, since that costs a few tokens.": (
        PAIR, IDENTITY),
    "This key was not sent anywhere: It is so.": (KEY, make("form", BAD)),
    "OpenAI could not be reached, so this key is untested: no reason came.": (KEY, make("network", UNCLEAR, "")),
    "What is signed by this clock is refused, so this key is untested: It is so.": (KEY, make("clock", BAD)),
    "This key is valid, but the openai key stored with Mesh fails there: It is so.": (
        KEY, IDENTITY, make(f"{STORED_KEY} openai", BAD)),
    "This key is valid and may call m, but not stream: It is so.": (KEY, IDENTITY, make("streaming", BAD)),
    "This key is valid and may call m, but whether it may stream is not known: It is so.": (
        KEY, IDENTITY, make("streaming", UNCLEAR)),
    "This key is valid and may call m in eu-west-3, but not stream: It is so, as IAM simulates it.": (
        PAIR, IDENTITY, make("stream permission", BAD)),
    "This key is valid, but may not call m: It is so.": (KEY, IDENTITY, make("prompt", BAD)),
    "This key is valid, but whether it may call m is not known: It is so.": (KEY, IDENTITY, make("prompt", UNCLEAR)),
    "This key does not work: It is so.": (KEY, make("identity", BAD, cause="credential_invalid")),
    "This key could not be tested: It is so.": (KEY, make("identity", BAD, cause="rate_limited")),
    "This key could not be tested: It is not so.": (
        KEY, make("identity", UNCLEAR, "It is not so.", cause="credential_invalid")),
}  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_all_checks_come_to_one_sentence(sentence: str):
    credential, *checks = SENTENCES[sentence]
    assert summarize_checks(credential, "m", tuple(checks)) == sentence


SKIPPED = make("prompt", CheckStatus.SKIPPED, "not tried, since identity is unclear.")
ALONE = {
    "The check 'prompt' passed: it is known.": (IDENTITY, make("prompt", GOOD)),
    "The check 'prompt' failed: It is so.": (IDENTITY, make("prompt", BAD)),
    "The check 'prompt' is unclear: no reason came.": (IDENTITY, make("prompt", UNCLEAR, "")),
    "The check 'prompt' was skipped: It is so.": (IDENTITY, make("prompt", CheckStatus.SKIPPED)),
    "The check 'prompt' was skipped: not tried, since identity is unclear; identity: Because.": (
        make("identity", UNCLEAR, "Because."), SKIPPED),
    "The check 'prompt' was skipped: not tried, since identity is unclear; identity: It failed.": (
        IDENTITY, make("identity", BAD, "It failed."), SKIPPED),
}  # fmt: skip


@pytest.mark.parametrize("sentence", ALONE)
def test_one_check_alone_comes_to_a_sentence_about_it_alone(sentence: str):
    assert summarize_check("prompt", ALONE[sentence]) == sentence


async def test_a_form_that_is_right_is_told_with_all_checks_and_not_with_another_check_alone(stage: Stage):
    assert (await stage.run_checks("openai", prompt=False)).checks[0].name == "form"
    assert [r.name for r in (await stage.run_checks("openai", only="form")).checks] == ["form"]
    assert "form" not in [r.name for r in (await stage.run_checks("openai", only="network")).checks]


async def test_a_check_that_is_not_there_is_answered_with_those_that_are(stage: Stage):
    with pytest.raises(NoSuchCheckError, match="'certificate'; it has form, network, identity"):
        await stage.run_checks("openai", only="certificate")
