"""A chat request in the form that OpenAI invented and Mesh speaks too, and the sandbox's answer to it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from meshtui.sandbox import http_messages, ids, model_replies
from meshtui.sandbox.model_replies import ToolCall, ToolOffer, make_fitting_value


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a request body asks for."""

    model: str
    messages: tuple[Mapping[str, object], ...]
    stream: bool = False
    usage_in_stream: bool = True
    limit: int = model_replies.DEFAULT_LIMIT
    tools: ToolOffer = model_replies.NO_TOOLS
    answer_schema: object = None
    """The JSON schema that the answer is to fit; None where it may be any text."""
    stops: tuple[str, ...] = ()
    choices: int = 1
    """How many answers are wanted."""
    logprobs: int | None = None
    """How many alternatives are wanted for each token; None where no probabilities are."""

    @property
    def prompt(self) -> str:
        """The last message's text."""
        return model_replies.read_text(self.messages[-1].get("content")) if self.messages else ""

    @property
    def prompt_tokens(self) -> int:
        return sum(
            model_replies.count_tokens(model_replies.read_text(message.get("content"))) for message in self.messages
        )

    @property
    def answers_a_tool(self) -> bool:
        """Whether the last message brings what a tool returned: then the model speaks, and calls none."""
        last = self.messages[-1] if self.messages else {}
        content = last.get("content")
        parts = content if isinstance(content, list) else []
        returned = any(isinstance(part, Mapping) and part.get("type") == "tool_result" for part in parts)
        return returned or last.get("role") == "tool"


def read_token_limit(body: Mapping[str, object]) -> int:
    """`max_completion_tokens`, or its older name."""
    return model_replies.read_limit(body.get("max_completion_tokens") or body.get("max_tokens"))


def read_answer_schema(wanted: object) -> object:
    """The schema in a `response_format`, or in the `format` of a Responses request; None for plain text."""
    if not isinstance(wanted, Mapping):
        return None
    match wanted.get("type"):
        case "json_schema":
            inner = wanted.get("json_schema", wanted)
            return inner.get("schema", True) if isinstance(inner, Mapping) else True
        case "json_object":
            return {"type": "object", "properties": {"answer": {"type": "string"}}}
        case _:
            return None


def read_stop_texts(given: object) -> tuple[str, ...]:
    """`stop`: a text, or several."""
    several = given if isinstance(given, list) else [given]
    return tuple(stop for stop in several if isinstance(stop, str) and stop)


MAX_CHOICES = 128


def read_choices(body: Mapping[str, object]) -> int:
    """`n`, as far as it is one."""
    given = body.get("n")
    return min(given, MAX_CHOICES) if isinstance(given, int) and given > 0 else 1


def read_logprobs(body: Mapping[str, object]) -> int | None:
    """`top_logprobs` where `logprobs` are wanted."""
    given = body.get("top_logprobs")
    return (given if isinstance(given, int) else 0) if body.get("logprobs") is True else None


