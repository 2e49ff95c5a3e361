"""The guided tour's own commands; without a tour they do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meshtui.tui.main_screen import MainScreen


def fire(screen: MainScreen) -> None:
    if strip := screen.tour:
        strip.fire()


def onward(screen: MainScreen) -> None:
    if strip := screen.tour:
        strip.next()


def end(screen: MainScreen) -> None:
    if strip := screen.tour:
        strip.end()
