"""Two connections and the bytes between them, unchanged in both directions.

Two kinds: blind, and with TLS ended at both sides so that copies can be read. Either passes on how a side ended: a
close_notify as one, the end of the stream as its end, a reset as a reset.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import time
from collections.abc import Callable
from typing import Literal, Protocol

from meshtui.tap.tls import ALERT_ACCESS_DENIED, TlsEnd, is_distrust

End = Literal["client closed", "host closed", "host broke"]
HIGH_WATER = 1 << 18
"""Bytes that may wait to be written to one side before the other is no longer read."""
_RESET = struct.pack("ii", 1, 0)


class Tunnel(Protocol):
    """What a side reports to."""

    def take(self, side: Side, data: bytes, /) -> None: ...
    def end(self, side: Side, /) -> None: ...
    def lose(self, side: Side, error: Exception | None, /) -> None: ...


class Side(asyncio.Protocol):
    """One of the two connections. What it receives before a tunnel has it is kept."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.other: Side | None = None
        self.tunnel: Tunnel | None = None
        self.early: list[bytes] = []
        self.ended = self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.set_write_buffer_limits(high=HIGH_WATER)

    def data_received(self, data: bytes) -> None:
        if self.tunnel is None:
            self.early.append(data)
        else:
            self.tunnel.take(self, data)

    def eof_received(self) -> bool:
        self.ended = True
        if self.tunnel is not None:
            self.tunnel.end(self)
        return self.transport.get_extra_info("sslcontext") is None  # asyncio's own TLS cannot stay half open

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if self.tunnel is not None:
            self.tunnel.lose(self, exc)

    def pause_writing(self) -> None:
        if self.other is not None and not self.other.lost:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and not self.other.lost:
            self.other.transport.resume_reading()

    def write(self, data: bytes) -> None:
        if data and not self.lost:
            self.transport.write(data)

    def close(self) -> None:
        """Closes the connection once all is sent."""
        if not self.lost:
            self.transport.close()

    def write_end(self) -> None:
        """Ends what we send; the connection stays open for what comes."""
        if not self.lost and self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()

    def reset(self) -> None:
        if self.lost:
            return
        connection: socket.socket | None = self.transport.get_extra_info("socket")
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.transport.abort()


def join(client: Side, host: Side, tunnel: Tunnel) -> None:
    """Makes the two sides of this tunnel known to each other, and passes on what had come already."""
    client.other, host.other = host, client
    client.tunnel = host.tunnel = tunnel
    for side in (client, host):
        early, side.early = side.early, []
        for data in early:
            tunnel.take(side, data)
        if side.lost:
            tunnel.lose(side, None)
        elif side.ended:
            tunnel.end(side)


class BlindTunnel:
    """Passes bytes on and looks at none."""

    def __init__(self, client: Side, host: Side) -> None:
        self._other = {client: host, host: client}
        self._ended = 0

    def take(self, side: Side, data: bytes) -> None:
        self._other[side].write(data)

    def end(self, side: Side) -> None:
        self._ended += 1
        self._other[side].write_end()
        if self._ended == 2:
            for one in self._other:
                one.transport.close()

    def lose(self, side: Side, error: Exception | None) -> None:
        other = self._other[side]
        if error is not None:
            other.reset()
        elif not other.lost:
            other.transport.close()


class TlsEvents(Protocol):
    """What a TLS tunnel reports. None of these may raise."""

    def on_greeted(self) -> None:
        """The host is verified, and the client has our part of the handshake."""

    def on_ready(self, seconds: float) -> None:
        """Both handshakes are done; `seconds`: what the one with the host took."""

    def on_host_failed(self, error: ssl.SSLError | None) -> None:
        """The host could not be verified, or broke off; the client got an alert in place of an answer."""

    def on_client_failed(self, error: ssl.SSLError | None, distrust: bool) -> None:
        """The client broke the handshake off."""

    def on_request(self, data: bytes) -> None: ...
    def on_answer(self, data: bytes) -> None: ...
    def on_end(self, who: End) -> None: ...


