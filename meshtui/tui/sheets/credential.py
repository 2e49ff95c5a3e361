"""The sheet of one credential."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from meshtui.providers.mesh.byok_form import make_mesh_form
from meshtui.session import Session
from meshtui.settings import commands
from meshtui.tui.bindings import bindings
from meshtui.tui.pages.credential import credential_lines, form_lines
from meshtui.tui.sheets.sheet import Sheet
from meshtui.tui.widgets.page import BLANK, COPY_WIDTH, Lines, as_text


class CredentialSheet(Sheet):
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(commands.CREDENTIAL)]
    TWO_PAGES = True
    WHERE = (commands.CREDENTIAL, *Sheet.WHERE)

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self._session = session
        self.credential = session.credentials[name]
        self._form = make_mesh_form(self.credential)

    def heading(self) -> tuple[str, str]:
        return f"Credential {self.credential.name}", "what is known without a call"

    def card(self, width: int) -> Lines:
        fault = self._session.stage.faults.get(self.credential.name, "")
        does = self._session.stage.fault_names.get(fault, "") if fault else ""
        return credential_lines(self.credential, fault, does, width)

    def raw(self, width: int) -> Lines:
        return form_lines(self._form, width)

    def as_copied(self) -> str:
        return as_text([*self.card(COPY_WIDTH), BLANK, *self.raw(COPY_WIDTH)])
