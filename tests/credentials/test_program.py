"""A program that should print keys and does not is a sentence that says what it did, and never what it printed."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from meshtui.providers.bedrock.credential_process import ProgramError, read_keys, run_credential_process
from tests.canaries import parts_in
from tests.credentials import samples as s

ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the programs of these tests are shell scripts")


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo no keys today", "not JSON"),
        ("echo '{}'", "no AccessKeyId"),
        ("echo '[1]'", "no AccessKeyId"),
        ("head -c 100000 /dev/zero | tr \\\\0 [", "not JSON"),
        ('echo \'{"AccessKeyId": "x", "SecretAccessKey": 3}\'', "no AccessKeyId"),
        ("exit 3", "status 3"),
        ("kill -9 $$", "status -9"),
        ("sleep 60 & wait", "no answer within 0.5 s"),
        ("(sleep 60 &) ; echo", "no answer within 0.5 s"),
        ("exec >&-; sleep 60", "no answer within 0.5 s"),
        ("yes", "more than 1 MiB"),
        ("yes & sleep 60", "more than 1 MiB"),
    ],
)
def test_a_program_without_keys_says_why(script: str, says: str):
    with pytest.raises(ProgramError, match=says):
        run_credential_process(f"/bin/sh -c {json.dumps(script)}" if "'" in script else f"/bin/sh -c '{script}'",
                               ENVIRON, "", 0.5 if "0.5 s" in says else 30)  # fmt: skip


@pytest.mark.parametrize("command", ["", "  ", "'", "there-is-no-such-program", "./here", "/nonexistent/program"])
def test_a_command_that_cannot_run_says_why(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "here").write_text("#!/bin/sh\n")
    (tmp_path / "here").chmod(0o700)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProgramError, match=r"not found|not closed"):
        run_credential_process(command, ENVIRON, "")


def test_a_program_that_prints_without_end_is_ended_and_so_is_what_it_started(tmp_path: Path):
    script = tmp_path / "program"
    script.write_text('#!/bin/sh\nsleep 61 &\necho $! > "$HOME/child"\nexec yes\n')
    script.chmod(0o700)
    with pytest.raises(ProgramError, match="more than 1 MiB"):
        run_credential_process(str(script), {**ENVIRON, "HOME": str(tmp_path)}, "")
    child = int((tmp_path / "child").read_text())
    stat = Path(f"/proc/{child}/stat")
    for _ in range(500):  # it is killed with the group, and ends when it is next on a processor
        if not stat.exists() or stat.read_text().rpartition(") ")[2][0] == "Z":
            return
        time.sleep(0.01)
    pytest.fail("what the program has started goes on")


def test_what_it_prints_is_never_in_the_error():
    with pytest.raises(ProgramError) as caught:
        run_credential_process(f"/bin/sh -c 'echo {s.SECRET}; echo {s.SECRET} >&2'", ENVIRON, "")
    assert not parts_in(str(caught.value), s.SECRET)


def test_the_answers_of_programs_and_of_metadata_have_one_form():
    given = {"AccessKeyId": s.key_id(), "SecretAccessKey": s.SECRET}
    assert read_keys(given, "eu-west-1").session_token is None
    for name in ("Token", "SessionToken"):
        assert read_keys({**given, name: "t" * 40}, "").session_token.reveal() == "t" * 40
    for broken in (None, [], "x", {}, {"AccessKeyId": "x"}, {**given, "SecretAccessKey": ""}):
        assert read_keys(broken, "") is None
