"""`meshtui history`: past runs, one of them, what changed since it worked. Live runs are kept, a sandbox's are not."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pexpect
import pytest

from meshtui.journal.database import Store
from meshtui.journal.recording import make_note
from meshtui.providers.check import CheckStatus
from tests.canaries import KEYS, leaked
from tests.cli.conftest import Meshtui
from tests.journal.test_changes import ASKED, check, check_run, past

MORNING = 1795420800.0


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A history: it worked, then the key was exchanged, and it fails; a check passed in between."""
    path = tmp_path / "state" / "meshtui" / "history.db"
    store = Store(path, 1000)
    worked = past(200, MORNING)
    failed = past(401, MORNING + 3600, replace(ASKED, fingerprint="bbbbbbbb", source="file k.json"))
    for each in (worked, check_run(MORNING + 60, check("form", CheckStatus.PASSED, 200)), failed):
        store.add(each.entries)
    store.add([make_note(MORNING + 1800, "openai added: OpenAI key", "openai")])
    store.close()
    return path


def test_runs_are_listed_the_newest_first(meshtui: Meshtui, kept: Path):
    out = meshtui("history").out
    lines = [line.split() for line in out.splitlines()]
    assert [line[3:6] for line in lines[:3]] == [
        ["[x]", "byok", "openai"], ["[ok]", "check", "openai"], ["[ok]", "byok", "openai"],
    ]  # fmt: skip
    assert "3 of 3 runs" in out
    assert meshtui("history", "--limit", "1").out.splitlines()[0].split()[3] == "[x]"
    assert "1 of 3 runs" in meshtui("history", "--limit", "1").out


def test_a_key_given_in_place_of_a_credentials_name_is_not_repeated(meshtui: Meshtui, kept: Path):
    said = meshtui("history", "--changes", KEYS["project key"]).out
    assert "No run of 'sk-proj-…" in said
    assert not leaked(said)


def test_the_list_as_data_has_what_was_asked(meshtui: Meshtui, kept: Path):
    data = meshtui("history", "--format", "json").json
    assert [run["worked"] for run in data["runs"]] == [False, True, True]
    assert data["runs"][0]["asked"]["fingerprint"] == "bbbbbbbb"
    assert (data["of"], data["unreadable"]) == (3, 0)


def test_one_run_is_shown_as_it_was_told_then(meshtui: Meshtui, kept: Path):
    run = meshtui("history", "--format", "json").json["runs"][0]["run"]
    out = meshtui("history", "--run", run).out
    for wanted in ("Fingerprint   bbbbbbbb", "[x]  own key           openai at OpenAI: 401", "[x] Failed: no fallback"):
        assert wanted in out
    data = meshtui("history", "--run", run, "--format", "json").json
    assert data["attempts"][0]["status"] == 401
    assert data["verdict"]["served"] == "nobody"


def test_one_check_is_shown_check_by_check(meshtui: Meshtui, kept: Path):
    assert "[ok] form" in meshtui("history", "--run", "c").out
    assert meshtui("history", "--run", "c", "--format", "json").json["checks"][0]["status"] == "passed"


@pytest.mark.parametrize("wanted", ["nothing", "", "r"])
def test_a_run_that_is_not_there_or_not_told_apart_is_a_mistake_of_usage(meshtui: Meshtui, kept: Path, wanted: str):
    outcome = meshtui("history", "--run", wanted)
    assert outcome.status == 2
    assert "--run" in outcome.err


def test_what_changed_since_it_worked_is_told_likeliest_first(meshtui: Meshtui, kept: Path):
    out = meshtui("history", "--changes").out
    parts = ("Changed on your side", "\ndone here", "\nkey (fingerprint)", "\nsource", "\nstatus")
    told = [out.index(part) for part in parts]
    assert told == sorted(told)
    assert "aaaaaaaa → bbbbbbbb" in out
    data = meshtui("history", "--changes", "openai", "--format", "json").json
    assert [c["what"] for c in data["changes"] if c["side"] == "ours"] == ["done here", "key (fingerprint)", "source"]
    assert data["before"]["worked"] is True


