"""A case's exchanges as HAR 1.2 (Jan Odvarko, "HAR 1.2 Spec"), which browsers, proxies and `meshtui explain` read.

Everything in it was redacted when it was kept; so sizes of what was sent are given as unknown (-1). Names with an
underscore are extensions, as the specification has it: `_error` is the browsers', for what brought no whole answer, and
`_meshtui` is for reading it back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from meshtui import __version__
from meshtui.base.exchange import Exchange, Headers, Timings
from meshtui.exports.case import Case
from meshtui.providers.sent_request import is_sent

Json = dict[str, object]
UNKNOWN = -1
_EVENTS = "application/vnd.amazon.eventstream"
_HOW_MEASURED = "connect holds the look-up of the name, TCP and TLS; a phase that was not reached took 0"


def write_har(case: Case) -> Json:
    """What went out and came back, in its order; what was never sent is left out."""
    entries = [
        make_entry(exchange, f"{part.title}, credential {part.credential!r}: {exchange.call}")
        for part in case.parts
        for exchange in part.exchanges
        if is_sent(exchange)
    ]
    return {"log": {"version": "1.2", "creator": {"name": "meshtui", "version": __version__}, "entries": entries}}


def convert_timings(times: Timings) -> dict[str, float]:
    """Milliseconds. Where a request ended early, the time went into the phase it had come to."""
    known = [t for t in (times.connected, times.sent, times.first_byte) if t is not None]
    end = times.total if times.total is not None else max(known, default=0.0)
    spans: dict[str, float] = {"blocked": UNKNOWN, "dns": UNKNOWN, "ssl": UNKNOWN}
    at = 0.0
    for name, mark in (
        ("connect", times.connected),
        ("send", times.sent),
        ("wait", times.first_byte),
        ("receive", times.total),
    ):
        until = max(at, end if mark is None else mark)
        spans[name] = round((until - at) * 1000, 3)
        at = until
    return spans


def make_entry(exchange: Exchange, comment: str) -> Json:
    """One exchange as an object of `entries`."""
    spans = convert_timings(exchange.timings)
    return {
        "startedDateTime": datetime.fromtimestamp(exchange.started, UTC).isoformat(timespec="milliseconds"),
        "time": round(sum(span for span in spans.values() if span > 0), 3),
        "request": _request(exchange),
        "response": _write_response(exchange),
        "cache": {},
        "timings": {**spans, "comment": _HOW_MEASURED},
        "comment": comment,
        "_meshtui": {
            "provider": exchange.provider,
            "call": exchange.call,
            "failure": exchange.failure.kind if exchange.failure else None,
        },
    }


def _request(exchange: Exchange) -> Json:
    request = exchange.request
    data = {"mimeType": _find_first_header(request.headers, "content-type"), "text": request.body}
    return {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _write_pairs(request.headers),
        "queryString": _write_pairs(parse_qsl(_query(request.url), keep_blank_values=True)),
        **({"postData": data} if request.body else {}),
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN,
    }


def _query(url: str) -> str:
    """The query of an address. Not by urlsplit, which raises for some invalid addresses that the history may
    contain."""
    return url.partition("#")[0].partition("?")[2]


def _write_response(exchange: Exchange) -> Json:
    answer, failure = exchange.answer, exchange.failure
    headers = answer.headers if answer else ()
    status = answer.status if answer else 0
    return {
        "status": status,
        "statusText": HTTPStatus(status).phrase if status in set(HTTPStatus) else "",
        "httpVersion": "HTTP/1.1" if answer else "",
        "cookies": [],
        "headers": _write_pairs(headers),
        "content": _write_content(headers, answer.body if answer else ""),
        "redirectURL": _find_first_header(headers, "location"),
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN,
        **({"_error": failure.message or failure.kind} if failure else {}),
    }


def _write_content(headers: Headers, body: str) -> Json:
    kind = _find_first_header(headers, "content-type") or "x-unknown"
    comment = {"comment": "frames, written as server-sent events"} if kind.startswith(_EVENTS) else {}
    return {"size": len(body.encode("utf-8", "replace")), "mimeType": kind, "text": body, **comment}


def _write_pairs(pairs: Headers | list[tuple[str, str]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in pairs]


def _find_first_header(headers: Headers, wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")
