"""POST /messages of the gateway: Anthropic's Messages API, for every model (Mesh documentation, "Messages API")."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import ids, sse, tools
from meshtui.sandbox.chat import Asked, limit_of, stops_of
from meshtui.sandbox.completion import BROKEN_AFTER, Completion
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.door import Manner, Visit
from meshtui.sandbox.mesh.envelope import Trouble, wrong
from meshtui.sandbox.mesh.pipeline import Answer, Endpoint, Wanted

ERRORS = {
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
STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}


def read(body: Mapping[str, object]) -> Wanted | Trouble:
    details = schema.check(body, schema.ANTHROPIC, needed=("model", "messages", "max_tokens"))
    if details:
        return wrong(details)
    model, messages, system = body["model"], body["messages"], body.get("system")
    assert isinstance(model, str)
    assert isinstance(messages, list)
    before = ({"role": "system", "content": system},) if system else ()
    asked = Asked(
        model=model,
        messages=(*before, *messages),
        stream=body.get("stream") is True,
        limit=limit_of(body),
        offer=tools.offer(body.get("tools"), body.get("tool_choice")),
        stops=stops_of(body.get("stop_sequences")),
    )
    return Wanted(asked, body)


def shape(answer: Answer) -> Response:
    completion = answer.completion
    if answer.wanted.asked.stream:
        return sse.stream(_frames(answer), answer.headers)
    usage = {"input_tokens": completion.prompt_tokens, "output_tokens": completion.tokens}
    content = [{"type": "text", "text": completion.text}] if completion.pieces else []
    blocks = [*content, *(_use(number, completion) for number in range(len(completion.calls)))]
    whole = {**_head(completion), "content": blocks, "stop_reason": STOPS[completion.finish], "usage": usage}
    return JSONResponse(whole, headers=dict(answer.headers))


async def _frames(answer: Answer) -> AsyncIterator[bytes]:
    """Token counts come at the end: at the start Mesh does not know them yet."""
    completion = answer.completion
    nothing = {"input_tokens": 0, "output_tokens": 0}
    yield _event("message_start", message={**_head(completion), "content": [], "stop_reason": None, "usage": nothing})
    if not completion.calls:
        yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in completion.pieces[: BROKEN_AFTER if answer.error else None]:
            yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
            await asyncio.sleep(answer.pause)
        if answer.error:
            yield _event("error", error={"type": "api_error", "message": answer.error.message})
            return
        yield _event("content_block_stop", index=0)
    for number, call in enumerate(completion.calls):
        yield _event("content_block_start", index=number, content_block={**_use(number, completion), "input": {}})
        yield _event("content_block_delta", index=number, delta={"type": "input_json_delta", "partial_json": call.text})
        yield _event("content_block_stop", index=number)
    used = {"input_tokens": completion.prompt_tokens, "output_tokens": completion.tokens}
    yield _event("message_delta", delta={"stop_reason": STOPS[completion.finish], "stop_sequence": None}, usage=used)
    yield _event("message_stop")


def _head(completion: Completion) -> dict[str, object]:
    kind = {"type": "message", "role": "assistant", "stop_sequence": None}
    return {"id": f"msg_{ids.letters(24)}", **kind, "model": completion.model}


def _use(number: int, completion: Completion) -> dict[str, object]:
    call = completion.calls[number]
    return {"type": "tool_use", "id": f"toolu_{call.id.removeprefix('call_')}", "name": call.name,
            "input": dict(call.arguments)}  # fmt: skip


def _event(name: str, **fields: object) -> bytes:
    return sse.event({"type": name, **fields}, name)


def _refuse(visit: Visit, trouble: Trouble, headers: Mapping[str, str]) -> Response:
    """Anthropic's envelope; what does not fit the schema is a 400 there."""
    status = 400 if trouble.http_status == 422 else trouble.http_status
    error = {"type": ERRORS.get(status, "api_error"), "message": trouble.message}
    body = {"type": "error", "error": error, "request_id": visit.id}
    return JSONResponse(body, status, {**headers, **trouble.headers})


ANTHROPICS = Manner(_refuse, takes_x_api_key=True)
MESSAGES = Endpoint("messages", read, shape)
