"""Broken JSON: the place is named as an editor counts it, what stands there is said, and nothing is guessed."""

from __future__ import annotations

import json

import pytest

from tests.canaries import parts_in
from tests.credentials import samples as s

FILE = json.dumps(s.account(), indent=2)


def line_of(field: str, text: str = FILE) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if f'"{field}"' in line)


BROKEN = {
    "trailing comma": (FILE[:-2] + ",\n}", "json.trailing-comma", line_of("universe_domain")),
    "missing comma": (FILE.replace('"acme-prod-7",', '"acme-prod-7"'), "json.missing-comma", line_of("private_key_id")),
    "single quotes": (FILE.replace('"project_id"', "'project_id'"), "json.single-quotes", line_of("project_id")),
    "typographic quotes": (FILE.replace('"project_id"', "“project_id”"), "json.smart-quotes", line_of("project_id")),
    "real line breaks in the key": (
        FILE.replace("-----BEGIN PRIVATE KEY-----\\n", "-----BEGIN PRIVATE KEY-----\n"),
        "json.line-break",
        line_of("private_key"),
    ),
    "cut off in the key": (FILE[:1000], "json.open-string", line_of("private_key")),
    "cut off between fields": (FILE.split('"client_email"')[0].rstrip(), "json.cut-off", line_of("private_key")),
    "a comment": (FILE.replace("{\n", "{\n  # mine\n", 1), "json.comment", 2),
    "a second object": (FILE + "\n" + FILE, "json.more-behind", FILE.count("\n") + 2),
    "Python's None": (FILE.replace('"100000000000000000001"', "None"), "json.python-word", line_of("client_id")),
}


@pytest.mark.parametrize(("text", "row", "line"), BROKEN.values(), ids=BROKEN)
def test_the_fault_is_named_with_its_line(text: str, row: str, line: int):
    credential = s.read(text)
    assert s.ids(credential) == [row]
    assert s.finding(credential, row).proof.startswith(f"line {line}, column ")
    assert credential.material is None
    assert credential.provider == "vertex"


def test_a_trailing_comma_is_pointed_at_itself_and_not_at_the_bracket():
    proof = s.finding(s.read('{\n  "region": "x" ,\n}'), "json.trailing-comma").proof
    assert proof == "line 2, column 17: a comma, then }"


@pytest.mark.parametrize("before", ["\ufeff", "\n\n", "   ", "\r\n\r\n"])
def test_positions_are_counted_in_what_was_pasted(before: str):
    text = f'{before}{{\n "region": }}'
    lines_before = before.count("\n")
    assert s.finding(s.read(text), "json.bad").proof == f"line {lines_before + 2}, column 12: the character }}"


def test_positions_behind_a_name_are_counted_from_the_beginning_of_the_paste():
    proof = s.finding(s.read('export KEY={"region": }'), "json.bad").proof
    assert proof == "line 1, column 23: the character }"


def test_what_stands_there_is_described_and_never_quoted():
    secret = s.filler(40)
    credential = s.read(f'{{"api_key": {secret}}}')
    assert s.finding(credential, "json.unquoted").proof == f"line 1, column 13: {_sort(secret[0])}"
    assert not parts_in(repr(credential), secret)


def _sort(character: str) -> str:
    return "a digit" if character.isdigit() else "a letter"


def test_a_number_that_python_will_not_convert_is_no_exception():
    assert s.ids(s.read('{"region": ' + "9" * 5000 + "}")) == ["json.not-object"]


def test_the_missing_field_is_named():
    found = s.finding(s.read(json.dumps(s.account(private_key=None))), "field.missing")
    assert found.title == "The field private_key is missing"
    both = s.read('{"credential_type": "iam_credentials", "region": "us-east-1"}')
    assert [f.title for f in both.findings] == [
        "The field access_key_id is missing",
        "The field secret_access_key is missing",
    ]
