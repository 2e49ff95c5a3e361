"""What the sandbox's models say: a text, a value that fits a JSON schema, or calls of the tools that a request offers.

Deterministic, so that tests and pictures can name it."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from meshtui.sandbox import ids

_SINGLE_WORD = re.compile(r"\bsingle word:?\s+[\"'`]?(\w+)", re.IGNORECASE)
DEFAULT_LIMIT = 256


FACTS = {
    "capital of france": "Paris",
    "capital of germany": "Berlin",
    "capital of japan": "Tokyo",
    "capital of the uk": "London",
    "2+2": "4",
    "2 + 2": "4",
}
"""What the models know: what tests of SDKs ask."""


def make_reply(prompt: str) -> str:
    """The word that the prompt asks for, a fact that it asks after, or a sentence about the prompt."""
    wanted = _SINGLE_WORD.search(prompt)
    if wanted:
        return wanted[1]
    known = next((answer for question, answer in FACTS.items() if question in prompt.lower()), None)
    if known is not None:
        return known
    return f"This is the sandbox speaking: your prompt of {len(prompt.split())} words arrived whole and was answered."


def read_limit(given: object) -> int:
    """The number of tokens that a request allows, where it gives a sensible one."""
    return given if isinstance(given, int) and given > 0 else DEFAULT_LIMIT


def split_words(text: str, limit: int = DEFAULT_LIMIT) -> tuple[tuple[str, ...], bool]:
    """The text as at most `limit` words, each with the space before it, and whether it was cut short.

    Here a token is a word: easy to count for those who watch.
    """
    words = tuple(re.findall(r"\s*\S+", text))
    return words[:limit], len(words) > limit


def count_tokens(text: str) -> int:
    """Tokens of a prompt; at least one."""
    return max(1, len(text.split()))


def read_text(content: object) -> str:
    """The text in a message's content: a string, or a list of parts with `text` in them (OpenAI's, Bedrock's and
    Google's spelling alike)."""
    if isinstance(content, str):
        return content
    if isinstance(content, Iterable):
        return " ".join(str(p["text"]) for p in content if isinstance(p, Mapping) and "text" in p)
    return ""


MAX_DEPTH = 12
"""Levels of a schema that refers to itself; deeper values are null."""

FORMATS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def make_fitting_value(schema: object, text: str = "sample") -> object:
    """The plainest value that fits, with `text` wherever any string would do. `pattern` is not looked at."""
    return _make_value(schema, schema if isinstance(schema, Mapping) else {}, text, 0)


def _make_value(schema: object, root: Mapping[str, object], text: str, depth: int) -> object:
    if not isinstance(schema, Mapping) or depth > MAX_DEPTH:
        return text if schema is True else None
    for word in ("const", "default"):
        if word in schema:
            return schema[word]
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return choices[0]
    other = _follow_reference(schema, root)
    return _make_value(other, root, text, depth + 1) if other is not None else _make_plain(schema, root, text, depth)


