"""A connection from one of the child's programs: what it requests of the proxy, and the tunnel that it gets."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from meshtui.base.exchange import Exchange, Failure, Request, Timings
from meshtui.tap.connection_owner import has_in_environment
from meshtui.tap.http_head import HTTP2, HTTP2_PREFACE, Head, is_own_address, parse_head, rewrite_head, split_authority
from meshtui.tap.observed_calls import (
    NOT_SENT,
    Listener,
    NoteKind,
    ObservedCall,
    ObservedRequest,
    Process,
    take_next_number,
)
from meshtui.tap.provider_hosts import find_provider
from meshtui.tap.proxy import FaultAnswers, Proxy
from meshtui.tap.tls import MAX_HELLO, ClientHello, NotTlsError, TlsEnd, read_client_hello
from meshtui.tap.tunnel import BlindTunnel, End, Side, TlsTunnel, Tunnel, join
from meshtui.tap.upstream import UpstreamProxyError, open_connection

MAX_HEAD = 1 << 16
"""Bytes of the head of a request to the proxy itself."""
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_TRUST_STEP = (
    "Its own list of certificates decides: name the file in SSL_CERT_FILE to it, in the way that its documentation "
    "gives for a company's proxy."
)


class ClientConnection(Side):
    """A connection from one of the child's programs, until it is part of a tunnel."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__()
        self.proxy = proxy
        self._data = bytearray()
        self._on_data: Callable[[], None] = self._read_head
        self.handler: Callable[[bytes], None] | None = None
        """Takes all bytes once it is set: that of an address."""
        self.on_lost: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.proxy.connections += 1
        self.proxy.clients.add(self)

    def eof_received(self) -> bool:
        # Only a tunnel has somebody to whom half a connection is worth keeping.
        return super().eof_received() and self.tunnel is not None

    def data_received(self, data: bytes) -> None:
        if self.tunnel is not None:
            self.tunnel.take(self, data)
        elif self.handler is not None:
            self.handler(data)
        else:
            self._data += data
            self._on_data()

    @property
    def peer_port(self) -> int:
        name = self.transport.get_extra_info("peername")
        return int(name[1]) if name else 0

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.proxy.clients.discard(self)
        if self.on_lost is not None:
            self.on_lost()

    def refuse(self, status: str, text: str, header: str = "") -> None:
        """Answers in the proxy's own name and closes."""
        body = f"meshtui run: {text}\n".encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        self.write((head + header + "Connection: close\r\n\r\n").encode("latin-1", "replace") + body)
        if not self.lost:
            self.transport.close()

    def _read_head(self) -> None:
        if self._data.startswith(HTTP2_PREFACE):
            self._on_data = self._wait
            del self._data[: len(HTTP2_PREFACE)]
            self.proxy.run(self._serve(Head(HTTP2, "/", "HTTP/2", ())))
            return
        end = -1 if HTTP2_PREFACE.startswith(self._data) else self._data.find(b"\r\n\r\n")
        if end < 0:
            if len(self._data) > MAX_HEAD:
                self.refuse("431 Request Header Fields Too Large", "the request's head does not end")
            return
        try:
            head = parse_head(bytes(self._data[: end + 4]))
        except ValueError:
            self.refuse("400 Bad Request", "this is no HTTP request")
            return
        del self._data[: end + 4]
        self._on_data = self._wait
        self.proxy.run(self._serve(head))

    def hand_over(self, handler: Callable[[bytes], None], on_lost: Callable[[], None]) -> bytes:
        """Passes all further bytes to this handler. Returns those received after the head."""
        self.handler, self.on_lost = handler, on_lost
        data, self._data = bytes(self._data), bytearray()
        self.transport.resume_reading()
        return data

    def _wait(self) -> None:
        """Until the way is open, what comes is kept; a client that sends more than a ClientHello waits."""
        if len(self._data) > MAX_HELLO:
            self.transport.pause_reading()

    async def _serve(self, head: Head) -> None:
        if head.target.startswith("/") or is_own_address(head, self.proxy.port):
            await self._serve_address(head)
        elif not (self.proxy.admits(head) or self.is_of_this_run()):
            text = "the proxy's address of this run holds a credential, and this request came without it"
            self.refuse("407 Proxy Authentication Required", text, 'Proxy-Authenticate: Basic realm="meshtui run"\r\n')
            if head.header("proxy-authorization"):
                message = "a request with another proxy credential was refused"
                self.proxy.note(NoteKind.NO_PROXY_CREDENTIAL, "", message)
            # Without one: clients that send it only when asked come again, so there is nothing to say yet.
        elif head.method == "CONNECT":
            await self._connect(head.target)
        else:
            await self._forward(head)

    def is_of_this_run(self) -> bool:
        """Whether the process at the other end was started with the run's credential in its environment."""
        process = self.find_process()
        return process is not None and has_in_environment(process.pid, self.proxy.settings.token)

    def find_process(self) -> Process | None:
        """The process at the other end."""
        return None if self.lost else self.proxy.find_process(self.peer_port)

    async def _serve_address(self, head: Head) -> None:
        if self.proxy.serve_address is None:
            self.refuse("404 Not Found", "this port is a proxy")
        else:
            await self.proxy.serve_address(self, head)

    # CONNECT

    async def _connect(self, target: str) -> None:
        try:
            host, port = split_authority(target)
        except ValueError:
            self.refuse("400 Bad Request", "CONNECT takes host:port")
            return
        proxy = self.proxy
        is_read = proxy.settings.is_target(host)
        began = time.perf_counter()
        try:
            upstream = await open_connection(proxy.settings.way, host, port, Side)
        except (OSError, UpstreamProxyError) as problem:
            if is_read:
                tell_failure(proxy.listener, host, port, describe_failure(problem), began, self.find_process())
            if isinstance(problem, UpstreamProxyError) and problem.reply:
                self.write(problem.reply)  # the parent's own proxy speaks for itself
                self.transport.close()
            else:
                self.refuse("502 Bad Gateway", f"{host} cannot be reached: {problem}")
            return
        assert isinstance(upstream, Side)
        if self.lost:
            upstream.transport.close()
            return
        self.write(_ESTABLISHED)
        self.transport.resume_reading()
        connected = time.perf_counter() - began
        if not is_read:
            proxy.blind_hosts[host] = proxy.blind_hosts.get(host, 0) + 1
            self._tunnel_blind(upstream)
            return
        self._on_data = partial(self._read_hello, upstream, Opened(host, port, connected, began))
        self._on_data()
        if not self.tunnel:
            upstream.tunnel = _Waiting(self)

    def _tunnel_blind(self, upstream: Side) -> None:
        self.early, self._data = [bytes(self._data)], bytearray()
        join(self, upstream, BlindTunnel(self, upstream))

    def _read_hello(self, upstream: Side, opened: Opened) -> None:
        if not self._data:
            return
        try:
            hello = read_client_hello(bytes(self._data))
        except NotTlsError:
            text = f"a connection to {opened.host} is not TLS: it passes, and is not read"
            self.proxy.note(NoteKind.NOT_TLS, opened.host, text)
            self._tunnel_blind(upstream)
            return
        if hello is None:
            return
        if not hello.speaks_http1:
            self._pass_http2(opened)
            self._tunnel_blind(upstream)
        else:
            self._tunnel_tls(upstream, hello, opened)

    def _pass_http2(self, opened: Opened) -> None:
        text = f"gRPC to {opened.host}: seen, not read (the program offers HTTP/2 only)"
        step = "Where the library has a REST transport, choose it: transport='rest' in google-cloud-aiplatform."
        self.proxy.note(NoteKind.HTTP2_ONLY, opened.host, text, step)

    def _tunnel_tls(self, upstream: Side, hello: ClientHello, opened: Opened) -> None:
        proxy = self.proxy
        name = hello.server_name or opened.host
        faults = proxy.settings.faults
        if faults is not None and opened.port == 443 and faults.applies_to(name):
            self._answer_faults(faults, upstream, name)
            return
        try:
            host_end = TlsEnd(proxy.context, server_name=name)
            served = proxy.settings.authority.serve_as(name)
            reader = Reader(proxy, self, opened)
        except Exception as problem:  # whatever it is: the program's call goes on
            proxy.note(NoteKind.OWN_ERROR, opened.host, f"{opened.host} passes and is not read: {problem}")
            self._tunnel_blind(upstream)
            return
        tunnel = TlsTunnel(self, upstream, partial(TlsEnd, served, server_side=True), host_end, reader)
        self.early, self._data = [bytes(self._data)], bytearray()
        tunnel.start()
        join(self, upstream, tunnel)

    def _answer_faults(self, faults: FaultAnswers, upstream: Side, name: str) -> None:
        upstream.tunnel = None
        upstream.transport.close()  # one is opened for the first request that goes on
        tunnel: Tunnel = faults.make_tunnel(self.proxy, self, name)
        self.tunnel = tunnel
        data, self._data = bytes(self._data), bytearray()
        tunnel.take(self, data)

    # Plain HTTP

    async def _forward(self, head: Head) -> None:
        """Passes one request in plain HTTP on. The connection ends with the answer, so that the next request, perhaps
        for another host, needs a new one."""
        parts = urlsplit(head.target)
        if parts.scheme != "http" or not parts.hostname:
            self.refuse("400 Bad Request", "a proxy takes http:// addresses and CONNECT")
            return
        host, port = parts.hostname, parts.port or 80
        way = self.proxy.settings.way
        proxy = way.proxy_for(host, port, encrypted=False)
        loop = asyncio.get_running_loop()
        try:
            address = (proxy.host, proxy.port) if proxy else way.address(host, port)
            _, upstream = await loop.create_connection(Side, *address, ssl=(proxy and proxy.encrypted) or None)
        except OSError as problem:
            self.refuse("502 Bad Gateway", f"{host} cannot be reached: {problem}")
            return
        self._data[:0] = rewrite_head(head, proxy)
        self._tunnel_blind(upstream)
        self.transport.resume_reading()


