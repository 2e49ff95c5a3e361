"""The body of an exchange, redacted also where a secret comes in pieces that a reader would join: the events of a
stream, strings of JSON, base64 in either.

What the body says in pieces is joined as a reader would: the values of one field in their order, all strings in their
order, the lines of a stream that are not JSON. Where a secret is found in the joined text, its part of each piece is
blanked. Linear in the body.
"""

from __future__ import annotations

import binascii
import string
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from meshtui.base.lazy_pattern import Pattern
from meshtui.base.redaction import find_keys, redact

# A string of JSON, and the colon behind it if it is a name. It ends with its line, so that a stray quote turns no more
# than that inside out. Every start matches at least its quote, so none is read again by the next.
_STRING = Pattern(r'"([^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+)"?(\s{0,8}:)?')
_LINE = Pattern(r"(?m)^data:[ ]?(?![ ]*[{\[])([^\n\r]+)")
_CODED = "eyJ"
"""How an object of JSON begins in base64."""

_OF_KEYS = frozenset(f"{string.ascii_letters}{string.digits}+/=_.%&#;\\-")

Span = tuple[int, int]
Piece = tuple[int, str]
"""The number of a match in the body, and the text it stands for. Its position is computed only when something is found
in it, because that takes three times as long."""


def redact_body(body: str) -> str:
    """The body with every secret masked, also one that is split into pieces, which are blanked."""
    blanked = set(_find_split(_LINE, body, _list_lines(body)))
    for pieces in _join_strings(body):
        blanked.update(_find_split(_STRING, body, pieces))
    return redact(_blank(body, blanked))


def blank_edge(body: str, *, at_start: bool) -> str:
    """A redacted body that was cut at its start or end, without what could be part of a split secret: of the pieces a
    reader would join, those at that edge up to the first space. Half a key cannot be recognised by its shape, and no
    key contains a space."""
    blanked: set[Span] = set()
    fields = _list_strings(body) if '"' in body else {}
    varying = [pieces for pieces in fields.values() if len(pieces) > 1 and not _is_constant(pieces)]
    for pattern, groups in ((_LINE, [_list_lines(body)]), (_STRING, varying)):
        numbers = [number for pieces in groups for number in _list_edge(pieces, at_start)]
        if numbers:
            spans = [m.span(1) for m in pattern.finditer(body)]
            blanked.update(spans[number] for number in numbers)
    return _blank(body, blanked)


def _list_edge(pieces: list[Piece], at_start: bool) -> Iterator[int]:
    """The numbers of the pieces at one edge up to the first that holds a space, that one too."""
    for number, text in pieces if at_start else reversed(pieces):
        yield number
        if " " in text:
            return


def _blank(body: str, spans: set[Span]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end > at:
            parts += (body[at : max(at, start)], "…")
            at = end
    return "".join(parts) + body[at:]


def _list_lines(body: str) -> list[Piece]:
    return list(enumerate(_LINE.findall(body))) if "data:" in body else []


def _join_strings(body: str) -> Iterator[list[Piece]]:
    """The strings that a reader might join, in their order, for each way to do so."""
    fields = _list_strings(body) if '"' in body else {}
    # What is the same in every event of a stream, such as its id, is joined by nobody.
    varying = [pieces for pieces in fields.values() if len(pieces) > 1 and not _is_constant(pieces)]
    yield from varying
    if len(fields) > 1:
        single = [pieces for pieces in fields.values() if len(pieces) == 1]
        yield sorted(piece for pieces in (*varying, *single) for piece in pieces)


def _is_constant(pieces: list[Piece]) -> bool:
    return len(pieces) > 2 and len({text for _, text in pieces}) == 1


def _list_strings(body: str) -> dict[str, list[Piece]]:
    """The strings that are values, grouped by the name before them."""
    fields: dict[str, list[Piece]] = {}
    name = ""
    for number, (text, is_name) in enumerate(_STRING.findall(body)):
        if is_name:
            name = text
        elif text.startswith(_CODED):
            # Its parts cannot be blanked one by one: what is found in them blanks the whole.
            for inner_name, inner in _open(name, text):
                fields.setdefault(inner_name, []).append((number, inner))
        elif text:
            fields.setdefault(name, []).append((number, text))
    return fields


def _open(name: str, text: str) -> Iterator[tuple[str, str]]:
    """The strings in an object of JSON that is a string in base64, with their names; else the text itself."""
    try:
        inner = binascii.a2b_base64(text).decode("utf-8", "replace")
    except ValueError:
        inner = ""
    fields = _list_strings(inner)  # what is in there is a quarter shorter, so this ends soon
    if not fields:
        yield name, text
    for inner_name, pieces in fields.items():
        yield from ((inner_name, each) for _, each in pieces)


def _find_split(pattern: Pattern, body: str, pieces: list[Piece]) -> Iterator[Span]:
    """The parts of these pieces that together form a secret."""
    if len(pieces) < 2 or not (keys := find_keys("".join(text for _, text in pieces))):
        return
    spans = [m.span(1) for m in pattern.finditer(body)]
    ends = list(accumulate(len(text) for _, text in pieces))
    for start, end in _merge(keys):
        first, last = bisect_right(ends, start), bisect_right(ends, end - 1)
        for at in range(first, last + 1 if first != last else first):
            number, text = pieces[at]
            left, right = spans[number]
            if right - left == len(text):
                before = ends[at] - len(text)
                left, right = _widen(body, left, right, left + max(0, start - before), right - max(0, ends[at] - end))
            yield left, right


def _merge(spans: list[Span]) -> Iterator[Span]:
    """The spans, with overlapping ones merged."""
    whole: Span | None = None
    for start, end in sorted(spans):
        if whole is None or start >= whole[1]:
            if whole is not None:
                yield whole
            whole = start, end
        else:
            whole = whole[0], max(whole[1], end)
    if whole is not None:
        yield whole


def _widen(body: str, least: int, most: int, start: int, end: int) -> Span:
    """The span, extended by adjacent characters in the same piece that may belong to a key: the remaining half of
    another key could not be recognised."""
    while start > least and body[start - 1] in _OF_KEYS:
        start -= 1
    while end < most and body[end] in _OF_KEYS:
        end += 1
    return start, end
