"""Every error in a text of any kind, each explained, grouped by cause and provider, the root first.

A text is one answer (a body, a transcript, a HAR file), or it is taken apart into records, which are searched for
values, for what clients print, and last for a telling sentence. Whatever is found goes through the rules; among the
errors of one record the word of a wrapper never beats the error that it wraps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from meshtui.explain.address import Where, first_where
from meshtui.explain.engine import explain
from meshtui.explain.fields import MAX_TEXT
from meshtui.explain.formats import encodings
from meshtui.explain.formats.logs import Record, is_whole, may_fail, split_records
from meshtui.explain.lazy import Pattern
from meshtui.explain.model import Explanation
from meshtui.explain.model import Signal as ParsedError
from meshtui.explain.read import MAX_BODY, read
from meshtui.explain.vendors import VENDORS, detect_provider, signed_by

MAX_GROUPS = 200
"""Kinds of error that are kept apart; a text with more of them is no log of a program."""
MAX_KNOWN = 50_000
MAX_IDS = 5_000
"""Requests of a group that are kept to count each once."""
MAX_SEARCHED = 1_500
"""Records that are searched in full; further ones only where they look like none before."""
BIG = 2_000_000
"""Characters beyond which a text is always a log."""
_BODIES = ("{", "[", "<", '"', "data:", "event:", ":")
_LOGGED = Pattern(
    r"[\"'](?:level|severity|levelname|log|logger|timestamp|@timestamp|time|ts|msg|stack|stack_?trace|exception|exc_info|"
    r"events|logEvents|textPayload|jsonPayload|attributes|platform|err|errorType|trace|resource|context|log\.level|record"
    r"|Error|\$metadata|statusCode|status_code|httpStatusCode|responseBody|response|cause|hits)[\"']\s*:"
)
"""Fields that tell a log record, an event or an SDK's object from the body of an answer."""
_QUIET = Pattern(r"\W{0,4}(?:INFO|DEBUG|TRACE|NOTICE)\b|\"(?:level|severity|levelname)\"\s*:\s*\"?(?:info|debug|trace|notice|10|20|30)\b", re.IGNORECASE)
_LOUD = Pattern(r"\b(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|WARN(?:ING)?|Error|error|failed|Exception|Traceback)\b")
_CHAIN = ("Caused by:", "The above exception was the direct cause", "During handling of the above exception",
          "[cause]:", "--- End of inner exception", "---> ")  # fmt: skip
_CLIENTS = (
    ("vertex", ("google.genai", "google.api_core", "google.cloud", "VertexAIException", "vertexai.", "google.auth",
                "@google-cloud/", "GoogleGenerativeAI", "com.google.", "langchain_google_vertexai", "googleapi:")),
    ("bedrock", ("botocore", "BedrockException", "boto3", "@aws-sdk", "software.amazon", "aws_sdk", "langchain_aws",
                 "Aws::", "Amazon.Bedrock", "aws-sdk-go", "Aws\\")),
    ("openai", ("OpenAIException", "openai.", "/openai/", "OpenAI API", "async_openai", "async-openai", "go-openai",
                "openai-go", "com.openai", "OpenAI::", "OpenAI\\", "openai/")),
)  # fmt: skip
"""How the providers' client libraries show in a text."""
_IDS = 5_000
"""Requests of a group that are kept to count each once."""
MAX_SEARCHED = 1_500
"""Records that are searched in full; further ones only where they look like none before."""
BIG = 2_000_000
"""Characters beyond which a text is always a log."""
_BODIES = ("{", "[", "<", '"', "data:", "event:", ":")
_LOGGED = Pattern(
    r"[\"'](?:level|severity|levelname|log|logger|timestamp|@timestamp|time|ts|msg|stack|stack_?trace|exception|exc_info|"
    r"events|logEvents|textPayload|jsonPayload|attributes|platform|err|errorType|trace|resource|context|log\.level|record"
    r"|Error|\$metadata|statusCode|status_code|httpStatusCode|responseBody|response|cause|hits)[\"']\s*:"
)
"""Fields that tell a log record, an event or an SDK's object from the body of an answer."""
_QUIET = Pattern(r"\W{0,4}(?:INFO|DEBUG|TRACE|NOTICE)\b|\"(?:level|severity|levelname)\"\s*:\s*\"?(?:info|debug|trace|notice|10|20|30)\b", re.IGNORECASE)
_LOUD = Pattern(r"\b(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|WARN(?:ING)?|Error|error|failed|Exception|Traceback)\b")
_CHAIN = ("Caused by:", "The above exception was the direct cause", "During handling of the above exception",
          "[cause]:", "--- End of inner exception", "---> ")  # fmt: skip
