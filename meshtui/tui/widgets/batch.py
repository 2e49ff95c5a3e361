"""What comes often is shown twenty times a second at most, and at rest nothing ticks."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

PAUSE = 1 / 20
"""Seconds between two repaints: entries and events that come faster are shown together."""


class Batch:
    """Call it as often as you like: `do` runs once, a twentieth of a second after the first call."""

    def __init__(self, widget: Widget, do: Callable[[], object]) -> None:
        self._widget = widget
        self._do = do
        self._due: Timer | None = None

    def __call__(self) -> None:
        if self._due is None and self._widget.is_mounted:
            self._due = self._widget.set_timer(PAUSE, self._run)

    def _run(self) -> None:
        self._due = None
        self._do()
