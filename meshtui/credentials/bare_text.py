"""A bare text, no JSON: whose key it is, and what it is if it is none.

The second cleaning of a paste: what people copy along with a key. Each layer taken off is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from meshtui.base.credential import PROVIDER_OF, Finding, Kind
from meshtui.base.endpoints import PROVIDER_NAMES
from meshtui.credentials.google_logins import JWT, read_jwt
from meshtui.credentials.shapes import (
    KEY_IN_TEXT,
    MASKED,
    PATH,
    PEM_BEGIN,
    PLACEHOLDER,
    PLACEHOLDER_LIMIT,
    PREFIXES,
    REFERENCE,
    STRANGERS,
)
from meshtui.providers.bedrock.credentials import read_bedrock
from meshtui.providers.credential_reading import Given, Reading, describe_character, refuse
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.mesh.credentials import read_mesh
from meshtui.providers.openai.credentials import read_openai

_READERS: dict[Kind, Callable[[str, Given], Reading]] = {
    Kind.OPENAI_KEY: read_openai,
    Kind.BEDROCK_KEY: read_bedrock,
    Kind.MESH_KEY: read_mesh,
}
_SHORTEST = 16
"""No key is shorter; a shorter text in a key's variable is a word that somebody put there."""
_PIECE = re.compile(r"[A-Za-z0-9_+/=-]{8,}")


def read_bare(text: str, given: Given, hint: Kind = Kind.UNRECOGNISED) -> Reading:
    """The reading of one bare word. `hint` is the kind that its variable is for: it decides where the look does not."""
    if not_a_key := _not_a_key(text):
        return refuse(kind_by_look(text) if hint is Kind.UNRECOGNISED else hint, not_a_key)
    kind = kind_by_look(text)
    if kind in _READERS and not _has_words(text):
        return _READERS[kind](text, given).after(_elsewhere(kind, hint, given))
    if stranger := _stranger(text, hint):
        return stranger
    if JWT.fullmatch(text):
        return read_jwt(text, given, hint)
    if PEM_BEGIN.search(text):
        return refuse(Kind.SERVICE_ACCOUNT, make_finding("vertex.pem-alone"))
    if PATH.fullmatch(text):
        ending = text.rpartition(".")[2]
        return refuse(
            hint, make_finding("text.path", ending=ending if ending.isalpha() and len(ending) < 8 else "no type")
        )
    if hint in _READERS and len(text) >= _SHORTEST and len(text.split()) == 1:
        return _READERS[hint](text, given)
    return _embedded(text, given) or refuse(hint, make_finding("text.unrecognised", form=_form(text)))


def kind_by_look(text: str) -> Kind:
    """The kind whose prefix the text bears. `sk-` is OpenAI's unless a longer prefix is another vendor's."""
    for prefix, kind in PREFIXES:
        if text.startswith(prefix):
            return kind
    if text.startswith("sk-") and not any(s.pattern.match(text) for s in STRANGERS):
        return Kind.OPENAI_KEY
    return Kind.UNRECOGNISED


def _has_words(text: str) -> bool:
    """Whether white space in the text sets a key apart from other words, and does not just break it into pieces."""
    first, *rest = text.split()
    pieces = all(_PIECE.fullmatch(piece) and kind_by_look(piece) is Kind.UNRECOGNISED for piece in rest)
    return bool(rest) and not pieces and KEY_IN_TEXT.fullmatch(first) is not None


def _not_a_key(text: str) -> Finding | None:
    """What stands where a key should: a placeholder, a reference, the masked form."""
    if len(text) <= PLACEHOLDER_LIMIT and PLACEHOLDER.fullmatch(text):
        return make_finding("text.placeholder", form=f"{len(text)} characters of example text")
    if len(text) <= 300 and REFERENCE.fullmatch(text):
        return make_finding(
            "text.reference", form=f"{describe_character(text[0])}, then the name of where the value should come from"
        )
    if len(text) <= PLACEHOLDER_LIMIT * 2 and MASKED.fullmatch(text):
        dots = next(i for i, c in enumerate(text) if c in "*….•·")
        return make_finding("text.masked", where=f"character {dots + 1}: {describe_character(text[dots])}")
    return None


