"""Text from outside as Markdown that shows it and does nothing else (CommonMark; GitHub's mentions and references)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from meshtui.sanitize import one_line, plain

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&])")

_BAR, _NO_BAR = re.compile(r"(?<!\\)\|"), r"\\|"


def inline(text: str) -> str:
    """One line of text that is no markup: no mark, no HTML, no link to a person or an issue."""
    return _unlinked(_SPECIAL.sub(r"\\\1", one_line(text)))


def quoted(text: str) -> str:
    """One line between backticks, as code is; it cannot end them."""
    shown = one_line(text)
    ticks = "`" * (_longest_run(shown) + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{space}{shown}{space}{ticks}" if shown else ""


def fenced(text: str, language: str = "") -> str:
    """A block of code, whatever stands in it: its fence is longer than any in the text."""
    shown = plain(text).rstrip("\n")
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def folded(summary: str, body: str) -> str:
    """A part that opens on a click; `summary` is text, `body` Markdown."""
    return f"<details>\n<summary>{_html(summary)}</summary>\n\n{body}\n\n</details>"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The cells are Markdown already. A bar that divides nothing is escaped, within code too."""
    return "\n".join(_row(line) for line in (headings, ["---"] * len(headings), *rows))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_BAR.sub(_NO_BAR, cell) for cell in cells)} |"


def link(address: str) -> str:
    """A link that shows where it leads; where it is no whole address, code."""
    return f"<{address}>" if re.fullmatch(r"https?://[^\s<>]+", address) else quoted(address)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _html(text: str) -> str:
    shown = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _unlinked(shown)


def _unlinked(shown: str) -> str:
    """`@name` and `#12` would call a person, and be noted at that issue; with a comment within they are only text."""
    return re.sub(r"(@|#)(?=\w)", r"\1<!-- -->", shown)
