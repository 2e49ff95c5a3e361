"""Whatever is wrong with whichever credential: each line that `check` says of it holds and can be followed.

Every fault of the sandbox on every credential. What they answer is not told to the checks.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from meshtui.checks.model import CheckReport
from meshtui.presentation.check_blocks import format_checked
from meshtui.providers.check import CheckStatus
from meshtui.sandbox.faults import FAULTS, NAMES
from meshtui.session import Session

ALIKE = {"revoked": 4, "disabled": 4, "expired": 4, "no_permission": 5, "explicit_deny": 5, "model_not_granted": 5,
         "quota_empty": 6, "rate_limited": 6, "tokens_limited": 6, "shared_capacity": 7, "down": 7, "server_error": 7,
         "upstream_timeout": 7}  # fmt: skip
"""Fault → the exit status of every credential that has it."""
NOT_MINDED = [("mesh", "no_streaming"), ("platform", "no_streaming"), ("vertex", "no_streaming"),
              *((name, fault) for name in NAMES for fault in ("slow", "stream_stall")),
              *((name, fault) for name in ("openai", "vertex", "mesh", "platform")
                for fault in ("model_error", "model_not_ready", "service_quota")),
              *((name, "clock_skew") for name in ("openai", "bedrock", "mesh", "platform"))]  # fmt: skip
"""What a credential passes with, as its provider has no such thing or nothing is wrong with the key."""
FAST = [fault for fault in FAULTS if fault != "slow"]


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    async with Session.demo() as opened:
        yield opened


async def check(session: Session, name: str, fault: str) -> tuple[CheckReport, str]:
    session.stage.set_fault(name, fault)
    report = await session.check(name, lambda _: None, prompt=True)
    session.stage.set_fault(name, None)
    return report, " ".join(format_checked([(session.credentials[name], report)], verbose=False).split())


@pytest.mark.parametrize("fault", FAST)
async def test_every_sentence_of_a_check_holds_and_can_be_followed(session: Session, fault: str):
    """Of two credentials for each fault, so that each is in many; all of them are a sweep."""
    await said_of(session, fault, *(NAMES[(FAST.index(fault) + at) % len(NAMES)] for at in (0, 3)))


@pytest.mark.sweep
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_sentence_holds_for_every_credential(session: Session, fault: str):
    await said_of(session, fault, *NAMES)


async def said_of(session: Session, fault: str, *names: str) -> None:
    for name in names:
        report, text = await check(session, name, fault)
        where = f"{name}, {fault}: {text}"
        assert report.exit_status == ALIKE.get(fault, report.exit_status), where
        assert (report.exit_status == 0) == ((name, fault) in NOT_MINDED), where
        for result in report.checks:
            wrong = result.status in (CheckStatus.FAILED, CheckStatus.UNCLEAR)
            # What may not be asked says nothing against the key, and so there is nothing to do about it.
            assert not wrong or result.fix or result.cause == "unknown", f"no fix for {result.name} of {where}"
            assert "meshtui check" not in result.fix, f"the command that is running, for {result.name} of {where}"
        assert not re.search(r"<[a-z_]+>|\{[a-z_]+\}|\.\.(?!\.)| ,", text), where
        assert report.sentence.endswith("."), where


@pytest.mark.parametrize("fault", ["revoked", "disabled", "expired", "wrong_region"])
async def test_a_long_term_pair_is_told_nothing_that_is_meant_for_a_temporary_one(session: Session, fault: str):
    report, text = await check(session, "aws", fault)
    assert "ASIA" not in text
    if fault == "revoked":
        last = session.credentials["aws"].shown[-4:]
        assert f"Look for the key id that ends in {last} among its user's access keys" in text
        assert report.deciding is not None
        assert report.deciding.explanation is not None
        assert "ASIA" not in " ".join(step.text for step in report.deciding.explanation.steps)


async def test_a_bedrock_api_key_that_is_refused_is_told_with_the_region_it_was_asked_in(session: Session):
    _, text = await check(session, "bedrock", "wrong_region")
    assert "Bedrock in us-east-1 does not know this API key" in text
    assert "--user-name BedrockAPIKey-" in text


@pytest.mark.parametrize("name", NAMES)
async def test_a_clock_that_is_off_is_never_told_as_near(session: Session, name: str):
    report, text = await check(session, name, "clock_skew")
    assert "clock is near" not in text
    (clock,) = [result for result in report.checks if result.name == "clock"]
    assert "this clock is 61 min behind" in clock.note
