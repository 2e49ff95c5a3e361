"""A text field for a number, that says in words what is wrong with what stands there."""

from __future__ import annotations

import math

from textual.widgets import Input

from meshtui.base.redaction import redact
from meshtui.base.text import one_line
from meshtui.tui.veil import DOTS

MOST_SHOWN = 40
"""Characters of what is no number."""


class NumberField(Input):
    """Keeps whatever is typed; empty it stands for `usual`. `problem` is a sentence, empty where all is well."""

    def __init__(self, name: str, usual: float, least: float, most: float, *, unit: str = "", whole: bool = False,
                 id: str) -> None:  # fmt: skip  # noqa: A002 - Textual's name
        """`name` begins the sentence; `least` and `most` may be given too."""
        self._called, self._usual, self._unit, self._whole = name, usual, unit, whole
        self._least, self._most = least, most
        # Last, for it looks at the value at once.
        super().__init__(_digits(usual), placeholder=_digits(usual), id=id, compact=True, highlighter=DOTS)

    @property
    def number(self) -> float:
        """What is given; the usual one where that cannot be used."""
        number = self._read()
        return self._usual if number is None or self.problem else number

    @property
    def problem(self) -> str:
        number = self._read()
        typed = one_line(redact(self.value), MOST_SHOWN)
        if number is None:
            return f"{self._called}: {typed!r} is not a {'whole ' * self._whole}number"
        if not self._least <= number <= self._most:
            unit = f" {self._unit}" if self._unit else ""
            return f"{self._called}: {typed} is not between {_digits(self._least)} and {_digits(self._most)}{unit}"
        return ""

    def put(self, number: float) -> None:
        self.value = _digits(number)

    def watch_value(self, _: str) -> None:
        self.set_class(bool(self.problem), "-wrong")

    def _read(self) -> float | None:
        """None where it is no number: also for the names of infinity, which float would take."""
        typed = self.value.strip()
        if not typed:
            return self._usual
        try:
            number = float(typed)
        except ValueError:
            return None
        return number if math.isfinite(number) and not (self._whole and number % 1) else None


def _digits(number: float) -> str:
    """Without an exponent as far as anybody asks for."""
    return f"{number:.12g}"
