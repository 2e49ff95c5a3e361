"""The terminal in which somebody's program runs, as rows of characters: pyte, and what programs use of xterm besides.

pyte knows no alternate screen, no line-drawing letters in UTF-8, no repeated character, and prints what it cannot read
of longer sequences: all that is dealt with here.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyte.charsets import VT100_MAP
from pyte.modes import DECAWM, IRM
from pyte.screens import Char, Cursor, Margins, Screen
from pyte.streams import ByteStream

SCROLLBACK = 5000
"""Rows that are kept above the screen."""
MAX_HELD = 1 << 13
"""The most bytes of an incomplete control sequence; a longer one is plain text."""
TERM = "xterm-256color"
"""The value of TERM for the program."""
_ALTERNATE = frozenset((47, 1047, 1049))
_PRIVATE = 5
"""How far pyte shifts the numbers of private modes."""
APPLICATION_KEYS, BRACKETED_PASTE = 1 << _PRIVATE, 2004 << _PRIVATE
# Strings to the terminal (DCS, PM, APC, SOS, and the title that shells set in screen), sequences with a private mark
# other than `?`, attributes with colons: xterm's "Control Sequences".
_UNREAD = re.compile(rb"\x1b[PX^_k][^\x1b\x07]*(?:\x1b\\|\x07)|\x1b\[[<=>][0-9;:]*[ -/]*[@-~]|\x1b\[[0-9;]*:[0-9;:]*m")
_BEGUN = re.compile(rb"\x1b(?:[PX^_k][^\x1b\x07]*\x1b?|\[[0-9;:<=>?]*|\()?\Z")
_CHARSET = re.compile(rb"\x1b\(([0AB])")
_LINES = {ord(letter): VT100_MAP[ord(letter)] for letter in "`abcdefghijklmnopqrstuvwxyz{|}~"}

Row = Sequence[Char]
"""The characters from the first column to the last that was written; of a wide one the second is empty."""


class ProgramScreen(Screen):
    """What pyte calls for each sequence. `past` are the rows that left at the top, the oldest first."""

    def __init__(self, size: tuple[int, int], reply: Callable[[bytes], object]) -> None:
        self.past: deque[Row] = deque(maxlen=SCROLLBACK)
        self.dropped = 0
        """Rows that `past` has forgotten."""
        self.draws_lines = False
        self._reply = reply
        self._last = " "
        self._styled: Char | None = None
        self._characters: dict[str, Char] = {}
        """Letter → the character of it with the attributes `_styled`."""
        self._main: tuple[dict[int, Any], Cursor] | None = None
        """Rows and cursor of the usual screen while the alternate one is shown."""
        super().__init__(*size)

    @property
    def is_alternate(self) -> bool:
        return self._main is not None

    def write_process_input(self, data: str) -> None:
        self._reply(data.encode())

    def reset(self) -> None:
        self._main = None
        self.draws_lines = False
        super().reset()

    def draw(self, data: str) -> None:
        if self.draws_lines:
            data = data.translate(_LINES)
        self._last = data[-1:]
        if data.isascii() and self.charset == 0 and IRM not in self.mode and DECAWM in self.mode:
            self._draw_ascii(data)
        else:
            super().draw(data)

    def _draw_ascii(self, data: str) -> None:
        """A faster path for ASCII text, which is nearly all that programs print: it takes a third of the time."""
        cursor, attributes = self.cursor, self.cursor.attrs
        if self._styled != attributes:
            self._styled, self._characters = attributes, {}
        characters = self._characters
        while data:
            if cursor.x >= self.columns:
                self.carriage_return()
                self.linefeed()
            piece, data = data[: self.columns - cursor.x], data[self.columns - cursor.x :]
            row = self.buffer[cursor.y]
            for x, letter in enumerate(piece, cursor.x):
                character = characters.get(letter)
                if character is None:
                    character = characters[letter] = attributes._replace(data=letter)
                row[x] = character
            cursor.x += len(piece)
            self.dirty.add(cursor.y)

    def repeat_last(self, count: int = 1, **_ignored: object) -> None:
        self.draw(self._last * min(count or 1, self.columns * self.lines))

    def index(self) -> None:
        top, bottom = self.margins or Margins(0, self.lines - 1)
        if self.cursor.y == bottom and top == 0 and not self.is_alternate:
            self._remember(self.buffer[0])
        super().index()

    def scroll_up(self, count: int = 1, **_ignored: object) -> None:
        self._scroll(count, up=True)

    def scroll_down(self, count: int = 1, **_ignored: object) -> None:
        self._scroll(count, up=False)

    def _scroll(self, count: int, *, up: bool) -> None:
        top, bottom = self.margins or Margins(0, self.lines - 1)
        line, column = self.cursor.y, self.cursor.x
        self.cursor.y = bottom if up else top
        for _ in range(min(count or 1, self.lines)):
            self.index() if up else self.reverse_index()
        self.cursor.y, self.cursor.x = line, column

    def tab_back(self, count: int = 1, **_ignored: object) -> None:
        for _ in range(min(count or 1, self.columns)):
            self.cursor.x = max((stop for stop in self.tabstops if stop < self.cursor.x), default=0)

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        if kwargs.get("private"):
            if not _ALTERNATE.isdisjoint(modes) and self._main is None:
                self._main = dict(self.buffer), self.cursor
                self.buffer.clear()
                self.cursor = Cursor(self.cursor.x, self.cursor.y, self.cursor.attrs)
                self.dirty.update(range(self.lines))
            modes = tuple(mode for mode in modes if mode != 3)  # 132 columns: the pane is as wide as it is
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        if kwargs.get("private"):
            if not _ALTERNATE.isdisjoint(modes) and self._main is not None:
                (rows, self.cursor), self._main = self._main, None
                self.buffer.clear()
                self.buffer.update(rows)
                self.margins = None
                self.ensure_hbounds()
                self.ensure_vbounds()
                self.dirty.update(range(self.lines))
            modes = tuple(mode for mode in modes if mode != 3)
        super().reset_mode(*modes, **kwargs)

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """Rows below the cursor go first: pyte would drop those that were printed, at the top."""
        lines, columns = lines or self.lines, columns or self.columns
        over = self.cursor.y - lines + 1
        if over > 0:
            for _ in range(over):
                if not self.is_alternate:
                    self._remember(self.buffer[0])
                for y in range(self.lines - 1):
                    self.buffer[y] = self.buffer[y + 1]
                self.buffer.pop(self.lines - 1, None)
            self.cursor.y -= over
        for y in [y for y in self.buffer if y >= lines]:
            del self.buffer[y]
        self.lines, self.columns = lines, columns
        self.tabstops = set(range(8, columns, 8))
        self.margins = None
        self.ensure_hbounds()
        self.dirty.update(range(lines))

    def _remember(self, row: Mapping[int, Char]) -> None:
        self.dropped += len(self.past) == SCROLLBACK
        self.past.append(_cut(row))

    @property
    def first(self) -> int:
        """The number of the oldest row that is kept. Rows keep their numbers, counted from the first one printed."""
        return self.dropped

    @property
    def end(self) -> int:
        """One more than the number of the last row of the screen."""
        return self.dropped + len(self.past) + self.lines

    @property
    def top(self) -> int:
        """The number of the screen's first row."""
        return self.dropped + len(self.past)

    def row(self, number: int) -> Row:
        """A row that is kept; empty for another."""
        if number >= self.top:
            return _cut(self.buffer[number - self.top]) if number < self.end else ()
        return self.past[number - self.dropped] if number >= self.dropped else ()


