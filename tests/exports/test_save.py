"""Exports become files of their own: private, named by what they are about, never over another."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from meshtui.exports.case import format_case_json, list_requests, make_case, make_case_of_entries
from meshtui.exports.export_files import FORMS, NOTHING, find_folder, find_next_file, make_file_name, save, write_text
from meshtui.journal.journal import Journal
from meshtui.journal.recording import make_note, make_recorder
from meshtui.presentation.json_answers import format_run_json
from tests.exports.made import case
from tests.runs.stage import Stage
from tests.tui.recorded import NOON
from tests.tui.scenes import checked


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_its_owners_alone_and_named_by_what_it_is_about(tmp_path: Path, form: str):
    path = save(form, case(), tmp_path / "new" / "exports")
    assert path.name == f"2026-11-23-120000-openai-credential_invalid.{FORMS[form].ending}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_text(encoding="utf-8") == write_text(form, case())


def test_a_form_that_hides_names_has_none_in_its_files_name():
    """A service account's file is called by its project, and the credential by its file."""
    made = replace(case(), inputs=replace(case().inputs, credential="bob@corp.example"))
    assert make_file_name("markdown", made) == "2026-11-23-120000-e-mail-credential_invalid.md"
    assert "bob_corp" in make_file_name("har", made)


def test_a_second_one_takes_a_number_and_the_first_stays(tmp_path: Path):
    first = save("json", case(), tmp_path)
    first.write_text("mine")
    assert find_next_file("json", case(), tmp_path).name.endswith("-2.json")
    assert [save("json", case(), tmp_path).name[-7:] for _ in range(2)] == ["-2.json", "-3.json"]
    assert first.read_text() == "mine"


def test_not_even_a_link_is_written_through(tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    (tmp_path / make_file_name("har", case())).symlink_to(elsewhere)
    assert save("har", case(), tmp_path).name.endswith("-2.har")
    assert elsewhere.read_text() == "mine"


def test_a_folder_that_cannot_be_written_raises_what_can_be_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        save("json", case(), tmp_path / "file" / "below")


@pytest.mark.parametrize(
    ("credential", "name"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("a b/c:d\n", "a_b_c_d"),
        ("é🎉", ""),
        ("x" * 99, "x" * 40),
        ("..", ""),
    ],
)
def test_a_files_name_is_fit_for_every_system(credential: str, name: str):
    made = replace(case(), inputs=replace(case().inputs, credential=credential))
    assert make_file_name("har", made) == f"2026-11-23-120000{'-' if name else ''}{name}-credential_invalid.har"


@pytest.mark.parametrize(
    ("setting", "environ", "folder"),
    [
        ("", {"HOME": "/home/a"}, "/home/a/.local/state/meshtui/exports"),
        ("", {"HOME": "/home/a", "XDG_STATE_HOME": "/state"}, "/state/meshtui/exports"),
        ("~/issues", {"HOME": "/home/a"}, "/home/a/issues"),
        ("~", {"HOME": "/home/a"}, "/home/a"),
        ("/srv/x", {"HOME": "/home/a"}, "/srv/x"),
        ("~else/x", {"HOME": "/home/a"}, "~else/x"),
    ],
)
def test_the_folder_is_the_settings_or_beside_the_history(setting: str, environ: dict[str, str], folder: str):
    assert find_folder(setting, environ) == Path(folder)


@pytest.mark.parametrize("path", ["byok", "mesh", "compare"])
async def test_the_journal_tells_the_same_json_as_the_run_itself(stage: Stage, path: str):
    journal = Journal()
    ask = stage.ask(path, "openai")
    stage.sandbox.set_fault("openai", "revoked")
    record = make_recorder(journal, ask, stage.client.endpoints)
    run = await stage.send_prompt(path, "openai")
    for event in stage.events:
        record(event)
    told = make_case_of_entries(journal.of_run(run.id))
    assert told is not None
    kept, printed = format_case_json(told), format_run_json(run)
    assert kept == format_case_json(replace(make_case(run, stage.client.endpoints), at=told.at))
    assert {**kept, "started": None} == {**printed, "started": None}


def test_a_check_is_json_with_its_checks():
    made = make_case_of_entries(tuple(checked().journal))
    assert made is not None
    told = json.loads(write_text("json", made))
    assert told["deciding"] == "prompt"
    assert [check["name"] for check in told["checks"]][:2] == ["form", "network"]
    assert made.came_to == "permission_missing"


def test_lines_that_tell_of_nothing_are_no_case():
    assert make_case_of_entries(()) is None
    assert make_case_of_entries((make_note(NOON, "openai: no fault"),)) is None


@pytest.mark.parametrize("form", ["curl", "python"])
def test_where_nothing_was_sent_the_code_says_so(form: str):
    language = {"curl": "sh", "python": "python"}[form]
    assert write_text(form, case(attempts=())) == f"{NOTHING[language]}\n"
    assert list_requests(case(attempts=())) == ()


def test_a_name_with_a_line_break_stays_in_its_comment():
    made = case()
    attempt = replace(made.attempts[0], credential="x\nrm -rf ~")
    text = write_text("curl", replace(made, attempts=(attempt,)))
    assert text.startswith("# own key, credential x rm -rf ~\n")
