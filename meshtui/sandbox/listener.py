"""uvicorn in a daemon thread, silent, and stopped within a second. HTTP/1.1 by itself; HTTP/2 is handed to `http2`.

It listens on one socket for plain HTTP and, where an authority is given, on a second one for TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from meshtui.sandbox.body_limits import MAX_HEADER_BYTES
from meshtui.sandbox.fault_injection import DROP_CONNECTION

if TYPE_CHECKING:
    from meshtui.sandbox.certificates import Authority

HOST = "127.0.0.1"
SILENT_LOG_LEVEL = 1000
"""A log level above all others: a sandbox must never write over somebody's screen."""
START_TIMEOUT_SECONDS = 10.0
STOP_TIMEOUT_SECONDS = 5.0
IDLE_SECONDS = 75
"""How long a connection may wait for its next request."""
HEAD_SECONDS = 15.0
"""How long a client may take for the head of a request, from its first byte or from a connection without one."""
GATHERED_BYTES = 64 * 1024
"""What is gathered at most before it is sent."""
HTTP2_METHOD = b"PRI"
"""The method of HTTP/2's preface, which no HTTP/1.1 request has."""


class _GatheringTransport:
    """A transport that sends in one piece what is written in one step of the event loop: the head of an answer and its
    body are two writes, and each would be a call of the system and wake the client."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._written: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        if not self._written:
            self._loop.call_soon(self._flush)
        self._written.append(data)
        self._size += len(data)
        if self._size > GATHERED_BYTES:  # so that whoever writes more is told to wait
            self._flush()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Ends the connection at once; what was written before is on its way."""
        self._flush()
        self._transport.abort()

    def _flush(self) -> None:
        data = b"".join(self._written)
        self._written.clear()
        self._size = 0
        if data and not self._transport.is_closing():
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Protocol(H11Protocol):
    """HTTP/1.1, an end for heads that do not come, an offer to the application to hang up, and HTTP/2 to `http2`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        served = self.app
        self._served = served
        self._fresh = True
        self._early = b""
        self._head_timer: asyncio.TimerHandle | None = None
        self._http2: asyncio.Task[None] | None = None

        async def serve_with_drop(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {DROP_CONNECTION: self.transport.abort}
            await served(scope, receive, send)

        self.app = serve_with_drop

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        self._connection = transport
        super().connection_made(_GatheringTransport(transport, self.loop))  # type: ignore[arg-type]  # has what it calls
        tls = transport.get_extra_info("ssl_object")
        if tls is not None and tls.selected_alpn_protocol() == "h2":
            self._hand_over(b"")
        else:
            self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        if self._fresh:
            data = self._early + data
            if len(data) < len(HTTP2_METHOD) and HTTP2_METHOD.startswith(data):
                self._early = data
                return
            self._fresh = False
            if data.startswith(HTTP2_METHOD):
                self._hand_over(data)
                return
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._wait_for_head()
        elif self._head_timer is not None and self.conn.their_state is not h11.IDLE:
            self._head_timer.cancel()
            self._head_timer = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Ends the connection without waiting for its request: a sandbox that is stopped waits for nobody."""
        self.transport.abort()

    def _wait_for_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _hand_over(self, received: bytes) -> None:
        from meshtui.sandbox.http2 import serve_http2

        if self._head_timer is not None:
            self._head_timer.cancel()
        self._http2 = serve_http2(self._connection, self._served, received)
        self._http2.add_done_callback(lambda _: self.connections.discard(self))


class _Server(uvicorn.Server):
    """Starts and stops without delay: uvicorn's own loop looks ten times a second whether it should, and its
    shutdown waits a tenth of a second for connections to finish."""

    def __init__(self, config: uvicorn.Config, tls: tuple[socket.socket, ssl.SSLContext] | None) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._tls = tls
        self._stop_requested = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        if self._tls is not None:
            listening, context = self._tls
            server = await self._loop.create_server(self._make_protocol, sock=listening, ssl=context)
            self.servers.append(server)
        self.ready.set()

    def _make_protocol(self) -> Protocol:
        return Protocol(config=self.config, server_state=self.server_state, app_state={}, _loop=self._loop)

    async def main_loop(self) -> None:
        await self._stop_requested.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Hangs up on everybody. What still runs is cancelled with its event loop."""
        for server in self.servers:
            server.close()
        for listening in sockets or ():
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()

    def request_stop(self) -> None:
        """Ends it, from another thread. Where it has ended, nothing happens."""
        self.should_exit = True
        if self.ready.is_set():
            with contextlib.suppress(RuntimeError):  # its loop is closed
                self._loop.call_soon_threadsafe(self._stop_requested.set)


class Listener:
    """Listens as soon as it is made; serves from `start` to `stop`. `port` 0: any free one. `host` is an IP address."""

    def __init__(self, port: int, host: str = HOST, authority: Authority | None = None, tls_port: int = 0) -> None:
        self._socket = _open_socket(host, port)
        self._tls_socket: socket.socket | None = None
        self._authority = authority
        self.base_url = f"http://{_get_address(self._socket)}"
        self.tls_base_url = ""
        if authority is not None:
            try:
                self._tls_socket = _open_socket(host, tls_port)
            except OSError:
                self._socket.close()
                raise
            self.tls_base_url = f"https://{_get_address(self._tls_socket)}"
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, app: ASGIApp) -> None:
        """Returns when requests are answered. Raises RuntimeError where that does not happen."""
        config = uvicorn.Config(
            app,
            http=Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level=SILENT_LOG_LEVEL,
            access_log=False,
            date_header=False,
            server_header=False,
            proxy_headers=False,  # nobody forwards, and no header may say where a request came from
            timeout_keep_alive=IDLE_SECONDS,
            h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        )
        tls = None
        if self._authority is not None and self._tls_socket is not None:
            tls = self._tls_socket, self._authority.make_context()
        self._server = _Server(config, tls)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="meshtui-sandbox", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(START_TIMEOUT_SECONDS):
            raise RuntimeError("the sandbox's server did not start")

    def stop(self) -> None:
        """Hangs up on everybody and waits for the thread to end. May be called twice."""
        if self._server is not None and self._thread is not None:
            self._server.request_stop()
            self._thread.join(STOP_TIMEOUT_SECONDS)
        self._socket.close()
        if self._tls_socket is not None:
            self._tls_socket.close()


def _get_address(listening: socket.socket) -> str:
    """The address for clients on this machine: host and port, as in a URL."""
    host, port = listening.getsockname()[:2]
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        address = ipaddress.ip_address("::1" if address.version == 6 else HOST)
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def _open_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where the socket says that it is TCP; without that each answer on a
    # kept connection takes 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if error.errno != errno.EADDRINUSE:
            raise
        message = f"port {port} on {host} is taken; choose another, or 0 for any that is free"
        raise OSError(error.errno, message) from None
    listening.listen(128)
    return listening
