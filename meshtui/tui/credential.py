"""The sheet of one credential."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from meshtui.credentials.mesh_form import mesh_form
from meshtui.session import Session
from meshtui.tui import commands
from meshtui.tui.credential_page import credential_lines, form_lines
from meshtui.tui.page import BLANK, COPY_WIDTH, Lines, as_text
from meshtui.tui.sheet import Sheet


class CredentialSheet(Sheet):
    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings(commands.CREDENTIAL)]
    TWO_PAGES = True
    WHERE = (commands.CREDENTIAL, *Sheet.WHERE)

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self._session = session
        self._credential = session.get(name)
        self._form = mesh_form(self._credential)

    def heading(self) -> tuple[str, str]:
        return f"Credential {self._credential.name}", "what is known without a call"

    def card(self, width: int) -> Lines:
        fault = self._session.faults.get(self._credential.name, "")
        does = self._session.fault_names.get(fault, "") if fault else ""
        return credential_lines(self._credential, fault, does, width)

    def raw(self, width: int) -> Lines:
        return form_lines(self._form, width)

    def action_check(self) -> None:
        self.dismiss()
        self.app.main.check(self._credential)

    def action_copy(self) -> None:
        self.app.copy(as_text([*self.card(COPY_WIDTH), BLANK, *self.raw(COPY_WIDTH)]))
