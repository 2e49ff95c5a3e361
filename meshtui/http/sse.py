"""Server-sent events, incrementally (WHATWG HTML, "Interpreting an event stream"), however the bytes are cut.

More forgiving than the standard in two places, because gateways are: an event that the end of the stream cuts off is
still given out, and so are lines that are no fields, for an error sometimes stands bare between the events.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A carriage return at the very end waits: the next byte may be its line feed.
_LINE_END = re.compile(rb"\r\n|\r(?=[^\n])|\n")


class DamagedError(Exception):
    """The framing of a stream is broken, so that nothing after it can be read."""


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
        self._rest = b""
        self._name = ""
        self._data: list[str] = []
        self._bare: list[str] = []
        self._first = True

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        *lines, self._rest = _LINE_END.split(self._rest + data)
        return [event for line in lines for event in self._line(line)]

    def close(self) -> list[Event]:
        """What the end of the stream left open."""
        events = [event for line in (self._rest.rstrip(b"\r"), b"") for event in self._line(line)]
        self._rest = b""
        bare = "\n".join(self._bare).strip()
        return [*events, *([Event("", bare)] if bare else [])]

    def _line(self, raw: bytes) -> list[Event]:
        line = raw.decode("utf-8", "replace")
        if self._first:
            line, self._first = line.removeprefix("\N{BYTE ORDER MARK}"), False
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name not in ("", "id", "retry"):
            self._bare.append(line)
        return []

    def _dispatch(self) -> list[Event]:
        event = Event(self._name, "\n".join(self._data)) if self._data else None
        self._name, self._data = "", []
        return [event] if event else []
