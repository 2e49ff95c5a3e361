"""Every required member, enumeration, range, length, pattern and type of AWS's own description of Converse: a request
that breaks one is refused in AWS's words, and one that does not is not. Judge: botocore's service model."""

from __future__ import annotations

import copy
import functools
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import httpx
import pytest
from botocore.model import Shape, StructureShape

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import PROMPT, at, bearer

NOVA = "amazon.nova-micro-v1%3A0"
BASE: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": PROMPT}]}]}
SAMPLES = ("a", "abc", "1", "s3://bucket/x", "123456789012", "")
CONSTRAINT = "failed to satisfy constraint: "
PATH = tuple[str | int, ...]


def service(name: str = "bedrock-runtime") -> Any:
    return botocore.session.get_session().get_service_model(name)


# A request that holds a member, as small as it can be


def smallest(shape: Shape) -> Any:
    """A value that the description allows."""
    match shape.type_name:
        case "structure":
            if getattr(shape, "is_document_type", False):
                return {"type": "object"}
            assert isinstance(shape, StructureShape)
            if getattr(shape, "is_tagged_union", False):
                plain = {n: s for n, s in shape.members.items() if s.type_name in ("string", "blob")}
                name, member = next(iter((plain or shape.members).items()))
                return {name: smallest(member)}
            return {name: smallest(shape.members[name]) for name in shape.required_members}
        case "list":
            return [smallest(shape.member)] * max(1, shape.metadata.get("min", 0))  # type: ignore[attr-defined]
        case "map":
            return {"a": smallest(shape.value)}  # type: ignore[attr-defined]
        case "string":
            return shape.metadata["enum"][0] if "enum" in shape.metadata else sample(shape)
        case "blob":
            return "eA=="
        case "boolean":
            return True
        case _:
            return max(1, shape.metadata.get("min", 0))


def sample(shape: Shape) -> str:
    pattern, least = shape.metadata.get("pattern", "(?s).*"), shape.metadata.get("min", 0)
    return next(each for each in SAMPLES if re.fullmatch(pattern, each) and len(each) >= least)


def put(body: Any, path: PATH, value: Any) -> Any:
    """A copy of the body with the value at the path, which is made where it is not there."""
    made = copy.deepcopy(body)
    here = made
    for step, after in itertools.pairwise(path):
        here = here[step] if isinstance(step, int) else here.setdefault(step, [] if isinstance(after, int) else {})
        if isinstance(after, int) and not here:
            here.append({})
    if value is None:
        here.pop(path[-1])
    else:
        here[path[-1]] = value
    return made


Member = tuple[PATH, Shape, Any]


def members(shape: Shape, path: PATH, body: Any, seen: tuple[str, ...] = ()) -> Iterator[Member]:
    """Each member below a shape, with a right request that holds it."""
    yield path, shape, body
    if shape.name in seen or len(path) > 9:
        return
    seen = (*seen, shape.name)
    if shape.type_name == "list":
        inner = shape.member  # type: ignore[attr-defined]
        yield from members(inner, (*path, 0), put(body, path, [smallest(inner)]), seen)
    if shape.type_name != "structure" or getattr(shape, "is_document_type", False):
        return
    assert isinstance(shape, StructureShape)
    for name, member in shape.members.items():
        around = {name: smallest(member)} if getattr(shape, "is_tagged_union", False) else {
            **smallest(shape), name: smallest(member)
        }  # fmt: skip
        yield from members(member, (*path, name), put(body, path, around), seen)


@functools.cache
def all_members() -> list[Member]:
    shape = service().operation_model("Converse").input_shape
    found = []
    for name, member in shape.members.items():
        if name != "modelId":
            found += members(member, (name,), put(BASE, (name,), smallest(member)))
    return found


def spell(path: PATH) -> str:
    """As AWS spells it: lists from 1."""
    words = "".join(f".{step + 1}.member" if isinstance(step, int) else f".{step}" for step in path)
    return words.removeprefix(".")


# What breaks a member: the broken request, and what AWS says of it

