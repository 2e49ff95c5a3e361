"""`meshtui sandbox`: a process of its own that scripts and other people's clients can use."""

from __future__ import annotations

import json
import re
import shlex
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
    assert set(at) == {"schema", "mesh", "platform", "openai", "bedrock", "aws", "vertex", "admin", "tls"}
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


def serve(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "meshtui", "sandbox", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_env_prints_what_a_shell_reads_and_requests_are_shown_beside_it():
    with serve("--env", "--fault", "openai=revoked") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        read: dict[str, str] = {}
        while "OPENAI_BASE_URL" not in read or "NODE_EXTRA_CA_CERTS" not in read:
            words = shlex.split(process.stdout.readline())
            read.update(word.split("=", 1) for word in words if "=" in word)  # type: ignore[misc]
        headers = {"Authorization": f"Bearer {read['OPENAI_API_KEY']}"}
        httpx.get(f"{read['OPENAI_BASE_URL']}/models", headers=headers, trust_env=False)
        shown = process.stderr.readline()
        process.send_signal(signal.SIGINT)
    assert "GET /openai/v1/models 401" in shown
    assert shown.rstrip().endswith("openai: revoked")
    assert read["OPENAI_API_KEY"] not in shown


@pytest.mark.parametrize("arguments", [["--quiet"], ["--format", "json"]])
def test_quiet_and_json_show_no_requests(arguments: list[str]):
    with serve(*arguments) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        while "base_url" not in line:
            line = process.stdout.readline()
        port = re.findall(r"http://127.0.0.1:(\d+)/mesh", line)[0]
        httpx.get(f"http://127.0.0.1:{port}/ping", trust_env=False)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert "/ping" not in rest


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "--exposed"),
        (["--host", "8.8.8.8", "--exposed"], "public"),
        (["--host", "x"], "IP address"),
    ],
)
def test_a_host_beyond_loopback_needs_a_word(meshtui: Meshtui, arguments: list[str], says: str):
    outcome = meshtui("sandbox", *arguments)
    assert (outcome.status, says in outcome.err) == (2, True)
