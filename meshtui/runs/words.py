"""A model's words on their way to a person: harmless for a terminal, and no secret among them."""

from __future__ import annotations

from meshtui.redact import redact
from meshtui.sanitize import plain

LONGEST = 4096
"""Characters a word may have before it is let go unfinished: more than any key has."""


class Words:
    """Holds back the last, unfinished word of a stream, so that a secret is masked though it comes in pieces."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """The words that are now whole, with the space after them."""
        text = self._held + piece
        # A carriage return at the end may be half of a line end.
        whole = text.rstrip("\r")
        cut = len(text) if len(text) > LONGEST else max(whole.rfind(space) for space in " \n\t") + 1
        self._held = text[cut:]
        return shown(text[:cut])

    def close(self) -> str:
        """The last word."""
        rest, self._held = self._held, ""
        return shown(rest)


def shown(text: str) -> str:
    """The text as it may be shown anywhere."""
    return redact(plain(text)) if text else ""
