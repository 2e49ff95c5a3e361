"""What Bedrock's models answer, in the shapes of Converse, ConverseStream and InvokeModel."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass

from meshtui.sandbox import ids, model_replies
from meshtui.sandbox.aws import event_stream
from meshtui.sandbox.aws.errors import STREAM_EXCEPTION
from meshtui.sandbox.chat_completion import BROKEN_AFTER
from meshtui.sandbox.http_messages import read_json_object
from meshtui.sandbox.model_replies import ToolCall
from meshtui.sandbox.models import Model

LATENCY_MS = 24


class MalformedError(ValueError):
    """The body is not one this call takes; the text is the service's own sentence."""


@dataclass(frozen=True, slots=True)
class ModelReply:
    pieces: tuple[str, ...]
    cut: bool
    prompt_tokens: int
    calls: tuple[ToolCall, ...] = ()

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def usage(self) -> dict[str, int]:
        used = len(self.pieces) + sum(model_replies.count_tokens(call.text) for call in self.calls)
        return {"inputTokens": self.prompt_tokens, "outputTokens": used, "totalTokens": self.prompt_tokens + used}

    @property
    def stop_reason(self) -> str:
        if self.calls:
            return "tool_use"
        return "max_tokens" if self.cut else "end_turn"

    @property
    def content(self) -> list[dict[str, object]]:
        """Converse's blocks."""
        uses: list[dict[str, object]] = [
            {"toolUse": {**_name_tool_use(call), "input": dict(call.arguments)}} for call in self.calls
        ]
        return uses or [{"text": self.text}]


def read_body(raw: bytes) -> dict[str, object]:
    """The body as an object. Raises MalformedError."""
    body = read_json_object(raw)
    if body is None:
        raise MalformedError("Malformed input request, please reformat your input and try again.")
    return body


def make_model_reply(body: Mapping[str, object], limit: object) -> ModelReply:
    """The answer to `messages`. Raises MalformedError where there are none."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) for m in messages):
        raise MalformedError("A conversation must start with a user message. Try again with a conversation that "
                             "starts with a user message.")  # fmt: skip
    texts = [model_replies.read_text(message.get("content")) for message in messages]
    calls = _choose_tool_calls(body, messages[-1].get("content"), texts[-1])
    if calls:
        return ModelReply((), False, sum(map(model_replies.count_tokens, texts)), calls)
    pieces, cut = model_replies.split_words(model_replies.make_reply(texts[-1]), model_replies.read_limit(limit))
    return ModelReply(pieces, cut, sum(map(model_replies.count_tokens, texts)))


def _choose_tool_calls(body: Mapping[str, object], last: object, prompt: str) -> tuple[ToolCall, ...]:
    """The tools of Converse's `toolConfig` that are called; none where the last message brings a result."""
    config = body.get("toolConfig")
    returned = isinstance(last, list) and any(isinstance(part, dict) and "toolResult" in part for part in last)
    if not isinstance(config, dict) or returned:
        return ()
    return model_replies.read_tools(config.get("tools"), config.get("toolChoice")).choose_calls(prompt)


def _name_tool_use(call: ToolCall) -> dict[str, object]:
    return {"toolUseId": f"tooluse_{call.id.removeprefix('call_')}", "name": call.name}


def read_max_tokens(body: Mapping[str, object]) -> object:
    """`inferenceConfig.maxTokens`, where it stands."""
    inference = body.get("inferenceConfig")
    return inference.get("maxTokens") if isinstance(inference, dict) else None


def format_converse(answer: ModelReply) -> dict[str, object]:
    return {
        "metrics": {"latencyMs": LATENCY_MS},
        "output": {"message": {"content": answer.content, "role": "assistant"}},
        "stopReason": answer.stop_reason,
        "usage": answer.usage,
    }


