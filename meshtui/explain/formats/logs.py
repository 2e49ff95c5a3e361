"""Logs as records: which lines belong together, when each was written, and of which request it speaks.

What a line is (a time before it, a continuation, JSON, words of failure) is told by its sketch, the line with every
digit made 0. Logs repeat themselves, so the patterns run once a sketch and not once a line; what is read from a line
itself is cut out where the sketch has it.

Annotations are not postponed, as in `presentation.blocks`.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meshtui.base.lazy_pattern import Pattern
from meshtui.explain.formats.encodings import find_line_prefix
from meshtui.explain.formats.fields import STATUSES_IN_USE

MAX_LINES = 400
"""The most lines of one record; longer ones are cut."""
MAX_CHARACTERS = 64_000
MAX_SKETCHED = 4_000_000
"""Characters of sketches that are kept."""
WHOLE = 120
"""The most lines of a text that is one record where most of them have no time."""

_FAILURES = (
    "err", "exce", "fail", "deni", "authori", "not ", "permi", "polic", "forbid", "invalid", "expire", "quota", "limit",
    "too many", "refuse", "timed out", "timeout", "time-out", "traceback", "panic", "overload", "throttl",
    "suspend", "disable", "deactiv", "missing", "insuffic", "block", "availab", "unable", "cannot", "n't ",
    "credential", "http/", "reset", "hang up", "no such host", "balance", "billing", "incorrect",
    "revoked", "terminated", "unsupported",
)  # fmt: skip
"""Texts of which every record of a failure has one, except those with nothing but a status."""
_STATUSES = frozenset(map(str, STATUSES_IN_USE))
_BARE_STATUS = Pattern(r"\b[45]\d\d\b")


def may_fail(text: str) -> bool:
    """Whether a text may speak of a failure."""
    return _mentions_failure(text.lower()) or _BARE_STATUS.search(text) is not None


def _mentions_failure(lowered: str) -> bool:
    for word in _FAILURES:  # noqa: SIM110 - a plain loop takes half as long, and every line of a log is asked this
        if word in lowered:
            return True
    return False


_NOTHING = re.compile(r"[=:]\s?(?:0+\b(?!\.)|null\b|none\b|false\b|\"\")")
_COUNTED = ("error", "errors", "err", "failed", "failure", "failures", "timeout", "timeouts", "exception", "exceptions")
"""Counters and fields that say that nothing failed where nothing follows; in a sketch every number is zeros."""

_CONTINUED = (
    *"}])\"'`^|~<", "Caused by:", "During handling", "The above exception", "Traceback (most", "Details:", "reason:",
    "domain:", "metadata {", "---> ", "--- End", "+ ", "note: ", "Response body", "Response headers", "b'", 'b"', "[{",
)  # fmt: skip
"""How the message of a continuation line begins; compared as text, because compiling such a long pattern takes longer
than reading a paste."""
_CONTINUED_ALSO = Pattern(r"\s|at \S|\.\.\. \d+ more|\[\s*$|\{\s*$|\{ ?['\"]\w+['\"]")
_MAY_CONTINUE_ALSO = frozenset(" \t\f\v\u00a0a.[{")
"""With what those begin."""
_CHAINED = ("During handling of the above", "The above exception was")
_OPENING = frozenset("{[(,:=>\\")
"""With what a line ends that the next one continues."""
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
_ID_FIELD = re.compile(r"id\\?[\"']?\s*[:=]")
_ATTEMPT = Pattern(
    r"\b(?:attempt|try|retry|retries|retrying)\b\D{0,20}?#?(\d{1,3})\s*(?:/|of)\s*\d{1,3}|[\"']?\b(?:attempt|retry(?:_?count)?|retries|attempts)[\"']?\s*[=:]\s*(\d{1,3})",
    re.IGNORECASE,
)


class LineFacts(NamedTuple):
    """What the sketch of a line says about its place among the others. Spans are those of the sketch and of the line
    itself; (0, 0) where absent."""

    words: int
    """Where the message begins, after the log's own prefix."""
    time: tuple[int, int]
    timed: bool
    """Whether the time is before the message, as in a log."""
    hot: bool
    """Whether its words may speak of a failure."""
    is_json: bool
    continues: bool
    """Whether it reads like the continuation of a line before it."""
    opens: bool
    """Whether the next line continues it."""
    indented: bool
    starts_trace: bool
    chains: bool
    numbers: tuple[int, ...]
    """Where numbers of three digits begin, any of which may be a status."""


