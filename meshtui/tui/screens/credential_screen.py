"""What is known of one credential without a call: findings with their fixes, facts, how Mesh sees it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from meshtui.base.credential import Credential, Policy
from meshtui.base.endpoints import MESH_FEE
from meshtui.presentation.blocks import Facts, Heading, Page, Paragraph, Title
from meshtui.presentation.check_blocks import FINDING_MARKS, make_finding_item
from meshtui.presentation.lines import render_text
from meshtui.providers.mesh.byok_form import MeshForm, make_mesh_form
from meshtui.session import Session
from meshtui.settings import commands
from meshtui.tui.bindings import make_bindings
from meshtui.tui.hidden_names import hide_in_text
from meshtui.tui.renderers.credential_rows import NOT_CHECKED, RowState, find_state, mark_credential
from meshtui.tui.renderers.log_rows import format_age
from meshtui.tui.screens.page_screen import PageScreen
from meshtui.tui.styled_text import COPY_WIDTH, Lines, render_page

POLICY = {
    Policy.FALLBACK: "fallback: where this key fails, Mesh's own credentials serve (Mesh's default)",
    Policy.EXCLUSIVE: "exclusive use: where this key fails, the request fails; any 200 is then this key's",
}
ASSUMED = ". Assumed: Mesh's dashboard has the setting, and no answer tells it"

NO_FINDING = "None: nothing wrong can be seen without a call. A check asks the provider itself."


def make_credential_blocks(credential: Credential, state: RowState, fault_does: str) -> Page:
    """Findings with their fixes, and facts; never the secret. `fault_does`: what its fault does in the sandbox."""
    kind = credential.kind.title
    mark = mark_credential(credential, state)
    worst_first = sorted(credential.findings, key=lambda f: -list(FINDING_MARKS).index(f.level))
    findings: Page = tuple(map(make_finding_item, worst_first)) or (Paragraph(NO_FINDING),)
    return (
        Title(f"{kind[0].upper()}{kind[1:]}: {mark.word}", mark),
        Facts(tuple(_list_facts(credential, state, fault_does))),
        Heading("Findings"),
        *findings,
    )


def make_form_blocks(form: MeshForm) -> Page:
    """What to choose and paste in Mesh's BYOK form, secrets masked, and what would go wrong there without a word."""
    traps: Page = (Heading("What can go wrong there"), *map(make_finding_item, form.traps)) if form.traps else ()
    return (
        Heading(f"In Mesh's form: {form.provider}" if form.provider else "In Mesh's form"),
        Paragraph(form.paste or "Nothing of it belongs there."),
        *traps,
    )


def _list_facts(credential: Credential, state: RowState, fault_does: str) -> list[tuple[str, str]]:
    secret = credential.secret
    policy = _describe_policy(credential, state)
    fault, result = state.fault, state.result
    last = f"{result.text} · {format_age(result.at, state.now)}" if result else NOT_CHECKED
    return [
        ("Last result", last),
        ("Source", str(credential.source)),
        ("Secret", f"{secret.masked}  fingerprint {secret.fingerprint}" if secret else "none could be read"),
        ("Policy", policy),
        ("Mesh's fee", MESH_FEE.replace(" %", "\N{NO-BREAK SPACE}%") if policy else ""),
        ("Fault", f"{fault.replace('_', ' ')}: {fault_does}" if fault else ""),
        *((name[0].upper() + name[1:], value) for name, value in credential.facts.items()),
    ]


def _describe_policy(credential: Credential, state: RowState) -> str:
    if credential.provider in ("", "mesh"):
        return ""
    return POLICY[credential.policy] + ("" if state.sandboxed else ASSUMED)


class CredentialScreen(PageScreen):
    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.CREDENTIAL)]
    TWO_PAGES = True
    WHERE = (commands.CREDENTIAL, *PageScreen.WHERE)

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self._session = session
        self.credential = session.credentials[name]
        self._form = make_mesh_form(self.credential)

    def heading(self) -> tuple[str, str]:
        return f"Credential {self.credential.name}", "what is known of it on this machine"

    def card(self, width: int) -> Lines:
        return render_page(self._make_card(), width)

    def raw(self, width: int) -> Lines:
        return render_page(make_form_blocks(self._form), width)

    def as_copied(self) -> str:
        return render_text((*self._make_card(), *make_form_blocks(self._form)), COPY_WIDTH, show=hide_in_text)

    def _make_card(self) -> Page:
        state = find_state(self._session, self.credential.name, self.app.clock())
        does = self._session.stage.fault_names.get(state.fault, "") if state.fault else ""
        return make_credential_blocks(self.credential, state, does)
