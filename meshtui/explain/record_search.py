"""The errors of one record of a text: read from values, from what clients print, and last from a telling sentence.

Whatever is found goes through the rules, and their explanations decide what counts: the word of a wrapper never beats
the error that it wraps, and what only follows from another error of the record is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice

from meshtui.base.lazy_pattern import Pattern
from meshtui.explain.address import Where, find_first_address
from meshtui.explain.candidates import (
    Candidate,
    Given,
    add_statuses,
    apply_given,
    is_better,
    is_structured,
    make_candidate,
)
from meshtui.explain.formats.encodings import decode_entities, strip_prefixes
from meshtui.explain.formats.fields import MAX_TEXT, STATUSES_IN_USE
from meshtui.explain.formats.literals import find_value, parse_value, remove_backslashes
from meshtui.explain.formats.logs import may_fail
from meshtui.explain.formats.records import Around, Piece, list_error_pieces
from meshtui.explain.formats.traces import find_printed_errors, find_status_mentions, list_sentences, remove_frames
from meshtui.explain.model import ParsedError
from meshtui.explain.parse import parse_fields, parse_response
from meshtui.explain.rule_tables import list_rules
from meshtui.explain.vendors import VENDORS, find_vendor_of_client, is_from_ai_studio, name_signer

MAX_DEPTH = 7
"""Texts within values within texts."""
MAX_VALUES = 60
MAX_SENTENCES = 40
ENOUGH = 20
"""Characters of a sentence by which it is known again in the words of a wrapper."""
_LINES = Pattern(r"[=:(]\s?\"((?:[^\"\\\n]|\\.){20,60000})\"")
_QUIET = Pattern(
    r"\A\W{0,4}(?:INFO|DEBUG|TRACE|NOTICE)\b"
    r"|\"(?:level|severity|levelname)\"\s*:\s*\"?(?:info|debug|trace|notice|10|20|30)\b",
    re.IGNORECASE,
)
_LOUD = Pattern(r"\b(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|WARN(?:ING)?|Error|error|failed|Exception|Traceback)\b")
_CHAIN = ("Caused by:", "The above exception was the direct cause", "During handling of the above exception",
          "[cause]:", "--- End of inner exception", "---> ")  # fmt: skip
_ROOT_LAST = ("Caused by:", "[cause]:")
_PAGES = ("<ErrorResponse", "<Error>", "<Error ", "<Response>", "<!DOCTYPE", "<html")
_CLIENTS = (
    ("vertex", ("google.genai", "google.api_core", "google.cloud", "VertexAIException", "vertexai.", "google.auth",
                "@google-cloud/", "GoogleGenerativeAI", "com.google.", "langchain_google_vertexai", "googleapi:")),
    ("bedrock", ("botocore", "BedrockException", "boto3", "@aws-sdk", "software.amazon", "aws_sdk", "langchain_aws",
                 "Aws::", "Amazon.Bedrock", "aws-sdk-go", "Aws\\", "$fault", "Amazon.Runtime")),
    ("openai", ("OpenAIException", "openai.", "/openai/", "OpenAI API", "async_openai", "async-openai", "go-openai",
                "openai-go", "com.openai", "OpenAI::", "OpenAI\\", "openai/", "OpenAI/", "\\openai\\")),
)  # fmt: skip
"""How the providers' client libraries show in a text."""
_NO_CONTEXT = ParsedError().context


_TO_WORDS = {at: chr(at) if chr(at).isalnum() else " " for at in range(128)}


@cache
def _load_telling_words() -> frozenset[str]:
    texts = [name for _, names in _CLIENTS for name in names] + [str(vendor) for vendor in VENDORS.values()]
    for rule in list_rules():
        texts += (rule.pattern, rule.reads)
        for column in (
            rule.says,
            rule.or_says,
            rule.code,
            rule.type,
            rule.word,
            rule.reason,
            rule.provider_code,
            rule.named,
        ):
            texts += column
    words = " ".join(texts).lower().translate(_TO_WORDS).split()
    return frozenset((*(word for word in words if len(word) > 3), *map(str, STATUSES_IN_USE)))


def list_telling_words(lowered: str) -> frozenset[str]:
    """The words in a lower-case text that some rule uses, including statuses: texts with the same words contain the
    same errors, as far as can be seen without parsing them."""
    return _load_telling_words().intersection(lowered.translate(_TO_WORDS).split())


