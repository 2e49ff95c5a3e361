"""AWS's event stream (application/vnd.amazon.eventstream), its frames parsed by botocore, and shown to people as text.

Frames are put together here and given to botocore whole: its own buffer copies all that it holds with each piece, and
takes frames of 24 MB and headers that cost it the square of their number.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from meshtui.base.sse import EVENT_LIMIT, DamagedError, Event, TooLongError

if TYPE_CHECKING:
    from botocore.eventstream import EventStreamMessage

MEDIA_TYPE = "application/vnd.amazon.eventstream"
HEADERS_LIMIT = 16 * 1024
"""Bytes that a frame's headers may have; Bedrock's have 100."""
# Lengths of the frame and of its headers, and a checksum of both; behind headers and payload stands another one.
_PRELUDE = struct.Struct(">III")
_FRAMING = _PRELUDE.size + 4


class FrameDecoder:
    """Bytes in, events out. An exception frame's event has the exception's name and counts as an error."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._foreign: bool | None = None

    def feed(self, data: bytes) -> Iterator[Event]:
        """Raises DamagedError where a frame's checksum or length is wrong, TooLongError where it is too long, after
        the events before it."""
        if self._foreign is None and data:
            # A frame begins with its length, less than 16 MB; JSON and HTML begin otherwise, and are no damaged frame.
            self._foreign = data[0] != 0
        if self._foreign:
            return
        self._held += data
        while len(self._held) >= _PRELUDE.size:
            length = _read_frame_length(self._held[: _PRELUDE.size])
            if len(self._held) < length:
                return
            frame = bytes(self._held[:length])
            # A bytearray gives up its beginning without moving the rest.
            del self._held[:length]
            yield _read_frame(frame)

    def close(self) -> list[Event]:
        """A frame is whole or it is nothing."""
        return []


class FramesAsText:
    """Bytes in, the frames in the form of server-sent events out, exceptions under their own name; damage ends it with
    a comment."""

    def __init__(self) -> None:
        self._decoder = FrameDecoder()
        self._damaged = False

    def feed(self, data: bytes) -> str:
        """The text of the frames that these bytes complete."""
        shown: list[str] = []
        if self._damaged:
            return ""
        try:
            for event in self._decoder.feed(data):
                shown.append(f"event: {event.name}\ndata: {event.data}\n\n")  # noqa: PERF401 - keeps what came before
        except DamagedError as problem:
            self._damaged = True
            shown.append(f": {problem}\n")
        return "".join(shown)


def _read_frame_length(prelude: bytes | bytearray) -> int:
    length, headers, checksum = _PRELUDE.unpack(prelude)
    if zlib.crc32(prelude[:8]) != checksum:
        raise DamagedError("the event stream is damaged: the checksum of a frame's length is wrong")
    if length > EVENT_LIMIT:
        raise TooLongError(f"a frame of the event stream is longer than {EVENT_LIMIT >> 10} KiB")
    if headers > HEADERS_LIMIT:
        raise TooLongError(f"the headers of a frame of the event stream are longer than {HEADERS_LIMIT >> 10} KiB")
    if length < headers + _FRAMING:
        raise DamagedError("the event stream is damaged: a frame is shorter than its own headers")
    return int(length)


def _read_frame(frame: bytes) -> Event:
    from botocore.eventstream import EventStreamBuffer, ParserError

    buffer = EventStreamBuffer()
    buffer.add_data(frame)
    try:
        return _read_event(next(buffer))
    # botocore looks up a header's type, and unpacks its value, without a check.
    except (ParserError, struct.error, KeyError, ValueError) as problem:
        raise DamagedError(f"the event stream is damaged: {problem}") from None


def _read_event(message: EventStreamMessage) -> Event:
    headers = cast("dict[str, object]", message.headers)
    kind = headers.get(":message-type", "event")
    payload = message.payload.decode("utf-8", "replace")
    if kind == "error":
        details = {"code": headers.get(":error-code", ""), "message": headers.get(":error-message", "")}
        return Event("error", json.dumps(details, default=str), is_error=True)
    name = headers.get(":exception-type" if kind == "exception" else ":event-type", "")
    return Event(str(name), payload, is_error=kind == "exception")
