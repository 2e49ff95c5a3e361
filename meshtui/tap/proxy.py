"""The proxy on loopback through which the child's programs go.

CONNECT to a provider's host is ended here, read and passed on; every other host passes blind. Whoever does not know the
random credential in the proxy's address is turned away, unless the process was started with it in its environment (as
Java is, which has no way to send one).
"""

from __future__ import annotations

import asyncio
import time
from functools import partial

from meshtui.tap.client_side import Client
from meshtui.tap.observation import Listener
from meshtui.tap.proxy_state import AddressHandler, ProxySettings, ProxyState


class Proxy(ProxyState):
    """Listens on 127.0.0.1 from `start` to `close`, on the running event loop."""

    def __init__(
        self, settings: ProxySettings, listener: Listener, serve_address: AddressHandler | None = None
    ) -> None:
        super().__init__(settings, listener, serve_address)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Raises OSError where no port can be had."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(partial(Client, self), "127.0.0.1", self.settings.port, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self, patience: float = 0.3) -> None:
        """Takes no more connections, and ends once those there are ended or `patience` seconds are over."""
        if self._server is not None:
            self._server.close()
        until = time.monotonic() + patience
        while (self.open or self.tasks) and time.monotonic() < until:  # noqa: ASYNC110 - what ends is many things
            await asyncio.sleep(0.005)
        for reader in tuple(self.open):
            reader.on_end("client closed")
        for client in tuple(self.clients):
            for side in (client, client.other):
                if side is not None and not side.lost:
                    side.transport.abort()
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