def test_where_there_is_nothing_to_compare_it_says_so(meshtui: Meshtui, kept: Path):
    assert meshtui("history", "--changes", "vertex").out.startswith("No run of 'vertex' in the history has failed.")
    assert meshtui("history", "--changes", "vertex", "--format", "json").json["changes"] == []
    with sqlite3.connect(kept) as other:
        other.execute("DELETE FROM entries WHERE at < ?", (MORNING + 60,))
    assert "has no run of 'openai' on the path 'byok' that worked before" in meshtui("history", "--changes").out


def test_it_forgets_when_told_to(meshtui: Meshtui, kept: Path):
    assert meshtui("history", "--clear").out == "Deleted: 10 entries.\n"
    assert "No runs yet" in meshtui("history").out
    assert meshtui("history", "--format", "json").json["runs"] == []


def test_an_empty_history_makes_no_file_and_says_where_it_would_be(meshtui: Meshtui, tmp_path: Path):
    outcome = meshtui("history")
    assert outcome.status == 0
    assert "No runs yet in" in outcome.out
    assert "demo-history.db" in meshtui("history", "--demo").out
    assert not (tmp_path / "state").exists()


def test_damage_is_told(meshtui: Meshtui, kept: Path):
    with sqlite3.connect(kept) as other:
        other.execute("UPDATE entries SET detail = 'x' WHERE what = 'verdict' AND run = 'c'")
    assert "1 entry skipped: damaged, or written by another version" in meshtui("history").out
    kept.write_bytes(b"no database " * 500)
    outcome = meshtui("history")
    assert outcome.status == 1
    assert "the history cannot be read" in outcome.err
    assert "is damaged" in outcome.err


@pytest.mark.parametrize("mistake", [("--limit", "-1"), ("--run", "a", "--clear"), ("--changes", "a", "--clear")])
def test_what_cannot_be_meant_is_refused(meshtui: Meshtui, mistake: tuple[str, ...]):
    assert meshtui("history", *mistake).status == 2


def test_a_live_run_is_kept_without_its_key_and_a_sandboxed_one_is_not(
    meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    meshtui("send", "--sandbox")
    meshtui("check", "--sandbox", "openai")
    assert not (tmp_path / "state").exists()
    # No proxy is there, so nothing leaves this machine; that is a run all the same.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", KEYS["project key"])
    sent = meshtui("send", "--format", "json")
    meshtui("check", "--offline")
    meshtui("check", "openai")
    data = meshtui("history", "--format", "json").json
    assert [run["path"] for run in data["runs"]] == ["check", "byok"]
    assert data["runs"][1]["run"] == sent.json["run"]
    assert data["runs"][1]["worked"] is False
    assert not leaked((tmp_path / "state" / "meshtui" / "history.db").read_bytes().decode("latin-1"))


def test_nothing_is_kept_where_the_settings_say_so(meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", KEYS["project key"])
    monkeypatch.setenv("MESHTUI_HISTORY", "false")
    meshtui("send")
    assert not (tmp_path / "state").exists()
    assert "nothing is added to it" in meshtui("history").out


def test_a_history_that_cannot_be_kept_does_not_break_the_run(
    meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "state" / "meshtui" / "history.db").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", KEYS["project key"])
    outcome = meshtui("send", "--format", "json")
    assert outcome.status == 5
    assert outcome.json["verdict"]["served"] == "nobody"
    assert outcome.err.count("the history is not kept") == 1


def test_it_loads_neither_textual_nor_the_network():
    code = (
        "import sys; from meshtui.cli.main import run; run(['history']);"
        "print({'textual', 'httpx', 'boto3', 'cryptography', 'pydantic'} & set(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "set()"


def test_on_a_terminal_clear_asks_first(tmp_path: Path):
    env = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": os.getcwd()}
    child = pexpect.spawn(sys.executable, ["-m", "meshtui", "history", "--clear"], env=env, timeout=20)
    child.expect_exact("for good? [y/N]")
    child.sendline("n")
    child.expect_exact("Nothing was deleted.")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0
