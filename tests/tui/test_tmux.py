"""A whole story with real keys in a real tmux; and however it ends, the terminal is as it was."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from meshtui.sandbox.faults import FAULTS
from tests.tui.test_terminal import CRASHING
from tests.tui.tmux import AT_REST, Tmux

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed"),
]
ROOT = Path(__file__).parents[2]
DEMO = f"{sys.executable} -m meshtui demo"
READY = "sandbox credentials: f sends"


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    opened = Tmux(tmp_path, {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)})
    yield opened
    opened.close()


def start(tmux: Tmux, command: str = DEMO) -> None:
    """Starts the program after writing down what the terminal is set to, and its own process id."""
    tmux.type("stty -a > before")
    tmux.type(f"sh -c 'echo $$ > pid; exec \"$@\"' - {command}; echo status $?")
    tmux.until(READY)
    assert tmux.modes()[0] == "1", "it is on the alternate screen"


def as_it_was(tmux: Tmux, folder: Path, status: int) -> str:
    """The shell is back, what is typed is seen, and no mode was left behind. Returns the screen."""
    shown = tmux.until(f"status {status}")
    tmux.type("stty -a > after; echo back $((6 * 7))")
    tmux.until("back 42")
    assert "echo back $((6 * 7))" in tmux.shown(), "the terminal does not echo"
    assert (folder / "after").read_text() == (folder / "before").read_text()
    assert tmux.modes() == AT_REST
    assert tmux.left_behind() == set()
    return shown


def test_the_story_of_a_key_that_fails_and_a_mesh_that_pays(tmux: Tmux, tmp_path: Path):
    start(tmux)
    tmux.press("f")
    tmux.until("own key   ")
    tmux.press("b")
    tmux.until("Break openai")
    tmux.press(*["Down"] * (1 + list(FAULTS).index("revoked")), "Enter")
    tmux.until("fault: revoked")
    tmux.press("f")
    tmux.until("↩ fell back")
    tmux.press("3", "End", "Enter")
    tmux.until(" Verdict ")
    shown = tmux.until("Your key failed and Mesh's own credentials served")
    assert "paid: Mesh balance" in shown
    tmux.press("PageDown")
    tmux.until("What really happened")
    tmux.press("Left")
    tmux.until("Answered 200 in")
    tmux.press("Left")
    tmux.until("OpenAI does not know this key")
    tmux.press("y")
    tmux.until("tmux's buffer")
    assert "The key is unknown" in tmux.buffer()
    tmux.press("Escape")
    tmux.until(" Credentials ")
    tmux.press("q")
    as_it_was(tmux, tmp_path, 0)


@pytest.mark.parametrize(("number", "status"), [("TERM", 143), ("HUP", 129)])
def test_after_a_signal_the_terminal_is_as_it_was(tmux: Tmux, tmp_path: Path, number: str, status: int):
    start(tmux)
    tmux("run-shell", f"kill -{number} $(cat {tmp_path}/pid)")
    as_it_was(tmux, tmp_path, status)


def test_after_a_crash_the_terminal_is_as_it_was_and_the_report_can_be_read(tmux: Tmux, tmp_path: Path):
    (tmp_path / "crashing.py").write_text(CRASHING)
    start(tmux, f"{sys.executable} crashing.py")
    tmux.press("t")
    shown = as_it_was(tmux, tmp_path, 1)
    assert "This is an error of meshtui's own." in shown


def test_ctrl_c_twice_leaves_it_as_it_was_though_a_field_is_being_typed_in(tmux: Tmux, tmp_path: Path):
    start(tmux)
    tmux.press("e", "C-c")
    tmux.until("once more to leave")
    tmux.press("C-c")
    as_it_was(tmux, tmp_path, 0)
