"""Errors inside a stream that began well: server-sent events, and the exceptions of AWS's event streams."""

from __future__ import annotations

import json
from collections.abc import Iterator

from meshtui.base.sse import Event, SseDecoder, TooLongError
from meshtui.explain.aws_exceptions import read_aws_type
from meshtui.explain.formats.fields import Fields, fold

MAX_EVENTS = 50
_MARKS = ("error", "Exception", '"blockReason"', '"finishReason"', "content_filter", "stop_reason", "stopReason")
_STOPPED = ('"blockReason"', '"finishReason"', '"content_filter"', '"stop_reason"', '"stopReason"')
"""What an event holds that says why the answer ended."""


def read_stream(text: str) -> Fields | None:
    """The fields of the error event in a stream, `origin` empty where the stream holds none; None for other text."""
    if ":exception-type" in text and (fields := _read_frames(text)):
        return fields
    return _read_events(text) if text.startswith(("data:", "event:", ":", "id:", "retry:")) else None


def _read_events(text: str) -> Fields:
    from meshtui.explain.formats.bodies import read_json_text

    tries = 0
    for event in _list_events(text):
        name, data = event.name, event.data
        aws = name.endswith("Exception")  # a frame of AWS's event stream, shown as text
        if not (aws or '"error"' in data or '"error"' in name or name == "error" or "Exception" in data
                or any(mark in data for mark in _STOPPED)):  # fmt: skip
            continue
        tries += 1
        if tries > MAX_EVENTS:
            break
        if aws:
            return {
                "shape": "sse",
                "origin": "frame",
                "type": read_aws_type(name),
                "message": fold(_read_message(data)),
            }
        fields = read_json_text(data) if data[:1] in ("{", "[") else {"origin": "event", "message": fold(data)}
        if fields and fields["origin"]:
            if fields["origin"] == "error":
                fields["origin"] = "event"
            return {**fields, "shape": "sse"}
    return {"shape": "sse", "origin": ""}


def _list_events(text: str) -> Iterator[Event]:
    """As far as they can be read; none where nothing in the text could be an error."""
    if not any(mark in text for mark in _MARKS):
        return
    decoder = SseDecoder()
    try:
        yield from decoder.feed(text.encode("utf-8", "replace"))
        yield from decoder.close()
    except TooLongError:
        return


def _read_frames(text: str) -> Fields | None:
    """AWS's binary frames, decoded as text: the exception's name follows its header's name, JSON follows it."""
    import re

    match = re.search(r":exception-type[^A-Za-z]{0,8}([A-Za-z]{3,60})", text)
    if match is None:
        return None
    start = text.find("{", match.end())
    message = _read_message(text[start:]) if start >= 0 else ""
    return {"shape": "sse", "origin": "frame", "type": read_aws_type(match[1]), "message": fold(message)}


def _read_message(text: str) -> str:
    """The message of the JSON object that the text begins with."""
    try:
        value, _end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return ""
    return str(value.get("message") or value.get("Message") or "") if isinstance(value, dict) else ""
