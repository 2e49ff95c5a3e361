"""Vertex AI's endpoints: generateContent, its streams, countTokens, and the permissions of a project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from meshtui.sandbox import fault_injection, models
from meshtui.sandbox.google import errors
from meshtui.sandbox.google.authorization import (
    SERVER_HEADERS,
    ModelPath,
    check_access,
    check_access_token,
    find_access_token,
    find_api_key,
    format_error,
)
from meshtui.sandbox.google.errors import GoogleError
from meshtui.sandbox.google.replies import (
    EMPTY_TEXT,
    GeneratedContent,
    find_problem,
    format_embedding,
    format_predictions,
)
from meshtui.sandbox.google.request_messages import FieldProblem, read_request
from meshtui.sandbox.http_messages import INVALID_REQUEST, read_json_object
from meshtui.sandbox.keys import LOCATION, AccessToken
from meshtui.sandbox.world import World

LOCATIONS = ("global", "us", "eu", "us-central1", "us-east4", "us-east5", "us-west1", "europe-west1", "europe-west4",
             "asia-southeast1")  # fmt: skip


def make_routes(world: World) -> list[Route]:
    """Below `/vertex`, for v1 and v1beta1 alike; models are listed in v1beta1 alone."""
    model = "/{version}/projects/{project}/locations/{location}/publishers/{publisher}/models/{call}"
    return [
        Route(model, partial(call_model, world), methods=["POST"]),
        Route("/{version}/publishers/{publisher}/models/{call}", partial(call_model, world), methods=["POST"]),
        Route("/v1beta1/publishers/{publisher}/models/{model}", partial(get_model, world), methods=["GET"]),
        Route("/v1beta1/publishers/{publisher}/models", partial(list_models, world), methods=["GET"]),
        Route("/{version}/projects/{call}", partial(test_permissions, world), methods=["POST"]),
    ]


async def call_model(world: World, request: Request) -> Response:
    at = request.path_params
    name, _, verb = at["call"].rpartition(":")
    project = at.get("project", world.keys.service_account.project)  # an API key's own, where the path names none
    place = ModelPath(project, at.get("location", LOCATION), name, at["publisher"])
    entry = await _identify_caller(request, world, place, generate="enerateContent" in verb)
    if isinstance(entry, Response):
        return entry
    embeds = verb in ("embedContent", "predict")
    model = models.find_vertex_embedder(name) if embeds else models.find_vertex_model(name)
    if place.publisher != "google" or place.location not in LOCATIONS or model is None:
        return format_error(errors.NO_MODEL, place).to_response()
    body = read_json_object(await request.body())
    if body is None:
        return make_invalid_argument("Invalid JSON payload received. Unexpected token.")
    if embeds:
        found = format_embedding(model, body) if verb == "embedContent" else format_predictions(model, body)
        return JSONResponse(found, headers=SERVER_HEADERS) if found else make_invalid_argument(EMPTY_TEXT)
    read, problems = read_request(body)
    if problems:
        return _refuse_fields(problems)
    problem = find_problem(read)
    if problem:
        return make_invalid_argument(problem)
    return _answer_call(request, verb, GeneratedContent(name, read), world.pace.word, fault=entry.fault)


async def refuse_bare_address(_: Request) -> Response:
    """For a request without a path. google-genai drops it at an address of somebody else's unless project and location
    are arguments."""
    return make_invalid_argument(
        "The request names no project and no model. google-genai sends it so to a base address that is not Google's "
        "where project and location come from variables: write genai.Client(vertexai=True, project=..., location=...)."
    )


async def get_model(world: World, request: Request) -> Response:
    """One of a publisher's models."""
    publisher, name = request.path_params["publisher"], request.path_params["model"]
    entry = await _identify_caller(request, world, ModelPath("", publisher=publisher), generate=False)
    if isinstance(entry, Response):
        return entry
    if publisher != "google" or (models.find_vertex_model(name) or models.find_vertex_embedder(name)) is None:
        return format_error(errors.NO_MODEL, ModelPath("", model=name, publisher=publisher)).to_response()
    found = {"name": f"publishers/{publisher}/models/{name}", "versionId": "default", "launchStage": "GA"}
    return JSONResponse(found, headers=SERVER_HEADERS)


async def list_models(world: World, request: Request) -> Response:
    """A publisher's models. No project is named, so that only the token is looked at."""
    publisher = request.path_params["publisher"]
    entry = await _identify_caller(request, world, ModelPath("", publisher=publisher), generate=False)
    if isinstance(entry, Response):
        return entry
    names = [model.own for model in models.list_models_of("vertex")] if publisher == "google" else []
    found = [{"name": f"publishers/{publisher}/models/{name}", "versionId": "default"} for name in names]
    return JSONResponse({"publisherModels": found} if found else {}, headers=SERVER_HEADERS)


