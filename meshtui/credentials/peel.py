"""The second cleaning of a paste: what people copy along with a key. Each layer taken off is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from meshtui.credentials.bare import kind_by_look
from meshtui.credentials.findings import tell
from meshtui.credentials.model import Finding, Kind

Peeled = tuple[str, Finding] | None
HEADERS = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "proxy-authorization")

_FENCE = re.compile(r"```[\w+-]{0,20}[ \t]*\n")
_HEADER = re.compile(r"(?:-H|--header)?\s*[\"']?(?:" + "|".join(HEADERS) + r")[ \t]*:[ \t]*", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?:(?:export|const|let|var)[ \t]+)?([A-Za-z_]\w{0,80})[ \t]*[:=][ \t]*(?=[\"'`]?[{\[])")
_BEARER = re.compile(r"bearer[\s:=]+", re.IGNORECASE)
_PAIRS = {'"': '"', "'": "'", "`": "`", "“": "”", "”": "”", "„": "“", "‘": "’", "’": "’", "«": "»", "»": "«"}
_QUOTES = "".join(dict.fromkeys([*_PAIRS, *_PAIRS.values()]))


def peel(text: str) -> tuple[str, tuple[Finding, ...]]:
    """The text without what stands around it, and what that was. Ten layers at most."""
    findings: list[Finding] = []
    text = text.strip()
    for _ in range(10):
        peeled = next((p for layer in _LAYERS if (p := layer(text)) is not None), None)
        if peeled is None:
            break
        text = peeled[0].strip()
        if peeled[1] not in findings:
            findings.append(peeled[1])
    return text, tuple(findings)


def _fence(text: str) -> Peeled:
    match = _FENCE.match(text) if text.endswith("```") and len(text) > 6 else None
    return (text[match.end() : -3], tell("text.fence")) if match else None


def _json_string(text: str) -> Peeled:
    if len(text) < 2 or not text.startswith('"') or not text.endswith('"') or "\\" not in text:
        return None
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return None
    row = "text.json-in-string" if inner.lstrip().startswith(("{", "[")) else "text.quotes"
    return inner, tell(row, where="whole text")


def _quotes(text: str) -> Peeled:
    if len(text) > 1 and _PAIRS.get(text[0]) == text[-1]:
        return text[1:-1], tell("text.quotes", where="first and last character")
    if text[:1] in _PAIRS and not re.match(r'"[A-Za-z_]\w{0,40}"\s*:', text):
        return text[1:], tell("text.quotes", where="first character")
    if text and text[-1] in _QUOTES and not _open_json(text[:-1]):
        return text[:-1], tell("text.quotes", where="last character")
    return None


def _open_json(text: str) -> bool:
    """Whether it begins as JSON and does not end as such: what stands at its end then belongs to it."""
    return text.startswith(("{", "[")) and not text.rstrip().endswith(("}", "]"))


def _brackets(text: str) -> Peeled:
    inner = text[1:-1]
    if text[:1] == "<" and text[-1:] == ">" and len(inner) >= 20 and kind_by_look(inner) is not Kind.UNRECOGNISED:
        return inner, tell("text.brackets")
    return None


def _header(text: str) -> Peeled:
    match = _HEADER.match(text)
    return (text[match.end() :], tell("text.header")) if match else None


def _assigned(text: str) -> Peeled:
    """JSON over several lines behind a name: what stands on one line is read by `meshtui.credentials.lines`."""
    match = _ASSIGNED.match(text)
    return (text[match.end() :], tell("text.variable", variable=match[1], where="line 1")) if match else None


def _bearer(text: str) -> Peeled:
    match = _BEARER.match(text)
    return (text[match.end() :], tell("text.bearer")) if match else None


def _punctuation(text: str) -> Peeled:
    behind = text[1:] and text[-1] in ",;" and not _open_json(text[:-1])
    return (text[:-1], tell("text.punctuation")) if behind else None


_LAYERS: tuple[Callable[[str], Peeled], ...] = (
    _fence, _json_string, _assigned, _quotes, _brackets, _header, _bearer, _punctuation,
)  # fmt: skip
