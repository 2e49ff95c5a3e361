"""Almost JSON: cut off in the middle (SDKs keep the first 500 characters of a body), or printed by Python's `repr`."""

from __future__ import annotations

import re

from meshtui.explain.fields import Fields, fold, http_status
from meshtui.explain.lazy import Pattern

MAX_LITERAL = 64_000

_FIELD = Pattern(
    r'"(message|Message|code|type|status|reason|__type|detail|error)"\s{0,8}:\s{0,8}(?:"((?:[^"\\]|\\.)*)|(\d{3})\b)'
)


def of_broken_json(text: str) -> Fields | None:
    """What can be read of JSON that stops in the middle; None where no field of an error can be found."""
    from meshtui.explain.fields import aws_type

    found: dict[str, str] = {}
    for match in _FIELD.finditer(text[:MAX_LITERAL]):
        found.setdefault(match[1], _unescaped(match[2]) if match[2] is not None else match[3])
    said = found.get("message") or found.get("Message") or found.get("detail") or ""
    if not said and "code" not in found and "__type" not in found:
        return None
    fields: Fields = {"origin": "error" if '"error"' in text[:200] else "top", "message": fold(said)}
    if "__type" in found:
        fields |= {"type": aws_type(found["__type"]), "origin": "aws-body"}
    if found.get("status", "").isupper():
        fields |= {"word": found["status"], "number": http_status(found.get("code", ""))}
    else:
        fields |= {name: found[name] for name in ("code", "type") if name in found and name not in fields}
    if "reason" in found:
        fields["reason"] = found["reason"]
    return fields


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return text.replace('\\"', '"').replace("\\n", " ").replace("\\/", "/").replace("\\\\", "\\")


def python_value(text: str) -> object:
    """The dict, list or tuple at the start of the text as Python prints it, as in `Error code: 401 - {'error': {…}}`;
    None where there is none."""
    if text[:1] not in ("{", "[", "(") or not re.match(r"[\[{(]\s{0,4}(?:[\[{]\s{0,4}){0,3}['\"]", text):
        return None
    from meshtui.explain.formats.literals import parse_value

    value, _ = parse_value(text[:MAX_LITERAL])
    return tuple(value) if text[0] == "(" and isinstance(value, list) else value
