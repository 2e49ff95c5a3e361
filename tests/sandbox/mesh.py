"""Mesh's endpoints by hand: what tests send and read."""

from __future__ import annotations

from typing import Any

import httpx

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import MESSAGES, at, bearer

MODEL = "openai/gpt-4o-mini"
EMBEDDER = "openai/text-embedding-3-small"
BODIES: dict[str, dict[str, Any]] = {
    "/chat/completions": {"model": MODEL, "messages": MESSAGES, "cache": False},
    "/responses": {"model": MODEL, "input": MESSAGES[0]["content"], "cache": False},
    "/messages": {"model": MODEL, "messages": MESSAGES, "max_tokens": 16, "cache": False},
    "/embeddings": {"model": EMBEDDER, "input": "one two three"},
}
"""Endpoint → the smallest request that it serves, past the cache."""


def call(
    sandbox: Sandbox, http: httpx.Client, method: str, path: str, key: str = "mesh", **sent: Any
) -> httpx.Response:
    """With the key `mesh` or `platform`, or the dashboard's token."""
    secret = sandbox.dashboard_token if key == "dashboard" else at(sandbox, key, "key")
    headers = {**bearer(secret), **sent.pop("headers", {})}
    return http.request(method, f"{at(sandbox, 'mesh', 'base_url')}{path}", headers=headers, **sent)


def run(sandbox: Sandbox, http: httpx.Client, path: str, key: str = "mesh", **body: Any) -> httpx.Response:
    """The endpoint's smallest request, changed by `body`."""
    return call(sandbox, http, "POST", path, key, json={**BODIES[path], **body})
