"""How a known secret may be written: encoded as a whole, letter by letter, or broken by what is not seen.

`list_spellings` says what is searched for as it is. `find_disguised` compares letters and digits alone, of the text as
it is and with one and two layers of escapes undone: line breaks, NUL, zero-width characters, a terminal's colours and
the lines of MIME make no difference to it. All of it is linear in the text.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import compress
from typing import NamedTuple

LEAST = 16
"""Letters and digits that a spelling must have to be searched for by these alone."""
LAYERS = 2
"""How often escapes are undone: `%2573` and `\\\\u0073` are two layers."""

_ALNUM = frozenset(string.ascii_letters + string.digits)
_BASE64 = _ALNUM | frozenset("+/=")
_OTHERS = bytes(code for code in range(128) if chr(code) not in _ALNUM)
# Bounded everywhere: no start reads more than some seventy characters. Each alternative begins with a character, so
# that a text is passed over quickly up to the next of these.
_ESCAPE = (
    r"%u([0-9A-Fa-f]{4})"
    r"|%([0-9A-Fa-f]{2})"
    r"|\\\\{0,7}(?:u\{0{0,8}([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x\{?([0-9A-Fa-f]{2})\}?|[abefv]|0(?![0-7]{2}))"
    r"|&#[xX]0{0,8}([2-7][0-9A-Fa-f]);?"
    r"|0x([0-9A-Fa-f]{2})(?![0-9A-Za-z])"
    r"|&#0{0,8}(1[01]\d|12[0-6]|[3-9]\d);?"
    r"|\\\\{0,7}([01][0-7]{2})"
    r"|&(?:amp|quot|apos|nbsp|shy|zwj|zwnj|sol|plus|equals|lowbar|hyphen|dash|period|Tab|NewLine);"
    # What colours a terminal's text, also after its first character was replaced; a tag.
    r"|\x1b\[[0-9;:]{0,32}[A-Za-z]|\x9b[0-9;:]{0,32}[A-Za-z]|\ufffd\[[0-9;:]{0,32}[A-Za-z]"
    r"|<[A-Za-z/][^<>]{0,64}>"
)
_PERCENT, _HEXADECIMAL = 2, 7
"""The groups up to the second number are hexadecimal, the next one is decimal, the last octal."""


def _decode_character(code: int) -> str:
    return chr(code) if 32 < code < 127 or code == 27 else " "


_CHARACTERS = {f"%{a}{b}": _decode_character(int(a + b, 16)) for a in string.hexdigits for b in string.hexdigits}


class Disguised(NamedTuple):
    """The span of a secret in the text, and its value."""

    start: int
    end: int
    value: str


def list_spellings(value: str) -> Iterator[str]:
    """The value and its encodings as a whole."""
    import base64
    import json
    from urllib.parse import quote, quote_plus

    if len(value) < 8:
        return
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    yield value.strip()
    yield value.rstrip("=")
    yield value.replace("/", "\\/")
    for encoded in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield encoded
        yield re.sub("%..", lambda escape: escape[0].lower(), encoded)
        # AWS signs an encoded path encoded once more.
        yield encoded.replace("%", "%25")
    yield json.dumps(value)[1:-1]
    yield json.dumps(json.dumps(value))[3:-3]
    yield from _long_lines(value)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield from _encode_shifted(raw, encode)


def find_disguised(text: str, values: frozenset[str], *, lines: bool = False) -> list[Disguised]:
    """The spans of these values in the text, comparing letters and digits alone, in order; or of `lines`, those of a
    PEM block."""
    if len(text) < LEAST or not (known := _list_needles(values, lines)):
        return []
    found: list[Disguised] = []
    layer_text = _blank_breaks(text)
    for layer in range(LAYERS + 1):
        if layer:
            before, layer_text = layer_text, _blank_breaks(_compile_pattern(_ESCAPE).sub(_decode, layer_text))
            if layer_text == before:
                break
        skeleton = _strip(layer_text)
        lowered = skeleton.lower()
        if present := [each for each in known if each.letters in (lowered if each.folded else skeleton)]:
            found += _locate(text, layer, present)
    return sorted(found)


class _Needle(NamedTuple):
    letters: bytes
    value: str
    """The secret."""
    folded: bool
    """Whether capitals and small letters are the same."""


@lru_cache(maxsize=8)
def _list_needles(values: frozenset[str], lines: bool) -> tuple[_Needle, ...]:
    """What is searched for."""
    import base64

    needles: set[_Needle] = set()
    for value in values:
        if lines:
            needles.update(_Needle(_strip(line), line, False) for line in _list_base64_lines(value))
            continue
        raw = value.encode("utf-8", "surrogatepass")
        needles |= {_Needle(_strip(_blank_breaks(value)), value, False), _Needle(raw.hex().encode(), value, True)}
        needles.update(_Needle(_strip(coded), value, False) for coded in _encode_shifted(raw, base64.b64encode))
    return tuple(needle for needle in needles if len(needle.letters) >= LEAST)


def _long_lines(value: str) -> Iterator[str]:
    """The lines of a secret of several lines, each secret by itself; without those of a PEM block, which are searched
    for by their letters."""
    lines = value.replace("\\n", "\n").splitlines()
    return (line for line in lines if len(line) >= 32 and set(line) - _BASE64 and line[:5] != "-----")


def _list_base64_lines(value: str) -> Iterator[str]:
    """The lines of a PEM block; the last one, which may be short, with the one before it too."""
    lines = [line for line in value.replace("\\n", "\n").splitlines() if line and not set(line) - _BASE64]
    if len(lines) > 1:
        yield from lines
        yield lines[-2] + lines[-1]


def _encode_shifted(raw: bytes, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """The encoding of a text at each offset inside a longer one ("user:KEY"), without the characters that depend on its
    neighbours."""
    for shift in range(3):
        coded = encode(b"\0" * shift + raw).decode().rstrip("=")
        yield coded[(0, 2, 3)[shift] : len(coded) - 1]


def _blank_breaks(text: str) -> str:
    """The text with the most common escapes of line breaks replaced by spaces, at the same length: most JSON has no
    others."""
    if "\\" in text:
        for escape in ('\\"', "\\n", "\\r", "\\t"):
            text = text.replace(escape, "  ")
    return text


def _strip(text: str) -> bytes:
    """The letters and digits, and nothing between them."""
    return text.encode("ascii", "ignore").translate(None, _OTHERS)


def _decode(m: re.Match[str]) -> str:
    """The character that an escape encodes, where a key may contain it or it begins another escape; else a space."""
    group = m.lastindex
    if group == _PERCENT:  # nearly all that there are in a form or an address
        return _CHARACTERS[m[0]]
    if group is None:
        return "&" if m[0] == "&amp;" else " "
    return _decode_character(int(m[group], 16 if group <= _HEXADECIMAL else 10 if group == _HEXADECIMAL + 1 else 8))


def _locate(text: str, layer: int, present: Iterable[_Needle]) -> Iterator[Disguised]:
    """The positions of the needles in the original text."""
    text = _blank_breaks(text)
    starts = list(range(len(text)))
    ends = [start + 1 for start in starts]
    for _ in range(layer):
        pieces: list[str] = []
        new_starts: list[int] = []
        new_ends: list[int] = []
        at = 0
        for m in _compile_pattern(_ESCAPE).finditer(text):
            pieces += (text[at : m.start()], _decode(m))
            new_starts += starts[at : m.start()]
            new_starts.append(starts[m.start()])
            new_ends += ends[at : m.start()]
            new_ends.append(ends[m.end() - 1])
            at = m.end()
        pieces.append(text[at:])
        new_starts += starts[at:]
        new_ends += ends[at:]
        text, starts, ends = _blank_breaks("".join(pieces)), new_starts, new_ends
    kept = [character in _ALNUM for character in text]
    starts, ends = list(compress(starts, kept)), list(compress(ends, kept))
    skeleton = _strip(text)
    lowered = skeleton.lower()
    for needle in present:
        searched = lowered if needle.folded else skeleton
        at = searched.find(needle.letters)
        while at >= 0:
            after = at + len(needle.letters)
            yield Disguised(starts[at], ends[after - 1], needle.value)
            at = searched.find(needle.letters, after)


@cache
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
