"""What works on every screen: help, themes, leaving."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.widgets import Input

from meshtui.journal.recording import note
from meshtui.tui.themes import OWN

if TYPE_CHECKING:
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.main_screen import MainScreen


def show_help(app: MeshtuiApp) -> None:
    from meshtui.tui.about import place_of
    from meshtui.tui.sheets.help import HelpSheet

    if not isinstance(app.screen, HelpSheet):
        app.push_screen(HelpSheet(place_of(app.screen)))


def jump(app: MeshtuiApp) -> None:
    """Puts a letter on whatever can be gone to; the next key goes there."""
    from meshtui.tui.dialogs.jump import Jump, Target, targets

    def go(target: Target | None) -> None:
        if target is not None:
            target.go()

    app.push_screen(Jump(targets(app.screen)), go)


def switch_theme(app: MeshtuiApp) -> None:
    """Dark, light, the terminal's colours; from any other theme back to dark."""
    names = [theme.name for theme in OWN]
    app.theme = names[(names.index(app.theme) + 1) % len(names)] if app.theme in names else names[0]
    app.say(f"Theme: {app.theme}. All themes are in the palette ({app.key('everywhere.command_palette')}).")


def hide_names(app: MeshtuiApp) -> None:
    """Hides names on all screens and in what is copied and written from now on, or shows them again."""
    from meshtui.tui import veil

    hide = not veil.drawn()
    app.session.settings = replace(app.session.settings, hide_names=hide)
    veil.draw(hide)
    for screen in app.screen_stack:
        for widget in screen.walk_children():
            widget.refresh(layout=True)
    app.main.log_pane.touch()
    app.main.request.offer(app.session.credentials.values())  # its placeholder is drawn by Textual
    key = app.key("everywhere.hide_names")
    app.say(f"Accounts, projects, users and e-mails are hidden, here and in copies. {key} shows them again."
            if hide else f"Names are shown again. {key} hides them.")  # fmt: skip


def leave(screen: MainScreen) -> None:
    screen.app.exit()


def leave_when_sure(app: MeshtuiApp) -> None:
    """ctrl+c: copies where text is selected, as terminals do; otherwise leaves, when pressed twice."""
    selected = app.screen.get_selected_text() or (app.focused.selected_text if isinstance(app.focused, Input) else "")
    if selected:
        app.copy(selected, "The selection")
    elif app.leaving_is_armed():
        app.exit()
    else:
        app.say("Press ctrl+c once more to leave.")


def tell_problems(app: MeshtuiApp) -> None:
    """What of the settings cannot hold: a line of the log each, and a word in the status line."""
    for problem in app.problems:
        app.session.journal.append(note(app.clock(), f"Settings: {problem}"))
    first, more = app.problems[0], len(app.problems) - 1
    app.main.say(f"{more + 1} problems in the settings; the Log has all. {first}" if more else str(first), "warn")