_CLIENTS = (
    ("vertex", ("google.genai", "google.api_core", "google.cloud", "VertexAIException", "vertexai.", "google.auth",
                "@google-cloud/", "GoogleGenerativeAI", "com.google.", "langchain_google_vertexai", "googleapi:")),
    ("bedrock", ("botocore", "BedrockException", "boto3", "@aws-sdk", "software.amazon", "aws_sdk", "langchain_aws",
                 "Aws::", "Amazon.Bedrock", "aws-sdk-go", "Aws\\")),
    ("openai", ("OpenAIException", "openai.", "/openai/", "OpenAI API", "async_openai", "async-openai", "go-openai",
                "openai-go", "com.openai", "OpenAI::", "OpenAI\\", "openai/")),
)  # fmt: skip
"""How the providers' client libraries show in a text."""
_SECRET_OF_NUMBERS = re.compile(r"\d+")
_IDS = re.compile(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}\b|\b[\w-]*\d[\w-]{11,}\b")
_VOCABULARY = (
    "insufficient_quota", "ate limit", "rate_limit", "invalid_api_key", "API key", "api key", "AccessDenied",
    "not authorized", "explicit deny", "Throttling", "ExpiredToken", "xpired", "invalid_grant", "PERMISSION_DENIED",
    "UNAUTHENTICATED", "RESOURCE_EXHAUSTED", "NOT_FOUND", "quota", "verloaded", "timed out", "imeout", "refused",
    "ENOTFOUND", "ECONNRESET", "ertificate", "odel", "not found", "does not exist", "illing", "disabled", "uspended",
    "egion", "ignature", "UnrecognizedClient", "Validation", "locked", "olicy", "context_length", "content", "500",
    "502", "503", "504", "400", "401", "402", "403", "404", "429", "529", "redit", "alance", "nauthorized", "orbidden",
    "SERVICE_DISABLED", "on-demand", "tokens", "requests", "penai", "penAI", "edrock", "ertex", "zure", "nthropic",
)  # fmt: skip


class FoundError(NamedTuple):
    """One kind of failure in a text: an explanation, how often it came, and where."""

    error: ParsedError
    explanation: Explanation
    count: int = 1
    """Requests that failed so; the retries of one request are counted once where the text tells them apart."""
    first_line: int = 1
    last_line: int = 1
    first_time: str = ""
    """As it is written in the text; empty where there is none."""
    last_time: str = ""


class _Candidate(NamedTuple):
    """An error that stands somewhere in a record, and how much its explanation knows."""

    start: int
    end: int
    error: ParsedError
    explanation: Explanation
    rank: int


def find_errors(
    text: str | bytes, *, provider: str = "", status: int = 0, headers: Mapping[str, str] | None = None
) -> tuple[FoundError, ...]:
    """Every error in a text, the root first. Never raises and never empty: what cannot be told is one of cause unknown.

    `provider`, `status` and `headers` are believed where given, whatever the text says.
    """
    if isinstance(text, bytes):
        text = encodings.decode(text)
    text = encodings.clean(text)
    given = _Given(provider, status, {name.lower(): value for name, value in (headers or {}).items()})
    found = _one_answer(text, given) if len(text) <= BIG else ()
    if not found:
        found = _in_records(_records(text), given, len(text) <= BIG)
    return found or (_unknown(text, given),)


def find_in_lines(lines: Iterable[str], *, provider: str = "") -> tuple[FoundError, ...]:
    """The same for a log of any length, which is read line by line and never held as a whole."""
    cleaned = (encodings.clean(line) for line in lines)
    return _in_records(split_records(cleaned), _Given(provider, 0, {}), small=False)


class _Given(NamedTuple):
    """What the caller knows, and is believed."""

    provider: str
    status: int
    headers: dict[str, str]


