"""OpenAI's public description of its parameters, as its SDK carries it, against what the sandbox takes: every parameter
is known, every listed value is taken, and a value that is not listed is refused. Judge: the types of `openai`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import httpx
import pytest

from meshtui.sandbox.server import Sandbox
from tests.sandbox.callers import MESSAGES, PROMPT, at, bearer

pytestmark = pytest.mark.clients
types = pytest.importorskip("openai.types", reason='OpenAI\'s SDK is not installed: pip install "meshapi-tui[clients]"')
REASONS = {"model": "gpt-6-luna"}
# Address → where the type of the SDK is, its name, and a right request.
DESCRIBED = {
    "/chat/completions": (
        "openai.types.chat.completion_create_params", "CompletionCreateParamsNonStreaming",
        {"model": "gpt-4o-mini", "messages": MESSAGES},
    ),
    "/responses": (
        "openai.types.responses.response_create_params", "ResponseCreateParamsNonStreaming",
        {"model": "gpt-4o-mini", "input": PROMPT},
    ),
    "/embeddings": (
        "openai.types.embedding_create_params", "EmbeddingCreateParams",
        {"model": "text-embedding-3-small", "input": "x"},
    ),
}  # fmt: skip


def described(path: str) -> dict[str, Any]:
    module, name, _ = DESCRIBED[path]
    return get_type_hints(getattr(importlib.import_module(module), name))


def closed_values(hint: Any) -> list[Any]:
    """The values of an enumeration, or of a list of one; empty for what may be anything else too."""
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    inner = [each for each in get_args(hint) if each is not type(None)]
    return closed_values(inner[0]) if get_origin(hint) in (Union, list) and len(inner) == 1 else []


def cases() -> Iterator[tuple[str, str, list[Any], bool]]:
    for path in DESCRIBED:
        for name, hint in described(path).items():
            values = closed_values(hint)
            if values and name not in ("model", "stream"):
                yield path, name, values, "List[" in str(hint)


@pytest.mark.parametrize("path", DESCRIBED)
def test_every_parameter_that_openai_describes_is_known(sandbox: Sandbox, http: httpx.Client, path: str):
    base, headers = at(sandbox, "openai", "base_url"), bearer(at(sandbox, "openai", "key"))
    right = DESCRIBED[path][2]
    for name in described(path):
        answer = http.post(f"{base}{path}", json={**dict.fromkeys([name]), **right}, headers=headers)
        assert answer.status_code == 200, (name, answer.text)


@pytest.mark.parametrize(("path", "name", "values", "listed"), list(cases()))
def test_every_value_that_openai_lists_is_taken_and_no_other(
    sandbox: Sandbox, http: httpx.Client, path: str, name: str, values: list[Any], listed: bool
):
    base, headers = at(sandbox, "openai", "base_url"), bearer(at(sandbox, "openai", "key"))
    model = REASONS if name == "reasoning_effort" else {}

    def ask(value: Any) -> httpx.Response:
        body = {**DESCRIBED[path][2], **model, name: [value] if listed else value}
        return http.post(f"{base}{path}", json=body, headers=headers)

    assert [value for value in values if ask(value).status_code != 200] == []
    refused = ask("nonsense")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_value")
