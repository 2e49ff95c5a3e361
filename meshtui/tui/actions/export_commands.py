"""What leaves the screen: copies of the explanation, of the line, of one field of it; the code of a request; files."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from meshtui.base.files import shorten_path
from meshtui.base.text import make_one_line
from meshtui.journal.entry import EntryKind
from meshtui.journal.recording import make_note
from meshtui.tui import hidden_names
from meshtui.tui.bindings import command

if TYPE_CHECKING:
    from meshtui.exports.case import Case
    from meshtui.exports.export_files import Hide
    from meshtui.journal.entry import Entry
    from meshtui.providers.sent_request import Sent
    from meshtui.tui.command_app import CommandApp
    from meshtui.tui.dialogs.list_dialog import ListDialog
    from meshtui.tui.renderers.entry_fields import Field
    from meshtui.tui.screens.code_screen import CodeScreen
    from meshtui.tui.screens.credential_screen import CredentialScreen
    from meshtui.tui.screens.explanation_screen import ExplanationScreen
    from meshtui.tui.screens.main_screen import MainScreen
    from meshtui.tui.screens.page_screen import PageScreen

    AnyScreen = MainScreen | PageScreen

FIELD_NAME_WIDTH = 13
WHOLE_FIELD = 600
"""Characters of a field's text that are shown below the list."""


@command("main.copy")
def copy_explanation(screen: MainScreen) -> None:
    from meshtui.tui.renderers.entry_lines import find_known, write_entry

    if (entry := _find_chosen(screen)) is not None:
        run = _list_run(screen, entry)
        screen.app.copy(write_entry(entry, run, find_known(screen.app, run)), "The explanation")


@command("main.copy_line")
def copy_line(screen: MainScreen) -> None:
    if (entry := _find_chosen(screen)) is not None:
        from meshtui.tui.renderers.entry_fields import write_line

        screen.app.copy(write_line(entry), "The line")


@command("main.copy_field")
def copy_field(screen: MainScreen) -> None:
    if (entry := _find_chosen(screen)) is not None:
        _copy_field(screen.app, entry, _list_run(screen, entry))


@command("explanation.copy", "code.copy", "changes.copy", "credential.copy")
def copy_page(page: ExplanationScreen | CredentialScreen) -> None:
    page.app.copy(page.as_copied(), "The page")


@command("explanation.copy_all")
def copy_page_with_exchange(page: ExplanationScreen) -> None:
    page.app.copy(page.as_copied(raw=True), "The page and its exchange")


@command("explanation.copy_field")
def copy_page_field(page: ExplanationScreen) -> None:
    _copy_field(page.app, page.entry, page.run_entries)


def _find_chosen(screen: MainScreen) -> Entry | None:
    """The entry under the cursor; where there is none, says so."""
    entry = screen.log_lines.chosen
    if entry is None:
        screen.say("There is no line in the log to copy yet.")
    return entry


def _list_run(screen: MainScreen, entry: Entry) -> Sequence[Entry]:
    return screen.session.journal.of_run(entry.run) if entry.run else ()


def _copy_field(app: CommandApp, entry: Entry, run: Sequence[Entry]) -> None:
    """Lets a person choose a field, and copies that."""
    from meshtui.tui.renderers.entry_fields import list_fields

    def copy(chosen: Field | None) -> None:
        if chosen is not None:
            app.copy(chosen.text, f"The field '{chosen.name}'")

    app.push_screen(make_field_dialog(list_fields(entry, run)), copy)


def make_field_dialog(fields: Sequence[Field]) -> ListDialog[Field]:
    """Returns the field."""
    from meshtui.tui.dialogs.list_dialog import ListDialog, Option

    options = [
        Option(field, f" {field.name:<{FIELD_NAME_WIDTH}}", make_one_line(field.text, WHOLE_FIELD)) for field in fields
    ]
    return ListDialog("Copy a field", "enter copies it · esc closes", options, detail_height=3)


@command("main.code")
def show_code_of_line(screen: MainScreen) -> None:
    """Of the line under the cursor; where that sent nothing, of what was sent last."""
    from meshtui.exports.case import list_requests

    entry = screen.log_lines.chosen
    case = _make_case(screen, entry) if entry else None
    if case is None or not list_requests(case, entry):
        entry, case = _find_last(screen, sent=True)
    if case is None:
        screen.say(f"Nothing was sent yet: {screen.app.key('main.fire')} sends the test prompt.")
    else:
        _show_code(screen, case, list_requests(case, entry))


