"""Names hidden from whoever looks on: what every text passes before it is cut, wrapped, shown or copied.

Before, because half an account number is one too. One state for the process, as there is one screen.
"""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.text import Text

from meshtui.base.privacy import DOT, hide_names, hide_with_dots
from meshtui.base.redaction import redact
from meshtui.base.text import make_plain_in_place

KEY_PIECE = 8
"""Characters in a row by which a part of a key is known."""
BREAK = "↵"
"""Stands for a line break in a field of one line."""
_hidden = False
_last_key = ""
"""The key that came into a field last."""


def set_names_hidden(hide: bool) -> None:
    """Whether names are hidden from now on. What is on the screen already must be painted again."""
    global _hidden
    _hidden = hide


def are_names_hidden() -> bool:
    return _hidden


def hide_in_text(text: str) -> str:
    """The text as it may be seen now."""
    return hide_names(text) if _hidden else text


def hide_in_cell(text: str) -> str:
    """The same for a column of a row: the text after it keeps its place, and control characters are removed."""
    text = make_plain_in_place(text)
    shown = hide_in_text(text)
    return shown if shown == text else shown[: len(text)].ljust(len(text))


def mask_field(text: str) -> str:
    """The same for a field, with a dot for each character, so that the cursor is where it seems to be. A field with a
    key in it is all dots, whether names are hidden or not."""
    if has_key(text):
        return DOT * len(text)
    return make_plain_in_place((hide_with_dots(text) if _hidden else text).replace("\n", BREAK))


def has_key(text: str) -> bool:
    """Whether a key is in this text of a field, or what is left of the last that was in any: one cut short has no known
    shape."""
    global _last_key
    if redact(text) != text:
        _last_key = " ".join(word for word in text.split() if redact(word) != word) or text
        return True
    return any(_last_key[at : at + KEY_PIECE] in text for at in range(len(_last_key) - KEY_PIECE + 1))


class _FieldMask(Highlighter):
    def __call__(self, text: str | Text) -> Text:
        shown = text.copy() if isinstance(text, Text) else Text(text)
        shown.plain = mask_field(shown.plain)
        return shown

    def highlight(self, text: Text) -> None:
        """Nothing is coloured."""


FIELD_MASK = _FieldMask()
"""For every Input: what is typed may be a name."""
