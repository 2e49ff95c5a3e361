"""A text is brought to plain lines before it is searched: bytes, colours, quotes, what a log put before each line."""

from __future__ import annotations

import pytest

from meshtui.explain.formats.encodings import clean, decode, find_line_prefix, open_boxes, strip_prefixes, unwrap

CLEANED = {
    "\x1b[31mred\x1b[0m!": "red!",
    r"\x1b[31mred\x1b[0m": "red",
    r"\033[31mred\033[0m": "red",
    r"\u001b[31mred\u001B[0m": "red",
    "red[0m!": "red!",
    "“a” ‘b’ «c»": '"a" \'b\' "c"',
    "a\r\nb\rc": "a\nb\nc",
    "a\0b\0c\0d\0": "abcd",
    "a\0bcdefgh": "a\0bcdefgh",
    "[0] is an index, [31] another": "[0] is an index, [31] another",
}


@pytest.mark.parametrize("text", CLEANED)
def test_colours_quotes_and_line_ends_are_made_plain(text: str):
    assert clean(text) == CLEANED[text]


# A line → its words, and the time that stood before them.
LINES = {
    "2026-10-05 08:11:10 ERROR it failed": ("ERROR it failed", "2026-10-05 08:11:10"),
    "2026-10-05T08:11:10.123Z it": ("it", "2026-10-05T08:11:10.123Z"),
    "Oct  5 08:11:10 host app[12]: it failed": ("it failed", "Oct  5 08:11:10"),
    "[2026-10-05 08:11:10,123] {a.py:12} it": ("{a.py:12} it", "2026-10-05 08:11:10,123"),
    "08:11:10.208 [error] it": ("[error] it", "08:11:10.208"),
    "2026-10-05T08:11:10Z stderr F it": ("it", "2026-10-05T08:11:10Z"),
    "web_1 | 2026-10-05 08:11:10 it": ("it", "2026-10-05 08:11:10"),
    "app-1  | it failed": ("it failed", ""),
    "> quoted mail": ("quoted mail", ""),
    "::error file=a,line=1::it failed": ("it failed", ""),
    "<3>it": ("it", ""),
    "ERROR:root:it failed": ("ERROR:root:it failed", ""),
    "it failed at 08:11:10": ("it failed at 08:11:10", ""),
}


@pytest.mark.parametrize("line", LINES)
def test_what_a_log_puts_before_a_line_is_told_from_its_words(line: str):
    prefix = find_line_prefix(line)
    assert (line[prefix.end :], prefix.time) == LINES[line]


def test_the_lines_of_a_text_lose_it_all_and_a_single_line_keeps_it():
    assert strip_prefixes("\n".join(LINES)) == "\n".join(words for words, _ in LINES.values())
    assert strip_prefixes("<3>it") == "<3>it"


# Lines → how many there are once those that were cut at a column are joined.
WRAPPED = {
    "two lines end at a width": (["a" * 70, "b" * 70, "end", "other"], 2),
    "one line ends at a usual width, within brackets": (["x " * 39 + "[ ", "y]"], 1),
    "one line ends at a usual width, within quotes": (["x " * 39 + '" ', 'y"'], 1),
    "one line ends at a usual width, within single quotes": (["don't " + "x" * 73 + "'", "y'"], 1),
    "one line ends at a usual width, and the next is indented": (["x " * 39 + "[ ", " y]"], 2),
    "one line ends at another width": (["x " * 34 + "[ ", "y]"], 2),
    "one line ends at a usual width, in no brackets": (["x" * 80, "y"], 2),
    "a width that nobody wraps at": (["a" * 50, "b" * 50, "end"], 3),
    "a line with a time begins anew": (["a" * 70, "2026-10-05 08:11:10 " + "b" * 50, "end"], 2),
    "an object begins anew": (["a" * 70, '{"' + "b" * 68, "end"], 2),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_lines_that_were_cut_at_a_column_are_joined_again(name: str):
    lines, count = WRAPPED[name]
    joined = unwrap("\n".join(lines))
    assert len(joined.split("\n")) == count
    assert joined.replace("\n", "") == "".join(lines)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_bytes_are_read_in_the_encoding_that_they_are_in(encoding: str):
    assert decode("é ERROR it failed".encode(encoding)) == "é ERROR it failed"


def test_bytes_of_no_encoding_are_read_as_far_as_they_go():
    assert decode(b"caf\xe9 ERROR") == "caf\N{REPLACEMENT CHARACTER} ERROR"
    assert decode(b"\xff\xfea") == "\N{REPLACEMENT CHARACTER}" * 2 + "a"


FRAMED = """ draw (pictures MCP Server) {"prompt":"a chart"}
│                                                        │
│   MCP error: {"error":{"code":401,"message":"API keys   │
│   are not supported by this API","status":"UNAUTHENTIC │
│   ATED"}}                                              │
╰────────────────────────────────────────────────────────╯
done"""


def test_a_value_that_a_terminal_s_frame_broke_is_whole_again():
    lines = open_boxes(FRAMED).split("\n")
    assert lines[2] == (
        'MCP error: {"error":{"code":401,"message":"API keys are not supported by this API",'
        '"status":"UNAUTHENTICATED"}}'
    )
    assert (lines[0], lines[-1]) == (FRAMED.split("\n")[0], "done")


def test_lines_in_a_frame_without_a_value_stay_as_they_are():
    framed = "│ ❱ 700 │ result = call()   │\n│   701 │ return result     │"
    assert open_boxes(framed) == framed
    assert open_boxes("no frame { 'a' }") == "no frame { 'a' }"
