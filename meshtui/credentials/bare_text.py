"""A bare text that is no JSON: whose key it is, or what it is instead. What people copy along with a key is removed,
and each removal is a finding.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from meshtui.base.credential import UNRECOGNISED, Finding, Kind
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.credentials.field_names import show_variable
from meshtui.credentials.shapes import (
    MASKED,
    PATH,
    PLACEHOLDER_LIMIT,
    PRESIGNED,
    REFERENCE,
    find_kind_by_look,
    list_shapes,
)
from meshtui.explain.vendors import find_provider_of_host
from meshtui.http.hosts import find_host
from meshtui.providers.credential_reading import Given, Reading, describe_character, find_unfit_character, refuse
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import list_forms, list_key_forms

_SHORTEST = 16
"""The shortest key; a shorter text in a key's variable is a placeholder word."""
_NEVER_TWICE = ("rsk_", "mak_", "bedrock-api-key-", "ABSK")
"""Prefixes that do not occur again inside a key."""
_PIECE = re.compile(r"[A-Za-z0-9_+/=-]{8,}")


def read_bare(text: str, given: Given, hint: Kind = UNRECOGNISED) -> Reading:
    """The reading of one bare word. `hint` is the kind that its variable is for: it decides where the look does not."""
    kind = find_kind_by_look(text)
    if not_a_key := find_no_key(text):
        return refuse(kind if hint is UNRECOGNISED else hint, not_a_key)
    read = _find_reader(kind)
    if read and not _has_words(text):
        return read(text, given).after(_find_elsewhere(kind, hint, given))
    read = _find_reader(hint)
    if foreign := _read_foreign(text, hint, guess=read is None):
        return foreign
    if JWT.fullmatch(text):
        return read_jwt(text, given, hint)
    if PATH.fullmatch(text):
        ending = text.rpartition(".")[2]
        return refuse(
            hint, make_finding("text.path", ending=ending if ending.isalpha() and len(ending) < 8 else "no type")
        )
    if read and len(text) >= _SHORTEST and len(text.split()) == 1:
        return read(text, given)
    return _read_embedded(text, given) or refuse(hint, make_finding("text.unrecognised", form=_describe_form(text)))


def _find_reader(kind: Kind) -> Callable[[str, Given], Reading] | None:
    return next((form.read_key for form in list_key_forms() if form.kind is kind), None)


def _has_words(text: str) -> bool:
    """Whether white space in the text sets a key apart from other words, and does not just break it into pieces."""
    first, *rest = text.split()
    pieces = all(_PIECE.fullmatch(piece) and find_kind_by_look(piece) is UNRECOGNISED for piece in rest)
    return bool(rest) and not pieces and list_shapes().in_text.fullmatch(first) is not None


def find_no_key(text: str) -> Finding | None:
    """What is in the place of a key: a placeholder, a reference, the masked form, or several keys."""
    if len(text) <= PLACEHOLDER_LIMIT and list_shapes().placeholder.fullmatch(text):
        return make_finding("text.placeholder", form=f"{len(text)} characters of example text")
    if len(text) <= 300 and REFERENCE.fullmatch(text):
        return make_finding(
            "text.reference", form=f"{describe_character(text[0])}, then the name of where the value should come from"
        )
    if PRESIGNED.fullmatch(text[:4000]):
        return make_finding("text.presigned", length=len(text))
    for prefix in _NEVER_TWICE:
        if text.startswith(prefix) and prefix in text[len(prefix) :] and not re.search(r"\s", text):
            return make_finding("text.joined", where=text.index(prefix, len(prefix)) + 1)
    if len(text) <= PLACEHOLDER_LIMIT * 2 and MASKED.fullmatch(text):
        dots = next(i for i, c in enumerate(text) if c in "*….•·")
        return make_finding("text.masked", where=f"character {dots + 1}: {describe_character(text[dots])}")
    return None


def _find_elsewhere(kind: Kind, hint: Kind, given: Given) -> tuple[Finding, ...]:
    """The finding for a key in the variable of another service."""
    if hint in (UNRECOGNISED, kind) or not given.variable or kind.provider == hint.provider:
        return ()
    # A base URL beside it that names the key's own service is how that service documents its use by OpenAI's libraries.
    base = find_host(os.environ.get("OPENAI_BASE_URL", ""))
    if given.variable == "OPENAI_API_KEY" and find_provider_of_host(base) == kind.provider:
        return ()
    vendor = PROVIDER_NAMES[kind.provider]
    return (make_finding("vendor.found-elsewhere", variable=given.variable, vendor=vendor),)


def _read_foreign(text: str, hint: Kind, *, guess: bool) -> Reading | None:
    """The reading of what only looks like a key. `guess`: what is no more than a guess counts as well."""
    for foreign in list_shapes().foreign:
        if foreign.weak and not guess:
            continue
        if match := foreign.pattern.match(text):
            sign = f"prefix {match[0]}" if match[0] else f"{len(text)} characters"
            words = {"vendor": foreign.what, "what": foreign.what, "prefix": match[0], "sign": sign}
            return refuse(foreign.kind or hint, make_finding(foreign.row, **words))
    return None


JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")


def read_jwt(token: str, given: Given, hint: Kind) -> Reading:
    """The reading of a JWT, without believing it: the signature is not checked, and only who issued it and until when
    is looked at."""
    if bad := find_unfit_character(token):
        return refuse(hint, bad)
    claims = _read_claims(token)
    name = str(claims.get("iss", ""))
    issuers = [issuer for forms in list_forms() for issuer in forms.issuers]
    found = next((issuer for issuer in issuers if issuer.pattern.fullmatch(name)), None)
    if found is None:
        found = next((issuer for issuer in issuers if issuer.kind is hint and issuer.read), None)
    if found is not None and found.read:
        return found.read(token, claims, given)
    row, kind = (found.row, found.kind) if found else ("jwt.unknown", hint)
    return refuse(kind, make_finding(row))


