"""What can be done on the pages to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meshtui.tui.sheets.code import CodeSheet
    from meshtui.tui.sheets.credential import CredentialSheet
    from meshtui.tui.sheets.explanation import ExplanationSheet
    from meshtui.tui.sheets.sheet import Sheet


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
