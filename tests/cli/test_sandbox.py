"""`meshtui sandbox`: a process of its own that scripts and other people's clients can use."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Meshtui


@pytest.fixture
def served() -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "meshtui", "sandbox", "--format", "json", "--fault", "openai=revoked"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def test_its_first_line_is_all_that_another_client_needs(served: tuple[subprocess.Popen[str], dict[str, Any]]):
    _, at = served
    assert set(at) == {"schema", "mesh", "platform", "openai", "bedrock", "aws", "vertex", "admin"}
    question = {"model": "openai/gpt-4o-mini", "messages": [{"role": "user", "content": "hello"}], "cache": False}
    headers = {"Authorization": f"Bearer {at['mesh']['key']}"}
    with httpx.Client(trust_env=False) as client:
        answer = client.post(f"{at['mesh']['base_url']}/chat/completions", json=question, headers=headers)
        refused = client.get(
            f"{at['openai']['base_url']}/models", headers={"Authorization": f"Bearer {at['openai']['key']}"}
        )
    assert answer.status_code == 200
    assert answer.headers["x-byok-fallback-triggered"] == "true"
    assert refused.status_code == 401


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_leaves_quietly_when_interrupted(
    served: tuple[subprocess.Popen[str], dict[str, Any]], number: signal.Signals
):
    process, _ = served
    process.send_signal(number)
    out, err = process.communicate(timeout=5)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken_is_named(meshtui: Meshtui):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = meshtui("sandbox", "--port", str(port))
    assert outcome.status == 2
    assert str(port) in outcome.err


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused(meshtui: Meshtui, port: str):
    assert meshtui("sandbox", "--port", port).status == 2
