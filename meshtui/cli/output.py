"""`--hide-names`: whatever a command prints passes here, so that no command needs to know."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

from meshtui.base.privacy import discreet


class _Discreet(io.TextIOBase):
    """Keeps what was written since the last line break, for a name may come in pieces."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream, self._kept = stream, ""

    def write(self, text: str) -> int:
        whole, newline, self._kept = (self._kept + text).rpartition("\n")
        self._stream.write(discreet(whole) + newline)
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def end(self) -> None:
        """Writes what no line break came after."""
        self._stream.write(discreet(self._kept))
        self._kept = ""


@contextmanager
def names_hidden() -> Iterator[None]:
    """As long as this lasts, names are hidden in what is printed."""
    out, errors = _Discreet(sys.stdout), _Discreet(sys.stderr)
    with redirect_stdout(out), redirect_stderr(errors):
        try:
            yield
        finally:
            out.end()
            errors.end()
