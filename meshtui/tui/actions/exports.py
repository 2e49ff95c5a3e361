"""What leaves the screen: the code of a request, and files."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from meshtui.base.files import short
from meshtui.base.text import one_line
from meshtui.exports.case import Case, of_entries, one_to_repeat, to_repeat
from meshtui.exports.export_files import FORMS, Hide, folder_of, next_file, save
from meshtui.journal.entry import EntryKind
from meshtui.journal.recording import note
from meshtui.tui import veil

if TYPE_CHECKING:
    from meshtui.journal.entry import Entry
    from meshtui.providers.sent_request import Sent
    from meshtui.tui.main_screen import MainScreen
    from meshtui.tui.sheets.code import CodeSheet
    from meshtui.tui.sheets.explanation import ExplanationSheet
    from meshtui.tui.sheets.sheet import Sheet

    AnyScreen = MainScreen | Sheet


def code_of_line(screen: MainScreen) -> None:
    """Of the line under the cursor; where that sent nothing, of what was sent last."""
    entry = screen.log_pane.chosen
    case = _case(screen, entry) if entry else None
    if case is None or not to_repeat(case, entry):
        entry, case = _last(screen, sent=True)
    if case is None:
        screen.say(f"Nothing was sent yet: {screen.app.key('main.fire')} sends the test prompt.")
    else:
        _show(screen, case, to_repeat(case, entry))


def code_of_page(sheet: ExplanationSheet) -> None:
    """Of the exchange that is shown."""
    case = of_entries(_of_page(sheet))
    _show(sheet, case, one_to_repeat(case, sheet.exchange) if case and sheet.exchange else ())


def copy_code(sheet: CodeSheet) -> None:
    sheet.app.copy(sheet.as_copied(), f"The code ({sheet.shown.title})")


def write_line(screen: MainScreen) -> None:
    """The run of the line under the cursor; where that is none, the last one."""
    entry = screen.log_pane.chosen
    case = _case(screen, entry) if entry else None
    _write(screen, case or _last(screen, sent=False)[1])


def write_page(sheet: ExplanationSheet) -> None:
    _write(sheet, of_entries(_of_page(sheet)))


def write_code(sheet: CodeSheet) -> None:
    _write(sheet, sheet.case)


def _of_page(sheet: ExplanationSheet) -> Sequence[Entry]:
    return sheet.run_entries or (sheet.entry,)


def _case(screen: MainScreen, entry: Entry) -> Case | None:
    return of_entries(screen.session.journal.of_run(entry.run) if entry.run else (entry,))


def _last(screen: MainScreen, *, sent: bool) -> tuple[Entry | None, Case | None]:
    """The last attempt or check, with its run; with `sent` the last that sent something."""
    journal = screen.session.journal
    for position in range(len(journal) - 1, -1, -1):
        entry = journal[position]
        if entry.what not in (EntryKind.ATTEMPT, EntryKind.CHECK):
            continue
        case = _case(screen, entry)
        if case and (not sent or to_repeat(case, entry)):
            return entry, case
    return None, None


def _show(screen: AnyScreen, case: Case | None, sent: tuple[tuple[str, Sent], ...]) -> None:
    from meshtui.tui.pages.code import codes_of
    from meshtui.tui.sheets.code import CodeSheet

    if case is None or not sent:
        screen.say("Nothing was sent here, so there is nothing to send again.")
        return
    screen.app.push_screen(CodeSheet(case, codes_of(sent)))


def _write(screen: AnyScreen, case: Case | None) -> None:
    """Lets a form be chosen, and writes it."""
    from meshtui.tui.dialogs.export import ExportDialog

    if case is None:
        screen.say("There is no run to write yet.")
        return
    folder = folder_of(screen.app.session.settings.exports, os.environ)
    hide: Hide | None = veil.veiled if veil.drawn() else None

    def where(form: str) -> tuple[str, str]:
        return one_line(short(folder, os.environ)), next_file(form, case, folder, hide).name

    def chosen(form: str | None) -> None:
        if form is not None:
            screen.run_worker(_written(screen, form, case, hide), group="export")

    screen.app.push_screen(ExportDialog(where), chosen)


async def _written(screen: AnyScreen, form: str, case: Case, hide: Hide | None) -> None:
    folder = folder_of(screen.app.session.settings.exports, os.environ)
    try:
        path = await asyncio.to_thread(save, form, case, folder, hide)
    except OSError as error:
        why = error.strerror or str(error)
        screen.say(f"It could not be written: {why}: {one_line(str(error.filename or folder))}", "bad")
        return
    title = FORMS[form].title
    screen.app.session.journal.append(note(screen.app.clock(), f"written as {title}: {short(path, os.environ)}"))
    screen.say(f"{title} written: {short(path, os.environ)}", "ok")
