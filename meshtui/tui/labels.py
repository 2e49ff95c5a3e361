"""How states and texts look on the screen: roles and their styles, and the marks that only the screen has.

Parts are (text, role) pairs, the one form in which panes say what they show. The text alone says it; colour only helps.
"""

from __future__ import annotations

from textual.content import Content

from meshtui.base.text import plain
from meshtui.presentation.blocks import Mark, Part, Parts
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
    """In characters; close enough to cells for what decides between a long and a short form."""
    return sum(len(text) for text, _ in parts)


def shorten(text: str, room: int) -> str:
    text = hide_in_text(text)
    return text if len(text) <= room else text[: max(0, room - 1)].rstrip() + "…"
