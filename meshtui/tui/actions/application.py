"""What works on every screen: help, themes, leaving."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.widgets import Input

from meshtui.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.main_screen import MainScreen


def show_help(app: MeshtuiApp) -> None:
    from meshtui.tui.about import place_of
    from meshtui.tui.sheets.help import HelpSheet

    if not isinstance(app.screen, HelpSheet):
        app.push_screen(HelpSheet(place_of(app.screen)))


def switch_theme(app: MeshtuiApp) -> None:
    app.theme = LIGHT.name if app.current_theme.dark else DARK.name


def hide_names(app: MeshtuiApp) -> None:
    """Hides names on all screens and in what is copied and written from now on, or shows them again."""
    from meshtui.tui import veil

    hide = not veil.drawn()
    app.session.settings = replace(app.session.settings, hide_names=hide)
    veil.draw(hide)
    for screen in app.screen_stack:
        for widget in screen.walk_children():
            widget.refresh(layout=True)
    key = app.key("everywhere.hide_names")
    app.say(f"Accounts, projects, users and e-mails are hidden, here and in copies. {key} shows them again."
            if hide else f"Names are shown again. {key} hides them.")  # fmt: skip


def leave(screen: MainScreen) -> None:
    screen.app.exit()


def leave_when_sure(app: MeshtuiApp) -> None:
    """ctrl+c: copies where text is selected, as terminals do; otherwise leaves, when pressed twice."""
    selected = app.screen.get_selected_text() or (app.focused.selected_text if isinstance(app.focused, Input) else "")
    if selected:
        app.copy(selected)
    elif app.leaving_is_armed():
        app.exit()
    else:
        app.say("Press ctrl+c once more to leave.")
