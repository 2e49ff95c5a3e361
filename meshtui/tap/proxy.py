"""The proxy on loopback through which the child's programs go: its settings, its connections, and whom it admits.

CONNECT to a provider's host is ended here, read and passed on; a connection to any other host is passed on unread. A
client without the random credential of the proxy's address is refused, unless the process was started with it in its
environment (as Java is, which has no way to send one).
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import secrets
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Protocol

from meshtui.tap.connection_owner import PeerFinder
from meshtui.tap.http_head import Head
from meshtui.tap.observed_calls import Listener, Note, NoteKind, Process
from meshtui.tap.provider_hosts import is_target
from meshtui.tap.sent_credentials import Secrets
from meshtui.tap.tls import RunAuthority, make_upstream_context
from meshtui.tap.tunnel import End, Side
from meshtui.tap.upstream import Way

USER = "meshtui"
AddressHandler = Callable[[Any, Head], Awaitable[None]]
"""Serves requests that are for the port itself and not for another host; takes the connection, a `ClientConnection`."""


class FaultAnswers(Protocol):
    """What answers some requests in the hosts' place: `meshtui.tap.injected_faults`, which needs more than a proxy
    without faults is to load."""

    def applies_to(self, host: str) -> bool:
        """Whether requests to this host may meet a fault."""

    def make_tunnel(self, proxy: Proxy, client: Any, host: str) -> Any:
        """What takes the bytes of a connection to this host, a `Tunnel`."""

    async def answer(self, asked: Any, route: Any, writer: Any, hosts: Any) -> bool:
        """Answers the request where it is chosen; whether it was."""


class OpenReader(Protocol):
    """A connection that is being read."""

    def on_end(self, who: End) -> None: ...


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """How the proxy works in this run."""

    authority: RunAuthority = field(default_factory=RunAuthority)
    way: Way = field(default_factory=Way)
    is_target: Callable[[str], bool] = is_target
    """Which hosts are read."""
    make_context: Callable[[], ssl.SSLContext] = make_upstream_context
    """How hosts are verified."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    port: int = 0
    faults: FaultAnswers | None = None
    """What answers some requests in the hosts' place."""


class Proxy:
    """Listens on 127.0.0.1 from `start` to `close`, on the running event loop."""

    def __init__(
        self,
        settings: ProxySettings,
        listener: Listener,
        make_connection: Callable[[Proxy], asyncio.BaseProtocol],
        serve_address: AddressHandler | None = None,
    ) -> None:
        """`make_connection` is called for each program that connects (`meshtui.tap.client_connection`)."""
        self.settings, self.listener = settings, listener
        self._make_connection = make_connection
        self.serve_address = serve_address
        self.secrets = Secrets()
        self.open: set[OpenReader] = set()
        self.clients: set[Side] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.connections = 0
        """How many connections came through here, blind ones included."""
        self.blind_hosts: dict[str, int] = {}
        self._notes: set[tuple[NoteKind, str]] = set()
        self._finder = PeerFinder()
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Raises OSError where no port is available."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            partial(self._make_connection, self), "127.0.0.1", self.settings.port, backlog=512
        )
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

    @property
    def address(self) -> str:
        """The address for the child's variables; it holds the credential."""
        return f"http://{USER}:{self.settings.token}@127.0.0.1:{self.port}"

    @cached_property
    def context(self) -> ssl.SSLContext:
        """How hosts are verified. Reading the roots takes some 20 ms, so it is made when first needed."""
        return self.settings.make_context()

    @cached_property
    def _authorization(self) -> bytes:
        return base64.b64encode(f"{USER}:{self.settings.token}".encode())

    def admits(self, head: Head) -> bool:
        """Whether this request has the proxy's credential."""
        scheme, _, given = head.header("proxy-authorization").partition(" ")
        return scheme.lower() == "basic" and hmac.compare_digest(given.strip().encode(), self._authorization)

    def find_process(self, port: int) -> Process | None:
        """The process at the other end of a connection from this port, if that is still open."""
        return self._finder.find(port, self.port)

    def note(self, kind: NoteKind, host: str, text: str, step: str = "", process: Process | None = None) -> None:
        """Says it once for each host."""
        if (kind, host) not in self._notes and len(self._notes) < 1000:
            self._notes.add((kind, host))
            self.listener.on_note(Note(kind, host, text, step, process, time.time()))

    def run(self, work: Awaitable[None]) -> None:
        """Runs it as a task. An exception is reported and ends nothing else."""
        task = asyncio.ensure_future(self._guard(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _guard(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as problem:
            self.note(NoteKind.OWN_ERROR, "", f"an error in meshtui: {type(problem).__name__}: {problem}")