def _one_answer(text: str, given: _Given) -> tuple[FoundError, ...]:
    """A text that is the answer itself, or HTTP as text; empty for any other."""
    bare = text.strip()
    if not bare:
        return (_unknown("", given),)
    errors: tuple[ParsedError, ...] = ()
    if "HTTP/" in bare:
        from meshtui.explain.transcript import transcripts

        errors = transcripts(text, given.provider)
    if not errors and bare[:1] == "{" and '"response"' in bare and '"request"' in bare:
        from meshtui.explain.har import har

        errors = har(bare, given.provider)
    if errors:
        return _grouped([_located(error, text, given) for error in errors])
    if bare.startswith(_BODIES) and not _LOGGED.search(bare) and _is_one_value(bare):
        error = _given(read(text, provider=given.provider), given)
        explanation = explain(error)
        if error.origin and (_rank(explanation) >= 2 or error.shape in ("sse", "xml") or given.status):
            one = _Candidate(0, len(bare), error, explanation, _rank(explanation))
            if error.shape in ("html", "text"):
                (one,) = _completed([one], bare[:MAX_TEXT])
            return (FoundError(one.error, one.explanation),)
    return ()


def _is_one_value(bare: str) -> bool:
    """Whether nothing but one JSON value stands there, or it is no JSON at all."""
    if bare[0] not in '{["':
        return True
    try:
        return json.JSONDecoder().raw_decode(bare)[1] == len(bare)
    except (ValueError, RecursionError):
        return False


def _given(error: ParsedError, given: _Given) -> ParsedError:
    """The error as it would be with what the caller knows."""
    if given.provider and not error.provider:
        error = error._replace(provider=given.provider)
    if not (given.status or given.headers):
        return error
    call = "" if given.status and error.call == "local" else error.call
    both = {**error.headers, **given.headers}
    if not 0 < len(error.text) < MAX_TEXT:  # no body, or not the whole of it
        return error._replace(call=call, status=given.status or error.status, headers=both)
    return read(error.text, provider=error.provider, call=call, status=given.status or error.status, headers=both,
                context=error.context)  # fmt: skip


def _located(error: ParsedError, text: str, given: _Given) -> FoundError:
    error = _given(error, given)
    at = text.find(error.text[:200]) if error.text else -1
    line = text.count("\n", 0, at) + 1 if at >= 0 else 1
    return FoundError(error, explain(error), first_line=line, last_line=line)


def _unknown(text: str, given: _Given) -> FoundError:
    """The whole text as one answer, where nothing in it is known."""
    asked = first_where(text[:MAX_TEXT])
    error = read(text[:MAX_BODY], provider=given.provider or asked.provider, call="" if given.status else asked.call)
    if not error.status and not given.status and error.origin in ("", "text"):
        error = error._replace(call="local" if error.origin else error.call, context=asked.context)
    error = _given(error, given)
    return FoundError(error, explain(error))


# --- records ---------------------------------------------------------------------------------------------------------


def _records(text: str) -> Iterator[Record]:
    text = encodings.unwrap(text)
    return split_records(text.split("\n"), whole=is_whole(text))


class _Group:
    """The errors of one cause and provider, as they come."""

    __slots__ = ("best", "count", "first", "first_time", "ids", "last", "last_time")

    def __init__(self, best: _Candidate, line: int, time: str) -> None:
        self.best, self.count = best, 0
        self.first = self.last = line
        self.first_time = self.last_time = time
        self.ids: set[str] = set()


def _in_records(records: Iterable[Record], given: _Given, small: bool) -> tuple[FoundError, ...]:
    groups: dict[tuple[str, str], _Group] = {}
    known: dict[str, list[_Candidate]] = {}
    searched = 0
    for record in records:
        if not record.hot:
            continue
        candidates = known.get(record.sketch)
        if candidates is None:
            key = _rough_sketch(record.text) if searched >= MAX_SEARCHED else _IDS.sub("0", record.sketch)
            candidates = known.get(key)
            if candidates is None:
                candidates = known[key] = _in_record(record.text, given)
                searched += 1
            if len(known) < MAX_KNOWN:
                known[record.sketch] = candidates
        if candidates:
            _count(groups, candidates, record)
    return _told(groups)


def _rough_sketch(text: str) -> str:
    """The words of an error that a record holds: what tells kinds of failure apart where no two records are alike."""
    return "\0" + "".join([chr(at) for at, word in enumerate(_VOCABULARY, 65) if word in text])


