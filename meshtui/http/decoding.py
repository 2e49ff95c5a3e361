"""Takes compression off an answer, and never makes more of it than is wanted.

None is asked for; a proxy or an edge may compress all the same. Two thousand bytes can stand for gigabytes.

From bytes to a model's words: what the APIs have in common.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from meshtui.http.sse import DamagedError, Event, SseDecoder

Inflate = Callable[[bytes, int], bytes]
"""From the next bytes of the body to at most so many of what they stand for."""

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


def inflater(encoding: str) -> Inflate:
    """For the value of a Content-Encoding header; empty for none. Raises DamagedError for one that is not known, or for
    several on top of each other, and so does what it returns for bytes that are not what the header says."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return lambda data, limit: data[:limit]
    if name not in ("gzip", "x-gzip", "deflate"):
        raise DamagedError(f"the answer is encoded as {name[:40]!r}, which was not asked for")
    stream = zlib.decompressobj(_GZIP_OR_ZLIB)

    def inflate(data: bytes, limit: int) -> bytes:
        try:
            return stream.decompress(data, limit)
        except zlib.error as problem:
            raise DamagedError(f"the answer is not compressed as {name}, as it says it is: {problem}") from None

    return inflate


class Decoder(Protocol):
    """Cuts a stream's bytes into events."""

    def feed(self, data: bytes) -> Iterable[Event]:
        """Raises DamagedError."""

    def close(self) -> Iterable[Event]: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one API puts a model's words. All take JSON as `json.loads` gives it, of any shape."""

    words: Callable[[object], str | None]
    """The words of a whole answer, which may be none (""); None: that is no answer of this API."""
    piece: Callable[[str, object], str | None]
    """The words of a stream's event, by its name and data; None: that is no event of this API."""
    decoder: Callable[[], Decoder] = SseDecoder
    ends: Callable[[str, object], bool] | None = None
    """Whether an event of a stream, by its bare data and its JSON, is the mark of its end; None: it has none that can
    be relied on."""


class Reader:
    """Reads one answer while it comes in. `understood`: it was one of this API; `refused`: it holds an error;
    `ended`: the mark of a stream's end came."""

    def __init__(self, dialect: Dialect, *, stream: bool) -> None:
        self.text = ""
        self.understood = False
        self.refused = False
        self.ended = False
        self._streamed = False
        self._dialect = dialect
        self._decoder = dialect.decoder() if stream else None

    @property
    def cut_off(self) -> bool:
        """Whether a stream began and its end never came; to be asked when the body is whole."""
        return self._streamed and self._dialect.ends is not None and not (self.ended or self.refused)

    def feed(self, data: bytes) -> str:
        """The words that these bytes complete, and nothing for an answer that is not streamed. Raises
        DamagedError."""
        return self._take(self._decoder.feed(data)) if self._decoder else ""

    def close(self, body: bytes) -> str:
        """The rest of the words, now that the body is whole."""
        rest = self._take(self._decoder.close()) if self._decoder else ""
        if self.understood or self.refused:
            return rest
        # Not streamed, or a server that does not stream though it was asked to.
        value = as_json(body)
        words = self._dialect.words(value)
        self.refused = is_error(value)
        if words is None or self.refused:
            return rest
        self.understood = True
        self.text += words
        return words

    def _take(self, events: Iterable[Event]) -> str:
        pieces = []
        for event in events:
            value = as_json(event.data)
            self.ended = self.ended or (self._dialect.ends is not None and self._dialect.ends(event.data, value))
            if event.is_error or event.name == "error" or is_error(value):
                self.refused = True
            elif (piece := self._dialect.piece(event.name, value)) is not None:
                self.understood = self._streamed = True
                pieces.append(piece)
        self.text += "".join(pieces)
        return "".join(pieces)


def is_error(value: object) -> bool:
    """Whether the JSON is an error in the envelope that OpenAI, Mesh, Google and Anthropic share."""
    return bool(dig(value, "error")) or dig(value, 0, "error") is not None


def as_json(text: str | bytes) -> object:
    """The JSON value; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def dig(value: object, *path: str | int) -> object:
    """`dig(value, "choices", 0, "delta")`: what stands there; None where anything on the way is missing."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def strings(rows: object, *path: str | int) -> list[str]:
    """The strings found under `path` in each of a list's items; items without one are passed over."""
    found = (dig(row, *path) for row in rows) if isinstance(rows, list) else ()
    return [text for text in found if isinstance(text, str)]


def joined(parts: object, *path: str | int) -> str:
    """The strings found under `path` in each of a list's items, joined; items without one are passed over."""
    return "".join(strings(parts, *path))
