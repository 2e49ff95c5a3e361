"""The one redactor: whatever leaves (screen, log, file, clipboard, JSON) has been through here.

By structure: key shapes, PEM blocks, JWTs, named fields in JSON, forms, headers and queries, userinfo in URLs.
By value: every living `Secret`, as it is and in other spellings, see `meshtui.base.secret_encodings`.
Every pattern is linear in its input: none rescans what another start has already read.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise

from meshtui.base.secret import list_living_values, mask
from meshtui.base.secret_encodings import Disguised, find_disguised, list_spellings

SECRET_HEADERS = frozenset({
    "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "x-amz-security-token",
    "cookie", "set-cookie", "x-auth-token", "x-goog-iam-authorization-token", "mesh-webhook-signature",
    "x-amz-sso_bearer_token", "x-aws-ec2-metadata-token",
})  # fmt: skip

_FIELDS = (
    "private_?key", "secret_?key", "secret_?access_?key", "aws_secret_access_key", "session_?token",
    "aws_session_token", "security_?token", "access_?token", "refresh_?token", "id_?token", "client_?secret",
    "api[_-]?key", "assertion", "password", "passwd", "aws_bearer_token_bedrock", "openai_api_key",
    "mesh(?:api)?_(?:api_key|token)", "x-amz-signature", "x-amz-security-token", "x-amz-credential",
    "x-api-key", "x-goog-api-key",
)  # fmt: skip

# Compiled when a text first needs them (`_compile_pattern`): most are never needed, and compiling all costs more than
# the imports.
# A key begins behind what is no letter or digit, or behind one that only ends an escape: %22, \\n, \\u0022.
_START = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4}))"
_SHAPES = (
    r"-----BEGIN(?:[A-Z +]|%(?:25)*20){1,30}KEY-----(?s:.)*?(?:-----END(?:[A-Z +]|%(?:25)*20){1,30}KEY-----|\Z)"
    rf"|{_START}(?:bedrock-api-key-[\w+/=%-]{{8,}}"
    r"|ABSK[\w+/=%-]{12,}"
    r"|sk-[A-Za-z0-9_-]{12,}"
    r"|(?:rsk|mak|gsk)_[A-Za-z0-9]{8,}"
    r"|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}"
    r"|ya29\.[\w.-]{8,}"
    r"|AIza[\w-]{20,}"
    r"|AQ\.[\w-]{20,}"
    r"|GOCSPX-[\w-]{8,}"
    # The lines of an RSA key in PEM, whose frame was cut off.
    r"|MII[A-Za-z0-9+/]{40,}(?:(?:\s|\\+[nr])+[A-Za-z0-9+/=]{16,})*)"
)
# From the first `eyJ` of a run of such characters, so that a run is read once however often it holds that.
_JWT = r"(?<![\w-])((?>[\w-]*?eyJ))([\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+)?)"
# AWS's secret access keys: 40 characters of base64 and nothing more, so a hash in hexadecimal is none.
_FORTY = r"((?<![\w+/.-])|%[0-9A-Fa-f]{2}|\\(?:[bfnrt]|u[0-9A-Fa-f]{4}))([A-Za-z0-9+/]{40})(?!\.?[\w+/=-])"
# What JSON's escapes, be they escaped again, and HTML's numbers stand for: of that, what keys are made of is opened.
_ESCAPED = r"\\{1,8}(?:u00([2-7][0-9a-fA-F])|(/))|&#(?:[xX]0{0,4}([2-7][0-9a-fA-F])|0{0,4}(\d{2,3}));"
_OF_KEYS = frozenset(string.ascii_letters + string.digits + "+-./=_ ")
_BEARER = r"(?i)\b(bearer|basic)([ +]|%20)([\w.~+/=%-]{16,})"
# Code that names where a secret is kept is no secret: `$OPENAI_API_KEY`, `os.environ["OPENAI_API_KEY"]`.
_NO_VARIABLE = r"(?!os\.environ\[|(?-i:\$[A-Z]+(?:_[A-Z]+)+(?![\w.~+/=%-])))"
_NAMED = (
    r"(?i)((?<![a-z0-9])(?:" + "|".join(_FIELDS) + r")(?:\\*[\"'])?[ \t]{0,4}[:=][ \t]{0,4}(?:\\*[\"'])?)"
    rf"({_NO_VARIABLE}[^\s\"'\\&,;<>(){{}}\[\]]{{4,}})"
)
_QUERY = r"(?i)([?&](?:key|token|sig|signature|code|auth)=)([^\s\"'&#<>]+)"
_USERINFO = r"(?i)\b([a-z][a-z0-9+.-]{1,15}://)([^\s/@\"'<>]{1,512})@"
_NAME = "(?i)" + "|".join(_FIELDS)
_Marks = tuple[tuple[str, tuple[str, ...]], ...]
_Step = tuple[str, Callable[[re.Match[str]], str], _Marks]
_INFIX = "T3BlbkFJ"
"""`OpenAI` in base64, which is in the middle of most of OpenAI's keys."""


