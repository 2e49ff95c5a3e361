"""OpenAI's endpoints: chat completions and models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from meshtui.sandbox import ids, models, sse, tools
from meshtui.sandbox.body import json_object
from meshtui.sandbox.bucket import Draw
from meshtui.sandbox.chat import Asked, form_of, limit_of, stops_of
from meshtui.sandbox.completion import Completion
from meshtui.sandbox.edge import meddle
from meshtui.sandbox.openai.gate import identify, limit_headers, misplaced, refuse
from meshtui.sandbox.openai.rows import IN_STREAM, REQUEST
from meshtui.sandbox.refusal import Refusal
from meshtui.sandbox.world import World

IMAGE_FIELDS = ("model", "n", "prompt", "quality", "response_format", "size", "style", "user")
CREATED = 1721172741
"""When the oldest model here was published; what `created` of a model means."""


def routes(world: World) -> list[Route]:
    """Below `/openai/v1`."""
    return [
        Route("/chat/completions", partial(chat, world), methods=["POST"]),
        Route("/images/generations", partial(images, world), methods=["POST"]),
        Route("/models", partial(list_models, world)),
        Route("/models/{model:path}", partial(one_model, world)),
        Route("/{path:path}", unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


async def chat(world: World, request: Request) -> Response:
    caller = await _caller(request, world)
    if isinstance(caller, Response):
        return caller
    asked = read(await request.body())
    if isinstance(asked, Response):
        return asked
    name, fault = caller
    refusal, draw = refuse(world, name, fault, asked.model, stream=asked.stream)
    if refusal:
        return refusal.response(_front_headers())
    model = models.at_openai(asked.model)
    if model is None:
        return no_model(asked.model)
    return _answer(Completion.to(asked, model.served_as), asked, world, draw, broken=fault == "stream_error")


async def list_models(world: World, request: Request) -> Response:
    refused = await _refused_to_look(request, world)
    found = [_row(name) for m in models.of_provider("openai") for name in (m.own, m.build)]
    return refused or JSONResponse({"object": "list", "data": found}, headers=_model_headers(world))


async def one_model(world: World, request: Request) -> Response:
    name = request.path_params["model"]
    refused = await _refused_to_look(request, world)
    if refused:
        return refused
    if models.at_openai(name) is None:
        return no_model(name, "The model '{}' does not exist")
    return JSONResponse(_row(name), headers=_model_headers(world))


async def images(world: World, request: Request) -> Response:
    """No image is made here, but the key's scopes are looked at, and then the body, as OpenAI does."""
    caller = await _caller(request, world)
    if isinstance(caller, Response):
        return caller
    body = json_object(await request.body()) or {}
    name, fault = caller
    refusal, _ = refuse(world, name, fault if fault == "no_permission" else None, "gpt-image-1")
    if refusal:
        return refusal.response(_front_headers())
    unknown_fields = [field for field in body if field not in IMAGE_FIELDS]
    if unknown_fields:
        field = unknown_fields[0]
        return problem(400, f"Unknown parameter: '{field}'.", code="unknown_parameter", param=field)
    if not isinstance(body.get("prompt"), str):
        return problem(400, "Missing required parameter: 'prompt'.", code="missing_required_parameter", param="prompt")
    return no_model(str(body.get("model", "dall-e-2")))


async def unknown(request: Request) -> Response:
    path = request.url.path.removeprefix("/openai")
    return problem(404, f"Invalid URL ({request.method} {path})")


async def _caller(request: Request, world: World) -> tuple[str, str | None] | Response:
    """The credential's name and its fault of this moment, or the answer that is given instead."""
    found = identify(world.keys, request.headers.get("authorization", ""))
    if isinstance(found, Refusal):
        return found.response(_front_headers())
    fault = world.fault(found)
    wrong = misplaced(world.keys, request.headers)
    return await meddle(request, "openai", fault, world.pace) or (
        wrong.response(_front_headers()) if wrong else (found, fault)
    )


async def _refused_to_look(request: Request, world: World) -> Response | None:
    """The answer to a call that runs no model, where it is not granted."""
    caller = await _caller(request, world)
    if isinstance(caller, Response):
        return caller
    refusal, _ = refuse(world, *caller, model="")
    return refusal.response(_front_headers()) if refusal else None


def read(raw: bytes) -> Asked | Response:
    """The request, or a 400 that says what is wrong with it."""
    body = json_object(raw)
    if body is None:
        return problem(400, "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
                            "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was "
                            "sent was not valid JSON.)")  # fmt: skip
    model, messages = body.get("model"), body.get("messages")
    if not isinstance(model, str):
        return _wrong(body, "model")
    if not isinstance(messages, list):
        return _wrong(body, "messages")
    options = body.get("stream_options")
    return Asked(
        model=model,
        messages=tuple(m for m in messages if isinstance(m, dict)),
        stream=body.get("stream") is True,
        usage_in_stream=isinstance(options, dict) and options.get("include_usage") is True,
        limit=limit_of(body),
        offer=tools.offer(body.get("tools"), body.get("tool_choice")),
        form=form_of(body.get("response_format")),
        stops=stops_of(body.get("stop")),
    )


def _wrong(body: Mapping[str, object], name: str) -> Response:
    if name in body:
        return problem(400, f"Invalid type for '{name}'.", code="invalid_type", param=name)
    message = f"Missing required parameter: '{name}'."
    return problem(400, message, code="missing_required_parameter", param=name)


def _answer(answer: Completion, asked: Asked, world: World, draw: Draw | None, *, broken: bool) -> Response:
    headers = {**_model_headers(world), **limit_headers(draw)}
    if not asked.stream:
        return JSONResponse({**answer.whole(), "service_tier": "default"}, headers=headers)
    error = {"error": IN_STREAM} if broken else None
    return sse.stream(answer.chunks(world.pace.word, usage=asked.usage_in_stream, error=error), headers)


def problem(status: int, message: str, *, code: str | None = None, param: str | None = None) -> Response:
    """What a model server, not the gate before it, says about a request: indented by two."""
    error = {"message": message, "type": REQUEST, "param": param, "code": code}
    return Response(json.dumps({"error": error}, indent=2), status, _front_headers(), "application/json")


def no_model(name: str, message: str = "The model `{}` does not exist or you do not have access to it.") -> Response:
    return problem(404, message.format(name), code="model_not_found")


def _row(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "system"}


def _front_headers() -> dict[str, str]:
    return {
        "x-request-id": f"req_{ids.hexadecimal(32)}",
        "server": "cloudflare",
        "cf-ray": f"{ids.hexadecimal(16)}-FRA",
    }


def _model_headers(world: World) -> dict[str, str]:
    """Only a model server sets these: they prove that key, organization and project were accepted."""
    return {
        **_front_headers(),
        "openai-organization": world.keys.openai_organization,
        "openai-processing-ms": "24",
        "openai-version": "2020-10-01",
    }
