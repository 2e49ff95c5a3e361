"""A text is brought to plain lines before it is searched: bytes, colours, quotes, what a log put before each line."""

from __future__ import annotations

import pytest

from meshtui.explain.formats.encodings import (
    clean,
    decode,
    decode_entities,
    detect_encoding,
    find_line_prefix,
    open_boxes,
    strip_prefixes,
    unwrap,
)

CLEANED = {
    "\x1b[31mred\x1b[0m!": "red!",
    r"\x1b[31mred\x1b[0m": "red",
    r"\033[31mred\033[0m": "red",
    r"\u001b[31mred\u001B[0m": "red",
    "red[0m!": "red!",
    r"\x1b[31mred": "red",
    r"\033[31mred": "red",
    r"\u001b[31mred": "red",
    r"\u001B[31mred": "red",
    "[31m, red [39m, green": ", red , green",
    "^[[1;31mred^[[39m": "red",
    "[31m, red[39m": ", red",
    "[38;5;12;1;4m- red[0m": "- red",
    r"\e[31mred\e[0m": "red",
    "\u241b[31mred\u241b[0m": "red",
    "\x1b]8;;https://x.example\x07link\x1b]8;;\x1b\\": "link",
    "\x1b(Bplain\x1b)0": "plain",
    "\x1b[?25lhidden\x1b[2 q": "hidden",
    "cut off\x1b": "cut off",
    "[0mx] [0my]": "[0mx] [0my]",
    "[31marked] [0m": "[31marked] ",
    "isn’t ‚so’": "isn’t 'so'",
    "„a”\u00a0b\u202fc\ufeff\u200bd\0": '"a" b cd',
    '***"error": ***"code": "x"***, "more": [7***': '{"error": {"code": "x"}, "more": [7}',
    "***'error' => 'x'***": "{'error' => 'x'}",
    '*** "error": "x" ***': '{ "error": "x" }',
    '***\n  "error": "x"\n***': '{\n  "error": "x"\n}',
    r"***\n\"error\": \"x\"\n***": r"{\n\"error\": \"x\"\n}",
    '***"e": "x"***': '{"e": "x"}',
    '"sk-***" is masked': '"sk-***" is masked',
    '***"error": "x"****': '{"error": "x"****',
    "“a” ‘b’ «c»": '"a" \'b\' "c"',
    "a\r\nb\rc": "a\nb\nc",
    "a\0b\0c\0d\0": "abcd",
    "a\0bcdefgh": "a\0bcdefgh",
    "abc\0": "abc\0",
    "ab\0": "ab",
    "[0] is an index, [31] another": "[0] is an index, [31] another",
}


@pytest.mark.parametrize("text", CLEANED)
def test_colours_quotes_and_line_ends_are_made_plain(text: str):
    assert clean(text) == CLEANED[text]


ENTITIES = {
    "quot": '"', "apos": "'", "lt": "<", "gt": ">", "amp": "&", "nbsp": " ", "#34": '"', "#39": "'", "#034": '"',
    "#039": "'", "#x22": '"', "#x27": "'", "#47": "/", "#x2F": "/", "#x2f": "/", "#61": "=", "#x3D": "=", "#x3d": "=",
    "#96": "`", "#x60": "`",
}  # fmt: skip


@pytest.mark.parametrize("name", ENTITIES)
def test_htmls_escapes_are_undone_once_or_twice(name: str):
    assert decode_entities(f"a&{name};b") == f"a{ENTITIES[name]}b"
    assert decode_entities(f"a&amp;{name};b") == f"a{ENTITIES[name]}b"


TAGS = ("pre", "code", "span", "p", "br", "div", "samp", "tt", "font", "b", "i", "em", "strong", "td", "tr", "table",
        "li", "ul")  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_tags_around_what_was_escaped_are_left_out(tag: str):
    assert decode_entities(f'<{tag} class="x">&quot;a&quot;</{tag.upper()}>') == '"a"'
    assert decode_entities(f"<{tag}>a & b</{tag}>") == f"<{tag}>a & b</{tag}>"