def _elsewhere(kind: Kind, hint: Kind, given: Given) -> tuple[Finding, ...]:
    """Where a key stands in the variable of another service."""
    if hint in (Kind.UNRECOGNISED, kind) or not given.variable or PROVIDER_OF[kind] == PROVIDER_OF[hint]:
        return ()
    return (make_finding("vendor.found-elsewhere", variable=given.variable, vendor=PROVIDER_NAMES[PROVIDER_OF[kind]]),)


def _stranger(text: str, hint: Kind) -> Reading | None:
    for stranger in STRANGERS:
        if stranger.weak and hint in _READERS:
            continue
        if match := stranger.pattern.match(text):
            kind = hint if stranger.kind is Kind.UNRECOGNISED else stranger.kind
            sign = f"prefix {match[0]}" if match[0] else f"{len(text)} characters"
            words = {"vendor": stranger.vendor, "what": stranger.vendor, "prefix": match[0], "sign": sign}
            return refuse(kind, make_finding(stranger.row, **words))
    return None


def _embedded(text: str, given: Given) -> Reading | None:
    """The reading of a key that stands among other words: the only one there, or the first of several."""
    found = list(dict.fromkeys(match[0] for match in KEY_IN_TEXT.finditer(text)))
    if not found or found[0] == text:
        return None
    start = text.index(found[0])
    first = make_finding(
        "text.embedded", where=f"character {start + 1}", before=start, after=len(text) - start - len(found[0])
    )
    more = (make_finding("text.several", others=f"{len(found) - 1} more"),) if len(found) > 1 else ()
    return read_bare(found[0], given).after((first, *more))


def _form(text: str) -> str:
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
    return (text[match.end() : -3], make_finding("text.fence")) if match else None


def _json_string(text: str) -> Peeled:
    if len(text) < 2 or not text.startswith('"') or not text.endswith('"') or "\\" not in text:
        return None
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return None
    row = "text.json-in-string" if inner.lstrip().startswith(("{", "[")) else "text.quotes"
    return inner, make_finding(row, where="whole text")


def _quotes(text: str) -> Peeled:
    if len(text) > 1 and _PAIRS.get(text[0]) == text[-1]:
        return text[1:-1], make_finding("text.quotes", where="first and last character")
    if text[:1] in _PAIRS and not re.match(r'"[A-Za-z_]\w{0,40}"\s*:', text):
        return text[1:], make_finding("text.quotes", where="first character")
    if text and text[-1] in _QUOTES and not _open_json(text[:-1]):
        return text[:-1], make_finding("text.quotes", where="last character")
    return None


def _open_json(text: str) -> bool:
    """Whether it begins as JSON and does not end as such: what stands at its end then belongs to it."""
    return text.startswith(("{", "[")) and not text.rstrip().endswith(("}", "]"))


def _brackets(text: str) -> Peeled:
    inner = text[1:-1]
    if text[:1] == "<" and text[-1:] == ">" and len(inner) >= 20 and kind_by_look(inner) is not Kind.UNRECOGNISED:
        return inner, make_finding("text.brackets")
    return None


def _header(text: str) -> Peeled:
    match = _HEADER.match(text)
    return (text[match.end() :], make_finding("text.header")) if match else None


def _assigned(text: str) -> Peeled:
    """JSON over several lines behind a name: what stands on one line is read by `meshtui.credentials.assignments`."""
    match = _ASSIGNED.match(text)
    return (text[match.end() :], make_finding("text.variable", variable=match[1], where="line 1")) if match else None


def _bearer(text: str) -> Peeled:
    match = _BEARER.match(text)
    return (text[match.end() :], make_finding("text.bearer")) if match else None


def _punctuation(text: str) -> Peeled:
    behind = text[1:] and text[-1] in ",;" and not _open_json(text[:-1])
    return (text[:-1], make_finding("text.punctuation")) if behind else None


_LAYERS: tuple[Callable[[str], Peeled], ...] = (
    _fence, _json_string, _assigned, _quotes, _brackets, _header, _bearer, _punctuation,
)  # fmt: skip
