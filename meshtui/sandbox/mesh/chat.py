"""POST /chat/completions of the gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace

from starlette.responses import JSONResponse, Response

from meshtui.sandbox import sse, tools
from meshtui.sandbox.chat import Asked, form_of, limit_of, stops_of
from meshtui.sandbox.edge import DROP
from meshtui.sandbox.mesh import schema
from meshtui.sandbox.mesh.envelope import Trouble, wrong
from meshtui.sandbox.mesh.guard import on_demand
from meshtui.sandbox.mesh.pipeline import Answer, Endpoint, Wanted, byok_of

DEFAULT_MODEL = "openai/gpt-4o"
"""What a request without a model gets (Mesh's older API reference)."""


def read(body: Mapping[str, object]) -> Wanted | Trouble:
    """The request, or what is wrong with it."""
    details = schema.check(body, schema.CHAT, needed=("messages",))
    if details:
        return wrong(details)
    model, messages, modalities = body.get("model") or DEFAULT_MODEL, body["messages"], body.get("modalities")
    assert isinstance(model, str)
    assert isinstance(messages, list)
    if body.get("modality") == "image" or (isinstance(modalities, list) and "audio" in modalities):
        return on_demand("unsupported_operation")
    asked = Asked(
        model=model,
        messages=tuple(messages),
        stream=body.get("stream") is True,
        limit=limit_of(body),
        offer=tools.offer(body.get("tools"), body.get("tool_choice")),
        form=form_of(body.get("response_format")),
        stops=stops_of(body.get("stop")),
    )
    return Wanted(asked, body)


def shape(answer: Answer) -> Response:
    completion, behaviour = answer.completion, answer.visit.behaviour
    if behaviour.usage_names_byok and not answer.at_once:
        completion = replace(completion, extra=byok_of(answer.outcome))
    if not answer.wanted.asked.stream:
        return JSONResponse({**completion.whole(), **answer.more}, headers=dict(answer.headers))
    error = answer.error.frame(answer.visit.id, behaviour) if answer.error else None
    last = {"cost": answer.cost} if behaviour.cost_in_last_chunk else None
    frames = completion.chunks(answer.pause, usage=True, error=error, at_once=answer.at_once, last=last)
    if error and behaviour.broken_stream != "error":
        drop = answer.visit.request.scope["extensions"][DROP] if behaviour.broken_stream == "drop" else None
        frames = _broken_off(frames, drop)
    return sse.stream(frames, answer.headers)


async def _broken_off(frames: AsyncIterator[bytes], drop: Callable[[], None] | None) -> AsyncIterator[bytes]:
    """The frames before the error; then nothing, or a lost connection."""
    async for frame in frames:
        if frame.startswith(b'data: {"error"'):
            break
        yield frame
    if drop is not None:
        drop()


CHAT = Endpoint("chat", read, shape)
