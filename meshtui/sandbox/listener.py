"""uvicorn in a daemon thread, on loopback only, silent, and gone within a second when told to."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from meshtui.sandbox.edge import DROP

HOST = "127.0.0.1"
SILENT = 1000
"""A log level above all others: a sandbox must never write over somebody's screen."""
STARTS_WITHIN = 10.0
GONE_WITHIN = 5.0


class Protocol(H11Protocol):
    """HTTP/1.1, and an offer to the application to hang up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        served = self.app

        async def with_offer(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {DROP: self.transport.abort}
            await served(scope, receive, send)

        self.app = with_offer

    def shutdown(self) -> None:
        """Ends the connection whatever it is busy with: nobody waits for a sandbox that is told to stop."""
        self.transport.abort()


class _Server(uvicorn.Server):
    """Begins and ends the moment it is told to: uvicorn's own loop looks ten times a second whether it should, and its
    farewell waits a tenth of a second for those who might want to finish."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._told = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.ready.set()

    async def main_loop(self) -> None:
        await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Hangs up on everybody. What still runs is cancelled with its event loop."""
        for server in self.servers:
            server.close()
        for listening in sockets or ():
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()

    def tell(self) -> None:
        """Ends it, from another thread. Where it has ended, nothing happens."""
        self.should_exit = True
        if self.ready.is_set():
            with contextlib.suppress(RuntimeError):  # its loop is closed
                self._loop.call_soon_threadsafe(self._told.set)


class Listener:
    """Listens as soon as it is made; serves from `start` to `stop`. `port` 0: any free one."""

    def __init__(self, port: int) -> None:
        self._socket = _listen(port)
        self.base_url = f"http://{HOST}:{self._socket.getsockname()[1]}"
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
            log_level=SILENT,
            access_log=False,
            date_header=False,
            server_header=False,
            timeout_keep_alive=75,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="meshtui-sandbox", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(STARTS_WITHIN):
            raise RuntimeError("the sandbox's server did not start")

    def stop(self) -> None:
        """Hangs up on everybody and waits for the thread to end. May be called twice."""
        if self._server is not None and self._thread is not None:
            self._server.tell()
            self._thread.join(GONE_WITHIN)
        self._socket.close()


def _listen(port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only where the socket says that it is TCP; without that each answer on a
    # kept connection takes 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        if error.errno != errno.EADDRINUSE:
            raise
        message = f"port {port} on {HOST} is taken; choose another, or 0 for any that is free"
        raise OSError(error.errno, message) from None
    listening.listen(128)
    return listening
