"""The next server of a connection: the host itself, or the proxy that the parent's variables name."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from meshtui.base.secret import Secret

MAX_REPLY = 1 << 16
"""Bytes of a proxy's reply to CONNECT."""
RESOLVED_FOR = 5.0
"""Seconds for which a host's resolved addresses are kept."""
MAX_RESOLVED = 256


class UpstreamProxyError(Exception):
    """The parent's proxy did not open the way. `reply` is what it said, to be passed on; empty for nothing."""

    def __init__(self, text: str, reply: bytes = b"") -> None:
        super().__init__(text)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class UpstreamProxy:
    """A proxy of the parent's. `credential` is what `Proxy-Authorization` takes."""

    host: str
    port: int
    encrypted: bool = False
    credential: Secret | None = None


ConnectTo = Callable[[str], tuple[str, int] | None]
"""Maps a host to the address that replaces it; None: its own address."""


@dataclass(frozen=True, slots=True)
class Way:
    """How hosts are reached. `connect_to` puts another address in the place of a host's, as curl's option does."""

    secure: UpstreamProxy | None = None
    """For CONNECT."""
    plain: UpstreamProxy | None = None
    """For plain HTTP."""
    exempt: str = ""
    """NO_PROXY."""
    connect_to: ConnectTo | None = None

    def address(self, host: str, port: int) -> tuple[str, int]:
        return (self.connect_to(host) if self.connect_to else None) or (host, port)

    def proxy_for(self, host: str, port: int, *, encrypted: bool) -> UpstreamProxy | None:
        if (self.connect_to and self.connect_to(host)) or is_exempt(host, port, self.exempt):
            return None
        return self.secure if encrypted else self.plain


def read_way(environ: Mapping[str, str], connect_to: ConnectTo | None = None) -> Way:
    """The way that the parent's variables describe. Raises ValueError for a proxy that cannot be chained."""
    secure = _find_first(environ, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
    plain = _find_first(environ, "http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy")
    exempt = _find_first(environ, "no_proxy", "NO_PROXY")
    return Way(_read_proxy(secure), _read_proxy(plain), exempt, connect_to)


def _find_first(environ: Mapping[str, str], *names: str) -> str:
    return next((environ[name] for name in names if environ.get(name)), "")


def _read_proxy(address: str) -> UpstreamProxy | None:
    if not address:
        return None
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"the proxy in your environment is of the kind {parts.scheme!r}; only http and https proxies "
                         "can be chained")  # fmt: skip
    encrypted = parts.scheme == "https"
    return UpstreamProxy(parts.hostname, parts.port or (443 if encrypted else 80), encrypted, _read_userinfo(parts))


def _read_userinfo(parts: SplitResult) -> Secret | None:
    if parts.username is None:
        return None
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Secret(f"Basic {base64.b64encode(pair.encode()).decode()}")


def is_exempt(host: str, port: int, exempt: str) -> bool:
    """Whether NO_PROXY names this host: by name, by a domain above it, by network or by `*`."""
    host = host.lower().rstrip(".")
    for entry in exempt.lower().replace(" ", ",").split(","):
        name, colon, number = entry.rpartition(":") if entry.count(":") == 1 else (entry, "", "")
        if colon and number != str(port):
            continue
        domain = name.removeprefix("*").removeprefix(".")
        if name == "*" or (domain and (host == domain or host.endswith(f".{domain}"))) or _is_in_network(host, name):
            return True
    return False


def _is_in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")) in ipaddress.ip_network(network.strip("[]"), strict=False)
    except ValueError:
        return False


_resolved: dict[tuple[str, int], tuple[float, list[str]]] = {}
"""Host and port → when its addresses were resolved, and the addresses in the system's order."""


async def connect(make: Callable[[], asyncio.Protocol], host: str, port: int) -> asyncio.Protocol:
    """A connection to the first of the host's addresses that takes one. The system is asked for them in a thread, which
    takes longer than a connection on loopback does: what it said holds for a moment. Raises OSError."""
    loop = asyncio.get_running_loop()
    asked, addresses = _resolved.get((host, port), (0.0, []))
    if loop.time() - asked > RESOLVED_FOR:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
        if len(_resolved) >= MAX_RESOLVED:
            _resolved.clear()
        _resolved[host, port] = loop.time(), addresses
    problem: OSError = ConnectionError(f"{host} has no address")
    for address in addresses:
        try:
            return (await loop.create_connection(make, address, port))[1]
        except OSError as error:
            problem = error
    _resolved.pop((host, port), None)
    raise problem


async def open_connection(way: Way, host: str, port: int, make: Callable[[], asyncio.Protocol]) -> asyncio.Protocol:
    """Opens the connection, through the parent's proxy where there is one, and returns the protocol at its end.

    Raises OSError, and UpstreamProxyError for what the proxy says.
    """
    loop = asyncio.get_running_loop()
    proxy = way.proxy_for(host, port, encrypted=True)
    if proxy is None:
        return await connect(make, *way.address(host, port))
    transport, reader = await loop.create_connection(_ConnectReply, proxy.host, proxy.port, ssl=proxy.encrypted or None)
    transport.write(_connect_request(host, port, proxy))
    try:
        head = await reader.head
    except BaseException:
        transport.close()
        raise
    status = head.split(b"\r\n", 1)[0].decode("latin-1")
    if not status.startswith(("HTTP/1.1 2", "HTTP/1.0 2")):
        transport.close()
        raise UpstreamProxyError(f"the proxy {proxy.host}:{proxy.port} refused: {status}", head)
    protocol = make()
    transport.set_protocol(protocol)
    protocol.connection_made(transport)
    return protocol


def _connect_request(host: str, port: int, proxy: UpstreamProxy) -> bytes:
    name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {name} HTTP/1.1", f"Host: {name}"]
    if proxy.credential:
        lines.append(f"Proxy-Authorization: {proxy.credential.reveal()}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


class _ConnectReply(asyncio.Protocol):
    """Waits for the head of a proxy's reply to CONNECT."""

    def __init__(self) -> None:
        self.head: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._data = b""

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, end, _ = self._data.partition(b"\r\n\r\n")
        if self.head.done():
            return
        if end:
            self.head.set_result(head + end)
        elif len(self._data) > MAX_REPLY:
            self.head.set_exception(UpstreamProxyError("the proxy's reply does not end"))

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.head.done():
            self.head.set_exception(UpstreamProxyError("the proxy closed the connection before it answered"))
