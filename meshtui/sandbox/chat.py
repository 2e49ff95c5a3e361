"""The chat request that OpenAI invented and Mesh speaks too, as far as it matters here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from meshtui.sandbox import tools, words
from meshtui.sandbox.tools import Offer


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request body asks for."""

    model: str
    messages: tuple[Mapping[str, object], ...]
    stream: bool = False
    usage_in_stream: bool = True
    limit: int = words.DEFAULT_LIMIT
    offer: Offer = tools.NOTHING
    form: object = None
    """The JSON schema that the answer is to fit; None where it may be any text."""
    stops: tuple[str, ...] = ()

    @property
    def prompt(self) -> str:
        """The last message's text."""
        return words.text_of(self.messages[-1].get("content")) if self.messages else ""

    @property
    def prompt_tokens(self) -> int:
        return sum(words.count(words.text_of(message.get("content"))) for message in self.messages)

    @property
    def answers_a_tool(self) -> bool:
        """Whether the last message brings what a tool returned: then the model speaks, and calls none."""
        last = self.messages[-1] if self.messages else {}
        content = last.get("content")
        parts = content if isinstance(content, list) else []
        returned = any(isinstance(part, Mapping) and part.get("type") == "tool_result" for part in parts)
        return returned or last.get("role") == "tool"


def limit_of(body: Mapping[str, object]) -> int:
    """`max_completion_tokens`, or its older name."""
    return words.limit_of(body.get("max_completion_tokens") or body.get("max_tokens"))


def form_of(wanted: object) -> object:
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


def stops_of(given: object) -> tuple[str, ...]:
    """`stop`: a text, or several."""
    several = given if isinstance(given, list) else [given]
    return tuple(stop for stop in several if isinstance(stop, str) and stop)
