"""The first cleaning of a paste: characters that nobody sees and no credential has. Each kind is told once."""

from __future__ import annotations

import re

from meshtui.credentials.findings import make_finding
from meshtui.credentials.model import Finding

LIMIT = 1 << 20
"""Characters. The largest credential has a few thousand; this leaves room for a whole .env file."""
LONGEST = 1 << 14
"""Characters of one key. AWS's session tokens are the longest, and end below what a header may hold."""

# Finding, what it looks for, what is put in its place. In this order: a byte-order mark is also a zero-width space.
_STEPS = (
    ("text.bom", re.compile("\\A\ufeff"), ""),
    ("text.control", re.compile("\x1b\\[[0-9;?]*[ -/]*[@-~]|[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]"), ""),
    ("text.crlf", re.compile("\r\n?"), "\n"),
    ("text.spaces", re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"), " "),
    (
        "text.invisible",
        re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"),
        "",
    ),
    ("text.invisible", re.compile("[\u0085\u2028\u2029]"), "\n"),
)


def clean(text: str) -> tuple[str, tuple[Finding, ...]]:
    """The text without invisible characters, its lines ending in LF, its unusual spaces plain; and what was done."""
    findings: dict[str, Finding] = {}
    for row, pattern, instead in _STEPS:
        first = pattern.search(text)
        if first is None:
            continue
        where = place(text, first.start())
        text, count = pattern.subn(instead, text)
        findings.setdefault(row, make_finding(row, count=count, where=where))
    return text, tuple(findings.values())


def place(text: str, index: int) -> str:
    """`line 3, column 14`, counted from 1, as an editor does."""
    line, column = position(text, index)
    return f"line {line}, column {column}"


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column of this index, counted from 1."""
    return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1


def named(character: str) -> str:
    """What stands there, in words that give nothing of a secret away: punctuation as it is, the rest by its sort."""
    if not character:
        return "the end of the text"
    if character.isascii():
        if character.isalpha():
            return "a letter"
        if character.isdigit():
            return "a digit"
        return _ASCII.get(character, f"the character {character}" if character.isprintable() else "a control character")
    import unicodedata

    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name').lower()}"


def unfit(text: str, field: str = "") -> Finding | None:
    """What keeps a text from being any key: its length, or the first character that is white space or beyond ASCII."""
    if len(text) > LONGEST:
        return make_finding("text.too-long", length=len(text), where=f"field {field}" if field else "the whole text")
    odd = re.search(r"[^!-~]", text)
    if odd is None:
        return None
    spot = f"character {odd.start() + 1}"
    return make_finding("text.not-ascii", where=f"field {field}, {spot}" if field else spot, character=named(odd[0]))


_ASCII = {"\n": "a line break", "\t": "a tab", " ": "a space", '"': 'a double quote "', "'": "a single quote '"}
