"""What is loaded by the first paint. How soon that is: `python -m tests.bench`."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("boto3", "botocore", "google", "pydantic", "httpx", "cryptography", "uvicorn", "starlette", "pyperclip")
LATER = (
    "meshtui.providers.registry",
    "meshtui.providers.check",
    "meshtui.http.call",
    "meshtui.runs.attempts",
    "meshtui.runs.model",
    "meshtui.base.exchange",
    "meshtui.base.credential",
    "meshtui.explain.model",
    "meshtui.explain.engine",
    "meshtui.journal.entry",
    "meshtui.journal.recording",
    "meshtui.tui.live_run",
    "meshtui.tui.renderers.log_rows",
)
"""What sends, checks and explains, and how rows are written: loaded once the session starts, or when first used. A
dozen modules of frozen dataclasses took 30 ms."""
AT_FIRST_PAINT = """
import sys
from meshtui.session import Session
from meshtui.tui.app import MeshtuiApp

class Looking(MeshtuiApp):
    def _load_the_rest(self):
        self.exit()
        print(" ".join(sys.modules), file=sys.__stdout__)

Looking(Session.demo()).run(headless=True)
"""


def test_nothing_heavy_is_loaded_before_the_first_paint():
    done = subprocess.run([sys.executable, "-c", AT_FIRST_PAINT], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert "meshtui.tui.screens.main_screen" in modules
    assert {name.partition(".")[0] for name in modules}.isdisjoint(HEAVY)
    assert modules.isdisjoint(LATER)