class Details(NamedTuple):
    """What else the sketch of a failure's line says, as spans of the line."""

    time: tuple[int, int]
    request: tuple[int, int]
    attempt: tuple[int, int]


class Record(NamedTuple):
    """Lines of a text that belong together, without what a log put before each."""

    text: str
    sketch: str
    """Records of the same sketch mean the same."""
    line: int
    """The number of the first, from 1."""
    time: str
    request: str
    """The request that it speaks of; empty where it names none."""
    retry: bool
    """Whether it says that it is a later attempt of the same request."""


_DIGITS = {**{at: chr(at) for at in range(128)}, **dict.fromkeys(range(ord("1"), ord("9") + 1), "0")}
"""The digits in common use. Searching for a rare one takes ten times as long."""
_THREE = re.compile(r"000(?!0)(?<!0000)")

Line = tuple[str, str, LineFacts]
"""A line, its sketch, and what the sketch says."""


class RecordSplitter:
    """Lines that arrive in pieces → the records that may speak of a failure.

    A record begins with a line that has a time, is JSON by itself, or is no continuation: of a stack, of an open
    bracket, of a paragraph in a log whose records have times. Its memory is that of one record and of the sketches.
    """

    def __init__(self) -> None:
        self.number = 0
        """Of the line that was read last, from 1."""
        self._sketches: dict[str, LineFacts] = {}
        self._details: dict[str, Details] = {}
        self._room = MAX_SKETCHED
        self._held: list[Line] = []
        self._first = 1
        self._size = 0
        self._timed = self._in_trace = self._traced = False

    @property
    def holds(self) -> bool:
        """Whether there are lines that the next one may continue."""
        return bool(self._held)

    def feed(self, lines: Sequence[str]) -> Iterator[Record]:
        """The records that these lines complete. The lines have no line breaks; the last record is kept, because the
        next line may continue it."""
        held, known = self._held, self._sketches
        sketches = "\n".join(lines).translate(_DIGITS).split("\n")
        for line, sketch in zip(lines, sketches, strict=True):
            self.number += 1
            if line.startswith(_DOCKER):
                line = _unwrap_docker_line(line)  # noqa: PLW2901
                sketch = line.translate(_DIGITS)  # noqa: PLW2901
            facts = known.get(sketch) or self._learn(sketch)
            if held and (
                facts.is_json or len(held) >= MAX_LINES or self._size > MAX_CHARACTERS or not self._continues(facts)
            ):
                record = self._take()
                if record is not None:
                    yield record
            if not held:
                self._first = self.number
            if facts.timed:
                self._timed = True
            if facts.starts_trace:
                self._in_trace = True
            elif self._in_trace and not facts.indented:
                self._in_trace, self._traced = False, True
            held.append((line, sketch, facts))
            self._size += len(line) + 1

    def flush(self) -> Iterator[Record]:
        """Returns the kept record, when no line will continue it."""
        record = self._take() if self._held else None
        if record is not None:
            yield record

    def _learn(self, sketch: str) -> LineFacts:
        self._room -= len(sketch)
        if self._room < 0:
            self._sketches.clear()
            self._details.clear()
            self._room = MAX_SKETCHED
        facts = self._sketches[sketch] = _read_facts(sketch)
        return facts

    def _continues(self, facts: LineFacts) -> bool:
        if self._in_trace or (self._timed and not facts.timed):
            return True
        if self._traced and facts.starts_trace:
            return any(before.chains for _, _, before in self._held[-3:])
        return facts.continues or self._held[-1][2].opens

    def _take(self) -> Record | None:
        """The kept record; None where it does not mention a failure."""
        held = self._held
        record = None
        for line, _, facts in held:
            if facts.hot or (facts.numbers and _has_status(line, facts)):
                record = make_record(held, self._first, self._details)
                break
        held.clear()
        self._size, self._in_trace, self._traced = 0, False, False
        return record


def split_records(lines: Sequence[str], *, whole: bool = False) -> Iterator[Record]:
    """The records of a text that may speak of a failure, one after the other. With `whole` all lines are one record,
    whatever they speak of."""
    if whole:
        sketches = [line.translate(_DIGITS) for line in lines]
        yield make_record(
            [(line, sketch, _read_facts(sketch)) for line, sketch in zip(lines, sketches, strict=True)], 1, {}
        )
        return
    splitter = RecordSplitter()
    yield from splitter.feed(lines)
    yield from splitter.flush()