def _is_mixed(text: str) -> bool:
    return any(map(str.isupper, text)) and any(map(str.islower, text)) and any(map(str.isdigit, text))


def _is_numbered(text: str) -> bool:
    """Whether there are at least two digits among letters."""
    return sum(map(str.isdigit, text)) >= 2 and any(map(str.isalpha, text))


def _is_random(text: str, least: int) -> bool:
    """Whether it is drawn by lot and not composed of words: OpenAI's infix is in it, or its longest piece without a
    separator has at least `least` characters and changes as often between capitals, small letters and digits as such
    a text does (six times in ten; words written together, as in `MyProject2026Plan`, less than four times). One in
    small letters and digits alone, such as hexadecimal, must have 32."""
    if _INFIX in text:
        return True
    piece = max(re.split(r"[^A-Za-z0-9]+", text), key=len)
    if len(piece) < least or not any(map(str.isdigit, text)):
        return False
    kinds = [(c.isdigit(), c.isupper()) for c in piece]
    changes = sum(a != b for a, b in pairwise(kinds)) / len(piece)
    return changes >= 0.4 if _is_mixed(text) else len(piece) >= 32 and changes >= 0.25


# Keys that stand right behind a letter or digit, as when one is pasted behind text. There the prefix alone says little
# ("task-proj-…", "FAQ.…"): what follows decides. Each pattern begins with a literal, so that to find none is cheap.
_NAMED_SK = r"sk-(?:proj|svcacct|service|admin|ant|or-v1|None)-([A-Za-z0-9_-]{20,})"
_JOINED: tuple[tuple[str, Callable[[str], bool]], ...] = (
    (_NAMED_SK, lambda body: (len(body) >= 80 and _is_mixed(body)) or _is_random(body, 12)),
    (r"sk-([A-Za-z0-9_-]{40,})", lambda body: _is_random(body, 40)),
    (r"bedrock-api-key-([\w+/=%-]{40,})", lambda body: _is_random(body, 12)),
    (r"ABSK([\w+/=%-]{30,})", _is_mixed),
    (r"rsk_([A-Za-z0-9]{20,})", _is_numbered),
    (r"mak_([A-Za-z0-9]{20,})", _is_numbered),
    (r"gsk_([A-Za-z0-9]{20,})", _is_numbered),
    (r"ya29\.([\w.-]{30,})", lambda body: _is_random(body, 12)),
    (r"AIza([\w-]{33,})", lambda _: True),
    (r"AQ\.([\w-]{30,})", lambda body: _is_random(body, 12)),
    (r"GOCSPX-([\w-]{20,})", lambda _: True),
    # An RSA key's first line: its length, then version 0, which is `IBA` in base64 in PKCS #1 and #8 alike.
    (r"MII[A-Za-z0-9+/]{3}IBA([A-Za-z0-9+/]{40,}(?:(?:\s|\\+[nr])+[A-Za-z0-9+/=]{16,})*)", lambda _: True),
)
# AWS session tokens, wherever they stand. They go first: so long a text may have another key's beginning in it.
_SESSION_TOKENS = tuple(
    (rf"{begins}([\w+/=%-]{{20,}})", lambda _: True) for begins in ("IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz")
)


