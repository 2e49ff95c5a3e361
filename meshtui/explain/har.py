"""HAR, the browsers' and proxies' record of requests: a whole file, or one entry of it."""

from __future__ import annotations

import json
from typing import Any

from meshtui.explain.address import where
from meshtui.explain.model import Signal
from meshtui.explain.read import read

MAX_ENTRIES = 10_000
MAX_FAILED = 50


def har(text: str, provider: str = "") -> tuple[Signal, ...]:
    """The failed answers of a HAR file or entry; the last one where none failed; empty where the text is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    entries = _entries(value)
    failed = [entry for entry in entries if _status(entry) >= 400 or _status(entry) == 0]
    return tuple(_signal(entry, provider) for entry in (failed[:MAX_FAILED] or entries[-1:]))


def _entries(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, dict):
        return []
    log = value.get("log")
    found = log.get("entries") if isinstance(log, dict) else [value]
    if not isinstance(found, list):
        return []
    return [e for e in found[:MAX_ENTRIES] if isinstance(e, dict) and isinstance(e.get("response"), dict)
            and isinstance(e.get("request"), dict)]  # fmt: skip


def _status(entry: dict[str, Any]) -> int:
    status = entry["response"].get("status")
    return status if isinstance(status, int) and 0 <= status <= 999 else 0


def _signal(entry: dict[str, Any], provider: str) -> Signal:
    response = entry["response"]
    asked = where(str(entry["request"].get("url") or "")[:4000])
    status = _status(entry)
    body = _body(response.get("content"))
    if not status and not body:
        body = str(response.get("_error") or response.get("statusText") or "")
    return read(
        body,
        provider=provider or asked.provider,
        call="local" if not status else asked.call,
        status=status,
        headers=_headers(response.get("headers")),
        context=asked.context,
    )


def _headers(found: Any) -> dict[str, str]:
    """The first value under each name."""
    headers: dict[str, str] = {}
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            headers.setdefault(item["name"].lower(), str(item.get("value") or ""))
    return headers


def _body(content: Any) -> str:
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
