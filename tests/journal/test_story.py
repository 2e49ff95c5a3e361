"""From a run that worked to one that did not, through the sandbox and the file: what changed is what was changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from meshtui.base.credential import BearerKey, Policy
from meshtui.base.secret import Secret
from meshtui.journal.changes import Side, find_changes, summarize_changes
from meshtui.journal.history_store import History
from meshtui.journal.past_runs import Past, find_last_success
from meshtui.providers.bedrock.provider import AwsKeys
from meshtui.runs.model import Path as Way
from meshtui.runs.model import Prompt
from meshtui.session import Session

HELD = Secret("wJal" + "rX/" * 11 + "two")


def another_key(session: Session) -> None:
    wrong = Secret("sk-proj-" + "Wr0ng" * 20)
    session.credentials.keep(replace(session.credentials["openai"], material=BearerKey(wrong)))


def another_secret(session: Session) -> None:
    pair = session.credentials["aws"].material
    assert isinstance(pair, AwsKeys)
    session.credentials.keep(replace(session.credentials["aws"], material=replace(pair, secret_access_key=HELD)))


def another_region(session: Session) -> None:
    pair = session.credentials["aws"].material
    assert isinstance(pair, AwsKeys)
    session.credentials.keep(replace(session.credentials["aws"], material=replace(pair, region="eu-west-1")))
    session.stage.set_fault("aws", "no_permission")


def revoked_there(session: Session) -> None:
    session.stage.set_fault("openai", "revoked")


def exclusive_and_revoked(session: Session) -> None:
    session.credentials.set_policy("openai", Policy.EXCLUSIVE)
    session.stage.set_fault("openai", "revoked")


def their_clock(session: Session) -> None:
    session.stage.set_fault("aws", "clock_skew")


STORIES = {
    another_key: ("openai", ["key (fingerprint)"]),
    another_secret: ("aws", ["key (fingerprint)"]),
    another_region: ("aws", ["region"]),
    exclusive_and_revoked: ("openai", ["policy"]),
    revoked_there: ("openai", []),
    their_clock: ("aws", ["this machine's clock"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("happens", STORIES, ids=lambda happens: happens.__name__)
async def test_what_changed_is_what_was_changed(tmp_path: Path, happens: Callable[[Session], None]):
    name, expected = STORIES[happens]
    history = History(tmp_path / "history.db", 1000)
    async with Session.demo(history=history) as session:
        await session.send_prompt(Way.BYOK, name, Prompt(), lambda _: None)
        happens(session)
        await session.send_prompt(Way.BYOK, name, Prompt(), lambda _: None)
        runs = (await history.runs()).runs
        failed, worked = [Past(past.run, await history.run(past.run)) for past in runs]
    assert failed.worked is False
    assert find_last_success(runs, failed) == runs[1]
    found = find_changes(worked, failed)
    assert [change.what for change in found if change.side is Side.OURS] == expected
    assert ("so the change is at the provider or Mesh" in summarize_changes(found, worked, failed)) is (
        expected in ([], ["policy"])  # A policy is no reason for a key to fail that had served itself.
    )
