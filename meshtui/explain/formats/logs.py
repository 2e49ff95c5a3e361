"""Logs as records: which lines belong together, when each was written, and of which request it speaks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from meshtui.explain.formats.encodings import line_prefix
from meshtui.explain.lazy import Pattern

MAX_LINES = 400
"""Lines of one record; what goes on longer is cut."""
MAX_CHARACTERS = 64_000
WHOLE = 120
"""A text of at most so many lines, most of them without a time, is one record: its lines speak of the same matter."""

_CONTINUED = Pattern(
    r"\s|[}\])\"'`^|]|at \S|Caused by:|\.\.\. \d+ more|During handling|The above exception|Traceback \(most|Details:"
    r"|reason:|domain:|metadata \{|---> |--- End|\+ |~|note: |<|Response (?:body|headers)|b['\"]|\[\s*$|\{\s*$|\[\{|\{ ?['\"]\w+['\"]"
)
_CHAINED = ("During handling of the above", "The above exception was")
_OPENED = re.compile(r"[{\[(,:=>]\s*$|\\\s*$")
_JSON_LINE = re.compile(r"\{\s*\"")
_DOCKER = ('{"log":', '{"log" :')
_TIME_FIELD = Pattern(
    r"\"(?:@?timestamp|time|ts|eventTime|asctime|date|datetime|log_timestamp|started_?at)\\?\"\s*:\s*\\?\"?([^\",}\\]{4,40})"
)
_REQUEST = Pattern(
    r"(?:req(?:uest)?[_-]?id|trace[_-]?id|correlation[_-]?id|x-request-id|span_id|job[_-]?id|run_id|task_id)"
    r"\\?[\"']?\s*[:=]\s*\\?[\"']?([\w:.-]{4,80})",
    re.IGNORECASE,
)
_ATTEMPT = Pattern(
    r"\b(?:attempt|try|retry|retries|retrying)\b\D{0,20}?#?(\d{1,3})\s*(?:/|of)\s*\d{1,3}|[\"']?\b(?:attempt|retry(?:_?count)?|retries|attempts)[\"']?\s*[=:]\s*(\d{1,3})",
    re.IGNORECASE,
)


class Record(NamedTuple):
    """Lines of a text that belong together, without what a log put before each."""

    text: str
    line: int
    """The number of the first, from 1."""
    time: str


def split_records(lines: Iterable[str], *, whole: bool = False) -> Iterator[Record]:
    """The records of a text, one after the other; its memory is that of one record.

    A record begins with a line that has a time, is JSON by itself, or is no continuation: of a stack, of an open bracket,
    of a paragraph in a log whose records have times. With `whole` all lines are one record.
    """
    held: list[str] = []
    first, time, size, timed, in_trace, traced = 1, "", 0, False, False, False
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\n")
        if line.startswith(_DOCKER):
            line = _from_docker(line)
        prefix = line_prefix(line)
        words = line[prefix.end :]
        if held and (
            len(held) >= MAX_LINES or size > MAX_CHARACTERS
            or not (whole or _continues(held, words, timed and not prefix.time, in_trace, traced))
        ):  # fmt: skip
            yield Record("\n".join(held), first, time)
            held, size, in_trace, traced = [], 0, False, False
        if not held:
            first, time = number, prefix.time
        timed = timed or bool(prefix.time)
        was_in_trace, in_trace = in_trace, _stays_in_trace(in_trace, words)
        traced = traced or (was_in_trace and not in_trace)
        held.append(words)
        size += len(words) + 1
    if held:
        yield Record("\n".join(held), first, time)


def _from_docker(line: str) -> str:
    """What the program printed, of a line in docker's json-file; the line itself where it is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line
    said = value.get("log")
    return f"{value.get('time') or ''} {said}".strip("\n") if isinstance(said, str) else line


def _continues(held: list[str], words: str, untimed: bool, in_trace: bool, traced: bool) -> bool:
    if untimed and not _is_json_line(words):
        return True
    if in_trace or not words:
        return True
    if traced and words.startswith("Traceback (most"):
        return any(line.startswith(_CHAINED) for line in held[-3:])
    last = held[-1]
    if _is_json_line(words):
        return False
    return bool(_CONTINUED.match(words)) or (bool(_OPENED.search(last)) and not _is_json_line(last))


def _is_json_line(words: str) -> bool:
    return words[:1] == "{" and words.rstrip()[-1:] == "}" and bool(_JSON_LINE.match(words))


def _stays_in_trace(before: bool, words: str) -> bool:
    """Whether the next line still belongs to a Python traceback: until the line that names the exception."""
    if words.startswith("Traceback (most recent call last)"):
        return True
    return before and (not words or words[0].isspace())


def is_whole(text: str) -> bool:
    """Whether a text is short and has no times of a log, so that its lines speak of one matter."""
    lines = text.split("\n")
    if len(lines) > WHOLE:
        return False
    timed = {prefix.time for prefix in map(line_prefix, lines) if prefix.time}
    return len(timed) < 2 and sum(map(_is_json_line, lines)) < 2


def time_of(text: str) -> str:
    """The time that a JSON record tells of itself, as it is written there; empty for none."""
    found = _TIME_FIELD.search(text) if '"' in text else None
    return found[1].strip() if found else ""


def request_of(text: str) -> str:
    """The request that a record speaks of; empty where it names none."""
    found = _REQUEST.search(text)
    return found[1] if found else ""


def is_retry(text: str) -> bool:
    """Whether a record says that it is a later attempt of the same request."""
    found = _ATTEMPT.search(text)
    return found is not None and int(found[1] or found[2]) > 1
