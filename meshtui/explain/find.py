"""Every error in a text of any kind, each explained, grouped by cause and provider, the root first.

A text is one answer (a body, a transcript, a HAR file), or it is taken apart into records, which are searched one by
one.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from meshtui.base.lazy_pattern import Pattern
from meshtui.explain.address import find_first_address
from meshtui.explain.candidates import (
    NOTHING_GIVEN,
    Candidate,
    Given,
    apply_given,
    is_better,
    make_candidate,
    rank,
)
from meshtui.explain.engine import explain
from meshtui.explain.formats import encodings
from meshtui.explain.formats.fields import MAX_TEXT
from meshtui.explain.model import NO_HEADERS, Explanation, ParsedError
from meshtui.explain.parse import MAX_BODY, parse_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meshtui.explain.formats.logs import Record

MAX_GROUPS = 200
"""The most kinds of error that are distinguished; a text with more is not a program's log."""
MAX_IDS = 5_000
"""Requests of a group that are kept, to count each once."""
SEARCHED_ALL = 300
"""Records that are searched in full, however alike they are; from then on only such whose telling words are new."""
MAX_SEARCHED = 1_000
"""From then on only such as hold other ones of the words that most tell a failure."""
MAX_SKETCHED = 4_000_000
"""Characters of sketches of records that are remembered."""
BIG = 2_000_000
"""Characters beyond which a text is always a log."""
_BODIES = ("{", "[", '"', "data:", "event:", ":")
_LOGGED = Pattern(
    r"[\"'](?:level|severity|levelname|log|logger|timestamp|@timestamp|time|ts|msg|stack|stack_?trace|exception|exc_info|"
    r"events|logEvents|textPayload|jsonPayload|attributes|platform|err|errorType|trace|resource|context|log\.level|record"
    r"|Error|errorDescription|\$metadata|statusCode|status_code|httpStatusCode|responseBody|response|cause|hits)[\"']\s*:"
)
"""Fields that tell a log record, an event or an SDK's object from the body of an answer."""
_IDS = Pattern(r"\b[\w-]*\d[\w-]{11,}\b")
_VOCABULARY = (
    "insufficient", "rate", "api", "key", "denied", "deny", "not", "throttl", "expire", "grant", "permission",
    "authenticat", "exhaust", "quota", "overload", "timed", "timeout", "refuse", "econnreset",
    "certificate", "model", "exist", "billing", "disable", "suspend", "region", "signature", "unrecognized",
    "validation", "lock", "polic", "context", "content", "500", "502", "503", "504", "400", "401", "402", "403", "404",
    "429", "529", "credit", "balance", "unauthorized", "forbidden", "demand", "token", "request", "openai", "bedrock",
    "vertex", "azure", "anthropic",
)  # fmt: skip


class FoundError(NamedTuple):
    """One kind of failure in a text: an explanation, how often it came, and where."""

    error: ParsedError
    explanation: Explanation
    occurrences: int = 1
    """How many requests failed this way; retries of one request count once where the text shows them."""
    first_line: int = 1
    last_line: int = 1
    first_time: str = ""
    """The time as written in the text; empty where there is none."""
    last_time: str = ""


def find_errors(
    text: str | bytes, *, provider: str = "", status: int = 0, headers: Mapping[str, str] = NO_HEADERS
) -> tuple[FoundError, ...]:
    """Every error in a text, the root cause first. Never raises and never returns an empty tuple: what cannot be
    explained has the cause unknown. `provider`, `status` and `headers` override what the text says."""
    if isinstance(text, bytes):
        text = encodings.decode(text)
    text = encodings.clean(text)
    given = Given(provider, status, {name.lower(): value for name, value in headers.items()})
    found = _as_one_answer(text, given) if len(text) <= BIG else ()
    if not found:
        from meshtui.explain.formats.logs import is_whole, split_records

        text = encodings.unwrap(text)
        whole = is_whole(text)
        found = _find_in_records(split_records(text.split("\n"), whole=whole), given)
    return found or (_as_unknown(text, given),)


# --- one answer ------------------------------------------------------------------------------------------------------