def _mask_jwt(m: re.Match[str]) -> str:
    """The text before the JWT, and its mask. Behind a letter it is one only where its claims begin as JSON, too."""
    begins = _compile_pattern(_START + "eyJ").search(m.string, m.start(), m.end())
    return f"{m[1][:-3]}{mask('eyJ' + m[2])}" if begins else m[0]


def _make_joined_step(pattern: str, is_key: Callable[[str], bool]) -> _Step:
    literal = re.split(r"[(\[\\]", pattern)[0].lower()
    return pattern, lambda m: mask(m[0]) if is_key(m[1]) else m[0], (("", (literal,)),)


# Pattern, replacement, and literals (lower case) without one of which the pattern cannot match, behind a part that they
# share: a literal is looked for ten times faster than a pattern, and most texts hold none.
_SHAPE_STEPS: tuple[_Step, ...] = (
    *(_make_joined_step(pattern, judge) for pattern, judge in _SESSION_TOKENS),
    (_SHAPES, lambda m: mask(m[0]), (
        ("", ("sk-", "absk", "akia", "asia", "abia", "acca", "ya29.", "aiza", "aq.", "mii")),
        ("_", ("rsk_", "mak_", "gsk_")),
        ("-", ("-----begin", "bedrock-api-key-", "gocspx-")),
    )),
    (_JWT, _mask_jwt, (("", ("eyj",)),)),
    *(_make_joined_step(pattern, judge) for pattern, judge in _JOINED),
)  # fmt: skip
_OTHER_STEPS: tuple[_Step, ...] = (
    (_FORTY, lambda m: f"{m[1]}{mask(m[2])}" if _is_mixed(m[2]) else m[0], (("", ("",)),)),
    (_BEARER, lambda m: f"{m[1]}{m[2]}{_mask_once(m[3])}", (("b", ("bearer", "basic")),)),
    (_NAMED, lambda m: f"{m[1]}{_mask_once(m[2])}", (
        ("key", ("private_key", "privatekey", "secret_key", "secretkey", "access_key", "accesskey", "api_key", "apikey",
                 "api-key")),
        ("token", ("access_token", "accesstoken", "session_token", "sessiontoken", "security_token",
                   "securitytoken", "refresh_token", "refreshtoken", "id_token", "idtoken", "bearer_token",
                   "mesh_token", "meshapi_token")),
        ("secret", ("client_secret", "clientsecret")),
        ("", ("assertion", "passw", "x-amz-")),
    )),
    (_QUERY, lambda m: f"{m[1]}{_mask_once(m[2])}",
     (("=", ("key=", "token=", "sig=", "signature=", "code=", "auth=")),)),
    (_USERINFO, lambda m: f"{m[1]}…@", (("@", ("@",)),)),
)  # fmt: skip


def redact(text: str) -> str:
    """The text with every secret in it masked. Returns the same text where there is none."""
    shown = _mask_other_keys(text)
    if "\\" in text or "&#" in text:
        # Any letter may be written so, and whoever parses it after us would have the key in clear. What was masked
        # already is no measure: a mask ends where the first escape begins.
        opened = _decode_escapes(text)
        if opened != text and (masked := _mask_other_keys(opened)) != _decode_escapes(shown):
            return masked
    return shown


LONGEST_KEY = 4096
"""The longest key in characters, except for a PEM block, which is recognised by its beginning."""


def redact_cut(text: str, limit: int) -> str:
    """At most `limit` characters of the text. A longer one is redacted before it is cut, because the remaining part of
    a key might not be recognised."""
    if len(text) <= limit:
        return text
    shown = redact(text[: 4 * limit + LONGEST_KEY])
    if len(text) > 4 * limit + LONGEST_KEY:
        # Masks are short: what this second cut has left of a key must not get below the limit.
        shown = shown[:-LONGEST_KEY] or "…"
    return shown[:limit]


def _decode_escapes(text: str) -> str:
    return _compile_pattern(_ESCAPED).sub(_decode_character, text)


