"""POST /chat/completions of OpenAI."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshtui.sandbox import http_messages, model_replies, models
from meshtui.sandbox.chat_completion import (
    ChatRequest,
    Completion,
    read_answer_schema,
    read_choices,
    read_logprobs,
    read_stop_texts,
    read_token_limit,
)
from meshtui.sandbox.openai.answers import (
    make_edge_headers,
    make_model_error,
    make_model_headers,
    read_request,
)
from meshtui.sandbox.openai.authorization import check_access, make_limit_headers
from meshtui.sandbox.openai.errors import STREAM_ERRORS
from meshtui.sandbox.openai.parameters import CHAT_FIELDS, check_fields
from meshtui.sandbox.openai.validation import (
    check_answer_format,
    check_messages,
    check_reasoning_model,
    check_stream_options,
    check_tools,
)
from meshtui.sandbox.rate_limits import RateLimitResult
from meshtui.sandbox.world import World


async def complete_chat(world: World, request: Request) -> Response:
    caller = await read_request(request, world)
    if isinstance(caller, Response):
        return caller
    name, fault, body = caller
    unknown = "Unrecognized request argument supplied: {}"
    problem = check_fields(body, CHAT_FIELDS, ("model", "messages"), unknown=unknown)
    if problem is not None:
        return problem.to_response()
    chat = read_chat(body)
    refusal, rate = check_access(world, name, fault, chat.model, stream=chat.stream)
    if refusal:
        return refusal.to_response(make_edge_headers())
    model = models.find_openai_model(chat.model)
    if model is None:
        return make_model_error(chat.model)
    problem = (
        check_messages(body["messages"])
        or check_tools(body)
        or check_answer_format(body)
        or check_stream_options(body)
        or check_reasoning_model(body, model)
    )
    if problem is not None:
        return problem.to_response()
    return _format_answer(Completion.answer(chat, model.served_as), chat, world, rate, fault=fault)


def read_chat(body: Mapping[str, object]) -> ChatRequest:
    """A request whose fields are of the right types."""
    messages, options = body["messages"], body.get("stream_options")
    assert isinstance(messages, list)
    return ChatRequest(
        model=str(body["model"]),
        messages=tuple(message for message in messages if isinstance(message, Mapping)),
        stream=body.get("stream") is True,
        usage_in_stream=isinstance(options, dict) and options.get("include_usage") is True,
        limit=read_token_limit(body),
        tools=model_replies.read_tools(body.get("tools"), body.get("tool_choice")),
        answer_schema=read_answer_schema(body.get("response_format")),
        stops=read_stop_texts(body.get("stop")),
        choices=read_choices(body),
        logprobs=read_logprobs(body),
    )


def _format_answer(
    answer: Completion, chat: ChatRequest, world: World, rate: RateLimitResult | None, *, fault: str | None
) -> Response:
    headers = {**make_model_headers(world), **make_limit_headers(rate, chat.prompt_tokens + chat.limit)}
    if not chat.stream:
        return JSONResponse({**answer.format_whole(), "service_tier": "default"}, headers=headers)
    found = STREAM_ERRORS.get(fault or "")
    error = {"error": found} if found else None
    frames = answer.stream_chunks(world.pace.word, usage=chat.usage_in_stream, error=error)
    return http_messages.stream_events(frames, headers)
