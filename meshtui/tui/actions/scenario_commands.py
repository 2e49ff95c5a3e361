"""Scenarios on the screen: everything set up to one, and whether that still stands.

The guided tour's own commands; without a tour they do nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from meshtui.journal.recording import note

if TYPE_CHECKING:
    from meshtui.sandbox.scenario import Scenario
    from meshtui.tui.screens.main_screen import MainScreen


@dataclass(frozen=True)
class Staged:
    scenario: Scenario
    changed: bool = False
    """Whether a fault or a policy was switched since: then it is asked as things stand, and not set up anew."""


def choose(screen: MainScreen) -> None:
    """Lets one be picked; the first row takes the one that stands away."""
    from meshtui.sandbox.library import library
    from meshtui.sandbox.stage import AS_AT_THE_START
    from meshtui.tui.dialogs.scenario_dialog import ScenarioDialog

    if not screen.session.sandboxed or screen.credentials.starting:
        return
    if not screen.idle():
        return
    scenarios = {scenario.name: scenario for scenario in library()}

    def chosen(name: str | None) -> None:
        if name:
            stage(screen, scenarios[name])
            _tell(screen, scenarios[name])
        elif name is not None:
            stage(screen, AS_AT_THE_START)
            screen.say("Everything is as at the start: every credential works.")

    now = screen.staged.scenario.name if screen.staged else ""
    screen.app.push_screen(ScenarioDialog(scenarios, now), chosen)


def stage(screen: MainScreen, scenario: Scenario) -> None:
    """Sets everything up; what the scenario asks is then one key away. One without a name leaves the pane as it is."""
    screen.session.play(scenario)
    screen.staged = Staged(scenario) if scenario.name else None
    screen.credentials_changed()
    if scenario.name:
        names = screen.credentials.names
        screen.credentials.cursor = names.index(scenario.ask.credential) if scenario.ask.credential in names else 0
    screen.request.prepare(scenario)
    show(screen)


def _tell(screen: MainScreen, scenario: Scenario) -> None:
    story = " ".join((f"scenario: {scenario.title}.", scenario.story, *scenario.look))
    screen.session.journal.append(note(screen.app.clock(), story))
    screen.say(f"{scenario.title}: {screen.app.key('main.fire')} sends it, {_how(scenario)}.")


def touched(screen: MainScreen) -> None:
    """A fault or a policy was switched by hand."""
    if screen.staged:
        screen.staged = replace(screen.staged, changed=True)
    show(screen)


def show(screen: MainScreen) -> None:
    """Names the scenario on the Request pane while that still asks what the scenario asks."""
    staged = asked(screen)
    changed = ", changed" if staged and staged.changed else ""
    named = f"{staged.scenario.name}{changed}" if staged else ""
    if screen.request.border_subtitle != named:  # by setting it the whole pane is painted again
        screen.request.border_subtitle = named


def asked(screen: MainScreen) -> Staged | None:
    """What stands, where the Request pane has not been turned to something else."""
    if screen.staged is None:
        return None
    from meshtui.demo import prompt_of

    ask, pane = screen.staged.scenario.ask, screen.request
    same = (pane.path, pane.credential, pane.prompt()) == (
        ask.path,
        ask.credential,
        replace(prompt_of(ask), cache=False),
    )
    return screen.staged if same else None


def _how(scenario: Scenario) -> str:
    ask = scenario.ask
    times = f"{ask.times} times" if ask.times > 1 else "once"
    return f"{times} on the path {ask.path}{', with the cache on' if ask.cache else ''}"


def fire(screen: MainScreen) -> None:
    if strip := screen.tour:
        strip.fire()


def onward(screen: MainScreen) -> None:
    if strip := screen.tour:
        strip.next()


def end(screen: MainScreen) -> None:
    if strip := screen.tour:
        strip.end()
