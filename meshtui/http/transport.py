"""A request on its way: what is known of it, from when it leaves until that is frozen into an exchange.

How httpx is set up for us: whose certificates it trusts, whose proxies it uses, and nothing that it does unasked.

The only door to the network: one request out, one exchange back, whatever happened to it.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import ssl
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from meshtui.base.endpoints import Endpoints
from meshtui.base.exchange import Answer, Exchange, Failure, Headers, Request
from meshtui.http.call import Call, fault_in_headers
from meshtui.http.decoding import inflater
from meshtui.http.failures import failure_of, timed_out
from meshtui.http.hosts import METADATA_HOSTS, is_loopback, refusal
from meshtui.http.sse import DamagedError
from meshtui.http.timing import OnPhase, Stopwatch
from meshtui.providers.bedrock import event_stream as eventstream

if TYPE_CHECKING:
    import httpx


class RequestError(Exception):
    """Ends a sending; the failure says why."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.failure = Failure(kind, reason)


class PendingRequest:
    """One request on its way. `exchange` is there as soon as `Client.send` has ended, be it by cancellation.

    `body` is the answer's body as it came, for reading tokens and words; what people see is `exchange`.
    """

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
        self._exchange: Exchange | None = None

    @property
    def exchange(self) -> Exchange:
        """Raises RuntimeError while it is still under way."""
        if self._exchange is None:
            raise RuntimeError("the request is still under way")
        return self._exchange

    @property
    def succeeded(self) -> bool:
        """Whether a whole answer came, with a status of 2xx."""
        return self._exchange is not None and self._exchange.failure is None and 200 <= self.status < 300

    def end(self, failure: Failure | None) -> None:
        """Freezes what is known into the exchange."""
        answer = Answer(self.status, self.headers, self._shown_body()) if self.status else None
        request: Request = self.call.request(self.sent_headers)
        self._exchange = Exchange(
            self.call.provider, self.call.call, request, self.watch.started, answer, failure, self.watch.timings()
        )

    def _shown_body(self) -> str:
        if any(k.lower() == "content-type" and v.startswith(eventstream.MEDIA_TYPE) for k, v in self.headers):
            return eventstream.as_text(self.body)
        return self.body.decode("utf-8", "replace")


_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@lru_cache(maxsize=4)
def _trusted(*certificates: str) -> ssl.SSLContext:
    """The TLS settings, made once for each value of those variables: reading the trust store takes 30 ms."""
    import httpx

    return httpx.create_ssl_context(trust_env=any(certificates))


def make_http_client(*, use_proxies: bool) -> httpx.AsyncClient:
    """An HTTP client; takes some 250 ms of processor time the first time. Raises SendingError where the environment's
    settings for proxies or certificates cannot be used."""
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx

    try:
        context = _trusted(*(os.environ.get(name, "") if use_proxies else "" for name in _CERTIFICATES))
    except OSError as problem:
        raise RequestError("tls", f"the trusted certificates could not be loaded: {problem}") from None
    try:
        return httpx.AsyncClient(
            verify=context,
            trust_env=use_proxies,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - one deadline for the whole attempt stands above it
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
    except (ValueError, ImportError, httpx.InvalidURL) as problem:
        raise RequestError("proxy", f"the proxy settings of the environment cannot be used: {problem}") from None


BODY_LIMIT = 8 * 1024 * 1024
"""Bytes of an answer that are read: Mesh's list of models, the longest that is asked for, has 3 MB."""


class Transport:
    """An async context manager around httpx. No retry, no redirect, no cookie; the environment's proxies are used for
    real hosts and never for this machine. `endpoints` says which addresses the calls are built for."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self._doors: dict[bool, asyncio.Task[httpx.AsyncClient]] = {}

    async def __aenter__(self) -> Transport:
        return self

    async def __aexit__(self, *_: object) -> None:
        doors, self._doors = self._doors, {}
        for made in await asyncio.gather(*doors.values(), return_exceptions=True):
            if not isinstance(made, BaseException):
                await made.aclose()

    async def send(self, sending: PendingRequest) -> None:
        """Sends the request and reads the answer. Every failure is in `sending.exchange`; only cancellation is raised,
        and then the exchange is there as well."""
        failure: Failure | None = Failure("cancelled", "stopped before the answer was whole")
        host = ""
        try:
            async with asyncio.timeout(sending.timeout):
                await _load_httpx()
                url = checked(sending.call)
                host = url.host
                await self._travel(sending, url, await self._door(near=is_near(host)))
                failure = None
        except RequestError as refused:
            failure = refused.failure
        except TimeoutError:
            failure = timed_out(sending.watch, sending.timeout)
        except Exception as problem:
            failure = failure_of(problem, sending.watch, host)
            if failure is None:
                raise
        finally:
            sending.end(failure)

    async def _door(self, *, near: bool) -> httpx.AsyncClient:
        if near not in self._doors:
            self._doors[near] = asyncio.create_task(asyncio.to_thread(make_http_client, use_proxies=not near))
        # Shielded: who gives up waiting must not take the door from those who come after.
        return await asyncio.shield(self._doors[near])

    async def _travel(self, sending: PendingRequest, url: httpx.URL, door: httpx.AsyncClient) -> None:
        import httpx

        call, watch = sending.call, sending.watch
        # Made by hand, not by the client, so that no default header joins it.
        request = httpx.Request(
            call.method, url, headers=call.wire_headers(), content=call.body, extensions={"trace": watch.trace}
        )
        sending.sent_headers = _text(request.headers)
        watch.start()
        response = await door.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            sending.status, sending.headers = response.status_code, _text(response.headers)
            await _read(sending, response)
        finally:
            await response.aclose()


def is_near(host: str) -> bool:
    """Whether no proxy may stand between: this machine, and the metadata of the machine that it is."""
    return is_loopback(host) or host in METADATA_HOSTS


async def _load_httpx() -> None:
    """The first import takes some 150 ms: not on the event loop."""
    if "httpx" not in sys.modules:
        await asyncio.to_thread(importlib.import_module, "httpx")


def checked(call: Call) -> httpx.URL:
    """The address as httpx itself reads it. Raises SendingError where the call must or can not go there."""
    if call.failure is not None:
        raise RequestError(call.failure.kind, call.failure.message)
    import httpx

    try:
        url = httpx.URL(call.url)
    except httpx.InvalidURL as problem:
        raise RequestError("not_sent", f"the address cannot be used: {problem}") from None
    if refused := refusal(call.provider, url.scheme, url.raw_host.decode("ascii"), url.port, url.userinfo.decode()):
        raise RequestError("refused_host", refused)
    if fault := fault_in_headers(call):
        raise RequestError("not_sent", fault)
    return url


async def _read(sending: PendingRequest, response: httpx.Response) -> None:
    """Takes the body in, piece by piece. Raises SendingError for one that is too long or cannot be understood."""
    body = bytearray()
    try:
        inflate = inflater(response.headers.get("content-encoding", ""))
        async for sent in response.aiter_raw():
            piece = inflate(sent, BODY_LIMIT + 1 - len(body))
            body += piece
            if len(body) > BODY_LIMIT:
                raise RequestError(
                    "dropped", f"the answer is longer than {BODY_LIMIT >> 20} MiB: the rest was not read"
                )
            if response.is_success:
                sending.on_bytes(piece)
    except DamagedError as problem:
        raise RequestError("network", str(problem)) from None
    finally:
        sending.body = bytes(body[:BODY_LIMIT])


def _text(headers: httpx.Headers) -> Headers:
    return tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in headers.raw)