def _read_claims(token: str) -> Mapping[str, object]:
    part = token.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _read_embedded(text: str, given: Given) -> Reading | None:
    """The reading of a key among other words: the only one there, or the first of several."""
    found = list(dict.fromkeys(match[0] for match in list_shapes().in_text.finditer(text)))
    if not found or found[0] == text:
        return None
    start = text.index(found[0])
    first = make_finding(
        "text.embedded", where=f"character {start + 1}", before=start, after=len(text) - start - len(found[0])
    )
    more = (make_finding("text.several", others=f"{len(found) - 1} more"),) if len(found) > 1 else ()
    return read_bare(found[0], given).after((first, *more))


def _describe_form(text: str) -> str:
    words = len(text.split())
    return (
        f"{len(text)} characters, {words} word{'s' if words != 1 else ''}, beginning with {describe_character(text[0])}"
    )


Peeled = tuple[str, Finding] | None
HEADERS = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "proxy-authorization")

_FENCE = re.compile(r"```[\w+-]{0,20}[ \t]*\n")
_HEADER = re.compile(r"(?:-H|--header)?\s*[\"']?(?:" + "|".join(HEADERS) + r")[ \t]*:[ \t]*", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?:(?:export|const|let|var)[ \t]+)?([A-Za-z_]\w{0,80})[ \t]*[:=][ \t]*(?=[\"'`]?[{\[])")
_BEARER = re.compile(r"bearer[\s:=]+", re.IGNORECASE)
_PAIRS = {'"': '"', "'": "'", "`": "`", "“": "”", "”": "”", "„": "“", "‘": "’", "’": "’", "«": "»", "»": "«"}
_QUOTES = "".join(dict.fromkeys([*_PAIRS, *_PAIRS.values()]))


def strip_wrapping(text: str) -> tuple[str, tuple[Finding, ...]]:
    """The text without its wrapping, and the findings for what was removed. At most ten layers."""
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


def _peel_fence(text: str) -> Peeled:
    match = _FENCE.match(text) if text.endswith("```") and len(text) > 6 else None
    return (text[match.end() : -3], make_finding("text.fence")) if match else None


def _peel_json_string(text: str) -> Peeled:
    if not text.startswith('"') or not text.endswith('"') or "\\" not in text:
        return None
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return None
    row = "text.json-in-string" if inner.lstrip().startswith(("{", "[")) else "text.quotes"
    return inner, make_finding(row, where="whole text")


def _peel_quotes(text: str) -> Peeled:
    if len(text) > 1 and _PAIRS.get(text[0]) == text[-1]:
        return text[1:-1], make_finding("text.quotes", where="first and last character")
    if text[:1] in _PAIRS and not re.match(r'"[A-Za-z_]\w{0,40}"\s*:', text):
        return text[1:], make_finding("text.quotes", where="first character")
    if text and text[-1] in _QUOTES and not _open_json(text[:-1]):
        return text[:-1], make_finding("text.quotes", where="last character")
    return None


def _open_json(text: str) -> bool:
    """Whether it begins as JSON and does not end as JSON: the characters at its end then belong to it."""
    return text.startswith(("{", "[")) and not text.rstrip().endswith(("}", "]"))


def _peel_brackets(text: str) -> Peeled:
    inner = text[1:-1]
    if text[:1] == "<" and text[-1:] == ">" and len(inner) >= 20 and find_kind_by_look(inner) is not UNRECOGNISED:
        return inner, make_finding("text.brackets")
    return None


def _peel_header(text: str) -> Peeled:
    match = _HEADER.match(text)
    return (text[match.end() :], make_finding("text.header")) if match else None


def _peel_assignment(text: str) -> Peeled:
    """JSON on several lines after a name: an assignment on one line is read by `meshtui.credentials.assignments`."""
    match = _ASSIGNED.match(text)
    return (
        (text[match.end() :], make_finding("text.variable", variable=show_variable(match[1]), where="line 1"))
        if match
        else None
    )


def _peel_bearer(text: str) -> Peeled:
    match = _BEARER.match(text)
    return (text[match.end() :], make_finding("text.bearer")) if match else None


def _peel_punctuation(text: str) -> Peeled:
    behind = text[1:] and text[-1] in ",;" and not _open_json(text[:-1])
    return (text[:-1], make_finding("text.punctuation")) if behind else None


_COMMENT = re.compile(r"(?:[ \t]*(?://|#)[^\n]{0,400}\n\s*){1,20}(?=[{\[])")


def _peel_comment(text: str) -> Peeled:
    """Lines of a comment in front of JSON."""
    match = _COMMENT.match(text)
    return (text[match.end() :], make_finding("text.comment")) if match else None


def _peel_percent(text: str) -> Peeled:
    """A key out of an address, where `=`, `+` and `/` are written with a percent sign."""
    if len(text) > 8000 or not re.search("%(?:2B|2F|3D)", text, re.IGNORECASE) or re.search(r"[\s?&]", text):
        return None
    plain = unquote(text)
    return (plain, make_finding("text.percent")) if find_kind_by_look(plain) is not UNRECOGNISED else None


_LAYERS: tuple[Callable[[str], Peeled], ...] = (
    _peel_fence, _peel_comment, _peel_json_string, _peel_assignment, _peel_quotes, _peel_brackets, _peel_header,
    _peel_bearer, _peel_punctuation, _peel_percent,
)  # fmt: skip
