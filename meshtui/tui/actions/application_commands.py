"""What works on every screen: help, jump, themes, hidden names, leaving. And the first minute: what was found, the next
step, and the demo where there is nothing to send with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from meshtui.journal.recording import make_note
from meshtui.tui.bindings import command
from meshtui.tui.command_app import is_text_field
from meshtui.tui.screens.main_screen import MainScreen, find_main_screen
from meshtui.tui.themes import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meshtui.settings.schema import Problem
    from meshtui.tui.command_app import CommandApp


@command("everywhere.help")
def show_help(app: CommandApp) -> None:
    from meshtui.tui.screens.help_screen import HelpScreen, find_place

    if not isinstance(app.screen, HelpScreen):
        app.push_screen(HelpScreen(find_place(app.screen)))


@command("everywhere.jump")
def jump(app: CommandApp) -> None:
    """Puts a letter on whatever can be gone to; the next key goes there."""
    from meshtui.tui.dialogs.jump_mode import Jump, Target, list_targets

    def go(target: Target | None) -> None:
        if target is not None:
            target.go()

    app.push_screen(Jump(list_targets(app.screen)), go)


@command("everywhere.theme")
def switch_theme(app: CommandApp) -> None:
    """Dark, light, the terminal's colours; from any other theme back to dark."""
    names = [theme.name for theme in OWN]
    app.theme = names[(names.index(app.theme) + 1) % len(names)] if app.theme in names else names[0]
    app.say(f"Theme: {app.theme}. All themes are in the palette ({app.key('everywhere.command_palette')}).")


@command("everywhere.hide_names")
def hide_names(app: CommandApp) -> None:
    """Hides names on all screens and in what is copied and written from now on, or shows them again."""
    from meshtui.tui import hidden_names

    hide = not hidden_names.are_names_hidden()
    app.session.settings = replace(app.session.settings, hide_names=hide)
    hidden_names.set_names_hidden(hide)
    for screen in app.screen_stack:
        for widget in screen.walk_children():
            widget.refresh(layout=True)
    main = find_main_screen(app)
    main.log_lines.touch()
    if main.explained:
        main.explained.touch()
    main.request.offer(app.session.credentials.values())  # its placeholder is drawn by Textual
    key = app.key("everywhere.hide_names")
    app.say(f"Accounts, projects, users and e-mails are hidden, here and in copies. {key} shows them again."
            if hide else f"Names are shown again. {key} hides them.")  # fmt: skip


@command("main.quit")
def leave(screen: MainScreen) -> None:
    """Asks once more where keys that were pasted would be forgotten."""
    pasted = [c.name for c in screen.session.credentials.values() if c.source.kind == "paste"]
    if screen.program_runs and not screen.app.leaving_is_armed():
        screen.say(f"Your program still runs: {screen.app.key('main.quit')} once more ends it and leaves.", "warn")
        return
    if not screen.program_runs and pasted and not screen.app.leaving_is_armed():
        were = "was pasted and is" if len(pasted) == 1 else "were pasted and are"
        key = screen.app.key("main.quit")
        screen.say(f"{_join_names(pasted)} {were} kept nowhere else: {key} once more leaves.", "warn")
        return
    screen.app.exit()


@command("everywhere.leave")
def leave_when_sure(app: CommandApp) -> None:
    """ctrl+c: copies where text is selected, as terminals do; otherwise leaves, when pressed twice."""
    in_field = str(getattr(app.focused, "selected_text", "")) if is_text_field(app.focused) else ""
    selected = app.screen.get_selected_text() or in_field
    if selected:
        app.copy(selected, "The selection")
    elif app.leaving_is_armed():
        app.exit()
    else:
        app.say("Press ctrl+c once more to leave.")


def report_problems(screen: MainScreen, problems: Sequence[Problem]) -> None:
    """What of the settings cannot hold: a line of the log each, and a word in the status line."""
    for problem in problems:
        screen.session.journal.append(make_note(screen.app.clock(), f"Settings: {problem}"))
    first, more = problems[0], len(problems) - 1
    screen.say(f"{more + 1} problems in the settings; the Log has all. {first}" if more else str(first), "warn")


TOUR = "{tour.fire} plays this step of the tour; tab goes to the panes and back."
PROGRAM = "The keys go to your program: {program.leave} leads to the Log, {main.program} back, a click to either."
DEMO = "{main.fire} sends, {main.fault} breaks one first, {main.scenario} plays a scenario."


def show_greeting(screen: MainScreen) -> None:
    """Shows what was found and the next step, when the credentials are loaded."""
    if screen.program:
        screen.tell(PROGRAM)
    elif screen.tour:
        screen.tell(TOUR)
    elif screen.session.sandboxed:
        screen.tell(f"{len(screen.session.credentials)} sandbox credentials: {DEMO}")
    else:
        screen.say(_describe_found(screen))


def _describe_found(screen: MainScreen) -> str:
    """What this machine holds and the next step, in a line."""
    key = screen.app.key
    credentials = [screen.session.credentials[name] for name in screen.credentials.names]
    if others := [row.name for row in screen.session.found if row.name not in screen.session.credentials]:
        also = f" {key('main.found')} shows {len(others)} more that this machine has."
    else:
        also = ""
    if not credentials and others:
        return (
            f"Nothing here is checked unasked: {key('main.found')} shows what this machine has, {_join_names(others)}."
        )
    if not credentials:
        demo = f"{key('main.demo')} opens the demo, which needs none"
        return f"No credential on this machine: {key('main.add')} adds one, {demo}."
    there = _join_names([credential.name for credential in credentials])
    if not any(credential.provider not in ("", "mesh") for credential in credentials):
        return f"Found {there}, which only carries requests: {key('main.add')} adds the provider key to test."
    first = credentials[0]
    if not first.usable:
        return f"Found {there}. {first.name} cannot be sent as it is: {key('main.open')} shows why."
    return (
        f"Found {there}. {key('main.check')} checks {first.name}, free; {key('main.fire')} sends a test prompt.{also}"
    )


@command("main.demo")
def open_demo(screen: MainScreen) -> None:
    """Leaves the screen for the demo's; asks once more where something would be forgotten with it."""
    app, key = screen.app, screen.app.key("main.demo")
    if screen.session.sandboxed:
        screen.say("This is the demo.")
    elif app.is_web:
        screen.say("Served to a browser it is a page of its own: textual serve -c 'meshtui demo'.")
    elif screen.session.credentials and not app.leaving_is_armed():
        screen.say(f"Press {key} once more: the demo takes the place of this, and what was pasted is forgotten.")
    else:
        app.demo_wanted = True
        app.exit()


def _join_names(names: list[str]) -> str:
    """`openai, vertex and mesh`; of many the first three and how many more."""
    shown = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
