"""What terminals, shells, mail programs and web pages do to a text, taken back."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from meshtui.base.lazy_pattern import Pattern

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_SAMPLE = 4_000
_COLOUR = Pattern(
    r"(?:\x1b|\\u001[bB]|\\x1[bB]|\\033|\\e|\^\[|\u241b)"
    r"(?:\[[0-9;:?]{0,20}[ -/]?[A-Za-z]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)|[()][A-B0-2])"
    r"|\x1b.?|\[(?:\d{1,3}(?:;\d{1,3}){0,4})?m(?![\w\]])"
)
_ENTITY = Pattern(r"&(?:amp;)?(?:quot|apos|lt|gt|amp|nbsp|#0?3[49]|#x2[27]|#47|#x2[Ff]|#61|#x3[Dd]|#96|#x60);")
_NAMED = {"quot": '"', "apos": "'", "lt": "<", "gt": ">", "amp": "&", "nbsp": " "}
_TAG = Pattern(
    r"</?(?:pre|code|span|p|br|div|samp|tt|font|b|i|em|strong|td|tr|table|li|ul)\b[^<>\n]{0,200}>", re.IGNORECASE
)
_APOSTROPHE = Pattern(r"(?<!\w)[‘’‚]|[‘’‚](?!\w)")
"""Within a word it is no quote, and would end a string if it became one."""
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u00a0": " ",
                         "\u202f": " ", "\ufeff": "", "\u200b": "", "\0": ""})  # fmt: skip
_MASKED_OPEN = Pattern(r"\*\*\*(?=\s*(?:\\n\s*)?\\*[\"'][\w.@-]{1,60}\\*[\"']\s*(?::|=>))")
_MASKED_CLOSE = Pattern(r"(?<=[\"'\d\]}])(\s*(?:\\n\s*)?)\*\*\*(?!\*)")
MAX_WRAPPED = 2_000
"""Lines of a text that is looked at for having been cut at a column."""
_WIDTHS = range(60, 241)
_USUAL = frozenset((64, 72, 76, 78, 79, 80, 100, 120, 132))


def detect_encoding(sample: bytes) -> str:
    """The encoding of a text by its first bytes; UTF-8 where they do not show it."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    return "utf-8"


def decode(data: bytes) -> str:
    """Decodes the bytes: by their byte order mark, by the zeros that UTF-16 has between Latin letters (PowerShell's `>`
    writes it), else as UTF-8 with invalid bytes replaced."""
    name = detect_encoding(data[:_SAMPLE])
    text = data.decode(name, "replace")
    if not _is_plain(text):
        text = data.decode("utf-8", "replace")
    return text.lstrip("\ufeff")


def _is_plain(text: str) -> bool:
    """Whether most of it is ASCII, as answers and logs are."""
    sample = text[:_SAMPLE]
    return sum(character.isascii() for character in sample) * 2 >= len(sample)


