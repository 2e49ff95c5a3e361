"""InvokeModelWithResponseStream: the model's own events, each in base64 in a frame named `chunk`."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator, Mapping

from meshtui.sandbox.aws import answers, eventstream
from meshtui.sandbox.aws.answers import Reply
from meshtui.sandbox.aws.rows import IN_STREAM
from meshtui.sandbox.completion import BROKEN_AFTER
from meshtui.sandbox.models import Model

Event = dict[str, object]


def events(model: Model, body: Mapping[str, object]) -> Iterator[Event]:
    """Those of the model's own schema, Anthropic's or Amazon's. Raises MalformedError at once."""
    whole, answer = answers.invoke(model, body)
    return _anthropic(whole, answer) if model.mesh.startswith("anthropic/") else _nova(answer)


async def frames(made: Iterator[Event], pause: float, *, broken: bool) -> AsyncIterator[bytes]:
    """A stream that breaks does so after a few events."""
    for number, event in enumerate(made):
        if broken and number > BROKEN_AFTER:
            yield eventstream.exception(*IN_STREAM)
            return
        coded = base64.b64encode(json.dumps(event, separators=(",", ":")).encode()).decode()
        yield eventstream.event("chunk", {"bytes": coded})
        await asyncio.sleep(pause)
    if broken:
        yield eventstream.exception(*IN_STREAM)


def _anthropic(whole: Mapping[str, object], answer: Reply) -> Iterator[Event]:
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


def _nova(answer: Reply) -> Iterator[Event]:
    yield {"messageStart": {"role": "assistant"}}
    for piece in answer.pieces:
        yield {"contentBlockDelta": {"delta": {"text": piece}, "contentBlockIndex": 0}}
    yield {"contentBlockStop": {"contentBlockIndex": 0}}
    yield {"messageStop": {"stopReason": answer.stop_reason}}
    yield {"metadata": {"usage": answer.usage}}
