"""Going from pane to pane, opening what is under the cursor, and what can be done with the lines of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.tui.bindings import command
from meshtui.tui.screens.main_screen import TALL, WIDE, MainScreen

if TYPE_CHECKING:
    from meshtui.journal.entry import Entry


@command("main.credentials")
def go_to_credentials(screen: MainScreen) -> None:
    screen.credentials.focus()


@command("main.request")
def go_to_request(screen: MainScreen) -> None:
    screen.query_one("#path").focus()


@command("main.log")
def go_to_log(screen: MainScreen) -> None:
    screen.log_lines.focus()


@command("main.explanation")
def go_to_explanation(screen: MainScreen) -> None:
    """To the explanation under the log, where the window has room for it."""
    if screen.explained and screen.explained.display:
        screen.explained.focus()
    else:
        screen.tell(f"Explanation needs {WIDE} columns and {TALL} rows; "
                    "{main.open} on a line of the Log explains it anywhere.")  # fmt: skip


@command("main.open")
def open_chosen(screen: MainScreen) -> None:
    """The explanation of the log line under the cursor; of a credential why it failed when it was last tried, else what
    is known of it; from the answer below the fields of the Request pane, the verdict of the run that it came from."""
    from meshtui.tui.screens.credential_screen import CredentialScreen
    from meshtui.tui.screens.explanation_screen import ExplanationScreen

    focused = screen.focused
    if focused is not None and focused in (screen.log_lines, screen.explained):
        if entry := screen.log_lines.chosen:
            screen.app.push_screen(ExplanationScreen(screen.log_lines.view, entry))
    elif focused is not None and focused.id == "said":
        if entries := _list_last_run(screen):
            screen.app.push_screen(ExplanationScreen(screen.log_lines.view, entries[-1]))
    elif credential := screen.credentials.chosen:
        if failure := find_failure(screen, credential.name):
            screen.app.push_screen(ExplanationScreen(screen.log_lines.view, failure))
            return
        screen.app.push_screen(CredentialScreen(screen.session, credential.name))


def find_failure(screen: MainScreen, credential: str) -> Entry | None:
    """The entry with the reason why the credential failed when it was last tried in this session; for a check the one
    that decided. None where it did not fail, or the journal has dropped that entry."""
    from meshtui.checks.model import CheckReport

    session = screen.session
    result = session.results.find(credential)
    if result is None or result.worked is not False or result.number < session.journal.first:
        return None
    entry = session.journal.numbered(result.number)
    if isinstance(entry.detail, CheckReport):
        wrong = entry.detail.deciding
        return next((e for e in session.journal.of_run(entry.run) if e.detail is wrong), entry)
    return entry


def _list_last_run(screen: MainScreen) -> tuple[Entry, ...]:
    run = screen.running.last_run
    return screen.session.journal.of_run(run.id) if run else ()


@command("main.times")
def switch_times(screen: MainScreen) -> None:
    looks = screen.log_lines.looks
    looks.switch()
    screen.say("Times are shown as how long ago it was." if looks.ago else "Times are shown by the clock.")


@command("main.filter")
def open_log_filter(screen: MainScreen) -> None:
    screen.log_pane.open_filter()


@command("main.fold")
def fold(screen: MainScreen) -> None:
    if not screen.log_lines.switch_fold():
        screen.say("There is no run to fold under the Log's cursor.")


@command("main.fold_all")
def fold_all(screen: MainScreen) -> None:
    screen.log_lines.switch_all_folds()
