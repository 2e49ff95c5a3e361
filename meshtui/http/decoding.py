"""Reads an answer's bytes: takes compression off, a small piece at a time, and finds the model's words in what is left.

No compression is asked for; a proxy or an edge may compress all the same. Two thousand bytes can expand to gigabytes,
so the caller decides after each piece whether to continue.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from meshtui.base.exchange import Failure
from meshtui.base.sse import DamagedError, Event, SseDecoder, TooLongError

PIECE = 8 * 1024
"""Bytes that a piece has at most: what is worked through between two looks at the deadline."""

Inflate = Callable[[bytes], Iterator[bytes]]
"""Decompresses the next bytes of the body, in pieces."""

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


def make_inflater(encoding: str) -> Inflate:
    """For the value of a Content-Encoding header; empty for none. Raises DamagedError for one that is not known, or for
    several on top of each other, and so does what it returns for bytes that are not what the header says."""
    name = encoding.lower()
    if name in ("", "identity"):
        return lambda data: (data[at : at + PIECE] for at in range(0, len(data), PIECE))
    if name not in ("gzip", "x-gzip", "deflate"):
        raise DamagedError(f"the answer is encoded as {name[:40]!r}, which was not asked for")
    stream = zlib.decompressobj(_GZIP_OR_ZLIB)

    def inflate(data: bytes) -> Iterator[bytes]:
        # What follows the end is not given to zlib, which would keep all of it, copied anew each time.
        while not stream.eof:
            try:
                piece = stream.decompress(data, PIECE)
            except zlib.error as problem:
                raise DamagedError(f"the answer is not compressed as {name}, as it says it is: {problem}") from None
            data = stream.unconsumed_tail
            if piece:
                yield piece
            # Only a full piece leaves something behind: bytes, or inside zlib though all bytes went in.
            if len(piece) < PIECE:
                return

    return inflate


TEXT_LIMIT = 256 * 1024
"""The most characters of a model's reply that are kept: they are shown, counted and redacted while they are
received."""
VALUES_LIMIT = 400_000
"""Values in a text of JSON, by its commas and brackets, up to which it is parsed: 0.1 s and 40 MB at worst."""


class Decoder(Protocol):
    """Cuts a stream's bytes into events."""

    def feed(self, data: bytes) -> Iterable[Event]:
        """Raises DamagedError."""

    def close(self) -> Iterable[Event]: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one API puts a model's words. All take JSON as `json.loads` gives it, of any shape."""

    words: Callable[[object], str | None]
    """The text of a complete answer, which may be empty; None: not an answer of this API."""
    piece: Callable[[str, object], str | None]
    """The text of a stream's event, from its name and data; None: not an event of this API."""
    decoder: Callable[[], Decoder] = SseDecoder
    ends: Callable[[str, object], bool] | None = None
    """Whether an event of a stream, by its bare data and its JSON, is the mark of its end; None: it has none that can
    be relied on."""


class Reader:
    """Reads one answer while it is received. `understood`: it was an answer of this API; `refused`: it contains an
    error; `ended`: the mark of a stream's end was received."""

    def __init__(self, dialect: Dialect, *, stream: bool) -> None:
        self.understood = False
        self.refused = False
        self.ended = False
        self._streamed = False
        self._too_long = ""
        self._pieces: list[str] = []
        self._size = 0
        self._dialect = dialect
        self._decoder = dialect.decoder() if stream else None

    @property
    def text(self) -> str:
        """The words so far."""
        return "".join(self._pieces)

    @property
    def failure(self) -> Failure | None:
        """Why this is no whole answer, though the body is whole: it was longer than is taken, or a stream began and its
        end never came."""
        if self._too_long:
            return Failure("too_long", self._too_long)
        if self._streamed and self._dialect.ends is not None and not (self.ended or self.refused):
            return Failure("dropped", "the stream ended without the mark of its end")
        return None

    def feed(self, data: bytes) -> str:
        """The words that these bytes complete, and nothing for an answer that is not streamed. Raises DamagedError;
        `text` has the words before the damage."""
        return self._take(self._decoder.feed(data)) if self._decoder else ""

    def close(self, body: bytes) -> str:
        """The rest of the words, now that the body is whole; see `failure`."""
        try:
            return self._read_rest(body)
        except TooLongError as problem:
            self._too_long = str(problem)
            return ""

    def _read_rest(self, body: bytes) -> str:
        rest = self._take(self._decoder.close()) if self._decoder else ""
        if self.understood or self.refused:
            return rest
        # Not streamed, or a server that does not stream though it was asked to.
        value = parse_json(body)
        words = self._dialect.words(value)
        self.refused = is_error(value)
        if words is None or self.refused:
            return rest
        self.understood = True
        self._keep(words)
        return words

    def _take(self, events: Iterable[Event]) -> str:
        pieces = []
        for event in events:
            value = parse_json(event.data)
            self.ended = self.ended or (self._dialect.ends is not None and self._dialect.ends(event.data, value))
            if event.is_error or event.name == "error" or is_error(value):
                self.refused = True
            elif (piece := self._dialect.piece(event.name, value)) is not None:
                self.understood = self._streamed = True
                self._keep(piece)
                pieces.append(piece)
        return "".join(pieces)

    def _keep(self, words: str) -> None:
        self._size += len(words)
        if self._size > TEXT_LIMIT:
            raise TooLongError(f"the model's words are more than {TEXT_LIMIT:,} characters")
        self._pieces.append(words)


def is_error(value: object) -> bool:
    """Whether the JSON is an error in the envelope that OpenAI, Mesh, Google and Anthropic share."""
    return bool(dig(value, "error")) or dig(value, 0, "error") is not None


def parse_json(text: str | bytes) -> object:
    """The JSON value; None for invalid JSON and for more values than VALUES_LIMIT."""
    if len(text) > VALUES_LIMIT and _count_values(text) > VALUES_LIMIT:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _count_values(text: str | bytes) -> int:
    """At least as many as there are values, for commas in strings count as well."""
    if isinstance(text, str):
        return sum(map(text.count, ",[{"))
    return sum(map(text.count, (b",", b"[", b"{")))


def dig(value: object, *path: str | int) -> object:
    """`dig(value, "choices", 0, "delta")`: the value at that path; None where any part of it is missing."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def list_strings(rows: object, *path: str | int) -> list[str]:
    """The strings found under `path` in each of a list's items; items without one are passed over."""
    found = (dig(row, *path) for row in rows) if isinstance(rows, list) else ()
    return [text for text in found if isinstance(text, str)]


def join_strings(parts: object, *path: str | int) -> str:
    """The strings found under `path` in each of a list's items, joined; items without one are passed over."""
    return "".join(list_strings(parts, *path))
