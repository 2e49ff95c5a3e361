"""All services as one ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from meshtui.sandbox import ids
from meshtui.sandbox.admin import routes as admin
from meshtui.sandbox.aws.routes import routes as aws
from meshtui.sandbox.edge import dated
from meshtui.sandbox.google.token import routes as google_token
from meshtui.sandbox.google.vertex import routes as vertex
from meshtui.sandbox.mesh.routes import routes as mesh
from meshtui.sandbox.mesh.versions import BASELINE
from meshtui.sandbox.openai.routes import routes as openai
from meshtui.sandbox.world import World


def build(world: World) -> ASGIApp:
    """The application; `world` is what it reads and where it keeps what happened."""

    async def failed(_: Request, error: Exception) -> Response:
        world.note_mishap(error)
        return JSONResponse({"error": {"code": "internal_error", "message": "The sandbox itself failed."}}, 500)

    app = Starlette(
        routes=[
            Route("/ping", _ping),
            Mount("/admin", routes=admin(world)),
            Mount("/mesh/v1", routes=mesh(world)),
            Mount("/openai/v1", routes=openai(world)),
            *aws(world),
            Mount("/google", routes=google_token(world)),
            Mount("/vertex", routes=vertex(world)),
        ],
        exception_handlers={404: _not_found, 405: _not_found, ClientDisconnect: _gone, Exception: failed},
    )
    # An address with a slash too many is another address, as it is at the vendors'.
    app.router.redirect_slashes = False
    return dated(app)


async def _ping(_: Request) -> Response:
    return PlainTextResponse("pong")


async def _gone(_: Request, __: Exception) -> Response:
    """For a caller who hung up in the middle of its body: nobody reads this."""
    return Response(status_code=400)


async def _not_found(_: Request, error: Exception) -> Response:
    """As FastAPI says it, which Mesh is made with."""
    status = getattr(error, "status_code", 404)
    detail = {404: "Not Found", 405: "Method Not Allowed"}[status]
    return JSONResponse({"detail": detail}, status, {"x-request-id": ids.request_id(), "x-mesh-version": BASELINE})
