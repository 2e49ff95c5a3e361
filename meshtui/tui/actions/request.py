"""Putting a request together, sending it, stopping it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from meshtui.tui.actions import staging
from meshtui.tui.widgets.fields import Choice

if TYPE_CHECKING:
    from meshtui.tui.main_screen import MainScreen


def fire(screen: MainScreen) -> None:
    name = screen.request.credential
    if screen.running.busy:
        screen.say("Still running: esc stops it.")
    elif not name:
        screen.say("There is no provider credential to fire with: press a to add one.", "warn")
    elif staged := staging.asked(screen):
        screen.running.perform(staged.scenario, anew=not staged.changed)
        screen.say("")
    else:
        screen.running.fire(screen.request.path, name, screen.request.prompt())
        screen.say("")


def stop(screen: MainScreen) -> None:
    """Stops what is running; else leaves a text field for the log; else goes back to the tour, where there is one."""
    if screen.running.stop():
        screen.say("Stopped.")
    elif isinstance(screen.focused, (Input, Choice)):
        screen.log_pane.focus()
    elif strip := screen.tour:
        strip.focus()


def next_path(screen: MainScreen) -> None:
    screen.request.turn("path")


def switch_stream(screen: MainScreen) -> None:
    screen.request.turn("stream")


def edit(screen: MainScreen) -> None:
    screen.query_one("#prompt", Input).focus()
