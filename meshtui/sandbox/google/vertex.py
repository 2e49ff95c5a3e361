"""Vertex AI's endpoints: generateContent, its streams, countTokens, and the permissions of a project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from meshtui.sandbox import edge, models
from meshtui.sandbox.body import json_object
from meshtui.sandbox.google import rows
from meshtui.sandbox.google.content import Content
from meshtui.sandbox.google.gate import SERVER, Place, grant_of, refusal, refuse, refuse_token
from meshtui.sandbox.google.grants import Grant
from meshtui.sandbox.google.rows import Row
from meshtui.sandbox.refusal import INVALID_REQUEST
from meshtui.sandbox.world import World

LOCATIONS = ("global", "us", "eu", "us-central1", "us-east4", "us-east5", "us-west1", "europe-west1", "europe-west4",
             "asia-southeast1")  # fmt: skip


def routes(world: World) -> list[Route]:
    """Below `/vertex`, for v1 and v1beta1 alike; models are listed in v1beta1 alone."""
    model = "/{version}/projects/{project}/locations/{location}/publishers/{publisher}/models/{call}"
    return [
        Route(model, partial(model_call, world), methods=["POST"]),
        Route("/v1beta1/publishers/{publisher}/models", partial(list_models, world), methods=["GET"]),
        Route("/{version}/projects/{call}", partial(permissions, world), methods=["POST"]),
    ]


async def model_call(world: World, request: Request) -> Response:
    at = request.path_params
    name, _, verb = at["call"].rpartition(":")
    place = Place(at["project"], at["location"], name, at["publisher"])
    entry = await _enter(request, world, place, generate="enerateContent" in verb)
    if isinstance(entry, Response):
        return entry
    if place.publisher != "google" or place.location not in LOCATIONS or models.at_vertex(name) is None:
        return refusal(rows.NO_MODEL, place).response()
    body = json_object(await request.body())
    if body is None:
        return _invalid("Invalid JSON payload received. Unexpected token.")
    return _do(request, verb, Content(name, body), world.pace.word, broken=entry.fault == "stream_error")


async def list_models(world: World, request: Request) -> Response:
    """A publisher's models. No project is named, so that only the token is looked at."""
    publisher = request.path_params["publisher"]
    entry = await _enter(request, world, Place("", publisher=publisher), generate=False)
    if isinstance(entry, Response):
        return entry
    names = [model.own for model in models.of_provider("vertex")] if publisher == "google" else []
    found = [{"name": f"publishers/{publisher}/models/{name}", "versionId": "default"} for name in names]
    return JSONResponse({"publisherModels": found} if found else {}, headers=SERVER)


async def permissions(world: World, request: Request) -> Response:
    """Which of the permissions asked about the caller holds. Needs none itself."""
    project, _, verb = request.path_params["call"].rpartition(":")
    if verb != "testIamPermissions":
        return _not_found()
    entry = await _enter(request, world, Place(project), generate=False)
    if isinstance(entry, Response):
        return entry
    asked = (json_object(await request.body()) or {}).get("permissions")
    # A project that is not there answers like one where nothing is granted.
    granted = project == world.keys.service_account.project and entry.fault != "no_permission"
    held = [p for p in asked if str(p).startswith("aiplatform.")] if isinstance(asked, list) and granted else []
    return JSONResponse({"permissions": held} if held else {}, headers=SERVER)


@dataclass(frozen=True, slots=True)
class Entry:
    """A caller that came in, with the fault of this moment."""

    fault: str | None


async def _enter(request: Request, world: World, place: Place, *, generate: bool) -> Entry | Response:
    """The caller, or the answer that it gets instead of the wanted one."""
    grant = grant_of(world, request.headers.get("authorization", ""))
    name = "vertex" if isinstance(grant, Grant) else ""
    fault = world.fault(name)
    meddled = await edge.meddle(request, "vertex", fault, world.pace)
    if meddled:
        return meddled
    row = refuse_token(grant, edge.now(fault)) if isinstance(grant, Grant) else grant
    refused = refusal(row, place) if row else refuse(world, name, fault, place, generate=generate)
    if refused is None and place.model and place.project != world.keys.service_account.project:
        refused = refusal(rows.FOREIGN_PROJECT, place)
    if refused is None:
        return Entry(fault)
    if _wants_array(request):
        refused = replace(refused, body=f"[{refused.body.rstrip()}\n]\n")
    return refused.response()


def _wants_array(request: Request) -> bool:
    streams = request.path_params["call"].endswith(":streamGenerateContent")
    return streams and request.query_params.get("alt") != "sse"


def _do(request: Request, verb: str, content: Content, pause: float, *, broken: bool) -> Response:
    if content.wrong:
        return _invalid(content.wrong)
    match verb:
        case "generateContent":
            return JSONResponse(content.whole(), headers=SERVER)
        case "countTokens":
            counted = {"totalTokens": content.prompt_tokens, "totalBillableCharacters": len(content.prompt)}
            return JSONResponse(counted, headers=SERVER)
        case "streamGenerateContent":
            frames = content.frames(pause, array=_wants_array(request), broken=broken)
            kind = "application/json; charset=UTF-8" if _wants_array(request) else "text/event-stream"
            return StreamingResponse(frames, headers=SERVER, media_type=kind)
        case _:
            return _not_found()


def _invalid(message: str) -> Response:
    return refusal(Row(400, "INVALID_ARGUMENT", "{model}", INVALID_REQUEST), Place("", model=message)).response()


def _not_found() -> Response:
    """A wrong path is told in HTML, unlike a missing model."""
    page = "<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n<p><b>404.</b> <ins>That’s an "
    page += "error.</ins>\n<p>The requested URL was not found on this server. <ins>That’s all we know.</ins>\n"
    return Response(page, 404, SERVER, "text/html")
