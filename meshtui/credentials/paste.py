"""From any text to a Credential. Nothing valid is refused, nothing bad gets lost, and nothing here raises.

Importing this module does not load cryptography. Checking a service account's RSA key does, and costs some 45 ms every
time: where that shows, call `parse` in a thread.
"""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Mapping

from meshtui.base.credential import UNRECOGNISED, Credential, Finding, Kind, Source
from meshtui.credentials.assignments import read_lines, split_assignments
from meshtui.credentials.bare_text import read_bare, strip_wrapping
from meshtui.credentials.field_names import find_variable_kind
from meshtui.credentials.json_objects import read_object
from meshtui.credentials.json_text import read_json
from meshtui.credentials.shapes import find_kind_by_look, list_shapes
from meshtui.explain.address import read_address
from meshtui.providers.credential_reading import TEXT_LIMIT, Given, Reading, clean, locate, make_credential, refuse
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import list_key_forms

_DEPTH = 5
"""Layers that are taken off: a code block, a variable, quotes, base64, a JSON string."""
_JSON = re.compile(r'\{(?!\{)|\[\s*[\[{"\]]')


def parse(
    text: str | bytes, *, name: str, source: Source, region: str = "", variable: str = "", now: float | None = None
) -> Credential:
    """The credential in a paste, file or variable, judged offline.

    `region` counts where the text names none; `variable` is the one that the text came from, and decides what a text is
    whose look does not; `now` is the Unix time to judge expiry by, the clock's by default.
    """
    variable = variable or _find_variable(source)
    given = Given(time.time() if now is None else now, region or _find_region_beside(variable), variable)
    return make_credential(_read_whole(text, given), name, source)


def _find_region_beside(variable: str) -> str:
    """The Region in the base URL beside OPENAI_API_KEY: the documented way to use Bedrock by OpenAI's libraries."""
    return read_address(os.environ.get("OPENAI_BASE_URL", "")).context.region if variable == "OPENAI_API_KEY" else ""


def _find_variable(source: Source) -> str:
    return source.where.rpartition(" ")[2] if source.kind in ("env", "dotenv") else ""


def _read_whole(text: str | bytes, given: Given) -> Reading:
    hint = find_variable_kind(given.variable)
    if len(text) > TEXT_LIMIT:
        return refuse(hint, make_finding("text.too-large", size=len(text), limit=TEXT_LIMIT))
    notes: tuple[Finding, ...] = ()
    if isinstance(text, bytes):
        decoded = _decode_text(text)
        if decoded is None:
            return refuse(hint, make_finding("text.binary", where="it is not UTF-8"))
        text, notes = decoded
    if "\0" in text:
        line, column = locate(text, text.index("\0"))
        return refuse(hint, make_finding("text.binary", where=f"a zero byte at line {line}, column {column}"))
    cleaned, findings = clean(text)
    findings = notes + findings
    below = re.search(r"^\s*stringData:", cleaned, re.MULTILINE) is not None
    if stripped := _list_white_space(cleaned):
        findings += (make_finding("text.whitespace", where=stripped),)
    reading = _read(cleaned.strip(), cleaned, given, _DEPTH)
    if below and any(finding.id == "text.base64" for finding in reading.findings):
        findings += (make_finding("text.base64-twice"),)
    return reading.after(findings)


def _decode_text(data: bytes) -> tuple[str, tuple[Finding, ...]] | None:
    """The text of these bytes, with a finding for UTF-16; None where they are no text."""
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16"), (make_finding("text.utf16"),)
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    odd = sum(not (" " <= character <= "~" or character in "\t\r\n") for character in text)
    printable = all(character >= " " or character in "\t\r\n" for character in text)
    return (text, (make_finding("text.latin1"),)) if printable and odd * 10 < len(text) else None


def _list_white_space(text: str) -> str:
    """Where there is white space around the text; a single line break at the end does not count."""
    before, after = text != text.lstrip(), text.removesuffix("\n") != text.rstrip()
    return " and ".join(word for word, is_so in (("before it", before), ("behind it", after)) if is_so and text.strip())


def _read(text: str, whole: str, given: Given, depth: int) -> Reading:
    """The reading of a text without white space around it; `whole` is where positions are counted in."""
    hint = find_variable_kind(given.variable)
    if depth and (lines := split_assignments(text)):
        return read_lines(lines, given, lambda value, named: _read(value.strip(), whole, named, depth - 1))
    peeled, findings = strip_wrapping(text)
    if depth and findings:
        return _read(peeled, whole, given, depth - 1).after(findings)
    if not text:
        return refuse(hint, make_finding("text.empty", where=given.variable or "nothing but white space or quotes"))
    if _JSON.match(text):
        return _read_json(text, whole, given)
    if re.match(r'"[A-Za-z_]\w{0,40}"\s*:', text):
        return refuse(_guess_kind(text, hint), make_finding("json.no-brace"))
    if depth and (inner := _decode_base64(text)):
        encoded = [make_finding("text.base64")]
        if inner.endswith("\n") and not inner.startswith("{"):
            encoded.append(make_finding("text.base64-line-break"))
        return _read(inner.strip(), inner, given, depth - 1).after(tuple(encoded))
    if joined := _join_lines(text):
        broken = make_finding("text.line-breaks", count=text.count("\n"))
        return read_bare(joined, given, hint).after((broken,))
    return read_bare(text, given, hint)


def _read_json(text: str, whole: str, given: Given) -> Reading:
    start = whole.index(text) if text in whole else 0
    read = read_json(whole[: start + len(text)], start) if start else read_json(text)
    hint = find_variable_kind(given.variable)
    if not read.ok:
        return refuse(_guess_kind(text, hint), *read.findings)
    value, findings = read.value, read.findings
    if isinstance(value, list) and len(value) == 1:
        value, findings = value[0], (*findings, make_finding("text.array"))
    if not isinstance(value, Mapping):
        what = f"a list of {len(value)}" if isinstance(value, list) else "a list of one plain value"
        return refuse(hint, make_finding("json.not-object", what=what)).after(findings)
    return read_object(value, given, hint).after(findings)


def _guess_kind(text: str, hint: Kind) -> Kind:
    """What a broken or incomplete JSON was meant to be. OpenAI's sign is the least telling, and comes last."""
    return next((form.kind for form in reversed(list_key_forms()) if form.sign and re.search(form.sign, text)), hint)


def _decode_base64(text: str) -> str | None:
    """The JSON or the key that the whole text encodes in base64, as in Kubernetes, with a line break after it. None
    where it does not: a word of fewer letters may be base64 by chance."""
    packed = "".join(text.split())
    if len(packed) < 24:
        return None
    plain = packed.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        inner = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("utf-8").lstrip()
    except ValueError:
        return None
    if inner.startswith("{"):
        return inner if "\0" not in inner else None
    return inner if list_shapes().in_text.fullmatch(inner.rstrip()) else None


def _join_lines(text: str) -> str | None:
    """The key in a text once its line breaks are removed; None where it has none or is no key."""
    pieces = [piece.strip() for piece in text.split("\n")]
    whole = "".join(pieces)
    begun_again = any(find_kind_by_look(piece) is not UNRECOGNISED for piece in pieces[1:])
    is_key = "\n" in text and not begun_again and list_shapes().in_text.fullmatch(whole)
    return whole if is_key else None