class _Source:
    """A text that is searched, and whose address and client library show in it."""

    __slots__ = ("_client", "_outer", "address", "given", "text")

    def __init__(self, text: str, given: Given, address: Where, outer: _Source | None = None) -> None:
        self.text, self.given, self._outer = text, given, outer
        own = find_first_address(text) if "//" in text else Where()
        self.address = own if own.provider else address
        self._client: str | None = None

    @property
    def client(self) -> str:
        """Whose client library printed the text, or the one around it: a provider or a vendor; empty where none
        shows."""
        if self._client is None:
            own = find_vendor_of_client(self.text) or next(
                (provider for provider, names in _CLIENTS if any(name in self.text for name in names)), ""
            )
            self._client = own or (self._outer.client if self._outer else "")
        return self._client

    def candidate(self, start: int, end: int, error: ParsedError) -> Candidate:
        """The error with what the text says about it: its provider, and the model and region that were called."""
        provider = error.provider or name_signer(error)
        if provider in ("", "openai"):  # everybody copies OpenAI's form; the library that raised it is one vendor's own
            provider = find_vendor_of_client(self.text[max(0, start - 80) : start + 60]) or provider
        if provider == "vertex" and is_from_ai_studio(error):  # their client library is one and the same
            provider = "google-ai-studio"
        provider = self.given.provider or provider or self.client or self.address.provider
        called = self.address.provider == provider and error.context == _NO_CONTEXT
        context = self.address.context if called else error.context
        return make_candidate(start, end, apply_given(error._replace(provider=provider, context=context), self.given))


def search_record(text: str, given: Given) -> list[Candidate]:
    """The errors of one record: those that say most, each cause and provider once, in order."""
    text = text[:MAX_TEXT]
    found = sorted(_with_entities(_Source(text, given, Where()), MAX_DEPTH), key=lambda one: one[:2])
    if not found or max(one.rank for one in found) < 2:
        found += _find_in_sentences(_Source(text, given, Where()))
    return _find_roots(add_statuses(found, text), text)


# --- which of them count ---------------------------------------------------------------------------------------------


def _find_roots(found: list[Candidate], text: str) -> list[Candidate]:
    structured = {
        one.error.message[:ENOUGH] for one in found if one.rank and is_structured(one.error) and one.error.message
    }
    unwrapped = [
        one for one in found
        if is_structured(one.error) or not any(message in one.error.message for message in structured)
    ]  # fmt: skip
    best = max((one.rank for one in unwrapped), default=0)
    kept = [
        one for one in unwrapped
        if one.rank >= min(best, 2)
        and (one.rank or one.explanation.status or one.error.code)
        and not (best > 2 and _follows_from_other(one, unwrapped))
    ]  # fmt: skip
    if len(kept) > 1 and any(mark in text for mark in _CHAIN):  # one error, told from the outside in, or the other way
        best_ranked = [one for one in kept if one.rank == best]
        kept = best_ranked[-1:] if any(mark in text for mark in _ROOT_LAST) else best_ranked[:1]
    groups: dict[tuple[str, str], Candidate] = {}
    for one in kept:
        key = (one.explanation.cause, one.explanation.provider)
        held = groups.get(key)
        if held is None:
            groups[key] = one
        elif is_better(one, held):
            groups[key] = one._replace(start=min(one.start, held.start))
    return sorted(groups.values(), key=lambda one: one[:2])


def _follows_from_other(one: Candidate, found: list[Candidate]) -> bool:
    """Whether the error is only a guess, and another error of the record gives the same cause with certainty or
    explains it."""
    if one.rank == 2:
        return one.explanation.cause in ("provider_error", "timeout", "capacity_exhausted")
    return one.rank == 3 and any(_is_better_explained(other, one) for other in found)


def _is_better_explained(other: Candidate, one: Candidate) -> bool:
    sure, guess = other.explanation, one.explanation
    if other.rank < 4 or sure.provider != guess.provider:
        return False
    same = bool(guess.status) and guess.status == sure.status
    return same or one.error.origin == "text" or sure.cause in guess.also or guess.cause in sure.also


# --- where they stand ------------------------------------------------------------------------------------------------


def _with_entities(source: _Source, depth: int) -> Iterator[Candidate]:
    """The errors in a text, and in it without HTML's escapes."""
    yield from _list_candidates(source, depth)
    opened = decode_entities(source.text)
    if opened != source.text:
        source.text = opened
        yield from _list_candidates(source, depth)


