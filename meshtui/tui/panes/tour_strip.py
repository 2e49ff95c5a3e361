"""The guided tour on the screen: a strip above the panes tells a step, and what it came to. Its commands are in
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
from meshtui.tui.labels import make_content
from meshtui.tui.text_lines import Lines, labelled, paragraph
from meshtui.tui.widgets.bars import make_clickable

if TYPE_CHECKING:
    from meshtui.demo import Scene
    from meshtui.tui.command_app import CommandApp

LABEL_WIDTH = 14


class TourStrip(Widget, can_focus=True):
    """Its keys (`commands.TOUR`) work while it has the focus, which it takes at the start and after each step."""

    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.TOUR)]
    app: CommandApp

    def __init__(self) -> None:
        super().__init__(id="tour")
        self._number = 0
        self._scenes: tuple[Scene, ...] = ()

    @property
    def step(self) -> Step:
        return STEPS[self._number]

    @property
    def last(self) -> bool:
        return self._number + 1 == len(STEPS)

    def on_mount(self) -> None:
        self._show_titles()

    def show_scenes(self, scenes: tuple[Scene, ...]) -> None:
        """The step's scenario was performed."""
        self._scenes = scenes
        self._show_titles()

    def show_next(self) -> None:
        """The next step; there must be one."""
        self._number += 1
        self._scenes = ()
        self._show_titles()

    def render(self) -> VisualType:
        width = self.content_size.width
        lines = self._write_outcome(width) if self._scenes else self._write_step(width)
        return Content("\n").join(map(make_content, lines))

    def _show_titles(self) -> None:
        self.border_title = f"Tour {self._number + 1}/{len(STEPS)}: {self.step.title}"
        plays, onward = "it again" if self._scenes else "this step", "ends the tour" if self.last else "next step"
        self.border_subtitle = make_clickable(self.app.spell(
            f"{{tour.fire}} plays {plays} · {{tour.next}} {onward} · {{tour.end}} skips the tour"
        ))  # fmt: skip
        self.refresh()

    def _write_step(self, width: int) -> Lines:
        if max(map(len, self.step.tells)) <= width:
            return [((line, ""),) for line in self.step.tells]
        return paragraph(" ".join(self.step.tells), width)

    def _write_outcome(self, width: int) -> Lines:
        """Of the last scene: those before it have only led there."""
        from meshtui.presentation.truth import describe_payment, describe_truth
        from meshtui.presentation.verdict_blocks import describe_verdict

        run, truths = self._scenes[-1].run, self._scenes[-1].truths
        return [
            *labelled((("You can see", describe_verdict(run.verdict)),
                       ("What happened", describe_truth(run.attempts, truths)),
                       ("Who paid", describe_payment(run.verdict, truths))), width, LABEL_WIDTH),
            *paragraph(f"⇒ {self.step.learns}", width, "strong"),
        ]  # fmt: skip