def _count(groups: dict[tuple[str, str], _Group], candidates: list[_Candidate], record: Record) -> None:
    for one in candidates:
        line = record.line + record.text.count("\n", 0, one.start) if one.start else record.line
        group = groups.get((one.explanation.cause, one.explanation.provider))
        if group is None:
            if len(groups) >= MAX_GROUPS:
                continue
            group = _Group(one, line, record.time)
            groups[(one.explanation.cause, one.explanation.provider)] = group
        elif one is not group.best and _is_better(one, group.best):
            group.best = one
        request = record.request
        if request:
            group.count += request not in group.ids
            if len(group.ids) < MAX_IDS:
                group.ids.add(request)
        else:
            group.count += not (record.retry and group.count)
        group.last, group.last_time = max(line, group.last), record.time or group.last_time


def _told(groups: dict[tuple[str, str], _Group]) -> tuple[FoundError, ...]:
    """The groups, roots first: what names its cause goes before what only follows from something, then what came
    first. Where the times go backwards, as in a log shown newest first, so do the lines."""
    found = _joined(groups)
    certain = any(group.best.rank >= 2 for group in found)
    kept = [group for group in found if not certain or group.best.rank >= 1 or group.best.explanation.status]
    backwards = _run_backwards(kept)
    kept.sort(key=lambda group: (group.best.rank < 2, -group.last if backwards else group.first))
    return tuple(
        FoundError(group.best.error, group.best.explanation, group.count, group.first, group.last, group.first_time,
                   group.last_time)
        for group in kept
    )  # fmt: skip


def _joined(groups: dict[tuple[str, str], _Group]) -> list[_Group]:
    """The groups, those of nobody in particular added to the one provider who has the same cause."""
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
    spans = [(group.first, group.first_time, group.last, group.last_time) for group in groups if group.first_time]
    spans.sort()
    return len(spans) > 1 and spans[0][1] > spans[-1][3] and len(spans[0][1]) == len(spans[-1][3])


def _grouped(found: list[FoundError]) -> tuple[FoundError, ...]:
    groups: dict[tuple[str, str], FoundError] = {}
    for one in found:
        key = (one.explanation.cause, one.explanation.provider)
        held = groups.get(key)
        groups[key] = one if held is None else held._replace(count=held.count + 1, last_line=one.last_line)
    return tuple(sorted(groups.values(), key=lambda one: (_rank(one.explanation) < 2, one.first_line)))


# --- one record ------------------------------------------------------------------------------------------------------


def _rank(explanation: Explanation) -> int:
    """How much an explanation knows: 4 a provider's own row for certain, 3 its guess, 2 a sentence of a machine in
    between, 1 general words, 0 no more than the status or nothing."""
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


def _is_better(one: _Candidate, other: _Candidate) -> bool:
    return _worth(one) > _worth(other)


def _worth(one: _Candidate) -> tuple[int, bool, bool, bool]:
    error = one.error
    return one.rank, bool(one.explanation.status), bool(error.code or error.type or error.word), bool(error.request_id)


def _in_record(text: str, given: _Given) -> list[_Candidate]:
    """The errors of one record: those that say most, each cause and provider once, in the order of their roots."""
    text = text[:MAX_TEXT]
    found = sorted(_candidates(text, given, Where(), 4), key=lambda one: one[:2])
    if not found or max(one.rank for one in found) < 2:
        found += _loose(text, given)
    return _roots(_completed(found, text), text)


def _roots(found: list[_Candidate], text: str) -> list[_Candidate]:
    best = max((one.rank for one in found), default=0)
    kept = [one for one in found if one.rank >= min(best, 2) and (one.rank or one.explanation.status or one.error.code)
            and not (best > 2 and _only_follows(one, found))]  # fmt: skip
    structured = {one.error.message for one in kept if one.error.code or one.error.type or one.error.word}
    kept = [one for one in kept if one.error.code or one.error.type or one.error.word
            or one.error.message not in structured]  # fmt: skip
    if any(mark in text for mark in _CHAIN) and len(kept) > 1:  # one error, told from the outside to its root, or back
        told = [one for one in kept if one.rank == best]
        kept = told[-1:] if "Caused by:" in text or "[cause]" in text else told[:1]
    groups: dict[tuple[str, str], _Candidate] = {}
    for one in kept:
        key = (one.explanation.cause, one.explanation.provider)
        held = groups.get(key)
        if held is None:
            groups[key] = one
        elif _is_better(one, held):
            groups[key] = one._replace(start=min(one.start, held.start))
    return sorted(groups.values(), key=lambda one: one[:2])


