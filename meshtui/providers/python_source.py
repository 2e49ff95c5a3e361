"""Values, calls and whole programs as Python source, laid out as people lay it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from keyword import iskeyword
from typing import NamedTuple

WIDTH = 88
INDENT = " " * 4


class Source(NamedTuple):
    """Python source that is written unchanged, without quotes. `because` becomes a comment after it."""

    code: str
    because: str = ""


class Program(NamedTuple):
    """Python that runs as it is, and the library that it is written for."""

    library: str
    text: str


def write_literal(value: object, depth: int = 0) -> str:
    """The source of a JSON-like value, on one line where it fits, else a line an item, `depth` levels in.

    Every character that cannot be seen is escaped, so the source is safe to show and means the same anywhere.
    """
    if isinstance(value, Source):
        return value.code
    if isinstance(value, str):
        return _write_text(value)
    if isinstance(value, Mapping):
        return _lay_out(
            "{", (f"{write_literal(k)}: {write_literal(v, depth + 1)}" for k, v in value.items()), "}", depth
        )
    if isinstance(value, (list, tuple)):
        return _lay_out("[", (write_literal(item, depth + 1) for item in value), "]", depth)
    return repr(value)


def write_call(function: str, arguments: Mapping[str, object], depth: int = 0) -> str:
    """The source of a call with named arguments, one a line. What has no Python name goes in as `**{…}`."""
    named = {name: value for name, value in arguments.items() if _is_name(name)}
    lines = [
        f"{INDENT * (depth + 1)}{name}={write_literal(value, depth + 1)},{_write_reason(value)}"
        for name, value in named.items()
    ]
    if odd := {name: value for name, value in arguments.items() if name not in named}:
        lines.append(f"{INDENT * (depth + 1)}**{write_literal(odd, depth + 1)},")
    return "\n".join([f"{function}(", *lines, f"{INDENT * depth})"])


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier() and not iskeyword(text)


def _write_reason(value: object) -> str:
    return f"  # {value.because}" if isinstance(value, Source) and value.because else ""


def _write_text(value: str) -> str:
    return '"' + "".join(_ESCAPED.get(c) or (c if c.isprintable() else repr(c)[1:-1]) for c in value) + '"'


_ESCAPED = {'"': '\\"', "\\": "\\\\"}


def _lay_out(opening: str, items: Iterable[str], closing: str, depth: int) -> str:
    parts = list(items)
    line = f"{opening}{', '.join(parts)}{closing}"
    if not parts or ("\n" not in line and len(line) + len(INDENT) * depth <= WIDTH):
        return line
    inside = INDENT * (depth + 1)
    return "\n".join([opening, *(f"{inside}{part}," for part in parts), f"{INDENT * depth}{closing}"])
