"""What can be done with the lines of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.tui.pages.entry import entry_text, truths_of

if TYPE_CHECKING:
    from meshtui.tui.main_screen import MainScreen


def copy(screen: MainScreen) -> None:
    entry = screen.log_pane.chosen
    if entry is None:
        screen.say("There is no line in the log to copy yet.")
        return
    run = screen.session.journal.of_run(entry.run) if entry.run else ()
    screen.app.copy(entry_text(entry, run, truths_of(screen.session, run)))
