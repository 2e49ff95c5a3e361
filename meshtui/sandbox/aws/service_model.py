"""What a request must be by AWS's own description of Bedrock, and the words in which AWS says what does not fit.

botocore ships the description; it is read with the first request that needs it. The sentences are those that people
have pasted: all constraints that are broken in one message, list members counted from 1.
"""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

Shape = Mapping[str, Any]
VERSIONS = {"bedrock-runtime": "2023-09-30", "bedrock": "2023-04-20"}
KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "a String"),
    "blob": ((str,), "a String"),
    "boolean": ((bool,), "a Boolean"),
    "integer": ((int,), "an Integer"),
    "long": ((int,), "a Long"),
    "float": ((int, float), "a Float"),
    "double": ((int, float), "a Double"),
}
"""Type of a shape → what JSON has for it, and the word for it."""
LIST_EXPECTED = "Expected list or null"
STRUCTURE_EXPECTED = "Expected structure or map or null"
BY_LOCATION = {"querystring": "query parameter", "header": "header"}


@dataclass(frozen=True, slots=True)
class ServiceModel:
    """One service: its operations and shapes from botocore's file."""

    operations: Mapping[str, Shape]
    shapes: Mapping[str, Shape]


@dataclass(frozen=True, slots=True)
class Misfit:
    """What is wrong with a request. `type`: the type of AWS's error."""

    message: str
    type: str = "ValidationException"


class _WrongTypeError(ValueError):
    """A value of another type than the shape's; its text is AWS's sentence."""


@functools.cache
def load_service(name: str) -> ServiceModel:
    """Of the service, `bedrock-runtime` or `bedrock`."""
    packed = files("botocore") / "data" / name / VERSIONS[name] / "service-2.json.gz"
    found = json.loads(gzip.decompress(packed.read_bytes()))
    return ServiceModel(found["operations"], found["shapes"])


def find_misfit(
    service: str, operation: str, body: Mapping[str, object], beside: Mapping[str, str] | None = None
) -> Misfit | None:
    """What AWS would refuse in the body of this operation, or in its headers and query, which `beside` holds by their
    names in lower case."""
    model = load_service(service)
    shape = model.shapes[model.operations[operation]["input"]["shape"]]
    members = shape["members"]
    inside = {name: about for name, about in members.items() if "location" not in about}
    broken: list[str] = []
    try:
        if "payload" not in shape:
            required = [name for name in shape.get("required", ()) if name in inside]
            broken += _check_members(model, inside, required, body, "")
        broken += _check_beside(model, members, beside or {})
    except _WrongTypeError as error:
        return Misfit(str(error), "SerializationException")
    if broken:
        count = f"{len(broken)} validation error{'s' if len(broken) > 1 else ''} detected: "
        return Misfit(count + "; ".join(broken))
    union = next(iter(_find_empty_unions(model, inside, body, "")), None) if "payload" not in shape else None
    return Misfit(union) if union else None


def _check_beside(model: ServiceModel, members: Shape, beside: Mapping[str, str]) -> Iterator[str]:
    for name, about in members.items():
        given = beside.get(str(about.get("locationName", "")).lower())
        if about.get("location") not in BY_LOCATION or given is None:
            continue
        shape = model.shapes[about["shape"]]
        value: object = given
        if shape["type"] in ("integer", "long"):
            if not re.fullmatch(r"-?\d{1,18}", given):
                raise _WrongTypeError(f"STRING_VALUE can not be converted to {KINDS[shape['type']][1]}")
            value = int(given)
        elif shape["type"] != "string":
            continue
        yield from _check_value(model, shape, value, name)


def _check_members(
    model: ServiceModel, members: Shape, required: Iterable[str], given: Mapping[str, object], path: str
) -> Iterator[str]:
    for name in required:
        if given.get(name) is None:
            yield f"Value null at '{path}{name}' failed to satisfy constraint: Member must not be null"
    for name, about in members.items():
        value = given.get(name)
        if value is not None:
            yield from _check_value(model, model.shapes[about["shape"]], value, f"{path}{name}")


def _check_value(model: ServiceModel, shape: Shape, value: object, path: str) -> Iterator[str]:
    """The constraints that a value breaks. Raises _WrongTypeError."""
    match shape["type"]:
        case "structure":
            if shape.get("document"):  # any JSON
                return
            if not isinstance(value, Mapping):
                raise _WrongTypeError(LIST_EXPECTED if isinstance(value, list) else STRUCTURE_EXPECTED)
            yield from _check_members(model, shape["members"], shape.get("required", ()), value, f"{path}.")
        case "list":
            if not isinstance(value, list):
                raise _WrongTypeError(LIST_EXPECTED)
            yield from _refuse("", path, _list_length_constraints(shape, len(value)))
            inner = model.shapes[shape["member"]["shape"]]
            for number, item in enumerate(value, 1):
                if item is None:
                    continue
                yield from _check_value(model, inner, item, f"{path}.{number}.member")
        case "map":
            yield from _check_map(model, shape, value, path)
        case _:
            _require_type(shape["type"], value)
            said = "" if shape.get("sensitive") or shape["type"] == "blob" else f" '{value}'"
            yield from _refuse(said, path, _list_scalar_constraints(shape, value))


