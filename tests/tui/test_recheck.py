"""After a fix one key runs the failed check again, and says whether it helped."""

from __future__ import annotations

from pathlib import Path

import pytest

from meshtui.base.exchange import Exchange, Request
from meshtui.checks.model import CheckResult
from meshtui.checks.runner import NoSuchCheckError
from meshtui.journal.entry import Entry, EntryKind
from meshtui.journal.recheck import choose_check, plan_recheck, read_model
from meshtui.providers.check import NOTHING, CheckStatus
from meshtui.session import Session
from meshtui.tui.screens.explanation_screen import ExplanationScreen
from tests.each import leave_to_sweep
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import NOON, all_kinds, demo

BROKEN = {
    "openai": "revoked",
    "bedrock": "revoked",
    "aws": "no_permission",
    "vertex": "no_permission",
    "mesh": "disabled",
}


def words(app) -> str:
    return " ".join(text_of(app).split())


async def choose(pilot, name: str) -> None:
    credentials = pilot.app.main.credentials
    credentials.cursor = credentials.names.index(name)
    await pilot.pause()


async def open_where(pilot, is_it) -> None:
    """Opens the newest line of which that holds."""
    app = pilot.app
    entry = next(e for e in reversed(tuple(app.session.journal)) if is_it(e))
    app.push_screen(ExplanationScreen(app.main.log_lines.view, entry))
    await settled(pilot)


@pytest.mark.parametrize("name", leave_to_sweep(BROKEN, 2))
async def test_break_fail_mend_recheck_says_fixed_and_one_key_goes_back(screen: Screen, name: str):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        await choose(pilot, name)
        app.session.stage.set_fault(name, BROKEN[name])
        await pilot.press("c")
        await settled(pilot)
        await open_where(pilot, lambda e: e.what is EntryKind.VERDICT)
        before = app.screen
        await pilot.press("r")
        await settled(pilot)
        assert "✗ still: " in words(app)
        await pilot.press("escape")
        assert app.screen is before
        app.session.stage.set_fault(name, None)
        await pilot.press("r")
        await settled(pilot)
        assert "✓ fixed: " in words(app)
        assert isinstance(app.screen.entry.detail, CheckResult)
        assert app.screen.entry.detail.status is CheckStatus.PASSED
        assert app.session.journal[-1].detail.only == app.screen.entry.detail.name
        await pilot.press("escape")
        assert app.screen is before


@pytest.mark.parametrize("name", leave_to_sweep(["openai", "aws", "vertex"]))
async def test_a_failed_test_prompt_is_sent_again_as_the_check_that_makes_the_same_call(screen: Screen, name: str):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        await choose(pilot, name)
        app.session.stage.set_fault(name, "no_permission")
        await pilot.press("f")
        await settled(pilot)
        app.session.stage.set_fault(name, None)
        await open_where(pilot, lambda e: e.what is EntryKind.ATTEMPT and e.credential == name)
        await pilot.press("r")
        await settled(pilot)
        assert "✓ fixed: " in words(app)
        assert app.screen.entry.detail.name == "prompt"


async def test_through_mesh_a_pass_does_not_claim_whose_key_served(screen: Screen):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        app.session.stage.set_fault("mesh", "disabled")
        await pilot.press("p", "f")
        await settled(pilot)
        app.session.stage.set_fault("mesh", None)
        await open_where(pilot, lambda e: e.what is EntryKind.ATTEMPT)
        await pilot.press("r")
        await settled(pilot)
        assert "✓ fixed: Mesh answers; it does not say whose key served" in words(app)


def live_with(session: Session, path: Path) -> Session:
    """A session on the sandbox's hosts that is not one itself, with the key of a file."""
    session.sandboxed = False
    session.credentials.add_file(str(path), name="mine")
    return session


async def test_what_costs_tokens_is_said_first_and_sent_when_asked_for_once_more(screen: Screen, tmp_path: Path):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        path = tmp_path / "key.txt"
        path.write_text(app.session.credentials["openai"].secret.reveal())
        app.session.stage.set_fault("openai", "no_permission")
        live_with(app.session, path)
        await app.session.check("mine", lambda _: None, prompt=True)
        await open_where(pilot, lambda e: isinstance(e.detail, CheckResult) and e.detail.name == "prompt")
        count = len(app.session.journal)
        await pilot.press("r")
        await settled(pilot)
        assert "Running the check 'prompt' again costs a few tokens: r once more does it." in words(app)
        assert len(app.session.journal) == count
        app.session.stage.set_fault("openai", None)
        await pilot.press("r")
        await settled(pilot)
        assert "✓ fixed: the key may call this model here and now; the file has not changed since." in words(app)


