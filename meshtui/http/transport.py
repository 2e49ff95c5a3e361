"""The only way to the network: it sends one request and makes one exchange of it, whatever happens.

httpx is configured here: which certificates it trusts, which proxies it uses, and none of its own automatic behaviour.
What is known of a running request is frozen, redacted, in its exchange.
"""

from __future__ import annotations

import asyncio
import codecs
import importlib
import os
import ssl
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from meshtui.base.endpoints import Endpoints
from meshtui.base.exchange import Answer, Exchange, Failure, Headers, Request
from meshtui.base.sse import DamagedError, TooLongError
from meshtui.http.call import Call, find_header_fault
from meshtui.http.decoding import PIECE, make_inflater
from meshtui.http.excerpt import Excerpt
from meshtui.http.failures import find_failure, find_issuer, is_untrusted_certificate, make_timeout
from meshtui.http.hosts import find_refusal, is_near
from meshtui.http.timing import OnPhase, Stopwatch

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    import httpx


class RequestError(Exception):
    """Ends a sending; the failure says why."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.failure = Failure(kind, reason)


class PendingRequest:
    """One request that is being sent. `exchange` exists as soon as `Client.send` has ended, also after a cancellation.
    `body` is the complete answer's body, for reading tokens and text; people see `exchange`, which keeps only the
    beginning and the end of a body that is longer than any error."""

    def __init__(
        self,
        call: Call,
        *,
        timeout: float,
        on_phase: OnPhase = lambda _phase, _after: None,
        on_bytes: Callable[[bytes], None] = lambda _data: None,
    ) -> None:
        self.call = call
        self.timeout = timeout
        """Seconds for all of it, from connecting to the last byte."""
        self.on_bytes = on_bytes
        """Called with each piece of a body whose status is 2xx; a DamagedError from it ends the reading."""
        self.watch = Stopwatch(on_phase)
        self.body = b""
        self.status = 0
        self.headers: Headers = ()
        self.sent_headers: Headers | None = None
        self._shown = Excerpt()
        self._as_text: Callable[[bytes], str] | None = None
        self._exchange: Exchange | None = None

    @property
    def exchange(self) -> Exchange:
        """Raises RuntimeError while the request is still running."""
        if self._exchange is None:
            raise RuntimeError("the request is still under way")
        return self._exchange

    @property
    def succeeded(self) -> bool:
        """Whether a whole answer came, with a status of 2xx."""
        return self._exchange is not None and self._exchange.failure is None and 200 <= self.status < 300

    def show(self, piece: bytes) -> None:
        """Keeps the next piece of the body for people."""
        if self._as_text is None:
            kind = next((value for name, value in self.headers if name.lower() == "content-type"), "")
            makers = (make for media_type, make in self.call.binary.items() if kind.startswith(media_type))
            make = next(makers, None)
            self._as_text = make() if make else codecs.getincrementaldecoder("utf-8")("replace").decode
        self._shown.add(self._as_text(piece))

    def end(self, failure: Failure | None) -> None:
        """Freezes what is known into the exchange."""
        answer = Answer(self.status, self.headers, self._shown.text()) if self.status else None
        request: Request = self.call.request(self.sent_headers)
        self._exchange = Exchange(
            self.call.provider, self.call.call, request, self.watch.started, answer, failure, self.watch.timings()
        )


_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@lru_cache(maxsize=4)
def _load_tls_context(*certificates: str) -> ssl.SSLContext:
    """The TLS settings, made once for each value of those variables: reading the trust store takes 30 ms."""
    import httpx

    return httpx.create_ssl_context(trust_env=any(certificates))


def _make_empty_cookie_jar() -> CookieJar:
    """A cookie jar that keeps no cookies and does not parse them: parsing thousands only to discard them takes a
    second."""
    from http.cookiejar import CookieJar

    class NoCookies(CookieJar):
        def extract_cookies(self, response: object, request: object) -> None:
            pass

    return NoCookies()


def make_http_client(*, use_proxies: bool) -> httpx.AsyncClient:
    """An HTTP client; takes some 250 ms of processor time the first time. Raises SendingError where the environment's
    settings for proxies or certificates cannot be used."""
    import httpcore
    import httpx

    httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = READ_AT_ONCE
    try:
        context = _load_tls_context(*(os.environ.get(name, "") if use_proxies else "" for name in _CERTIFICATES))
    except OSError as problem:
        raise RequestError("tls", f"the trusted certificates could not be loaded: {problem}") from None
    try:
        return httpx.AsyncClient(
            verify=context,
            trust_env=use_proxies,
            timeout=None,  # noqa: S113 - one deadline for the whole attempt stands above it
            cookies=_make_empty_cookie_jar(),
        )
    except (ValueError, ImportError, httpx.InvalidURL) as problem:
        raise RequestError("proxy", _tell_proxy_problem(problem)) from None


def _tell_proxy_problem(problem: Exception) -> str:
    """What is wrong with the proxies in the environment, without anything that may be part of a password: where the
    password contains a `/`, what is before it is read as the port."""
    given = {name: value for name, value in os.environ.items() if name.lower() in _PROXIES and "@" in value}
    if not given:
        return f"the proxy settings of the environment cannot be used: {problem}"
    return (
        f"the proxy settings of the environment cannot be used: see {', '.join(sorted(given))}, where `/`, `?`, `#`, "
        "`@`, `:` and `%` in a login have to be percent-encoded (`/` is %2F)"
    )


BODY_LIMIT = 8 * 1024 * 1024
"""The most bytes of an answer that are read, before and after decompression: Mesh's list of models, the longest answer
needed, has 3 MB."""
READ_AT_ONCE = 8 * 1024
"""Bytes of an answer's beginning that are worked through before anything else has its turn: httpcore's own 64 KB may
hold thousands of interim answers, which took a tenth of a second."""
HEADERS_LIMIT = 256
"""Headers of an answer that are read; httpcore itself takes no more than some 160 KB of them."""
WORK_S, REST_S = 0.005, 0.001
"""Seconds of reading after which the loop sleeps, and for how long. A loop that only turns gives the interpreter away
and takes it back so fast that other threads, as those that read the keyboard and write the screen, hardly get it."""
LONGEST_PAUSE_S = 0.1
"""Seconds after which it is looked at again whether the loop is busy, where it was not."""
_PER_PIECE = PIECE // 32
"""The minimum in bytes that a piece counts, because processing one costs as much as reading that many."""


class Transport:
    """An async context manager around httpx. No retry, no redirect, no cookie; the environment's proxies are used for
    real hosts and never for this machine. `endpoints` says which addresses the calls are built for."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self._clients: dict[bool, asyncio.Task[httpx.AsyncClient]] = {}
        self._rested_at = 0.0

    async def __aenter__(self) -> Transport:
        return self

    async def __aexit__(self, *_: object) -> None:
        clients, self._clients = self._clients, {}
        for made in await asyncio.gather(*clients.values(), return_exceptions=True):
            if not isinstance(made, BaseException):
                await made.aclose()

    async def send(self, pending: PendingRequest) -> None:
        """Sends the request and reads the answer. Every failure is in `sending.exchange`; only cancellation is raised,
        and then the exchange is there as well."""
        failure: Failure | None = Failure("cancelled", "stopped before the answer was complete")
        host = ""
        try:
            async with asyncio.timeout(pending.timeout):
                await _load_httpx()
                url = check_address(pending.call)
                host = url.host
                await self._send_pending(pending, url, await self._get_client(near=is_near(host)))
                failure = None
        except RequestError as refused:
            failure = refused.failure
        except TimeoutError:
            failure = make_timeout(pending.watch, pending.timeout)
        except Exception as problem:
            failure = find_failure(problem, pending.watch, host)
            if failure is None:
                raise
            if is_untrusted_certificate(problem):
                failure = await self._name_issuer(failure, pending.call.url, near=is_near(host))
        finally:
            pending.end(failure)

    async def _name_issuer(self, failure: Failure, url: str, *, near: bool) -> Failure:
        """The failure of a handshake, with who issued the certificate and what to set."""
        import httpx

        issuer = await find_issuer(httpx.URL(url), use_proxies=not near)
        if not issuer:
            return failure
        return Failure(
            failure.kind,
            f"{failure.message} - the certificate was issued by {issuer!r}, which is not trusted here: if that is your "
            "company's, set SSL_CERT_FILE to a file with its certificate",
        )

    async def _get_client(self, *, near: bool) -> httpx.AsyncClient:
        if near not in self._clients:
            self._clients[near] = asyncio.create_task(asyncio.to_thread(make_http_client, use_proxies=not near))
        # Shielded: a caller that gives up waiting must not cancel the client that others wait for.
        return await asyncio.shield(self._clients[near])

    @asynccontextmanager
    async def _resting_while_busy(self) -> AsyncGenerator[None, None]:
        """Leaves time to the other threads where the library reads: up to an answer's beginning, which may not come for
        all the interim answers before it."""
        resting = asyncio.create_task(self._rest_while_busy())
        try:
            yield
        finally:
            resting.cancel()

    async def _rest_while_busy(self) -> None:
        pause = WORK_S
        while True:
            begun, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(pause)
            now = time.perf_counter()
            busy = time.thread_time() - used > (now - begun) / 2
            if busy and now - self._rested_at >= WORK_S:  # among many requests, one rests for all
                time.sleep(REST_S)  # noqa: ASYNC251 - the loop rests whole, or what keeps it busy goes on
                self._rested_at = time.perf_counter()
            pause = WORK_S if busy else min(2 * pause, LONGEST_PAUSE_S)

    async def _send_pending(self, pending: PendingRequest, url: httpx.URL, client: httpx.AsyncClient) -> None:
        import httpx

        call, watch = pending.call, pending.watch
        # Made by hand, not by the client, so that no default header joins it.
        request = httpx.Request(
            call.method, url, headers=call.wire_headers(), content=call.body, extensions={"trace": watch.trace}
        )
        pending.sent_headers = _decode_headers(request.headers.raw)
        watch.start()
        async with self._resting_while_busy():
            response = await client.send(request, stream=True)
        try:
            pending.status, pending.headers = (
                response.status_code,
                _decode_headers(response.headers.raw[:HEADERS_LIMIT]),
            )
            if len(response.headers.raw) > HEADERS_LIMIT:
                raise RequestError("too_long", f"the answer has more than {HEADERS_LIMIT} headers")
            await _read(pending, response)
        finally:
            await response.aclose()


