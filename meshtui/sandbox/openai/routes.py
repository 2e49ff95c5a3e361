"""OpenAI's endpoints: chat completions and models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from meshtui.sandbox import http_messages, ids, model_replies, models
from meshtui.sandbox.chat_completion import (
    ChatRequest,
    Completion,
    read_answer_schema,
    read_stop_texts,
    read_token_limit,
)
from meshtui.sandbox.fault_injection import inject_fault
from meshtui.sandbox.http_messages import Refusal, read_json_object
from meshtui.sandbox.limits import RateLimitResult
from meshtui.sandbox.openai.authorization import check_access, check_organization, identify_key, make_limit_headers
from meshtui.sandbox.openai.errors import REQUEST_ERROR, STREAM_ERROR
from meshtui.sandbox.world import World

IMAGE_FIELDS = ("model", "n", "prompt", "quality", "response_format", "size", "style", "user")
CREATED = 1721172741
"""When the oldest model here was published; what `created` of a model means."""


def make_routes(world: World) -> list[Route]:
    """Below `/openai/v1`."""
    return [
        Route("/chat/completions", partial(complete_chat, world), methods=["POST"]),
        Route("/images/generations", partial(refuse_image, world), methods=["POST"]),
        Route("/models", partial(list_models, world)),
        Route("/models/{model:path}", partial(get_model, world)),
        Route("/{path:path}", refuse_unknown_path, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


async def complete_chat(world: World, request: Request) -> Response:
    caller = await _identify_caller(request, world)
    if isinstance(caller, Response):
        return caller
    chat = read_request(await request.body())
    if isinstance(chat, Response):
        return chat
    name, fault = caller
    refusal, rate = check_access(world, name, fault, chat.model, stream=chat.stream)
    if refusal:
        return refusal.to_response(_make_edge_headers())
    model = models.find_openai_model(chat.model)
    if model is None:
        return make_model_error(chat.model)
    return _format_answer(Completion.answer(chat, model.served_as), chat, world, rate, broken=fault == "stream_error")


async def list_models(world: World, request: Request) -> Response:
    refused = await _check_listing_access(request, world)
    found = [_format_model(name) for m in models.list_models_of("openai") for name in (m.own, m.build)]
    return refused or JSONResponse({"object": "list", "data": found}, headers=_make_model_headers(world))


async def get_model(world: World, request: Request) -> Response:
    name = request.path_params["model"]
    refused = await _check_listing_access(request, world)
    if refused:
        return refused
    if models.find_openai_model(name) is None:
        return make_model_error(name, "The model '{}' does not exist")
    return JSONResponse(_format_model(name), headers=_make_model_headers(world))


async def refuse_image(world: World, request: Request) -> Response:
    """No image is made here, but the key's scopes are looked at, and then the body, as OpenAI does."""
    caller = await _identify_caller(request, world)
    if isinstance(caller, Response):
        return caller
    body = read_json_object(await request.body()) or {}
    name, fault = caller
    refusal, _ = check_access(world, name, fault if fault == "no_permission" else None, "gpt-image-1")
    if refusal:
        return refusal.to_response(_make_edge_headers())
    unknown_fields = [field for field in body if field not in IMAGE_FIELDS]
    if unknown_fields:
        field = unknown_fields[0]
        return make_error(400, f"Unknown parameter: '{field}'.", code="unknown_parameter", param=field)
    if not isinstance(body.get("prompt"), str):
        return make_error(
            400, "Missing required parameter: 'prompt'.", code="missing_required_parameter", param="prompt"
        )
    return make_model_error(str(body.get("model", "dall-e-2")))


async def refuse_unknown_path(request: Request) -> Response:
    return refuse_path(request, 404)


def refuse_path(request: Request, status: int) -> Response:
    """For an address that is none, or a method that its address does not take."""
    path = request.url.path.removeprefix("/openai")
    if status == 405:
        return make_error(405, f"Not allowed to {request.method} on {path}.", code="method_not_supported")
    return make_error(404, f"Invalid URL ({request.method} {path})")


