"""Text from outside, made harmless for a terminal: no control characters, no bidirectional tricks."""

from __future__ import annotations

import re

# C0 but tab and newline, DEL and C1, line and paragraph separators, zero-width and bidirectional controls,
# lone surrogates, BOM.
_HARMFUL = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"


def plain(text: str) -> str:
    """The text with CRLF made LF and every other control character shown as `�`."""
    if text.isascii() and text.isprintable():  # nearly every line, and a tenth of the time
        return text
    return re.sub(_HARMFUL, "\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def in_place(text: str) -> str:
    """The text for a line in which a cursor stands: every character that `plain` replaces, tabs and line breaks too,
    shown as one `�`."""
    return text if text.isprintable() else re.sub(f"[\t\n\r]|{_HARMFUL}", "\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str, limit: int = 0) -> str:
    """`plain`, white space folded to single spaces; cut to `limit` characters with `…` where limit is given."""
    folded = " ".join(plain(text if not limit else text[: limit * 8]).split())
    return folded if not limit or len(folded) <= limit else folded[: limit - 1] + "…"


def json_text(value: object, indent: int | None = None) -> str:
    """The value as JSON for a terminal or a pipe: what `plain` replaces is escaped, so nothing is lost."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub(_HARMFUL, lambda character: f"\\u{ord(character[0]):04x}", text)
