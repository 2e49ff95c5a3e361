"""Server-sent events, in the one spelling that every client reads: LF, and a space after `data:`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping

from starlette.responses import StreamingResponse

DONE = b"data: [DONE]\n\n"
NO_HEADERS: Mapping[str, str] = {}


def event(data: object, name: str = "") -> bytes:
    """One frame; with `event:` before it where the event has a name."""
    start = f"event: {name}\ndata: " if name else "data: "
    return start.encode() + json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


def stream(frames: AsyncIterator[bytes], headers: Mapping[str, str] = NO_HEADERS) -> StreamingResponse:
    return StreamingResponse(
        frames, 200, {"cache-control": "no-cache", **headers}, media_type="text/event-stream; charset=utf-8"
    )


def failing(error: object, headers: Mapping[str, str]) -> StreamingResponse:
    """A stream that holds nothing but an error."""

    async def frames() -> AsyncIterator[bytes]:
        yield event(error)
        yield DONE

    return stream(frames(), headers)
