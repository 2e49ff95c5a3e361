"""The guided tour on the screen: a strip above the panes tells a step, fires it, and says what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.visual import VisualType
from textual.widget import Widget

from meshtui.demo import STEPS, Step
from meshtui.settings import commands
from meshtui.tui.actions import scenario_commands as staging
from meshtui.tui.bindings import bindings
from meshtui.tui.labels import content
from meshtui.tui.text_lines import Lines, labelled, paragraph
from meshtui.tui.widgets.bars import clickable

if TYPE_CHECKING:
    from meshtui.demo import Scene
    from meshtui.tui.screens.main_screen import MainScreen

LABEL_WIDTH = 14
UNDER_WAY = "under way: watch the log below"


class TourStrip(Widget, can_focus=True):
    """Its keys (`commands.TOUR`) work while it has the focus, which it takes at the start and after each step."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(commands.TOUR)]

    def __init__(self, main: MainScreen) -> None:
        super().__init__(id="tour")
        self._main = main
        self._number = 0
        self._scenes: tuple[Scene, ...] = ()
        self._head()

    @property
    def step(self) -> Step:
        return STEPS[self._number]

    @property
    def last(self) -> bool:
        return self._number + 1 == len(STEPS)

    def came_out(self, scenes: tuple[Scene, ...]) -> None:
        """A scenario was performed; the strip tells of its own."""
        staged = self._main.staged
        if staged and staged.scenario.name == self.step.scenario:
            self._scenes = scenes
            self._head()

    def fire(self) -> None:
        """Sets this step's scenario up and sends what it asks."""
        screen = self._main
        if screen.credentials.starting:
            screen.say("The sandbox is still starting.")
        elif screen.running.busy:
            screen.say("Still running.")
        else:
            from meshtui.sandbox.library import find

            scenario = find(self.step.scenario)
            staging.stage(screen, scenario)
            screen.running.perform(scenario, anew=True)
            screen.say(UNDER_WAY.capitalize() + ".")

    def next(self) -> None:
        """On to the next step; after the last one the tour is over."""
        if self._number + 1 == len(STEPS):
            self.end()
            return
        self._number += 1
        self._scenes = ()
        self._main.say("")
        self._head()

    def end(self) -> None:
        """Takes the strip away and mends what the tour broke."""
        from meshtui.sandbox.stage import AS_AT_THE_START

        screen = self._main
        screen.running.stop()
        if not screen.credentials.starting:
            staging.stage(screen, AS_AT_THE_START)
        screen.tell("That was the tour; every key works again. {main.fault} breaks one, {main.scenario} plays a "
                    "scenario, {main.fire} fires.")  # fmt: skip
        screen.remove_class("-tour")
        self.remove()
        screen.credentials.focus()

    def render(self) -> VisualType:
        width = self.content_size.width
        lines = self._outcome(width) if self._scenes else self._tells(width)
        return Content("\n").join(map(content, lines))

    def _head(self) -> None:
        self.border_title = f"Tour {self._number + 1}/{len(STEPS)}: {self.step.title}"
        fires, onward = "it again" if self._scenes else "this step", "ends the tour" if self.last else "next step"
        self.border_subtitle = clickable(self._main.app.spell(
            f"{{tour.fire}} fires {fires} · {{tour.next}} {onward} · {{tour.end}} skips the tour"
        ))  # fmt: skip
        self.refresh()

    def _tells(self, width: int) -> Lines:
        if max(map(len, self.step.tells)) <= width:
            return [((line, ""),) for line in self.step.tells]
        return paragraph(" ".join(self.step.tells), width)

    def _outcome(self, width: int) -> Lines:
        """Of the last scene: those before it have only led there."""
        from meshtui.presentation import scene as told

        run, truths = self._scenes[-1].run, self._scenes[-1].truths
        return [
            *labelled((("You can know", told.known(run.verdict)), ("The truth is", told.really(run.attempts, truths)),
                       ("Who paid", told.paid(run.verdict, truths))), width, LABEL_WIDTH),
            *paragraph(f"⇒ {self.step.learns}", width, "strong"),
        ]  # fmt: skip