def _as_one_answer(text: str, given: Given) -> tuple[FoundError, ...]:
    """A text that is the answer itself, or HTTP as text; empty for any other."""
    bare = text.strip()
    if not bare:
        return (_as_unknown("", given),)
    errors: tuple[ParsedError, ...] = ()
    if "HTTP/" in bare:
        from meshtui.explain.http_text import read_transcripts

        errors = read_transcripts(text, given.provider)
    if not errors and '"response"' in bare:
        from meshtui.explain.http_text import read_har

        errors = read_har(bare, given.provider)
    if errors:
        return _find_in_answers(errors, text, given)
    if bare.startswith(_BODIES) and not _LOGGED.search(bare) and _is_one_value(bare):
        return _as_body(bare, given)
    return ()


def _as_body(bare: str, given: Given) -> tuple[FoundError, ...]:
    one = make_candidate(0, len(bare), apply_given(parse_response(bare, provider=given.provider), given))
    if not one.error.origin or not (one.rank >= 2 or one.error.shape == "sse" or given.status):
        return ()
    return (FoundError(one.error, one.explanation),)


def _is_one_value(bare: str) -> bool:
    """Whether the text is a single JSON value, or not JSON at all."""
    if bare[0] not in '{["':
        return True
    try:
        return json.JSONDecoder().raw_decode(bare)[1] == len(bare)
    except (ValueError, RecursionError):
        return False


def _find_in_answers(errors: tuple[ParsedError, ...], text: str, given: Given) -> tuple[FoundError, ...]:
    """The failed answers of a transcript or a HAR file, each cause and provider once."""
    groups: dict[tuple[str, str], FoundError] = {}
    at = 0
    for answer in errors:
        error = apply_given(answer, given)
        explanation = explain(error)
        found = text.find(error.text[:200], at) if error.text else -1
        at = max(found, at)
        line = text.count("\n", 0, at) + 1
        key = (explanation.cause, explanation.provider)
        held = groups.get(key)
        one = FoundError(error, explanation, first_line=line, last_line=line)
        groups[key] = one if held is None else held._replace(occurrences=held.occurrences + 1, last_line=line)
    return tuple(sorted(groups.values(), key=lambda one: (rank(one.explanation) < 2, one.first_line)))


def _as_unknown(text: str, given: Given) -> FoundError:
    """The whole text as one answer, where nothing in it is known."""
    from meshtui.explain.formats.traces import find_status_mentions, remove_frames

    asked = find_first_address(text[:MAX_TEXT])
    error = parse_response(
        remove_frames(text[:MAX_BODY]),
        provider=given.provider or asked.provider,
        call="" if given.status else asked.call,
        headers=given.headers,
    )
    if not error.status and error.origin == "text":
        named = {mention.status for mention in find_status_mentions(text[:MAX_TEXT])}
        if len(named) == 1:  # such as a bare 403, which has no cause of its own
            error = error._replace(status=named.pop(), context=asked.context)
        else:
            error = error._replace(call="local", context=asked.context)
    error = apply_given(error, given)
    return FoundError(error, explain(error))


# --- records ---------------------------------------------------------------------------------------------------------


class _Group:
    """The errors of one cause and provider, as they come."""

    __slots__ = ("best", "compared", "count", "first", "first_time", "ids", "last", "last_time")

    def __init__(self, best: Candidate, line: int, time: str) -> None:
        self.best = self.compared = best
        self.count = 0
        self.first = self.last = line
        self.first_time = self.last_time = time
        self.ids: set[str] = set()

    def add(self, one: Candidate, line: int, record: Record) -> bool:
        """Counts one more record, unless it is of a request that was counted. Returns whether it was counted."""
        if one is not self.compared:
            self.compared = one
            if is_better(one, self.best):
                self.best = one
        before, request = self.count, record.request
        if request:
            self.count += request not in self.ids
            if len(self.ids) < MAX_IDS:
                self.ids.add(request)
        else:
            self.count += not (record.retry and self.count)
        self.last, self.last_time = max(line, self.last), record.time or self.last_time
        return self.count > before

    def make_found_error(self) -> FoundError:
        return FoundError(self.best.error, self.best.explanation, self.count, self.first, self.last, self.first_time,
                          self.last_time)  # fmt: skip


Kind = tuple[str, str]
"""What makes errors of one kind: their cause and their provider."""