async def _load_httpx() -> None:
    """The first import takes some 150 ms: not on the event loop."""
    if "httpx" not in sys.modules:
        await asyncio.to_thread(importlib.import_module, "httpx")


def check_address(call: Call) -> httpx.URL:
    """The address as httpx itself reads it. Raises SendingError where the call must or can not go there."""
    if call.failure is not None:
        raise RequestError(call.failure.kind, call.failure.message)
    import httpx

    try:
        url = httpx.URL(call.url)
    except httpx.InvalidURL as problem:
        raise RequestError("not_sent", f"the address cannot be used: {problem}") from None
    if refused := find_refusal(
        call.provider, url.scheme, url.raw_host.decode("ascii"), url.port, url.userinfo.decode()
    ):
        raise RequestError("refused_host", refused)
    if fault := find_header_fault(call):
        raise RequestError("not_sent", fault)
    return url


async def _read(pending: PendingRequest, response: httpx.Response) -> None:
    """Takes the body in, piece by piece. Raises SendingError for one that is too long or cannot be understood."""
    body = bytearray()
    try:
        async with aclosing(_read_pieces(response)) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > BODY_LIMIT:
                    raise TooLongError(_describe_length_limit())
                pending.show(piece)
                if response.is_success:
                    pending.on_bytes(piece)
    except DamagedError as problem:
        raise RequestError("too_long" if isinstance(problem, TooLongError) else "network", str(problem)) from None
    finally:
        pending.body = bytes(body[:BODY_LIMIT])


