"""What went wrong on the network, as a Failure: its kind, and the library's own text."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from meshtui.base.exchange import Failure
from meshtui.base.text import make_one_line
from meshtui.http.timing import Stopwatch

if TYPE_CHECKING:
    import httpx

_HEADERS_TOO_LONG = "Receive buffer too long"
"""What h11 says where headers, trailers or the line before a chunk pass the 100 KiB that httpcore allows."""


_UNTRUSTED = frozenset({18, 19, 20, 21, 24})
"""OpenSSL's X509_V_ERR_* for a certificate whose authority is unknown, not trusted or not valid."""
_ISSUER_S = 3.0
"""Seconds for finding out who issued a certificate that was refused."""


def find_failure(problem: Exception, watch: Stopwatch, host: str) -> Failure | None:
    """The failure for an exception of httpx or the system; None for any other exception."""
    import httpx

    chain = tuple(_list_causes(problem))
    words = _find_innermost_message(chain)
    if isinstance(problem, (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError)):
        return Failure("not_sent", words)
    if isinstance(problem, httpx.ProxyError):
        return Failure("proxy", words)
    if isinstance(problem, (httpx.ConnectError, httpx.ConnectTimeout)):
        kind = _classify_connect_error(problem, chain, watch)
        if watch.peer not in ("", host):
            return _make_proxy_failure(kind, words, watch, host)
        return Failure(kind, words)
    if isinstance(problem, httpx.TimeoutException):
        return Failure("read_timeout", words)
    if isinstance(problem, httpx.RemoteProtocolError):
        if _HEADERS_TOO_LONG in words:
            return Failure("too_long", "the headers of the answer, or its trailers, are longer than is read")
        return Failure("dropped" if _is_early_end(words) else "network", words)
    if isinstance(problem, httpx.NetworkError):
        return Failure("dropped", words)
    if isinstance(problem, (httpx.HTTPError, OSError)):
        return Failure("network", words)
    return None


def make_timeout(watch: Stopwatch, seconds: float) -> Failure:
    """The whole attempt's time is over; how far it had come decides what that is called."""
    if not watch.reached("connected"):
        return Failure("connect_timeout", f"no {'secure ' if watch.securing else ''}connection within {seconds:g} s")
    part = "the answer was not whole" if watch.reached("first_byte") else "no answer"
    return Failure("read_timeout", f"{part} within {seconds:g} s")


def _make_proxy_failure(kind: str, words: str, watch: Stopwatch, host: str) -> Failure:
    """Which of the two handshakes failed, where one did: with the proxy, or with the host behind it."""
    if kind != "tls":
        return Failure("proxy", f"the proxy {watch.peer} could not be reached: {words}")
    if watch.tunnelled:
        return Failure(
            "tls", f"the proxy {watch.peer} let the request through; behind it, TLS with {host} failed: {words}"
        )
    return Failure("tls", f"TLS with the proxy {watch.peer} itself failed: {words}")


def is_untrusted_certificate(problem: BaseException) -> bool:
    """Whether a certificate was refused because no trusted authority issued it."""
    return any(
        isinstance(e, ssl.SSLCertVerificationError) and e.verify_code in _UNTRUSTED for e in _list_causes(problem)
    )


async def find_issuer(url: httpx.URL, *, use_proxies: bool) -> str:
    """The issuer of the certificate that this host presents, from a handshake of its own that sends nothing and trusts
    nothing; empty where none is presented in time. Foreign text, so never markup."""
    import httpx

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    shown: list[bytes] = []

    async def end_after_handshake(event: str, info: Mapping[str, object]) -> None:
        stream = info.get("return_value") if event.endswith("start_tls.complete") else None
        secured = getattr(stream, "get_extra_info", lambda _: None)("ssl_object")
        if isinstance(secured, ssl.SSLObject) and secured.server_hostname == url.host:
            shown.append(secured.getpeercert(binary_form=True) or b"")
            raise _HandshakeEndedError

    request = httpx.Request("HEAD", url.copy_with(raw_path=b"/"), headers={}, extensions={"trace": end_after_handshake})
    try:
        async with (
            asyncio.timeout(_ISSUER_S),
            httpx.AsyncClient(verify=context, trust_env=use_proxies, timeout=None) as client,  # noqa: S113 - see above
        ):
            await client.send(request, auth=None, follow_redirects=False)
    except (_HandshakeEndedError, httpx.HTTPError, OSError, ValueError):
        pass
    return _read_issuer(shown[0]) if shown else ""


class _HandshakeEndedError(Exception):
    pass


def _read_issuer(certificate: bytes) -> str:
    from cryptography import x509

    try:
        names = x509.load_der_x509_certificate(certificate).issuer
    except ValueError:
        return ""
    return make_one_line(names.rfc4514_string(), 120)


def _classify_connect_error(problem: Exception, chain: tuple[BaseException, ...], watch: Stopwatch) -> str:
    import httpx

    if any(isinstance(e, socket.gaierror) for e in chain):
        return "dns"
    if watch.securing or any(isinstance(e, ssl.SSLError) for e in chain):
        return "tls"
    if isinstance(problem, httpx.ConnectTimeout):
        return "connect_timeout"
    return "refused" if any(isinstance(e, ConnectionRefusedError) for e in chain) else "network"


def _is_early_end(words: str) -> bool:
    """Whether the server ended the message early: h11 raises the same error for all protocol violations, so its text
    decides."""
    return "disconnected" in words or "closed connection" in words


def _list_causes(problem: BaseException) -> Iterator[BaseException]:
    """The exception and everything it came from, outermost first."""
    seen: BaseException | None = problem
    while seen is not None:
        yield seen
        if isinstance(seen, BaseExceptionGroup):
            for inner in seen.exceptions:
                yield from _list_causes(inner)
        seen = seen.__cause__ or seen.__context__


def _find_innermost_message(chain: tuple[BaseException, ...]) -> str:
    """The innermost message: 'Connection refused' says more than 'All connection attempts failed'."""
    with_text = [e for e in chain if str(e)] or [chain[0]]
    of_the_system = [e for e in with_text if isinstance(e, OSError)]
    last = (of_the_system or with_text)[-1]
    if isinstance(last, OSError) and last.errno and not isinstance(last, (ssl.SSLError, socket.gaierror)):
        return f"{os.strerror(last.errno)}: {last}"
    return str(last) or type(last).__name__
