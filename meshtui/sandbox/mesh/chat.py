"""POST /chat/completions of the gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import http_messages, model_replies
from meshtui.sandbox.aws.validation import BLANK_TEXT
from meshtui.sandbox.chat_completion import ChatRequest, read_answer_schema, read_stop_texts, read_token_limit
from meshtui.sandbox.fault_injection import DROP_CONNECTION
from meshtui.sandbox.google.replies import EMPTY_TEXT
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.errors import MeshError, make_usual_error, make_validation_error
from meshtui.sandbox.mesh.pipeline import Endpoint, RunAnswer, RunRequest, make_byok_fields
from meshtui.sandbox.models import Model
from meshtui.sandbox.openai.validation import check_messages

DEFAULT_MODEL = "openai/gpt-4o"
"""What a request without a model gets (Mesh's older API reference)."""


def read_request(body: Mapping[str, object]) -> RunRequest | MeshError:
    """The request, or what is wrong with it."""
    details = schema.check_fields(body, schema.CHAT_FIELDS, needed=("messages",))
    if details:
        return make_validation_error(details)
    model, messages, modalities = body.get("model") or DEFAULT_MODEL, body["messages"], body.get("modalities")
    assert isinstance(model, str)
    assert isinstance(messages, list)
    if body.get("modality") == "image" or (isinstance(modalities, list) and "audio" in modalities):
        return make_usual_error("unsupported_operation")
    chat = ChatRequest(
        model=model,
        messages=tuple(messages),
        stream=body.get("stream") is True,
        limit=read_token_limit(body),
        tools=model_replies.read_tools(body.get("tools"), body.get("tool_choice")),
        answer_schema=read_answer_schema(body.get("response_format")),
        stops=read_stop_texts(body.get("stop")),
    )
    return RunRequest(chat, body)


def find_problem(model: Model, run_request: RunRequest) -> str:
    """What the provider refuses of the turns: roles out of order and calls without results at OpenAI, blank texts at
    Bedrock, empty ones at Vertex. Whatever else Mesh translates is not known."""
    messages = run_request.body.get("messages")
    if model.provider == "openai":
        problem = check_messages(messages)
        return problem.message if problem else ""
    for number, message in enumerate(run_request.chat.messages):
        for part, text in enumerate(_list_texts(message.get("content"))):
            if model.provider == "bedrock" and not text.strip():
                return BLANK_TEXT.format(number=number, part=part)
            if model.provider == "vertex" and not text:
                return EMPTY_TEXT
    return ""


def _list_texts(content: object) -> list[str]:
    if isinstance(content, str):
        return [content]
    parts = [part.get("text") for part in content if isinstance(part, Mapping)] if isinstance(content, list) else []
    return [text for text in parts if isinstance(text, str)]


def format_answer(answer: RunAnswer) -> Response:
    completion, behaviour = answer.completion, answer.context.behaviour
    if behaviour.usage_names_byok and not answer.at_once:
        completion = replace(completion, extra=make_byok_fields(answer.outcome))
    if not answer.run_request.chat.stream:
        return JSONResponse({**completion.format_whole(), **answer.more}, headers=dict(answer.headers))
    error = answer.error.frame(answer.context.id, behaviour) if answer.error else None
    last = {"cost": answer.cost} if behaviour.cost_in_last_chunk else None
    frames = completion.stream_chunks(answer.pause, usage=True, error=error, at_once=answer.at_once, last=last)
    if error and behaviour.broken_stream != "error":
        drop = (
            answer.context.request.scope["extensions"][DROP_CONNECTION] if behaviour.broken_stream == "drop" else None
        )
        frames = _break_off(frames, drop)
    return http_messages.stream_events(frames, answer.headers)


async def _break_off(frames: AsyncIterator[bytes], drop: Callable[[], None] | None) -> AsyncIterator[bytes]:
    """The frames before the error; then nothing, or a lost connection."""
    async for frame in frames:
        if frame.startswith(b'data: {"error"'):
            break
        yield frame
    if drop is not None:
        drop()


CHAT = Endpoint("chat", read_request, format_answer, find_problem=find_problem)