def _only_follows(one: _Candidate, found: list[_Candidate]) -> bool:
    """Whether it is only a guess at what another error of the record says for certain, or what a machine in between
    made of it."""
    if one.rank == 2:
        return one.explanation.cause in ("provider_error", "timeout", "unknown", "capacity_exhausted")
    return one.rank == 3 and any(_says_it_better(other.explanation, one.explanation) for other in found)


def _says_it_better(other: Explanation, one: Explanation) -> bool:
    if other.certainty != "certain" or _rank(other) < 4 or other.provider != one.provider:
        return False
    same = bool(one.status) and one.status == other.status
    return same or other.cause in one.also or one.cause in other.also


def _candidates(text: str, given: _Given, asked: Where, depth: int) -> Iterator[_Candidate]:
    """Every error that can be read in a text, from values, prints of clients, and XML."""
    from meshtui.explain.formats.traces import printed_errors

    around = first_where(text) if "//" in text else Where()
    asked = around if around.provider else asked
    for start, end, error in printed_errors(text):
        yield _candidate(start, end, error, given, asked, text)
    for mark in ("<ErrorResponse", "<Error>", "<Error ", "<Response>", "<!DOCTYPE", "<html"):
        at = text.find(mark)
        if at >= 0:
            error = read(text[at:], call=asked.call or "chat", printed=False)
            yield _candidate(at, len(text), error, given, asked, text)
            break
    yield from _in_values(text, given, asked, depth)


def _in_values(text: str, given: _Given, asked: Where, depth: int) -> Iterator[_Candidate]:
    from meshtui.explain.formats.literals import find_value, parse_value
    from meshtui.explain.formats.records import Around, error_pieces

    if depth <= 0:
        return
    at, tries = 0, 60
    headers: Mapping[str, str] = {}
    while tries and (start := find_value(text, at)) >= 0:
        tries -= 1
        value, end = parse_value(text, start)
        at = max(end, start + 1)
        if not isinstance(value, (dict, list)):
            continue
        if found := _as_headers(value):
            headers = found
            continue
        for fields, inner, around in error_pieces(value, Around(headers=headers, asked=asked)):
            if fields is None:
                if may_fail(inner) or "{" in inner:
                    within = list(_candidates(inner, given, around.asked, depth - 1))
                    for one in _completed(within, inner):
                        yield _seen(one._replace(start=start, end=at), around)
                    if " " in inner:
                        yield from _said_in(inner, start, at, given, around)
                continue
            one = _candidate(start, at, _of_fields(fields, around), given, around.asked, text)
            yield _seen(_completed([one._replace(start=0, end=0)], one.error.message)[0]._replace(start=one.start, end=at), around)


def _said_in(inner: str, start: int, end: int, given: _Given, around: object) -> Iterator[_Candidate]:
    """A field of a log that holds no more than a sentence."""
    for one in _loose(inner[:MAX_TEXT], given):
        if one.rank:
            yield _seen(one._replace(start=start, end=end), around)


def _as_headers(value: object) -> dict[str, str]:
    """The headers of an answer that stand beside its body, as in AWS's debug log."""
    if not isinstance(value, dict):
        return {}
    names = {str(name).lower(): str(held) for name, held in value.items() if isinstance(held, str)}
    return names if len({"date", "content-type", "content-length", "connection", "server"} & set(names)) > 1 else {}


def _of_fields(fields: dict[str, object], around: object) -> ParsedError:
    from meshtui.explain.read import of_fields

    headers = around.headers  # type: ignore[attr-defined]
    error = of_fields(dict(fields), headers=headers)
    return error


def _seen(one: _Candidate, around: object) -> _Candidate:
    """The candidate with what the value around it tells."""
    status, headers, request_id, asked = around  # type: ignore[misc]
    error = one.error
    if error.status and error.request_id and error.provider:
        return one
    changed = error._replace(
        status=error.status or status, request_id=error.request_id or request_id,
        headers=error.headers or headers, provider=error.provider or asked.provider,
        call="chat" if error.call == "local" and status else error.call,
    )  # fmt: skip
    return _explained(one, changed) if changed != error else one


