"""What every service sends and reads: JSON bodies read without trust, server-sent events, refusals and times."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from starlette.responses import Response, StreamingResponse

MANY_BYTES, MANY_VALUES = 2**20, 500_000
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""A half of a character, be it beside its other half."""


def read_json_object(raw: bytes) -> dict[str, object] | None:
    """The JSON object in a body; None for anything else, however odd: for a body of millions of values too, which
    would take a hundred times its size in memory, and for lone surrogates, which JSON can write and UTF-8 cannot."""
    if len(raw) > MANY_BYTES and raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MANY_VALUES:
        return None
    try:
        body = json.loads(raw)
        if _HALF.search(raw):
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


DONE = b"data: [DONE]\n\n"
NO_EXTRA_HEADERS: Mapping[str, str] = {}


def format_event(data: object, name: str = "") -> bytes:
    """One frame; with `event:` before it where the event has a name."""
    start = f"event: {name}\ndata: " if name else "data: "
    return start.encode() + json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


def stream_events(frames: AsyncIterator[bytes], headers: Mapping[str, str] = NO_EXTRA_HEADERS) -> StreamingResponse:
    return StreamingResponse(
        frames, 200, {"cache-control": "no-cache", **headers}, media_type="text/event-stream; charset=utf-8"
    )


def stream_only_error(error: object, headers: Mapping[str, str]) -> StreamingResponse:
    """A stream that holds nothing but an error."""

    async def frames() -> AsyncIterator[bytes]:
        yield format_event(error)
        yield DONE

    return stream_events(frames(), headers)


# What a refusal means, in the words of Mesh's `provider_code` (Mesh documentation, "errors").
INVALID_AUTH = "invalid_auth"
PERMISSION_DENIED = "permission_denied"
RATE_LIMITED = "rate_limit_exceeded"
QUOTA_EXCEEDED = "monthly_quota_exceeded"
OVERLOADED = "provider_overloaded"
CONNECTION_ERROR = "connection_error"
BAD_RESPONSE = "bad_response"
INTERNAL = "internal_provider_error"
TIMEOUT = "provider_timeout"
INVALID_REQUEST = "invalid_request"
MODEL_NOT_FOUND = "model_not_found"


@dataclass(frozen=True, slots=True)
class Refusal:
    """`error` is the body as an object, where it has one: what Mesh passes on as `provider_error`."""

    status: int
    body: str
    message: str
    meaning: str
    error: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=lambda: NO_EXTRA_HEADERS)
    media_type: str = "application/json"
    retry_after: float | None = None
    """Seconds, where the answer says so."""

    def to_response(self, headers: Mapping[str, str] = NO_EXTRA_HEADERS) -> Response:
        """What the provider itself sends."""
        return Response(self.body, self.status, {**headers, **self.headers}, self.media_type)


def format_time(at: float) -> str:
    """Unix time as `2026-11-23T12:00:00.000000Z`."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_time(text: object) -> float | None:
    """The other way; None for what is no ISO 8601 time. Without a zone it is read as UTC."""
    try:
        at = datetime.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if at is None:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=datetime.UTC)).timestamp()
