"""Mesh's realms: what an API key may do, and what needs the dashboard's token."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.mesh.door import DASHBOARD, Visit
from meshtui.sandbox.mesh.envelope import Trouble
from meshtui.sandbox.world import World

WRONG_REALM = Trouble("unauthorized", "Token decode failed: Not enough segments")
"""What an `rsk_` key gets where a dashboard token is needed: the words of a JWT decoder."""


async def empty(_: World, visit: Visit) -> Response:
    """Endpoints of the dashboard's realm of which the sandbox has nothing to list."""
    return visit.fail(WRONG_REALM) if visit.key != DASHBOARD else JSONResponse([], headers=visit.headers())