async def stream_converse(answer: ModelReply, pause: float, *, broken: bool) -> AsyncIterator[bytes]:
    yield event_stream.make_event("messageStart", {"role": "assistant"})
    for piece in answer.pieces[: BROKEN_AFTER if broken else None]:
        yield event_stream.make_event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}})
        await asyncio.sleep(pause)
    if broken:
        yield event_stream.make_exception(*STREAM_EXCEPTION)
        return
    if answer.pieces:
        yield event_stream.make_event("contentBlockStop", {"contentBlockIndex": 0})
    for number, call in enumerate(answer.calls):
        at = {"contentBlockIndex": number}
        yield event_stream.make_event("contentBlockStart", {**at, "start": {"toolUse": _name_tool_use(call)}})
        yield event_stream.make_event("contentBlockDelta", {**at, "delta": {"toolUse": {"input": call.text}}})
        yield event_stream.make_event("contentBlockStop", at)
    yield event_stream.make_event("messageStop", {"stopReason": answer.stop_reason})
    yield event_stream.make_event("metadata", {"metrics": {"latencyMs": LATENCY_MS}, "usage": answer.usage})


def format_invoke(model: Model, body: Mapping[str, object]) -> tuple[dict[str, object], ModelReply]:
    """InvokeModel's answer in the model's own schema, Anthropic's or Amazon's. Raises MalformedError."""
    if not model.mesh.startswith("anthropic/"):
        answer = make_model_reply(body, read_max_tokens(body))
        shape = format_converse(answer)
        return {key: shape[key] for key in ("output", "stopReason", "usage")}, answer
    for needed in ("anthropic_version", "max_tokens"):
        if needed not in body:
            raise MalformedError(
                f"Malformed input request: #: required key [{needed}] not found, please reformat your input and "
                "try again."
            )
    answer = make_model_reply(body, body["max_tokens"])
    return {
        "id": f"msg_bdrk_{ids.make_letters(24)}",
        "type": "message",
        "role": "assistant",
        "model": model.own.removeprefix("anthropic.").removesuffix("-v1:0"),
        "content": [{"type": "text", "text": answer.text}],
        "stop_reason": answer.stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": answer.prompt_tokens, "output_tokens": len(answer.pieces)},
    }, answer


InvokeEvent = dict[str, object]


def make_invoke_events(model: Model, body: Mapping[str, object]) -> Iterator[InvokeEvent]:
    """Those of the model's own schema, Anthropic's or Amazon's. Raises MalformedError at once."""
    whole, answer = format_invoke(model, body)
    return _make_anthropic_events(whole, answer) if model.mesh.startswith("anthropic/") else _make_nova_events(answer)


async def stream_invoke_frames(made: Iterator[InvokeEvent], pause: float, *, broken: bool) -> AsyncIterator[bytes]:
    """A stream that breaks does so after a few events."""
    for number, event in enumerate(made):
        if broken and number > BROKEN_AFTER:
            yield event_stream.make_exception(*STREAM_EXCEPTION)
            return
        coded = base64.b64encode(json.dumps(event, separators=(",", ":")).encode()).decode()
        yield event_stream.make_event("chunk", {"bytes": coded})
        await asyncio.sleep(pause)
    if broken:
        yield event_stream.make_exception(*STREAM_EXCEPTION)


def _make_anthropic_events(whole: Mapping[str, object], answer: ModelReply) -> Iterator[InvokeEvent]:
    used = {"input_tokens": answer.prompt_tokens, "output_tokens": 0}
    yield {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None, "usage": used}}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for piece in answer.pieces:
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
    yield {"type": "content_block_stop", "index": 0}
    stopped = {"stop_reason": answer.stop_reason, "stop_sequence": None}
    yield {"type": "message_delta", "delta": stopped, "usage": {"output_tokens": len(answer.pieces)}}
    counts = {"inputTokenCount": answer.prompt_tokens, "outputTokenCount": len(answer.pieces)}
    yield {"type": "message_stop", "amazon-bedrock-invocationMetrics": counts}


def _make_nova_events(answer: ModelReply) -> Iterator[InvokeEvent]:
    yield {"messageStart": {"role": "assistant"}}
    for piece in answer.pieces:
        yield {"contentBlockDelta": {"delta": {"text": piece}, "contentBlockIndex": 0}}
    yield {"contentBlockStop": {"contentBlockIndex": 0}}
    yield {"messageStop": {"stopReason": answer.stop_reason}}
    yield {"metadata": {"usage": answer.usage}}
