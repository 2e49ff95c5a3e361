"""Request bodies, read without trust."""

from __future__ import annotations

import json


def json_object(raw: bytes) -> dict[str, object] | None:
    """The JSON object in a body; None for anything else, however odd."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