async def _read_pieces(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The body without its compression. Gives way to the loop, where the deadline, Esc and ctrl+c wait, after a small
    amount of work: what has arrived already is read without a pause otherwise, and a server may have sent it in pieces
    of a byte, or in such that stand for none."""
    inflate = make_inflater(response.headers.get("content-encoding", ""))
    received = work = 0
    rest_at = time.perf_counter() + WORK_S
    async for sent in response.aiter_raw():
        received += len(sent)
        work += _PER_PIECE
        for piece in inflate(sent):
            yield piece
            work += len(piece)
            if work >= PIECE:
                work, rest_at = 0, await _give_way(rest_at)
        if received > BODY_LIMIT:
            raise TooLongError(_describe_length_limit())
        if work >= PIECE:
            work, rest_at = 0, await _give_way(rest_at)


async def _give_way(rest_at: float) -> float:
    """Lets the loop turn, and once it is time for that the other threads too. Returns when that is the next time."""
    if time.perf_counter() < rest_at:
        await asyncio.sleep(0)
        return rest_at
    await asyncio.sleep(REST_S)
    return time.perf_counter() + WORK_S


def _describe_length_limit() -> str:
    return f"the answer is longer than {BODY_LIMIT >> 20} MiB: the rest was not read"


def _decode_headers(headers: list[tuple[bytes, bytes]]) -> Headers:
    return tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in headers)
