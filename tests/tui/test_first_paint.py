"""How soon there is something to see, beside the smallest Textual application; and what was loaded by then."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

import pexpect
import pytest

HEAVY = ("boto3", "botocore", "google", "pydantic", "httpx", "cryptography", "uvicorn", "starlette", "pyperclip")
HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("READY")

Hello().run()
"""
AT_FIRST_PAINT = """
import sys
from meshtui.session import Session
from meshtui.tui.app import MeshtuiApp

class Looking(MeshtuiApp):
    def _painted(self):
        self.exit()
        print(" ".join(sys.modules), file=sys.__stdout__)

Looking(Session.demo()).run(headless=True)
"""
ROUNDS = 7
LIMIT = 2.0


def test_nothing_heavy_is_loaded_before_the_first_paint():
    done = subprocess.run([sys.executable, "-c", AT_FIRST_PAINT], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "textual" in loaded
    assert loaded.isdisjoint(HEAVY)


def first_paint(command: list[str], marker: str) -> float:
    """Seconds from the start of the program to the first bytes that hold the marker."""
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    started = time.perf_counter()
    child = pexpect.spawn(sys.executable, command, dimensions=(40, 120), env=env, timeout=30)
    child.delayafterread = None
    child.expect_exact(marker)
    painted = time.perf_counter() - started
    child.close(force=True)
    return painted


@pytest.mark.slow
@pytest.mark.bench
def test_the_first_paint_takes_at_most_twice_that_of_hello_world(capsys: pytest.CaptureFixture[str]):
    cases = {"hello": (["-c", HELLO], "READY"), "meshtui": (["-m", "meshtui", "demo"], "Credentials")}
    times: dict[str, list[float]] = {name: [] for name in cases}
    for case in cases.values():
        first_paint(*case)
    for _ in range(ROUNDS):
        for name, case in cases.items():
            times[name].append(first_paint(*case))
    hello, ours = (statistics.median(times[name]) * 1000 for name in cases)
    with capsys.disabled():
        print(f"\nfirst paint: meshtui {ours:.0f} ms, hello world {hello:.0f} ms, ratio {ours / hello:.2f}")
    assert ours / hello <= LIMIT
