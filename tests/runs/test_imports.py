"""Nothing heavy is loaded before something is sent: the screen paints first."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"httpx", "httpcore", "anyio", "botocore", "boto3", "google.auth", "cryptography", "pydantic"}


@pytest.mark.parametrize(
    "module",
    [
        "runs.paths",
        "checks.runner",
        "runs.exit_status",
        "runs.verdict",
        "http.transport",
        "providers.bedrock.requests",
        "providers.vertex.requests",
    ],
)
def test_a_module_of_the_engine_loads_no_library(module: str):
    code = f"import meshtui.{module}, sys; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert HEAVY & set(out.split()) == set()