BROKEN_AFTER = 3
"""Words that a stream with an error in it delivers at most."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer, whole: words or calls of tools. `created` is Unix time in whole seconds."""

    model: str
    pieces: tuple[str, ...]
    cut: bool
    prompt_tokens: int
    calls: tuple[ToolCall, ...] = ()
    id: str = field(default_factory=lambda: f"chatcmpl-{ids.make_letters(29)}")
    created: int = field(default_factory=lambda: int(time.time()))
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further fields of the usage."""
    choices: int = 1
    logprobs: int | None = None

    @classmethod
    def answer(cls, chat: ChatRequest, model: str) -> Completion:
        """The sandbox's answer, under the name of the model that served it."""
        calls = () if chat.answers_a_tool else chat.tools.choose_calls(chat.prompt)
        if calls:
            return cls(model, (), False, chat.prompt_tokens, calls, choices=chat.choices)
        pieces, cut = model_replies.split_words(_make_text(chat), chat.limit)
        return cls(model, pieces, cut, chat.prompt_tokens, choices=chat.choices, logprobs=chat.logprobs)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        """Of the answer, all its choices together."""
        one = len(self.pieces) + sum(model_replies.count_tokens(call.text) for call in self.calls)
        return one * self.choices

    @property
    def usage(self) -> dict[str, object]:
        counts = {"prompt_tokens": self.prompt_tokens, "completion_tokens": self.tokens}
        return {**counts, "total_tokens": self.prompt_tokens + self.tokens, **self.extra}

    @property
    def finish(self) -> str:
        if self.calls:
            return "tool_calls"
        return "length" if self.cut else "stop"

    def format_whole(self) -> dict[str, object]:
        message: dict[str, object] = {"role": "assistant", "content": self.text, "refusal": None}
        if self.calls:
            message |= {"content": None, "tool_calls": [_format_tool_call(call) for call in self.calls]}
        told = {"message": message, "logprobs": self._format_logprobs(self.pieces), "finish_reason": self.finish}
        choices = [{"index": number, **told} for number in range(self.choices)]
        return {**self._head("chat.completion"), "choices": choices, "usage": self.usage}

    def format_chunk(self, delta: Mapping[str, object], finish: str | None = None, index: int = 0) -> bytes:
        content = delta.get("content")
        logprobs = self._format_logprobs((content,)) if isinstance(content, str) and content else None
        choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
        return http_messages.format_event({**self._head("chat.completion.chunk"), "choices": [choice]})

    def format_usage_chunk(self, more: Mapping[str, object]) -> bytes:
        """The chunk that carries the usage and no choice."""
        return http_messages.format_event(
            {**self._head("chat.completion.chunk"), "choices": [], "usage": self.usage, **more}
        )

    async def stream_chunks(
        self,
        pause: float,
        *,
        usage: bool,
        error: object = None,
        at_once: bool = False,
        last: Mapping[str, object] | None = None,
    ) -> AsyncIterator[bytes]:
        """The stream: role, words (or all of them `at_once`), finish, usage where wanted, and [DONE]. An `error` comes
        after a few words, in a frame of its own; `last` are further fields of the chunk with the usage."""
        for index in range(self.choices):
            yield self.format_chunk({"role": "assistant", "content": None if self.calls else ""}, index=index)
            for delta in self._deltas(BROKEN_AFTER if error else None, at_once=at_once):
                yield self.format_chunk(delta, index=index)
                await asyncio.sleep(pause)
            if error:
                yield http_messages.format_event(error)
                break
            yield self.format_chunk({}, self.finish, index)
        else:
            if usage:
                yield self.format_usage_chunk(last or {})
        yield http_messages.DONE

    def _format_logprobs(self, pieces: Sequence[str]) -> dict[str, object] | None:
        """Every word was certain; its alternatives are the word itself."""
        if self.logprobs is None:
            return None
        words = [{"token": piece, "logprob": 0.0, "bytes": list(piece.encode())} for piece in pieces]
        content = [{**word, "top_logprobs": [word] if self.logprobs else []} for word in words]
        return {"content": content, "refusal": None}

    def _deltas(self, most: int | None, *, at_once: bool) -> Iterator[dict[str, object]]:
        for piece in ((self.text,) if at_once else self.pieces)[:most]:
            yield {"content": piece}
        for number, call in enumerate(self.calls[:most]):
            yield {"tool_calls": [{"index": number, **_format_tool_call(call, "")}]}
            for piece in model_replies.split_words(call.text, len(call.text))[0]:
                yield {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}

    def _head(self, kind: str) -> dict[str, object]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


def _make_text(chat: ChatRequest) -> str:
    text = model_replies.make_reply(chat.prompt)
    if chat.answer_schema is not None:
        text = json.dumps(make_fitting_value(chat.answer_schema, text), ensure_ascii=False)
    for stop in chat.stops:
        text = text.partition(stop)[0]
    return text


def _format_tool_call(call: ToolCall, arguments: str | None = None) -> dict[str, object]:
    function = {"name": call.name, "arguments": call.text if arguments is None else arguments}
    return {"id": call.id, "type": "function", "function": function}