def _follow_reference(schema: Mapping[str, object], root: Mapping[str, object]) -> object | None:
    """The schema that this one only points to; None where it speaks for itself."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        place: object = root
        for step in reference.removeprefix("#").strip("/").split("/"):
            place = place.get(step) if isinstance(place, Mapping) else None
        return place
    for word in ("anyOf", "oneOf", "allOf"):
        several = schema.get(word)
        if isinstance(several, list) and several:
            first: object = several[0]
            return first
    return None


def _make_plain(schema: Mapping[str, object], root: Mapping[str, object], text: str, depth: int) -> object:
    match _get_kind(schema):
        case "object":
            parts = schema.get("properties")
            named = parts.items() if isinstance(parts, Mapping) else ()
            return {str(name): _make_value(part, root, text, depth + 1) for name, part in named}
        case "array":
            least = _read_number(schema.get("minItems"), 1)
            return [_make_value(schema.get("items", True), root, text, depth + 1) for _ in range(min(int(least), 100))]
        case "integer" | "number" as kind:
            least = _read_number(schema.get("minimum"), _read_number(schema.get("exclusiveMinimum"), 0) + 1)
            return int(least) if kind == "integer" else least
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return _make_string(schema, text)


def _get_kind(schema: Mapping[str, object]) -> object:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, Sequence) and not isinstance(kind, str):
        return next((one for one in kind if one != "null"), "null")
    return str(kind).lower()  # Google writes them in capitals


def _make_string(schema: Mapping[str, object], text: str) -> str:
    given = FORMATS.get(str(schema.get("format")), text)
    shortest, longest = (
        int(_read_number(schema.get("minLength"), 0)),
        int(_read_number(schema.get("maxLength"), len(given))),
    )
    return given[: max(longest, shortest)].ljust(min(shortest, 1000), ".")


def _read_number(given: object, otherwise: float) -> float:
    return given if isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < 1e15 else otherwise


AUTO_CHOICE, NO_CHOICE, REQUIRED_CHOICE = "auto", "none", "required"
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
    id: str = field(default_factory=lambda: f"call_{ids.make_letters(24)}")

    @property
    def text(self) -> str:
        """The arguments as models write them: JSON in a string."""
        return json.dumps(self.arguments, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class ToolOffer:
    """`choice`: auto, none, required, or the name of the one tool that must be called."""

    tools: tuple[Tool, ...] = ()
    choice: str = AUTO_CHOICE

    def choose_calls(self, prompt: str) -> tuple[ToolCall, ...]:
        """What a model calls. A model decides for itself under `auto`; this one calls the tools that the prompt names,
        so the author of the prompt decides."""
        if self.choice == NO_CHOICE or not self.tools:
            return ()
        named = [t for t in self.tools if re.search(rf"(?<!\w){re.escape(t.name)}(?!\w)", prompt)]
        if self.choice == REQUIRED_CHOICE:
            named = named or [self.tools[0]]
        elif self.choice != AUTO_CHOICE:
            named = [t for t in self.tools if t.name == self.choice]
        return tuple(ToolCall(t.name, _make_arguments(t)) for t in named)


NO_TOOLS = ToolOffer()


def read_tools(listed: object, choice: object) -> ToolOffer:
    """The tools of a request. What is not one of its functions (a search, a file store) is passed over."""
    entries = listed if isinstance(listed, list) else []
    return ToolOffer(
        tuple(tool for entry in entries if isinstance(entry, Mapping) for tool in _read_tool(entry)),
        _read_choice(choice),
    )


def _read_tool(entry: Mapping[str, object]) -> Iterable[Tool]:
    """`function` stands for itself (OpenAI), `toolSpec` too (Bedrock); elsewhere the entry itself is the tool."""
    about = entry.get("function") or entry.get("toolSpec") or entry
    if isinstance(about, Mapping) and isinstance(about.get("name"), str):
        schema = about.get("parameters") or about.get("input_schema") or about.get("inputSchema")
        inner = schema.get("json", schema) if isinstance(schema, Mapping) else NO_SCHEMA
        yield Tool(str(about["name"]), inner if isinstance(inner, Mapping) else NO_SCHEMA)


def _read_choice(choice: object) -> str:
    if isinstance(choice, str):
        return {"any": REQUIRED_CHOICE, "required": REQUIRED_CHOICE, "none": NO_CHOICE}.get(choice, AUTO_CHOICE)
    if not isinstance(choice, Mapping):
        return AUTO_CHOICE
    inner = choice.get("function") or choice.get("tool")
    named = (inner if isinstance(inner, Mapping) else choice).get("name")
    if isinstance(named, str):
        return named
    return REQUIRED_CHOICE if choice.get("type") == "any" or "any" in choice else _read_choice(choice.get("type"))


def _make_arguments(tool: Tool) -> Mapping[str, object]:
    made = make_fitting_value({"type": "object", **tool.schema})
    return made if isinstance(made, Mapping) else {}


def read_inputs(given: object) -> list[str]:
    """The inputs: one text, several, one list of token numbers, several such lists, or objects with a text in them."""
    if isinstance(given, str):
        return [given]
    entries = given if isinstance(given, list) else []
    if entries and all(isinstance(entry, int) for entry in entries):
        return [" ".join(map(str, entries))]
    return [" ".join(map(str, entry)) if isinstance(entry, list) else _read_input(entry) for entry in entries]


def make_vector(text: str, dimensions: int) -> list[float]:
    """Of length one; the same for the same text, and near nothing else."""
    raw = hashlib.shake_256(text.encode("utf-8", "replace")).digest(dimensions * 2)
    numbers = [number / 32768 for number in struct.unpack(f"<{dimensions}h", raw)]
    length = math.sqrt(sum(number * number for number in numbers)) or 1.0
    return [round(number / length, 8) for number in numbers]


def format_vectors(texts: Sequence[str], dimensions: int, encoding: object = None) -> list[dict[str, object]]:
    """OpenAI's `data`, with numbers or, where `encoding` is "base64", with their bytes."""
    vectors = [make_vector(text, dimensions) for text in texts]
    coded = [pack_vector(vector) for vector in vectors] if encoding == "base64" else vectors
    return [{"object": "embedding", "index": number, "embedding": made} for number, made in enumerate(coded)]


def pack_vector(numbers: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


def _read_input(entry: object) -> str:
    return str(entry.get("text", "")) if isinstance(entry, Mapping) else str(entry)
