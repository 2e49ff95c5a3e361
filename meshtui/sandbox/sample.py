"""A value that fits a JSON schema: what the sandbox's models answer where a schema is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

DEEPEST = 12
"""Levels of a schema that refers to itself; below them stands null."""

FORMATS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def fitting(schema: object, text: str = "sample") -> object:
    """The plainest value that fits, with `text` wherever any string would do. `pattern` is not looked at."""
    return _value(schema, schema if isinstance(schema, Mapping) else {}, text, 0)


def _value(schema: object, root: Mapping[str, object], text: str, depth: int) -> object:
    if not isinstance(schema, Mapping) or depth > DEEPEST:
        return text if schema is True else None
    for word in ("const", "default"):
        if word in schema:
            return schema[word]
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return choices[0]
    other = _instead(schema, root)
    return _value(other, root, text, depth + 1) if other is not None else _plain(schema, root, text, depth)


def _instead(schema: Mapping[str, object], root: Mapping[str, object]) -> object | None:
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


def _plain(schema: Mapping[str, object], root: Mapping[str, object], text: str, depth: int) -> object:
    match _kind(schema):
        case "object":
            parts = schema.get("properties")
            named = parts.items() if isinstance(parts, Mapping) else ()
            return {str(name): _value(part, root, text, depth + 1) for name, part in named}
        case "array":
            least = _number(schema.get("minItems"), 1)
            return [_value(schema.get("items", True), root, text, depth + 1) for _ in range(min(int(least), 100))]
        case "integer" | "number" as kind:
            least = _number(schema.get("minimum"), _number(schema.get("exclusiveMinimum"), 0) + 1)
            return int(least) if kind == "integer" else least
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return _string(schema, text)


def _kind(schema: Mapping[str, object]) -> object:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, Sequence) and not isinstance(kind, str):
        return next((one for one in kind if one != "null"), "null")
    return str(kind).lower()  # Google writes them in capitals


def _string(schema: Mapping[str, object], text: str) -> str:
    given = FORMATS.get(str(schema.get("format")), text)
    shortest, longest = int(_number(schema.get("minLength"), 0)), int(_number(schema.get("maxLength"), len(given)))
    return given[: max(longest, shortest)].ljust(min(shortest, 1000), ".")


def _number(given: object, otherwise: float) -> float:
    return given if isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < 1e15 else otherwise