def _decode_character(m: re.Match[str]) -> str:
    hexadecimal, slash, entity, number = m.groups()
    character = slash or chr(int(number) if number else int(hexadecimal or entity, 16))
    return character if character in _OF_KEYS else m[0]


def _mask_other_keys(text: str) -> str:
    # Looked for one by one: a pattern of them all takes four times as long, and four milliseconds to be compiled each
    # time that a token comes.
    values = list_living_values()
    masks = _mask_spellings(values)
    if present := [spelling for spelling in masks if spelling in text]:
        text = _mask_present(text, masks, present)
    if disguised := find_disguised(text, values):
        text = _mask_disguised(text, disguised)
    lowered = text.lower()
    text = _apply(_SHAPE_STEPS, text, lowered)
    # Behind the shapes, which hide a block whole, be it a certificate: its lines may be those of its private key.
    if in_lines := find_disguised(text, values, lines=True):
        text = _mask_disguised(text, in_lines)
    return _apply(_OTHER_STEPS, text, lowered)


def _mask_present(text: str, masks: Mapping[str, str], present: Iterable[str]) -> str:
    """The text without the loaded secrets that stand in it as they are.

    A key of which only a part is loaded, as one that was cut off when it was copied, is masked whole: nobody would know
    what stands behind the part's mask for the rest of a key.
    """
    loaded = [m.span() for m in re.finditer("|".join(map(re.escape, present)), text)]
    spans: Iterable[tuple[int, int]] = loaded
    if not all(_stands_alone(text, span) for span in loaded):
        ends, starts = [0, *(end for _, end in loaded[:-1])], [*(start for start, _ in loaded[1:]), len(text)]
        wider = [_find_rest(text, span, *within) for span, *within in zip(loaded, ends, starts, strict=True)]
        spans = _join_overlapping(wider, _find_secret_spans(text))
    wholes = ((start, end, text[start:end]) for start, end in spans)
    return _replace_spans(text, ((start, end, masks.get(whole) or mask(whole)) for start, end, whole in wholes))


def _find_secret_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where keys stand by their shapes or by what is around them: of a match all, or what is behind the name or the
    text before it."""
    for m in _find_matches((*_SHAPE_STEPS, *_OTHER_STEPS), text):
        start, end = m.span(m.re.groups if m.re.pattern in _BEHIND_TEXT else 0)
        yield (m.end(1) - len("eyJ") if m.re.pattern == _JWT else start), end


def _find_matches(steps: tuple[_Step, ...], text: str) -> Iterator[re.Match[str]]:
    """What the steps would replace in the text, each by itself."""
    lowered = text.lower()
    for pattern, replacement, marks in steps:
        if _has_any(lowered, marks):
            yield from (m for m in _compile_pattern(pattern).finditer(text) if replacement(m) != m[0])


_BEHIND_TEXT = (_FORTY, _BEARER, _NAMED, _QUERY, _USERINFO)
_BEFORE_ALONE = frozenset(string.whitespace + "\"'`,;<>(){}[]&=:")
_BEHIND_ALONE = frozenset(string.whitespace + "\"'`,;<>(){}[]&")
_BREAKS = frozenset("\n\r\\")


def _stands_alone(text: str, span: tuple[int, int]) -> bool:
    """Whether nothing beside a loaded secret can be more of a key."""
    start, end = span
    return (
        (not start or text[start - 1] in _BEFORE_ALONE)
        and (end == len(text) or text[end] in _BEHIND_ALONE)
        and not _BREAKS.intersection(text[start:end])
    )


_OF_RUN = frozenset(string.ascii_letters + string.digits + "+=_-")
"""No slash: behind a key's id stands the scope of a signature, which is shown."""
_LEAST_REST = 8


def _find_rest(text: str, span: tuple[int, int], least: int, most: int) -> tuple[int, int]:
    """The span of a loaded secret, with what stands right before and behind it between two places in the text, where
    that is as long and as mixed as the rest of a key."""
    start, end = first, last = span
    while first > least and text[first - 1] in _OF_RUN:
        first -= 1
    if first > least and text[first - 1] == "\\":  # an escape's letters are not the key's
        first += 5 if text[first : first + 1] == "u" else 1
    elif first > least and text[first - 1] == "%":
        first += 2
    while last < most and text[last] in _OF_RUN:
        last += 1
    before, behind = text[first:start], text[end:last]
    return (
        first if len(before) >= _LEAST_REST and _is_numbered(before) else start,
        last if len(behind) >= _LEAST_REST and _is_numbered(behind) else end,
    )


