"""`meshtui_sandbox` in somebody's tests, and the variables that `meshtui sandbox --env` prints."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import boto3
import botocore.exceptions
import httpx
import pytest

from meshtui.sandbox.client_environment import CONFLICTING, format_exports
from meshtui.sandbox.server import Sandbox

SOMEBODYS_TESTS = """
import os
import httpx

def ask():
    url = os.environ["MESHAPI_BASE_URL"] + "/v1/chat/completions"
    body = {"model": "openai/gpt-4o-mini", "cache": False, "messages": [{"role": "user", "content": "hello"}]}
    return httpx.post(url, json=body, headers={"Authorization": "Bearer " + os.environ["MESHAPI_API_KEY"]})

def test_it_answers(meshtui_sandbox):
    assert "OPENAI_ORG_ID" not in os.environ and "HTTPS_PROXY" not in os.environ
    assert ask().status_code == 200
    assert [truth.served for truth in meshtui_sandbox.truth()] == ["own key"]

def test_it_falls_back(meshtui_sandbox):
    with meshtui_sandbox.fault("openai", "revoked"):
        assert ask().headers["x-byok-fallback-triggered"] == "true"
    assert ask().status_code == 200
    first, second = meshtui_sandbox.truth()
    assert (first.served, first.fell_back, second.served) == ("platform", True, "own key")

def test_a_fault_that_was_there_comes_back(meshtui_sandbox):
    meshtui_sandbox.sandbox.set_fault("openai", "down")
    with meshtui_sandbox.fault("openai", "slow"):
        pass
    assert meshtui_sandbox.sandbox.faults == {"openai": "down"}

def test_nothing_is_left_of_it(meshtui_sandbox):
    assert meshtui_sandbox.sandbox.faults == {} and meshtui_sandbox.truth() == []

def test_the_environment_is_as_before():
    assert os.environ["OPENAI_API_KEY"] == "sk-of-somebody" and "AWS_CA_BUNDLE" not in os.environ
    assert os.environ["HTTPS_PROXY"] == "http://127.0.0.1:9"
"""


def test_the_fixture_serves_somebodys_tests_and_leaves_their_environment_as_it_was(tmp_path: Path):
    (tmp_path / "test_theirs.py").write_text(SOMEBODYS_TESTS)
    given = {"OPENAI_API_KEY": "sk-of-somebody", "OPENAI_ORG_ID": "org-x", "HTTPS_PROXY": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "pytest", "-q", str(tmp_path)]
    # Where meshtui is installed, pytest has found the plugin already, and takes it no second time.
    if not any(point.name == "meshtui" for point in entry_points(group="pytest11")):
        command += ["-p", "meshtui.sandbox.pytest_plugin"]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", f"--rootdir={tmp_path}", "-c", "/dev/null"],
        check=False, capture_output=True, text=True, cwd=root, env={**os.environ, **given, "PYTHONPATH": root},
    )  # fmt: skip
    assert (done.returncode, "5 passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_plugin_costs_nothing_where_no_test_asks_for_it():
    code = (
        "import sys; import meshtui.sandbox.pytest_plugin\n"
        "assert not {'starlette', 'uvicorn', 'cryptography'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture(scope="module")
def secured():
    with Sandbox(tls=True) as sandbox:
        yield sandbox


def test_the_variables_lead_boto3_here_with_an_api_key_and_with_a_key_pair(
    secured: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    for name, value in secured.environment.items():
        monkeypatch.setenv(name, value)
    messages = [{"role": "user", "content": [{"text": "Reply with the single word: pong"}]}]
    for bearer in (True, False):
        if not bearer:
            monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK")
        client = boto3.session.Session().client("bedrock-runtime")
        answer = client.converse(modelId="amazon.nova-micro-v1:0", messages=messages)  # type: ignore[arg-type]
        assert answer["output"]["message"]["content"][0]["text"] == "pong"
    secured.set_fault("aws", "revoked")
    with pytest.raises(botocore.exceptions.ClientError, match="UnrecognizedClientException"):
        client.converse(modelId="amazon.nova-micro-v1:0", messages=messages)  # type: ignore[arg-type]
    secured.forget()


def test_the_ready_token_opens_vertex_until_the_key_is_revoked(secured: Sandbox):
    environment = secured.environment
    base, project = environment["GOOGLE_VERTEX_BASE_URL"], environment["GOOGLE_CLOUD_PROJECT"]
    url = f"{base}/v1/projects/{project}/locations/global/publishers/google/models/gemini-3.5-flash:generateContent"
    body = {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]}
    headers = {"authorization": f"Bearer {environment['GOOGLE_OAUTH_ACCESS_TOKEN']}"}
    assert httpx.post(url, json=body, headers=headers, trust_env=False).status_code == 200
    secured.set_fault("vertex", "revoked")
    refused = httpx.post(url, json=body, headers=headers, trust_env=False)
    assert (refused.status_code, refused.json()["error"]["status"]) == (401, "UNAUTHENTICATED")
    secured.forget()


def test_a_shell_reads_the_exports_and_the_file_is_private(secured: Sandbox):
    environment = secured.environment
    file = Path(environment["GOOGLE_APPLICATION_CREDENTIALS"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    script = format_exports(environment) + "\nenv -0"
    out = subprocess.run(["sh", "-c", script], check=True, capture_output=True, env={"AWS_PROFILE": "x"}).stdout
    read = dict(line.split("=", 1) for line in out.decode().split("\0") if "=" in line)
    assert environment.items() <= read.items()
    assert not set(CONFLICTING) & set(read)
