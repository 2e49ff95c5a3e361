"""How states and texts look on the screen: roles and their styles, and the marks that only the screen has.

Parts are (text, role) pairs, the one form in which panes say what they show. The text alone says it; colour only helps.
"""

from __future__ import annotations

from textual.content import Content

from meshtui.base.text import plain
from meshtui.presentation.blocks import Mark, Part, Parts
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
    return Content.assemble(*((hide_in_text(plain(text)), find_style(role)) for text, role in parts))


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
    return kept.rstrip() + "…"


def pad(text: str, width: int) -> str:
    """The text with spaces behind it up to `width` columns."""
    return text + " " * (width - count_cells(text))
