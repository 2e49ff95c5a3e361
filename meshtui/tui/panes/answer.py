"""The lower part of the Request pane: how far a run is, whole seconds counted, then what the model says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from meshtui.runs.model import Path
from meshtui.tui.panes.live import Live, progress_lines
from meshtui.tui.widgets.batch import Batch
from meshtui.tui.widgets.page import Lines, Page
from meshtui.tui.widgets.reading import Reading
from meshtui.tui.words import Part

if TYPE_CHECKING:
    from meshtui.sandbox.scenario import Scenario
    from meshtui.tui.app import MeshtuiApp

TICK = 1.0
"""Seconds between two looks at the clock, while something runs; at rest there is none."""


class AnswerView(Vertical):
    """`idle` is what it says before anything was sent. Text that comes keeps its newest line in sight, unless one has
    scrolled up to read."""

    app: MeshtuiApp

    def __init__(self, idle: str, clock: Callable[[], float]) -> None:
        super().__init__(id="answer")
        self._idle, self._clock = idle, clock
        self._live: Live | None = None
        self._now: tuple[Path | None, str] = (None, "")
        self._story: Scenario | None = None
        self._ticking: Timer | None = None
        self._touch = Batch(self, self._show)

    def compose(self) -> ComposeResult:
        yield Page(self._progress, id="progress")
        yield Reading(id="said")

    def on_mount(self) -> None:
        self._show()

    def watch_run(self, live: Live) -> None:
        self._live = live
        self._touch()

    def rest(self, idle: str) -> None:
        """What it says before anything was sent."""
        self._idle = idle
        self._touch()

    def turned(self, path: Path, credential: str) -> None:
        """What the fields ask by now: an answer to something else says whose it is."""
        self._now = (path, credential)
        if self._live is not None:
            self._touch()

    def tell(self, scenario: Scenario | None) -> None:
        """Its story, until something is sent; None ends that."""
        self._live, self._story = None, scenario
        self._touch()

    def _show(self) -> None:
        self.query_one("#progress", Page).refresh(layout=True)
        self.query_one(Reading).show(self._said(), follow=self._live is not None)
        self._tick(on=self._live is not None and bool(self._live.attempt_runners))

    def _tick(self, *, on: bool) -> None:
        if on and self._ticking is None:
            self._ticking = self.set_interval(TICK, self._show)
        elif not on and self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def _progress(self, width: int) -> Lines:
        if self._live is None:
            return []
        return progress_lines(self._live, width, self._clock(), self._live.elsewhere(*self._now))

    def _said(self) -> list[Part]:
        if self._live is not None:
            return [(self._live.text, "")] if self._live.text else []
        if self._story is None:
            return [(self.app.spell(self._idle), "dim")]
        return [(self._story.title, "strong"), (self._story.story, "")]
