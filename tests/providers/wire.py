"""A server that says exactly the bytes it is told to, and keeps what it was sent: for what a good server never does."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.http.call import Call
from meshtui.http.transport import PendingRequest, Transport

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Wire:
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    return head + await reader.readexactly(length)


@asynccontextmanager
async def serving(
    *pieces: bytes,
    pause: float = 0.0,
    hang: bool = False,
    reset: bool = False,
    listens: bool = True,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Wire]:
    """Sends the pieces as its answer, `pause` seconds apart, then closes; or hangs, or resets the connection. One that
    does not listen speaks at once, whatever it is sent."""
    wire = Wire()
    released = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if listens:
                wire.requests.append(await read_request(reader))
                wire.asked.set()
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
            if hang:
                await released.wait()
            if reset:
                writer.transport.abort()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, which some tests are about
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        released.set()
        server.close()
        await server.wait_closed()


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def a_call(url: str, **changes: object) -> Call:
    call = Call(
        "openai", "chat", "POST", url, {"Content-Type": "application/json"}, Secret("sk-" + "k" * 40), b'{"a": 1}'
    )
    return replace(call, **changes)  # type: ignore[arg-type]


async def send(call: Call, timeout: float = 5.0, **watchers: object) -> PendingRequest:  # noqa: ASYNC109 - the client's own
    """One request through the production client."""
    async with Transport(Endpoints()) as client:
        pending = PendingRequest(call, timeout=timeout, **watchers)  # type: ignore[arg-type]
        await client.send(pending)
        return pending
