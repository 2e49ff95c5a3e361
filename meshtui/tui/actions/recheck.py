"""Checking again after a fix: the credential is read anew, one check is run, and what came of it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meshtui.checks.model import CheckReport, CheckResult
from meshtui.checks.runner import NoSuchCheckError, list_needed
from meshtui.journal.recheck import Recheck, plan_recheck
from meshtui.providers.check import NOTHING, CheckStatus
from meshtui.tui import words

if TYPE_CHECKING:
    from meshtui.credentials.discovery import Reloaded
    from meshtui.session import Session
    from meshtui.tui.sheets.explanation import ExplanationSheet

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
        from meshtui.tui.sheets.explanation import ExplanationSheet

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
