"""The form of a rule's test case, and small makers of bodies. The tables live in `cases_<provider>.py`."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from meshtui.base.provider_names import PROVIDER_ROWS
from meshtui.explain.model import Context, ParsedError


class Case(NamedTuple):
    """One answer and what must be said of it. Every rule needs at least one."""

    rule: str
    """The id of the row that must recognise it."""
    given: dict[str, Any]
    """What `read` is given: `body`, and where they matter `status`, `headers`, `call`, `context`, `provider` (default:
    the table's own). Or `failure`: kind and words of a call that got no answer."""
    cause: str
    who: str
    retryable: bool
    words: tuple[str, ...] = ()
    """Each must occur, whatever its case, in headline, not_this, numbers or steps."""


def openai(
    message: str | None, kind: str | None = "invalid_request_error", code: str | None = None, **more: Any
) -> str:
    """OpenAI's usual body."""
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code, **more}}, indent=4)


def mesh(code: str, message: str = "", **more: Any) -> str:
    """Mesh's envelope."""
    return json.dumps({"error": {"code": code, "message": message, **more}, "request_id": "req_01" + "Z" * 24})


ANSWERS = Path(__file__).parent / "answers"
"""A file for each table: rule, what must be said of it, and below it answers that it is known by.

`[404|405 shape=html] Not Found`: an answer with either status; a plus in a value is a blank. What is not named stands
as in `USUAL`; a name that an error does not have is a header's, and behind `metadata.` one of its metadata.
"""
USUAL: dict[str, dict[str, Any]] = {
    "relay": {"type": "new_api_error", "origin": "error", "shape": "json"},
    "gateway": {"provider": "cloudflare-ai-gateway", "origin": "error", "shape": "json"},
    "general": {"provider": "mistral", "origin": "error", "shape": "json"},
    "status": {"shape": "json"},
    "edge": {"origin": "text", "shape": "text"},
    "local": {"origin": "text", "shape": "text"},
    **{name: {"provider": name, "origin": "error", "shape": "json"} for name in PROVIDER_ROWS},
}
_LINE = re.compile(r"    (?:\[(?P<fields>[^\]]*)\])?(?: ?(?P<message>.*))")
_CONTEXT = ("model", "region", "key_region", "key_type", "now")


class Told(NamedTuple):
    """A rule, words that must be in what is denied and advised, and the answers."""

    rule: str
    words: tuple[str, ...]
    answers: tuple[ParsedError, ...]


def read_answers() -> tuple[Told, ...]:
    """The rows of all files."""
    found: list[Told] = []
    for path in sorted(ANSWERS.iterdir()):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith(" "):
                rule, _, words = line.partition(": ")
                found.append(Told(rule, tuple(filter(None, words.split("; "))), ()))
            else:
                found[-1] = found[-1]._replace(answers=(*found[-1].answers, *_read_line(found[-1].rule, line)))
    return tuple(found)


def _read_line(rule: str, line: str) -> Iterator[ParsedError]:
    read = _LINE.fullmatch(line)
    assert read is not None, line
    fields = [
        [(name, value) for value in values.split("|")]
        for name, _, values in (
            field.partition("=") if "=" in field else ("status", "=", field) for field in (read["fields"] or "").split()
        )
    ]
    for row in itertools.product(*fields):
        given, context, headers = dict(USUAL[rule.partition(".")[0]]), dict[str, Any](), dict[str, str]()
        metadata: dict[str, str] = {}
        for name, value in ((name, value.replace("+", " ")) for name, value in row):
            if name in _CONTEXT:
                context[name] = float(value) if name == "now" else value
            elif name in ParsedError._fields:
                given[name] = int(value) if name == "status" else value
            elif name.startswith("metadata."):
                metadata[name.removeprefix("metadata.")] = value
            else:
                headers[name] = value
        given |= {"headers": headers, "metadata": metadata}
        yield ParsedError(**given, message=read["message"], context=Context(**context))