def _cut(row: Mapping[int, Char]) -> Row:
    return tuple(row[x] for x in range(max(row) + 1)) if row else ()


class _Stream(ByteStream):
    """Ignores control sequences whose arguments pyte does not accept, and continues after them."""

    csi = {**ByteStream.csi, "b": "repeat_last", "S": "scroll_up", "T": "scroll_down", "Z": "tab_back"}  # noqa: RUF012

    def _send_to_parser(self, data: str) -> bool | None:
        try:
            return super()._send_to_parser(data)
        except (TypeError, ValueError, LookupError, NameError, AssertionError):
            return True  # the parser has begun anew, where plain text is expected


class Emulator:
    """Bytes in, rows out. `reply` is called with what the terminal itself answers the program."""

    def __init__(self, size: tuple[int, int], reply: Callable[[bytes], object]) -> None:
        """`size`: columns, rows."""
        self.screen = ProgramScreen(size, reply)
        self._stream = _Stream(self.screen)
        self._held = b""

    def feed(self, data: bytes) -> None:
        data = self._held + data
        begun = _BEGUN.search(data)
        self._held = data[begun.start() :] if begun and len(data) - begun.start() < MAX_HELD else b""
        data = _UNREAD.sub(b"", data[: len(data) - len(self._held)])
        parts = _CHARSET.split(data)
        self._stream.feed(parts[0])
        for charset, part in zip(parts[1::2], parts[2::2], strict=True):
            self.screen.draws_lines = charset == b"0"
            self._stream.feed(part)

    def resize(self, size: tuple[int, int]) -> None:
        columns, rows = size
        self.screen.resize(rows, columns)


_LETTERS = {"up": "A", "down": "B", "right": "C", "left": "D", "end": "F", "home": "H"}
_FUNCTIONS = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_NUMBERS = {
    "insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20, "f10": 21,
    "f11": 23, "f12": 24,
}  # fmt: skip
_PLAIN = {
    "enter": "\r", "tab": "\t", "escape": "\x1b", "backspace": "\x7f", "space": " ", "shift+tab": "\x1b[Z",
    "ctrl+space": "\0", "ctrl+@": "\0", "ctrl+backslash": "\x1c", "ctrl+right_square_bracket": "\x1d",
    "ctrl+circumflex_accent": "\x1e", "ctrl+underscore": "\x1f", "ctrl+backspace": "\x08",
}  # fmt: skip
_MODIFIERS = {"shift": 1, "alt": 2, "ctrl": 4}


def encode_key(key: str, character: str | None, *, application: bool = False) -> bytes:
    """The bytes for Textual's name of a key and the character it has, if any; empty for a key that terminals have
    none for. `application`: the program asked for cursor keys of its own (DECCKM)."""
    if key in _PLAIN:
        return _PLAIN[key].encode()
    *names, last = key.split("+")
    modifiers = sum(_MODIFIERS.get(name, 0) for name in names)
    if found := _encode_special(last, modifiers, application):
        return found.encode()
    if names == ["ctrl"] and len(last) == 1 and "a" <= last <= "z":
        return bytes((ord(last) & 0x1F,))
    if "alt" in names and (rest := key.replace("alt+", "", 1)) != key:
        inner = encode_key(rest, character or (rest if len(rest) == 1 else None))
        return b"\x1b" + inner if inner else b""
    return character.encode() if character else b""


def _encode_special(name: str, modifiers: int, application: bool) -> str:
    letter = _LETTERS.get(name) or _FUNCTIONS.get(name)
    if letter:
        if modifiers:
            return f"\x1b[1;{modifiers + 1}{letter}"
        return f"\x1bO{letter}" if application or name in _FUNCTIONS else f"\x1b[{letter}"
    if name in _NUMBERS:
        return f"\x1b[{_NUMBERS[name]};{modifiers + 1}~" if modifiers else f"\x1b[{_NUMBERS[name]}~"
    return ""
