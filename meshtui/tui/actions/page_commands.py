"""What can be done on the pages to read; and from an explanation: look at its tabs, go to the key at fault, check again
after a fix. For that the credential is read again, one check is run, and its result is shown."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from meshtui.journal.entry import PROGRAM, RunInputs
from meshtui.session import NoSuchCredentialError
from meshtui.tui.bindings import command
from meshtui.tui.screens.main_screen import MainScreen, find_main_screen

NOT_WHOSE = "Mesh answers; it does not say whose key served"

if TYPE_CHECKING:
    from meshtui.checks.model import CheckReport, CheckResult
    from meshtui.credentials.reload import Reloaded
    from meshtui.journal.recheck import Recheck
    from meshtui.session import Session
    from meshtui.tui.screens.code_screen import CodeScreen
    from meshtui.tui.screens.credential_screen import CredentialScreen
    from meshtui.tui.screens.explanation_screen import ExplanationScreen
    from meshtui.tui.screens.page_screen import PageScreen


@command("sheet.back")
def close_page(screen: PageScreen) -> None:
    screen.dismiss()


@command("explanation.before", "code.before")
def show_previous(screen: ExplanationScreen | CodeScreen) -> None:
    screen.step(-1)


@command("explanation.after", "code.after")
def show_next(screen: ExplanationScreen | CodeScreen) -> None:
    screen.step(1)


@command("credential.check")
def check_credential(screen: CredentialScreen) -> None:
    """Goes back to the main screen and checks the credential, whose checks a pane there shows."""
    main = find_main_screen(screen.app)
    close_all_pages(main)
    main.credentials.focus()
    main.check(screen.credential)


@command("explanation.check")
def check_key_of_run(screen: ExplanationScreen) -> None:
    """Goes back to the main screen and checks the credential that the run is about."""
    main = find_main_screen(screen.app)
    name = screen.run_entries[0].credential if screen.run_entries else screen.entry.credential
    if name not in main.session.credentials:
        screen.say("There is no credential on the list that this is about.", "warn")
        return
    close_all_pages(main)
    main.check(main.session.credentials[name])


def _show_tab(tab: str, screen: ExplanationScreen) -> None:
    screen.show_tab(tab)


for _tab in ("card", "request", "response", "headers", "timing", "signed"):
    command(f"explanation.{_tab}")(partial(_show_tab, _tab))


@command("explanation.exchange")
def show_next_exchange(screen: ExplanationScreen) -> None:
    screen.next_exchange()


@command("explanation.key")
def go_to_credential(screen: ExplanationScreen) -> None:
    """The page of the credential at fault, on top of this one; on the main screen the cursor goes to it."""
    from meshtui.journal.recheck import find_fault

    fault = find_fault(screen.entry, screen.run_entries)
    if not fault.credential:
        screen.say(fault.why)
        return
    main = find_main_screen(screen.app)
    if fault.credential not in main.credentials.names:
        adds = f"{screen.app.key('main.add')} on the main screen adds it"
        screen.say(f"The key at fault, {fault.credential}, is no longer on the list: {adds}.", "warn")
        return
    from meshtui.tui.screens.credential_screen import CredentialScreen

    main.credentials.cursor = main.credentials.names.index(fault.credential)
    main.app.push_screen(CredentialScreen(main.session, fault.credential))


def close_all_pages(main: MainScreen) -> None:
    """Closes all that lies on the main screen."""
    while main.app.screen is not main:
        main.app.pop_screen()


@command("explanation.recheck")
def start_recheck(screen: ExplanationScreen) -> None:
    """Starts the check, or says why not. One that costs tokens needs a second key press."""
    from meshtui.journal.recheck import plan_recheck

    wanted = plan_recheck(screen.entry, screen.run_entries)
    session, main = screen.app.session, find_main_screen(screen.app)
    key = screen.app.key
    if wanted.why_not:
        screen.say(screen.app.spell(wanted.why_not))
    elif not _is_at_hand(screen, main, wanted.credential):
        screen.say(f"{wanted.credential} is off the list: {key('main.add')} on the main screen adds it.", "warn")
    elif main.running.busy:
        screen.say("Still running.")
    elif cost := _describe_cost(session, wanted):
        if screen.armed != screen.entry.number:
            screen.armed = screen.entry.number
            once_more = f"{key('explanation.recheck')} once more does it"
            screen.say(f"Running the check '{wanted.check}' again costs {cost}: {once_more}.", "warn")
            return
        _run_check(screen, wanted)
    else:
        _run_check(screen, wanted)


def _is_at_hand(screen: ExplanationScreen, main: MainScreen, name: str) -> bool:
    """Whether it is on the list. What somebody's program sent may be one that another hides: that comes there now, but
    not what was taken off."""
    session = main.session
    requested = screen.run_entries[0].detail if screen.run_entries else None
    is_programs = isinstance(requested, RunInputs) and requested.path == PROGRAM
    if is_programs and name not in session.credentials and name not in {removed.name for removed in main.removed}:
        with suppress(NoSuchCredentialError):
            session.add_found(name, network=False)
            main.credentials_changed()
    return name in session.credentials


def _describe_cost(session: Session, wanted: Recheck) -> str:
    """Nothing, in words for a person, where it is free: in a sandbox all is."""
    from meshtui.checks.runner import NoSuchCheckError, list_needed
    from meshtui.providers.check import NOTHING

    if session.sandboxed:
        return ""
    try:
        check = list_needed(wanted.check, session.credentials[wanted.credential].kind)[-1]
    except NoSuchCheckError:
        return ""
    return "" if check.cost == NOTHING else check.cost


def _run_check(screen: ExplanationScreen, wanted: Recheck) -> None:
    def told(reloaded: Reloaded, check_report: CheckReport | None) -> None:
        if screen.is_attached:
            _show(screen, wanted, reloaded, check_report)

    screen.armed = -1
    screen.say(f"Checking '{wanted.check}' of {wanted.credential} again …")
    find_main_screen(screen.app).running.recheck(wanted, told)


def _show(screen: ExplanationScreen, wanted: Recheck, reloaded: Reloaded, check_report: CheckReport | None) -> None:
    """The new line on top of the old one, to which one key goes back."""
    result = _find_result(check_report) if check_report else None
    if result is None:
        screen.say(f"Nothing was sent: {reloaded.sentence or 'the log tells why'}.", "bad")
        return
    text, role = _describe_outcome(result, wanted, screen.app.session.credentials[wanted.credential].provider == "mesh")
    said = "; ".join(part for part in (text, reloaded.sentence) if part) + "."
    entry = next((e for e in reversed(tuple(screen.app.session.journal)) if e.detail is result), None)
    if screen.app.screen is screen and entry is not None:
        from meshtui.tui.screens.explanation_screen import ExplanationScreen

        screen.app.push_screen(ExplanationScreen(find_main_screen(screen.app).log_lines.view, entry, (said, role)))
    else:
        screen.say(said, role)


def _find_result(check_report: CheckReport) -> CheckResult | None:
    """The requested check; where it was not reached, the one that it needs."""
    from meshtui.providers.check import CheckStatus

    requested = check_report.requested
    return check_report.deciding or requested if requested and requested.status is CheckStatus.SKIPPED else requested


def _describe_outcome(result: CheckResult, wanted: Recheck, is_mesh: bool) -> tuple[str, str]:
    from meshtui.presentation.check_blocks import CHECK_MARKS
    from meshtui.providers.check import CheckStatus

    note = result.note.rstrip(".")
    mark = CHECK_MARKS[result.status]
    if result.status is CheckStatus.PASSED:
        first = "fixed" if wanted.failed else "holds"
        return f"✓ {first}: {NOT_WHOSE if is_mesh and wanted.check in ('prompt', 'streaming') else result.proves}", "ok"
    if result.status is CheckStatus.FAILED:
        return f"✗ {'still' if wanted.failed else 'fails'}: {note}", mark.role
    return f"{mark.glyph} {mark.word}: {note}", mark.role
