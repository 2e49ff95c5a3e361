"""A TOML file as settings with their line numbers, which the standard library's parser does not report."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from meshtui.base.redaction import redact

LONGEST = 100
"""The most lines of one value: each further line means parsing all of them again, and no setting needs more."""


class Item(NamedTuple):
    key: str
    """With the tables it is in: `log.times`. A part that itself contains dots keeps them: `keys.main.fire`. A secret in
    a part is masked, because within the whole it might not be recognised."""
    value: object
    line: int


class TomlError(ValueError):
    """The text is no TOML; `line` is where it stops to be."""

    def __init__(self, text: str, line: int) -> None:
        super().__init__(text)
        self.line = line


def read_items(text: str) -> tuple[Item, ...]:
    """Every value of the file, in its order. Raises TomlError."""
    _parse_toml(text)
    found: list[Item] = []
    table = ""
    for line, statement in _split_statements(text):
        head = statement.lstrip().startswith("[")
        parsed = _parse_toml(statement)
        if head:
            table = _find_header(parsed)
        else:
            found += (Item(f"{table}{key}", value, line) for key, value in _read(parsed, line))
    return tuple(found)


def _parse_toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        at = re.search(r"\(at line (\d+)", message)  # else it is at the end of the text
        line = int(at[1]) if at else text.rstrip().count("\n") + 1
        raise TomlError(re.sub(r" \(at [^)]*\)$", "", message), line) from None
    except RecursionError:
        raise TomlError("Nested too deeply", 1) from None
    except ValueError:  # Python makes no number of thousands of digits
        raise TomlError("A number is too long", 1) from None


def _split_statements(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of each header and each `key = value`. A statement of several lines is no TOML before its last
    one, so the parser itself tells where it ends."""
    statement, start = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        if number - start >= LONGEST:
            raise TomlError(f"A value of more than {LONGEST} lines", start)
        statement += f"{line}\n"
        try:
            empty = not tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        if not empty:
            yield start, statement
        statement, start = "", number + 1


def _find_header(parsed: Mapping[str, object]) -> str:
    """`log.` for `[log]`; `log[].` for `[[log]]`, which no setting is."""
    path = ""
    inner: object = parsed
    while inner:
        if isinstance(inner, list):
            path, inner = f"{path.removesuffix('.')}[].", inner[0]
        elif isinstance(inner, Mapping):
            name, inner = next(iter(inner.items()))
            path += f"{redact(name)}."
    return path


def _read(parsed: Mapping[str, object], line: int) -> list[tuple[str, object]]:
    try:
        return list(_list_leaves(parsed))
    except RecursionError:
        raise TomlError("Nested too deeply", line) from None


def _list_leaves(parsed: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in parsed.items():
        if isinstance(value, Mapping):
            yield from _list_leaves(value, f"{prefix}{redact(name)}.")
        else:
            yield f"{prefix}{redact(name)}", value
