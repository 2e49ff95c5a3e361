"""Where in an answer each field stood: the words behind "the answer says so in …"."""

from __future__ import annotations

from collections.abc import Mapping

_ERROR = {
    "code": "error.code", "type": "error.type", "word": "error.status", "reason": "error.details[].reason",
    "domain": "error.details[].domain", "param": "error.param", "provider_code": "error.provider_code",
    "message": "error.message",
}  # fmt: skip

PLACES: Mapping[str, Mapping[str, str]] = {
    "error": _ERROR,
    "error-text": {"message": "error"},
    "event": {name: f"{place}, in the stream" for name, place in _ERROR.items()},
    "frame": {"type": ":exception-type, in the stream", "message": "message, in the stream"},
    "detail": {name: place.replace("error.", "detail.") for name, place in _ERROR.items()},
    "detail-text": {"message": "detail"},
    "token": {"code": "error", "message": "error_description"},
    "top": {"code": "code", "type": "type", "word": "status", "param": "param", "message": "message"},
    "aws": {"type": "header x-amzn-errortype", "message": "message"},
    "aws-body": {"type": "__type", "message": "message"},
    "feedback": {"reason": "promptFeedback.blockReason", "message": "promptFeedback.blockReasonMessage"},
    "xml": {"code": "<Code>", "type": "<Code>", "message": "<Message>"},
    "html": {"message": "the page"},
    "text": {"message": "the text"},
    "failure": {"type": "what failed", "message": "the client's own words"},
    "log": {"code": "the log line", "type": "the log line", "word": "the log line", "reason": "the log line",
            "message": "the log line"},
}  # fmt: skip


def place(origin: str, field: str) -> str:
    """The spot of a field, such as `error.message`; the field's own name where the envelope is not known."""
    return PLACES.get(origin, {}).get(field, field)
