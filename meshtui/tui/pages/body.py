"""The body of a request or an answer, to be read: JSON indented, its keys dimmed; anything else as it came."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from meshtui.tui.widgets.page import BLANK, Lines, wrap
from meshtui.tui.words import Parts

MOST = 20_000
"""Characters of a body that are shown; more is said in a line."""
PARSED = 400_000
"""Characters of a body up to which it is indented: what is longer is cut anyway, and parsing it would be felt."""
_KEY = re.compile(r'\s*"(?:[^"\\]|\\.)*":(?= |$)')


def body_lines(body: str, width: int) -> Lines:
    """Behind a blank line; nothing where there is none."""
    if not body:
        return []
    text = _indented(body)
    lines: Lines = [BLANK]
    for line in text[:MOST].split("\n"):
        lines += _line(line, width - 2)
    if len(text) > MOST:
        lines.append(((f"  … and {len(text) - MOST:,} more characters", "dim"),))
    return lines


def _line(line: str, width: int) -> Lines:
    key = _KEY.match(line)
    indent = len(line) - len(line.lstrip())
    first, *rest = wrap(line, width, hang=" " * min(indent + 2, width // 2))
    end = min(key.end(), len(first)) if key else 0
    lines: list[Parts] = [(("  " + first[:end], "dim"), (first[end:], ""))]
    lines += [(("  " + more, ""),) for more in rest]
    return lines


@lru_cache(maxsize=4)
def _indented(body: str) -> str:
    if len(body) > PARSED:
        return body
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
