"""The terminal of a program on our screen: what it understands, that nothing a program prints breaks it, and the bytes
of keys."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshtui.tui.panes.program_pane import find_cell_style, find_masks
from meshtui.tui.terminal_emulator import SCROLLBACK, Emulator, encode_key
from tests.canaries import KEYS, parts_in


def rows(emulator: Emulator) -> list[str]:
    return [row.rstrip() for row in emulator.screen.display]


def printed(*pieces: bytes, size: tuple[int, int] = (40, 6)) -> Emulator:
    emulator = Emulator(size, lambda _: None)
    for piece in pieces:
        emulator.feed(piece)
    return emulator


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"plain\r\ntext", ["plain", "text"]),
        (b"\x1b[>4;2mwhat vim asks for\x1b[?2004h", ["what vim asks for"]),
        (b"\x1bP+q544e\x1b\\a query\x1b_secret\x1b\\", ["a query"]),
        (b"\x1bktitle of screen\x1b\\text", ["text"]),
        (b"\x1b[38:2::255:0:0mcolour with colons", ["colour with colons"]),
        (b"\x1b(0lqqk\x1b(B box", ["┌──┐ box"]),
        (b"a\x1b[4bz", ["aaaaaz"]),
        (b"\x1b]0;a title\x07text", ["text"]),
        ("中文 wide".encode(), ["中文 wide"]),
        (b"gone\x1b[?1049h\x1b[2J\x1b[Hinside\x1b[?1049l and back", ["gone and back"]),
        (b"one\r\ntwo\x1b[1S", ["two"]),
    ],
)
def test_what_programs_use_of_a_terminal(data: bytes, shown: list[str]):
    assert rows(printed(data))[: len(shown)] == shown
    bytewise = printed(*(data[at : at + 1] for at in range(len(data))))
    assert rows(bytewise)[: len(shown)] == shown


def test_it_answers_what_programs_ask_a_terminal():
    said: list[bytes] = []
    Emulator((40, 6), said.append).feed(b"ab\x1b[6n\x1b[c")
    assert said == [b"\x1b[1;3R", b"\x1b[?6c"]


def test_a_smaller_screen_loses_nothing_that_was_printed():
    emulator = printed(b"one\r\ntwo\r\nthree\r\nfour")
    emulator.resize((40, 2))
    assert rows(emulator) == ["three", "four"]
    assert ["".join(cell.data for cell in row) for row in emulator.screen.past] == ["one", "two"]


def test_what_is_kept_above_is_bounded():
    emulator = printed(b"".join(b"%d\r\n" % number for number in range(SCROLLBACK + 50)))
    assert len(emulator.screen.past) == SCROLLBACK
    assert emulator.screen.first == emulator.screen.top - SCROLLBACK


PIECES = [
    b"\x1b[", b"\x1b]", b"\x1bP", b"\x1b\\", b"\x1b(0", b"\x1b(B", b"?", b"1049", b"h", b"l", b";", b"7", b"m", b"\r\n",
    b"abc", "中".encode(), "😀".encode(), "\u0301".encode(), b"\x1b[2J", b"\x1b[H", b"r", b"S", b"T", b"b", b"L", b"M",
    b"P", b"@", b"\x1bM", b"\x1bD", b"\x08", b"\t", b"99999", b"J", b"K", b"X", b"d", b"G", b"\x1b7", b"\x1b8",
    b"\x1bc", b"\x1b#8", b"\x0e", b"\x9b", b"\xff", b"38;5;200m", b"48;2;1;2;3m", b"\x1b[?6h", b"\x1b[3;7r",
    b"\x1b[?7l", b"\x1b[4h",
]  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=20), max_size=5))
def test_whatever_a_program_prints_it_can_be_shown(feeds: list[list[bytes]]):
    emulator = Emulator((30, 5), lambda _: None)
    for number, feed in enumerate(feeds):
        emulator.feed(b"".join(feed))
        emulator.resize((30 - number, 5 + number % 2))
    screen = emulator.screen
    for number in range(screen.first, screen.end):
        for cell in screen.row(number):
            find_cell_style(cell)
    find_masks(screen.row, range(screen.first - 2, screen.end + 2), screen.columns)


@pytest.mark.parametrize("name", sorted(set(KEYS) - {"PEM", "secret access key", "session token"}))
@pytest.mark.parametrize("columns", [24, 60, 200])
def test_a_key_is_masked_over_as_many_rows_as_it_takes(name: str, columns: int):
    key = KEYS[name]
    emulator = printed(f"the key: {key} and more".encode(), size=(columns, 40))
    masks = find_masks(emulator.screen.row, range(40), columns)
    shown = []
    for number in range(40):
        cells = [cell.data for cell in emulator.screen.row(number)]
        for start, end, text in masks.get(number, ()):
            cells[start:end] = text.ljust(end - start)[: end - start]
        shown.append("".join(cells))
    text = "".join(shown)
    assert not parts_in(text, key), text
    assert "and more" in " ".join(text.split())


@pytest.mark.parametrize(
    ("key", "character", "data"),
    [
        ("a", "a", b"a"), ("upper_a", "A", b"A"), ("ü", "ü", "ü".encode()), ("enter", "\r", b"\r"),
        ("tab", "\t", b"\t"), ("escape", "\x1b", b"\x1b"), ("backspace", "\x7f", b"\x7f"), ("ctrl+c", "\x03", b"\x03"),
        ("ctrl+d", None, b"\x04"),
        ("up", None, b"\x1b[A"), ("shift+left", None, b"\x1b[1;2D"), ("ctrl+right", None, b"\x1b[1;5C"),
        ("f1", None, b"\x1bOP"), ("f5", None, b"\x1b[15~"), ("delete", None, b"\x1b[3~"), ("pageup", None, b"\x1b[5~"),
        ("shift+tab", None, b"\x1b[Z"), ("alt+x", None, b"\x1bx"), ("alt+enter", None, b"\x1b\r"),
        ("ctrl+backslash", None, b"\x1c"), ("space", " ", b" "), ("some_new_key", None, b""),
    ],
)  # fmt: skip
def test_keys_are_the_bytes_that_xterm_sends(key: str, character: str | None, data: bytes):
    assert encode_key(key, character) == data


def test_cursor_keys_are_what_the_program_asked_for():
    assert encode_key("up", None, application=True) == b"\x1bOA"
