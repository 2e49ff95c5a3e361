"""The guided tour on the screen: a strip above the panes shows a step and its result. Its commands are in
`meshtui.tui.actions.scenario_commands`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.visual import VisualType
from textual.widget import Widget

from meshtui.demo import STEPS, Step
from meshtui.settings import commands
from meshtui.tui.bindings import make_bindings
from meshtui.tui.messages import CommandWanted
from meshtui.tui.styled_text import Lines, make_content, render_labelled, render_paragraph
from meshtui.tui.widgets.bars import make_clickable

Outcome = tuple[tuple[str, str], ...]

if TYPE_CHECKING:
    from textual.timer import Timer

    from meshtui.demo import Scene
    from meshtui.tui.command_app import CommandApp

LABEL_WIDTH = 15
READING = 6.0
"""Seconds that each page of the tour stays while it plays by itself, at speed 1."""
AGAIN_SOON = 0.3
"""Seconds after which it looks again whether a step is over."""


class TourStrip(Widget, can_focus=True):
    """Its keys (`commands.TOUR`) work while it has the focus, which it takes at the start and after each step."""

    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.TOUR)]
    app: CommandApp

    def __init__(self, speed: float = 0.0) -> None:
        """Above 0 it plays by itself, `speed` times as fast as one reads."""
        super().__init__(id="tour")
        self._number = 0
        self._outcome: Outcome | None = None
        self._speed = speed
        self._timer: Timer | None = None
        self.paused = False

    @property
    def step(self) -> Step:
        return STEPS[self._number]

    @property
    def last(self) -> bool:
        return self._number + 1 == len(STEPS)

    @property
    def first(self) -> bool:
        return self._number == 0

    @property
    def played(self) -> bool:
        """Whether this step has its result already."""
        return self._outcome is not None

    @property
    def plays_itself(self) -> bool:
        return self._speed > 0

    def list_keys(self) -> tuple[str, ...]:
        """The commands that its footer names, by their idents."""
        pause = ("tour.pause",) if self.plays_itself else ()
        return (
            "tour.fire",
            "tour.next",
            "tour.before",
            "tour.again",
            *pause,
            "tour.end",
            "everywhere.help",
            "main.quit",
        )

    def on_mount(self) -> None:
        self._show_titles()
        self._wait(READING)

    def _go_on(self) -> None:
        """Does what enter would do next, when nothing runs and playing was not paused."""
        if self.paused or self.screen.is_busy_with_step:  # type: ignore[attr-defined]  # the main screen
            self._wait(AGAIN_SOON * self._speed)
            return
        self.post_message(CommandWanted("tour.fire"))
        self._wait(READING)

    def _wait(self, seconds: float) -> None:
        """Goes on after so many seconds at speed 1, counted from now, where it plays by itself."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds / self._speed, self._go_on) if self.plays_itself else None

    def pause(self) -> None:
        """Pauses automatic playing, or resumes it."""
        self.paused = not self.paused
        self._show_titles()

    def show_outcome(self, outcome: Outcome) -> None:
        """What the step came to: `label, text` rows."""
        self._outcome = outcome
        self._show_titles()
        self._wait(READING)

    def show_scenes(self, scenes: tuple[Scene, ...]) -> None:
        """The step's scenario was performed. The last scene decides; those before it have only led there."""
        from meshtui.presentation.truth import describe_payment, describe_truth
        from meshtui.presentation.verdict_blocks import describe_verdict, mark_verdict

        run, truths = scenes[-1].run, scenes[-1].truths
        known = mark_verdict(run.verdict)[1] if run.verdict.conclusion else describe_verdict(run.verdict)
        # Of a comparison the request through Mesh is the one in question.
        asked = [truth for truth in truths if truth.key == "mesh"] if run.verdict.conclusion else truths
        self.show_outcome((("You can see", known), ("What happened", describe_truth(run.attempts, asked)),
                           ("Who paid", describe_payment(run.verdict, truths))))  # fmt: skip

    def move(self, by: int) -> None:
        """To another step, which must be there."""
        self._number += by
        self._outcome = None
        self._show_titles()

    def render(self) -> VisualType:
        width = self.content_size.width
        lines = self._write_outcome(width) if self._outcome is not None else self._write_step(width)
        return Content("\n").join(map(make_content, lines))

    def _show_titles(self) -> None:
        state = "" if not self.plays_itself else " · paused" if self.paused else " · plays by itself"
        self.border_title = f"Tour {self._number + 1}/{len(STEPS)}: {self.step.title}{state}"
        onward = ("ends the tour" if self.last else "next step") if self.played else "plays this step"
        parts = [f"{{tour.fire}} {onward}"]
        parts += [] if self.first else ["{tour.before} back"]
        parts += [] if self.last or self.played else ["{tour.next} next"]
        parts += [f"{{tour.pause}} {'goes on' if self.paused else 'pauses'}"] if self.plays_itself else []
        self.border_subtitle = make_clickable(self.app.spell(" · ".join([*parts, "{tour.end} skips the tour"])))
        self.refresh()

    def _write_step(self, width: int) -> Lines:
        if max(map(len, self.step.tells)) <= width:
            return [((line, ""),) for line in self.step.tells]
        return render_paragraph(" ".join(self.step.tells), width)

    def _write_outcome(self, width: int) -> Lines:
        return [
            *render_labelled(self._outcome or (), width, LABEL_WIDTH),
            *render_paragraph(f"⇒ {self.step.learns}", width, "strong"),
        ]
