"""Answers of Google as tests make them: API errors with ErrorInfo, token endpoints, Anthropic behind Vertex AI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

REFUSED = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other."
SHORT_LIVED = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)
INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def google(
    status: int,
    word: str,
    said: str,
    reason: str = "",
    metadata: Mapping[str, str] | None = None,
    *,
    array: bool = False,
    call: str = "chat",
) -> dict[str, Any]:
    """An API error; streams and the OpenAI-compatible path put it into an array."""
    error: dict[str, Any] = {"code": status, "message": said, "status": word}
    if reason:
        about = {"service": "aiplatform.googleapis.com", "consumer": "projects/p-123", **(metadata or {})}
        error["details"] = [{"@type": INFO, "reason": reason, "domain": "googleapis.com", "metadata": about}]
    body: object = [{"error": error}] if array else {"error": error}
    return {"status": status, "body": json.dumps(body), "call": call}


def token(code: str, said: str | None = None, *, status: int = 400, **more: Any) -> dict[str, Any]:
    """The flat form of oauth2.googleapis.com and sts.googleapis.com; the description may be missing."""
    body = {"error": code} if said is None else {"error": code, "error_description": said}
    return {"status": status, "body": json.dumps(body), "call": "token", **more}


def anthropic(status: int, kind: str, said: str) -> dict[str, Any]:
    """What comes from Anthropic through Vertex AI."""
    body = {"type": "error", "error": {"type": kind, "message": said}, "request_id": "req_vrtx_1"}
    return {"status": status, "body": json.dumps(body), "call": "chat"}


def denied(what: str) -> str:
    resource = f"//aiplatform.googleapis.com/projects/demo-1/locations/us-central1/{what}"
    return f"Permission 'aiplatform.endpoints.predict' denied on resource '{resource}' (or it may not exist)."


def missing(region: str, publisher: str, model: str) -> str:
    name = f"projects/demo-1/locations/{region}/publishers/{publisher}/models/{model}"
    return f"Publisher Model `{name}` was not found or your project does not have access to it."


def local(said: str) -> dict[str, Any]:
    """No answer came: a client library's own words."""
    return {"body": said, "call": "local"}
