"""What Gemini answers to a generateContent request, whole or piece by piece, and what Vertex refuses of one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence

from meshtui.sandbox import ids, model_replies
from meshtui.sandbox.chat_completion import BROKEN_AFTER, read_stop_texts
from meshtui.sandbox.google.errors import STREAM_ERRORS
from meshtui.sandbox.model_replies import (
    AUTO_CHOICE,
    NO_CHOICE,
    REQUIRED_CHOICE,
    Tool,
    ToolCall,
    ToolOffer,
    make_vector,
)
from meshtui.sandbox.models import Model

RANGES = {
    "temperature": (0, 2.0001), "topP": (0, 1.0001), "topK": (1, 65), "maxOutputTokens": (1, 65537),
    "candidateCount": (1, 9), "presencePenalty": (-2, 2), "frequencyPenalty": (-2, 2), "logprobs": (0, 21),
}  # fmt: skip
MAX_STOP_SEQUENCES = 5
"""Field of generationConfig → from (inclusive) and to (exclusive)."""
NO_CONTENTS = "Unable to submit request because at least one contents field is required."
NO_PARTS = (
    "Unable to submit request because it must include at least one parts field, which describes the prompt input. "
    "Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini"
)
EMPTY_TEXT = (
    "Unable to submit request because it has an empty text parameter. Add a value to the parameter and try again. "
    "Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini"
)

Body = Mapping[str, object]


def find_problem(body: Body) -> str:
    """The first thing that is wrong with a request whose fields are right (`request_messages`), in Vertex's sentence;
    empty where it is right."""
    turns = body.get("contents")
    if not isinstance(turns, list) or not turns:
        return NO_CONTENTS
    return next(filter(None, map(_check_turn, turns)), "") or _check_config(_get(body, "generationConfig"))


def _check_turn(turn: Body) -> str:
    if turn.get("role", "user") not in ("user", "model", "function"):
        return "Please use a valid role: user, model."
    parts = turn.get("parts")
    if not isinstance(parts, list) or not parts:
        return NO_PARTS
    return EMPTY_TEXT if any(isinstance(part, Mapping) and part.get("text") == "" for part in parts) else ""


def _check_config(config: object) -> str:
    for name, (low, high) in RANGES.items():
        value = _get(config, name)
        if isinstance(value, int | float) and not isinstance(value, bool) and not low <= value < high:
            return (
                f"Unable to submit request because it has a {name} value of {value} but the supported range is from "
                f"{low} (inclusive) to {high} (exclusive). Update the value and try again."
            )
    if _get(config, "logprobs") is not None and _get(config, "responseLogprobs") is not True:
        return (
            "Unable to submit request because logprobs is set but responseLogprobs is not true. Update and try again."
        )
    stops = _get(config, "stopSequences")
    if isinstance(stops, list) and len(stops) > MAX_STOP_SEQUENCES:
        return (
            f"Unable to submit request because it must have fewer than {MAX_STOP_SEQUENCES + 1} stop sequences but has "
            f"{len(stops)}. Update the value and try again."
        )
    return ""


class GeneratedContent:
    """A generateContent request that is right, and the answer to it."""

    def __init__(self, model: str, body: Body) -> None:
        contents, config = body.get("contents"), _get(body, "generationConfig")
        turns = [turn for turn in contents if isinstance(turn, Mapping)] if isinstance(contents, list) else []
        texts = [model_replies.read_text(turn.get("parts")) for turn in turns]
        self.model, self.id = model, ids.make_letters(22)
        self.prompt = texts[-1] if texts else ""
        self.prompt_tokens = sum(map(model_replies.count_tokens, texts))
        given = _get(config, "candidateCount")
        self.candidates = given if isinstance(given, int) and given > 0 else 1
        returned = bool(turns) and "functionResponse" in json.dumps(turns[-1].get("parts"), default=str)
        self.calls: tuple[ToolCall, ...] = () if returned else _read_offer(body).choose_calls(self.prompt)
        reply = model_replies.make_reply(self.prompt)
        schema = _get(config, "responseJsonSchema") or _lower_types(_get(config, "responseSchema"))
        if schema or _get(config, "responseMimeType") == "application/json":
            wanted = schema or {"type": "object", "properties": {"answer": {"type": "string"}}}
            reply = json.dumps(model_replies.make_fitting_value(wanted, reply), ensure_ascii=False)
        for stop in read_stop_texts(_get(config, "stopSequences")):
            reply = reply.partition(stop)[0]
        limit = model_replies.read_limit(_get(config, "maxOutputTokens"))
        self.logprobs = _get(config, "logprobs")
        self.tells_logprobs = _get(config, "responseLogprobs") is True
        self.pieces, self.cut = ((), False) if self.calls else model_replies.split_words(reply, limit)

    def format_whole(self) -> dict[str, object]:
        return self._part("".join(self.pieces), last=True)

    async def stream_frames(self, pause: float, *, array: bool, fault: str | None) -> AsyncIterator[bytes]:
        """One frame a word: server-sent events, or the elements of one JSON array, which ends with its bracket."""
        error = STREAM_ERRORS.get(fault or "")
        shown = (self.pieces or ("",))[: BROKEN_AFTER if error else None]
        for number, piece in enumerate(shown):
            last = not error and number == len(shown) - 1
            start = "," if number else "["
            yield _format_frame(self._part(piece, last=last), start if array else "")
            await asyncio.sleep(pause)
        if error:
            yield _format_frame({"error": error}, "," if array else "")
        if array:
            yield b"]"

    def _format_logprobs(self) -> dict[str, object]:
        """Every word was certain; its alternatives are the word itself."""
        chosen = [
            {"token": piece, "tokenId": number, "logProbability": 0.0} for number, piece in enumerate(self.pieces)
        ]
        top = [{"candidates": [each]} for each in chosen] if self.logprobs else []
        result = {"chosenCandidates": chosen, "topCandidates": top}
        return {"avgLogprobs": 0.0, "logprobsResult": result}

    def _part(self, text: str, *, last: bool) -> dict[str, object]:
        calls = [{"functionCall": {"name": call.name, "args": dict(call.arguments)}} for call in self.calls]
        candidate: dict[str, object] = {"content": {"role": "model", "parts": calls or [{"text": text}]}}
        if last:
            candidate["finishReason"] = "MAX_TOKENS" if self.cut else "STOP"
            if self.tells_logprobs:
                candidate |= self._format_logprobs()
        several = [{**candidate, "index": number} for number in range(self.candidates)]
        part: dict[str, object] = {"candidates": several if self.candidates > 1 else [candidate]}
        if last:
            one = len(self.pieces) + sum(model_replies.count_tokens(call.text) for call in self.calls)
            part["usageMetadata"] = {
                "promptTokenCount": self.prompt_tokens,
                "candidatesTokenCount": one * self.candidates,
                "totalTokenCount": self.prompt_tokens + one * self.candidates,
                "trafficType": "ON_DEMAND",
            }
        created = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
        return {**part, "modelVersion": self.model, "createTime": created, "responseId": self.id}


def format_embedding(model: Model, body: Body) -> dict[str, object] | None:
    """The answer to embedContent; None where there is no text."""
    content = body.get("content")
    text = model_replies.read_text(content.get("parts")) if isinstance(content, Mapping) else ""
    if not text:
        return None
    given = _get(_get(body, "embedContentConfig") or body, "outputDimensionality")
    vector = make_vector(text, given if isinstance(given, int) and 0 < given <= model.dimensions else model.dimensions)
    used = model_replies.count_tokens(text)
    return {"embedding": {"values": vector}, "usageMetadata": {"promptTokenCount": used, "totalTokenCount": used}}


def format_predictions(model: Model, body: Body) -> dict[str, object] | None:
    """The answer to predict, the older call for embeddings; None where there are no texts."""
    instances = body.get("instances")
    texts = (
        [each.get("content") for each in instances if isinstance(each, Mapping)] if isinstance(instances, list) else []
    )
    if not texts or not all(isinstance(text, str) and text for text in texts):
        return None
    given = _get(body.get("parameters"), "outputDimensionality")
    dimensions = given if isinstance(given, int) and 0 < given <= model.dimensions else model.dimensions
    found = [
        {
            "embeddings": {
                "values": make_vector(str(text), dimensions),
                "statistics": {"token_count": model_replies.count_tokens(str(text)), "truncated": False},
            }
        }
        for text in texts
    ]
    return {"predictions": found, "metadata": {"billableCharacterCount": sum(len(str(text)) for text in texts)}}


def _read_offer(body: Body) -> ToolOffer:
    """`tools` with their functionDeclarations, and the mode of `toolConfig`."""
    listed = body.get("tools")
    declared: list[object] = []
    for entry in listed if isinstance(listed, list) else ():
        functions = _get(entry, "functionDeclarations")
        declared += functions if isinstance(functions, list) else []
    tools = tuple(
        Tool(str(each["name"]), _read_parameters(each))
        for each in declared
        if isinstance(each, Mapping) and isinstance(each.get("name"), str)
    )
    config = _get(_get(body, "toolConfig"), "functionCallingConfig")
    allowed = _get(config, "allowedFunctionNames")
    if isinstance(allowed, Sequence) and allowed:
        tools = tuple(tool for tool in tools if tool.name in allowed)
    mode = str(_get(config, "mode") or "AUTO").upper()
    return ToolOffer(tools, {"ANY": REQUIRED_CHOICE, "NONE": NO_CHOICE}.get(mode, AUTO_CHOICE))


def _read_parameters(declared: Mapping[str, object]) -> Mapping[str, object]:
    schema = _get(declared, "parametersJsonSchema") or _lower_types(declared.get("parameters"))
    return schema if isinstance(schema, Mapping) else {}


def _lower_types(schema: object) -> object:
    """Google's schemas write OBJECT and STRING."""
    if isinstance(schema, Mapping):
        return {
            key: value.lower() if key == "type" and isinstance(value, str) else _lower_types(value)
            for key, value in schema.items()
        }
    return [_lower_types(each) for each in schema] if isinstance(schema, list) else schema


def _get(value: object, name: str) -> object:
    """A field in Google's spelling or in that of its protocol buffers: both are taken."""
    if not isinstance(value, Mapping):
        return None
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return value.get(name, value.get(snake))


def _format_frame(body: object, start: str) -> bytes:
    """Google ends the lines of its events with CRLF. `start` is what separates an array's elements."""
    text = json.dumps(body, ensure_ascii=False)
    return f"{start}{text}\r\n".encode() if start else f"data: {text}\r\n\r\n".encode()
