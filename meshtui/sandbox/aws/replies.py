"""What Bedrock's models answer, in the shapes of Converse, ConverseStream and InvokeModel."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass

from meshtui.sandbox import ids, model_replies
from meshtui.sandbox.aws import event_stream, invoke_schema, service_model
from meshtui.sandbox.aws.authorization import LATENCY_MS
from meshtui.sandbox.aws.validation import NO_GUARDRAIL, find_problem
from meshtui.sandbox.chat_completion import BROKEN_AFTER, Completion, read_stop_texts
from meshtui.sandbox.http_messages import NO_EXTRA_HEADERS, read_json_object
from meshtui.sandbox.model_replies import ToolCall, make_vector
from meshtui.sandbox.models import Model
from meshtui.sandbox.openai.chat import read_chat
from meshtui.sandbox.openai.parameters import CHAT_FIELDS, check_fields
from meshtui.sandbox.openai.validation import check_messages


class MalformedError(ValueError):
    """The request is not one this call takes; the text is the service's own sentence. `type`: of AWS's error."""

    def __init__(self, message: str, type: str = "ValidationException") -> None:  # noqa: A002 - as AWS calls it
        super().__init__(message)
        self.type = type


@dataclass(frozen=True, slots=True)
class ModelReply:
    pieces: tuple[str, ...]
    cut: bool
    prompt_tokens: int
    calls: tuple[ToolCall, ...] = ()
    stopped: bool = False
    """Whether one of the stop sequences ended it."""

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
        if self.stopped:
            return "stop_sequence"
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


def read_converse(raw: bytes, operation: str = "Converse") -> dict[str, object]:
    """The body of a Converse request. Raises MalformedError."""
    body = read_body(raw)
    check_shape(operation, body)
    problem = find_problem(body)
    if problem:
        raise MalformedError(problem)
    return body


def check_shape(operation: str, body: Mapping[str, object], headers: Mapping[str, str] = NO_EXTRA_HEADERS) -> None:
    """Whether body and headers are what AWS's description of the operation says. Raises MalformedError."""
    misfit = service_model.find_misfit("bedrock-runtime", operation, body, headers)
    if misfit is not None:
        raise MalformedError(misfit.message, misfit.type)
    if headers.get(GUARDRAIL_HEADER):
        raise MalformedError(NO_GUARDRAIL)


GUARDRAIL_HEADER = "x-amzn-bedrock-guardrailidentifier"


def count_input_tokens(body: Mapping[str, object]) -> int:
    """Of CountTokens' input. Raises MalformedError."""
    check_shape("CountTokens", body)
    given = body.get("input")
    asked = given.get("converse") or given.get("invokeModel") if isinstance(given, Mapping) else None
    if not isinstance(asked, Mapping):
        raise MalformedError("Malformed input request, please reformat your input and try again.")
    if "body" in asked:
        try:
            asked = read_body(base64.b64decode(str(asked["body"])))
        except ValueError:
            raise MalformedError("Malformed input request, please reformat your input and try again.") from None
    return make_model_reply(asked, None).prompt_tokens


