"""Mesh's own terminal chat, the command of `meshapi-code`. It shares its module's name with Mesh's SDK, so that the two
never fit into one environment."""

from __future__ import annotations

import os
from pathlib import Path

import pexpect
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import at
from tests.sandbox.clients.foreign import alone, python_with


@pytest.fixture
def chat(sandbox: Sandbox, tmp_path: Path) -> pexpect.spawn:
    """The command in a terminal of its own, at its prompt."""
    if not os.environ.get("CLIENTS_MESHAPI_CODE_VENV"):
        pytest.skip("CLIENTS_MESHAPI_CODE_VENV names no virtual environment with meshapi-code in it")
    command = Path(python_with("meshapi", "CLIENTS_MESHAPI_CODE_VENV")).with_name("meshapi")
    environment = alone(
        tmp_path,
        TERM="xterm-256color",
        PROMPT_TOOLKIT_NO_CPR="1",
        MESHAPI_API_KEY=at(sandbox, "mesh", "key"),
        MESHAPI_BASE_URL=at(sandbox, "mesh", "base_url"),
    )
    arguments = ["--model", "openai/gpt-4o-mini"]
    terminal = pexpect.spawn(
        str(command), arguments, env=environment, cwd=str(tmp_path), timeout=30, encoding="utf-8", dimensions=(40, 160)
    )
    terminal.expect("›")
    return terminal


@pytest.mark.clients
def test_its_chat_streams_an_answer_and_finds_its_cost(sandbox: Sandbox, chat: pexpect.spawn):
    chat.send("Say something\r")
    chat.expect("This is the sandbox speaking")
    truth = sandbox.truth[-1]
    assert (truth.stream, truth.served, truth.model) == (True, "own key", "openai/gpt-4o-mini")
    chat.send("/exit\r")
    chat.expect(pexpect.EOF)


@pytest.mark.clients
def test_its_chat_shows_why_your_key_was_refused(sandbox: Sandbox, chat: pexpect.spawn):
    sandbox.set_fault("openai", "revoked")
    sandbox.set_policy("openai", exclusive=True)
    chat.send("Say something\r")
    chat.expect("401")
    assert sandbox.truth[-1].code == "upstream_auth_error"
    chat.close(force=True)
