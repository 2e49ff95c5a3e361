"""One line for each request that the sandbox answered: the request, its result, and the fault injected into it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from starlette.types import Scope

MAX_PATH_LENGTH = 120


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """`status` 0: no answer was given, the connection was closed."""

    at: float
    """Unix time of the answer."""
    method: str
    path: str
    """Without the query, which may contain keys."""
    status: int
    seconds: float
    credential: str = ""
    """Whose request it was, by the sandbox's name; empty for an unknown key."""
    fault: str = ""
    """The fault that this request met."""
    note: str = ""
    """Mesh: which credentials were tried, and which of them served."""


def make_record(scope: Scope, status: int, seconds: float) -> RequestRecord:
    state = scope["state"]
    path = scope["raw_path"].decode("latin-1")
    return RequestRecord(
        at=time.time(),
        method=scope["method"],
        path=path if len(path) <= MAX_PATH_LENGTH else f"{path[:MAX_PATH_LENGTH]}…",
        status=status,
        seconds=seconds,
        credential=state.get("credential", ""),
        fault=state.get("fault") or "",
        note=state.get("note", ""),
    )


def format_record(record: RequestRecord) -> str:
    """`12:00:01  POST /openai/v1/chat/completions  401  3 ms  openai: revoked`, the time in UTC."""
    answered = str(record.status) if record.status else "connection closed"
    parts = [time.strftime("%H:%M:%S", time.gmtime(record.at)), f"{record.method} {record.path}", answered]
    parts.append(f"{record.seconds * 1000:.0f} ms")
    about = record.credential or "unknown key"
    if record.fault:
        about += f": {record.fault}"
    parts += [about, record.note]
    return "  ".join(part for part in parts if part)
