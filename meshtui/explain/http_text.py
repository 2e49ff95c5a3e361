"""HTTP as text: what `curl -i` and `curl -v` print, and HAR, the browsers' and proxies' record of requests."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any

from meshtui.base.exchange import Answer, Exchange, Failure, Request
from meshtui.base.lazy_pattern import Pattern
from meshtui.base.redaction import redact_cut
from meshtui.explain.address import Where, find_first_address, read_address
from meshtui.explain.explain_exchange import parse_exchange
from meshtui.explain.model import ParsedError
from meshtui.explain.parse import parse_response

_STATUS = Pattern(r"^HTTP/\d(?:\.\d)? (\d{3})\b[^\n]*\n?", re.MULTILINE)
_HEADER = Pattern(r"([A-Za-z0-9-]{1,80}|:[a-z-]{1,40}):[ \t]?([^\n]*)")
_VERBOSE = ("* ", ">", "{ [", "} [", "  %", "  0  ", "100  ")
"""How the lines begin that `curl -v` adds of its own."""
_HOST = Pattern(r"^> ?host: ?(\S{1,200})", re.MULTILINE | re.IGNORECASE)
_PATH = Pattern(r"^> ?[A-Z]{3,7} (/\S{0,2000})", re.MULTILINE)
MAX_ANSWERS = 20
MAX_URL = 4000


def read_transcripts(text: str, provider: str = "") -> tuple[ParsedError, ...]:
    """The failed answers of a transcript, or its last one where none failed; empty for any other text."""
    asked = _read_request_address(text)
    plain = _remove_verbose_marks(text) if "\n< " in text or text.startswith("< ") else text
    starts = list(_STATUS.finditer(plain))[:MAX_ANSWERS]
    ends = [start.start() for start in starts[1:]] + [len(plain)] * bool(starts)
    errors = [
        _answer(int(start[1]), plain[start.end() : end], asked, provider)
        for start, end in zip(starts, ends, strict=True)
    ]
    return tuple(error for error in errors if is_failure(error)) or tuple(errors[-1:])


def is_failure(error: ParsedError) -> bool:
    """A status of failure, or an error within a 200: a stream's event, or an envelope where an answer should be."""
    return error.status >= 400 or (
        error.status == 200 and error.origin in ("event", "frame", "error", "aws-body", "feedback")
    )


def _read_request_address(text: str) -> Where:
    """The address in the request: `> Host:` and `> POST …` of `curl -v`, or the one in the command."""
    host, path = _HOST.search(text), _PATH.search(text)
    return read_address(f"https://{host[1]}{path[1] if path else ''}") if host else find_first_address(text)


def _remove_verbose_marks(text: str) -> str:
    lines = (line for line in text.splitlines() if not line.startswith(_VERBOSE))
    return "\n".join(line.removeprefix("<").removeprefix(" ") if line.startswith("<") else line for line in lines)


def _answer(status: int, rest: str, asked: Where, provider: str) -> ParsedError:
    headers: dict[str, str] = {}
    at = 0
    while match := _HEADER.match(rest, at):
        headers.setdefault(match[1].lower(), match[2].strip())
        at = match.end() + 1
    return parse_response(
        rest[at:].lstrip("\r\n"),
        provider=provider or asked.provider,
        call=asked.call,
        status=status,
        headers=headers,
        context=asked.context,
    )


_OURS = "_meshtui"
"""What `meshtui.exports.har` adds to an entry: provider, call, and the kind of failure."""
MAX_ENTRIES = 10_000
MAX_FAILED = 50


def read_har(text: str, provider: str = "") -> tuple[ParsedError, ...]:
    """The failed answers of a HAR file or entry; the last one where none failed; empty for any other text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    entries = _list_entries(value)
    found = tuple(islice((s for entry in entries if (s := _read_failed_entry(entry, provider))), MAX_FAILED))
    return found or tuple(_build_error(entry, provider) for entry in entries[-1:])


def _read_failed_entry(entry: dict[str, Any], provider: str) -> ParsedError | None:
    """The error of a failed answer; None for a good one. A 200 is read where it may hold an error: a stream's, and
    that of an exchange of our own."""
    if _read_status(entry) >= 400 or _read_status(entry) == 0 or entry["response"].get("_error"):
        return _build_error(entry, provider)
    if _OURS not in entry and not _is_stream(entry["response"].get("content")):
        return None
    error = _build_error(entry, provider)
    return error if is_failure(error) else None


def _is_stream(content: Any) -> bool:
    kind = str(content.get("mimeType") or "") if isinstance(content, dict) else ""
    return kind.startswith(("text/event-stream", "application/vnd.amazon.eventstream"))


def _list_entries(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, dict):
        return []
    log = value.get("log")
    found = log.get("entries") if isinstance(log, dict) else [value]
    if not isinstance(found, list):
        return []
    return [e for e in found[:MAX_ENTRIES] if isinstance(e, dict) and isinstance(e.get("response"), dict)
            and isinstance(e.get("request"), dict)]  # fmt: skip


def _read_status(entry: dict[str, Any]) -> int:
    status = entry["response"].get("status")
    return status if isinstance(status, int) and 0 <= status <= 999 else 0


def _build_error(entry: dict[str, Any], provider: str) -> ParsedError:
    response = entry["response"]
    asked = read_address(redact_cut(str(entry["request"].get("url") or ""), MAX_URL))
    status = _read_status(entry)
    if isinstance(ours := entry.get(_OURS), dict):
        return parse_exchange(_read_exported_exchange(entry, ours, provider), asked.context)
    body = _read_body(response.get("content"))
    if not status and not body:
        body = str(response.get("_error") or response.get("statusText") or "")
    return parse_response(
        body,
        provider=provider or asked.provider,
        call="local" if not status else asked.call,
        status=status,
        headers=_read_headers(response.get("headers")),
        context=asked.context,
    )


def _read_exported_exchange(entry: dict[str, Any], ours: dict[str, Any], provider: str) -> Exchange:
    """The exchange that `meshtui` exported, with its failure where no complete answer was received."""
    response, status = entry["response"], _read_status(entry)
    kind = str(ours.get("failure") or "")
    return Exchange(
        provider or str(ours.get("provider") or ""),
        str(ours.get("call") or ""),
        Request("", ""),
        0.0,
        Answer(status, tuple(_read_headers(response.get("headers")).items()), _read_body(response.get("content")))
        if status
        else None,
        Failure(kind, str(response.get("_error") or "")) if kind else None,
    )


def _read_headers(found: Any) -> dict[str, str]:
    """The first value under each name."""
    headers: dict[str, str] = {}
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            headers.setdefault(item["name"].lower(), str(item.get("value") or ""))
    return headers


def _read_body(content: Any) -> str:
    if not isinstance(content, dict) or not isinstance(content.get("text"), str):
        return ""
    text: str = content["text"]
    if content.get("encoding") != "base64":
        return text
    import binascii

    try:
        return binascii.a2b_base64(text).decode("utf-8", "replace")
    except ValueError:
        return text
