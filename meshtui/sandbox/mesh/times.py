"""Times as Mesh writes them."""

from __future__ import annotations

import datetime


def iso(at: float) -> str:
    """Unix time as `2026-11-23T12:00:00.000000Z`."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def unix(text: object) -> float | None:
    """The other way; None for what is no ISO 8601 time. Without a zone it is read as UTC."""
    try:
        at = datetime.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if at is None:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=datetime.UTC)).timestamp()
