"""Lines that assign: .env files, shell exports, AWS's ini files, and the CSV that AWS's console gives for a new key."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(
    r"[ \t]*(?:export[ \t]+|set[ \t]+|(?:const|let|var)[ \t]+|\$env:|-[ \t]+)?"
    r"([A-Za-z_][A-Za-z0-9_.-]{0,80})(?:[ \t]*=|:(?=[ \t]))[ \t]*(.*)"
)
_SECTION = re.compile(r"[ \t]*\[([^\]\n]{1,100})\][ \t]*")
_AWS_CSV = "access key id,secret access key"
_KEY_SHAPED = re.compile(r"(?:sk-|ABSK|rsk_|mak_|bedrock-api-key-|eyJ)")


@dataclass(frozen=True, slots=True)
class Assignment:
    name: str
    value: str
    line: int
    """Counted from 1."""
    section: str = ""


def assignments(text: str) -> tuple[Assignment, ...]:
    """Every assignment, in order; none at all where some line is neither one, nor a comment, a section or blank."""
    if csv := _csv(text):
        return csv
    found: list[Assignment] = []
    section, lines, number = "", text.split("\n"), 0
    while number < len(lines):
        line, number = lines[number], number + 1
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        if header := _SECTION.fullmatch(line):
            section = header[1].strip()
            continue
        match = _LINE.fullmatch(line)
        if match is None or _is_padding(match[1], match[2]):
            return ()
        begun = number
        raw = match[2]
        if _opens(raw):
            end = next((i for i in range(number, len(lines)) if raw[0] in lines[i]), None)
            if end is not None:
                raw, number = "\n".join([raw, *lines[number : end + 1]]), end + 1
        found.append(Assignment(match[1], unquoted(raw), begun, section))
    return tuple(found)


def unquoted(raw: str) -> str:
    """A value as a shell or dotenv would have it: quotes off, escaped quotes plain, a comment after it dropped."""
    raw = raw.strip()
    if raw[:1] in ('"', "'"):
        end = raw.find(raw[0], 1)
        while end > 0 and raw[end - 1] == "\\" and raw[0] == '"':
            end = raw.find(raw[0], end + 1)
        if end > 0 and _ends_there(raw[end + 1 :]):
            inside = raw[1:end]
            return inside.replace('\\"', '"') if raw[0] == '"' else inside
        return raw
    return re.split(r"[ \t]+#", raw, maxsplit=1)[0].rstrip()


def _ends_there(rest: str) -> bool:
    return not rest.strip(" \t;,") or rest.lstrip(" \t;,").startswith("#")


def _opens(raw: str) -> bool:
    """Whether a quote begins the value and no second one closes it on this line."""
    return raw[:1] in ('"', "'") and raw.count(raw[0]) == 1


def _is_padding(name: str, value: str) -> bool:
    """Whether `name = value` is really a key that ends in base64's padding."""
    return bool(_KEY_SHAPED.match(name)) or (len(name) > 24 and not value.strip("="))


def _csv(text: str) -> tuple[Assignment, ...]:
    head, _, rest = text.lstrip().partition("\n")
    columns = [column.strip().strip('"').lower() for column in head.split(",")]
    if _AWS_CSV not in ",".join(columns):
        return ()
    row = next((line for line in rest.split("\n") if line.strip()), "")
    values = [value.strip().strip('"') for value in row.split(",")]
    return tuple(Assignment(c.replace(" ", "_"), v, 2) for c, v in zip(columns, values, strict=False))
