"""The sandbox's answer to a chat, and its shape in OpenAI's chat completions, which Mesh shares."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field

from meshtui.sandbox import ids, sse, words
from meshtui.sandbox.chat import Asked
from meshtui.sandbox.sample import fitting
from meshtui.sandbox.tools import ToolCall

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
    id: str = field(default_factory=lambda: f"chatcmpl-{ids.letters(29)}")
    created: int = field(default_factory=lambda: int(time.time()))
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further fields of the usage."""

    @classmethod
    def to(cls, asked: Asked, model: str) -> Completion:
        """The sandbox's answer, under the name of the model that served it."""
        calls = () if asked.answers_a_tool else asked.offer.called(asked.prompt)
        if calls:
            return cls(model, (), False, asked.prompt_tokens, calls)
        pieces, cut = words.pieces(_text(asked), asked.limit)
        return cls(model, pieces, cut, asked.prompt_tokens)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        """Of the answer."""
        return len(self.pieces) + sum(words.count(call.text) for call in self.calls)

    @property
    def usage(self) -> dict[str, object]:
        counts = {"prompt_tokens": self.prompt_tokens, "completion_tokens": self.tokens}
        return {**counts, "total_tokens": self.prompt_tokens + self.tokens, **self.extra}

    @property
    def finish(self) -> str:
        if self.calls:
            return "tool_calls"
        return "length" if self.cut else "stop"

    def whole(self) -> dict[str, object]:
        message: dict[str, object] = {"role": "assistant", "content": self.text, "refusal": None}
        if self.calls:
            message |= {"content": None, "tool_calls": [_call(call) for call in self.calls]}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self.usage}

    def chunk(self, delta: Mapping[str, object], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return sse.event({**self._head("chat.completion.chunk"), "choices": [choice]})

    def counts(self, more: Mapping[str, object]) -> bytes:
        """The chunk that carries the usage and no choice."""
        return sse.event({**self._head("chat.completion.chunk"), "choices": [], "usage": self.usage, **more})

    async def chunks(
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
        yield self.chunk({"role": "assistant", "content": None if self.calls else ""})
        for delta in self._deltas(BROKEN_AFTER if error else None, at_once=at_once):
            yield self.chunk(delta)
            await asyncio.sleep(pause)
        if error:
            yield sse.event(error)
        else:
            yield self.chunk({}, self.finish)
            if usage:
                yield self.counts(last or {})
        yield sse.DONE

    def _deltas(self, most: int | None, *, at_once: bool) -> Iterator[dict[str, object]]:
        for piece in ((self.text,) if at_once else self.pieces)[:most]:
            yield {"content": piece}
        for number, call in enumerate(self.calls[:most]):
            yield {"tool_calls": [{"index": number, **_call(call, "")}]}
            for piece in words.pieces(call.text, len(call.text))[0]:
                yield {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}

    def _head(self, kind: str) -> dict[str, object]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


def _text(asked: Asked) -> str:
    text = words.reply(asked.prompt)
    if asked.form is not None:
        text = json.dumps(fitting(asked.form, text), ensure_ascii=False)
    for stop in asked.stops:
        text = text.partition(stop)[0]
    return text


def _call(call: ToolCall, arguments: str | None = None) -> dict[str, object]:
    function = {"name": call.name, "arguments": call.text if arguments is None else arguments}
    return {"id": call.id, "type": "function", "function": function}
