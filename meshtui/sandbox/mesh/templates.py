"""Prompt templates: stored texts with `{{places}}` that a request fills (Mesh documentation, "prompt templates")."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.body import json_object
from meshtui.sandbox.mesh.door import Visit
from meshtui.sandbox.mesh.envelope import Trouble, invalid, wrong
from meshtui.sandbox.mesh.schema import LIST, OBJECT, TEXT, Check, check, list_of
from meshtui.sandbox.mesh.shelf import Shelf, Thing
from meshtui.sandbox.mesh.times import iso
from meshtui.sandbox.world import World

_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
FIELDS: dict[str, Check] = {
    "name": TEXT, "description": TEXT, "system": TEXT, "messages": list_of(OBJECT), "model": TEXT, "params": OBJECT,
    "variables": LIST, "team_id": TEXT,
}  # fmt: skip
NOT_FOUND = Trouble("not_found", "Template not found.")


async def create(world: World, visit: Visit) -> Response:
    body = json_object(await visit.body()) or {}
    details = check(body, FIELDS, needed=("name",))
    if details:
        return visit.fail(wrong(details))
    if any(kept["name"] == body["name"] for kept in world.mesh.templates.all()):
        return visit.fail(Trouble("conflict", f"A template named '{body['name']}' exists already."))
    now = iso(time.time())
    kept = dict.fromkeys((*FIELDS, "org_id")) | {key: body[key] for key in body if key in FIELDS}
    made = {"id": str(uuid.uuid4()), "owner": visit.key, "is_global": False, **kept, "created_at": now,
            "updated_at": now}  # fmt: skip
    world.mesh.templates.put(made)
    return JSONResponse(made, 201, visit.headers())


async def list_all(world: World, visit: Visit) -> Response:
    return JSONResponse(list(world.mesh.templates.all()), headers=visit.headers())


async def one(world: World, visit: Visit) -> Response:
    found = world.mesh.templates.find(visit.request.path_params["template"])
    return JSONResponse(found, headers=visit.headers()) if found else visit.fail(NOT_FOUND)


async def change(world: World, visit: Visit) -> Response:
    found = world.mesh.templates.find(visit.request.path_params["template"])
    if found is None:
        return visit.fail(NOT_FOUND)
    body = json_object(await visit.body()) or {}
    details = check(body, FIELDS)
    if details:
        return visit.fail(wrong(details))
    given = {key: body[key] for key in body if key in FIELDS}
    changed = {**found, **given, "updated_at": iso(time.time())}
    world.mesh.templates.put(changed)
    return JSONResponse(changed, headers=visit.headers())


async def delete(world: World, visit: Visit) -> Response:
    removed = world.mesh.templates.remove(visit.request.path_params["template"])
    return Response(status_code=204, headers=visit.headers()) if removed else visit.fail(NOT_FOUND)


def fill(shelf: Shelf, body: Mapping[str, object]) -> Mapping[str, object] | Trouble:
    """The body with the texts of the template that it names before its own messages. What the body itself says goes
    before what the template says. A place that `variables` leaves empty is a 422."""
    wanted = body.get("template")
    if not isinstance(wanted, str) or not wanted:
        return body
    kept = shelf.find(wanted) or next((thing for thing in shelf.all() if thing["name"] == wanted), None)
    if kept is None:
        return Trouble("not_found", f"Template '{wanted}' not found.")
    given = body.get("variables")
    values = {str(name): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    stored = _messages(kept)
    missing = sorted({place for _, text in stored for place in _PLACE.findall(text) if place not in values})
    if missing:
        return invalid("variables", f"Missing template variables: {', '.join(missing)}", "value_error")
    filled = [{"role": role, "content": _PLACE.sub(lambda at: values[at[1]], text)} for role, text in stored]
    own = body.get("messages")
    params = kept.get("params")
    defaults = {**(params if isinstance(params, Mapping) else {}), "model": kept.get("model")}
    return {**defaults, **body, "messages": [*filled, *(own if isinstance(own, list) else [])]}


def _messages(kept: Thing) -> list[tuple[str, str]]:
    """Role and text, the system's first."""
    system, listed = kept.get("system"), kept.get("messages")
    first = [("system", system)] if isinstance(system, str) else []
    entries = listed if isinstance(listed, list) else []
    return first + [(str(m.get("role", "user")), str(m.get("content", ""))) for m in entries if isinstance(m, Mapping)]
