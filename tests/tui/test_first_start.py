"""The first minute: what was found and what to do next, in a line; the demo where there is nothing."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pexpect
import pytest

from meshtui.session import Session
from tests.tui.conftest import Screen, settled, text_of
from tests.tui.recorded import BAD, CREDENTIALS, Recorded

OPENAI, BEDROCK, AWS, VERTEX, MESH, PLATFORM = CREDENTIALS
SAID = {
    "openai": ((OPENAI, MESH), "Found openai and mesh. c checks openai, free; f sends a test prompt."),
    "many": ((OPENAI, BEDROCK, AWS, VERTEX, MESH), "Found openai, bedrock, aws and 2 more. c checks openai"),
    "mesh": ((MESH,), "Found mesh, which only carries requests: a adds the provider key to test."),
    "bad": ((replace(BAD, name="vertex"),), "Found vertex. vertex cannot be sent as it is: enter shows why."),
}


@pytest.mark.parametrize(("there", "said"), SAID.values(), ids=SAID)
async def test_it_says_what_was_found_and_the_next_step(screen: Screen, there, said: str):
    async with screen(Recorded(*there, sandboxed=False)) as (app, _):
        assert said in " ".join(text_of(app).split())


async def test_an_empty_machine_is_offered_the_demo_in_the_pane_and_in_the_status_line(screen: Screen):
    async with screen(Session.live({"HOME": "/nowhere"}), size=(80, 24)) as (app, pilot):
        shown = text_of(app)
        assert "No credential on this machine: a adds one, d opens the demo" in shown
        assert "d opens the demo: no key, no cost." in shown
        await pilot.click("#credentials", offset=(5, 2))
        await pilot.pause()
        assert "Add a credential" in text_of(app)
        await pilot.press("escape")
        await pilot.click("#credentials", offset=(5, 3))
        await pilot.pause()
        assert app.demo_wanted
        assert not app.is_running


async def test_on_an_empty_machine_no_pane_promises_a_key_that_cannot_work_yet(screen: Screen):
    async with screen(Session.live({"HOME": "/nowhere"}), size=(119, 36)) as (app, _):
        shown = " ".join(text_of(app).replace("│", " ").split())
        assert "Once there is a credential, f sends the test prompt and c checks it." in shown
        assert "There is no provider credential to send this with: a adds one." in shown
        assert "f sends this" not in shown


async def test_firing_a_credential_that_cannot_be_sent_names_the_next_step(screen: Screen):
    async with screen(Session.live({"HOME": "/nowhere", "AWS_ACCESS_KEY_ID": "AKIA" + "Q" * 16})) as (app, pilot):
        await pilot.press("f")
        await settled(pilot)
        assert "aws cannot be sent as it is: enter on it shows why and how to fix it." in text_of(app)


async def test_where_credentials_are_loaded_the_demo_asks_once_more(screen: Screen):
    async with screen(Recorded(OPENAI, sandboxed=False)) as (app, pilot):
        await pilot.press("d")
        assert "Press d once more" in text_of(app)
        assert not app.demo_wanted
        await pilot.press("d")
        await settled(pilot)
        assert app.demo_wanted


async def test_in_the_demo_the_key_only_says_so(screen: Screen):
    async with screen(Recorded(OPENAI)) as (app, pilot):
        await pilot.press("d", "d")
        assert "This is the demo." in text_of(app)
        assert not app.demo_wanted


@pytest.mark.slow
def test_d_opens_the_demo_in_the_same_process(tmp_path: Path):
    env = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    child = pexpect.spawn(
        sys.executable, ["-m", "meshtui"], dimensions=(24, 80), env=env, timeout=20, cwd=str(tmp_path)
    )
    child.expect("d opens the demo, which needs none")
    child.send("d")
    child.expect("sandbox credentials: f sends")
    child.send("q")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0
