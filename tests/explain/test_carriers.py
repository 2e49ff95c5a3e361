"""However an error is carried to the one who pastes it, its cause stays what it was."""

from __future__ import annotations

import html
import json
import random
from functools import cache
from typing import Any

import pytest

from meshtui.explain.candidates import rank
from meshtui.explain.find import FoundError, find_errors
from tests.explain.carriers import CARRIERS, LAST, PRINTS, with_status
from tests.explain.test_tables import ALL

AMBIGUOUS = frozenset({"bedrock.request-expired-said", "bedrock.internal"})
"""Mesh's or AWS's words in OpenAI's own form: without a provider the bare body itself may be read in two ways."""


@cache
def known_errors() -> list[tuple[str, dict[str, Any], FoundError]]:
    """Every known error of the tables whose body alone tells its cause, each with what it tells; not those that go by
    what is known of the key, which no paste says."""
    known = []
    for _, case in ALL:
        try:
            body = json.loads(case.given.get("body") or "")
        except ValueError:
            continue
        found = find_errors(json.dumps(body)) if isinstance(body, dict) else ()
        known_by_key = "context" in case.given and case.given["context"].key_type
        if len(found) == 1 and not known_by_key and rank(found[0].explanation) >= 3 and case.rule not in AMBIGUOUS:
            known.append((case.rule, body, found[0]))
    return known


shares = pytest.mark.parametrize("share", [4, pytest.param(1, marks=pytest.mark.sweep)])


def has_brackets(body: dict[str, Any]) -> bool:
    """In a text of it, or a line break: Go prints texts without quotes, so nobody can tell where such a one ends."""
    return any(mark in json.dumps(body) for mark in ("\\n", "[{", '{\\"'))


def wrong(text: str | bytes, bare: FoundError) -> str:
    told = find_errors(text)[0].explanation
    return "" if told.cause == bare.explanation.cause else f"{told.cause} by {told.rule}"


@pytest.mark.parametrize("name", PRINTS)
def test_the_print_of_a_body_in_any_language_keeps_its_cause(name: str):
    known = [each for each in known_errors() if name != "Go" or not has_brackets(each[1])]
    missed = [(rule, said) for rule, body, bare in known if (said := wrong(PRINTS[name](body), bare))]
    assert missed == []


@shares
@pytest.mark.parametrize("name", CARRIERS)
def test_a_carrier_keeps_the_cause(name: str, share: int):
    """Some in every run, more as a sweep."""
    known, carry = known_errors()[len(name) % 3 :: 3 * share], CARRIERS[name]
    missed = [(rule, said) for rule, body, bare in known if (said := wrong(carry(json.dumps(body)), bare))]
    assert missed == []


@shares
@pytest.mark.parametrize("outer", CARRIERS)
def test_two_carriers_at_random_around_any_print_keep_the_cause(outer: str, share: int):
    """Some in every run, more as a sweep."""
    choice, missed = random.Random(outer), []
    for rule, body, bare in choice.sample(known_errors(), 40)[::share]:
        kind = choice.choice([name for name in PRINTS if name != "Go" or not has_brackets(body)])
        inner = choice.choice(sorted(CARRIERS.keys() - LAST))
        if said := wrong(CARRIERS[outer](CARRIERS[inner](PRINTS[kind](body))), bare):
            missed.append((rule, kind, inner, said))
    assert missed == []


QUOTA = {"error": {"message": "Spent.", "type": "insufficient_quota", "param": None, "code": "insufficient_quota"}}


@pytest.mark.parametrize("text", with_status(429, json.dumps(QUOTA)) + with_status(429, json.dumps(QUOTA, indent=4)))
def test_the_status_is_read_wherever_it_is_said(text: str):
    for carried in (text, CARRIERS["zap"](text), CARRIERS["journald"](text), CARRIERS["docker's json-file"](text)):
        told = find_errors(carried)[0].explanation
        assert (told.status, told.cause, told.provider) == (429, "quota_exhausted", "openai")


def test_an_ampersand_that_is_escaped_alone_is_read():
    body = {"error": {**QUOTA["error"], "message": "Spent: https://x.example/?a=1&b=2"}}
    text = html.escape(json.dumps(body))
    assert find_errors(text)[0].explanation.cause == "quota_exhausted"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_the_encodings_of_windows_are_read(encoding: str):
    assert find_errors(json.dumps(QUOTA, indent=2).encode(encoding))[0].explanation.cause == "quota_exhausted"


KEY = f"sk-proj-{'*' * 152}wXyZ"
REFUSED = (
    f"Incorrect API key provided: {KEY}. You can find your API key at https://platform.openai.com/account/api-keys."
)


@pytest.mark.parametrize("width", [72, 80, 100])
def test_a_text_cut_at_a_column_is_joined_again(width: int):
    refused = {"error": {"message": REFUSED, "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}}
    whole = f"openai.AuthenticationError: Error code: 401 - {refused}"
    cut = "\n".join(whole[at : at + width] for at in range(0, len(whole), width))
    told = find_errors(cut)[0].explanation
    assert (told.cause, told.status) == ("credential_invalid", 401)


def test_a_mask_that_a_line_break_cut_is_not_taken_for_a_malformed_key():
    words = REFUSED.replace("*" * 152, "*" * 60 + "\n    " + "*" * 92)
    told = find_errors(f'{{"error": {{"message": "{words}", "code": "invalid_api_key"}}}}')[0].explanation
    assert told.cause == "credential_invalid"


def test_braces_that_a_build_server_masked_are_read_as_braces():
    masked = json.dumps({"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
    told = find_errors("##[error]" + masked.replace("{", "***").replace("}", "***"))[0].explanation
    assert (told.cause, told.provider) == ("credential_invalid", "vertex")
