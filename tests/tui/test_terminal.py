"""In a real pseudo-terminal: however the application ends, the terminal is given back as it was, and nothing leaks."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pexpect
import pytest

from meshtui.sandbox.faults import FAULTS
from tests.each import leave_to_sweep

pytestmark = pytest.mark.slow

LEFT = b"\x1b[?1049l"
"""What leaves the alternate screen."""
KEY = "sk-proj-" + "Canary0" * 6
CRASHING = """
from meshtui.base.secret import Secret
from meshtui.settings import Settings
from meshtui.tui.app import MeshtuiApp
from tests.tui.recorded import demo

class Crashing(MeshtuiApp):
    def action_do(self, ident):
        local = "sk-proj-" + "Canary0" * 6
        other = Secret("hidden canary value")
        raise RuntimeError(f"the text of an error may hold {local}, hidden canary value and canary@example.com")

session = demo()
session.settings = Settings(hide_names=True)
app = Crashing(session)
app.run()
raise SystemExit(app.return_code)
"""


@pytest.fixture
def spawned() -> Iterator[list[pexpect.spawn]]:
    children: list[pexpect.spawn] = []
    yield children
    for child in children:
        child.close(force=True)


def spawn(
    spawned: list[pexpect.spawn], *command: str, more: Mapping[str, str] = MappingProxyType({}), cwd: Path | None = None
) -> tuple[pexpect.spawn, list[object]]:
    """The started program, with `more` in its environment, and the terminal's modes before it."""
    env = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(Path(__file__).parents[2]), **more}
    child = pexpect.spawn(sys.executable, list(command), dimensions=(30, 100), env=env, timeout=20, cwd=cwd)
    spawned.append(child)
    return child, termios.tcgetattr(child.child_fd)


def ended(child: pexpect.spawn) -> bytes:
    """What it printed until its end."""
    child.expect(pexpect.EOF)
    child.wait()
    return bytes(child.before)


def start(spawned: list[pexpect.spawn]) -> tuple[pexpect.spawn, list[object]]:
    child, modes = spawn(spawned, "-m", "meshtui", "demo")
    child.expect("sandbox credentials: f sends")
    return child, modes


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_in_order(spawned: list[pexpect.spawn], number: int, status: int):
    child, modes = start(spawned)
    child.kill(number)
    assert LEFT in ended(child)
    assert child.exitstatus == status
    assert termios.tcgetattr(child.child_fd) == modes


def test_it_ends_when_its_terminal_vanishes(spawned: list[pexpect.spawn]):
    child, _ = start(spawned)
    os.close(child.child_fd)
    end = time.monotonic() + 60
    while os.waitpid(child.pid, os.WNOHANG) == (0, 0):
        assert time.monotonic() < end, "it lives on without a terminal"
        time.sleep(0.05)
    spawned.remove(child)


def test_q_leaves(spawned: list[pexpect.spawn]):
    child, modes = start(spawned)
    child.send("q")
    assert LEFT in ended(child)
    assert child.exitstatus == 0
    assert termios.tcgetattr(child.child_fd) == modes


def test_with_standard_error_in_a_file_nothing_is_drawn_into_that(tmp_path: Path):
    """Textual draws on standard error."""
    errors = tmp_path / "errors.txt"
    line = f"exec {shlex.quote(sys.executable)} -m meshtui demo 2>{shlex.quote(str(errors))}"
    env = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(Path(__file__).parents[2])}
    child = pexpect.spawn("sh", ["-c", line], env=env, timeout=60)
    child.expect_exact("standard error is none, and the screen is drawn on it: start it without `2>`")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert errors.read_text().startswith("meshtui demo: the screen needs a terminal: standard error is none")
    assert "\x1b" not in errors.read_text()


def test_ctrl_c_twice_leaves_and_once_says_so(spawned: list[pexpect.spawn]):
    child, _ = start(spawned)
    child.send("\x03")
    child.expect("once more to leave")
    child.send("\x03")
    assert LEFT in ended(child)
    assert child.exitstatus == 0


def test_it_leaves_at_once_though_a_request_is_running(spawned: list[pexpect.spawn]):
    child, _ = start(spawned)
    child.send("b")
    child.expect("Break openai")
    child.send("\x1b[B" * (1 + list(FAULTS).index("slow")) + "\r")
    child.expect("fault: slow")
    child.send("f")
    child.expect("calling OpenAI")
    child.send("q")
    assert LEFT in ended(child)
    assert child.exitstatus == 0


def test_a_crash_prints_where_and_why_but_no_variable_and_no_key(spawned: list[pexpect.spawn]):
    child, modes = spawn(spawned, "-c", CRASHING)
    child.expect("sandbox credentials: f sends")
    child.send("t")
    printed = ended(child)
    assert LEFT in printed
    assert termios.tcgetattr(child.child_fd) == modes
    assert child.exitstatus == 1
    report = printed.partition(LEFT)[2].decode()
    assert "RuntimeError: the text of an error may hold sk-proj-" in report
    assert "action_do" in report
    for planted in ("Canary0", "hidden canary value", "canary@example.com", "locals"):
        assert planted not in report


def test_no_log_of_textuals_is_written_where_a_developer_asked_for_one(spawned: list[pexpect.spawn], tmp_path: Path):
    asked = {"TEXTUAL": "debug,devtools", "TEXTUAL_DEBUG": "1", "TEXTUAL_LOG": str(tmp_path / "textual.log")}
    child, _ = spawn(spawned, "-m", "meshtui", "demo", more=asked, cwd=tmp_path)
    child.expect("sandbox credentials: f sends")
    child.send(f"\x1b[200~{KEY}\x1b[201~")
    child.expect(f"{len(KEY)} characters")
    child.kill(signal.SIGTERM)
    assert LEFT in ended(child)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("stop", leave_to_sweep([signal.SIGTSTP, signal.SIGSTOP]))
def test_after_a_stop_it_paints_again_and_gives_the_echo_back(spawned: list[pexpect.spawn], stop: int):
    child, modes = start(spawned)
    child.kill(stop)
    end = time.monotonic() + 20
    while Path(f"/proc/{child.pid}/stat").read_text().rpartition(") ")[2][0] != "T":
        assert time.monotonic() < end, "it did not stop"
        time.sleep(0.02)
    child.kill(signal.SIGCONT)
    child.expect("Credentials")  # it paints the whole screen again
    child.send("q")
    assert LEFT in ended(child)
    assert child.exitstatus == 0
    assert termios.tcgetattr(child.child_fd) == modes
