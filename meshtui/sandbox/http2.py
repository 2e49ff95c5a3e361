"""HTTP/2 on a connection that the HTTP/1.1 server has accepted: with prior knowledge, or chosen by ALPN.

Loaded with the first such connection, so that nobody else pays for it. hypercorn speaks the protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from starlette.types import ASGIApp, Receive, Scope, Send

from meshtui.sandbox.body_limits import MAX_HEADER_BYTES
from meshtui.sandbox.fault_injection import DROP_CONNECTION

IDLE_SECONDS = 75.0
MAX_STREAMS = 100


def serve_http2(transport: asyncio.Transport, app: ASGIApp, received: bytes) -> asyncio.Task[None]:
    """Takes the connection over; `received` was read from it already. The task ends with the connection."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport.set_protocol(protocol)
    protocol.connection_made(transport)
    if received:
        reader.feed_data(received)
    writer = asyncio.StreamWriter(transport, protocol, reader, loop)
    wrapped: Any = ASGIWrapper(_offer_drop(app, transport))  # type: ignore[arg-type]  # hypercorn has types of its own
    server = TCPServer(wrapped, loop, _make_config(), WorkerContext(None), {}, reader, writer)
    return loop.create_task(_run(server))


async def _run(server: TCPServer) -> None:
    """Until the connection ends. How a client ends it, politely or not, is no error of the sandbox's."""
    with contextlib.suppress(OSError, ExceptionGroup):
        await server.run()


def _offer_drop(app: ASGIApp, transport: asyncio.Transport) -> ASGIApp:
    """The application with the offer to hang up: it ends the connection with all its streams, as a lost host does."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"] = {**(scope.get("extensions") or {}), DROP_CONNECTION: transport.abort}
        await app(scope, receive, send)

    return serve


def _make_config() -> Config:
    config = Config()
    config.errorlog = config.accesslog = None  # a sandbox must never write over somebody's screen
    config.include_date_header = config.include_server_header = False
    config.keep_alive_timeout = IDLE_SECONDS
    config.keep_alive_max_requests = 2**31
    config.h2_max_concurrent_streams = MAX_STREAMS
    config.h2_max_header_list_size = MAX_HEADER_BYTES
    return config
