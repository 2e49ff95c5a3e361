"""LiteLLM's SDK, unchanged, at Mesh and at the three providers: its own signatures and tokens are accepted too. Its
calls with tools need the package `mcp`."""

from __future__ import annotations

from pathlib import Path

import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.clients.foreign import python_with, results

SERVICES = ("openai", "mesh", "aws", "bedrock", "vertex")


@pytest.mark.clients
def test_litellm_calls_everything_it_has_an_adapter_for(sandbox: Sandbox, tmp_path: Path):
    python = python_with("litellm", "CLIENTS_LITELLM_VENV")
    found = results(python, "call_litellm.py", sandbox.addresses, tmp_path, LITELLM_LOCAL_MODEL_COST_MAP="True")
    assert found == {
        "text": dict.fromkeys(SERVICES, "pong"),
        "streamed": dict.fromkeys(SERVICES, "pong"),
        "tool": ["get_weather"],
        "refused": "AuthenticationError",
        "embedded": 2,
        "responses": "pong",
    }
    assert {truth.served for truth in sandbox.truth} <= {"own key", "cache"}