class TlsTunnel:
    """Terminates TLS on both sides. The host is verified first: where that fails, the client is refused before it has
    sent a byte of its request."""

    def __init__(
        self,
        client: Side,
        host: Side,
        make_client_end: Callable[[], TlsEnd],
        host_end: TlsEnd,
        events: TlsEvents,
    ) -> None:
        self._client, self._host = client, host
        self._make_client_end = make_client_end
        self._client_end: TlsEnd | None = None
        self._host_end = host_end
        self._events = events
        self._is_greeted = False
        """Whether the client has our part of the handshake, which it gets once the host is verified."""
        self._refused: ssl.SSLError | None = None
        """Why the client's part of it cannot be answered."""
        self._began = time.perf_counter()
        self._handshake_seconds = 0.0
        self._is_over = self._is_reported = False

    def start(self) -> None:
        """Begins the handshake with the host."""
        self._host_end.do_handshake()
        self._host.write(self._host_end.take_outgoing())

    def take(self, side: Side, data: bytes) -> None:
        if self._is_over:
            return
        if side is self._host:
            self._take_from_host(data)
        else:
            self._take_from_client(data)

    def _take_from_client(self, data: bytes) -> None:
        end = self._client_end
        if end is None or not self._is_greeted:
            self._prepare(data)
            return
        was_ready = end.ready
        try:
            plain = end.receive(data)
        except ssl.SSLError as error:
            self._client.write(end.take_outgoing())
            self._fail_client(error)
            return
        if not was_ready:
            self._client.write(end.take_outgoing())
            if end.ready:
                self._events.on_ready(self._handshake_seconds)
        if plain:
            self._host.write(self._host_end.send(plain))
            self._events.on_request(plain)
        if end.closed:
            self._host.write(self._host_end.say_goodbye())

    def _take_from_host(self, data: bytes) -> None:
        end = self._host_end
        was_ready = end.ready
        try:
            plain = end.receive(data)
        except ssl.SSLError as error:
            self._host.write(end.take_outgoing())
            if was_ready:
                self._break("host broke")
            else:
                self._refuse(error)
            return
        self._host.write(end.take_outgoing())
        if end.ready and not was_ready:
            self._handshake_seconds = time.perf_counter() - self._began
            self._greet_client()
        if plain and self._client_end is not None:
            self._client.write(self._client_end.send(plain))
            self._events.on_answer(plain)
        if end.closed:
            self._close_client(clean=True)

    def _prepare(self, data: bytes) -> None:
        """Makes our answer to the client while the host makes its own: both take their time. It is held back."""
        if self._client_end is None:
            self._client_end = self._make_client_end()
        try:
            self._client_end.receive(data)
        except ssl.SSLError as error:
            self._refused = self._refused or error

    def _greet_client(self) -> None:
        if self._client_end is None:
            self._client_end = self._make_client_end()
        self._is_greeted = True
        self._client.write(self._client_end.take_outgoing())
        if self._refused is not None:
            self._fail_client(self._refused)
        else:
            self._events.on_greeted()

    def end(self, side: Side) -> None:
        if self._is_over:
            return
        if side is self._host:
            if self._host_end.ready:
                self._close_client(clean=self._host_end.closed)
            else:
                self._refuse(None)
        elif self._client_end is None or not self._client_end.ready:
            self._fail_client(None)
        else:
            self._host.write_end()

    def lose(self, side: Side, error: Exception | None) -> None:
        if self._is_over:
            return
        if side is self._host:
            if self._host_end.ready:
                self._break("host broke" if error else "host closed")
            else:
                self._refuse(None)
        elif self._client_end is None or not self._client_end.ready:
            self._fail_client(None)
        else:
            self._report("client closed")
            self._is_over = True
            self._host.reset() if error else self._host.transport.close()

    def _refuse(self, error: ssl.SSLError | None) -> None:
        """Tells the client by a TLS alert that the host's TLS failed, as a host that refuses the connection does."""
        self._is_over = True
        self._events.on_host_failed(error)
        self._client.write(ALERT_ACCESS_DENIED)
        self._client.transport.close()
        self._host.transport.abort()

    def _fail_client(self, error: ssl.SSLError | None) -> None:
        self._is_over = True
        self._client.transport.close()
        self._host.transport.abort()
        self._events.on_client_failed(error, error is not None and is_distrust(error))

    def _close_client(self, *, clean: bool) -> None:
        self._report("host closed")
        self._is_over = True
        if clean and self._client_end is not None:
            self._client.write(self._client_end.say_goodbye())
        if not self._client.lost:
            self._client.transport.close()
        self._host.transport.close()

    def _break(self, who: End) -> None:
        self._report(who)
        self._is_over = True
        self._client.reset()
        self._host.transport.abort()

    def _report(self, who: End) -> None:
        if not self._is_reported:
            self._is_reported = True
            self._events.on_end(who)
