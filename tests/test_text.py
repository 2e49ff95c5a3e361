"""Text for a terminal, and spans of time for people."""

from __future__ import annotations

import json

import pytest

from meshtui.base.text import format_duration, format_json, make_one_line, write_dollars


def test_a_line_is_folded_before_it_is_cut():
    assert make_one_line("a" + " " * 60 + "b", 20) == "a b"
    assert make_one_line("a\r\n\tb", 3) == "a b"
    assert make_one_line("abcd", 4) == "abcd"
    assert make_one_line("abcde", 4) == "abc…"
    assert len(make_one_line("abcde " * 1000)) == 5999


def test_json_for_a_terminal_loses_nothing():
    given = {"a": "x\u202ey\x9bz\x1b[31m", "é": ["\ufeff", 1]}
    assert format_json(given) == '{"a": "x\\u202ey\\u009bz\\u001b[31m", "é": ["\\ufeff", 1]}'
    assert json.loads(format_json(given, indent=2)) == given
    assert format_json({"a": 1}, indent=2) == '{\n  "a": 1\n}'


@pytest.mark.parametrize(
    ("taken", "said"),
    [(None, ""), (0, "0 ms"), (0.1424, "142 ms"), (0.9994, "999 ms"), (0.9995, "1.0 s"), (12.34, "12.3 s")],
)
def test_how_long_something_took_is_said_in_milliseconds_below_a_second(taken: float | None, said: str):
    assert format_duration(taken) == said


@pytest.mark.parametrize(
    ("amount", "written"),
    [("0.0000015000", "$0.0000015"), ("100", "$100"), (0, "$0"), ("", ""), ("free", "free"), (None, "None")],
)
def test_an_amount_is_written_without_exponent_and_without_noughts(amount: object, written: str):
    assert write_dollars(amount) == written
