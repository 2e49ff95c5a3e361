"""What the network did, told as a Failure: which kind, in the library's own words."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator

from meshtui.base.exchange import Failure
from meshtui.http.timing import Stopwatch

_HEADERS_TOO_LONG = "Receive buffer too long"
"""What h11 says where headers, trailers or the line before a chunk pass the 100 KiB that httpcore allows."""


def find_failure(problem: Exception, watch: Stopwatch, host: str) -> Failure | None:
    """The failure that an exception of httpx or the system stands for; None where it is none of theirs."""
    import httpx

    chain = tuple(_chain(problem))
    words = _words(chain)
    if isinstance(problem, (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError)):
        return Failure("not_sent", words)
    if isinstance(problem, httpx.ProxyError):
        return Failure("proxy", words)
    if isinstance(problem, (httpx.ConnectError, httpx.ConnectTimeout)):
        if watch.peer not in ("", host):
            return Failure("proxy", f"the proxy {watch.peer} could not be reached: {words}")
        return Failure(_kind_of_connect(problem, chain, watch), words)
    if isinstance(problem, httpx.TimeoutException):
        return Failure("read_timeout", words)
    if isinstance(problem, httpx.RemoteProtocolError):
        if _HEADERS_TOO_LONG in words:
            return Failure("too_long", "the headers of the answer, or its trailers, are longer than is read")
        return Failure("dropped" if _ended_early(words) else "network", words)
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


def _kind_of_connect(problem: Exception, chain: tuple[BaseException, ...], watch: Stopwatch) -> str:
    import httpx

    if any(isinstance(e, socket.gaierror) for e in chain):
        return "dns"
    if watch.securing or any(isinstance(e, ssl.SSLError) for e in chain):
        return "tls"
    if isinstance(problem, httpx.ConnectTimeout):
        return "connect_timeout"
    return "refused" if any(isinstance(e, ConnectionRefusedError) for e in chain) else "network"


def _ended_early(words: str) -> bool:
    """h11 knows one error for every broken promise of a server; its words tell an early end from nonsense."""
    return "disconnected" in words or "closed connection" in words


def _chain(problem: BaseException) -> Iterator[BaseException]:
    """The exception and everything it came from, outermost first."""
    seen: BaseException | None = problem
    while seen is not None:
        yield seen
        if isinstance(seen, BaseExceptionGroup):
            for inner in seen.exceptions:
                yield from _chain(inner)
        seen = seen.__cause__ or seen.__context__


def _words(chain: tuple[BaseException, ...]) -> str:
    """The innermost words: 'Connection refused' says more than 'All connection attempts failed'."""
    said = [e for e in chain if str(e)] or [chain[0]]
    of_the_system = [e for e in said if isinstance(e, OSError)]
    last = (of_the_system or said)[-1]
    if isinstance(last, OSError) and last.errno and not isinstance(last, (ssl.SSLError, socket.gaierror)):
        return f"{os.strerror(last.errno)}: {last}"
    return str(last) or type(last).__name__
