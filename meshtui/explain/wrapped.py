"""An answer inside other words: what a client printed of it, XML or JSON in a log line, JSON in a quoted string.

What is found is a signal or fields of its own; the words around it stay the message of the answer that was read, so a
row that knows the words better may still go by them.
"""

from __future__ import annotations

from meshtui.explain.fields import MAX_TEXT, Fields
from meshtui.explain.model import Signal

_XML = ("<ErrorResponse", "<Error>", "<Error ", "<Response>")


def inside(text: str, *, printed: bool = True) -> Signal | Fields | None:
    """The answer that the text holds; None where it holds none that is known.

    `printed` is false for text that is already a part of what a client printed: it is not taken apart once more.
    """
    text = text[:MAX_TEXT]
    for mark in _XML:
        at = text.find(mark)
        if at >= 0:
            from meshtui.explain.markup import of_markup

            return of_markup(text[at:])
    if printed:
        from meshtui.explain.formats.traces import first_printed

        known = first_printed(text)
        if known is not None:
            return known
    return _json(text) if "{" in text else None


def _json(text: str) -> Fields | None:
    from meshtui.explain.tree import embedded

    found = embedded(text)
    return found if found or "\\" not in text else embedded(_unquoted(text))


def _unquoted(text: str) -> str:
    """The text without one level of quoting, as programs print strings with JSON in them."""
    for quoted, plain in (("\\\\", "\\"), ('\\"', '"'), ("\\'", "'"), ("\\n", "\n")):
        text = text.replace(quoted, plain)
    return text