def test_what_is_no_escape_and_no_tag_of_a_pages_text_stays():
    assert decode_entities("a & b; c") == "a & b; c"
    assert decode_entities("&quot;a&quot; <Error> <badge> &eacute;") == '"a" <Error> <badge> &eacute;'


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
    "::error::it failed": ("it failed", ""),
    ">> > quoted twice": ("quoted twice", ""),
    "##[error]it failed": ("it failed", ""),
    "#[warning]it failed": ("it failed", ""),
    "[pod/chat-1/app] it failed": ("it failed", ""),
    "[container/app] it failed": ("it failed", ""),
    "app[web.1]: it failed": ("it failed", ""),
    "web01 chat[1234]: it failed": ("it failed", ""),
    "<34>1 it failed": ("it failed", ""),
    "2026-10-05 08:11:10 - MainThread - botocore.auth - DEBUG - it": ("it", "2026-10-05 08:11:10"),
    "2026-10-05 08:11:10,123 - MainThread - botocore - INFO - it": ("it", "2026-10-05 08:11:10,123"),
    "2026-10-05T08:11:10Z stdout P it": ("it", "2026-10-05T08:11:10Z"),
    "2026/10/05 08:11:10 it": ("it", "2026/10/05 08:11:10"),
    "2026-10-05 08:11 it": ("it", "2026-10-05 08:11"),
    "2026-10-05 08:11:10 +0200 it": ("it", "2026-10-05 08:11:10 +0200"),
    "2026-10-05T08:11:10+02:00 it": ("it", "2026-10-05T08:11:10+02:00"),
    "2026-10-05 08:11:10 UTC it": ("it", "2026-10-05 08:11:10 UTC"),
    "2026-10-05 08:11:10 GMT it": ("it", "2026-10-05 08:11:10 GMT"),
    "2026-10-05 ERROR it": ("ERROR it", "2026-10-05"),
    "2026/10/05  WARN it": (" WARN it", "2026/10/05"),
    "2026-10-05 it": ("2026-10-05 it", ""),
    "<3>it failed at 08:11:10": ("it failed at 08:11:10", ""),
    "<3>at 08:11:10 it failed": ("at 08:11:10 it failed", ""),
    "2026-10-05 08:11:10 web01 app[12]: it": ("it", "2026-10-05 08:11:10"),
    "Mon, Oct 5 08:11:10 it": ("it", "Mon, Oct 5 08:11:10"),
    "Oct 05, 2026 08:11:10 AM it": ("it", "Oct 05, 2026 08:11:10 AM"),
    "Oct 05, 2026 08:11:10.123 PM it": ("it", "Oct 05, 2026 08:11:10.123 PM"),
    "05/Oct/2026:08:11:10 +0000 it": ("it", "05/Oct/2026:08:11:10 +0000"),
    "5-10-2026 08:11:10 it": ("it", "5-10-2026 08:11:10"),
    "(08:11:10) it": ("it", "08:11:10"),
    "[08:11:10,5]: it": ("it", "08:11:10,5"),
    "  08:11:10 it": ("it", "08:11:10"),
    "\t08:11:10 it": ("it", "08:11:10"),
    "  - main - botocore - DEBUG - it": ("it", ""),
    "2026-10-05 08:11:10 [12]: it": ("[12]: it", "2026-10-05 08:11:10"),
    "2026-10-05 08:11:10 app | it": ("it", "2026-10-05 08:11:10"),
    "a | - it is a table": ("a | - it is a table", ""),
    "[0] it": ("[0] it", ""),
    "400 it": ("400 it", ""),
    "May it be": ("May it be", ""),
    "<3>it": ("it", ""),
    "ERROR:root:it failed": ("ERROR:root:it failed", ""),
    "it failed at 08:11:10": ("it failed at 08:11:10", ""),
}


@pytest.mark.parametrize("line", LINES)
def test_what_a_log_puts_before_a_line_is_told_from_its_words(line: str):
    prefix = find_line_prefix(line)
    assert (line[prefix.end :], prefix.time) == LINES[line]


NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@pytest.mark.parametrize("time", [f"{name} 15 08:11:10" for name in NAMES] + [f"{day} Oct 15 08:11:10" for day in DAYS])
def test_a_time_may_begin_with_each_month_and_each_day_of_the_week(time: str):
    assert find_line_prefix(f"{time} it") == (len(time) + 1, time)


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
    "one line ends at a usual width, and nothing follows": (["x " * 39 + "[ "], 1),
    "one line ends at a usual width, and an empty one follows": (["x " * 39 + "[ ", "", "y]"], 3),
    "one line ends at a usual width, all quotes closed": (["x " * 36 + '"a" "b" ', "y"], 2),
    "one line ends at a usual width, all single quotes closed": (["x " * 36 + "'a' 'b' ", "y"], 2),
    "one line ends at a usual width, within the third quotes": (["x " * 36 + '"" "" "b', 'y"'], 1),
    "one line ends at a usual width, all brackets closed": (["x " * 38 + "[ ] ", "y"], 2),
    "one line ends at a usual width, within a word with an apostrophe": (["x " * 38 + "it's", "y"], 2),
    **{
        f"one line ends at {width}": (["x" * (width - 1) + "[", "y]"], 1)
        for width in (64, 72, 76, 78, 79, 80, 100, 120, 132)
    },
    "two lines end at the narrowest width": (["a" * 60, "b" * 60, "end"], 1),
    "two lines end below it": (["a" * 59, "b" * 59, "end"], 3),
    "two lines end at the widest width": (["a" * 240, "b" * 240, "end"], 1),
    "two lines end above it": (["a" * 241, "b" * 241, "end"], 3),
    "so many lines that it is a log": (["a" * 70] * 2_002, 2_002),
    "as many lines as are looked at": (["a" * 70] * 2_001, 1),
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


@pytest.mark.parametrize(("sample", "encoding"), [
    (b"", "utf-8"), (b"a", "utf-8"), (b"\xff\xfea\0", "utf-16"), (b"\xfe\xff\0a", "utf-16"),
    (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"a\0b\0", "utf-16-le"), (b"\0a\0b", "utf-16-be"),
    (b"abc\0", "utf-8"), (b"abcd\0\0", "utf-16-le"), (b"\0\0ab", "utf-16-le"),
])  # fmt: skip
def test_the_encoding_is_known_by_a_mark_or_by_zeros(sample: bytes, encoding: str):
    assert detect_encoding(sample) == encoding


def test_text_of_wide_characters_and_of_many_letters_that_are_not_ascii_is_read():
    assert decode("it failed".encode("utf-32")) == "it failed"
    assert decode("\ufeffнет".encode()) == "нет"
    assert decode(b"\0\0\0\0" + "нет".encode()) == "\0\0\0\0нет"
    assert decode("é".encode("utf-16-le") * 2 + "ab".encode("utf-16-le") * 2) == "ééabab"


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