def clean(text: str) -> str:
    """The text without colours and typographic quotes, its lines ended by LF alone."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text and text.count("\0") > len(text) // 4:
        text = text.replace("\0", "")
    if (
        "\x1b" in text
        or "[0m" in text
        or "[39m" in text
        or "001b[" in text.lower()
        or "\\x1b[" in text
        or "\\033[" in text
    ):
        text = _COLOUR.sub("", text)
    if not text.isascii():
        text = _APOSTROPHE.sub("'", text.translate(_QUOTES))
    return _replace_masks(text) if "***" in text else text


def decode_entities(text: str) -> str:
    """HTML's escapes undone, once or twice, and then the tags around what had been escaped left out; the text itself
    where nothing is escaped."""
    if "&" not in text:
        return text
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = _ENTITY.sub(_decode_entity, text)
        text = _TAG.sub("", text)
    return text


def _decode_entity(match: re.Match[str]) -> str:
    name = match[0].removeprefix("&amp;").removeprefix("&").rstrip(";")
    if not name:
        return "&"
    if name in _NAMED:
        return _NAMED[name]
    digits = name[1:]
    return chr(int(digits[1:], 16) if digits[0] in "xX" else int(digits))


def _replace_masks(text: str) -> str:
    """JSON whose braces a CI system masked with `***`, because a stored secret has a line `{`."""
    if not _MASKED_OPEN.search(text):
        return text
    return _MASKED_CLOSE.sub(lambda match: f"{match[1]}}}", _MASKED_OPEN.sub("{", text))


_BARS, _BLANKS = "│┃║", " \t"
_VALUE_IN_BOX = Pattern(r"\{\s?\\*[\"']")


def open_boxes(text: str) -> str:
    """The text with the lines in a terminal's frame joined from where a value begins in them, as a frame breaks its
    strings at its own width; any other text as it is.

    A line that fills the frame was broken in the middle of a word, any other one at a blank.
    """
    if not any(bar in text for bar in _BARS):
        return text
    pieces: list[str] = []
    joining, joint = False, ""
    for line in text.split("\n"):
        inside = _read_boxed(line)
        if inside is None:
            joining = False
            pieces += ("\n", line)
            continue
        words = inside.strip()
        if joining:
            pieces += (joint, words)
        else:
            joining = _VALUE_IN_BOX.search(words) is not None
            pieces += ("\n", words if joining else line)
        joint = " " if len(inside) - len(inside.rstrip(_BLANKS)) >= 2 else ""
    return "".join(pieces[1:])


def _read_boxed(line: str) -> str | None:
    """What stands between the bars of a frame at both ends of the line; None for any other line. No pattern: a long run
    of blanks would cost one time its square."""
    bare = line.strip(_BLANKS)
    indent = len(line) - len(line.lstrip(_BLANKS))
    return bare[1:-1] if len(bare) > 1 and indent <= 8 and bare[0] in _BARS and bare[-1] in _BARS else None


def unwrap(text: str) -> str:
    """A text that was cut at a column, its lines joined again; any other text as it is.

    It was cut where at least two lines end exactly there and none goes further; one line is enough where it ends at a
    usual width and in the middle of a quoted text or of brackets.
    """
    if text.count("\n") > MAX_WRAPPED:
        return text
    text = open_boxes(text)
    lines = text.split("\n")
    width = max(map(len, lines))
    cut = [at for at, line in enumerate(lines) if len(line) == width]
    if width not in _WIDTHS or (len(cut) < 2 and not (width in _USUAL and _is_continued(lines, cut[0]))):
        return text
    joined: list[str] = []
    open_line = False
    for line in lines:
        if open_line and not (find_line_prefix(line).time or line.startswith('{"')):
            joined[-1] += line
        else:
            joined.append(line)
        open_line = len(line) == width
    return "\n".join(joined)


def _is_continued(lines: list[str], at: int) -> bool:
    """Whether a quoted text or a bracket that begins in the line ends only in a later one."""
    line, after = lines[at], lines[at + 1 : at + 2]
    if not after or not after[0] or after[0][0].isspace():
        return False
    single = line.count("'") - len(_IN_WORD.findall(line))
    return line.count('"') % 2 == 1 or single % 2 == 1 or line.count("[") > line.count("]")


_IN_WORD = Pattern(r"\w'\w")
_OPENERS = frozenset("[(<>#:-")
_MONTHS = frozenset(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
                     "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))  # fmt: skip


class Prefix(NamedTuple):
    """What is before the message of a log line."""

    end: int
    """Where the words begin."""
    time: str
    """The time as written; empty where there is none."""


NO_PREFIX = Prefix(0, "")
_TIME = (
    r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?"
    r"|\d{4}[-/]\d\d[-/]\d\d(?=\s+[A-Z]{4,})"
    r"|(?:[A-Z][a-z]{2},? )?[A-Z][a-z]{2} {1,2}\d{1,2},? (?:\d{4} )?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: [AP]M)?"
    r"|\d{1,2}[/ -](?:[A-Z][a-z]{2}|\d\d)[/ -]\d{4}[: ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: [+-]\d{4})?"
    r"|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
)
_TIME_IN = Pattern(_TIME)
_PLAIN_TIME = Pattern(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)\s(?!std|UTC\b|GMT\b)")
"""The form that most logs have, tried first, because most lines have none of the other forms."""
_PREFIX = Pattern(
    r"(?:[ \t]{0,16}(?:(?:>\s?){1,4}"  # quoted mail
    r"|[A-Za-z0-9][\w./-]{0,60}\s{0,40}\|\s?(?!\s*-)"  # docker compose
    r"|\[(?:pod|container)/[\w./-]{1,120}\]\s"  # kubectl --prefix
    r"|<\d{1,3}>\d?\s?"  # syslog
    rf"|[\[(]?(?:{_TIME})[\])]?(?:\s+std(?:out|err) [FP])?:?\s?"
    r"|(?:[\w.-]{1,60} )?[\w./@-]{1,60}\[\d{1,8}\]:\s?"  # journald: host and unit
    r"|[a-z]+\[[\w.-]{1,40}\]:\s?"  # heroku
    r"|##?\[(?:error|warning|debug)\]"  # CI
    r"|- [\w-]{1,40} - [\w.]{1,80} - [A-Z]{4,8} - "  # Python's logging, as AWS's command line sets it up
    r"|::error(?: [^:\n]{0,200})?::"
    r")){1,6}"
)


def strip_prefixes(text: str) -> str:
    """The lines without what a log put before each."""
    return "\n".join(line[find_line_prefix(line).end :] for line in text.split("\n")) if "\n" in text else text


def find_line_prefix(line: str) -> Prefix:
    """How much of a line a log, a container runtime or a mail program put before the words."""
    plain = _PLAIN_TIME.match(line)
    start = line[:120].lstrip()
    if plain and line[plain.end() : plain.end() + 1].isalpha() and "|" not in start and "]:" not in start:
        return Prefix(plain.end(), plain[1])
    if not (start[:1].isdigit() or start[:1] in _OPENERS or start[:3] in _MONTHS or "|" in start or "]: " in start):
        return NO_PREFIX
    match = _PREFIX.match(line)
    if match is None:
        return NO_PREFIX
    time = _TIME_IN.search(line[: match.end() + 20])  # of a date alone the word behind it tells that it is one
    return Prefix(match.end(), time[0] if time and time.start() < match.end() else "")
