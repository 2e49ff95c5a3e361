"""A server that comes to no end: a flood is what it answers, for as long as it is listened to."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from itertools import chain, repeat

from tests.providers.frames import frame, prelude
from tests.providers.wire import read_request

Flood = Callable[[], Iterable[bytes]]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
UNTIL_CLOSED = HEAD + b"\r\n"
GZIP = HEAD + b"Content-Encoding: gzip\r\n\r\n"
FRAMES = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\n\r\n"
MANY = 4096
"""Times that a small piece is repeated in one write."""


def word(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


def forever(head: bytes, piece: bytes) -> Flood:
    return lambda: chain([head], repeat(piece))


def line_then_bytes() -> Iterable[bytes]:
    """Two megabytes of a line at once, and the rest of it byte by byte."""
    return chain([CHUNKED, b"200006\r\ndata: " + b"x" * (2 << 20) + b"\r\n"], repeat(b"1\r\nx\r\n" * MANY))


def compressed(text: bytes) -> tuple[bytes, bytes]:
    """The beginning of a gzip stream, and a part of it that may be repeated as often as one likes."""
    stream = zlib.compressobj(wbits=31)
    begins = stream.compress(b": begins\n") + stream.flush(zlib.Z_FULL_FLUSH)
    return begins, stream.compress(text) + stream.flush(zlib.Z_FULL_FLUSH)


def gzip_in_pieces() -> Iterable[bytes]:
    """Compressed bytes, each a chunk of its own."""
    pieces = [b"".join(b"1\r\n%c\r\n" % byte for byte in part) for part in compressed(b": a comment\n")]
    return chain(
        [CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n"), pieces[0]], repeat(pieces[1] * 99)
    )


def gzip_bomb() -> Iterable[bytes]:
    begins, part = compressed(b": " + b" " * (1 << 16) + b"\n")
    return chain([GZIP + begins], repeat(part * 99))


def gzip_of_nothing() -> Iterable[bytes]:
    """Compressed blocks that stand for no bytes at all."""
    return chain([GZIP + compressed(b"")[0]], repeat(b"\0\0\0\xff\xff" * MANY))


def gzip_and_more() -> Iterable[bytes]:
    """A compressed answer that ends, and bytes behind its end."""
    stream = zlib.compressobj(wbits=31)
    return chain([GZIP + stream.compress(b": ends\n") + stream.flush()], repeat(b"\0" * MANY))


@asynccontextmanager
async def flooding(flood: Flood, pause: float = 0.0) -> AsyncIterator[str]:
    """The server's address. It never waits for what it sent to be read further than the system's buffers."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await read_request(reader)
            for piece in flood():
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
            await reader.read()  # it is the client that ends it
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


TINY_FRAME = frame({}, b"")
FRAME_OF_16_MB = prelude((16 << 20) - 1, 0)
FRAME_OF_HEADERS = prelude(1 << 20, 1 << 19)
