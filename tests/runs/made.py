"""Attempts and credentials made by hand, for what is decided without a network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from meshtui.base.credential import BearerKey, Credential, Policy, Source
from meshtui.base.exchange import Answer, Exchange, Failure, Request
from meshtui.base.secret import Secret
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.providers.mesh.provider import MESH_KEY
from meshtui.providers.openai.provider import OPENAI_KEY
from meshtui.runs.model import Attempt, Path, Prompt, RunRequest

OPENAI = Credential("openai", OPENAI_KEY, Source("sandbox"), BearerKey(Secret("sk-" + "proj-" + "k" * 40)))
MESH = Credential("mesh", MESH_KEY, Source("sandbox"), BearerKey(Secret("rsk_" + "01" + "M" * 24)))
PLATFORM = Credential("platform", MESH_KEY, Source("sandbox"), BearerKey(Secret("rsk_" + "01" + "P" * 24)))

ANSWERED = {"choices": [{"message": {"content": "pong"}}], "usage": {"total_tokens": 3}}


def ask(path: Path, policy: Policy = Policy.FALLBACK, source: str = "sandbox", platform: bool = True) -> RunRequest:
    credential = replace(OPENAI, policy=policy, source=Source(source))
    return RunRequest(path, credential, MESH, PLATFORM if platform else None, Prompt())


def exchange(
    provider: str, status: int, body: object, headers: Mapping[str, str] | None = None, failure: str = ""
) -> Exchange:
    text = body if isinstance(body, str) else json.dumps(body)
    return Exchange(
        provider,
        "chat",
        Request("POST", "http://127.0.0.1/"),
        1_800_000_000.0,
        Answer(status, tuple((headers or {}).items()), text) if status else None,
        Failure(failure, "it broke") if failure else None,
    )


def attempt(
    role: str, status: int = 200, body: object = ANSWERED, headers: Mapping[str, str] | None = None, failure: str = ""
) -> Attempt:
    """An attempt that succeeded where the status is 200 and nothing failed."""
    provider = "openai" if role == "own key" else "mesh"
    done = exchange(provider, status, body, headers, failure)
    ok = status == 200 and not failure and "error" not in str(body)
    name = {"own key": "openai"}.get(role, role)
    return Attempt(role, name, provider, (done,), ok, "pong" if ok else "", None if ok else explain_exchange(done))
