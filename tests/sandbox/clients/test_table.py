"""Client x condition: healthy, streamed, and three faults, each in the SDK's own exception class, with its defaults.

Clients are found as `tests.installed` says.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Pace
from tests.installed import need_node, need_python
from tests.sandbox.clients.foreign import alone

pytestmark = pytest.mark.clients
HERE = Path(__file__).parent
CONDITIONS = ("healthy", "stream", "revoked", "rate_limited", "shared_capacity")
OPENAI = ("pong", "pong", "AuthenticationError", "RateLimitError", "InternalServerError")
ANTHROPIC = ("pong", "pong", "AuthenticationError", "RateLimitError", "ServiceUnavailableError")
KEY_PAIR = ("pong", "pong", "ClientError: UnrecognizedClientException", "ThrottlingException",
            "ServiceUnavailableException")  # fmt: skip
API_KEY = ("pong", "pong", "AccessDeniedException", "ThrottlingException", "ServiceUnavailableException")

# Client (a function of drive.py) → the package it needs, the credential whose faults it meets, what each condition
# leads to. Google has no 503 for a full pool: it says 429, and the clients' class is that of any 4xx.
PYTHON = {
    "openai_chat": ("openai", "openai", OPENAI),
    "openai_responses": ("openai", "openai", OPENAI),
    "openai_at_mesh": ("openai", "mesh", OPENAI),
    "openai_at_bedrock": ("openai", "bedrock", OPENAI),
    "boto3_converse": ("boto3", "bedrock", API_KEY),
    "boto3_signed": ("boto3", "aws", KEY_PAIR),
    "aioboto3_converse": ("aioboto3", "aws", KEY_PAIR),
    "awscli": (
        "awscli",
        "aws",
        ("pong", "the command streams nothing", "UnrecognizedClientException", *KEY_PAIR[3:]),
    ),
    "google_genai": ("google.genai", "vertex", ("pong", "pong", "RefreshError", "ClientError", "ClientError")),
    "aiplatform_rest": (
        "google.cloud.aiplatform_v1",
        "vertex",
        ("pong", "pong", "RefreshError", "TooManyRequests", "TooManyRequests"),
    ),
    "anthropic_bedrock": ("anthropic", "aws", ("pong", "pong", "PermissionDeniedError", *ANTHROPIC[3:])),
    "anthropic_at_mesh": ("anthropic", "mesh", ANTHROPIC),
    "litellm_openai": ("litellm", "openai", ANTHROPIC),
    "langchain_openai": (
        "langchain_openai",
        "openai",
        ("pong", "pong", "OpenAIAuthenticationError", "OpenAIRateLimitError", "OpenAIAPIError"),
    ),
    "pydantic_ai": (
        "pydantic_ai",
        "openai",
        ("pong", "pong", "ModelAuthenticationError", "ModelRateLimitError", "ModelOverloadedError"),
    ),
    "llm": ("llm", "openai", OPENAI),
    "meshapi": ("meshapi", "mesh", ("pong", "pong", "MeshAPIError", "MeshAPIError", "MeshAPIError")),
    "curl": ("", "openai", ("pong", "pong", "exit22", "exit22", "exit22")),
}
NODE = {
    "openai_chat": ("openai", "openai", OPENAI),
    "openai_responses": ("openai", "openai", OPENAI),
    "aws_sdk": ("@aws-sdk/client-bedrock-runtime", "bedrock", API_KEY),
    "aws_sdk_plain": (
        "@aws-sdk/client-bedrock-runtime",
        "aws",
        ("pong", "pong", "BedrockRuntimeServiceException", *API_KEY[3:]),
    ),
    "google_genai": ("@google/genai", "vertex", ("pong", "pong", "ApiError", "ApiError", "ApiError")),
    "ai_sdk": (
        "@ai-sdk/openai",
        "openai",
        ("pong", "pong", "APICallError 401", "APICallError 429", "APICallError 503"),
    ),
    "anthropic_at_mesh": ("@anthropic-ai/sdk", "mesh", ANTHROPIC),
}


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    # A rate limit is over within a blink, for clients that wait and try again by default.
    with Sandbox(tls=True, pace=Pace(word=0.0, refill=0.1)) as sandbox:
        yield sandbox
        assert sandbox.mishaps == ()


def drive(sandbox: Sandbox, command: list[str], credential: str, home: Path, **more: str) -> dict[str, str]:
    about = sandbox.addresses
    admin = f"{about['admin']['base_url']} {about['admin']['token']}"
    plain = str(about["aws"]["endpoint_url"])
    environment = alone(home, **sandbox.environment, ADMIN=admin, CREDENTIAL=credential, PLAIN_AWS=plain, **more)
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, timeout=120, check=False)
    sandbox.forget()
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("client", PYTHON)
def test_a_client_in_python_meets_each_condition_as_itself(served: Sandbox, client: str, tmp_path: Path):
    package, credential, expected = PYTHON[client]
    python = need_python(package)
    if client == "curl" and shutil.which("curl") is None:
        pytest.skip("curl is not installed here")
    met = drive(served, [python, str(HERE / "drive.py"), client], credential, tmp_path)
    assert met == dict(zip(CONDITIONS, expected, strict=True))


@pytest.mark.parametrize("client", NODE)
def test_a_client_in_javascript_meets_each_condition_as_itself(served: Sandbox, client: str, tmp_path: Path):
    package, credential, expected = NODE[client]
    node, folder = need_node(package)
    met = drive(served, [node, str(HERE / "drive.mjs"), client], credential, tmp_path, NODE_FOLDER=str(folder))
    assert met == dict(zip(CONDITIONS, expected, strict=True))


def test_the_readme_counts_the_clients_of_this_table():
    readme = (HERE.parents[2] / "README.md").read_text("utf-8")
    assert f"CI drives {len(PYTHON) + len(NODE)} clients with their defaults" in readme
