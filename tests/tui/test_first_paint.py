"""What is loaded by the first paint. How soon that is: `python -m tests.bench`."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from meshtui.tui.command_app import RowCompositor
from tests.tui.conftest import Screen
from tests.tui.recorded import demo

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


@pytest.mark.usefixtures("every_frame")
@pytest.mark.parametrize("size", [(120, 40), (160, 45)])
async def test_the_first_frame_is_wrapped_for_its_width_as_all_that_follow(screen: Screen, monkeypatch, size):
    frames: list[list[str]] = []

    def paint(compositor: RowCompositor, *given: Any, **named: Any) -> Any:
        frames.append(["".join(segment.text for segment in line) for line in compositor.render_strips()])
        return render_update(compositor, *given, **named)

    render_update = RowCompositor.render_update
    monkeypatch.setattr(RowCompositor, "render_update", paint)
    async with screen(demo(), size=size):
        pass
    with_request = ["\n".join(frame) for frame in frames if any("─ Request ─" in line for line in frame)]
    assert len(with_request) > 1
    assert all("f sends this. The answer, or whose key" in frame for frame in with_request)
