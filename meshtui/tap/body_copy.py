"""Bounded copies of bodies: decompressed, of streams the beginning and the end, of event streams as text."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from meshtui.base.sse import DamagedError
from meshtui.http.decoding import make_inflater

MAX_REQUEST = 32 << 10
"""Bytes kept of a request's body: its model and parameters are at the beginning."""
MAX_ANSWER = 64 << 10
"""Bytes kept of an answer's body; of a stream half from the beginning and half from the end, which has usage and
errors."""
EVENT_STREAM = "application/vnd.amazon.eventstream"
Decoder = Callable[[bytes, int], bytes]
"""Decompresses the next bytes into at most so many."""


class BodyCopy:
    """What is kept of one body. `remark` says what was not kept."""

    def __init__(self, limit: int, *, encoding: str = "", media_type: str = "") -> None:
        self._limit = limit
        kind = media_type.partition(";")[0].strip().lower()
        self._frames = _FrameText() if kind == EVENT_STREAM else None
        self._head_limit = limit // 2 if self._frames or kind == "text/event-stream" else limit
        self._head: list[bytes] = []
        self._head_size = 0
        self._tail: deque[bytes] = deque()
        self._tail_size = self.left_out = 0
        self.remark = ""
        self._decode, self.remark = find_decoder(encoding)

    def feed(self, data: bytes) -> None:
        if self._decode is not None:
            try:
                # One step more than fits, so that a body that is cut is known as one; the rest is never unpacked.
                data = self._decode(data, max(self._limit * 4, 1 << 18))
            except (DamagedError, ValueError, EOFError) as problem:
                self.remark, self._decode = f"the body cannot be decompressed: {problem}", _drop
                return
        if self._frames is not None:
            data = self._frames.feed(data)
        self._keep(data)

    def _keep(self, data: bytes) -> None:
        room = self._head_limit - self._head_size
        if room > 0:
            self._head.append(data[:room])
            self._head_size += len(self._head[-1])
            data = data[room:]
        if not data:
            return
        self._tail.append(data)
        self._tail_size += len(data)
        while self._tail and self._tail_size - len(self._tail[0]) >= self._limit - self._head_limit:
            dropped = len(self._tail.popleft())
            self._tail_size -= dropped
            self.left_out += dropped

    def text(self) -> str:
        """What was kept, as text. A comment between beginning and end replaces what was left out."""
        head = b"".join(self._head).decode("utf-8", "replace")
        if not self._tail and not self.left_out:
            return head
        tail = b"".join(self._tail)
        if self._head_limit == self._limit:
            self.left_out += len(tail)
            self._tail.clear()
            self.remark = self.remark or f"{self.left_out:,} bytes of the body were not kept"
            return head
        if not self.left_out:
            return head + tail.decode("utf-8", "replace")
        _, _, whole = tail.partition(b"\n\n")  # the first event of the end is mostly cut
        self.remark = self.remark or f"{self.left_out:,} bytes from the middle of the stream were not kept"
        return f"{head}\n\n: {self.left_out} bytes left out\n\n{whole.decode('utf-8', 'replace')}"


def _drop(_data: bytes, _limit: int) -> bytes:
    return b""


def find_decoder(encoding: str) -> tuple[Decoder | None, str]:
    """The decoder for a Content-Encoding, None where none is needed; and why the body cannot be read, else empty."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return None, ""
    if name in ("gzip", "x-gzip", "deflate"):
        return _inflate(name), ""
    if name == "br" and (brotli := _load("brotli", "brotlicffi")):
        unpacker = brotli.Decompressor()
        return (lambda data, limit: bytes(unpacker.process(data)[:limit])), ""
    if name == "zstd" and (zstandard := _load("zstandard")):
        unpack = zstandard.ZstdDecompressor().decompressobj()
        return (lambda data, limit: bytes(unpack.decompress(data)[:limit])), ""
    return _drop, f"the body is compressed as {name[:20]!r}, which cannot be read here"


def _inflate(encoding: str) -> Decoder:
    unpack = make_inflater(encoding)
    is_full = False

    def inflate(data: bytes, limit: int) -> bytes:
        nonlocal is_full
        pieces: list[bytes] = []
        size = 0
        for piece in () if is_full else unpack(data):
            pieces.append(piece)
            size += len(piece)
            if size >= limit:  # nothing behind it is unpacked
                is_full = True
                break
        return b"".join(pieces)

    return inflate


def _load(*names: str):  # type: ignore[no-untyped-def]
    import importlib

    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


class _FrameText:
    """AWS's event stream as server-sent events, frame by frame."""

    def __init__(self) -> None:
        from meshtui.providers.bedrock.event_stream import FrameDecoder

        self._decoder = FrameDecoder()
        self._broken = False

    def feed(self, data: bytes) -> bytes:
        if self._broken:
            return b""
        shown = []
        try:
            for event in self._decoder.feed(data):
                shown.append(f"event: {event.name}\ndata: {event.data}\n\n")  # noqa: PERF401 - keeps what came before
        except DamagedError as problem:
            self._broken = True
            shown.append(f": {problem}\n\n")
        return "".join(shown).encode("utf-8", "replace")
