"""Logs as records: which lines belong together, when each was written, and of which request it speaks.

What a line is (a time before it, a continuation, JSON, words of failure) is told by its sketch, the line with every
digit made 0. Logs repeat themselves, so the patterns run once a sketch and not once a line; what is read from a line
itself is cut out where the sketch has it.

Annotations are not postponed, as in `presentation.blocks`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from meshtui.base.lazy_pattern import Pattern
from meshtui.explain.formats.encodings import line_prefix

MAX_LINES = 400
"""Lines of one record; what goes on longer is cut."""
MAX_CHARACTERS = 64_000
MAX_SKETCHES = 20_000
WHOLE = 120
"""A text of at most so many lines, most of them without a time, is one record: its lines speak of the same matter."""

_FAILURES = (
    "err", "exception", "fail", "denied", "denies", "authori", "not allowed", "permission", "polic", "forbidden",
    "invalid", "expired", "quota", "rate limit", "rate_limit", "rate-limit", "ratelimit", "too many", "exceed",
    "refused",
    "timed out", "timeout", "time-out", "not found", "not exist", "traceback", "panic", "overload", "throttl",
    "suspend",
    "disabled", "deactivat", "missing", "insufficient", "blocked", "unavailable", "unable", "cannot", "could not",
    "n't ", " not ",
    "credential", "http/", "not supported", "not available", "reset", "hang up", "no such host", "balance", "billing",
)  # fmt: skip
"""What stands in every record that speaks of a failure, but for a bare status."""
_BARE_STATUS = Pattern(r"\b[045]\d\d\b")


def may_fail(text: str) -> bool:
    """Whether a text may speak of a failure."""
    lowered = text.lower()
    for word in _FAILURES:
        if word in lowered:
            return True
    return _BARE_STATUS.search(text) is not None


_NO_ERRORS = Pattern(
    r"\b(?:errors?|err|failed|failures?|timeouts?|exceptions?)(?:_count)?\\?[\"']?\s?[=:]\s?(?:0+\b(?!\.)|null\b|none\b|false\b|\"\")",
    re.IGNORECASE,
)
"""Counters and fields that say that nothing failed. In a sketch every number is zeros, so they are looked at again."""

_CONTINUED = (
    *"}])\"'`^|~<", "Caused by:", "During handling", "The above exception", "Traceback (most", "Details:", "reason:",
    "domain:", "metadata {", "---> ", "--- End", "+ ", "note: ", "Response body", "Response headers", "b'", 'b"', "[{",
)  # fmt: skip
"""How the words of a line begin that continues another; compared as text, because a pattern of so many takes longer to
compile than a paste takes to read."""
_CONTINUED_ALSO = Pattern(r"\s|at \S|\.\.\. \d+ more|\[\s*$|\{\s*$|\{ ?['\"]\w+['\"]")
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


class LineFacts(NamedTuple):
    """What the sketch of a line tells. Spans are those of the sketch and of the line itself; (0, 0) where absent."""

    words: int
    """Where the words begin, behind what the log put before them."""
    time: tuple[int, int]
    timed: bool
    """Whether the time stands before the words, as a log's does."""
    hot: bool
    """Whether it may speak of a failure."""
    is_json: bool
    continues: bool
    """Whether it reads like the continuation of a line before it."""
    opens: bool
    """Whether the next line continues it."""
    indented: bool
    starts_trace: bool
    chains: bool
    request: tuple[int, int]
    attempt: tuple[int, int]
    numbers: tuple[int, ...]
    """Where numbers of three digits begin, any of which may be a status."""


class Record(NamedTuple):
    """Lines of a text that belong together, without what a log put before each."""

    text: str
    sketch: str
    """Records of the same sketch mean the same."""
    hot: bool
    line: int
    """The number of the first, from 1."""
    time: str
    request: str
    """The request that it speaks of; empty where it names none."""
    retry: bool
    """Whether it says that it is a later attempt of the same request."""


_DIGITS = dict.fromkeys(range(ord("1"), ord("9") + 1), "0")
_HEX = re.compile(r"\b(?=[a-f-]*0)[0a-f][0a-f-]{7,}\b")
"""In a sketch: the id of a request or a trace, which would make each line one of its own."""
_HEX_DIGITS = {ord(letter): "0" for letter in "abcdef"}
_THREE = re.compile(r"(?<!0)000(?!0)")


