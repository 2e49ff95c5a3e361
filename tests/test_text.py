"""Text for a terminal, and spans of time for people."""

from __future__ import annotations

import json

import pytest

from meshtui.base.text import duration, json_text, one_line, write_dollars


def test_a_line_is_folded_before_it_is_cut():
    assert one_line("a" + " " * 60 + "b", 20) == "a b"
    assert one_line("a\r\n\tb", 3) == "a b"
    assert one_line("abcd", 4) == "abcd"
    assert one_line("abcde", 4) == "abc…"
    assert len(one_line("abcde " * 1000)) == 5999


def test_json_for_a_terminal_loses_nothing():
    given = {"a": "x\u202ey\x9bz\x1b[31m", "é": ["\ufeff", 1]}
    assert json_text(given) == '{"a": "x\\u202ey\\u009bz\\u001b[31m", "é": ["\\ufeff", 1]}'
    assert json.loads(json_text(given, indent=2)) == given
    assert json_text({"a": 1}, indent=2) == '{\n  "a": 1\n}'


@pytest.mark.parametrize(
    ("taken", "said"),
    [(None, ""), (0, "0 ms"), (0.1424, "142 ms"), (9.999, "9999 ms"), (10, "10.0 s"), (12.34, "12.3 s")],
)
def test_how_long_something_took_is_said_in_milliseconds_below_ten_seconds(taken: float | None, said: str):
    assert duration(taken) == said


@pytest.mark.parametrize(
    ("amount", "written"),
    [("0.0000015000", "$0.0000015"), ("100", "$100"), (0, "$0"), ("", ""), ("free", "free"), (None, "None")],
)
def test_an_amount_is_written_without_exponent_and_without_noughts(amount: object, written: str):
    assert write_dollars(amount) == written
