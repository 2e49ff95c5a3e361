"""Copying: the explanation, the line, one field of it; from the log and from the pages to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from meshtui.tui.pages.entry import entry_text, truths_of

if TYPE_CHECKING:
    from meshtui.journal.entry import Entry
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.main_screen import MainScreen
    from meshtui.tui.pages.fields import Field
    from meshtui.tui.sheets.credential import CredentialSheet
    from meshtui.tui.sheets.explanation import ExplanationSheet


def report(screen: MainScreen) -> None:
    if (entry := _chosen(screen)) is not None:
        run = _run_of(screen, entry)
        screen.app.copy(entry_text(entry, run, truths_of(screen.session, run)), "The explanation")


def line(screen: MainScreen) -> None:
    if (entry := _chosen(screen)) is not None:
        from meshtui.tui.pages.fields import line_text

        screen.app.copy(line_text(entry), "The line")


def field(screen: MainScreen) -> None:
    if (entry := _chosen(screen)) is not None:
        _ask(screen.app, entry, _run_of(screen, entry))


def sheet(page: ExplanationSheet | CredentialSheet) -> None:
    page.app.copy(page.as_copied(), "The page")


def sheet_with_exchange(page: ExplanationSheet) -> None:
    page.app.copy(page.as_copied(raw=True), "The page and its exchange")


def sheet_field(page: ExplanationSheet) -> None:
    _ask(page.app, page.entry, page.run_entries)


def _chosen(screen: MainScreen) -> Entry | None:
    """The entry under the cursor; where there is none, it says so."""
    entry = screen.log_pane.chosen
    if entry is None:
        screen.say("There is no line in the log to copy yet.")
    return entry


def _run_of(screen: MainScreen, entry: Entry) -> Sequence[Entry]:
    return screen.session.journal.of_run(entry.run) if entry.run else ()


def _ask(app: MeshtuiApp, entry: Entry, run: Sequence[Entry]) -> None:
    """Lets a person choose a field, and copies that."""
    from meshtui.tui.dialogs.field import FieldDialog
    from meshtui.tui.pages.fields import fields_of

    def copy(chosen: Field | None) -> None:
        if chosen is not None:
            app.copy(chosen.text, f"The field '{chosen.name}'")

    app.push_screen(FieldDialog(fields_of(entry, run)), copy)
