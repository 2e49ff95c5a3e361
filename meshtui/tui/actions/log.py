"""What can be done with the lines of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meshtui.tui.main_screen import MainScreen


def switch_times(screen: MainScreen) -> None:
    looks = screen.log_pane.looks
    looks.switch()
    screen.say("Times are told as how long ago it was." if looks.ago else "Times are told by the clock.")


def type_filter(screen: MainScreen) -> None:
    screen.log_frame.open_filter()


def fold(screen: MainScreen) -> None:
    if not screen.log_pane.switch_fold():
        screen.say("Under the Log's cursor is no run to fold.")


def fold_all(screen: MainScreen) -> None:
    screen.log_pane.switch_all_folds()
