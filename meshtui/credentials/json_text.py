"""Reads JSON, and where it is invalid says what is wrong and where. It does not guess what was meant."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from meshtui.base.credential import Finding
from meshtui.providers.credential_reading import describe_character, locate
from meshtui.providers.finding_catalogue import make_finding


@dataclass(frozen=True, slots=True)
class Json:
    """`value` is what was read, `ok` whether anything was."""

    ok: bool
    value: object = None
    findings: tuple[Finding, ...] = ()


def read_json(text: str, start: int = 0) -> Json:
    """The JSON that begins at `start`. Positions in findings are counted from the text's beginning."""
    twice: list[str] = []

    def gather(pairs: list[tuple[str, object]]) -> dict[str, object]:
        gathered = dict(pairs)
        if len(gathered) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            twice.extend(name for name, count in counts.items() if count > 1)
        return gathered

    try:
        value = json.loads(text[start:], object_pairs_hook=gather)
    except json.JSONDecodeError as error:
        return Json(False, findings=(explain_fault(text, start + error.pos, error.msg),))
    except RecursionError:
        return Json(False, findings=(make_finding("json.deep", where="brackets within brackets"),))
    except ValueError:
        # A number of more digits than Python converts.
        return Json(False, findings=(make_finding("json.not-object", what="an object with an endless number in it"),))
    return Json(True, value, tuple(make_finding("json.duplicate", field=name) for name in twice[:3]))


def explain_fault(text: str, index: int, message: str) -> Finding:
    """The finding for a text that Python's parser gave up at `index` with this message."""
    before = text[:index].rstrip()
    fault = _Fault(message, text[index : index + 1], before[-1:], text[index : index + 12], not text[index:].strip())
    if fault.here in _CLOSING and fault.before == ",":
        index = len(before) - 1
        there = f"a comma, then {fault.here}"
    else:
        there = describe_character(text[index : index + 1])
    row = next(row for row, holds in _FAULTS if holds(fault))
    line, column = locate(text, index)
    return make_finding(row, line=line, column=column, there=there)


@dataclass(frozen=True, slots=True)
class _Fault:
    message: str
    here: str
    before: str
    """The last character before it that is not white space."""
    word: str
    at_end: bool


_CLOSING = ("}", "]")
_SMART = tuple("“”„‟«»‘’‚‛″＂")
_PYTHON = re.compile(r"(?:True|False|None|undefined)\b")

# The first row whose test holds. What the parser says comes second to what stands there: one slip has many messages.
_FAULTS: tuple[tuple[str, Callable[[_Fault], bool]], ...] = (
    ("json.line-break", lambda f: f.message.startswith("Invalid control character")),
    ("json.open-string", lambda f: f.message.startswith("Unterminated string")),
    ("json.bad-escape", lambda f: f.message.startswith("Invalid \\")),
    ("json.more-behind", lambda f: f.message.startswith("Extra data")),
    ("json.cut-off", lambda f: f.at_end),
    ("json.trailing-comma", lambda f: "trailing comma" in f.message or (f.here in _CLOSING and f.before == ",")),
    ("json.single-quotes", lambda f: f.here == "'"),
    ("json.smart-quotes", lambda f: f.here in _SMART),
    ("json.comment", lambda f: f.here in ("#", "/")),
    ("json.python-word", lambda f: bool(_PYTHON.match(f.word))),
    ("json.missing-comma", lambda f: f.message.startswith("Expecting ','") and f.here in ('"', "{", "[")),
    ("json.missing-colon", lambda f: f.message.startswith("Expecting ':'")),
    ("json.unquoted", lambda f: f.here.isalnum() or f.here == "_"),
    ("json.bad", lambda _: True),
)
