"""OpenAI's Responses API, which Mesh speaks too: its request as a chat, its answer whole and as events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping

from meshtui.sandbox import http_messages, ids, model_replies
from meshtui.sandbox.chat_completion import BROKEN_AFTER, ChatRequest, Completion, read_answer_schema
from meshtui.sandbox.model_replies import ToolCall, read_limit

Thing = dict[str, object]


def read_chat(body: Mapping[str, object], model: str) -> ChatRequest:
    """The chat that a request asks for. `messages`, which a prompt template may have filled in, come before `input`."""
    given, text = body.get("input"), body.get("text")
    entries = given if isinstance(given, list) else [{"role": "user", "content": given}]
    filled = body.get("messages")
    before = filled if isinstance(filled, list) else []
    if isinstance(body.get("instructions"), str):
        before = [{"role": "system", "content": body["instructions"]}, *before]
    return ChatRequest(
        model=model,
        messages=tuple(_read_message(entry) for entry in [*before, *entries] if isinstance(entry, Mapping)),
        stream=body.get("stream") is True,
        limit=read_limit(body.get("max_output_tokens")),
        tools=model_replies.read_tools(body.get("tools"), body.get("tool_choice")),
        answer_schema=read_answer_schema(
            text.get("format") if isinstance(text, Mapping) else body.get("response_format")
        ),
    )


def _read_message(entry: Mapping[str, object]) -> Mapping[str, object]:
    """An input item as a message of a chat."""
    if entry.get("type") == "function_call_output":
        return {"role": "tool", "content": entry.get("output")}
    return entry


def format_whole(body: Mapping[str, object], completion: Completion) -> Thing:
    """The response object. `body`: of the request, of which it repeats some fields."""
    cut = completion.cut
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
        "metadata": body.get("metadata") or {},
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


async def stream_frames(
    completion: Completion, whole: Thing, pause: float, *, error: Mapping[str, object] | None = None
) -> AsyncIterator[bytes]:
    """Events, numbered. With an `error` they end after a few words, and it comes as the last one."""
    number = 0
    for event in _make_events(completion, whole, broken=error is not None):
        yield http_messages.format_event({**event, "sequence_number": number}, str(event["type"]))
        number += 1
        if str(event["type"]).endswith(".delta"):
            await asyncio.sleep(pause)
    if error is not None:
        named = str(error.get("type", ""))
        yield http_messages.format_event({**error, "sequence_number": number} if named else error, named)


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
