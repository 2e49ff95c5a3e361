"""`meshtui explain --follow`: the output of a program passes unchanged, each kind of failure is explained beside it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from meshtui.cli.main import run
from tests.canaries import KEYS, leaked

KEY = KEYS["project key"]
REFUSED = (
    f"ERROR Error code: 401 - {{'error': {{'message': 'Incorrect API key provided: {KEY}.', 'type': "
    "'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}\n"
)
DENIED = (
    "ERROR An error occurred (AccessDeniedException) when calling the Converse operation: User: arn:aws:iam::"
    "111122223333:user/q is not authorized to perform: bedrock:InvokeModel because no identity-based policy allows the "
    "bedrock:InvokeModel action\n"
)
DULL = b"INFO GET /healthz 200 3ms\n"
ODD = b"\x1b[31mred\x1b[0m \xff\xfe\x00 \r\n no line break at the end"


class Following:
    """The command at work; what it prints is read as it comes."""

    def __init__(self, *arguments: str, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.PIPE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "meshtui", "explain", "--follow", *arguments],
            stdin=stdin, stdout=stdout, stderr=subprocess.PIPE,
        )  # fmt: skip

    def record(self, kind: str) -> dict[str, Any]:
        """The next JSON line of this type."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            told: dict[str, Any] = json.loads(line)
            if told["type"] == kind:
                return told
        raise AssertionError(f"it ended without a {kind}")

    def read(self, length: int) -> bytes:
        """As many bytes of what it passes on."""
        assert self.process.stdout is not None
        return self.process.stdout.read(length)

    def stop(self, number: int = signal.SIGINT) -> tuple[int, bytes, str]:
        """Its exit status, and what it printed since."""
        self.process.send_signal(number)
        out, errors = self.process.communicate(timeout=60)
        return self.process.returncode, out, errors.decode()


@contextmanager
def following(*arguments: str, **pipes: int) -> Iterator[Following]:
    command = Following(*arguments, **pipes)
    try:
        yield command
    finally:
        command.process.kill()
        command.process.communicate()


def explain(data: bytes, *arguments: str) -> tuple[int, bytes, str]:
    """Exit status, what was passed on, and what was said, of a program that prints this and ends."""
    command = [sys.executable, "-m", "meshtui", "explain", "--follow", *arguments]
    done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr.decode()


def test_the_output_passes_unchanged_and_each_kind_of_failure_is_explained_once():
    data = DULL + REFUSED.encode() * 3 + DENIED.encode() + ODD
    status, out, said = explain(data, "-")
    assert (status, out) == (0, data)
    assert said.count("Who fixes it") == 2, "a card for each kind"
    assert "3 x credential_" in said
    assert "1 x permission_missing" in said
    assert "key: yours: the provider key, at AWS Bedrock" in said
    assert said.count("meshtui: ") >= 3
    assert not leaked(said, (KEY,)), "the program's own output is its own; ours holds no key"


def test_standard_input_is_followed_where_no_file_is_named():
    assert explain(DULL)[:2] == (0, DULL)


def test_as_json_lines():
    status, out, said = explain(DULL + REFUSED.encode() * 3, "-", "--format", "jsonl")
    told = [json.loads(line) for line in said.splitlines()]
    assert {line["schema"] for line in told} == {1}
    failure, summary = told[0], told[-1]
    assert (failure["type"], failure["provider"], failure["status"]) == ("failure", "openai", 401)
    assert failure["steps"]
    assert (summary["type"], summary["ended"], summary["lines"]) == ("summary", "end of input", 4)
    (kind,) = summary["failures"]
    assert (kind["count"], kind["credential"], kind["source"]) == (3, "provider", "standard input")
    assert not leaked(said, (KEY,))
    assert (status, out) == (0, DULL + REFUSED.encode() * 3)


def test_names_are_hidden_in_what_is_said_and_nothing_in_what_is_passed_on():
    _, out, said = explain(DENIED.encode(), "-", "--hide-names")
    assert out == DENIED.encode()
    assert "111122223333" not in said


def test_an_error_of_our_own_does_not_hold_up_the_program():
    code = (
        "import sys\n"
        "from meshtui.explain import follow\n"
        "follow.LogFollower.feed = None\n"
        "from meshtui.cli.main import run\n"
        "sys.exit(run(['explain', '--follow', '-']))"
    )
    data = DULL * 500_000
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, data)
    assert b"an error in meshtui, nothing is explained any more: TypeError" in done.stderr


def test_a_program_that_did_not_fail_has_no_failures():
    status, out, said = explain(DULL * 3, "-")
    assert (status, out) == (0, DULL * 3)
    assert said.startswith("meshtui: no failure in 3 lines of standard input")


def test_a_failure_is_told_while_the_program_runs():
    with following("-", "--format", "jsonl", stdin=subprocess.PIPE) as command:
        pipe = command.process.stdin
        assert pipe is not None
        pipe.write(REFUSED.encode())
        pipe.flush()
        assert command.read(len(REFUSED)) == REFUSED.encode()
        assert command.record("failure")["cause"].startswith("credential_")
        pipe.write(REFUSED.encode())
        pipe.flush()
        assert command.record("again")["count"] == 2


