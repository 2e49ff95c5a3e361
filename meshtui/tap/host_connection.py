"""A connection to a provider's real host, on behalf of a program that called one of the tap's own addresses."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, NamedTuple, Protocol

import h11

from meshtui.tap.observer import ConnectionObserver
from meshtui.tap.tunnel import Side
from meshtui.tap.upstream import open_connection

if TYPE_CHECKING:
    from meshtui.tap.observed_calls import Process
    from meshtui.tap.proxy import Proxy
    from meshtui.tap.upstream import Way


_OF_THE_BODY = frozenset({"content-length", "transfer-encoding", "expect"})


class Route(NamedTuple):
    """The destination of a request to one of the tap's own addresses."""

    host: str
    target: str


class Asked(NamedTuple):
    """One whole request of the program's."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class ProgramEnd(Protocol):
    """A program's connection, as the code that answers its requests needs it."""

    @property
    def lost(self) -> bool:
        """Whether the program has gone."""

    def write(self, data: bytes) -> None: ...
    def close(self) -> None: ...
    def refuse(self, status: str, text: str) -> None:
        """Answers in our own name and closes."""

    def find_process(self) -> Process | None:
        """The process at the other end."""

    def is_of_this_run(self) -> bool:
        """Whether that process was started with the run's credential in its environment."""


class AnswerWriter(Protocol):
    """Where an answer goes: its bytes as they are, and what they mean."""

    def write_raw(self, data: bytes) -> None: ...
    def write_event(self, event: object) -> None:
        """An event of h11, in the order of the bytes."""

    def break_off(self) -> None:
        """The host broke off: the program sees what it would have seen without us."""


class OtherHost(NamedTuple):
    """What answers in a host's place: the way there, and how it is verified."""

    way: Way
    context: ssl.SSLContext


class HostConnection(asyncio.Protocol):
    """A connection to a real host, kept for the program's next request; or to what a fault puts in its place."""

    def __init__(self, proxy: Proxy, client: ProgramEnd, host: str, other: OtherHost | None = None) -> None:
        self._proxy, self._client, self._host, self._other = proxy, client, host, other
        self._transport: asyncio.Transport | None = None
        self._writer: AnswerWriter | None = None
        self._done: asyncio.Future[None] | None = None
        self._answer: h11.Connection | None = None
        self._observer: ConnectionObserver | None = None
        self.is_closed = False

    async def open(self) -> None:
        """Raises OSError and UpstreamProxyError."""
        loop = asyncio.get_running_loop()
        way, context = self._other or (self._proxy.settings.way, self._proxy.context)
        side = await open_connection(way, self._host, 443, Side)
        assert isinstance(side, Side)
        transport = await loop.start_tls(side.transport, self, context, server_hostname=self._host)
        if transport is None:
            raise ConnectionError("the connection was closed during the TLS handshake")
        self._transport = transport
        self._observer = ConnectionObserver(self._host, 443, self._proxy.listener, self._proxy.secrets)
        self._observer.process = self._client.find_process()
        self._observer.injected = self._other is not None

    async def exchange(
        self,
        asked: Asked,
        route: Route,
        headers: list[tuple[str, str]],
        writer: AnswerWriter,
        *,
        seen: Route | None = None,
    ) -> None:
        """Sends the request and passes the answer on as it comes, to its end. With `seen` the request is recorded as
        the program sent it, with that route."""
        assert self._transport is not None
        assert self._observer is not None
        method = asked.method
        sent = _write_head(method, route.target, headers) + asked.body
        self._answer = h11.Connection(h11.CLIENT)
        self._answer.send(h11.Request(method=method, target=route.target, headers=[("host", route.host)]))
        self._answer.send(h11.EndOfMessage())
        self._done = asyncio.get_running_loop().create_future()
        self._writer = writer
        self._transport.write(sent)
        if seen is not None:
            shown = [(name, value) for name, value in asked.headers if name.lower() not in _OF_THE_BODY]
            shown.append(("Content-Length", str(len(asked.body))))
            sent = _write_head(asked.method, seen.target, shown) + asked.body
        self._observer.read("request", sent)
        await self._done

    def data_received(self, data: bytes) -> None:
        if self._writer is not None:
            self._writer.write_raw(data)
        if self._observer is not None:
            self._observer.read("answer", data)
        if self._answer is not None:
            self._follow(data)

    def _follow(self, data: bytes) -> None:
        """Finds the end of the answer."""
        assert self._answer is not None
        try:
            self._answer.receive_data(data)
            while (event := self._answer.next_event()) is not h11.NEED_DATA and event is not h11.PAUSED:
                if self._writer is not None:
                    self._writer.write_event(event)
                if isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
                    self._finish()
                    return
        except h11.RemoteProtocolError:  # the end of the connection is the end of such an answer
            self._answer = None

    def _finish(self) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        if self._observer is not None:
            self._observer.finish("host broke" if exc else "host closed")
        unfinished = self._done is not None and not self._done.done()
        self._finish()
        if unfinished and self._writer is not None:
            self._writer.break_off()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _write_head(method: str, target: str, headers: list[tuple[str, str]]) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")


class HostPool:
    """The connections to hosts that one connection of a program uses."""

    def __init__(self, proxy: Proxy, client: ProgramEnd) -> None:
        self.proxy, self._client = proxy, client
        self._free: dict[str, list[HostConnection]] = {}
        self._all: set[HostConnection] = set()

    async def take(self, host: str) -> HostConnection:
        """A connection that is not in use. Raises OSError and UpstreamProxyError."""
        free = self._free.get(host, [])
        while free:
            known = free.pop()
            if not known.is_closed:
                return known
            self._all.discard(known)
        connection = HostConnection(self.proxy, self._client, host)
        await connection.open()
        self._all.add(connection)
        return connection

    async def open_other(self, host: str, other: OtherHost) -> HostConnection:
        """A connection to what replaces the host, for one request. Raises OSError."""
        connection = HostConnection(self.proxy, self._client, host, other)
        await connection.open()
        self._all.add(connection)
        return connection

    def drop(self, connection: HostConnection) -> None:
        """Closes a connection that is not used again."""
        self._all.discard(connection)
        connection.close()

    def give_back(self, host: str, connection: HostConnection) -> None:
        self._free.setdefault(host, []).append(connection)

    def close(self) -> None:
        for connection in self._all:
            connection.close()
