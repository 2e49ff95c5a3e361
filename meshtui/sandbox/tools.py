"""Tools that a request offers, in any vendor's spelling, and which of them the sandbox's models call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from meshtui.sandbox import ids
from meshtui.sandbox.sample import fitting

AUTO, NONE, REQUIRED = "auto", "none", "required"
NO_SCHEMA: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    schema: Mapping[str, object] = field(default_factory=lambda: NO_SCHEMA)
    """Of its arguments."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    name: str
    arguments: Mapping[str, object]
    id: str = field(default_factory=lambda: f"call_{ids.letters(24)}")

    @property
    def text(self) -> str:
        """The arguments as models write them: JSON in a string."""
        return json.dumps(self.arguments, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """`choice`: auto, none, required, or the name of the one tool that must be called."""

    tools: tuple[Tool, ...] = ()
    choice: str = AUTO

    def called(self, prompt: str) -> tuple[ToolCall, ...]:
        """What a model calls. A model decides for itself under `auto`; this one calls the tools that the prompt names,
        so that whoever writes the prompt decides."""
        if self.choice == NONE or not self.tools:
            return ()
        named = [t for t in self.tools if re.search(rf"(?<!\w){re.escape(t.name)}(?!\w)", prompt)]
        if self.choice == REQUIRED:
            named = named or [self.tools[0]]
        elif self.choice != AUTO:
            named = [t for t in self.tools if t.name == self.choice]
        return tuple(ToolCall(t.name, _arguments(t)) for t in named)


NOTHING = Offer()


def offer(listed: object, choice: object) -> Offer:
    """The tools of a request. What is not one of its functions (a search, a file store) is passed over."""
    entries = listed if isinstance(listed, list) else []
    return Offer(
        tuple(tool for entry in entries if isinstance(entry, Mapping) for tool in _tool(entry)), _chosen(choice)
    )


def _tool(entry: Mapping[str, object]) -> Iterable[Tool]:
    """`function` stands for itself (OpenAI), `toolSpec` too (Bedrock); elsewhere the entry itself is the tool."""
    about = entry.get("function") or entry.get("toolSpec") or entry
    if isinstance(about, Mapping) and isinstance(about.get("name"), str):
        schema = about.get("parameters") or about.get("input_schema") or about.get("inputSchema")
        inner = schema.get("json", schema) if isinstance(schema, Mapping) else NO_SCHEMA
        yield Tool(str(about["name"]), inner if isinstance(inner, Mapping) else NO_SCHEMA)


def _chosen(choice: object) -> str:
    if isinstance(choice, str):
        return {"any": REQUIRED, "required": REQUIRED, "none": NONE}.get(choice, AUTO)
    if not isinstance(choice, Mapping):
        return AUTO
    inner = choice.get("function") or choice.get("tool")
    named = (inner if isinstance(inner, Mapping) else choice).get("name")
    if isinstance(named, str):
        return named
    return REQUIRED if choice.get("type") == "any" or "any" in choice else _chosen(choice.get("type"))


def _arguments(tool: Tool) -> Mapping[str, object]:
    made = fitting({"type": "object", **tool.schema})
    return made if isinstance(made, Mapping) else {}