async def test_permissions(world: World, request: Request) -> Response:
    """Which of the permissions asked about the caller holds. Needs none itself."""
    project, _, verb = request.path_params["call"].rpartition(":")
    if verb != "testIamPermissions":
        return _make_not_found_page()
    entry = await _identify_caller(request, world, ModelPath(project), generate=False)
    if isinstance(entry, Response):
        return entry
    asked = (read_json_object(await request.body()) or {}).get("permissions")
    # A project that is not there answers like one where nothing is granted.
    granted = project == world.keys.service_account.project and entry.fault != "no_permission"
    held = [p for p in asked if str(p).startswith("aiplatform.")] if isinstance(asked, list) and granted else []
    return JSONResponse({"permissions": held} if held else {}, headers=SERVER_HEADERS)


@dataclass(frozen=True, slots=True)
class VertexCaller:
    """A caller that came in, with the fault of this moment."""

    fault: str | None


async def _identify_caller(
    request: Request, world: World, place: ModelPath, *, generate: bool
) -> VertexCaller | Response:
    """The caller, or the answer that it gets instead of the wanted one."""
    api_key = request.headers.get("x-goog-api-key") or request.query_params.get("key")
    grant = (
        find_api_key(world, api_key, names_project="project" in request.path_params)
        if api_key
        else find_access_token(world, request.headers.get("authorization", ""))
    )
    name = "vertex" if isinstance(grant, AccessToken) else ""
    fault = world.find_fault(name)
    injected = await fault_injection.inject_fault(request, "vertex", name, fault, world.pace)
    if injected:
        return injected
    row = (
        check_access_token(grant, fault, fault_injection.read_server_clock(fault))
        if isinstance(grant, AccessToken)
        else grant
    )
    refused = format_error(row, place) if row else check_access(world, name, fault, place, generate=generate)
    if refused is None and place.model and place.project != world.keys.service_account.project:
        refused = format_error(errors.FOREIGN_PROJECT, place)
    if refused is None:
        return VertexCaller(fault)
    if _wants_json_array(request):
        refused = replace(refused, body=f"[{refused.body.rstrip()}\n]")
    return refused.to_response()


def _wants_json_array(request: Request) -> bool:
    streams = request.path_params.get("call", "").endswith(":streamGenerateContent")
    return streams and request.query_params.get("alt") != "sse"


def _answer_call(
    request: Request, verb: str, content: GeneratedContent, pause: float, *, fault: str | None
) -> Response:
    match verb:
        case "generateContent":
            return JSONResponse(content.format_whole(), headers=SERVER_HEADERS)
        case "countTokens":
            counted = {"totalTokens": content.prompt_tokens, "totalBillableCharacters": len(content.prompt)}
            return JSONResponse(counted, headers=SERVER_HEADERS)
        case "streamGenerateContent":
            frames = content.stream_frames(pause, array=_wants_json_array(request), fault=fault)
            kind = "application/json; charset=UTF-8" if _wants_json_array(request) else "text/event-stream"
            return StreamingResponse(frames, headers=SERVER_HEADERS, media_type=kind)
        case _:
            return _make_not_found_page()


def make_invalid_argument(message: str) -> Response:
    return format_error(
        GoogleError(400, "INVALID_ARGUMENT", "{model}", INVALID_REQUEST), ModelPath("", model=message)
    ).to_response()


def _refuse_fields(problems: list[FieldProblem]) -> Response:
    """All that is wrong, in the message and once more as details."""
    listed = [{"description": each.description, **({"field": each.field} if each.field else {})} for each in problems]
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": listed}]
    message = "\n".join(each.description for each in problems)
    error = {"code": 400, "message": message, "status": "INVALID_ARGUMENT", "details": details}
    return JSONResponse({"error": error}, 400, SERVER_HEADERS)


def _make_not_found_page() -> Response:
    """A wrong path is answered in HTML, unlike a missing model."""
    page = "<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n<p><b>404.</b> <ins>That’s an "
    page += "error.</ins>\n<p>The requested URL was not found on this server. <ins>That’s all we know.</ins>\n"
    return Response(page, 404, SERVER_HEADERS, "text/html")


def refuse_path(request: Request, status: int) -> Response:
    """Google's front end knows no 405: a method that an address does not take makes the address unknown."""
    _ = request, status
    return _make_not_found_page()