def make_model_reply(body: Mapping[str, object], limit: object) -> ModelReply:
    """The answer to `messages`. Raises MalformedError where the body has none."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) for m in messages):
        raise MalformedError("A conversation must start with a user message. Try again with a conversation that "
                             "starts with a user message.")  # fmt: skip
    texts = [model_replies.read_text(message.get("content")) for message in messages]
    calls = _choose_tool_calls(body, messages[-1].get("content"), texts[-1])
    if calls:
        return ModelReply((), False, sum(map(model_replies.count_tokens, texts)), calls)
    whole = text = model_replies.make_reply(texts[-1])
    for stop in _read_stops(body):
        text = text.partition(stop)[0]
    pieces, cut = model_replies.split_words(text, model_replies.read_limit(limit))
    counted = sum(map(model_replies.count_tokens, texts))
    return ModelReply(pieces, cut, counted, stopped=not cut and text != whole)


def _read_stops(body: Mapping[str, object]) -> tuple[str, ...]:
    """Converse's `stopSequences`, Anthropic's `stop_sequences`."""
    config = body.get("inferenceConfig")
    given = config.get("stopSequences") if isinstance(config, Mapping) else body.get("stop_sequences")
    return read_stop_texts(given)


def _choose_tool_calls(body: Mapping[str, object], last: object, prompt: str) -> tuple[ToolCall, ...]:
    """The tools of Converse's `toolConfig`, or of Anthropic's `tools`, that are called; none where the last message
    brings a result."""
    parts = last if isinstance(last, list) else []
    if any(isinstance(part, dict) and ("toolResult" in part or part.get("type") == "tool_result") for part in parts):
        return ()
    config = body.get("toolConfig")
    if isinstance(config, dict):
        return model_replies.read_tools(config.get("tools"), config.get("toolChoice")).choose_calls(prompt)
    return model_replies.read_tools(body.get("tools"), body.get("tool_choice")).choose_calls(prompt)


def _name_tool_use(call: ToolCall) -> dict[str, object]:
    return {"toolUseId": f"tooluse_{call.id.removeprefix('call_')}", "name": call.name}


def read_max_tokens(body: Mapping[str, object]) -> object:
    """`inferenceConfig.maxTokens`, where it is given."""
    inference = body.get("inferenceConfig")
    return inference.get("maxTokens") if isinstance(inference, dict) else None


def format_converse(answer: ModelReply) -> dict[str, object]:
    return {
        "metrics": {"latencyMs": LATENCY_MS},
        "output": {"message": {"content": answer.content, "role": "assistant"}},
        "stopReason": answer.stop_reason,
        "usage": answer.usage,
    }


async def stream_converse(
    answer: ModelReply, pause: float, *, exception: tuple[str, str] | None
) -> AsyncIterator[bytes]:
    yield event_stream.make_event("messageStart", {"role": "assistant"})
    for piece in answer.pieces[: BROKEN_AFTER if exception else None]:
        yield event_stream.make_event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}})
        await asyncio.sleep(pause)
    if exception:
        yield event_stream.make_exception(*exception)
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
    """InvokeModel's answer in the model's own schema: OpenAI's, Amazon's or Anthropic's. Raises MalformedError."""
    if model.brand == "openai":
        completion = _complete_openai_chat(model, body)
        answer = ModelReply(completion.pieces, completion.cut, completion.prompt_tokens, completion.calls)
        return completion.format_whole(), answer
    if not model.mesh.startswith("anthropic/"):
        _require_schema(invoke_schema.NOVA, body)
        answer = make_model_reply(body, read_max_tokens(body))
        shape = format_converse(answer)
        return {key: shape[key] for key in ("output", "stopReason", "usage")}, answer
    _require_schema(invoke_schema.ANTHROPIC, body)
    problem = invoke_schema.check_turns(body["messages"])
    if problem:
        raise MalformedError(problem)
    answer = make_model_reply(body, body["max_tokens"])
    return {
        "id": f"msg_bdrk_{ids.make_letters(24)}",
        "type": "message",
        "role": "assistant",
        "model": model.own.removeprefix("anthropic.").removesuffix("-v1:0"),
        "content": [_format_tool_use(call) for call in answer.calls] or [{"type": "text", "text": answer.text}],
        "stop_reason": answer.stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": answer.prompt_tokens, "output_tokens": answer.usage["outputTokens"]},
    }, answer


def _format_tool_use(call: ToolCall) -> dict[str, object]:
    """Anthropic's block."""
    name = f"toolu_bdrk_{call.id.removeprefix('call_')}"
    return {"type": "tool_use", "id": name, "name": call.name, "input": dict(call.arguments)}


def format_embeddings(model: Model, body: Mapping[str, object]) -> tuple[dict[str, object], int]:
    """InvokeModel's answer of a model for embeddings, Amazon's or Cohere's, and the tokens it read. Raises
    MalformedError."""
    if model.brand == "amazon":
        return _format_titan(model, body)
    _require_schema(invoke_schema.COHERE, body)
    given = body["texts"]
    texts = [str(text) for text in given] if isinstance(given, list) else []
    vectors = [make_vector(text, model.dimensions) for text in texts]
    whole: dict[str, object] = {
        "id": ids.make_aws_request_id(),
        "embeddings": vectors,
        "response_type": "embeddings_floats",
        "texts": texts,
    }
    return whole, sum(map(model_replies.count_tokens, texts))


