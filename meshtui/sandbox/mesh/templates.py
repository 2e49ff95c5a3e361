"""Prompt templates: stored texts with `{{places}}` that a request fills (Mesh documentation, "prompt templates")."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from meshtui.sandbox.http_messages import format_time, read_json_object
from meshtui.sandbox.mesh.authentication import CallContext
from meshtui.sandbox.mesh.errors import MeshError, make_field_error, make_validation_error
from meshtui.sandbox.mesh.schema import LIST, OBJECT, TEXT, FieldCheck, check_fields, require_list_of
from meshtui.sandbox.mesh.state import ObjectStore, StoredObject
from meshtui.sandbox.world import World

_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")

FIELDS: dict[str, FieldCheck] = {
    "name": TEXT,
    "description": TEXT,
    "system": TEXT,
    "messages": require_list_of(OBJECT),
    "model": TEXT,
    "params": OBJECT,
    "variables": LIST,
    "team_id": TEXT,
}

TEMPLATE_NOT_FOUND = MeshError("not_found", "Template not found.")


async def create_template(world: World, context: CallContext) -> Response:
    body = read_json_object(await context.body()) or {}
    details = check_fields(body, FIELDS, needed=("name",))
    if details:
        return context.fail(make_validation_error(details))
    if any(kept["name"] == body["name"] for kept in world.mesh.templates.all()):
        return context.fail(MeshError("conflict", f"A template named '{body['name']}' exists already."))
    now = format_time(time.time())
    kept = dict.fromkeys((*FIELDS, "org_id")) | {key: body[key] for key in body if key in FIELDS}
    made = {
        "id": str(uuid.uuid4()),
        "owner": context.key,
        "is_global": False,
        **kept,
        "created_at": now,
        "updated_at": now,
    }
    world.mesh.templates.put(made)
    return JSONResponse(made, 201, context.headers())


async def list_templates(world: World, context: CallContext) -> Response:
    return JSONResponse(list(world.mesh.templates.all()), headers=context.headers())


async def get_template(world: World, context: CallContext) -> Response:
    found = world.mesh.templates.find(context.request.path_params["template"])
    return JSONResponse(found, headers=context.headers()) if found else context.fail(TEMPLATE_NOT_FOUND)


async def change_template(world: World, context: CallContext) -> Response:
    found = world.mesh.templates.find(context.request.path_params["template"])
    if found is None:
        return context.fail(TEMPLATE_NOT_FOUND)
    body = read_json_object(await context.body()) or {}
    details = check_fields(body, FIELDS)
    if details:
        return context.fail(make_validation_error(details))
    given = {key: body[key] for key in body if key in FIELDS}
    changed = {**found, **given, "updated_at": format_time(time.time())}
    world.mesh.templates.put(changed)
    return JSONResponse(changed, headers=context.headers())


async def delete_template(world: World, context: CallContext) -> Response:
    removed = world.mesh.templates.remove(context.request.path_params["template"])
    return Response(status_code=204, headers=context.headers()) if removed else context.fail(TEMPLATE_NOT_FOUND)


def fill_template(store: ObjectStore, body: Mapping[str, object]) -> Mapping[str, object] | MeshError:
    """The body with the texts of the template that it names before its own messages. What the body itself says goes
    before what the template says. A place that `variables` leaves empty is a 422."""
    name = body.get("template")
    if not isinstance(name, str) or not name:
        return body
    kept = store.find(name) or next((thing for thing in store.all() if thing["name"] == name), None)
    if kept is None:
        return MeshError("not_found", f"Template '{name}' not found.")
    given = body.get("variables")
    values = {str(name): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    stored = _read_messages(kept)
    missing = sorted({place for _, text in stored for place in _PLACEHOLDER.findall(text) if place not in values})
    if missing:
        return make_field_error("variables", f"Missing template variables: {', '.join(missing)}", "value_error")
    filled = [{"role": role, "content": _PLACEHOLDER.sub(lambda at: values[at[1]], text)} for role, text in stored]
    own = body.get("messages")
    params = kept.get("params")
    defaults = {**(params if isinstance(params, Mapping) else {}), "model": kept.get("model")}
    return {**defaults, **body, "messages": [*filled, *(own if isinstance(own, list) else [])]}


def _read_messages(kept: StoredObject) -> list[tuple[str, str]]:
    """Role and text, the system's first."""
    system, listed = kept.get("system"), kept.get("messages")
    first = [("system", system)] if isinstance(system, str) else []
    entries = listed if isinstance(listed, list) else []
    return first + [(str(m.get("role", "user")), str(m.get("content", ""))) for m in entries if isinstance(m, Mapping)]
