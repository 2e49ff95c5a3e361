"""The fields of an error as every reader fills them: text folded, exceptions named, what is kept bounded, and where
in an answer each field stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from meshtui.base.redaction import redact_cut

Fields = dict[str, Any]
"""Keyword arguments of a Signal, and three that `parse` takes out: `inside` (a provider's error within another
envelope), `wrapped` (a text that may hold one) and `number` (an HTTP status that the body names)."""

NOTHING: Mapping[str, Any] = {"origin": ""}
"""The fields of what is no error envelope."""

MAX_TEXT = 64_000
STATUSES_IN_USE = frozenset((*range(400, 432), 440, 449, 451, 498, 499, *range(500, 512), *range(520, 531), 598, 599))
"""HTTP statuses of failures; 443 is a port."""
MAX_MESSAGE = 4_000
MAX_WORD = 200

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " "})


def fold(text: str) -> str:
    """White space folded to single spaces, typographic quotes made plain; cut to MAX_MESSAGE, and redacted then."""
    if len(text) > MAX_MESSAGE:
        text = redact_cut(text, MAX_MESSAGE * 2)
    folded = " ".join(text.split())
    if not folded.isascii():
        folded = folded.translate(_QUOTES)
    return redact_cut(folded, MAX_MESSAGE)


def read_word(value: object) -> str:
    """A short field as text: strings and numbers as they are, anything else empty. Redacted where it is cut."""
    if isinstance(value, str):
        return redact_cut(value, MAX_WORD)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return str(value)[:MAX_WORD]
        except ValueError:  # more digits than Python turns into text
            return ""
    return ""


def find_first_text(value: Mapping[str, Any], *names: str) -> str:
    """The first non-empty string under one of the names."""
    for name in names:
        found = value.get(name)
        if isinstance(found, str) and found:
            return found
    return ""


def read_http_status(value: object) -> int:
    """The number as the HTTP status of a failure; 0 for any other value."""
    if isinstance(value, str) and value.isdecimal() and len(value) == 3:
        value = int(value)
    return value if isinstance(value, int) and 400 <= value <= 599 else 0


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
    "converse": {"reason": "stopReason"},
    "candidate": {"reason": "candidates[0].finishReason", "message": "candidates[0].finishMessage"},
    "choice": {"reason": "choices[0].finish_reason"},
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
