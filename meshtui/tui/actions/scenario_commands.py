"""Scenarios of the sandbox: everything set up to one. And the guided tour, which is a row of them; without a tour its
commands do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.journal.recording import make_note
from meshtui.tui.bindings import command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meshtui.sandbox.scenario import Scenario
    from meshtui.tui.dialogs.list_dialog import ListDialog
    from meshtui.tui.screens.main_screen import MainScreen

NO_SCENARIO = ""
NO_SCENARIO_TITLE = "none: everything as at the start"
FIRST = "revoked-with-fallback"
"""Where the cursor begins while none is set up: the story to see first, `enter` and `f` away."""
NO_STORY = "Every fault is removed, every policy is fallback, and Mesh behaves as its documentation says."


@command("main.scenario")
def choose_scenario(screen: MainScreen) -> None:
    """Lets one be picked; the first row ends the one that is set up."""
    from meshtui.sandbox.scenario_library import load_library
    from meshtui.sandbox.world import INITIAL_SCENARIO

    if not screen.session.sandboxed or screen.credentials.starting:
        return
    if not screen.is_idle():
        return
    scenarios = {scenario.name: scenario for scenario in load_library()}

    def chosen(name: str | None) -> None:
        if name:
            set_up(screen, scenarios[name])
            _report(screen, scenarios[name])
        elif name is not None:
            set_up(screen, INITIAL_SCENARIO)
            screen.say("Everything is as at the start: every credential works.")

    active = screen.request.scenario
    screen.app.push_screen(make_dialog(scenarios, active.scenario.name if active else NO_SCENARIO), chosen)


def make_dialog(scenarios: Mapping[str, Scenario], now: str) -> ListDialog[str]:
    """Returns the scenario's name, `NO_SCENARIO` for none."""
    from meshtui.tui.dialogs.list_dialog import ListDialog, Option

    none = Option(NO_SCENARIO, "", NO_SCENARIO_TITLE, NO_STORY)
    options = [none, *(Option(s.name, "", s.title, s.story) for s in scenarios.values())]
    hint = "enter sets it up · esc leaves all as it is"
    return ListDialog("Play a scenario", hint, options, now=now, detail_height=5, at=None if now else FIRST)


def set_up(screen: MainScreen, scenario: Scenario) -> None:
    """Sets everything up; what the scenario asks is then one key away. One without a name leaves the pane as it is."""
    screen.session.play(scenario)
    screen.credentials_changed()
    if scenario.name:
        names = screen.credentials.names
        screen.credentials.cursor = names.index(scenario.ask.credential) if scenario.ask.credential in names else 0
    screen.request.prepare(scenario)


def _report(screen: MainScreen, scenario: Scenario) -> None:
    story = " ".join((f"scenario: {scenario.title}.", scenario.story, *scenario.look))
    screen.session.journal.append(make_note(screen.app.clock(), story))
    ask = scenario.ask
    times = f"{ask.times} times" if ask.times > 1 else "once"
    how = f"{times} on the path {ask.path}{', with the cache on' if ask.cache else ''}"
    screen.say(f"{scenario.title}: {screen.app.key('main.fire')} sends it, {how}.")


@command("tour.fire")
def fire_step(screen: MainScreen) -> None:
    """Sets this step's scenario up and sends what it asks."""
    strip = screen.tour
    if strip is None:
        return
    if screen.credentials.starting:
        screen.say("The sandbox is still starting.")
    elif screen.running.busy:
        screen.say("Still running.")
    else:
        from meshtui.sandbox.scenario_library import find_scenario

        scenario = find_scenario(strip.step.scenario)
        set_up(screen, scenario)
        screen.running.perform(scenario, anew=True)
        screen.say("Under way: watch the log below.")


@command("tour.next")
def show_next_step(screen: MainScreen) -> None:
    """After the last step the tour is over."""
    if strip := screen.tour:
        if strip.last:
            end_tour(screen)
        else:
            strip.show_next()
            screen.say("")


@command("tour.end")
def end_tour(screen: MainScreen) -> None:
    """Takes the strip away and removes the faults that the tour set."""
    from meshtui.sandbox.world import INITIAL_SCENARIO

    strip = screen.tour
    if strip is None:
        return
    screen.running.stop()
    if not screen.credentials.starting:
        set_up(screen, INITIAL_SCENARIO)
    screen.tell("That was the tour; every key works again. {main.fault} breaks one, {main.scenario} plays a "
                "scenario, {main.fire} sends.")  # fmt: skip
    screen.remove_class("-tour")
    strip.remove()
    screen.credentials.focus()
