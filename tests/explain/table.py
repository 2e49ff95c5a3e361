"""The form of a rule's test case, and small makers of bodies. The tables live in `cases_<provider>.py`."""

from __future__ import annotations

import json
from typing import Any, NamedTuple


class Case(NamedTuple):
    """One answer and what must be said of it. Every rule needs at least one."""

    rule: str
    """The id of the row that must recognise it."""
    given: dict[str, Any]
    """What `read` is given: `body`, and where they matter `status`, `headers`, `call`, `context`, `provider` (default:
    the table's own). Or `failure`: kind and words of a call that got no answer."""
    cause: str
    who: str
    retryable: bool
    words: tuple[str, ...] = ()
    """Each must occur, whatever its case, in headline, not_this, numbers or steps."""


def openai(
    message: str | None, kind: str | None = "invalid_request_error", code: str | None = None, **more: Any
) -> str:
    """OpenAI's usual body."""
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code, **more}}, indent=4)


def mesh(code: str, message: str = "", **more: Any) -> str:
    """Mesh's envelope."""
    return json.dumps({"error": {"code": code, "message": message, **more}, "request_id": "req_01" + "Z" * 24})
