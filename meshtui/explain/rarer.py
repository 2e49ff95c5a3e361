"""Rarer envelopes of errors: batches, refused prompts, JSON log lines, and whatever carries one telling sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from meshtui.explain.fields import Fields, aws_type, first_text, fold, http_status, word

Object = dict[str, Any]
Again = Callable[[object], Fields]
"""Reads a part of the value as an answer of its own."""


def response(value: Object, again: Again) -> Fields | None:
    """`{"response": {"error": {…}}}`: OpenAI's `response.failed` event; with the error under `body`, a line of a
    batch's output."""
    found = value.get("response")
    if not isinstance(found, dict):
        return None
    if isinstance(found.get("body"), dict) and found["body"].get("error"):
        return again({"status": found.get("status_code"), **found["body"]})
    return again(found) if found.get("error") else None


def errors(value: Object, again: Again) -> Fields | None:
    """`{"errors": [{…}]}`, and OpenAI's list of what is wrong with a batch, `{"data": [{"code": …, "message": …}]}`."""
    found = value.get("errors")
    if found is None and value.get("object") == "list":
        found = value
    if isinstance(found, dict):
        found = found.get("data")
        if not (isinstance(found, list) and found and isinstance(found[0], dict) and "message" in found[0]):
            return None
    if isinstance(found, list) and found:
        return again({"error": found[0]})
    return None


def feedback(value: Object, _: Again) -> Fields | None:
    """Gemini's `{"promptFeedback": {"blockReason": …}}`, a 200 without an answer (Vertex AI's reference of
    GenerateContentResponse)."""
    found = value.get("promptFeedback")
    if not isinstance(found, dict) or not found.get("blockReason"):
        return None
    said = first_text(found, "blockReasonMessage")
    return {"origin": "feedback", "reason": word(found["blockReason"]), "message": fold(said)}


_LOGGED = ("level", "levelname", "severity", "logger", "errorType", "exc_info")
_TOLD = ("errorMessage", "error_message", "exc_info", "exception", "stack_trace", "stack", "textPayload", "message",
         "msg")  # fmt: skip


def log_line(value: Object, _: Again) -> Fields | None:
    """A line of a program's log in JSON: the exception that it tells of, before the logger's own words."""
    if not any(name in value for name in _LOGGED):
        return None
    said = first_text(value, *_TOLD)
    if not said:
        return None
    from meshtui.explain.wrapped import inside

    fields: Fields = {"origin": "log", "message": fold(said), "inside": inside(said)}
    kind = value.get("errorType")
    return {**fields, "type": aws_type(kind)} if isinstance(kind, str) else fields


def problem(value: Object, _: Again) -> Fields | None:
    """`{"title": …, "status": …}` (RFC 9457), and whatever else carries one telling sentence."""
    said = first_text(value, "title", "msg", "error_msg", "errorMessage", "reason")
    if not said:
        return None
    return {"origin": "top", "message": fold(said), "number": http_status(value.get("status"))}
