"""What Bedrock's models answer, in the shapes of Converse, ConverseStream and InvokeModel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from meshtui.sandbox import ids, tools, words
from meshtui.sandbox.aws import eventstream
from meshtui.sandbox.aws.rows import IN_STREAM
from meshtui.sandbox.body import json_object
from meshtui.sandbox.completion import BROKEN_AFTER
from meshtui.sandbox.models import Model
from meshtui.sandbox.tools import ToolCall

LATENCY_MS = 24


class MalformedError(ValueError):
    """The body is not one this call takes; the text is the service's own sentence."""


@dataclass(frozen=True, slots=True)
class Reply:
    pieces: tuple[str, ...]
    cut: bool
    prompt_tokens: int
    calls: tuple[ToolCall, ...] = ()

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def usage(self) -> dict[str, int]:
        used = len(self.pieces) + sum(words.count(call.text) for call in self.calls)
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
            {"toolUse": {**_named(call), "input": dict(call.arguments)}} for call in self.calls
        ]
        return uses or [{"text": self.text}]


def read(raw: bytes) -> dict[str, object]:
    """The body as an object. Raises MalformedError."""
    body = json_object(raw)
    if body is None:
        raise MalformedError("Malformed input request, please reformat your input and try again.")
    return body


def reply(body: Mapping[str, object], limit: object) -> Reply:
    """The answer to `messages`. Raises MalformedError where there are none."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) for m in messages):
        raise MalformedError("A conversation must start with a user message. Try again with a conversation that "
                             "starts with a user message.")  # fmt: skip
    texts = [words.text_of(message.get("content")) for message in messages]
    calls = _called(body, messages[-1].get("content"), texts[-1])
    if calls:
        return Reply((), False, sum(map(words.count, texts)), calls)
    pieces, cut = words.pieces(words.reply(texts[-1]), words.limit_of(limit))
    return Reply(pieces, cut, sum(map(words.count, texts)))


def _called(body: Mapping[str, object], last: object, prompt: str) -> tuple[ToolCall, ...]:
    """The tools of Converse's `toolConfig` that are called; none where the last message brings a result."""
    config = body.get("toolConfig")
    returned = isinstance(last, list) and any(isinstance(part, dict) and "toolResult" in part for part in last)
    if not isinstance(config, dict) or returned:
        return ()
    return tools.offer(config.get("tools"), config.get("toolChoice")).called(prompt)


def _named(call: ToolCall) -> dict[str, object]:
    return {"toolUseId": f"tooluse_{call.id.removeprefix('call_')}", "name": call.name}


def limit_of(body: Mapping[str, object]) -> object:
    """`inferenceConfig.maxTokens`, where it stands."""
    inference = body.get("inferenceConfig")
    return inference.get("maxTokens") if isinstance(inference, dict) else None


def converse(answer: Reply) -> dict[str, object]:
    return {
        "metrics": {"latencyMs": LATENCY_MS},
        "output": {"message": {"content": answer.content, "role": "assistant"}},
        "stopReason": answer.stop_reason,
        "usage": answer.usage,
    }


async def converse_stream(answer: Reply, pause: float, *, broken: bool) -> AsyncIterator[bytes]:
    yield eventstream.event("messageStart", {"role": "assistant"})
    for piece in answer.pieces[: BROKEN_AFTER if broken else None]:
        yield eventstream.event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}})
        await asyncio.sleep(pause)
    if broken:
        yield eventstream.exception(*IN_STREAM)
        return
    if answer.pieces:
        yield eventstream.event("contentBlockStop", {"contentBlockIndex": 0})
    for number, call in enumerate(answer.calls):
        at = {"contentBlockIndex": number}
        yield eventstream.event("contentBlockStart", {**at, "start": {"toolUse": _named(call)}})
        yield eventstream.event("contentBlockDelta", {**at, "delta": {"toolUse": {"input": call.text}}})
        yield eventstream.event("contentBlockStop", at)
    yield eventstream.event("messageStop", {"stopReason": answer.stop_reason})
    yield eventstream.event("metadata", {"metrics": {"latencyMs": LATENCY_MS}, "usage": answer.usage})


def invoke(model: Model, body: Mapping[str, object]) -> tuple[dict[str, object], Reply]:
    """InvokeModel's answer in the model's own schema, Anthropic's or Amazon's. Raises MalformedError."""
    if not model.mesh.startswith("anthropic/"):
        answer = reply(body, limit_of(body))
        shape = converse(answer)
        return {key: shape[key] for key in ("output", "stopReason", "usage")}, answer
    for needed in ("anthropic_version", "max_tokens"):
        if needed not in body:
            raise MalformedError(
                f"Malformed input request: #: required key [{needed}] not found, please reformat your input and "
                "try again."
            )
    answer = reply(body, body["max_tokens"])
    return {
        "id": f"msg_bdrk_{ids.letters(24)}",
        "type": "message",
        "role": "assistant",
        "model": model.own.removeprefix("anthropic.").removesuffix("-v1:0"),
        "content": [{"type": "text", "text": answer.text}],
        "stop_reason": answer.stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": answer.prompt_tokens, "output_tokens": len(answer.pieces)},
    }, answer
