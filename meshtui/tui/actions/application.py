"""What works on every screen: help, themes, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from meshtui.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.main_screen import MainScreen


def show_help(app: MeshtuiApp) -> None:
    from meshtui.tui.sheets.help import HelpSheet

    if not isinstance(app.screen, HelpSheet):
        app.push_screen(HelpSheet())


def switch_theme(app: MeshtuiApp) -> None:
    app.theme = LIGHT.name if app.current_theme.dark else DARK.name


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