@command("explanation.code")
def show_code_of_page(screen: ExplanationScreen) -> None:
    """Of the exchange that is shown."""
    from meshtui.exports.case import list_request, make_case_of_entries

    case = make_case_of_entries(_list_page_entries(screen))
    _show_code(screen, case, list_request(case, screen.exchange) if case and screen.exchange else ())


@command("main.export")
def export_line(screen: MainScreen) -> None:
    """The run of the line under the cursor; where that is none, the last one."""
    entry = screen.log_lines.chosen
    case = _make_case(screen, entry) if entry else None
    _export(screen, case or _find_last(screen, sent=False)[1])


@command("explanation.export")
def export_page(screen: ExplanationScreen) -> None:
    from meshtui.exports.case import make_case_of_entries

    _export(screen, make_case_of_entries(_list_page_entries(screen)))


@command("code.export")
def export_code(screen: CodeScreen) -> None:
    _export(screen, screen.case)


def _list_page_entries(screen: ExplanationScreen) -> Sequence[Entry]:
    return screen.run_entries or (screen.entry,)


def _make_case(screen: MainScreen, entry: Entry) -> Case | None:
    from meshtui.exports.case import make_case_of_entries

    return make_case_of_entries(screen.session.journal.of_run(entry.run) if entry.run else (entry,))


def _find_last(screen: MainScreen, *, sent: bool) -> tuple[Entry | None, Case | None]:
    """The last attempt or check, with its run; with `sent` the last that sent something."""
    from meshtui.exports.case import list_requests

    journal = screen.session.journal
    for position in range(len(journal) - 1, -1, -1):
        entry = journal[position]
        if entry.what not in (EntryKind.ATTEMPT, EntryKind.CHECK):
            continue
        case = _make_case(screen, entry)
        if case and (not sent or list_requests(case, entry)):
            return entry, case
    return None, None


def _show_code(screen: AnyScreen, case: Case | None, sent: tuple[tuple[str, Sent], ...]) -> None:
    from meshtui.tui.screens.code_screen import CodeScreen, list_titled_codes

    if case is None or not sent:
        screen.say("Nothing was sent here, so there is nothing to send again.")
        return
    screen.app.push_screen(CodeScreen(case, list_titled_codes(sent)))


def _export(screen: AnyScreen, case: Case | None) -> None:
    """Lets a form be chosen, and writes it."""
    from meshtui.exports.export_files import FORMS, find_folder, find_next_file

    if case is None:
        screen.say("There is no run to write yet.")
        return
    folder = find_folder(screen.app.session.settings.exports, os.environ)
    hide: Hide | None = hidden_names.hide_in_text if hidden_names.are_names_hidden() else None

    def chosen(form: str | None) -> None:
        if form is not None:
            screen.run_worker(_save(screen, form, case, hide), group="export")

    files = {form: find_next_file(form, case, folder, hide).name for form in FORMS}
    screen.app.push_screen(make_export_dialog(make_one_line(shorten_path(folder, os.environ)), files), chosen)


def make_export_dialog(folder: str, files: Mapping[str, str]) -> ListDialog[str]:
    """`files`: form → name of the file it would be. Returns the form, a key of FORMS."""
    from meshtui.exports.export_files import FORMS
    from meshtui.tui.dialogs.list_dialog import ListDialog, Option

    options = [
        Option(name, form.title, form.does, f"into {folder}\nas   {files[name]}") for name, form in FORMS.items()
    ]
    return ListDialog("Write this run into a file", "enter writes it · esc cancels", options, detail_height=2)


async def _save(screen: AnyScreen, form: str, case: Case, hide: Hide | None) -> None:
    from meshtui.exports.export_files import FORMS, find_folder, save

    folder = find_folder(screen.app.session.settings.exports, os.environ)
    try:
        path = await asyncio.to_thread(save, form, case, folder, hide)
    except OSError as error:
        why = error.strerror or str(error)
        screen.say(f"It could not be written: {why}: {make_one_line(str(error.filename or folder))}", "bad")
        return
    title = FORMS[form].title
    screen.app.session.journal.append(
        make_note(screen.app.clock(), f"written as {title}: {shorten_path(path, os.environ)}")
    )
    screen.say(f"{title} written: {shorten_path(path, os.environ)}", "ok")
