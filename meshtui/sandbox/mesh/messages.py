"""POST /messages of the gateway: Anthropic's Messages API, for every model (Mesh documentation, "Messages API")."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import http_messages, ids, model_replies
from meshtui.sandbox.chat_completion import BROKEN_AFTER, ChatRequest, Completion, read_stop_texts, read_token_limit
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.authentication import CallContext, ErrorFormat
from meshtui.sandbox.mesh.errors import MeshError, make_validation_error
from meshtui.sandbox.mesh.pipeline import Endpoint, RunAnswer, RunRequest

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}
"""Status → Anthropic's type of error (Anthropic documentation, "errors"); api_error for all others."""

STOP_REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}


def read_request(body: Mapping[str, object]) -> RunRequest | MeshError:
    details = schema.check_fields(body, schema.MESSAGES_FIELDS, needed=("model", "messages", "max_tokens"))
    if details:
        return make_validation_error(details)
    model, messages, system = body["model"], body["messages"], body.get("system")
    assert isinstance(model, str)
    assert isinstance(messages, list)
    before = ({"role": "system", "content": system},) if system else ()
    chat = ChatRequest(
        model=model,
        messages=(*before, *messages),
        stream=body.get("stream") is True,
        limit=read_token_limit(body),
        tools=model_replies.read_tools(body.get("tools"), body.get("tool_choice")),
        stops=read_stop_texts(body.get("stop_sequences")),
    )
    return RunRequest(chat, body)


def format_answer(answer: RunAnswer) -> Response:
    completion = answer.completion
    if answer.run_request.chat.stream:
        return http_messages.stream_events(_stream_frames(answer), answer.headers)
    usage = {"input_tokens": completion.prompt_tokens, "output_tokens": completion.tokens}
    content = [{"type": "text", "text": completion.text}] if completion.pieces else []
    blocks = [*content, *(_format_tool_use(number, completion) for number in range(len(completion.calls)))]
    whole = {
        **_make_head(completion),
        "content": blocks,
        "stop_reason": STOP_REASONS[completion.finish],
        "usage": usage,
    }
    return JSONResponse(whole, headers=dict(answer.headers))


async def _stream_frames(answer: RunAnswer) -> AsyncIterator[bytes]:
    """Token counts come at the end: at the start Mesh does not know them yet."""
    completion = answer.completion
    nothing = {"input_tokens": 0, "output_tokens": 0}
    yield _format_named_event(
        "message_start", message={**_make_head(completion), "content": [], "stop_reason": None, "usage": nothing}
    )
    if not completion.calls:
        yield _format_named_event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in completion.pieces[: BROKEN_AFTER if answer.error else None]:
            yield _format_named_event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
            await asyncio.sleep(answer.pause)
        if answer.error:
            yield _format_named_event("error", error={"type": "api_error", "message": answer.error.message})
            return
        yield _format_named_event("content_block_stop", index=0)
    for number, call in enumerate(completion.calls):
        yield _format_named_event(
            "content_block_start", index=number, content_block={**_format_tool_use(number, completion), "input": {}}
        )
        yield _format_named_event(
            "content_block_delta", index=number, delta={"type": "input_json_delta", "partial_json": call.text}
        )
        yield _format_named_event("content_block_stop", index=number)
    used = {"input_tokens": completion.prompt_tokens, "output_tokens": completion.tokens}
    yield _format_named_event(
        "message_delta", delta={"stop_reason": STOP_REASONS[completion.finish], "stop_sequence": None}, usage=used
    )
    yield _format_named_event("message_stop")


def _make_head(completion: Completion) -> dict[str, object]:
    kind = {"type": "message", "role": "assistant", "stop_sequence": None}
    return {"id": f"msg_{ids.make_letters(24)}", **kind, "model": completion.model}


def _format_tool_use(number: int, completion: Completion) -> dict[str, object]:
    call = completion.calls[number]
    return {"type": "tool_use", "id": f"toolu_{call.id.removeprefix('call_')}", "name": call.name,
            "input": dict(call.arguments)}  # fmt: skip


def _format_named_event(name: str, **fields: object) -> bytes:
    return http_messages.format_event({"type": name, **fields}, name)


def _format_anthropic_error(context: CallContext, error: MeshError, headers: Mapping[str, str]) -> Response:
    """Anthropic's envelope; what does not fit the schema is a 400 there."""
    status = 400 if error.http_status == 422 else error.http_status
    shown = {"type": ERROR_TYPES.get(status, "api_error"), "message": error.message}
    body = {"type": "error", "error": shown, "request_id": context.id}
    return JSONResponse(body, status, {**headers, **error.headers})


ANTHROPIC_ERRORS = ErrorFormat(_format_anthropic_error, takes_x_api_key=True)
MESSAGES = Endpoint("messages", read_request, format_answer)
