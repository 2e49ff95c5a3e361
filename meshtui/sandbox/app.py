"""All services as one ASGI application, behind checks of host, limits and clock, and a log."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meshtui.sandbox import admin_api
from meshtui.sandbox.aws import routes as aws
from meshtui.sandbox.body_limits import MAX_HEADER_BYTES, BodyTooLargeError, BodyTooSlowError, LimitedReceive
from meshtui.sandbox.fault_injection import DISTURBED_AFTER, DISTURBING, fault_stream
from meshtui.sandbox.google import routes as vertex
from meshtui.sandbox.google import token_endpoint
from meshtui.sandbox.mesh import routes as mesh
from meshtui.sandbox.openai import routes as openai
from meshtui.sandbox.openai.answers import make_error
from meshtui.sandbox.request_log import make_record
from meshtui.sandbox.routing import find_prefix, is_own_name, split_host
from meshtui.sandbox.settings import Pace
from meshtui.sandbox.world import World

SERVICES = ("mesh", "openai", "aws", "google", "vertex")


def build_app(world: World) -> ASGIApp:
    """The application; `world` is what it reads and where it keeps what happened."""

    async def answer_failure(_: Request, error: Exception) -> Response:
        world.record_internal_error(error)
        return JSONResponse({"error": {"code": "internal_error", "message": "The sandbox itself failed."}}, 500)

    app = Starlette(
        routes=[
            Route("/ping", _answer_ping),
            Mount("/admin", routes=admin_api.make_routes(world)),
            Mount("/mesh/v1", routes=mesh.make_routes(world)),
            Mount("/openai/v1", routes=openai.make_routes(world)),
            *aws.make_routes(world),
            Mount("/google", routes=token_endpoint.make_routes(world)),
            Route("/vertex", vertex.refuse_bare_address, methods=["POST"]),
            Mount("/vertex", routes=vertex.make_routes(world)),
        ],
        exception_handlers={
            404: _answer_not_found,
            405: _answer_not_found,
            BodyTooLargeError: _answer_too_large,
            BodyTooSlowError: _answer_too_slow,
            ClientDisconnect: _answer_disconnected,
            Exception: answer_failure,
        },
    )
    # An address with a slash too many is another address, as it is at the vendors'.
    app.router.redirect_slashes = False
    return _put_in_front(app, world)


def _put_in_front(app: ASGIApp, world: World) -> ASGIApp:
    """Refuses foreign hosts, finds the service of a provider's host, limits bodies, gives each answer a Date by the
    clock of the server that made it (`request.state.ahead` seconds ahead of ours), and keeps the log."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        refused = _refuse_early(scope, headers.get(b"host", b"").decode("latin-1"), exposed=world.exposed)
        if refused is not None:
            await refused(scope, receive, send)
            return
        stated, state = headers.get(b"content-length", b"0"), _start_state(scope)
        limited = LimitedReceive(receive, int(stated) if stated.isdigit() else 0)
        state["discard_body"] = limited.discard
        sending = _Sending(scope, send, limited, world.pace)
        try:
            await app(scope, limited, sending)
        finally:
            if world.on_request is not None:
                world.on_request(make_record(scope, sending.status, time.perf_counter() - started))

    return serve


class _Sending:
    """An ASGI `send` that adds the Date, waits for the end of a body that nobody read, and disturbs a stream under a
    fault that says so."""

    def __init__(self, scope: Scope, send: Send, limited: LimitedReceive, pace: Pace) -> None:
        self._scope, self._send, self._limited, self._pace = scope, send, limited, pace
        self._pieces = 0
        self._disturbed = False
        self.status = 0
        """Of the answer; 0 before there is one."""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif self._disturbed:
            self._pieces += 1
            ends_early = self._pieces < DISTURBED_AFTER and not message.get("more_body", False)
            if self._pieces == DISTURBED_AFTER or ends_early:
                await fault_stream(self._scope, self._pace)
        await self._send(message)

    async def _start(self, message: Message) -> None:
        if not self._limited.complete:
            await self._limited.discard()  # else the client would still be sending when the connection closes
        state = self._scope["state"]
        self.status = message["status"]
        at = formatdate(time.time() + state.get("ahead", 0.0), usegmt=True)
        message["headers"] = [*message["headers"], (b"date", at.encode())]
        if state.get("fault") in DISTURBING:
            self._disturbed = all(name != b"content-length" for name, _ in message["headers"])


def _start_state(scope: Scope) -> dict[str, Any]:
    """What handlers record about this request: its credential and fault, for the log, and the offset of the clock."""
    state: dict[str, Any] = {}
    scope["state"] = state
    return state


def _refuse_early(scope: Scope, host: str, *, exposed: bool) -> Response | None:
    """Why a request is not even looked at. Where it names a provider's host, its path gets the prefix of that service;
    the path that was signed stays in `raw_path`."""
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
        return Response("The headers are too large.\n", 431, media_type="text/plain")
    if host.startswith("127.0.0.1:"):  # what nearly every client sends
        return None
    name = split_host(host)
    if is_own_name(name, exposed=exposed):
        return None
    prefix = find_prefix(name)
    if prefix is not None:
        scope["path"] = prefix + scope["path"]
        return None
    message = f"This is a sandbox on loopback; it does not answer under the name {name[:100]!r}."
    return JSONResponse({"error": {"code": "forbidden", "message": message}}, 403)


async def _answer_ping(_: Request) -> Response:
    return PlainTextResponse("pong")


async def _answer_disconnected(_: Request, __: Exception) -> Response:
    """The answer to a client that disconnected in the middle of its body; it is never read."""
    return Response(status_code=400)


def _get_service(request: Request) -> str:
    """The service at this address; `mesh` for an unknown one."""
    first = request.url.path.split("/", 2)[1]
    return first if first in SERVICES else "mesh"


async def _answer_not_found(request: Request, error: Exception) -> Response:
    """In the words of the provider whose address this is."""
    status = getattr(error, "status_code", 404)
    match _get_service(request):
        case "openai":
            return openai.refuse_path(request, status)
        case "aws":
            return aws.refuse_path(status)
        case "google" | "vertex":
            return vertex.refuse_path(request, status)
        case _:
            return mesh.refuse_path(status)


async def _answer_too_large(request: Request, _: Exception) -> Response:
    """In the words of the provider whose address this is."""
    match _get_service(request):
        case "openai":
            return make_error(413, "Request too large.", code="request_too_large")
        case "aws":
            return aws.make_plain_error(413, "RequestEntityTooLargeException", "The request body is too large.")
        case "google" | "vertex":
            return vertex.make_invalid_argument("Request payload size exceeds the limit: 33554432 bytes.")
        case _:
            return mesh.make_too_large_page()


async def _answer_too_slow(_: Request, __: Exception) -> Response:
    return Response("The body did not come in time.\n", 408, {"connection": "close"}, "text/plain")