class ErrorCollector:
    """Records that arrive → the kinds of error in them, each counted. Memory is bounded however many come."""

    def __init__(self, given: Given = NOTHING_GIVEN) -> None:
        self._given = given
        self._groups: dict[Kind, _Group] = {}
        self._known: dict[Hashable, list[Candidate]] = {}
        """Sketch of a record, or what is made of it → the errors in it."""
        self._room = MAX_SKETCHED
        self._searched = 0

    def add(self, record: Record) -> list[Kind]:
        """Counts the errors of a record. Returns the kinds of which it is one more."""
        candidates = self._known.get(record.sketch)
        if candidates is None:
            candidates = self._search(record)
            self._remember(record.sketch, candidates)
        return [kind for one in candidates if (kind := self._count(one, record))] if candidates else []

    def find(self, kind: Kind) -> FoundError:
        """What is known of a kind that `add` has returned."""
        return self._groups[kind].make_found_error()

    def collect(self) -> tuple[FoundError, ...]:
        """The kinds of error, root causes first: an error that names its cause comes before one that only follows from
        another, then in order of occurrence. Where the times decrease, as in a log shown newest first, the lines are
        taken in reverse."""
        return _sort_groups(self._groups)

    def _search(self, record: Record) -> list[Candidate]:
        from meshtui.explain.formats.logs import reports_no_failure
        from meshtui.explain.record_search import search_record

        key = self._simplify(record)
        candidates = self._known.get(key)
        if candidates is None:
            self._searched += 1
            candidates = [] if reports_no_failure(record.sketch) else search_record(record.text, self._given)
            self._remember(key, candidates)
        return candidates

    def _simplify(self, record: Record) -> Hashable:
        """The key by which records count as equal: the more different ones there were, the less of a record it uses."""
        if self._searched < SEARCHED_ALL:
            return _IDS.sub("0", record.sketch)
        lowered = record.text.lower()
        words = tuple([word for word in _VOCABULARY if word in lowered])
        if self._searched < MAX_SEARCHED:
            from meshtui.explain.record_search import list_telling_words

            return words, list_telling_words(lowered)
        return words

    def _remember(self, key: Hashable, candidates: list[Candidate]) -> None:
        self._room -= len(key) if isinstance(key, str) else 100
        if self._room < 0:
            self._known.clear()
            self._room = MAX_SKETCHED
        self._known[key] = candidates

    def _count(self, one: Candidate, record: Record) -> Kind | None:
        line = record.line + record.text.count("\n", 0, one.start) if one.start else record.line
        kind = (one.explanation.cause, one.explanation.provider)
        group = self._groups.get(kind)
        if group is None:
            if len(self._groups) >= MAX_GROUPS:
                return None
            group = self._groups[kind] = _Group(one, line, record.time)
        return kind if group.add(one, line, record) else None


def _find_in_records(records: Iterable[Record], given: Given) -> tuple[FoundError, ...]:
    collector = ErrorCollector(given)
    for record in records:
        collector.add(record)
    return collector.collect()


def _sort_groups(groups: Mapping[Kind, _Group]) -> tuple[FoundError, ...]:
    found = _join_groups(groups)
    certain = any(group.best.rank >= 2 for group in found)
    kept = [group for group in found if not certain or group.best.rank >= 1 or group.best.explanation.status]
    backwards = _run_backwards(kept)
    kept.sort(key=lambda group: (group.best.rank < 2, -group.last if backwards else group.first))
    return tuple(group.make_found_error() for group in kept)


def _join_groups(groups: Mapping[Kind, _Group]) -> list[_Group]:
    """The groups; one without a known provider is added to the only provider with the same cause."""
    found = dict(groups)
    for (cause, provider), group in groups.items():
        others = [other for (label, name), other in groups.items() if label == cause and name] if not provider else []
        if len(others) == 1 and group.best.rank <= others[0].best.rank:
            other = others[0]
            other.count = max(other.count, group.count)
            other.first, other.last = min(other.first, group.first), max(other.last, group.last)
            del found[(cause, provider)]
    return list(found.values())


def _run_backwards(groups: list[_Group]) -> bool:
    spans = sorted((group.first, group.first_time, group.last_time) for group in groups if group.first_time)
    if len(spans) < 2:
        return False
    (_, first, _), (_, _, last) = spans[0], spans[-1]
    return len(first) == len(last) and first > last