def _join_overlapping(spans: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in their order, each as far as those reach that overlap it; of the others only such as do."""
    start = end = -1
    is_wanted = False
    for first, last, wanted in sorted([*((*span, True) for span in spans), *((*span, False) for span in others)]):
        if first < end:
            end, is_wanted = max(end, last), is_wanted or wanted
            continue
        if is_wanted:
            yield start, end
        start, end, is_wanted = first, last, wanted
    if is_wanted:
        yield start, end


def _apply(steps: tuple[_Step, ...], text: str, lowered: str) -> str:
    for pattern, replacement, marks in steps:
        if _has_any(lowered, marks):
            text = _compile_pattern(pattern).sub(replacement, text)
    return text


def find_keys(text: str) -> list[tuple[int, int]]:
    """The spans of loaded secrets and of texts that have a key's shape. Field names are not considered, and random text
    without a known prefix is not matched."""
    found = [(start, end) for start, end, _ in find_disguised(text, list_living_values())]
    return [*found, *(m.span() for m in _find_matches(_SHAPE_STEPS, text))]


def _mask_disguised(text: str, disguised: Iterable[Disguised]) -> str:
    return _replace_spans(text, ((start, end, mask(value)) for start, end, value in disguised))


def _replace_spans(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """The text with each span replaced; of those that overlap the first is, and the rest left out."""
    pieces: list[str] = []
    at = 0
    for start, end, replacement in spans:
        if start >= at:
            pieces += (text[at:start], replacement)
        at = max(at, end)
    return "".join(pieces) + text[at:]


def _has_any(lowered: str, marks: _Marks) -> bool:
    """Whether the text holds one of the literals. Plain loops: any() over generators takes twice as long."""
    for shared, literals in marks:
        if shared in lowered:
            for literal in literals:
                if literal in lowered:
                    return True
    return False


@cache
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def redact_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The headers in their order and case, credentials in them masked: a server may put one back as a name, too."""
    return tuple((redact(name), _redact_header(name, value)) for name, value in headers)


def redact_tree(value: object) -> object:
    """A JSON-like value with every string in it redacted, names of fields too, and the values of secret-named fields
    masked."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {redact(k) if isinstance(k, str) else k: _redact_field(str(k), v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [redact_tree(v) for v in value]
    return value


def _redact_field(name: str, value: object) -> object:
    if isinstance(value, str) and _compile_pattern(_NAME).fullmatch(name):
        return _mask_once(value)
    return redact_tree(value)


def _redact_header(name: str, value: str) -> str:
    if name.lower() not in SECRET_HEADERS:
        return redact(value)
    scheme, space, rest = value.partition(" ")
    if scheme.lower() in ("bearer", "basic") and space:
        return f"{scheme} {_mask_once(rest)}"
    if scheme.startswith("AWS4-"):
        # The scope, the signed headers' names: needed to explain a signature. The key id and the signature are masked.
        return re.sub(r"(?<=Signature=)\w+", lambda m: f"…{m[0][-4:]}", redact(value))
    return _mask_once(value)


def _mask_once(value: str) -> str:
    return value if "…" in value else mask(value)


@lru_cache(maxsize=4)
def _mask_spellings(values: frozenset[str]) -> Mapping[str, str]:
    """All secrets in all their spellings, of two that begin alike the longer first → the secret's own mask. A spelling
    is longer than it, and the spelling's mask would show the end of a secret that is too short for that."""
    masks: dict[str, str] = {}
    for value in values:
        masks |= dict.fromkeys((spelling for spelling in list_spellings(value) if len(spelling) >= 8), mask(value))
    return {spelling: masks[spelling] for spelling in sorted(masks, reverse=True)}
