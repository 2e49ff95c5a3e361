"""An error that was found with its explanation: how much that knows, and which status is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from meshtui.base.lazy_pattern import Pattern
from meshtui.explain.engine import explain
from meshtui.explain.formats.fields import MAX_TEXT
from meshtui.explain.model import Explanation, ParsedError
from meshtui.explain.parse import parse_response
from meshtui.explain.vendors import VENDORS

if TYPE_CHECKING:
    from meshtui.explain.formats.traces import Mention


OWN_ANSWER = Pattern(r"\"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /(?!v\d|model/|openai/)[^\"\s]* HTTP/")
"""In the access log of a server: what it answered itself."""


class Given(NamedTuple):
    """What the caller knows of an answer, and is believed, whatever the text says."""

    provider: str = ""
    status: int = 0
    headers: Mapping[str, str] = {}


NOTHING_GIVEN = Given()


class Candidate(NamedTuple):
    """An error found in a record, and how much its explanation says."""

    start: int
    end: int
    error: ParsedError
    explanation: Explanation
    rank: int


def make_candidate(start: int, end: int, error: ParsedError) -> Candidate:
    """The error at this place with its explanation."""
    explanation = explain(error)
    return Candidate(start, end, error, explanation, rank(explanation))


def apply_given(error: ParsedError, given: Given) -> ParsedError:
    """The error as it would be with what the caller knows."""
    if given.provider and not error.provider:
        error = error._replace(provider=given.provider)
    if not (given.status or given.headers):
        return error
    call = "" if given.status and error.call == "local" else error.call
    both = {**error.headers, **given.headers}
    if not 0 < len(error.text) < MAX_TEXT:  # no body, or not the whole of it
        return error._replace(call=call, status=given.status or error.status, headers=both)
    return parse_response(
        error.text,
        provider=error.provider,
        call=call,
        status=given.status or error.status,
        headers=both,
        context=error.context,
    )


def rank(explanation: Explanation) -> int:
    """How much an explanation knows: 4 a provider's own row for certain, 3 its guess, 2 a vendor's words or a machine
    in between, 1 general words, 0 no more than the status, or nothing."""
    table = explanation.rule.partition(".")[0]
    if explanation.cause == "unknown":
        return 1 if table not in ("status", "general") else 0
    if table == "status":
        return 0
    if table == "general":
        return 2 if explanation.provider in VENDORS else 1
    if table in ("edge", "local"):
        return 2 if explanation.certainty == "certain" else 1
    return 4 if explanation.certainty == "certain" else 3


def is_better(one: Candidate, other: Candidate) -> bool:
    """Whether the first of two errors of the same cause and provider says more."""
    return _rank_candidate(one) > _rank_candidate(other)


def _rank_candidate(one: Candidate) -> tuple[int, bool, bool, bool]:
    return one.rank, bool(one.explanation.status), is_structured(one.error), bool(one.error.request_id)


def is_structured(error: ParsedError) -> bool:
    """Whether it has a field of an answer, and not only the class of an exception."""
    return bool(error.code or error.word or (error.type and not error.type.endswith("Error")))


def add_statuses(found: list[Candidate], text: str) -> list[Candidate]:
    """The candidates with the status that the text names nearest to each, unless that is another one's."""
    ranks: dict[tuple[str, str], int] = {}
    for one in found:
        if one.explanation.status and is_structured(one.error):
            kind = (one.explanation.cause, one.explanation.provider)
            ranks[kind] = max(one.rank, ranks.get(kind, 0))
    if all(
        one.explanation.status or ranks.get((one.explanation.cause, one.explanation.provider), -1) >= one.rank
        for one in found
    ):
        return found  # of those that are joined, the one that knows most is kept, and has a status
    from meshtui.explain.formats.traces import find_status_mentions  # not for an answer that has its status

    mentions = find_status_mentions(text)
    return [_with_status(one, found, mentions, text) for one in found] if mentions else found


def _with_status(one: Candidate, found: list[Candidate], mentions: list[Mention], text: str) -> Candidate:
    status = 0 if one.explanation.status else _find_nearest_status(one, found, mentions, text)
    if not status:
        return one
    call = "chat" if one.error.call == "local" else one.error.call
    return make_candidate(one.start, one.end, one.error._replace(status=status, call=call))


def _find_nearest_status(one: Candidate, found: list[Candidate], mentions: list[Mention], text: str) -> int:
    """The status mentioned before the error, on its own line first, then inside it, then after it."""
    best: tuple[int, int] | None = None
    for mention in mentions:
        if one.start <= mention.start < one.end:
            cost = 5 + (mention.start - one.start) // 200
        elif mention.end <= one.start:
            cost = 10 * text.count("\n", mention.end, one.start)
        else:
            cost = 5 + 10 * text.count("\n", one.end, mention.start)
        if any(_belongs_to_other(other, one, mention) for other in found) or _is_own_answer(one, mention, text):
            continue
        if best is None or cost < best[0]:
            best = (cost, mention.status)
    return best[1] if best else 0


def _is_own_answer(one: Candidate, mention: Mention, text: str) -> bool:
    """Whether the status is a server's answer to its own clients, in its access log, and the error only follows it or
    is in another line."""
    if one.rank < 3:
        return False
    start = text.rfind("\n", 0, mention.start) + 1
    return not start <= one.start <= mention.end and OWN_ANSWER.search(text[start : mention.end]) is not None


def _belongs_to_other(other: Candidate, one: Candidate, mention: Mention) -> bool:
    """Whether a mention belongs to another error: it is inside that error, or beyond it as seen from this one."""
    if (other.explanation.cause, other.explanation.provider) == (one.explanation.cause, one.explanation.provider):
        return False
    if other.rank < 2 or (other.start <= one.start and one.end <= other.end):
        return False
    low, high = min(mention.start, one.start), max(mention.end, one.start)
    return low <= other.start < high or other.start <= mention.start < other.end
