"""Styled text of the screen: roles and their styles, marks that only the screen has, and text wrapped into lines.

Parts are (text, role) pairs, the form in which panes give what they show. The text alone is enough to understand it;
colour only helps.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from meshtui.base.text import make_plain
from meshtui.presentation import lines as render
from meshtui.presentation.blocks import Block, Heading, Mark, Part, Parts
from meshtui.presentation.lines import count_cells
from meshtui.tui.hidden_names import hide_in_text

__all__ = ["Part", "Parts"]

STYLES = {
    "": "",
    "ok": "$text-success",
    "warn": "$text-warning",
    "bad": "$text-error",
    "accent": "$text-primary",
    "dim": "$text-muted",
    "strong": "bold",
    "line": "$border-blurred",
    "alarm": "bold reverse",
}
"""Role → style. `alarm` must stand out where there is no colour at all."""


BROKEN = Mark("!", "broken", "warn")
"""A sandbox credential that a fault was given to: nothing in its text shows it, so its level alone would say ready."""
CALLING = Mark("◌", "calling", "accent")


def find_style(role: str) -> str:
    """The style of a role, or of several: `bad strong`."""
    return " ".join(STYLES[name] for name in role.split())


def make_content(parts: Parts) -> Content:
    """The parts as something a Static can show. Nothing in them is markup, or a command to the terminal."""
    return Content.assemble(*((hide_in_text(make_plain(text)), find_style(role)) for text, role in parts))


def measure(parts: Parts) -> int:
    """In columns of the terminal."""
    return sum(count_cells(text) for text, _ in parts)


def shorten(text: str, room: int) -> str:
    """The text, cut with `…` where it takes more than `room` columns."""
    text = hide_in_text(text)
    if count_cells(text) <= room:
        return text
    kept = text[: max(0, room - 1)]
    while kept and count_cells(kept) > room - 1:  # wide characters take two columns
        kept = kept[:-1]
    return kept.rstrip(" …") + "…"


def pad(text: str, width: int) -> str:
    """The text padded with spaces to `width` columns."""
    return text + " " * (width - count_cells(text))


Lines = render.Lines
BLANK: Parts = ()
COPY_WIDTH = 90
"""Columns of what is copied: it is pasted into an issue or a mail."""


def render_page(page: Iterable[Block], width: int) -> Lines:
    """The blocks of `meshtui.presentation` for the screen, names hidden where that is wanted."""
    return [*render.render_lines(page, width, show=hide_in_text)]


def wrap(text: str, width: int, hang: str = "") -> list[str]:
    """The text's lines, each broken where it is wider than `width`; continuation lines are indented by `hang`."""
    return render.wrap(hide_in_text(make_plain(text)).expandtabs(4), width, hang=hang)


def render_paragraph(text: str, width: int, role: str = "", indent: int = 0) -> Lines:
    """The text, wrapped, every line indented alike; a blank line for no text."""
    return [((" " * indent + line, role),) for line in wrap(text, width - indent)]


def render_heading(text: str, width: int) -> Lines:
    """`── What to do ─────`, with a blank line above."""
    return [BLANK, *render_page((Heading(text),), width)]


def render_labelled(pairs: Iterable[tuple[str, str]], width: int, label_width: int = 12, role: str = "dim") -> Lines:
    """One `label  text` a pair, texts aligned and wrapped; a pair without text is left out."""
    look = render.Look(width, glyphs=True, whole=False, show=hide_in_text)
    return render.align_facts([pair for pair in pairs if pair[1]], look, label_width, role)
