"""Server-sent events, incrementally (WHATWG HTML, "Interpreting an event stream"), however the bytes are cut.

More forgiving than the standard in two places, because gateways are: an event that the end of the stream cuts off is
still given out, and so are lines that are not fields, because errors are sometimes sent between the events without one.

Each byte is looked at once, and no more is kept than one event may have: a server decides what it sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

EVENT_LIMIT = 1 << 20
"""Bytes that a line, and the lines of one event together, may have."""
_LINE_END = re.compile(rb"\r\n|\r|\n")


class DamagedError(Exception):
    """The framing of a stream is broken, so that nothing after it can be read."""


class TooLongError(DamagedError):
    """A part of an answer is longer than is read."""


@dataclass(frozen=True, slots=True)
class Event:
    """`name` is empty where the stream gives none; `data` without the line end."""

    name: str
    data: str
    is_error: bool = False
    """The framing itself says so: an exception frame of AWS."""


class SseDecoder:
    """Bytes in, events out."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._after_return = False
        self._name = ""
        self._data: list[str] = []
        self._size = 0
        self._bare: list[str] = []
        self._bare_size = 0
        self._first = True

    def feed(self, data: bytes) -> Iterator[Event]:
        """The events that these bytes complete. Raises TooLongError, after the events before it."""
        if not data:
            return
        if self._after_return and data.startswith(b"\n"):
            data = data[1:]
        self._after_return = data.endswith(b"\r")
        *ended, rest = _LINE_END.split(data)
        for part in ended:
            self._extend_line(part)
            line, self._line = self._line, bytearray()
            yield from self._read_line(line)
        self._extend_line(rest)

    def close(self) -> Iterator[Event]:
        """What the end of the stream left open."""
        yield from self._read_line(self._line)
        yield from self._end_event()
        if bare := "\n".join(self._bare).strip():
            yield Event("", bare)

    def _extend_line(self, part: bytes) -> None:
        self._line += part
        if len(self._line) > EVENT_LIMIT:
            raise TooLongError(f"a line of the stream is longer than {EVENT_LIMIT >> 10} KiB")

    def _read_line(self, raw: bytearray) -> Iterator[Event]:
        line = raw.decode("utf-8", "replace")
        if self._first:
            line, self._first = line.removeprefix("\N{BYTE ORDER MARK}"), False
        if not line:
            yield from self._end_event()
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._size += len(raw)
            if self._size > EVENT_LIMIT:
                raise TooLongError(f"an event of the stream is longer than {EVENT_LIMIT >> 10} KiB")
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name not in ("", "id", "retry"):
            self._keep_bare(line)

    def _keep_bare(self, line: str) -> None:
        """Keeps a line outside any event. Beyond the limit it is not an error between events but another kind of
        answer."""
        self._bare_size += len(line) + 1
        if self._bare_size <= EVENT_LIMIT:
            self._bare.append(line)

    def _end_event(self) -> Iterator[Event]:
        if self._data:
            yield Event(self._name, "\n".join(self._data))
        self._name, self._data, self._size = "", [], 0
