"""OpenAI's endpoints."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from meshtui.sandbox import models
from meshtui.sandbox.models import Model
from meshtui.sandbox.openai.answers import (
    check_listing_access,
    make_edge_headers,
    make_error,
    make_model_error,
    make_model_headers,
    read_request,
)
from meshtui.sandbox.openai.authorization import check_access
from meshtui.sandbox.openai.chat import complete_chat
from meshtui.sandbox.openai.embeddings import create_embeddings
from meshtui.sandbox.openai.responses import create_response, get_response
from meshtui.sandbox.world import World

IMAGE_FIELDS = ("model", "n", "prompt", "quality", "response_format", "size", "style", "user")
CREATED = 1721172741
"""When the oldest model here was published; what `created` of a model means."""
NOT_HERE = ("audio", "realtime", "videos", "fine_tuning", "batches", "files", "uploads", "vector_stores", "assistants",
            "threads", "evals", "containers", "conversations", "moderations")  # fmt: skip
"""Parts of OpenAI's API that the sandbox does not have; they answer a refusal that says so."""


def make_routes(world: World) -> list[Route]:
    """Below `/openai/v1`."""
    return [
        Route("/chat/completions", partial(complete_chat, world), methods=["POST"]),
        Route("/responses", partial(create_response, world), methods=["POST"]),
        Route("/responses/{response}", partial(get_response, world), methods=["GET", "DELETE"]),
        Route("/embeddings", partial(create_embeddings, world), methods=["POST"]),
        Route("/images/generations", partial(refuse_image, world), methods=["POST"]),
        Route("/models", partial(list_models, world), methods=["GET"]),
        Route("/models/{model:path}", partial(get_model, world), methods=["GET"]),
        *(Route(f"/{part}{rest}", partial(refuse_part, world), methods=["GET", "POST", "DELETE"])
          for part in NOT_HERE for rest in ("", "/{rest:path}")),
    ]  # fmt: skip


async def list_models(world: World, request: Request) -> Response:
    refused = await check_listing_access(request, world)
    served = [*models.list_models_of("openai"), *models.list_embedders_of("openai")]
    found = [_format_model(name, m) for m in served for name in dict.fromkeys((m.own, m.served_as))]
    return refused or JSONResponse({"object": "list", "data": found}, headers=make_model_headers(world))


async def get_model(world: World, request: Request) -> Response:
    name = request.path_params["model"]
    refused = await check_listing_access(request, world)
    if refused:
        return refused
    model = models.find_openai_model(name) or models.find_openai_embedder(name)
    if model is None:
        return make_model_error(name, "The model '{}' does not exist")
    return JSONResponse(_format_model(name, model), headers=make_model_headers(world))


async def refuse_image(world: World, request: Request) -> Response:
    """No image is made here, but the key's scopes are looked at, and then the body, as OpenAI does."""
    caller = await read_request(request, world)
    if isinstance(caller, Response):
        return caller
    name, fault, body = caller
    refusal, _ = check_access(world, name, fault if fault == "no_permission" else None, "gpt-image-1")
    if refusal:
        return refusal.to_response(make_edge_headers())
    unknown_fields = [field for field in body if field not in IMAGE_FIELDS]
    if unknown_fields:
        field = unknown_fields[0]
        return make_error(400, f"Unknown parameter: '{field}'.", code="unknown_parameter", param=field)
    if not isinstance(body.get("prompt"), str):
        return make_error(
            400, "Missing required parameter: 'prompt'.", code="missing_required_parameter", param="prompt"
        )
    return make_model_error(str(body.get("model", "dall-e-2")))


async def refuse_part(world: World, request: Request) -> Response:
    """A part of the API that is not here: the key is looked at, and then it is said."""
    refused = await check_listing_access(request, world)
    part = request.url.path.removeprefix("/openai/v1/").partition("/")[0]
    return refused or make_error(501, f"The sandbox does not have /v1/{part}.", code="not_in_the_sandbox")


def refuse_path(request: Request, status: int) -> Response:
    """Answers an unknown address, or a method that its address does not accept."""
    path = request.url.path.removeprefix("/openai")
    if status == 405:
        return make_error(405, f"Not allowed to {request.method} on {path}.", code="method_not_supported")
    return make_error(404, f"Invalid URL ({request.method} {path})")


def _format_model(name: str, model: Model) -> dict[str, object]:
    shutdown = model.ends or None
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "system", "shutdown_date": shutdown}
