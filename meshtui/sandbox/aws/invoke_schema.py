"""What InvokeModel's body must be for each maker's models, and Bedrock's words about one that is not.

InvokeModel hands the body to the model, whose JSON schema Bedrock checks; all that is wrong stands in one sentence
without anything between (documentation of each model; the sentences are those that people have pasted).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Body = Mapping[str, object]
KINDS: Mapping[str, tuple[type, ...]] = {
    "String": (str,), "Integer": (int,), "Number": (int, float), "Boolean": (bool,), "JSONArray": (list,),
    "JSONObject": (dict,), "any": (object,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """`kind`: as the schema's validator calls it; `low`: of a number, or of the length of a text or an array."""

    kind: str
    low: float | None = None
    high: float | None = None
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    required: tuple[str, ...]
    fields: Mapping[str, Field]


TEXT, LIST, OBJECT, FLAG, ANY = Field("String"), Field("JSONArray"), Field("JSONObject"), Field("Boolean"), Field("any")
SHARE = Field("Number", 0, 1)
ANTHROPIC = Schema(
    ("anthropic_version", "max_tokens", "messages"),
    {
        "anthropic_version": TEXT, "anthropic_beta": LIST, "max_tokens": Field("Integer", 1), "messages": LIST,
        "system": ANY, "temperature": SHARE, "top_p": SHARE, "top_k": Field("Integer", 0), "stop_sequences": LIST,
        "tools": LIST, "tool_choice": OBJECT, "thinking": OBJECT, "metadata": OBJECT, "context_management": OBJECT,
        "output_config": OBJECT, "output_format": OBJECT, "cache_control": OBJECT,
    },
)  # fmt: skip
NOVA = Schema(
    ("messages",),
    {"messages": LIST, "system": LIST, "inferenceConfig": OBJECT, "toolConfig": OBJECT, "schemaVersion": TEXT},
)
TITAN = Schema(
    ("inputText",),
    {
        "inputText": Field("String", 1), "dimensions": Field("Integer", values=(1024, 512, 256)), "normalize": FLAG,
        "embeddingTypes": LIST,
    },
)  # fmt: skip
COHERE = Schema(
    ("texts", "input_type"),
    {
        "texts": Field("JSONArray", 1),
        "input_type": Field("String", values=("search_document", "search_query", "classification", "clustering")),
        "truncate": Field("String", values=("NONE", "START", "END")), "embedding_types": LIST,
    },
)  # fmt: skip


def find_violations(schema: Schema, body: Body) -> str:
    """Bedrock's sentence about a body; empty where it is right."""
    found = "".join(_list_violations(schema, body))
    return f"Malformed input request: {found}, please reformat your input and try again." if found else ""


def _list_violations(schema: Schema, body: Body) -> Iterator[str]:
    yield from (f"#: required key [{name}] not found" for name in schema.required if name not in body)
    yield from (f"#: extraneous key [{name[:100]}] is not permitted" for name in body if name not in schema.fields)
    for name, field in schema.fields.items():
        if name in body:
            problem = _check(field, body[name])
            if problem:
                yield f"#/{name}: {problem}"


def _check(field: Field, value: object) -> str:
    fits = isinstance(value, KINDS[field.kind])
    if not fits or (isinstance(value, bool) and field.kind in ("Integer", "Number")):
        return f"expected type: {field.kind}, found: {_name_kind(value)}"
    if field.values and value not in field.values:
        return f"{str(value)[:100]} is not a valid enum value"
    if isinstance(value, list) and field.low and not value:
        return "expected minimum item count: 1, found: 0"
    if isinstance(value, str) and field.low and not value:
        return "expected minLength: 1, actual: 0"
    if isinstance(value, int | float) and field.low is not None and value < field.low:
        return f"{value} is not greater or equal to {field.low:g}"
    if isinstance(value, int | float) and field.high is not None and value > field.high:
        return f"{value} is not less or equal to {field.high:g}"
    return ""


def _name_kind(value: object) -> str:
    if value is None:
        return "Null"
    order = ("Boolean", "String", "Integer", "Number", "JSONArray", "JSONObject")
    return next(kind for kind in order if isinstance(value, KINDS[kind]))


def check_turns(messages: object) -> str:
    """What Anthropic's models refuse of a conversation, in their words; empty where it is right."""
    turns = [each for each in messages if isinstance(each, Mapping)] if isinstance(messages, list) else []
    if not turns:
        return "messages: at least one message is required"
    for number, turn in enumerate(turns):
        if turn.get("role") not in ("user", "assistant"):
            return f"messages.{number}.role: Input should be 'user' or 'assistant'"
        content = turn.get("content")
        texts = [part.get("text") for part in content if isinstance(part, Mapping)] if isinstance(content, list) else []
        if content == "" or content == [] or "" in texts:
            return "messages: text content blocks must be non-empty" if texts else (
                f"messages.{number}: all messages must have non-empty content except for the optional final assistant "
                "message"
            )  # fmt: skip
    return ""
