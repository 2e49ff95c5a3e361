"""The chat completions that OpenAI and Mesh share: how an answer and a stream put the model's words."""

from __future__ import annotations

from meshtui.http.call import TEST_TOOL, PromptRequest
from meshtui.http.decoding import Dialect, dig, join_strings


def _read_reply_text(value: object) -> str | None:
    choices = dig(value, "choices")
    return join_strings(choices, "message", "content") if isinstance(choices, list) and choices else None


def _read_stream_text(_name: str, value: object) -> str | None:
    choices = dig(value, "choices")
    if not isinstance(choices, list):
        return None
    # A server that does not stream though it was asked to may send the whole message as its only event.
    return join_strings(choices, "delta", "content") or join_strings(choices, "message", "content")


def _is_stream_end(data: str, value: object) -> bool:
    """`[DONE]`, or the reason for which the model stopped: some gateways leave the one out, some the other."""
    choices = dig(value, "choices")
    reasons = (dig(c, "finish_reason") for c in choices) if isinstance(choices, list) else ()
    return data.strip() == "[DONE]" or any(reasons)


DIALECT = Dialect(_read_reply_text, _read_stream_text, ends=_is_stream_end)


def make_tools(question: PromptRequest) -> dict[str, object]:
    """What goes into the body where a tool is offered."""
    if not question.tools:
        return {}
    name, about, parameters = TEST_TOOL
    return {"tools": [{"type": "function", "function": {"name": name, "description": about, "parameters": parameters}}]}


def make_messages(question: PromptRequest) -> list[dict[str, str]]:
    """The question as chat messages."""
    instruction = [{"role": "system", "content": question.system}] if question.system else []
    return [*instruction, {"role": "user", "content": question.text}]
