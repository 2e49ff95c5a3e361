"""Blocks as plain text: what the headless commands print, and what is copied from the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from meshtui.presentation.blocks import Block
from meshtui.presentation.lines import join_parts, render_lines

WIDTH = 80


def render_text(
    blocks: Iterable[Block], width: int = WIDTH, *, glyphs: bool = False, show: Callable[[str], str] = str
) -> str:
    """Lines of at most `width` columns, with a line break at the end; commands and addresses are never broken, so that
    they can be copied. `show` is applied to every text first, as to hide names."""
    lines = render_lines(blocks, width, glyphs=glyphs, whole=True, show=show)
    return "\n".join(map(join_parts, lines)).strip("\n") + "\n"
