"""What every request to Mesh passes first: version, key, the key's faults."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from meshtui.sandbox import ids
from meshtui.sandbox.behaviour import Behaviour
from meshtui.sandbox.bucket import Draw
from meshtui.sandbox.edge import meddle
from meshtui.sandbox.keys import Keys
from meshtui.sandbox.mesh import versions
from meshtui.sandbox.mesh.envelope import Trouble
from meshtui.sandbox.mesh.rows import ROWS, UNKNOWN_KEY
from meshtui.sandbox.world import World

DASHBOARD = "dashboard"
"""Whom a dashboard token names."""
LARGEST_BODY = 32 * 1024 * 1024
NO_MORE: Mapping[str, str] = {}


@dataclass(slots=True)
class Visit:
    """One request on its way through: who asks, and what its answer will carry."""

    request: Request
    behaviour: Behaviour
    """As it was when the request came."""
    manner: Manner
    key: str = ""
    """mesh, platform or dashboard; empty: not known."""
    fault: str | None = None
    id: str = field(default_factory=ids.request_id)
    version: str = versions.BASELINE

    def headers(self, more: Mapping[str, str] = NO_MORE) -> dict[str, str]:
        """Those of every answer, and `more`."""
        return {"x-request-id": self.id, "x-mesh-version": self.version, **more}

    def fail(self, trouble: Trouble, more: Mapping[str, str] = NO_MORE) -> Response:
        return self.manner.refuse(self, trouble, self.headers(more))

    async def body(self) -> bytes:
        """Raises TooLargeError."""
        parts, size = [], 0
        async for part in self.request.stream():
            size += len(part)
            if size <= LARGEST_BODY:
                parts.append(part)
        if size > LARGEST_BODY:
            raise TooLargeError
        return b"".join(parts)


class TooLargeError(Exception):
    """The body is larger than the edge lets through."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How an endpoint words its errors, and whether it takes the key in `x-api-key` too."""

    refuse: Callable[[Visit, Trouble, Mapping[str, str]], Response]
    takes_x_api_key: bool = False


def _envelope(visit: Visit, trouble: Trouble, headers: Mapping[str, str]) -> Response:
    return trouble.response(visit.id, headers, visit.behaviour)


MESHS = Manner(_envelope)

Handler = Callable[[World, Visit], Awaitable[Response]]


def behind_the_door(
    world: World,
    handler: Handler,
    *,
    open_to_all: bool = False,
    manner: Manner = MESHS,
    on_refusal: Callable[[World, Visit, Trouble], None] | None = None,
) -> Callable[[Request], Awaitable[Response]]:
    """The handler with version, key and faults of the key checked before it, in Mesh's order. `on_refusal` hears of
    requests that come no further."""

    async def guarded(request: Request) -> Response:
        if _size(request) > LARGEST_BODY:
            return await _too_large(request)
        visit = Visit(request, world.behaviour, manner, whose(world.keys, _token(request, manner)))
        visit.fault = world.fault(visit.key)
        meddled = await meddle(request, "mesh", visit.fault, world.pace)
        if meddled:
            return meddled
        trouble = _refuse_entry(visit, open_to_all=open_to_all)
        if trouble is None:
            try:
                return await handler(world, visit)
            except TooLargeError:
                return _page_too_large()
        if on_refusal:
            on_refusal(world, visit, trouble)
        return visit.fail(trouble)

    return guarded


def _refuse_entry(visit: Visit, *, open_to_all: bool) -> Trouble | None:
    """The version first, then the key, then what befell the key."""
    version = versions.choose(visit.request.headers.getlist("x-mesh-version"))
    if isinstance(version, Trouble):
        return version
    visit.version = version
    if open_to_all:
        return None
    row = ROWS.get(visit.fault or "")
    if not visit.key:
        return Trouble("unauthorized", UNKNOWN_KEY)
    return Trouble(row.code, row.message, row.status) if row and row.every_call else None


def _size(request: Request) -> int:
    stated = request.headers.get("content-length", "")
    return int(stated) if stated.isascii() and stated.isdecimal() else 0


async def _too_large(request: Request) -> Response:
    async for _ in request.stream():  # else the client would still be sending when the connection closes
        pass
    return _page_too_large()


def _page_too_large() -> Response:
    """The edge before Mesh answers this, in HTML, without an envelope and without an id."""
    page = "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413 Request "
    page += "Entity Too Large</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    return HTMLResponse(page, 413, {"server": "cloudflare"})


def _token(request: Request, manner: Manner) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if manner.takes_x_api_key and not token:
        return request.headers.get("x-api-key", "").strip()
    return token.strip() if scheme.lower() == "bearer" else ""


def whose(keys: Keys, token: str) -> str:
    """mesh, platform or dashboard; empty for a stranger."""
    return {keys.mesh: "mesh", keys.platform: "platform", keys.dashboard: DASHBOARD}.get(token, "")


def refuse_call(world: World, visit: Visit, model: str) -> Trouble | None:
    """Why a key that came in may not run this model."""
    row = ROWS.get(visit.fault or "")
    draw: Draw | None = world.draw(visit.key, visit.fault)
    if row is None or row.every_call or (draw and draw.granted):
        return None
    return Trouble(
        row.code,
        row.message.format(model=model, limit=draw.limit if draw else 0),
        row.status,
        row.provider_code,
        retry_after=draw.wait if draw else None,
    )
