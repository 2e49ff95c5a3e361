"""Values as programs print them: JSON, and the debug output of Python, JavaScript, Ruby, Go, Rust and PHP.

One tolerant reader for all: brackets hold either entries with keys or a list, a key is followed by `:`, `=>` or `=`,
and a name before a bracket (`Some(`, `ApiError {`, `array(4) {`, `map[`) is the type of what follows. What is cut off
in the middle gives what had been read until there.
"""

from __future__ import annotations

import json
import re

from meshtui.base.lazy_pattern import Pattern

MAX_LENGTH = 64_000
"""Characters of one value."""
MAX_DEPTH = 30
MAX_PARTS = 4_000
"""Parts of one value, so that no text takes long."""

_DECODER = json.JSONDecoder(strict=False)
_SPACE = Pattern(r"(?:[\s,;]|\\[nrt](?=[\s\\'\"\]})])|\+(?=\s*['\"`])|\.\.\.|…|//[^\n]*)*")
_BLANK = Pattern(r"\s*")
_STRING = Pattern(
    r"""(?:[bBuUrR]{0,2}|@|%)(?:"((?:[^"\\]|\\.)*)("|\Z)|'((?:[^'\\]|\\.)*)('|\Z)|`((?:[^`\\]|\\.)*)(`|\Z))""",
    re.DOTALL,
)
_ESCAPED_STRING = Pattern(r"\\([\"'])((?:(?!\\\1)[^\n]){0,4000})\\\1")
"""Within a quoted text, where only the quotes of its own kind were escaped."""
_NAME = r"[A-Za-z_][\w.\\]*(?:::[A-Za-z_][\w.\\]*)*"
_TYPE = Pattern(
    r"(?:object|enum)\(" + _NAME + r"\)(?:#\d+)? \(\d+\) (?=\{)|array\(\d+\) (?=\{)|Array\s{1,40}(?=\()"
    r"|\[[A-Za-z]\w*(?:: [\w ]+)?\] (?=\{)|&(?=\{)|#<(?:struct )?" + _NAME + r" (?=[\w@]+=)"
    r"|(?:&|\*|new )?(?:" + _NAME + r"|<[^<>\n]{1,60}>)(?:<[\w<>, :&']{1,60}>)?(?:\(\d+\))? ?(?=[\[({])"
)
_SIZED = Pattern(r"(?:string|int|float|bool|uint|enum)\s?\(")
_WORD = Pattern(r":?[^\s,;:=(){}\[\]\"'`]+(?:::\w+)*|<[^<>\n]{1,40}>")
_SEPARATOR = Pattern(r"\s*(?:=>|:(?!:)|=(?![=>]))")
_GO_VALUE = Pattern(
    r"(?:(?<=\s)\[[^\[\]{}\n]{1,200}\]"  # words in brackets, as an address
    r"|(?!\s+(?!(?:arn|aws|bedrock|iam|sts):)[A-Za-z_@][\w.@/-]{0,60}:(?!//)"
    r"(?=\S| (?!(?:arn|aws|bedrock|iam|sts):)[A-Za-z_@][\w.@/-]{0,60}:\S)|[{}\[\]\n]).)+"
)
_GO_EMPTY = Pattern(r" (?=[A-Za-z_@][\w.@/-]{0,60}:\S)")
"""Nothing between a key of a map and the next one."""
_INDENT = Pattern(r"[ \t]*")
_BARE = Pattern(r"[^\s\"'{\[(][^\n]*")
_TIGHT = Pattern(r"[^\s\"'`{\[(]")
_JOINED = Pattern(r"(?:\s|\\[nrt])*(?:\+\s*)?(?=[\"'`])")
_CLOSE = {"{": "}", "[": "]", "(": ")"}
_NOTHING = frozenset({"none", "null", "nil", "undefined", "<nil>", "<undefined>", "<null>"})
_ESCAPE = Pattern(r"\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|(\n)|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "e": "\x1b"}

_BRACKET = Pattern(r"[{\[(]")
_KEY = Pattern(r":?[A-Za-z_$@][\w.$-]*\\?[\"']?\s*[:=]")


def find_value(text: str, at: int = 0) -> int:
    """Where the next value may begin; -1 where none does. A bracket alone is not enough,
    as prose and logs have many."""
    while (match := _BRACKET.search(text, at)) is not None:
        at = match.end()
        ahead = text[at : at + 200].lstrip()
        first = ahead.lstrip("\\")[:1]
        bracket = match[0]
        if bracket == "{":
            if (
                first in ('"', "'", "`", "[")
                or ahead[:3] == "..."
                or text[at : at + 1] == "\n"
                or _KEY.match(ahead)
                or (ahead[:1] == "\\" and first in ("n", "t", "r"))
            ):
                return match.start()
        elif bracket == "[":
            if first in ("{", "[", '"', "'", "(") or ahead.startswith("map["):
                return match.start()
            if (text[at - 4 : at - 1] == "map" and first.isalpha()) or first == "@":
                return at - 4
        elif first in ('"', "'", "{") or (first == "[" and "] =>" in ahead):
            return match.start()
    return -1


class _Reader:
    """The position in a text, and how much may still be read."""

    __slots__ = ("parts", "text")

    def __init__(self, text: str) -> None:
        self.text, self.parts = text, MAX_PARTS


def parse_value(text: str, at: int = 0) -> tuple[object, int]:
    """The value that begins at this place, and where it ends; (None, at) where none does. Never raises.

    Where it is the content of a quoted string, such as Python's `b'{…}'`, the string's escapes are read first.
    """
    quoted = _read_quoted(text, at) if at and text[at - 1] in "\"'`" else None
    if quoted is not None:
        value, _ = parse_value(quoted[0])
        if value is not None:
            return value, quoted[1]
    if text[at : at + 1] in ("{", "["):
        try:
            return _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            pass
    piece = text[at : at + MAX_LENGTH]
    opened = _remove_escapes(piece)
    reader = _Reader(opened)
    try:
        value, end = _read_any_value(reader, 0, MAX_DEPTH)
    except RecursionError:
        return None, at
    if opened is not piece:  # the end in the escaped text can only be guessed: as far as the brackets go
        return value, at + _measure_escaped(piece, opened, end)
    return value, at + end


def _read_quoted(text: str, at: int) -> tuple[str, int] | None:
    """The content of the string that the quote before this place opens, if escapes in it hide a value."""
    start = at - 2 if text[at - 2 : at - 1] in ("b", "B") else at - 1
    match = _STRING.match(text, start)
    if match is None or "\\" not in match[0] or match.end() <= at:
        return None
    content, end = _read_string(_Reader(text), match)
    return (str(content), end) if str(content)[:1] in ("{", "[") else None


def _remove_escapes(piece: str) -> str:
    """The text without the levels of quoting that its first string shows."""
    for _ in range(4):
        if not re.match(r"[\[{(]\s{0,40}(?:\\+[nrt]\s{0,40}){0,8}\\+[\"']|[\[{]\\+[nrt]", piece):
            break
        piece = remove_backslashes(piece)
    return piece


def _measure_escaped(piece: str, opened: str, end: int) -> int:
    """The end of the value in the escaped text, found by counting its closing brackets."""
    closing = opened[end - 1 : end]
    if closing not in ("}", "]", ")"):
        return len(piece)
    found = -1
    for _ in range(opened.count(closing, 0, end)):
        found = piece.find(closing, found + 1)
        if found < 0:
            return len(piece)
    return found + 1


def remove_backslashes(text: str) -> str:
    """The text without one level of quoting by backslashes."""
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
    return "" if match[4] else _LETTERS.get(match[5], match[5])


def _read_any_value(reader: _Reader, at: int, depth: int) -> tuple[object, int]:
    """One value from `at` on, white space before it skipped."""
    text = reader.text
    at = _end(_BLANK, text, at)
    reader.parts -= 1
    if at >= len(text) or depth <= 0 or reader.parts <= 0:
        return None, len(text)
    string = _STRING.match(text, at)
    if string is not None:
        return _read_string(reader, string)
    if text[at] in _CLOSE:
        return _read_container(reader, at, depth)
    escaped = _ESCAPED_STRING.match(text, at)
    if escaped is not None:
        return remove_backslashes(escaped[2]), escaped.end()
    sized = _SIZED.match(text, at)
    if sized is not None:
        return _read_sized(reader, sized, depth)
    typed = _TYPE.match(text, at)
    if typed is not None:
        inside, end = _read_container(reader, typed.end(), depth)
        return _unwrap_value(inside, end) if text[typed.end()] == "(" else (inside, end)
    word = _WORD.match(text, at)
    if word is None:
        return None, at + (text[at] not in ")]}")
    return _read_plain(word[0]), word.end()


def _end(pattern: Pattern, text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _read_string(reader: _Reader, match: re.Match[str]) -> tuple[object, int]:
    """The string, and adjacent string literals that are one with it."""
    raw = next((group for group in match.groups()[::2] if group is not None), "")
    text, end = remove_backslashes(raw), match.end()
    if "\\x" in raw and not text.isascii():
        text = _decode_bytes(text)
    while (again := _JOINED.match(reader.text, end)) and again.end() > end:
        more = _STRING.match(reader.text, again.end())
        if more is None or _SEPARATOR.match(reader.text, more.end()):
            break
        raw = next((group for group in more.groups()[::2] if group is not None), "")
        text, end = text + remove_backslashes(raw), more.end()
    return text, end


def _decode_bytes(text: str) -> str:
    """The text of a string of escaped UTF-8 bytes; the string itself where it is not UTF-8."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _read_sized(reader: _Reader, match: re.Match[str], depth: int) -> tuple[object, int]:
    """PHP's `string(5) "words"` and `int(401)`."""
    inside, end = _read_container(reader, match.end() - 1, depth)
    number = inside[0] if isinstance(inside, list) and inside else inside
    start = _end(_BLANK, reader.text, end)
    last = start + 1 + number if isinstance(number, int) else start
    if reader.text[start : start + 1] == '"' == reader.text[last : last + 1] and last > start:
        return reader.text[start + 1 : last], last + 1  # by its length, whatever quotes are in it
    string = _STRING.match(reader.text, start)
    return _read_string(reader, string) if string else (number, end)


def _unwrap_value(value: object, end: int) -> tuple[object, int]:
    """`Some("x")` is x, and so is every other type with one value and no names."""
    return (value[0], end) if isinstance(value, list) and len(value) == 1 else (value, end)


def _read_container(reader: _Reader, at: int, depth: int) -> tuple[object, int]:
    text, closing = reader.text, _CLOSE[reader.text[at]]
    entries: dict[str, object] = {}
    items: list[object] = []
    at += 1
    while True:
        at = _end(_SPACE, text, at)
        if at >= len(text) or reader.parts <= 0:
            break
        if text[at] in "}])":
            at += text[at] == closing or bool(entries or items) or at + 1 >= len(text)
            break
        before = at
        value, at = _read_any_value(reader, at, depth - 1)
        separator = _SEPARATOR.match(text, at)
        if separator is None:
            items.append(value)
        else:
            only = value[0] if isinstance(value, list) and len(value) == 1 else value
            listed = only is not value and separator[0].endswith("=>")
            key, end = str(only).lstrip(":"), separator.end()
            if closing == "]" and separator[0] == ":" and _GO_EMPTY.match(text, end):
                entries[key], at = "", end
            else:
                entries[key], at = _read_entry(reader, end, depth, listed)
        at = max(at, before + 1)
    if entries and all(map(str.isdecimal, entries)):  # PHP's and Lua's lists
        return [*entries.values(), *items], at
    if entries and items:
        entries.setdefault("", items)
    return (entries or items), at


def _read_entry(reader: _Reader, at: int, depth: int, listed: bool) -> tuple[object, int]:
    """The value after a key. Go prints `key:bare words` and PHP `[key] => bare words` without quotes."""
    text = reader.text
    if listed:
        blank = _INDENT.match(text, at)
        at = blank.end() if blank else at
        bare = _BARE.match(text, at)
        if bare and not _SIZED.match(text, at) and not _TYPE.match(text, at):
            return _read_plain(bare[0].strip()), bare.end()
    elif _TIGHT.match(text, at) and text[at - 1] == ":" and not _TYPE.match(text, at):
        words = _GO_VALUE.match(text, at)
        if words:
            return _read_plain(words[0].strip()), words.end()
    return _read_any_value(reader, at, depth - 1)


def _read_plain(word: str) -> object:
    lowered = word.lower()
    if lowered in _NOTHING:
        return None
    if lowered in ("true", "false"):
        return lowered == "true"
    if word.isdecimal() and len(word) < 18 and word.isascii():
        return int(word)
    return word
