"""AWS's event stream (application/vnd.amazon.eventstream), parsed by botocore, and shown to people as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from meshtui.http.sse import DamagedError, Event

if TYPE_CHECKING:
    from botocore.eventstream import EventStreamMessage

MEDIA_TYPE = "application/vnd.amazon.eventstream"


class FrameDecoder:
    """Bytes in, events out. An exception frame's event bears the exception's name and counts as an error."""

    def __init__(self) -> None:
        from botocore.eventstream import EventStreamBuffer

        self._buffer = EventStreamBuffer()
        self._foreign: bool | None = None

    def feed(self, data: bytes) -> Iterator[Event]:
        """Raises DamagedError where a frame's checksum or length is wrong."""
        from botocore.eventstream import ParserError

        if self._foreign is None and data:
            # A frame begins with its length, less than 16 MB; JSON and HTML begin otherwise, and are no damaged frame.
            self._foreign = data[0] != 0
        if self._foreign:
            return
        self._buffer.add_data(data)
        try:
            for message in self._buffer:
                yield _event(message)
        except ParserError as problem:
            raise DamagedError(f"the event stream is damaged: {problem}") from None

    def close(self) -> list[Event]:
        """A frame is whole or it is nothing."""
        return []


def as_text(body: bytes) -> str:
    """The frames in the form of server-sent events, exceptions under their own name; damage ends it with a comment."""
    shown = []
    try:
        for event in FrameDecoder().feed(body):
            shown.append(f"event: {event.name}\ndata: {event.data}\n\n")  # noqa: PERF401 - keeps what came before
    except DamagedError as problem:
        shown.append(f": {problem}\n")
    return "".join(shown)


def _event(message: EventStreamMessage) -> Event:
    headers = cast("dict[str, object]", message.headers)
    kind = headers.get(":message-type", "event")
    payload = message.payload.decode("utf-8", "replace")
    if kind == "error":
        said = {"code": headers.get(":error-code", ""), "message": headers.get(":error-message", "")}
        return Event("error", json.dumps(said), is_error=True)
    name = headers.get(":exception-type" if kind == "exception" else ":event-type", "")
    return Event(str(name), payload, is_error=kind == "exception")
