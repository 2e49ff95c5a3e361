"""A model's words on their way to a person: harmless for a terminal, and no secret among them."""

from __future__ import annotations

import string

from meshtui.redact import redact
from meshtui.sanitize import plain

LONGEST = 4096
"""Characters a word may have before it is let go unfinished: more than any key has."""
_OF_KEYS = f"{string.ascii_letters}{string.digits}+/=.%-_\\"
"""What keys are made of, escaped ones too: so long a word is cut where none of these stands."""


class Words:
    """Holds back the last, unfinished word of a stream, so that a secret is masked though it comes in pieces."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """The words that are now whole, with the space after them."""
        text = self._held + piece
        # A carriage return at the end may be half of a line end.
        whole = text.rstrip("\r")
        cut = max(whole.rfind(space) for space in " \n\t") + 1
        if len(text) - cut > LONGEST:
            cut = len(text.rstrip(_OF_KEYS)) or len(text)
        self._held = text[cut:]
        return shown(text[:cut])

    def close(self) -> str:
        """The last word."""
        rest, self._held = self._held, ""
        return shown(rest)


def shown(text: str) -> str:
    """The text as it may be shown anywhere."""
    return redact(plain(text)) if text else ""
