"""The head of a request to the proxy itself: read, checked and rewritten for the next server."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from meshtui.tap.upstream import UpstreamProxy

HTTP2 = "PRI"
"""The method in the first line of a connection that begins with HTTP/2 (RFC 9113, section 3.4)."""
HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class Head(NamedTuple):
    """The head of a request to the proxy."""

    method: str
    target: str
    version: str
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


def parse_head(head: bytes) -> Head:
    """Parses the head of an HTTP/1.x request. Raises ValueError for anything else."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, version = first.split(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError("no HTTP/1.x")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError("a header without a colon")
        headers.append((name.strip(), value.strip()))
    return Head(method, target, version, tuple(headers))


def split_authority(target: str) -> tuple[str, int]:
    """Host and port of `host:port` or `[address]:port`. Raises ValueError."""
    host, _, port = target.rpartition(":")
    host = host.removeprefix("[").removesuffix("]").lower().rstrip(".")
    if not host or not 0 < int(port) < 1 << 16:
        raise ValueError("no host and port")
    return host, int(port)


def is_own_address(head: Head, port: int) -> bool:
    """Whether the request goes to this proxy's own port, as a program sends it that proxies even loopback."""
    return head.method != "CONNECT" and head.target.lower().startswith(
        tuple(f"http://{name}:{port}/" for name in ("127.0.0.1", "localhost"))
    )


def rewrite_head(head: Head, proxy: UpstreamProxy | None) -> bytes:
    """The head as the next one takes it: a host wants the path only, a proxy the whole address and its credential."""
    parts = urlsplit(head.target)
    path = head.target if proxy else (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    upgrades = bool(head.header("upgrade"))
    dropped = {"proxy-authorization", "proxy-connection"} | (set() if upgrades else {"connection", "keep-alive"})
    headers = [(name, value) for name, value in head.headers if name.lower() not in dropped]
    if not upgrades:
        headers.append(("Connection", "close"))
    if proxy and proxy.credential:
        headers.append(("Proxy-Authorization", proxy.credential.reveal()))
    lines = [f"{head.method} {path} {head.version}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")