def _has_status(line: str, facts: LineFacts) -> bool:
    return any(line[at : at + 3] in _STATUSES for at in facts.numbers)


def reports_no_failure(sketch: str) -> bool:
    """Whether all words of failure in a record are counters and fields that say that there was none."""
    lowered, kept, at = sketch.lower(), [], 0
    for match in _NOTHING.finditer(lowered):
        field = lowered[max(at, match.start() - 20) : match.start()].rstrip("\\\"' ").removesuffix("_count")
        counted = next((word for word in _COUNTED if field.endswith(word)), "")
        if counted:
            kept.append(lowered[at : lowered.rindex(counted, at, match.start())])
            at = match.end()
    return at > 0 and not may_fail("".join((*kept, lowered[at:])))


def _read_facts(sketch: str) -> LineFacts:
    prefix = find_line_prefix(sketch)
    words = sketch[prefix.end :] if prefix.end else sketch
    first, last = words[:1], words.rstrip()[-1:]
    is_json = first == "{" and last == "}" and _JSON_LINE.match(words) is not None
    start = sketch.find(prefix.time) if prefix.time else 0
    return LineFacts(
        prefix.end,
        (start, start + len(prefix.time)) if prefix.time else (0, 0),
        bool(prefix.time),
        _mentions_failure(words.lower()),
        is_json,
        not is_json
        and (
            not words
            or words.startswith(_CONTINUED)
            or (first in _MAY_CONTINUE_ALSO and bool(_CONTINUED_ALSO.match(words)))
        ),
        last in _OPENING,
        not words or first.isspace(),
        first == "T" and words.startswith("Traceback (most recent call last)"),
        first in "DT" and words.startswith(_CHAINED),
        tuple([match.start() for match in _THREE.finditer(sketch, prefix.end)]) if "000" in words else (),
    )


def _read_details(sketch: str, facts: LineFacts, known: dict[str, Details]) -> Details:
    lowered = sketch.lower()
    field = None if facts.timed else _TIME_FIELD.search(sketch)
    request = _REQUEST.search(sketch) if _ID_FIELD.search(lowered) else None
    attempt = _ATTEMPT.search(sketch) if "ttempt" in lowered or "retr" in lowered or "try " in lowered else None
    details = known[sketch] = Details(
        field.span(1) if field else facts.time,
        request.span(1) if request else (0, 0),
        attempt.span(1 if attempt[1] else 2) if attempt else (0, 0),
    )
    return details


def make_record(held: list[Line], first: int, known: dict[str, Details]) -> Record:
    """The lines as one record; `known` keeps what was read from their sketches."""
    if len(held) == 1:
        line, sketch, facts = held[0]
        one = known.get(sketch) or _read_details(sketch, facts, known)
        kept = [line[at : at + 3] for at in facts.numbers if line[at] in "45"]
        return Record(
            line[facts.words :],
            f"{sketch}\0{kept}" if kept else sketch,
            first,
            line[one.time[0] : one.time[1]],
            line[one.request[0] : one.request[1]] if one.request[1] else "",
            _is_retry(line, one),
        )
    text = "\n".join([line[facts.words :] for line, _, facts in held])
    details = [(line, known.get(sketch) or _read_details(sketch, facts, known)) for line, sketch, facts in held]
    time = next((line[slice(*one.time)] for line, one in details if one.time[1]), "")
    request = next((line[slice(*one.request)] for line, one in details if one.request[1]), "")
    return Record(text, text, first, time.strip(), request, any(_is_retry(line, one) for line, one in details))


def _is_retry(line: str, details: Details) -> bool:
    start, end = details.attempt
    return end > 0 and int(line[start:end]) > 1


def _unwrap_docker_line(line: str) -> str:
    """The program's output in a line of docker's json-file; any other line unchanged."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line
    message = value.get("log")
    return f"{value.get('time') or ''} {message}".strip("\n") if isinstance(message, str) else line


def is_whole(text: str) -> bool:
    """Whether a text is short and has no times of a log, so that its lines speak of one matter."""
    lines = text.split("\n")
    if len(lines) > WHOLE:
        return False
    timed = {prefix.time for prefix in map(find_line_prefix, lines) if prefix.time}
    return len(timed) < 2 and sum(map(_is_json_line, lines)) < 2


def _is_json_line(words: str) -> bool:
    return words[:1] == "{" and words.rstrip()[-1:] == "}" and bool(_JSON_LINE.match(words))
