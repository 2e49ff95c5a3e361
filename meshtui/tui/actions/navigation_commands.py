"""Going from pane to pane, and opening what is under the cursor.

What can be done with the lines of the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from meshtui.journal.entry import Entry
    from meshtui.tui.screens.main_screen import MainScreen


def to_credentials(screen: MainScreen) -> None:
    screen.credentials.focus()


def to_request(screen: MainScreen) -> None:
    screen.query_one("#path").focus()


def to_log(screen: MainScreen) -> None:
    screen.log_pane.focus()


def open_chosen(screen: MainScreen) -> None:
    open_line(screen, screen.log_pane if screen.log_pane.has_focus else screen.credentials)


def open_line(screen: MainScreen, lines: LineList) -> None:
    """The explanation of the log line, or the sheet of the credential, under the cursor; below the fields of the
    Request pane, the verdict of the run whose answer stands there."""
    from meshtui.tui.screens.credential_screen import CredentialSheet
    from meshtui.tui.screens.explanation_screen import ExplanationSheet

    if lines is screen.credentials and (credential := screen.credentials.chosen):
        screen.app.push_screen(CredentialSheet(screen.session, credential.name))
    elif lines in (screen.log_pane, screen.explained) and (entry := screen.log_pane.chosen):
        screen.app.push_screen(ExplanationSheet(screen.log_pane.view, entry))
    elif lines.id == "said" and (entries := _of_the_last_run(screen)):
        screen.app.push_screen(ExplanationSheet(screen.log_pane.view, entries[-1]))


def _of_the_last_run(screen: MainScreen) -> tuple[Entry, ...]:
    run = screen.running.last_run
    return screen.session.journal.of_run(run.id) if run else ()


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
