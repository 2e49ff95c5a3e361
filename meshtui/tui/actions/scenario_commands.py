"""Scenarios of the sandbox: everything set up to one. And the guided tour, which is a row of them; without a tour its
commands do nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from meshtui.base.redaction import redact
from meshtui.journal.recording import make_note
from meshtui.tui.bindings import command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meshtui.sandbox.scenario import Scenario
    from meshtui.tui.dialogs.list_dialog import ListDialog
    from meshtui.tui.panes.tour_strip import TourStrip
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
    hint = "enter sets it up · esc cancels"
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
def play_or_lead_on(screen: MainScreen) -> None:
    """Plays this step; where it was played, leads on to the next one."""
    strip = screen.tour
    if strip is None:
        return
    if strip.played and not screen.is_busy_with_step:
        show_next_step(screen)
    else:
        play_step(screen)


@command("tour.again")
def play_step(screen: MainScreen) -> None:
    """Sets this step's scenario up and sends what it asks; or shows what changed, or runs a program."""
    strip = screen.tour
    if strip is None:
        return
    from meshtui.demo import CHANGES, PROGRAM

    if screen.credentials.starting:
        screen.say("The sandbox is still starting.")
    elif screen.is_busy_with_step:
        screen.say("Still running.")
    elif strip.step.plays == CHANGES:
        _show_changes(screen, strip)
    elif strip.step.plays == PROGRAM:
        screen.say("A program runs below meshtui run, in a sandbox of its own …")
        screen.run_worker(_run_program(screen, strip), group="step", exclusive=True)
    else:
        from meshtui.sandbox.scenario_library import find_scenario

        scenario = find_scenario(strip.step.plays)
        set_up(screen, scenario)
        screen.running.perform(scenario, anew=True)
        screen.say("Under way: watch the log below.")


def _show_changes(screen: MainScreen, strip: TourStrip) -> None:
    """The newest failure of this sitting beside what worked before it: in the strip, and whole in the log."""
    from meshtui.demo import find_session_changes
    from meshtui.presentation.blocks import Facts, Title

    page = find_session_changes(screen.session)
    if page is None:
        screen.tell("Nothing has worked and then failed yet: {tour.before} leads to the steps where it does.")
        strip.show_outcome(())
        return
    facts = {label: text for block in page if isinstance(block, Facts) for label, text in block.rows}
    said = next((block.text for block in page if isinstance(block, Title)), "")
    strip.show_outcome(
        (("You can see", said), *((name, facts[name]) for name in ("status", "served by") if name in facts))
    )
    screen.session.journal.append(make_note(screen.app.clock(), f"what changed since it worked: {said}"))
    screen.tell("{main.history}, then c on a failed run, compares it with a run of any earlier day.")


async def _run_program(screen: MainScreen, strip: TourStrip) -> None:
    """What the program and `meshtui run` print, a line of the log each; the first of both in the strip."""
    from meshtui.demo import run_program

    lines = [line for line in (await asyncio.to_thread(run_program)).splitlines() if line.strip()]
    for line in lines:
        screen.session.journal.append(make_note(screen.app.clock(), redact(line)))
    own = next((line for line in lines if line.startswith("app.py:")), "")
    told = next((line.removeprefix("meshtui: ") for line in lines if line.startswith("meshtui:")), lines[0])
    strip.show_outcome((("It printed", own), ("meshtui run", redact(told))))
    screen.say("The Log has all that was printed.")


@command("tour.next")
def show_next_step(screen: MainScreen) -> None:
    """After the last step the tour is over."""
    if strip := screen.tour:
        if strip.last:
            end_tour(screen)
        else:
            strip.move(1)
            screen.say("")


@command("tour.before")
def show_step_before(screen: MainScreen) -> None:
    if (strip := screen.tour) and not strip.first:
        screen.running.stop()
        strip.move(-1)
        screen.say("")


@command("tour.pause")
def pause_tour(screen: MainScreen) -> None:
    if (strip := screen.tour) and strip.plays_itself:
        strip.pause()


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
    if screen.leaves_after_tour:
        screen.app.exit()
