"""Batches of the gateway: taken, listed, read and cancelled.

A batch is in progress when it is read for the first time and completed from the second time on, so that a program meets
both without waiting.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import ids
from meshtui.sandbox.chat_completion import Completion
from meshtui.sandbox.http_messages import read_json_object
from meshtui.sandbox.mesh import chat, schema
from meshtui.sandbox.mesh.authentication import CallContext
from meshtui.sandbox.mesh.errors import MeshError, make_usual_error, make_validation_error
from meshtui.sandbox.mesh.state import StoredObject
from meshtui.sandbox.models import BY_MESH
from meshtui.sandbox.world import World

NOT_FOUND = MeshError("resource_not_found", "The referenced batch was not found.")


async def create_batch(world: World, context: CallContext) -> Response:
    body = read_json_object(await context.body()) or {}
    details = schema.check_fields(
        body, {"requests": schema.require_list_of(schema.OBJECT, least=1)}, needed=("requests",)
    )
    if details:
        return context.fail(make_validation_error(details))
    requests = body["requests"]
    assert isinstance(requests, list)
    results = [_run(request) for request in requests]
    now, failed = int(time.time()), sum(result["error"] is not None for result in results)
    batch = {
        "id": f"batch_{ids.make_ulid()}",
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "status": "validating",
        "created_at": now,
        "completed_at": None,
        "usage_synced": False,
        "results": results,
        "request_counts": {"total": len(results), "completed": len(results) - failed, "failed": failed},
        "metadata": body.get("metadata"),
    }
    world.mesh.batches.put(batch)
    return JSONResponse(_hide_results(batch), headers=context.headers())


def _hide_results(batch: StoredObject) -> StoredObject:
    """A batch as it is shown: without results until it is completed."""
    if batch["status"] == "completed":
        return batch
    return {**batch, "results": None, "request_counts": None}


async def list_batches(world: World, context: CallContext) -> Response:
    """The newest first."""
    found = [_hide_results(batch) for batch in world.mesh.batches.all()[::-1]]
    ends = {"first_id": found[0]["id"], "last_id": found[-1]["id"]} if found else {"first_id": None, "last_id": None}
    return JSONResponse({"object": "list", "data": found, "has_more": False, **ends}, headers=context.headers())


async def get_batch(world: World, context: CallContext) -> Response:
    found = world.mesh.batches.find(context.request.path_params["batch"])
    if found is None:
        return context.fail(NOT_FOUND)
    if found["status"] == "validating":
        found = {**found, "status": "in_progress"}
    elif found["status"] == "in_progress":
        found = {**found, "status": "completed", "completed_at": int(time.time()), "usage_synced": True}
    world.mesh.batches.put(found)
    return JSONResponse(_hide_results(found), headers=context.headers())


async def cancel_batch(world: World, context: CallContext) -> Response:
    found = world.mesh.batches.find(context.request.path_params["batch"])
    if found is None:
        return context.fail(NOT_FOUND)
    if found["status"] in ("completed", "cancelled"):
        return context.fail(make_usual_error("conflict"))
    cancelled = {**found, "status": "cancelled"}
    world.mesh.batches.put(cancelled)
    return JSONResponse(_hide_results(cancelled), headers=context.headers())


def _run(request: Mapping[str, object]) -> dict[str, object]:
    body = request.get("body")
    read = chat.read_request(body if isinstance(body, Mapping) else {})
    name = {"custom_id": request.get("custom_id")}
    if not isinstance(read, MeshError) and read.chat.model not in BY_MESH:
        read = make_usual_error("model_not_found")
    if isinstance(read, MeshError):
        return {**name, "response": None, "error": {"code": read.code, "message": read.message}}
    completion = Completion.answer(read.chat, BY_MESH[read.chat.model].served_as)
    return {**name, "response": {"status_code": 200, "body": completion.format_whole()}, "error": None}
