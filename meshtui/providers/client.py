"""The only door to the network: one request out, one exchange back, whatever happened to it."""

from __future__ import annotations

import asyncio
import importlib
import sys
from typing import TYPE_CHECKING

from meshtui.config import Endpoints
from meshtui.credentials.hosts import is_loopback
from meshtui.exchange import Failure, Headers
from meshtui.providers.call import Call, fault_in_headers
from meshtui.providers.door import make_door
from meshtui.providers.failures import failure_of, timed_out
from meshtui.providers.hosts import refusal
from meshtui.providers.inflate import inflater
from meshtui.providers.sending import Sending, SendingError
from meshtui.providers.sse import DamagedError

if TYPE_CHECKING:
    import httpx

BODY_LIMIT = 8 * 1024 * 1024
"""Bytes of an answer that are read: Mesh's list of models, the longest that is asked for, has 3 MB."""


class Client:
    """An async context manager around httpx. No retry, no redirect, no cookie; the environment's proxies are used for
    real hosts and never for this machine. `endpoints` says which addresses the calls are built for."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self._doors: dict[bool, asyncio.Task[httpx.AsyncClient]] = {}

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        doors, self._doors = self._doors, {}
        for made in await asyncio.gather(*doors.values(), return_exceptions=True):
            if not isinstance(made, BaseException):
                await made.aclose()

    async def send(self, sending: Sending) -> None:
        """Sends the request and reads the answer. Every failure is in `sending.exchange`; only cancellation is raised,
        and then the exchange is there as well."""
        failure: Failure | None = Failure("cancelled", "stopped before the answer was whole")
        host = ""
        try:
            async with asyncio.timeout(sending.timeout):
                await _load_httpx()
                url = checked(sending.call)
                host = url.host
                await self._travel(sending, url, await self._door(loopback=is_loopback(host)))
                failure = None
        except SendingError as refused:
            failure = refused.failure
        except TimeoutError:
            failure = timed_out(sending.watch, sending.timeout)
        except Exception as problem:
            failure = failure_of(problem, sending.watch, host)
            if failure is None:
                raise
        finally:
            sending.end(failure)

    async def _door(self, *, loopback: bool) -> httpx.AsyncClient:
        if loopback not in self._doors:
            self._doors[loopback] = asyncio.create_task(asyncio.to_thread(make_door, use_proxies=not loopback))
        # Shielded: who gives up waiting must not take the door from those who come after.
        return await asyncio.shield(self._doors[loopback])

    async def _travel(self, sending: Sending, url: httpx.URL, door: httpx.AsyncClient) -> None:
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


async def _load_httpx() -> None:
    """The first import takes some 150 ms: not on the event loop."""
    if "httpx" not in sys.modules:
        await asyncio.to_thread(importlib.import_module, "httpx")


def checked(call: Call) -> httpx.URL:
    """The address as httpx itself reads it. Raises SendingError where the call must or can not go there."""
    if call.failure is not None:
        raise SendingError(call.failure.kind, call.failure.message)
    import httpx

    try:
        url = httpx.URL(call.url)
    except httpx.InvalidURL as problem:
        raise SendingError("not_sent", f"the address cannot be used: {problem}") from None
    if refused := refusal(call.provider, url.scheme, url.raw_host.decode("ascii"), url.port, url.userinfo.decode()):
        raise SendingError("refused_host", refused)
    if fault := fault_in_headers(call):
        raise SendingError("not_sent", fault)
    return url


async def _read(sending: Sending, response: httpx.Response) -> None:
    """Takes the body in, piece by piece. Raises SendingError for one that is too long or cannot be understood."""
    body = bytearray()
    try:
        inflate = inflater(response.headers.get("content-encoding", ""))
        async for sent in response.aiter_raw():
            piece = inflate(sent, BODY_LIMIT + 1 - len(body))
            body += piece
            if len(body) > BODY_LIMIT:
                raise SendingError(
                    "dropped", f"the answer is longer than {BODY_LIMIT >> 20} MiB: the rest was not read"
                )
            if response.is_success:
                sending.on_bytes(piece)
    except DamagedError as problem:
        raise SendingError("network", str(problem)) from None
    finally:
        sending.body = bytes(body[:BODY_LIMIT])


def _text(headers: httpx.Headers) -> Headers:
    return tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in headers.raw)