def _list_candidates(source: _Source, depth: int) -> Iterator[Candidate]:
    """Every error that can be read in a text: from prints of clients, from pages and XML, from values."""
    text = source.text
    for start, end, error in find_printed_errors(text, parse_response):
        yield source.candidate(start, end, error)
    at = min((at for mark in _PAGES if (at := text.find(mark)) >= 0), default=-1)
    if at >= 0:
        error = parse_response(text[at:], call=source.address.call or "chat", printed=False)
        yield source.candidate(at, len(text), error)
    if depth > 0:
        yield from _list_value_candidates(source, depth)
        if "\\n" in text:
            yield from _list_string_candidates(source, depth)


def _list_value_candidates(source: _Source, depth: int) -> Iterator[Candidate]:
    text, at = source.text, 0
    headers: Mapping[str, str] = {}
    for _ in range(MAX_VALUES):
        start = find_value(text, at)
        if start < 0:
            return
        value, end = parse_value(text, start)
        at = max(end, start + 1)
        if isinstance(value, (dict, list)):
            headers = _as_headers(value) or headers
            for piece in list_error_pieces(value, Around(headers=headers, address=source.address)):
                for one in _list_piece_candidates(piece, source, depth, start):
                    yield _with_around(one, piece.around)._replace(start=start, end=at)


def _list_string_candidates(source: _Source, depth: int) -> Iterator[Candidate]:
    """The errors in quoted strings of several lines, as in `err="…\\n…"`."""
    for match in islice(_LINES.finditer(source.text), MAX_VALUES):
        if "\\n" in match[1]:
            piece = Piece(None, remove_backslashes(match[1]), Around(address=source.address))
            for one in _list_piece_candidates(piece, source, depth, match.start()):
                yield one._replace(start=match.start(), end=match.end())


def _list_piece_candidates(piece: Piece, source: _Source, depth: int, at: int) -> Iterator[Candidate]:
    """The errors of one object or text within the value at this place."""
    if piece.fields is not None:
        fields = dict(piece.fields)
        if "\\u" in fields.get("message", ""):  # letters that were escaped once more than the rest
            fields["message"] = remove_backslashes(fields["message"])
        error = parse_fields(fields, headers=piece.around.headers)
        one = source
        if piece.around.address.provider:  # the one beside it, not the first of the text
            one = _Source(source.text, source.given, Where())
            one.address = piece.around.address
        yield from add_statuses([one.candidate(at, at, error)], error.message)
    elif may_fail(piece.text) or "{" in piece.text or "map[" in piece.text:
        words = strip_prefixes(piece.text[:MAX_TEXT].replace("\r\n", "\n"))
        inner = _Source(words, source.given, piece.around.address, source)
        yield from add_statuses(list(_with_entities(inner, depth - 1)), inner.text)
        if " " in piece.text:
            yield from (one for one in _find_in_sentences(inner) if one.rank)


def _as_headers(value: object) -> dict[str, str]:
    """The headers of an answer that are beside its body, as in AWS's debug log."""
    if not isinstance(value, dict):
        return {}
    names = {str(name).lower(): str(held) for name, held in value.items() if isinstance(held, str)}
    return names if len({"date", "content-type", "content-length", "connection", "server"} & set(names)) > 1 else {}


def _with_around(one: Candidate, around: Around) -> Candidate:
    """The candidate with what the value around it says."""
    error = one.error
    changed = error._replace(
        status=error.status or around.status,
        request_id=error.request_id or around.request_id,
        headers=error.headers or around.headers,
        call="chat" if error.call == "local" and around.status else error.call,
    )
    return make_candidate(one.start, one.end, changed) if changed != error else one


def _find_in_sentences(source: _Source) -> list[Candidate]:
    """No known form: the line whose words tell most, else all of them as one sentence, with the status that is named.
    Without a status it failed before an answer came."""
    text = source.text
    mentions = find_status_mentions(text)
    quiet = bool(_QUIET.search(text)) and not _LOUD.search(text)
    lines = [line for line in remove_frames(text).split("\n") if may_fail(line)][:MAX_SENTENCES] if "\n" in text else []
    found = []
    for message in (*lines, list_sentences(text) if "\n" in text else text):
        status = next((one.status for one in mentions if text[one.start : one.end] in message), 0)
        call = source.address.call or "chat"
        error = parse_response(message, provider=source.given.provider, status=status, call=call, printed=False)
        if not status and error.inner is None and error.origin in ("", "text"):
            error = error._replace(call="local")
        start = max(text.find(message), 0)
        one = source.candidate(start, start + len(message), error)
        if one.rank or (one.explanation.cause != "unknown" and not quiet):
            found.append(one)
    last = any(mark in text for mark in _ROOT_LAST)
    return [max(found, key=lambda one: (one.rank, one.start if last else -one.start))] if found else []
