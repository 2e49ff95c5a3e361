"""Names hidden from whoever looks on: what every text passes before it is cut, wrapped, shown or copied.

Before, because half an account number is one too. One state for the process, as there is one screen.
"""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.text import Text

from meshtui.discreet import DOT, discreet, dotted
from meshtui.redact import redact
from meshtui.sanitize import in_place

_drawn = False


def draw(hide: bool) -> None:
    """Whether names are hidden from now on. What is on the screen already must be painted again."""
    global _drawn
    _drawn = hide


def drawn() -> bool:
    return _drawn


def veiled(text: str) -> str:
    """The text as it may be seen now."""
    return discreet(text) if _drawn else text


def veiled_cell(text: str) -> str:
    """The same for a column of a row: what stands behind it stays where it is, and nothing commands the terminal."""
    text = in_place(text)
    shown = veiled(text)
    return shown if shown == text else shown[: len(text)].ljust(len(text))


def in_field(text: str) -> str:
    """The same for a field, with a dot for each character, so that the cursor stands where it seems to. One into which
    a key came is all dots, names hidden or not."""
    if redact(text) != text:
        return DOT * len(text)
    return in_place(dotted(text) if _drawn else text)


class _Dots(Highlighter):
    def __call__(self, text: str | Text) -> Text:
        shown = text.copy() if isinstance(text, Text) else Text(text)
        shown.plain = in_field(shown.plain)
        return shown

    def highlight(self, text: Text) -> None:
        """Nothing is coloured."""


DOTS = _Dots()
"""For every Input: what is typed may be a name."""
