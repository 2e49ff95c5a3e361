"""Text for a terminal, and spans of time for people."""

from __future__ import annotations

import json

import pytest

from meshtui.base.text import (
    format_duration,
    format_json,
    format_span,
    make_one_line,
    make_plain,
    make_plain_in_place,
    parse_duration,
    write_dollars,
)
from tests.each import each

HARMFUL = (
    "\x00", "\x08", "\x0b", "\x0c", "\r", "\x1b", "\x1f", "\x7f", "\x80", "\x9b", "\x9f", "\u061c", "\u200b", "\u200e",
    "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\ud800", "\udfff", "\ufeff",
)  # fmt: skip


@each("character", HARMFUL)
def test_what_could_steer_a_terminal_is_shown_as_one_replacement_character(character: str):
    assert make_plain(f"é{character}b\r\nc\td") == "é\N{REPLACEMENT CHARACTER}b\nc\td"
    assert make_plain_in_place(f"é{character}b") == "é\N{REPLACEMENT CHARACTER}b"


def test_a_text_without_any_stays_and_in_a_line_with_a_cursor_no_break_and_no_tab_does():
    assert make_plain("naïve 東京 🙂") == make_plain_in_place("naïve 東京 🙂") == "naïve 東京 🙂"
    assert make_plain_in_place("a\tb\nc\r") == "a\ufffdb\ufffdc\ufffd"


def test_a_line_is_folded_before_it_is_cut():
    assert make_one_line("a" + " " * 60 + "b", 20) == "a b"
    assert make_one_line("a\r\n\tb", 3) == "a b"
    assert make_one_line("abcd", 4) == "abcd"
    assert make_one_line("abcde", 4) == "abc…"
    assert len(make_one_line("abcde " * 1000)) == 5999
    assert make_one_line("a" + " " * 30 + "b", 4) == "a b", "eight times the limit is read"
    assert make_one_line("a" + " " * 31 + "b", 4) == "a"


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


@each(
    "text, seconds",
    [
        ("6m0s", 360), ("250ms", 0.25), ("45.19s", 45.19), ("1h2m3.5s", 3723.5), ("2d", 172800), (" 34 s ", 34),
        ("12", 12), ("1.5", 1.5), ("0", 0), ("400d", 34_560_000), ("401d", 34_560_000), ("34560001", 34_560_000),
        ("34560000", 34_560_000), ("", None), (" ", None), ("soon", None), ("1.2.3", None), ("1s or 2s", None),
        ("1s2", None), ("x1s", None), ("-1", None), (".", None), ("1s" * 20, 20), ("1s" * 20 + "1", 20),
        ("1s" * 20 + "x", 20), ("123456789012s", 34_560_000), ("1234567890123s", None),
    ],
)  # fmt: skip
def test_a_span_is_read_as_providers_write_it_and_no_longer_than_400_days(text: str, seconds: float | None):
    assert parse_duration(text) == seconds


@each(
    "span, said",
    [
        (-1, "0 s"), (0, "0 s"), (0.0001, "1 ms"), (0.174, "174 ms"), (0.9994, "999 ms"), (1, "1 s"), (1.26, "1.3 s"),
        (9.94, "9.9 s"), (10, "10 s"), (10.4, "10 s"), (119.4, "119 s"), (120, "2 min"), (3660, "61 min"),
        (7199, "120 min"), (7200, "2 h"), (17100, "4 h 45 min"), (172799, "48 h"), (172800, "2 days"),
        (432000, "5 days"),
    ],
)  # fmt: skip
def test_a_span_is_told_in_the_units_that_a_person_reads(span: float, said: str):
    assert format_span(span) == said
