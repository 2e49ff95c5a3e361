"""What is kept of an answer's body for people: all of a usual one, the beginning and the end of a very long one.

Redacting and explaining a body runs on the event loop and takes time proportional to its length: 0.1 s at worst for
what is kept here. The end is kept because it has a stream's error and usage.
"""

from __future__ import annotations

from collections import deque

from meshtui.base.body_redaction import blank_edge, redact_body

HEAD, TAIL = 96 * 1024, 32 * 1024
"""Characters kept of the beginning and of the end."""
EDGE = 8 * 1024
"""Characters left out on both sides of a gap, after redaction: longer than any secret, because one that the gap cuts in
two is recognised in neither part. For secrets that are split into pieces see `blank_edge`."""


class Excerpt:
    """Takes a body in, piece by piece, and keeps no more than HEAD and TAIL of it, and one piece."""

    def __init__(self) -> None:
        self._head: list[str] = []
        self._room = HEAD
        self._tail: deque[str] = deque()
        self._kept = 0
        """Characters in `_tail`."""
        self._left_out = 0

    def add(self, text: str) -> None:
        if self._room:
            self._head.append(text[: self._room])
            text = text[self._room :]
            self._room -= len(self._head[-1])
        if not text:
            return
        self._tail.append(text)
        self._kept += len(text)
        while self._kept - len(self._tail[0]) >= TAIL:
            self._left_out += len(self._tail[0])
            self._kept -= len(self._tail.popleft())

    def text(self) -> str:
        """Redacted where something is left out, which a comment line, as of a stream, then says."""
        head, tail = "".join(self._head), "".join(self._tail)
        if not self._left_out:
            return head + tail
        before = blank_edge(redact_body(head)[:-EDGE], at_start=False)
        after = blank_edge(redact_body(tail)[EDGE:], at_start=True)
        return f"{before}\n\n: … {self._left_out + 2 * EDGE:,} characters are not kept …\n\n{after}"
