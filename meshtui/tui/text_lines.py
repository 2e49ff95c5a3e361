"""Text as lines of parts, wrapped to whatever width there is, and the small forms they are made of."""

from __future__ import annotations

from collections.abc import Iterable

from meshtui.base.text import plain
from meshtui.presentation import lines as render
from meshtui.presentation.blocks import Block, Heading
from meshtui.tui.hidden_names import hide_in_text
from meshtui.tui.labels import Parts

Lines = render.Lines
BLANK: Parts = ()
COPY_WIDTH = 90
"""Columns of what is copied: it is pasted into an issue or a mail."""


def render_page(page: Iterable[Block], width: int) -> Lines:
    """The blocks of `meshtui.presentation` for the screen, names hidden where that is wanted."""
    return [*render.render_lines(page, width, show=hide_in_text)]


def wrap(text: str, width: int, hang: str = "") -> list[str]:
    """The text's own lines, each broken where it is wider than `width`; what goes on is indented by `hang`."""
    return render.wrap(hide_in_text(plain(text)).expandtabs(4), width, hang=hang)


def paragraph(text: str, width: int, role: str = "", indent: int = 0) -> Lines:
    """The text, wrapped, every line indented alike; a blank line for no text."""
    return [((" " * indent + line, role),) for line in wrap(text, width - indent)]


def heading(text: str, width: int) -> Lines:
    """`── What to do ─────`, with a blank line above."""
    return [BLANK, *render_page((Heading(text),), width)]


def labelled(pairs: Iterable[tuple[str, str]], width: int, label_width: int = 12, role: str = "dim") -> Lines:
    """One `label  text` a pair, texts aligned and wrapped; a pair without text is left out."""
    look = render.Look(width, glyphs=True, whole=False, show=hide_in_text)
    return render.align_facts([pair for pair in pairs if pair[1]], look, label_width, role)


def to_text(lines: Lines) -> str:
    """The lines without colour, as they are copied."""
    return "\n".join("".join(text for text, _ in parts).rstrip() for parts in lines).strip() + "\n"