Broken = tuple[Any, str]
WRONG_TYPES = {
    "string": (7, "NUMBER_VALUE can not be converted to a String"),
    "boolean": ("yes", "STRING_VALUE can not be converted to a Boolean"),
    "integer": ("many", "STRING_VALUE can not be converted to an Integer"),
    "float": ("warm", "STRING_VALUE can not be converted to a Float"),
    "list": ({}, "Expected list or null"),
    "structure": ("x", "Expected structure or map or null"),
    "map": ("x", "Expected structure or map or null"),
}


def leave_out_what_is_required(member: Member) -> Iterator[Broken]:
    path, shape, body = member
    for name in getattr(shape, "required_members", ()):
        said = f"Value null at '{spell((*path, name))}' {CONSTRAINT}Member must not be null"
        yield put(put(body, (*path, name), smallest(shape.members[name])), (*path, name), None), said  # type: ignore[attr-defined]


def name_what_is_not_listed(member: Member) -> Iterator[Broken]:
    path, shape, body = member
    if "enum" in shape.metadata:
        listed = ", ".join(shape.metadata["enum"])
        yield (
            put(body, path, "nonsense"),
            f"Value 'nonsense' at '{spell(path)}' {CONSTRAINT}Member must satisfy enum value set: [{listed}]",
        )


def go_out_of_range(member: Member) -> Iterator[Broken]:
    path, shape, body = member
    if shape.type_name not in ("integer", "long", "float", "double"):
        return
    for bound, beyond, side in (("min", -1, "greater"), ("max", 1, "less")):
        if bound in shape.metadata:
            edge = shape.metadata[bound]
            said = f"'{spell(path)}' {CONSTRAINT}Member must have value {side} than or equal to {edge}"
            yield put(body, path, edge + beyond), said


def be_too_short_or_long(member: Member) -> Iterator[Broken]:
    path, shape, body = member
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max")
    if shape.type_name == "list":
        short, long = [], [smallest(shape.member)] * ((high or 0) + 1)  # type: ignore[attr-defined]
    elif shape.type_name == "string" and "enum" not in shape.metadata:
        short, long = "", "a" * ((high or 0) + 1)
    else:
        return
    said = f"'{spell(path)}' {CONSTRAINT}Member must have length"
    if low:
        yield put(body, path, short), f"{said} greater than or equal to {low}"
    if high:
        yield put(body, path, long), f"{said} less than or equal to {high}"


def break_the_pattern(member: Member) -> Iterator[Broken]:
    path, shape, body = member
    pattern = shape.metadata.get("pattern")
    if pattern and shape.type_name == "string":
        said = f"'{spell(path)}' {CONSTRAINT}Member must satisfy regular expression pattern: {pattern}"
        yield put(body, path, "é!"), said


def be_of_another_type(member: Member) -> Iterator[Broken]:
    path, shape, body = member
    if shape.type_name in WRONG_TYPES and not getattr(shape, "is_document_type", False):
        value, said = WRONG_TYPES[shape.type_name]
        yield put(body, path, value), said


def leave_a_union_empty(member: Member) -> Iterator[Broken]:
    path, shape, body = member
    if getattr(shape, "is_tagged_union", False):
        where = ".".join(map(str, path))
        listed = ", ".join(shape.members)  # type: ignore[attr-defined]
        yield put(body, path, {}), f"{shape.name} object at {where} must set one of the following keys: {listed}."


WAYS: tuple[tuple[Callable[[Member], Iterator[Broken]], str], ...] = (
    (leave_out_what_is_required, "ValidationException"),
    (name_what_is_not_listed, "ValidationException"),
    (go_out_of_range, "ValidationException"),
    (be_too_short_or_long, "ValidationException"),
    (break_the_pattern, "ValidationException"),
    (be_of_another_type, "SerializationException"),
    (leave_a_union_empty, "ValidationException"),
)


