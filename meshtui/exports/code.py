"""Code that does again what was just done: curl, and Python with the library that people use for that provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from meshtui.exports import aws, google, openai
from meshtui.exports.curl import curl
from meshtui.exports.literals import Program
from meshtui.exports.sent import Sent


class Code(NamedTuple):
    """`text` is the whole of it, ready to run; it names environment variables and holds no secret."""

    language: str
    """`sh` or `python`."""
    title: str
    text: str


_PROGRAMS: dict[str, Callable[[Sent], Program | None]] = {
    "openai": openai.program,
    "mesh": openai.program,
    "bedrock": aws.program,
    "vertex": google.program,
}


def codes(sent: Sent) -> tuple[Code, ...]:
    """curl first; then Python, where the call is one that the library has."""
    program = _PROGRAMS[sent.exchange.provider](sent) if sent.exchange.provider in _PROGRAMS else None
    python = (Code("python", f"Python {program.library}", program.text),) if program else ()
    return (Code("sh", "curl", curl(sent)), *python)