def _check_map(model: ServiceModel, shape: Shape, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        raise _WrongTypeError(STRUCTURE_EXPECTED)
    yield from _refuse("", path, _list_length_constraints(shape, len(value)))
    keys, values = (model.shapes[shape[part]["shape"]] for part in ("key", "value"))
    if any(_list_scalar_constraints(keys, key) for key in value):
        yield from _refuse("", path, [f"Map keys must satisfy constraint: [{', '.join(_describe_all(keys))}]"])
    for key, each in value.items():
        if values["type"] != "string":
            yield from _check_value(model, values, each, f"{path}.{key}.member")
            continue
        _require_type("string", each)
        if _list_scalar_constraints(values, each):
            yield from _refuse("", path, [f"Map value must satisfy constraint: [{', '.join(_describe_all(values))}]"])


def _require_type(kind: str, value: object) -> None:
    types, word = KINDS.get(kind, ((object,), ""))
    if isinstance(value, types) and (bool in types or object in types or not isinstance(value, bool)):
        return
    if isinstance(value, list):
        raise _WrongTypeError("Start of list found where not expected")
    if isinstance(value, Mapping):
        raise _WrongTypeError("Start of structure or map found where not expected")
    met = {str: "STRING", int: "NUMBER", float: "DECIMAL"}.get(type(value), "TRUE" if value else "FALSE")
    raise _WrongTypeError(f"{met}_VALUE can not be converted to {word}")


def _refuse(said: str, path: str, constraints: Iterable[str]) -> Iterator[str]:
    for constraint in constraints:
        yield f"Value{said} at '{path}' failed to satisfy constraint: {constraint}"


def _list_scalar_constraints(shape: Shape, value: object) -> list[str]:
    """The constraints that a string, number or blob breaks."""
    if isinstance(value, bool):
        return []
    if isinstance(value, int | float):
        low, high = shape.get("min"), shape.get("max")
        return [
            *([f"Member must have value less than or equal to {high}"] if high is not None and value > high else []),
            *([f"Member must have value greater than or equal to {low}"] if low is not None and value < low else []),
        ]
    text = str(value)
    broken = []
    if "enum" in shape and text not in shape["enum"]:
        broken.append(f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]")
    if "pattern" in shape and shape["type"] == "string" and not re.fullmatch(shape["pattern"], text):
        broken.append(f"Member must satisfy regular expression pattern: {shape['pattern']}")
    return broken + _list_length_constraints(shape, len(text))


def _list_length_constraints(shape: Shape, length: int) -> list[str]:
    low, high = shape.get("min", 0), shape.get("max")
    if length < low:
        return [f"Member must have length greater than or equal to {low}"]
    if high is not None and length > high:
        return [f"Member must have length less than or equal to {high}"]
    return []


def _describe_all(shape: Shape) -> list[str]:
    """Every constraint of a shape, as AWS lists them for what a map holds."""
    described = [
        f"Member must have length {side} than or equal to {shape[bound]}"
        for bound, side in (("max", "less"), ("min", "greater"))
        if bound in shape
    ]
    if "pattern" in shape:
        described.append(f"Member must satisfy regular expression pattern: {shape['pattern']}")
    if "enum" in shape:
        described.append(f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]")
    return described


def _find_empty_unions(model: ServiceModel, members: Shape, given: Mapping[str, object], path: str) -> Iterator[str]:
    """Bedrock's own sentence about a union in which none, or more than one, of its members is set; here lists are
    counted from 0."""
    for name, about in members.items():
        if given.get(name) is not None:
            yield from _find_in_value(model, about["shape"], given[name], f"{path}{name}")


def _find_in_value(model: ServiceModel, name: str, value: object, path: str) -> Iterator[str]:
    shape = model.shapes[name]
    if isinstance(value, list) and shape["type"] == "list":
        for number, item in enumerate(value):
            yield from _find_in_value(model, shape["member"]["shape"], item, f"{path}.{number}")
    elif isinstance(value, Mapping) and shape["type"] == "map":
        for key, item in value.items():
            yield from _find_in_value(model, shape["value"]["shape"], item, f"{path}.{key}")
    elif isinstance(value, Mapping) and shape["type"] == "structure" and not shape.get("document"):
        members = shape["members"]
        if shape.get("union") and sum(value.get(member) is not None for member in members) != 1:
            yield f"{name} object at {path} must set one of the following keys: {', '.join(members)}."
        yield from _find_empty_unions(model, members, value, f"{path}.")