@pytest.fixture
def ask(sandbox: Sandbox, http: httpx.Client) -> Callable[[Any], tuple[int, str, str]]:
    """Status, type of error and message."""
    url, headers = f"{at(sandbox, 'aws', 'endpoint_url')}/model/{NOVA}", bearer(at(sandbox, "bedrock", "api_key"))

    def make(body: Any, call: str = "converse") -> tuple[int, str, str]:
        answer = http.post(f"{url}/{call}", json=body, headers=headers)
        error = answer.headers.get("x-amzn-errortype", "").partition(":")[0]
        return answer.status_code, error, answer.json().get("message", "") if error else ""

    return make


@pytest.mark.parametrize(("way", "error"), WAYS, ids=[way.__name__ for way, _ in WAYS])
def test_whatever_awss_description_forbids_is_refused_in_awss_words(
    ask: Callable[[Any], tuple[int, str, str]], way: Callable[[Member], Iterator[Broken]], error: str
):
    cases = [(spell(member[0]), *broken) for member in all_members() for broken in way(member)]
    assert cases
    for path, body, said in cases:
        status, met, message = ask(body)
        assert (status, met, said in message) == (400, error, True), (path, said, message)


def test_what_awss_description_allows_is_not_refused_for_its_shape(ask: Callable[[Any], tuple[int, str, str]]):
    for path, _, body in all_members():
        _, error, message = ask(body)
        assert error in ("", "ValidationException"), (path, message)
        assert CONSTRAINT not in message, (path, message)
        assert "must set one of" not in message, (path, message)


def test_several_faults_are_counted_in_one_message(ask: Callable[[Any], tuple[int, str, str]]):
    body = {**BASE, "inferenceConfig": {"maxTokens": 0, "temperature": 2}}
    for call in ("converse", "converse-stream"):
        assert ask(body, call)[2].startswith("2 validation errors detected: Value '0' at 'inferenceConfig.maxTokens'")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"system": [{"text": ""}]}, "'system.1.member.text'"),
        (
            {"messages": [*BASE["messages"], {"role": "assistant", "content": [
                {"toolUse": {"toolUseId": "a", "name": "t", "input": {}}}]}]},
            "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
        ),
        (
            {"toolConfig": {"tools": [{"toolSpec": {"name": "t", "inputSchema": {"json": {"type": "array"}}}}]}},
            "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.",
        ),
        (
            {"messages": [*BASE["messages"], {"role": "assistant", "content": [
                {"toolUse": {"toolUseId": "a", "name": "t", "input": {}}}]}, *BASE["messages"]],
             "toolConfig": {"tools": [{"toolSpec": {"name": "t", "inputSchema": {"json": {"type": "object"}}}}]}},
            "Expected toolResult blocks at messages.2.content for the following Ids: a",
        ),
        (
            {"messages": [{"role": "user", "content": [{"toolResult": {"toolUseId": "a", "content": []}}]}],
             "toolConfig": {"tools": [{"toolSpec": {"name": "t", "inputSchema": {"json": {"type": "object"}}}}]}},
            "exceeds the number of toolUse blocks of previous turn",
        ),
    ],
)  # fmt: skip
def test_tools_and_texts_have_rules_of_their_own(
    ask: Callable[[Any], tuple[int, str, str]], more: dict[str, Any], says: str
):
    status, error, message = ask({**BASE, **more})
    assert (status, error, says in message) == (400, "ValidationException", True), message


def test_headers_of_invoke_model_are_held_to_the_description_too(sandbox: Sandbox, http: httpx.Client):
    url = f"{at(sandbox, 'aws', 'endpoint_url')}/model/{NOVA}/invoke"
    headers = bearer(at(sandbox, "bedrock", "api_key"))
    for name, value, says in (
        ("x-amzn-bedrock-trace", "loud", "at 'trace' failed to satisfy constraint"),
        ("x-amzn-bedrock-guardrailidentifier", "g1", "guardrail identifier or version provided"),
        ("x-amzn-bedrock-performanceconfig-latency", "none", "at 'performanceConfigLatency' failed"),
    ):
        answer = http.post(url, json=BASE, headers={**headers, name: value})
        assert (answer.status_code, says in answer.text) == (400, True), answer.text
