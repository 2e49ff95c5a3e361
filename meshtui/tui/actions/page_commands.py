"""What can be done on the pages to read.

What can be done from an explanation: look at its tabs, go to the key at fault, check again after a fix.

Checking again after a fix: the credential is read anew, one check is run, and what came of it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.checks.model import NOTHING, CheckReport, CheckResult, CheckStatus
from meshtui.checks.runner import NoSuchCheckError, list_needed
from meshtui.journal.recheck import Recheck, at_fault, plan_recheck
from meshtui.tui import labels as words
from meshtui.tui.screens.main_screen import TALL, WIDE

if TYPE_CHECKING:
    from meshtui.credentials.discovery import Reloaded
    from meshtui.session import Session
    from meshtui.tui.screens.code_screen import CodeSheet
    from meshtui.tui.screens.credential_screen import CredentialSheet
    from meshtui.tui.screens.explanation_screen import ExplanationSheet
    from meshtui.tui.screens.main_screen import MainScreen
    from meshtui.tui.screens.page_screen import Sheet


def back(sheet: Sheet) -> None:
    sheet.dismiss()


def before(sheet: ExplanationSheet | CodeSheet) -> None:
    sheet.step(-1)


def after(sheet: ExplanationSheet | CodeSheet) -> None:
    sheet.step(1)


def check(sheet: CredentialSheet) -> None:
    """Goes back and checks the credential, whose checks the pane behind shows."""
    sheet.dismiss()
    sheet.app.main.check(sheet.credential)


def card(sheet: ExplanationSheet) -> None:
    sheet.show_tab("card")


def request(sheet: ExplanationSheet) -> None:
    sheet.show_tab("request")


def response(sheet: ExplanationSheet) -> None:
    sheet.show_tab("response")


def headers(sheet: ExplanationSheet) -> None:
    sheet.show_tab("headers")


def timing(sheet: ExplanationSheet) -> None:
    sheet.show_tab("timing")


def signed(sheet: ExplanationSheet) -> None:
    sheet.show_tab("signed")


def next_exchange(sheet: ExplanationSheet) -> None:
    sheet.next_exchange()


def to_credential(sheet: ExplanationSheet) -> None:
    """Back on the main screen, the cursor on the credential at fault and its sheet open."""
    fault = at_fault(sheet.entry, sheet.run_entries)
    if not fault.credential:
        sheet.say(fault.why)
        return
    main = sheet.app.main
    if fault.credential not in main.credentials.names:
        adds = f"{sheet.app.key('main.add')} on the main screen adds it"
        sheet.say(f"The key at fault, {fault.credential}, is no longer on the list: {adds}.", "warn")
        return
    from meshtui.tui.screens.credential_screen import CredentialSheet

    to_main(sheet)
    main.credentials.cursor = main.credentials.names.index(fault.credential)
    main.credentials.focus()
    main.app.push_screen(CredentialSheet(main.session, fault.credential))


def to_main(sheet: ExplanationSheet) -> None:
    """Closes all that lies on the main screen."""
    app = sheet.app
    while app.screen is not app.main:
        app.pop_screen()


def recheck(sheet: ExplanationSheet) -> None:

    start(sheet)


def to_pane(screen: MainScreen) -> None:
    """To the explanation under the log, where the window has room for it."""
    if screen.explained and screen.explained.display:
        screen.explained.focus()
    else:
        screen.tell(f"Explanation needs {WIDE} columns and {TALL} rows; "
                    "{main.open} on a line of the Log explains it anywhere.")  # fmt: skip


NOT_WHOSE = "Mesh answers, whose key served is not told by it"


def start(sheet: ExplanationSheet) -> None:
    """Starts it, or says why not. What costs tokens is said first, and sent when asked for once more."""
    wanted, session, main = plan_recheck(sheet.entry, sheet.run_entries), sheet.app.session, sheet.app.main
    key = sheet.app.key
    if wanted.why_not:
        sheet.say(sheet.app.spell(wanted.why_not))
    elif wanted.credential not in session.credentials:
        sheet.say(f"{wanted.credential} is off the list: {key('main.add')} on the main screen adds it.", "warn")
    elif main.running.busy:
        sheet.say("Still running.")
    elif cost := _costs(session, wanted):
        if sheet.armed != sheet.entry.number:
            sheet.armed = sheet.entry.number
            once_more = f"{key('explanation.recheck')} once more does it"
            sheet.say(f"Running the check '{wanted.check}' again costs {cost}: {once_more}.", "warn")
            return
        _climb(sheet, wanted)
    else:
        _climb(sheet, wanted)


def _costs(session: Session, wanted: Recheck) -> str:
    """Nothing, in words for a person, where it is free: in a sandbox all is."""
    if session.sandboxed:
        return ""
    try:
        check = list_needed(wanted.check, session.credentials[wanted.credential].kind)[-1]
    except NoSuchCheckError:
        return ""
    return "" if check.cost == NOTHING else check.cost


def _climb(sheet: ExplanationSheet, wanted: Recheck) -> None:
    def told(reloaded: Reloaded, check_report: CheckReport | None) -> None:
        if sheet.is_attached:
            _show(sheet, wanted, reloaded, check_report)

    sheet.armed = -1
    sheet.say(f"Checking '{wanted.check}' of {wanted.credential} again …")
    sheet.app.main.running.recheck(wanted, told)


def _show(sheet: ExplanationSheet, wanted: Recheck, reloaded: Reloaded, check_report: CheckReport | None) -> None:
    """The new line on top of the old one, to which one key goes back."""
    result = _told(check_report) if check_report else None
    if result is None:
        sheet.say(f"Nothing was sent: {reloaded.sentence or 'the log tells why'}.", "bad")
        return
    text, role = _outcome(result, wanted, sheet.app.session.credentials[wanted.credential].provider == "mesh")
    said = "; ".join(part for part in (text, reloaded.sentence) if part) + "."
    entry = next((e for e in reversed(tuple(sheet.app.session.journal)) if e.detail is result), None)
    if sheet.app.screen is sheet and entry is not None:
        from meshtui.tui.screens.explanation_screen import ExplanationSheet

        sheet.app.push_screen(ExplanationSheet(sheet.app.main.log_pane.view, entry, (said, role)))
    else:
        sheet.say(said, role)


def _told(check_report: CheckReport) -> CheckResult | None:
    """The check that was asked for; where it was not reached, the one that it needs."""
    asked = check_report.asked
    return check_report.deciding or asked if asked and asked.status is CheckStatus.SKIPPED else asked


def _outcome(result: CheckResult, wanted: Recheck, is_mesh: bool) -> tuple[str, str]:
    note = result.note.rstrip(".")
    mark = words.HOLDS[result.status]
    if result.status is CheckStatus.PASSED:
        first = "fixed" if wanted.failed else "holds"
        return f"✓ {first}: {NOT_WHOSE if is_mesh and wanted.check in ('prompt', 'streaming') else result.proves}", "ok"
    if result.status is CheckStatus.FAILED:
        return f"✗ {'still' if wanted.failed else 'fails'}: {note}", mark.role
    return f"{mark.glyph} {mark.word}: {note}", mark.role