async def test_a_key_mended_in_its_file_is_read_anew_before(screen: Screen, tmp_path: Path):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        good = app.session.credentials["openai"].secret.reveal()
        path = tmp_path / "key.txt"
        path.write_text(good[:-4] + "ZZZZ")
        app.session.credentials.add_file(str(path), name="mine")
        await app.session.check("mine", lambda _: None, prompt=False)
        await open_where(pilot, lambda e: e.what is EntryKind.VERDICT)
        path.write_text(good)
        await pilot.press("r")
        await settled(pilot)
        shown = words(app)
        assert "✓ fixed: the key is known" in shown
        fingerprint = app.session.credentials["mine"].secret.fingerprint
        assert f"fingerprint {fingerprint} instead of " in shown
        assert any(e.what is EntryKind.NOTE and fingerprint in e.text for e in app.session.journal)
        path.unlink()
        await pilot.press("r")
        await settled(pilot)
        assert "Nothing was sent: the file holds no credential now: " in words(app)


async def test_a_pasted_key_cannot_be_read_anew_and_the_way_to_a_new_one_is_told(screen: Screen):
    async with screen(Session.demo(), size=(120, 36)) as (app, pilot):
        from meshtui.base.credential import Source

        good = app.session.credentials["openai"].secret.reveal()
        app.session.credentials.add(good[:-4] + "ZZZZ", Source("paste"), name="mine")
        await app.session.check("mine", lambda _: None, prompt=False)
        await open_where(pilot, lambda e: e.what is EntryKind.VERDICT)
        await pilot.press("r")
        await settled(pilot)
        assert "✗ still: " in words(app)
        assert "mine (typed or pasted) cannot be read anew: add the new key" in words(app)


async def test_where_nothing_failed_it_says_so(screen: Screen):
    async with screen(Session.demo()) as (app, pilot):
        await pilot.press("c")
        await settled(pilot)
        await open_where(pilot, lambda e: e.what is EntryKind.VERDICT)
        await pilot.press("r")
        assert "Nothing failed on this check" in words(app)


async def test_while_something_runs_and_without_the_credential_it_says_why_not(screen: Screen):
    async with screen(all_kinds()) as (app, pilot):
        app.session.credentials.pop("openai", None)
        await pilot.press("3", "home", "down", "enter", "r")
        assert "openai is off the list" in words(app)


async def test_a_note_is_nothing_to_check_again(screen: Screen):
    async with screen(demo()) as (app, pilot):
        app.session.journal.append(Entry(NOON, EntryKind.NOTE, text="a note"))
        await open_where(pilot, lambda e: e.what is EntryKind.NOTE)
        await pilot.press("r")
        assert "this line is neither" in words(app)


URLS = {
    "https://api.openai.com/v1/chat/completions": "",
    "https://b/model/amazon.nova-micro-v1%3A0/converse": "amazon.nova-micro-v1:0",
    "https://b/model/amazon.nova-micro-v1%3A0/converse-stream": "amazon.nova-micro-v1:0",
    "https://v/v1/projects/p/locations/global/publishers/google/models/gemini-3.1-flash-lite:generateContent":
        "gemini-3.1-flash-lite",
    "https://v/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4@20250514:streamRawPredict":
        "claude-sonnet-4@20250514",
}  # fmt: skip


@pytest.mark.parametrize("url", URLS)
def test_the_model_is_read_from_where_the_provider_names_it(url: str):
    assert read_model(Exchange("x", "chat", Request("POST", url, body='{"a": 1}'), NOON)) == URLS[url]
    named = Exchange("x", "chat", Request("POST", url, body='{"model": "gpt-4o", "stream": true}'), NOON)
    assert (read_model(named), choose_check(named)) == ("gpt-4o", "streaming")


def test_a_failed_token_is_the_check_identity():
    assert choose_check(Exchange("vertex", "token", Request("POST", "https://x/token"), NOON)) == "identity"


def test_a_skipped_check_can_be_run_after_all():
    check = CheckResult("openai", "prompt", CheckStatus.SKIPPED, "not tried", "", "", NOTHING)
    wanted = plan_recheck(Entry(NOON, EntryKind.CHECK, detail=check), ())
    assert (wanted.check, wanted.failed, wanted.why_not) == ("prompt", False, "")


async def run(session: Session, check: str) -> CheckResult:
    return (await session.check("openai", lambda _: None, prompt=True, only=check)).requested


async def test_without_a_screen_the_session_runs_one_check_and_the_journal_keeps_it():
    async with Session.demo() as session:
        session.stage.set_fault("openai", "revoked")
        assert (await run(session, "identity")).status is CheckStatus.FAILED
        session.stage.set_fault("openai", None)
        assert (await run(session, "identity")).status is CheckStatus.PASSED
        assert [e.text for e in session.journal if e.what is EntryKind.RUN] == ["check · openai · only identity"] * 2
        assert [e.detail.name for e in session.journal if e.what is EntryKind.CHECK] == ["identity"] * 2
        with pytest.raises(NoSuchCheckError):
            await run(session, "certificate")
        assert len([e for e in session.journal if e.what is EntryKind.RUN]) == 2, "what cannot be run is not begun"
