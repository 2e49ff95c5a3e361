"""POST /responses of the gateway: OpenAI's Responses API for text and functions, and what was stored of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import http_messages, ids, model_replies
from meshtui.sandbox.chat_completion import BROKEN_AFTER, ChatRequest, Completion, read_answer_schema
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.authentication import CallContext
from meshtui.sandbox.mesh.chat import DEFAULT_MODEL
from meshtui.sandbox.mesh.errors import MeshError, make_usual_error, make_validation_error
from meshtui.sandbox.mesh.pipeline import Endpoint, RunAnswer, RunRequest
from meshtui.sandbox.model_replies import ToolCall, read_limit
from meshtui.sandbox.world import World

Thing = dict[str, object]


def read_request(body: Mapping[str, object]) -> RunRequest | MeshError:
    details = schema.check_fields(body, schema.RESPONSES_FIELDS, needed=("input",))
    if details:
        return make_validation_error(details)
    if body.get("background") is True:
        return make_usual_error("not_implemented")
    model, given, text = body.get("model") or DEFAULT_MODEL, body["input"], body.get("text")
    assert isinstance(model, str)
    entries = [{"role": "user", "content": given}] if isinstance(given, str) else given
    assert isinstance(entries, list)
    filled = body.get("messages")
    before = filled if isinstance(filled, list) else []
    if isinstance(body.get("instructions"), str):
        before = [{"role": "system", "content": body["instructions"]}, *before]
    chat = ChatRequest(
        model=model,
        messages=tuple(map(_read_message, [*before, *entries])),
        stream=body.get("stream") is True,
        limit=read_limit(body.get("max_output_tokens")),
        tools=model_replies.read_tools(body.get("tools"), body.get("tool_choice")),
        answer_schema=read_answer_schema(
            text.get("format") if isinstance(text, Mapping) else body.get("response_format")
        ),
    )
    return RunRequest(chat, body)


def _read_message(entry: Mapping[str, object]) -> Mapping[str, object]:
    """An input item as a message of a chat."""
    if entry.get("type") == "function_call_output":
        return {"role": "tool", "content": entry.get("output")}
    return entry


def format_answer(answer: RunAnswer) -> Response:
    whole = _format_whole(answer.run_request, answer.completion)
    if answer.error is None and answer.run_request.body.get("store") is not False:
        answer.world.mesh.responses.put(whole)
    if answer.run_request.chat.stream:
        return http_messages.stream_events(_stream_frames(answer, whole), answer.headers)
    return JSONResponse(whole, headers=dict(answer.headers))


def _format_whole(run_request: RunRequest, completion: Completion) -> Thing:
    body, cut = run_request.body, completion.cut
    echoed = {
        name: body.get(name)
        for name in ("instructions", "max_output_tokens", "previous_response_id", "temperature", "top_p", "user")
    }
    return {
        "id": f"resp_{ids.make_hexadecimal(48)}",
        "object": "response",
        "created_at": completion.created,
        "status": "incomplete" if cut else "completed",
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "model": completion.model,
        "output": _format_output(completion),
        "parallel_tool_calls": True,
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": body.get("tools") or [],
        "text": body.get("text") or {"format": {"type": "text"}},
        "metadata": {},
        **echoed,
        "usage": {
            "input_tokens": completion.prompt_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": completion.tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": completion.prompt_tokens + completion.tokens,
        },
    }


def _format_output(completion: Completion) -> list[Thing]:
    status = "incomplete" if completion.cut else "completed"
    calls = [_format_function_call(call, status) for call in completion.calls]
    part = {"type": "output_text", "text": completion.text, "annotations": []}
    message: Thing = {"type": "message", "id": f"msg_{ids.make_hexadecimal(24)}", "role": "assistant", "status": status,
                      "content": [part]}  # fmt: skip
    return calls or [message]


def _format_function_call(call: ToolCall, status: str) -> Thing:
    named = {"call_id": call.id, "name": call.name, "arguments": call.text}
    return {"type": "function_call", "id": f"fc_{ids.make_hexadecimal(24)}", **named, "status": status}


async def _stream_frames(answer: RunAnswer, whole: Thing) -> AsyncIterator[bytes]:
    """Events, numbered. One that fails ends with Mesh's error among them."""
    for number, event in enumerate(_make_events(answer.completion, whole, broken=answer.error is not None)):
        yield http_messages.format_event({**event, "sequence_number": number}, str(event["type"]))
        if str(event["type"]).endswith(".delta"):
            await asyncio.sleep(answer.pause)
    if answer.error:
        yield http_messages.format_event(answer.error.frame(answer.context.id, answer.context.behaviour))
    yield http_messages.DONE


def _make_events(completion: Completion, whole: Thing, *, broken: bool) -> Iterator[Thing]:
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    items = whole["output"]
    assert isinstance(items, list)
    for index, item in enumerate(items):
        at = {"output_index": index, "item_id": item["id"]}
        yield {"type": "response.output_item.added", "output_index": index, "item": {**item, "status": "in_progress"}}
        yield from (
            _make_call_events(item, at)
            if item["type"] == "function_call"
            else _make_text_events(item, at, completion, broken=broken)
        )
        if broken:
            return
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": "response.incomplete" if completion.cut else "response.completed", "response": whole}


def _make_call_events(item: Thing, at: Thing) -> Iterator[Thing]:
    yield {"type": "response.function_call_arguments.delta", **at, "delta": item["arguments"]}
    yield {"type": "response.function_call_arguments.done", **at, "arguments": item["arguments"]}


def _make_text_events(item: Thing, at: Thing, completion: Completion, *, broken: bool) -> Iterator[Thing]:
    content = item["content"]
    assert isinstance(content, list)
    at = {**at, "content_index": 0}
    yield {"type": "response.content_part.added", **at, "part": {**content[0], "text": ""}}
    for piece in completion.pieces[: BROKEN_AFTER if broken else None]:
        yield {"type": "response.output_text.delta", **at, "delta": piece, "logprobs": []}
    if not broken:
        yield {"type": "response.output_text.done", **at, "text": completion.text, "logprobs": []}
        yield {"type": "response.content_part.done", **at, "part": content[0]}


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
