"""What is known of a credential: findings with their mend, facts, how Mesh sees it. Never its secret.

The sheet of one credential.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from meshtui.base.endpoints import MESH_FEE
from meshtui.credentials.model import KIND_NAMES, Credential, Finding, Policy
from meshtui.providers.mesh.byok_form import MeshForm, mesh_form
from meshtui.session import Session
from meshtui.settings import commands
from meshtui.tui import labels
from meshtui.tui.bindings import make_bindings
from meshtui.tui.screens.page_screen import PageScreen
from meshtui.tui.text_lines import BLANK, COPY_WIDTH, Lines, heading, labelled, paragraph, to_text

POLICY = {
    Policy.FALLBACK: "fallback: where this key fails, Mesh's own credentials serve (Mesh's default)",
    Policy.EXCLUSIVE: "exclusive use: where this key fails, the request fails; any 200 is then this key's",
}


def render_credential(credential: Credential, fault: str, fault_does: str, width: int) -> Lines:
    kind = KIND_NAMES[credential.kind]
    mark = labels.BROKEN if fault and credential.usable else labels.LEVEL_MARKS[credential.worst]
    lines = paragraph(f"{mark.glyph} {kind[0].upper()}{kind[1:]}: {mark.word}", width, f"{mark.role} strong")
    lines.append(BLANK)
    lines += labelled(_facts(credential, fault, fault_does), width)
    lines += heading("Findings", width)
    if not credential.findings:
        lines += paragraph("Nothing wrong can be seen without a call. A check goes live, check by check.", width)
    for finding in sorted(credential.findings, key=lambda f: -list(labels.FINDING_MARKS).index(f.level)):
        lines += _finding(finding, width)
    return lines


def render_form(form: MeshForm, width: int) -> Lines:
    """What to choose and paste in Mesh's BYOK form, secrets masked, and what would go wrong there without a word."""
    lines = heading(f"In Mesh's form: {form.provider}" if form.provider else "In Mesh's form", width)[1:]
    lines += paragraph(form.paste, width) if form.paste else paragraph("Nothing of it belongs there.", width)
    lines += heading("What goes wrong there", width) if form.traps else []
    for trap in form.traps:
        lines += _finding(trap, width)
    return lines


def _facts(credential: Credential, fault: str, fault_does: str) -> list[tuple[str, str]]:
    secret = credential.secret
    policy = POLICY[credential.policy] if credential.provider not in ("", "mesh") else ""
    return [
        ("Source", str(credential.source)),
        ("Secret", f"{secret.masked}  fingerprint {secret.fingerprint}" if secret else "none could be read"),
        ("Policy", policy),
        ("Mesh's fee", MESH_FEE.replace(" %", "\N{NO-BREAK SPACE}%") if policy else ""),
        ("Fault", f"{fault.replace('_', ' ')}: {fault_does}" if fault else ""),
        *((name[0].upper() + name[1:], value) for name, value in credential.facts.items()),
    ]


def _finding(finding: Finding, width: int) -> Lines:
    mark = labels.FINDING_MARKS[finding.level]
    lines = paragraph(f"{mark.glyph} {mark.word}: {finding.title}", width, mark.role)
    if finding.proof:
        lines += paragraph(f"seen: {finding.proof}", width, "dim", indent=2)
    if finding.fix:
        lines += paragraph(f"mend: {finding.fix}", width, indent=2)
    return lines


class CredentialScreen(PageScreen):
    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.CREDENTIAL)]
    TWO_PAGES = True
    WHERE = (commands.CREDENTIAL, *PageScreen.WHERE)

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self._session = session
        self.credential = session.credentials[name]
        self._form = mesh_form(self.credential)

    def heading(self) -> tuple[str, str]:
        return f"Credential {self.credential.name}", "what is known without a call"

    def card(self, width: int) -> Lines:
        fault = self._session.stage.faults.get(self.credential.name, "")
        does = self._session.stage.fault_names.get(fault, "") if fault else ""
        return render_credential(self.credential, fault, does, width)

    def raw(self, width: int) -> Lines:
        return render_form(self._form, width)

    def as_copied(self) -> str:
        return to_text([*self.card(COPY_WIDTH), BLANK, *self.raw(COPY_WIDTH)])
