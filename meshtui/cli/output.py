"""What commands share in printing: `--hide-names`, which whatever a command prints passes, and problems of settings."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

from meshtui.base.privacy import hide_names
from meshtui.settings.loading import Loaded, load


class _NameHidingStream(io.TextIOBase):
    """Hides names line by line: text after the last line break is kept, because a name may be written in pieces."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream, self._kept = stream, ""

    def write(self, text: str) -> int:
        whole, newline, self._kept = (self._kept + text).rpartition("\n")
        self._stream.write(hide_names(whole) + newline)
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def end(self) -> None:
        """Writes what no line break came after."""
        self._stream.write(hide_names(self._kept))
        self._kept = ""


def are_names_hidden() -> bool:
    """Whether `hide_printed_names` lasts."""
    return isinstance(sys.stdout, _NameHidingStream)


@contextmanager
def hide_printed_names() -> Iterator[None]:
    """As long as this lasts, names are hidden in what is printed."""
    out, errors = _NameHidingStream(sys.stdout), _NameHidingStream(sys.stderr)
    with redirect_stdout(out), redirect_stderr(errors):
        try:
            yield
        finally:
            out.end()
            errors.end()


def load_settings() -> Loaded:
    """The settings from file and environment. Each that is invalid is reported in a line on standard error."""
    found = load(os.environ)
    for problem in found.problems:
        print(f"meshtui: {problem}", file=sys.stderr)
    return found