def test_an_interrupt_ends_it_with_the_last_words_of_the_program_and_a_summary():
    code = (
        "import signal, sys, time\n"
        "print('started', flush=True)\n"
        "try: signal.pause()\n"
        f"except KeyboardInterrupt: time.sleep(0.2); sys.stdout.write({REFUSED!r})\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with following("-", "--format", "jsonl", stdin=child.stdout.fileno()) as command:
        child.stdout.close()
        assert command.read(8) == b"started\n"
        child.send_signal(signal.SIGINT)
        status, out, said = command.stop()
    child.wait()
    summary = json.loads(said.splitlines()[-1])
    assert (status, out) == (130, REFUSED.encode())
    assert (summary["ended"], len(summary["failures"])) == ("interrupted", 1)


def test_a_pipe_that_nobody_reads_any_more_ends_it():
    with following("-", stdin=subprocess.PIPE) as command:
        assert command.process.stdin is not None
        command.process.stdin.write(REFUSED.encode())
        command.process.stdin.flush()
        command.read(10)
        assert command.process.stdout is not None
        command.process.stdout.close()
        command.process.stdout = None
        command.process.stdin.write(DULL)
        command.process.stdin.flush()
        assert command.process.stderr is not None
        said = command.process.stderr.read().decode()
        assert command.process.wait() == 0
    assert "1 x credential_" in said
    assert "nobody reads the output" in said


def test_files_are_followed_through_rotation_and_truncation(tmp_path: Path):
    log, later = tmp_path / "app.log", tmp_path / "later.log"
    log.write_bytes(DULL)
    with following(str(log), str(later), "--format", "jsonl") as command:
        assert "later.log is not there" in command.record("note")["text"]
        assert command.read(len(DULL)) == DULL, "what is in it already"
        with log.open("ab") as writer:
            writer.write(REFUSED.encode())
        first = command.record("failure")
        assert (first["source"], first["first_line"]) == (str(log), 2)
        log.rename(tmp_path / "app.log.1")
        log.write_bytes(DENIED.encode())
        assert command.record("failure")["cause"] == "permission_missing"
        assert command.read(len(REFUSED + DENIED)) == (REFUSED + DENIED).encode()
        log.write_bytes(DULL)
        assert command.read(len(DULL)) == DULL
        later.write_bytes(REFUSED.encode() + b"no end")
        assert command.read(len(REFUSED) + 6) == REFUSED.encode() + b"no end"
        again = command.record("again")
        assert (again["count"], again["source"]) == (2, str(later))
        status, out, said = command.stop(signal.SIGTERM)
    summary = json.loads(said.splitlines()[-1])
    assert (status, out) == (143, b"")
    assert (summary["ended"], summary["sources"]) == ("terminated", [str(log), str(later)])


def test_no_log_keeps_the_others_or_an_interrupt_waiting(tmp_path: Path):
    """While a program writes without a pause."""
    busy, quiet = tmp_path / "busy.log", tmp_path / "quiet.log"
    busy.write_bytes(DULL)
    quiet.write_bytes(REFUSED.encode())
    writer = subprocess.Popen(["sh", "-c", f"while :; do cat {quiet} {quiet} >> {busy}; done"])
    try:
        with following(str(busy), str(quiet), "--format", "jsonl", stdout=subprocess.DEVNULL) as command:
            command.record("failure")
            status, _, said = command.stop()
    finally:
        writer.kill()
        writer.wait()
    summary = json.loads(said.splitlines()[-1])
    assert (status, summary["ended"]) == (130, "interrupted")


def test_what_a_file_holds_already_is_left_out_where_one_wants(tmp_path: Path):
    log = tmp_path / "app.log"
    log.write_bytes(DULL * 9)
    with following(str(log), "--from-end", "--format", "jsonl") as command:
        log_size = os.path.getsize(log)
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
        while True:  # it is not known when it began to follow
            os.write(descriptor, REFUSED.encode())
            if command.process.stderr is not None and _is_readable(command.process.stderr.fileno()):
                break
        os.close(descriptor)
        command.record("failure")
        _, out, _ = command.stop()
    assert DULL not in out
    assert 0 < len(out) <= os.path.getsize(log) - log_size


def _is_readable(descriptor: int) -> bool:
    return bool(select.select((descriptor,), (), (), 0.05)[0])


@pytest.mark.parametrize(("arguments", "said"), [
    (["--follow", "."], "Is a directory"),
    (["--follow", "-", "--status", "401"], "--status"),
    (["--follow", "-", "--format", "json"], "jsonl"),
    (["--follow", "-", "-"], "once"),
    (["--from-end"], "goes with --follow"),
    (["one.txt", "two.txt"], "--follow"),
])  # fmt: skip
def test_arguments_that_do_not_go_together_are_refused(
    arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]
):
    assert run(["explain", *arguments]) == 2
    assert said in capfd.readouterr().err


def test_a_file_that_nobody_may_read_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    log = tmp_path / "app.log"
    log.touch(mode=0)
    assert run(["explain", "--follow", str(log)]) == 2
    assert "Permission denied" in capfd.readouterr().err