def split_records(lines: Iterable[str], *, whole: bool = False) -> Iterator[Record]:
    """The records of a text, one after the other; its memory is that of one record and of the sketches.

    A record begins with a line that has a time, is JSON by itself, or is no continuation: of a stack, of an open
    bracket, of a paragraph in a log whose records have times. With `whole` all lines are one record.
    """
    sketches: dict[str, LineFacts] = {}
    held: list[tuple[str, str, LineFacts]] = []
    first, size, timed, in_trace, traced = 1, 0, False, False, False
    for number, given in enumerate(lines, 1):
        line = _from_docker(given) if given.startswith(_DOCKER) else given
        sketch = line.translate(_DIGITS)
        facts = sketches.get(sketch)
        if facts is None:
            sketch = _HEX.sub(_zeros, sketch)
            facts = sketches.get(sketch)
        if facts is None:
            if len(sketches) >= MAX_SKETCHES:
                sketches.clear()
            facts = sketches[sketch] = _facts(sketch)
        if held and (
            len(held) >= MAX_LINES or size > MAX_CHARACTERS
            or not (whole or _continues(held, facts, timed, in_trace, traced))
        ):  # fmt: skip
            yield _record(held, first)
            held, size, in_trace, traced = [], 0, False, False
        if not held:
            first = number
        timed = timed or facts.timed
        was_in_trace, in_trace = in_trace, facts.starts_trace or (in_trace and facts.indented)
        traced = traced or (was_in_trace and not in_trace)
        held.append((line, sketch, facts))
        size += len(line) + 1
    if held:
        yield _record(held, first)


def _zeros(match: re.Match[str]) -> str:
    """A hexadecimal id as zeros, as long as it was."""
    return match[0].translate(_HEX_DIGITS)


def _facts(sketch: str) -> LineFacts:
    prefix = line_prefix(sketch)
    words = sketch[prefix.end :]
    is_json = _is_json_line(words)
    field = None if prefix.time or '"' not in words else _TIME_FIELD.search(sketch)
    start = sketch.find(prefix.time) if prefix.time else 0
    lowered = sketch.lower()
    request = _REQUEST.search(sketch) if "id" in lowered else None
    attempt = _ATTEMPT.search(sketch) if "ttempt" in lowered or "retr" in lowered or "try " in lowered else None
    return LineFacts(
        words=prefix.end,
        time=(start, start + len(prefix.time)) if prefix.time else field.span(1) if field else (0, 0),
        timed=bool(prefix.time),
        hot=may_fail(
            _NO_ERRORS.sub("", words) if "=0" in words or ":0" in words or ": 0" in words or "null" in words else words
        ),
        is_json=is_json,
        continues=not is_json and (not words or words.startswith(_CONTINUED) or bool(_CONTINUED_ALSO.match(words))),
        opens=not is_json and _OPENED.search(words) is not None,
        indented=not words or words[0].isspace(),
        starts_trace=words.startswith("Traceback (most recent call last)"),
        chains=words.startswith(_CHAINED),
        request=request.span(1) if request else (0, 0),
        attempt=attempt.span(1 if attempt[1] else 2) if attempt else (0, 0),
        numbers=tuple(match.start() for match in _THREE.finditer(sketch, prefix.end)),
    )


def _continues(
    held: list[tuple[str, str, LineFacts]], facts: LineFacts, timed: bool, in_trace: bool, traced: bool
) -> bool:
    if facts.is_json:
        return False
    if in_trace or (timed and not facts.timed):
        return True
    if traced and facts.starts_trace:
        return any(before.chains for _, _, before in held[-3:])
    return facts.continues or held[-1][2].opens


def _record(held: list[tuple[str, str, LineFacts]], first: int) -> Record:
    if len(held) == 1:
        line, sketch, facts = held[0]
        numbers = [line[at : at + 3] for at in facts.numbers]
        kept = [number for number in numbers if number[0] in "45"]
        return Record(line[facts.words :], f"{sketch}\0{kept}" if kept else sketch, facts.hot, first,
                      line[slice(*facts.time)], line[slice(*facts.request)], _is_retry(line, facts))  # fmt: skip
    text = "\n".join([line[facts.words :] for line, _, facts in held])
    time = next((line[slice(*facts.time)] for line, _, facts in held if facts.time[1]), "")
    request = next((line[slice(*facts.request)] for line, _, facts in held if facts.request[1]), "")
    hot = any(facts.hot for _, _, facts in held)
    retry = any(_is_retry(line, facts) for line, _, facts in held)
    return Record(text, text if hot else "", hot, first, time.strip(), request, retry)


def _is_retry(line: str, facts: LineFacts) -> bool:
    start, end = facts.attempt
    return end > 0 and int(line[start:end]) > 1


def _is_json_line(words: str) -> bool:
    return words[:1] == "{" and words.rstrip()[-1:] == "}" and bool(_JSON_LINE.match(words))


def _from_docker(line: str) -> str:
    """What the program printed, of a line in docker's json-file; the line itself where it is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line
    said = value.get("log")
    return f"{value.get('time') or ''} {said}".strip("\n") if isinstance(said, str) else line


def is_whole(text: str) -> bool:
    """Whether a text is short and has no times of a log, so that its lines speak of one matter."""
    lines = text.split("\n")
    if len(lines) > WHOLE:
        return False
    timed = {prefix.time for prefix in map(line_prefix, lines) if prefix.time}
    return len(timed) < 2 and sum(map(_is_json_line, lines)) < 2
