"""Served to a browser (`textual serve`): it works without a terminal, and says what travels."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from meshtui.tui.app import MeshtuiApp
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import CREDENTIALS, Recorded, demo

WEB = "textual.drivers.web_driver:WebDriver"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Textual says of the driver that `textual serve` sets."""
    monkeypatch.setattr(MeshtuiApp, "is_web", True)


@pytest.mark.usefixtures("served")
async def test_a_line_stands_there_as_long_as_it_is_served(screen: Screen):
    async with screen(demo()) as (app, pilot):
        assert "Served to a browser: what you paste travels over that connection." in text_of(app)
        await pilot.press("enter")
        assert "served to a browser" in text_of(app).splitlines()[0]


@pytest.mark.usefixtures("served")
async def test_with_keys_of_the_machine_it_warns_harder(screen: Screen):
    async with screen(Recorded(*CREDENTIALS, sandboxed=False)) as (app, pilot):
        shown = " ".join(text_of(app).split())
        assert "whoever can open this page sends with the keys of the machine it runs on" in shown
        await pilot.press("d", "d")
        assert "textual serve -c 'meshtui demo'" in text_of(app)


@pytest.mark.usefixtures("served")
async def test_a_copy_goes_to_the_browser_and_not_to_the_servers_clipboard(screen: Screen, tmp_path):
    async with screen(demo()) as (app, pilot):
        await pilot.press("enter", "y")
        await settled(pilot)
        assert "copied by the browser" in text_of(app)
        assert app.clipboard
        assert not list(tmp_path.rglob("copied.txt"))


async def test_in_a_terminal_nothing_of_it_is_said(screen: Screen):
    async with screen(demo()) as (app, _):
        assert "rowser" not in text_of(app)


@pytest.mark.slow
def test_it_runs_without_a_terminal_where_it_is_served():
    """The driver's protocol: a letter for the kind, four bytes of length, the payload."""

    def packet(kind: bytes, payload: bytes) -> bytes:
        return kind + len(payload).to_bytes(4, "big") + payload

    env = {**os.environ, "TEXTUAL_DRIVER": WEB, "COLUMNS": "100", "ROWS": "30"}
    with subprocess.Popen(
        [sys.executable, "-m", "meshtui", "demo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == b"__GANGLION__\n"
        process.stdin.write(packet(b"M", json.dumps({"type": "resize", "width": 100, "height": 30}).encode()))
        process.stdin.flush()
        shown = b""
        while b"sandbox credentials" not in shown:
            head = process.stdout.read(5)
            assert head, shown[-2000:]
            shown += process.stdout.read(int.from_bytes(head[1:], "big"))
        process.stdin.write(packet(b"D", b"q"))
        process.stdin.flush()
        process.communicate(timeout=20)
    assert process.returncode == 0
    assert b"Served to a browser" in shown
