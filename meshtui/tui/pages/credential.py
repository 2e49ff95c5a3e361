"""What is known of a credential: findings with their mend, facts, how Mesh sees it. Never its secret."""

from __future__ import annotations

from meshtui.base.credential import Credential, Finding, Policy
from meshtui.base.endpoints import MESH_FEE
from meshtui.providers.mesh.byok_form import MeshForm
from meshtui.tui import words
from meshtui.tui.widgets.page import BLANK, Lines, heading, labelled, paragraph

POLICY = {
    Policy.FALLBACK: "fallback: where this key fails, Mesh's own credentials serve (Mesh's default)",
    Policy.EXCLUSIVE: "exclusive use: where this key fails, the request fails; any 200 is then this key's",
}


def credential_lines(credential: Credential, fault: str, fault_does: str, width: int) -> Lines:
    kind = credential.kind.title
    mark = words.BROKEN if fault and credential.usable else words.LEVELS[credential.worst]
    lines = paragraph(f"{mark.glyph} {kind[0].upper()}{kind[1:]}: {mark.word}", width, f"{mark.role} strong")
    lines.append(BLANK)
    lines += labelled(_facts(credential, fault, fault_does), width)
    lines += heading("Findings", width)
    if not credential.findings:
        lines += paragraph("Nothing wrong can be seen without a call. A check goes live, check by check.", width)
    for finding in sorted(credential.findings, key=lambda f: -list(words.FINDINGS).index(f.level)):
        lines += _finding(finding, width)
    return lines


def form_lines(form: MeshForm, width: int) -> Lines:
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
    mark = words.FINDINGS[finding.level]
    lines = paragraph(f"{mark.glyph} {mark.word}: {finding.title}", width, mark.role)
    if finding.proof:
        lines += paragraph(f"seen: {finding.proof}", width, "dim", indent=2)
    if finding.fix:
        lines += paragraph(f"mend: {finding.fix}", width, indent=2)
    return lines
