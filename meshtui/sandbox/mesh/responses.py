"""POST /responses of the gateway: OpenAI's Responses API for text and functions, and what was stored of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import http_messages, responses_api
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.authentication import CallContext
from meshtui.sandbox.mesh.chat import DEFAULT_MODEL
from meshtui.sandbox.mesh.errors import MeshError, make_usual_error, make_validation_error
from meshtui.sandbox.mesh.pipeline import Endpoint, RunAnswer, RunRequest
from meshtui.sandbox.responses_api import Thing
from meshtui.sandbox.world import World


def read_request(body: Mapping[str, object]) -> RunRequest | MeshError:
    details = schema.check_fields(body, schema.RESPONSES_FIELDS, needed=("input",))
    if details:
        return make_validation_error(details)
    if body.get("background") is True:
        return make_usual_error("not_implemented")
    model = body.get("model") or DEFAULT_MODEL
    assert isinstance(model, str)
    return RunRequest(responses_api.read_chat(body, model), body)


def format_answer(answer: RunAnswer) -> Response:
    whole = responses_api.format_whole(answer.run_request.body, answer.completion)
    if answer.error is None and answer.run_request.body.get("store") is not False:
        answer.world.mesh.responses.put(whole)
    if answer.run_request.chat.stream:
        return http_messages.stream_events(_stream_frames(answer, whole), answer.headers)
    return JSONResponse(whole, headers=dict(answer.headers))


async def _stream_frames(answer: RunAnswer, whole: Thing) -> AsyncIterator[bytes]:
    """One that fails ends with Mesh's error among the events."""
    error = answer.error.frame(answer.context.id, answer.context.behaviour) if answer.error else None
    async for frame in responses_api.stream_frames(answer.completion, whole, answer.pause, error=error):
        yield frame
    yield http_messages.DONE


async def list_responses(world: World, context: CallContext) -> Response:
    """The newest first; `after` and `limit` page through them."""
    found = world.mesh.responses.all()[::-1]
    query = context.request.query_params
    names = [thing["id"] for thing in found]
    start = names.index(query["after"]) + 1 if query.get("after") in names else 0
    given = query.get("limit", "")
    limit = min(int(given), 100) if given.isascii() and given.isdecimal() and len(given) < 5 else 20
    page = found[start : start + limit]
    ends = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {"first_id": None, "last_id": None}
    body = {"object": "list", "data": page, "has_more": start + limit < len(found), **ends}
    return JSONResponse(body, headers=context.headers())


async def get_response(world: World, context: CallContext) -> Response:
    found = world.mesh.responses.find(context.request.path_params["response"])
    return (
        JSONResponse(found, headers=context.headers())
        if found
        else context.fail(make_usual_error("resource_not_found"))
    )


RESPONSES = Endpoint("responses", read_request, format_answer)
