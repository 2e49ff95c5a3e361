"""What Gemini answers to a generateContent request, whole or piece by piece."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping

from meshtui.sandbox import ids, model_replies
from meshtui.sandbox.chat_completion import BROKEN_AFTER
from meshtui.sandbox.google.errors import STREAM_ERROR


class GeneratedContent:
    """A generateContent request and the answer to it."""

    def __init__(self, model: str, body: Mapping[str, object]) -> None:
        contents = body.get("contents")
        turns = contents if isinstance(contents, list) else []
        texts = [model_replies.read_text(turn.get("parts")) for turn in turns if isinstance(turn, dict)]
        config = body.get("generationConfig")
        limit = config.get("maxOutputTokens") if isinstance(config, dict) else None
        self.model, self.id = model, ids.make_letters(22)
        self.wrong = "" if texts else "Unable to submit request because at least one contents field is required."
        self.prompt = texts[-1] if texts else ""
        self.prompt_tokens = sum(map(model_replies.count_tokens, texts))
        reply = model_replies.make_reply(self.prompt)
        self.pieces, self.cut = model_replies.split_words(reply, model_replies.read_limit(limit))

    def format_whole(self) -> dict[str, object]:
        return self._part("".join(self.pieces), last=True)

    async def stream_frames(self, pause: float, *, array: bool, broken: bool) -> AsyncIterator[bytes]:
        """One frame a word: server-sent events, or the elements of one JSON array."""
        shown = self.pieces[: BROKEN_AFTER if broken else None]
        for number, piece in enumerate(shown):
            last = not broken and number == len(shown) - 1
            start = "," if number else "["
            yield _format_frame(self._part(piece, last=last), start if array else "")
            await asyncio.sleep(pause)
        if broken:
            yield _format_frame({"error": STREAM_ERROR}, "," if array else "")
        if array:
            yield b"]\n"

    def _part(self, text: str, *, last: bool) -> dict[str, object]:
        candidate: dict[str, object] = {"content": {"role": "model", "parts": [{"text": text}]}}
        if last:
            candidate["finishReason"] = "MAX_TOKENS" if self.cut else "STOP"
        part: dict[str, object] = {"candidates": [candidate]}
        if last:
            used = len(self.pieces)
            part["usageMetadata"] = {
                "promptTokenCount": self.prompt_tokens,
                "candidatesTokenCount": used,
                "totalTokenCount": self.prompt_tokens + used,
                "trafficType": "ON_DEMAND",
            }
        created = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
        return {**part, "modelVersion": self.model, "createTime": created, "responseId": self.id}


def _format_frame(body: object, start: str) -> bytes:
    """Google ends the lines of its events with CRLF. `start` is what separates an array's elements."""
    text = json.dumps(body, ensure_ascii=False)
    return f"{start}{text}\r\n".encode() if start else f"data: {text}\r\n\r\n".encode()
