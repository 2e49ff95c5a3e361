"""The Mesh view of a credential: what to type into Mesh's BYOK form, and what would go wrong there without a word.

Fields and forms: Mesh documentation, "BYOK" (2026-08) and "Debug BYOK".
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from meshtui.base.credential import Credential, Finding, Level
from meshtui.base.redaction import redact
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.mesh.provider import MESH_KEY
from meshtui.providers.registry import find_provider


@dataclass(frozen=True, slots=True)
class MeshForm:
    """The form with secrets masked, so safe to show."""

    provider: str
    """What to choose in the form; empty where the credential belongs into none."""
    paste: str = ""
    """The text for the credential field, secrets masked."""
    fields: tuple[tuple[str, str], ...] = ()
    """Field → value, in the form's order, secrets masked."""
    traps: tuple[Finding, ...] = ()
    """What would go wrong, the most severe first."""


def make_mesh_form(credential: Credential) -> MeshForm:
    """What to paste for this credential, and the traps. An empty form where there is nothing to paste."""
    if credential.kind is MESH_KEY:
        return MeshForm("", traps=(make_finding("form.not-provider"),))
    provider = find_provider(credential.provider)
    if provider is None or credential.material is None:
        return MeshForm(provider.name if provider else "", traps=(make_finding("form.unreadable"),))
    if provider.forms.fill_mesh_form is None:
        return MeshForm("")
    form = provider.forms.fill_mesh_form(credential)
    paste = json.dumps(dict(form.fields), indent=2, ensure_ascii=False) if form.is_json else form.fields[0][1]
    order = list(Level)
    traps = sorted((*form.traps, *_list_known_errors(credential)), key=lambda trap: -order.index(trap.level))
    shown = tuple((name, redact(value)) for name, value in form.fields)
    return MeshForm(provider.name, redact(paste), shown, tuple(traps))


def _list_known_errors(credential: Credential) -> list[Finding]:
    """The errors already found, as they would show in Mesh, and whether the text was cleaned on its way in."""
    traps = [
        make_finding("form.has-error", title=f.title, fix=f.fix, id=f.id)
        for f in credential.findings
        if f.level is Level.ERROR
    ]
    cleaned = [
        f.title for f in credential.findings if f.id.startswith(("text.", "pem.")) or f.id == "field.white-space"
    ]
    return [*traps, *([make_finding("form.as-cleaned", what=cleaned[0])] if cleaned else [])]