def _candidate(start: int, end: int, error: ParsedError, given: _Given, asked: Where, text: str) -> _Candidate:
    provider = given.provider or error.provider or signed_by(error) or _client(text) or asked.provider
    provider = provider or detect_provider(error)
    context = asked.context if asked.provider == provider and error.context == NO_CONTEXT else error.context
    error = _given(error._replace(provider=provider, context=context), given)
    explanation = explain(error)
    return _Candidate(start, end, error, explanation, _rank(explanation))


NO_CONTEXT = ParsedError().context


def _client(text: str) -> str:
    """Whose client library printed the text: a provider or a vendor; empty where none shows."""
    from meshtui.explain.vendors import vendor_of_client

    vendor = vendor_of_client(text)
    if vendor:
        return vendor
    return next((provider for provider, names in _CLIENTS if any(name in text for name in names)), "")


def _explained(one: _Candidate, error: ParsedError) -> _Candidate:
    explanation = explain(error)
    return one._replace(error=error, explanation=explanation, rank=_rank(explanation))


def _completed(found: list[_Candidate], text: str) -> list[_Candidate]:
    """The candidates with the status that the text names nearest to each, unless that is another one's."""
    said = {(one.explanation.cause, one.explanation.provider) for one in found if one.explanation.status}
    if all(one.explanation.status or (one.explanation.cause, one.explanation.provider) in said for one in found):
        return found  # of those that are joined, one with a status is kept
    from meshtui.explain.formats.traces import status_mentions

    mentions = status_mentions(text)
    if not mentions:
        return found
    done = []
    for one in found:
        if not one.explanation.status:
            status = _nearest(one, found, mentions, text)
            if status:
                call = "chat" if one.error.call == "local" else one.error.call
                one = _explained(one, one.error._replace(status=status, call=call))
        done.append(one)
    return done


def _nearest(one: _Candidate, found: list[_Candidate], mentions: list[object], text: str) -> int:
    """The status said before the error, on its own line first, then inside it, then behind it."""
    best: tuple[int, int] | None = None
    for start, end, status in mentions:  # type: ignore[misc]
        if one.start <= start < one.end:
            cost = 5 + (start - one.start) // 200
        elif end <= one.start:
            cost = 10 * text.count("\n", end, one.start)
        else:
            cost = 5 + 10 * text.count("\n", one.end, start)
        if any(_parts(other, one, start, end) for other in found):
            continue
        if best is None or cost < best[0]:
            best = (cost, status)
    return best[1] if best else 0


def _parts(other: _Candidate, one: _Candidate, start: int, end: int) -> bool:
    """Whether a mention belongs to another error: it stands in it, or behind it as seen from this one."""
    if (other.explanation.cause, other.explanation.provider) == (one.explanation.cause, one.explanation.provider):
        return False
    if other.rank < 2 or (other.start <= one.start and one.end <= other.end):
        return False
    low, high = min(start, one.start), max(end, one.start)
    return low <= other.start < high or other.start <= start < other.end


def _loose(text: str, given: _Given) -> list[_Candidate]:
    """No known form: the line whose words tell most, else all of them as one sentence, with the status that is named.
    Without a status it failed before an answer came."""
    from meshtui.explain.formats.traces import sentences, status_mentions

    asked = first_where(text) if "//" in text else Where()
    mentions = status_mentions(text)
    quiet = bool(_QUIET.match(text)) and not _LOUD.search(text)
    found: list[_Candidate] = []
    lines = [line for line in text.split("\n") if may_fail(line)][:40] if "\n" in text else []
    for said in (*lines, sentences(text) if "\n" in text else text):
        status = next((status for start, end, status in mentions if text[start:end] in said), 0)
        status = status or (mentions[0].status if mentions else 0)
        error = read(said, provider=given.provider, status=status, call=asked.call or "chat", printed=False)
        if not status and error.inner is None and error.origin in ("", "text"):
            error = error._replace(call="local")
        start = text.find(said)
        one = _candidate(max(start, 0), max(start, 0) + len(said), error, given, asked, text)
        if one.rank or (one.explanation.cause != "unknown" and not quiet):
            found.append(one)
    if not found:
        return []
    best = max(found, key=lambda one: (one.rank, -one.start))
    return [best]
