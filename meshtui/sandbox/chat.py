"""The chat completion that OpenAI invented and Mesh speaks too: reading a request, shaping answer and chunks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from meshtui.sandbox import ids, sse, words

BROKEN_AFTER = 3
"""Words that a stream with an error in it delivers at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request body asks for, as far as it matters here."""

    model: str
    messages: tuple[Mapping[str, object], ...]
    stream: bool = False
    usage_in_stream: bool = True
    limit: int = words.DEFAULT_LIMIT

    @property
    def prompt(self) -> str:
        """The last message's text."""
        return words.text_of(self.messages[-1].get("content")) if self.messages else ""

    @property
    def prompt_tokens(self) -> int:
        return sum(words.count(words.text_of(message.get("content"))) for message in self.messages)


def limit_of(body: Mapping[str, object]) -> int:
    """`max_completion_tokens`, or its older name."""
    return words.limit_of(body.get("max_completion_tokens") or body.get("max_tokens"))


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer, whole; `created` is Unix time in whole seconds."""

    model: str
    pieces: tuple[str, ...]
    cut: bool
    prompt_tokens: int
    id: str = field(default_factory=lambda: f"chatcmpl-{ids.letters(29)}")
    created: int = field(default_factory=lambda: int(time.time()))
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further fields of the usage."""

    @classmethod
    def to(cls, asked: Asked, model: str) -> Completion:
        """The sandbox's answer, under the name of the model that served it."""
        pieces, cut = words.pieces(words.reply(asked.prompt), asked.limit)
        return cls(model, pieces, cut, asked.prompt_tokens)

    @property
    def usage(self) -> dict[str, object]:
        completion = len(self.pieces)
        counts = {"prompt_tokens": self.prompt_tokens, "completion_tokens": completion}
        return {**counts, "total_tokens": self.prompt_tokens + completion, **self.extra}

    @property
    def finish(self) -> str:
        return "length" if self.cut else "stop"

    def whole(self) -> dict[str, object]:
        message = {"role": "assistant", "content": "".join(self.pieces), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self.usage}

    def chunk(self, delta: Mapping[str, object], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return sse.event({**self._head("chat.completion.chunk"), "choices": [choice]})

    def counts(self) -> bytes:
        """The chunk that carries the usage and no choice."""
        return sse.event({**self._head("chat.completion.chunk"), "choices": [], "usage": self.usage})

    async def chunks(
        self, pause: float, *, usage: bool, error: object = None, at_once: bool = False
    ) -> AsyncIterator[bytes]:
        """The stream: role, words (or all of them `at_once`), finish, usage where wanted, and [DONE]. An `error` comes
        after a few words, in a frame of its own."""
        yield self.chunk({"role": "assistant", "content": ""})
        pieces = ("".join(self.pieces),) if at_once else self.pieces
        for piece in pieces[: BROKEN_AFTER if error else None]:
            yield self.chunk({"content": piece})
            await asyncio.sleep(pause)
        if error:
            yield sse.event(error)
        else:
            yield self.chunk({}, self.finish)
            if usage:
                yield self.counts()
        yield sse.DONE

    def _head(self, kind: str) -> dict[str, object]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}