def _format_titan(model: Model, body: Mapping[str, object]) -> tuple[dict[str, object], int]:
    _require_schema(invoke_schema.TITAN, body)
    text, given = str(body["inputText"]), body.get("dimensions")
    dimensions = given if isinstance(given, int) else model.dimensions
    vector, used = make_vector(text, dimensions), model_replies.count_tokens(text)
    return {"embedding": vector, "embeddingsByType": {"float": vector}, "inputTextTokenCount": used}, used


def _require_schema(schema: invoke_schema.Schema, body: Mapping[str, object]) -> None:
    problem = invoke_schema.find_violations(schema, body)
    if problem:
        raise MalformedError(problem)


InvokeEvent = dict[str, object]


def make_invoke_events(model: Model, body: Mapping[str, object]) -> Iterator[InvokeEvent]:
    """Those of the model's own schema: OpenAI's, Anthropic's or Amazon's. Raises MalformedError at once."""
    if model.brand == "openai":
        return _make_openai_events(_complete_openai_chat(model, body))
    whole, answer = format_invoke(model, body)
    return _make_anthropic_events(whole, answer) if model.mesh.startswith("anthropic/") else _make_nova_events(answer)


async def stream_invoke_frames(
    made: Iterator[InvokeEvent], pause: float, *, exception: tuple[str, str] | None
) -> AsyncIterator[bytes]:
    """A stream that breaks does so after a few events."""
    for number, event in enumerate(made):
        if exception and number > BROKEN_AFTER:
            yield event_stream.make_exception(*exception)
            return
        coded = base64.b64encode(json.dumps(event, separators=(",", ":")).encode()).decode()
        yield event_stream.make_event("chunk", {"bytes": coded})
        await asyncio.sleep(pause)
    if exception:
        yield event_stream.make_exception(*exception)


def _complete_openai_chat(model: Model, body: Mapping[str, object]) -> Completion:
    """The models that OpenAI made take its chats, without a name of the model."""
    chat: Mapping[str, object] = {"model": model.own, **body}
    problem = check_fields(chat, CHAT_FIELDS, ("messages",)) or check_messages(chat["messages"])
    if problem is not None:
        raise MalformedError(problem.message)
    return Completion.answer(read_chat(chat), model.own)


def _make_openai_events(completion: Completion) -> Iterator[InvokeEvent]:
    whole = {**completion.format_whole(), "object": "chat.completion.chunk"}
    usage = whole.pop("usage")
    for piece in completion.pieces:
        yield {**whole, "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
    yield {**whole, "choices": [{"index": 0, "delta": {}, "finish_reason": completion.finish}], "usage": usage}


def _make_anthropic_events(whole: Mapping[str, object], answer: ModelReply) -> Iterator[InvokeEvent]:
    used = {"input_tokens": answer.prompt_tokens, "output_tokens": 0}
    yield {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None, "usage": used}}
    if not answer.calls:
        yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        for piece in answer.pieces:
            yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
        yield {"type": "content_block_stop", "index": 0}
    for number, call in enumerate(answer.calls):
        block = {**_format_tool_use(call), "input": {}}
        yield {"type": "content_block_start", "index": number, "content_block": block}
        delta = {"type": "input_json_delta", "partial_json": call.text}
        yield {"type": "content_block_delta", "index": number, "delta": delta}
        yield {"type": "content_block_stop", "index": number}
    stopped = {"stop_reason": answer.stop_reason, "stop_sequence": None}
    yield {"type": "message_delta", "delta": stopped, "usage": {"output_tokens": answer.usage["outputTokens"]}}
    counts = {"inputTokenCount": answer.prompt_tokens, "outputTokenCount": answer.usage["outputTokens"]}
    yield {"type": "message_stop", "amazon-bedrock-invocationMetrics": counts}


def _make_nova_events(answer: ModelReply) -> Iterator[InvokeEvent]:
    yield {"messageStart": {"role": "assistant"}}
    for piece in answer.pieces:
        yield {"contentBlockDelta": {"delta": {"text": piece}, "contentBlockIndex": 0}}
    yield {"contentBlockStop": {"contentBlockIndex": 0}}
    yield {"messageStop": {"stopReason": answer.stop_reason}}
    yield {"metadata": {"usage": answer.usage}}
