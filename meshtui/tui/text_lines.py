"""Text as lines of parts, wrapped to whatever width there is, and the small forms they are made of."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from rich.cells import cell_len

from meshtui.base.text import plain
from meshtui.presentation.blocks import Block
from meshtui.presentation.lines import render_lines
from meshtui.tui.hidden_names import hide_in_text
from meshtui.tui.labels import Part, Parts

Lines = list[Parts]
BLANK: Parts = ()
JOINTS = "/:,;?&="
"""Marks inside of long words behind which a line may end."""
SHORTEST = 8
"""Characters: less of a long word is not left at the end of a line."""
COPY_WIDTH = 90
"""Columns of what is copied: it is pasted into an issue or a mail."""


def render_page(page: Iterable[Block], width: int) -> Lines:
    """The blocks of `meshtui.presentation` for the screen, names hidden where that is wanted."""
    return list(render_lines(page, width, show=hide_in_text))


def wrap(text: str, width: int, hang: str = "") -> list[str]:
    """The text's own lines, each broken where it is wider than `width`; what goes on is indented by `hang`."""
    lines: list[str] = []
    for line in hide_in_text(plain(text)).expandtabs(4).split("\n"):
        room = max(8, width if cell_len(line) == len(line) else width // 2)
        wrapper = _Wrapper(room, subsequent_indent=hang, replace_whitespace=False, break_on_hyphens=False)
        lines += wrapper.wrap(line) or [""]
    return lines


class _Wrapper(textwrap.TextWrapper):
    """Breaks what is longer than a line, an ARN or an address, where it can be read on: behind one of its own marks."""

    def _handle_long_word(
        self, reversed_chunks: list[str], cur_line: list[str], cur_len: int, width: int
    ) -> None:  # fmt: skip
        room, word = max(1, width - cur_len), reversed_chunks[-1]
        end = max(word.rfind(mark, 0, room) for mark in JOINTS) + 1
        if end <= SHORTEST and any(map(str.strip, cur_line)):
            return  # it goes on the next line, whole or in better pieces
        end = end if end > SHORTEST else room
        cur_line.append(word[:end])
        reversed_chunks[-1] = word[end:]


def paragraph(text: str, width: int, role: str = "", indent: int = 0) -> Lines:
    """The text, wrapped, every line indented alike."""
    return [((" " * indent + line, role),) for line in wrap(text, width - indent)]


def heading(text: str, width: int) -> Lines:
    """`── What to do ─────`, with a blank line above."""
    return [BLANK, (("── ", "line"), (text, "strong"), (" " + "─" * max(0, width - len(text) - 4), "line"))]


def labelled(pairs: Iterable[tuple[str, str]], width: int, label_width: int = 12, role: str = "dim") -> Lines:
    """One `label  text` a pair, texts aligned and wrapped; a pair without text is left out."""
    lines: Lines = []
    for label, text in pairs:
        for number, line in enumerate(wrap(text, width - label_width) if text else ()):
            lead: Part = (f"{'' if number else label:<{label_width}}", role)
            lines.append((lead, (line, "")))
    return lines


def to_text(lines: Lines) -> str:
    """The lines without colour, as they are copied."""
    return "\n".join("".join(text for text, _ in parts).rstrip() for parts in lines).strip() + "\n"
