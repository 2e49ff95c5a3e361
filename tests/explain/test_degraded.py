"""Answers as they come after others had them in hand: headers lost, codes lost, wrapped in words, nobody named.

Less may be told of them, and nothing wrong may be told for certain.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from meshtui.explain.engine import explain
from meshtui.explain.model import Explanation
from meshtui.explain.parse import parse_response
from tests.explain.table import Case
from tests.explain.test_tables import ALL, of

Given = dict[str, Any]
WHOLE = [(provider, case) for provider, case in ALL if case.given.get("body")]
CODES = frozenset({"code", "type", "__type", "status", "details", "errors", "provider_code", "reason"})


def without_headers(given: Given) -> Given:
    return {**given, "headers": {}}


def without_codes(given: Given) -> Given:
    """Only the sentence is left, as where a client throws the rest away."""
    try:
        body = json.loads(given["body"])
    except ValueError:
        return given
    return {**given, "headers": {}, "body": json.dumps(stripped(body))}


def stripped(value: object) -> object:
    if isinstance(value, dict):
        return {name: stripped(part) for name, part in value.items() if name not in CODES}
    return [stripped(part) for part in value] if isinstance(value, list) else value


def in_words(given: Given) -> Given:
    return {**given, "headers": {}, "body": f"ERROR ask.py:12 the model did not answer: {given['body']}"}


def in_a_client_s_exception(given: Given) -> Given:
    said = f"openai.APIStatusError: Error code: {given.get('status') or 500} - {given['body']}"
    return {**given, "headers": {}, "body": said}


def in_a_log_line(given: Given) -> Given:
    said = {"level": "error", "logger": "app", "message": f"call failed: {given['body']}"}
    return {**given, "headers": {}, "body": json.dumps(said)}


def in_a_relay_s_500(given: Given) -> Given:
    said = {"error": {"message": f"upstream said: {given['body']}", "type": "internal_error", "code": "500"}}
    return {**given, "headers": {}, "body": json.dumps(said), "status": 500}


WAYS: tuple[Callable[[Given], Given], ...] = (
    dict, without_headers, without_codes, in_words, in_a_client_s_exception, in_a_log_line, in_a_relay_s_500,
)  # fmt: skip


def told_worse(provider: str, case: Case, way: Callable[[Given], Given]) -> Iterator[Explanation]:
    """With the provider named, and without."""
    known = "" if provider in ("edges", "status", "relays", "gateways") else provider
    for name in {known, ""}:
        yield explain(parse_response(**way({"provider": name, **case.given})))


def defensible(told: Explanation, case: Case, best: Explanation) -> bool:
    """It names the cause, or one that the whole answer leaves open, or leaves the cause open."""
    return told.cause in (case.cause, *best.also) or case.cause in told.also


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_is_left_of_an_answer_is_never_told_wrongly_for_certain(way: Callable[[Given], Given]):
    wrong = [
        f"{case.rule}: {case.cause}, but {told.cause} by {told.rule}"
        for provider, case in WHOLE
        for told in told_worse(provider, case, way)
        if told.certainty == "certain" and not defensible(told, case, of(provider, case))
    ]
    assert wrong == [], "\n".join(wrong)