class _Waiting:
    """Stands in for the tunnel while the client has not said what it speaks."""

    def __init__(self, client: ClientConnection) -> None:
        self._client = client

    def take(self, side: Side, data: bytes) -> None:
        side.early.append(data)

    def end(self, _side: Side) -> None:
        self._client.transport.close()

    def lose(self, _side: Side, _error: Exception | None) -> None:
        self._client.transport.close()


class Opened(NamedTuple):
    """A connection to a provider's host."""

    host: str
    port: int
    connected: float
    """Seconds until it stood, without TLS."""
    began: float
    """By the clock of `time.perf_counter`."""


class Reader:
    """Reports what happens in one TLS tunnel to the listener."""

    def __init__(self, proxy: Proxy, client: ClientConnection, opened: Opened) -> None:
        self._proxy, self._client, self._opened = proxy, client, opened
        self._process: Process | None = None
        from meshtui.tap.observer import ConnectionObserver  # loads h11, which no run needs before its first call

        self._observer = ConnectionObserver(opened.host, opened.port, proxy.listener, proxy.secrets)
        proxy.open.add(self)

    def on_greeted(self) -> None:
        """The client is busy with our certificate, and its end of the connection is still there to be looked up."""
        self._process = self._observer.process = self._client.find_process()

    def on_ready(self, seconds: float) -> None:
        self._observer.connect_seconds = self._opened.connected + seconds

    def on_request(self, data: bytes) -> None:
        self._observer.read("request", data)

    def on_answer(self, data: bytes) -> None:
        self._observer.read("answer", data)

    def on_end(self, who: End) -> None:
        self._proxy.open.discard(self)
        self._observer.finish(who)

    def on_host_failed(self, error: ssl.SSLError | None) -> None:
        self._proxy.open.discard(self)
        what = describe_tls(error) if error else "the connection was closed during the TLS handshake"
        failure, opened = Failure("tls", f"{self._opened.host}: {what}"), self._opened
        process = self._client.find_process()
        tell_failure(self._proxy.listener, opened.host, opened.port, failure, opened.began, process)

    def on_client_failed(self, error: ssl.SSLError | None, distrust: bool) -> None:
        self._proxy.open.discard(self)
        host, process = self._opened.host, self._process
        who = f"{process.name} (process {process.pid})" if process else "your program"
        if distrust:
            text = f"{who} does not trust the certificate of this run for {host}: its call failed"
        else:
            why = describe_tls(error) if error else "it closed the connection"
            text = (
                f"{who} broke off the TLS handshake for {host}: {why}. Mostly it does not trust this run's certificate"
            )
        self._proxy.note(NoteKind.NOT_TRUSTED, host, text, _TRUST_STEP, process)


def tell_failure(
    listener: Listener, host: str, port: int, failure: Failure, began: float, process: Process | None
) -> None:
    """Tells of a connection to a provider's host that never stood."""
    took = time.perf_counter() - began
    provider = find_provider(host)
    url = f"https://{host}" + ("" if port == 443 else f":{port}")
    listener.on_call(
        ObservedCall(
            request=ObservedRequest(take_next_number(), provider, "", host, "CONNECT", "", NOT_SENT),
            exchange=Exchange(
                provider, "", Request("CONNECT", url), time.time() - took, None, failure, Timings(total=took)
            ),
            connection=0,
            process=process,
        )
    )


def describe_failure(problem: Exception) -> Failure:
    """The kind of a failed connection, and the system's words for it."""
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (UpstreamProxyError, "proxy"),
        (socket.gaierror, "dns"),
        (ConnectionRefusedError, "refused"),
        (ssl.SSLError, "tls"),
        (TimeoutError, "connect_timeout"),
    )
    kind = next((name for error, name in kinds if isinstance(problem, error)), "network")
    return Failure(kind, f"{type(problem).__name__}: {problem}")


def describe_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate could not be verified: {error.verify_message}"
    return (error.reason or str(error)).replace("_", " ").lower()
