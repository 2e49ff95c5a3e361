"""POST /responses of OpenAI, whole and streamed, and what was stored of it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshtui.sandbox import http_messages, models, responses_api
from meshtui.sandbox.chat_completion import Completion
from meshtui.sandbox.openai.answers import (
    check_listing_access,
    make_edge_headers,
    make_error,
    make_model_error,
    make_model_headers,
    read_request,
)
from meshtui.sandbox.openai.authorization import check_access, make_limit_headers
from meshtui.sandbox.openai.errors import STREAM_ERRORS
from meshtui.sandbox.openai.parameters import RESPONSES_FIELDS, check_fields
from meshtui.sandbox.openai.validation import check_reasoning_model, check_stream_options, check_text_format
from meshtui.sandbox.world import World


async def create_response(world: World, request: Request) -> Response:
    caller = await read_request(request, world)
    if isinstance(caller, Response):
        return caller
    name, fault, body = caller
    problem = check_fields(body, RESPONSES_FIELDS, ("model", "input"))
    if problem is not None:
        return problem.to_response()
    chat = responses_api.read_chat(body, str(body["model"]))
    refusal, rate = check_access(world, name, fault, chat.model, stream=chat.stream)
    if refusal:
        return refusal.to_response(make_edge_headers())
    model = models.find_openai_model(chat.model)
    if chat.model in models.ENDED:
        return make_model_error(chat.model)
    if model is None:
        message = f"The requested model '{chat.model}' does not exist."
        return make_error(400, message, code="model_not_found", param="model")
    problem = check_stream_options(body) or check_text_format(body) or check_reasoning_model(body, model)
    if problem is not None:
        return problem.to_response()
    before = body.get("previous_response_id")
    if isinstance(before, str) and world.openai_responses.find(before) is None:
        said, code = f"Previous response with id '{before}' not found.", "previous_response_not_found"
        return make_error(400, said, code=code, param="previous_response_id")
    completion = Completion.answer(chat, model.served_as)
    whole = responses_api.format_whole(body, completion)
    if body.get("store") is not False:
        world.openai_responses.put(whole)
    headers = {**make_model_headers(world), **make_limit_headers(rate, chat.prompt_tokens + chat.limit)}
    if not chat.stream:
        return JSONResponse(whole, headers=headers)
    found = STREAM_ERRORS.get(fault or "")
    error = (
        {"type": "error", "code": found["code"] or found["type"], "message": found["message"], "param": None}
        if found
        else None
    )
    frames = responses_api.stream_frames(completion, whole, world.pace.word, error=error)
    return http_messages.stream_events(frames, headers)


async def get_response(world: World, request: Request) -> Response:
    """GET or DELETE /responses/{id}"""
    refused = await check_listing_access(request, world)
    if refused is not None:
        return refused
    name = request.path_params["response"]
    found = world.openai_responses.find(name)
    if found is None:
        return make_error(404, f"Response with id '{name}' not found.", param="id")
    if request.method == "DELETE":
        world.openai_responses.remove(name)
        return JSONResponse({"id": name, "object": "response", "deleted": True}, headers=make_model_headers(world))
    return JSONResponse(found, headers=make_model_headers(world))
