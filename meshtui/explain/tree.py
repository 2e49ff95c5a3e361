"""Walking a JSON value to the error envelope in it: through arrays, and through strings that hold JSON again."""

from __future__ import annotations

import json

from meshtui.explain.envelopes import ENVELOPES
from meshtui.explain.fields import NOTHING, Fields, fold

_DECODER = json.JSONDecoder()
MAX_DEPTH = 6
MAX_ITEMS = 8


def of_tree(value: object, depth: int = 0) -> Fields:
    """The fields of the first envelope found in a JSON value; `origin` is empty where there is none."""
    if depth < MAX_DEPTH:
        if isinstance(value, dict):
            for envelope in ENVELOPES:
                fields = envelope(value, lambda part: of_tree(part, depth + 1))
                if fields is not None:
                    return fields
        elif isinstance(value, list):
            for item in value[:MAX_ITEMS]:
                fields = of_tree(item, depth + 1)
                if fields["origin"]:
                    return fields
        elif isinstance(value, str):
            return _of_string(value, depth + 1)
    return dict(NOTHING)


def of_json(text: str, depth: int = 0) -> Fields | None:
    """The fields of a JSON text, cut off in the middle or written by Python's `repr` too; None where it is none. White
    space around it is already gone."""
    try:
        value, end = _DECODER.raw_decode(text)  # half the time of json.loads
    except (ValueError, RecursionError):
        value, end = None, 0
    if end < len(text):
        from meshtui.explain.broken import of_broken_json, python_value

        begun = of_tree(value, depth)  # whole, and something else behind it
        if begun["origin"] not in ("", "text"):
            return begun
        value = python_value(text)
        if value is None:
            return of_broken_json(text)
    return of_tree(value, depth)


def embedded(text: str) -> Fields | None:
    """The fields of the first error envelope written inside a text, as JSON or as a Python dict; None without one."""
    from meshtui.explain.broken import python_value

    at = -1
    for _ in range(3):
        at = text.find("{", at + 1)
        if at < 0:
            return None
        try:
            value, _end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            value = python_value(text[at:])
        fields = of_tree(value, 1)
        if fields["origin"]:
            return fields
    return None


def _of_string(text: str, depth: int) -> Fields:
    bare = text.strip()
    if bare[:1] in ("{", "[", '"'):
        fields = of_json(bare, depth)
        if fields is not None and fields["origin"]:
            return fields
    return {"origin": "text" if bare else "", "message": fold(bare)}