async def _identify_caller(request: Request, world: World) -> tuple[str, str | None] | Response:
    """The credential's name and its fault of this moment, or the answer that is given instead."""
    found = identify_key(world.keys, request.headers.get("authorization", ""))
    if isinstance(found, Refusal):
        return found.to_response(_make_edge_headers())
    fault = world.find_fault(found)
    wrong = check_organization(world.keys, request.headers)
    return await inject_fault(request, "openai", found, fault, world.pace) or (
        wrong.to_response(_make_edge_headers()) if wrong else (found, fault)
    )


async def _check_listing_access(request: Request, world: World) -> Response | None:
    """The answer to a call that runs no model, where it is not granted."""
    caller = await _identify_caller(request, world)
    if isinstance(caller, Response):
        return caller
    refusal, _ = check_access(world, *caller, model="")
    return refusal.to_response(_make_edge_headers()) if refusal else None


def read_request(raw: bytes) -> ChatRequest | Response:
    """The request, or a 400 that says what is wrong with it."""
    body = read_json_object(raw)
    if body is None:
        return make_error(400, "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
                            "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was "
                            "sent was not valid JSON.)")  # fmt: skip
    model, messages = body.get("model"), body.get("messages")
    if not isinstance(model, str):
        return _make_field_error(body, "model")
    if not isinstance(messages, list):
        return _make_field_error(body, "messages")
    options = body.get("stream_options")
    return ChatRequest(
        model=model,
        messages=tuple(m for m in messages if isinstance(m, dict)),
        stream=body.get("stream") is True,
        usage_in_stream=isinstance(options, dict) and options.get("include_usage") is True,
        limit=read_token_limit(body),
        tools=model_replies.read_tools(body.get("tools"), body.get("tool_choice")),
        answer_schema=read_answer_schema(body.get("response_format")),
        stops=read_stop_texts(body.get("stop")),
    )


def _make_field_error(body: Mapping[str, object], name: str) -> Response:
    if name in body:
        return make_error(400, f"Invalid type for '{name}'.", code="invalid_type", param=name)
    message = f"Missing required parameter: '{name}'."
    return make_error(400, message, code="missing_required_parameter", param=name)


def _format_answer(
    answer: Completion, chat: ChatRequest, world: World, rate: RateLimitResult | None, *, broken: bool
) -> Response:
    headers = {**_make_model_headers(world), **make_limit_headers(rate)}
    if not chat.stream:
        return JSONResponse({**answer.format_whole(), "service_tier": "default"}, headers=headers)
    error = {"error": STREAM_ERROR} if broken else None
    return http_messages.stream_events(
        answer.stream_chunks(world.pace.word, usage=chat.usage_in_stream, error=error), headers
    )


def make_error(status: int, message: str, *, code: str | None = None, param: str | None = None) -> Response:
    """What a model server, not the front end before it, says about a request: indented by two."""
    error = {"message": message, "type": REQUEST_ERROR, "param": param, "code": code}
    return Response(json.dumps({"error": error}, indent=2), status, _make_edge_headers(), "application/json")


def make_model_error(
    name: str, message: str = "The model `{}` does not exist or you do not have access to it."
) -> Response:
    return make_error(404, message.format(name), code="model_not_found")


def _format_model(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "system"}


def _make_edge_headers() -> dict[str, str]:
    return {
        "x-request-id": f"req_{ids.make_hexadecimal(32)}",
        "server": "cloudflare",
        "cf-ray": f"{ids.make_hexadecimal(16)}-FRA",
    }


def _make_model_headers(world: World) -> dict[str, str]:
    """Only a model server sets these: they prove that key, organization and project were accepted."""
    return {
        **_make_edge_headers(),
        "openai-organization": world.keys.openai_organization,
        "openai-processing-ms": "24",
        "openai-version": "2020-10-01",
    }
