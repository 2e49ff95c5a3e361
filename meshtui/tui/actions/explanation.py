"""What can be done from an explanation: look at its tabs, go to the key at fault, check again after a fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.journal.recheck import at_fault
from meshtui.tui.main_screen import TALL, WIDE

if TYPE_CHECKING:
    from meshtui.tui.main_screen import MainScreen
    from meshtui.tui.sheets.explanation import ExplanationSheet


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
    from meshtui.tui.sheets.credential import CredentialSheet

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
    from meshtui.tui.actions import recheck as doing

    doing.start(sheet)


def to_pane(screen: MainScreen) -> None:
    """To the explanation under the log, where the window has room for it."""
    if screen.explained and screen.explained.display:
        screen.explained.focus()
    else:
        screen.tell(f"Explanation needs {WIDE} columns and {TALL} rows; "
                    "{main.open} on a line of the Log explains it anywhere.")  # fmt: skip
