"""Text from outside made harmless for a terminal (no control characters, no bidirectional tricks), and spans of time:
as providers write them (`6m0s`, `174ms`, `45.19s`, `34s`) and as people read them.
"""

from __future__ import annotations

import re

from meshtui.base.lazy_pattern import Pattern

# C0 but tab and newline, DEL and C1, line and paragraph separators, zero-width and bidirectional controls,
# lone surrogates, BOM.
_HARMFUL = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"


def make_plain(text: str) -> str:
    """The text with CRLF made LF and every other control character shown as `�`."""
    if text.isprintable():  # nearly every line, and a tenth of the time
        return text
    return re.sub(_HARMFUL, "\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def make_plain_in_place(text: str) -> str:
    """The text for a line with a cursor in it: every character that `make_plain` replaces, tabs and line breaks too,
    shown as one `�`."""
    return text if text.isprintable() else re.sub(f"[\t\n\r]|{_HARMFUL}", "\N{REPLACEMENT CHARACTER}", text)


def make_one_line(text: str, limit: int = 0) -> str:
    """`make_plain`, white space folded to single spaces; cut to `limit` characters with `…` where limit is given."""
    folded = " ".join(make_plain(text if not limit else text[: limit * 8]).split())
    return folded if not limit or len(folded) <= limit else folded[: limit - 1] + "…"


def format_json(value: object, indent: int | None = None) -> str:
    """The value as JSON for a terminal or a pipe: what `make_plain` replaces is escaped, so nothing is lost."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub(_HARMFUL, lambda character: f"\\u{ord(character[0]):04x}", text)


def write_dollars(amount: object) -> str:
    """`$0.0000015` for `0.0000015000`; empty for an empty text, and unchanged for what is not a number."""
    from decimal import Decimal, InvalidOperation

    text = str(amount)
    try:
        return f"${Decimal(text).normalize():f}" if text else ""
    except InvalidOperation:
        return text


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = Pattern(r"(\d{1,12}(?:\.\d{1,12})?)\s?(ms|s|m|h|d)")
_FOREVER = 400 * 86400.0


def parse_duration(text: str) -> float | None:
    """`1h2m3.5s` → 3723.5; a bare number counts as seconds; None for anything else."""
    text = text.strip()[:40]
    if not text:
        return None
    total, at = 0.0, 0
    for part in _PART.finditer(text):
        if part.start() != at:
            return None
        total += float(part[1]) * _UNITS[part[2]]
        at = part.end()
    if at == 0 and text.replace(".", "", 1).isdecimal():
        return min(float(text), _FOREVER)
    return min(total, _FOREVER) if at == len(text) else None


def format_duration(taken: float | None) -> str:
    """How long something took: `142 ms` below a second, `12.3 s` from there on; empty for None."""
    if taken is None:
        return ""
    return f"{taken * 1000:.0f} ms" if taken < 0.9995 else f"{taken:.1f} s"


def format_span(span: float) -> str:
    """174 ms, 20 s, 6 min, 61 min, 4 h 45 min, 5 days: what a person reads."""
    if span < 1:
        return f"{max(1, round(span * 1000))} ms" if span > 0 else "0 s"
    if span < 120:
        return f"{round(span, 1):g} s" if span < 10 else f"{round(span)} s"
    if span < 7200:
        return f"{round(span / 60)} min"
    if span < 172800:
        hours, minutes = divmod(round(span / 60), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{round(span / 86400)} days"
