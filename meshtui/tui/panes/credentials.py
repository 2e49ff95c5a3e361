"""The list of credentials: name, kind, policy and state in a row, as many columns as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size

from meshtui.base.credential import UNRECOGNISED, Credential, Kind, Level, Policy
from meshtui.tui import words
from meshtui.tui.bindings import do
from meshtui.tui.panes.live import Live
from meshtui.tui.widgets.batch import Batch
from meshtui.tui.widgets.lines import LineList
from meshtui.tui.words import Part, Parts, shorten

if TYPE_CHECKING:
    from meshtui.session import Session
    from meshtui.tui.app import MeshtuiApp

POLICIES = {Policy.FALLBACK: "fallback", Policy.EXCLUSIVE: "exclusive"}
KIND_WIDTH = len("Bedrock API key")
POLICY_WIDTH = len("exclusive")
STATE_WIDTH = len("model not granted")
STARTING = {True: "Starting the sandbox …", False: "Looking for credentials …"}
NONE = {
    "": "No credential yet.",
    "main.add": "adds one: paste it, or name a file.",
    "main.demo": "opens the demo: no key, no cost.",
}
"""What an empty list says, a line each, and the commands behind the lines, which a click does as well."""


class CredentialsPane(LineList):
    """Its rows are the session's credentials; bad ones stay, with what is wrong with them."""

    app: MeshtuiApp

    def __init__(self, session: Session) -> None:
        super().__init__(id="credentials", classes="pane")
        self.border_title = "Credentials"
        self._session = session
        self.starting = True
        self._check: Live | None = None
        self._touch = Batch(self, lambda: self.refresh(layout=True))

    @property
    def names(self) -> list[str]:
        """In the order of the rows: Mesh keys, which only carry requests, come last."""
        credentials = dict(self._session.credentials)
        return sorted(credentials, key=lambda name: credentials[name].provider == "mesh")

    @property
    def chosen(self) -> Credential | None:
        """The credential under the cursor."""
        names = self.names
        return self._session.credentials[names[self.cursor]] if self.cursor < len(names) else None

    def row_count(self) -> int:
        return len(self._session.credentials)

    def row_parts(self, row: int, width: int) -> Parts:
        names = self.names
        credential = self._session.credentials[names[row]]
        fault = self._session.stage.faults.get(names[row], "")
        now = None
        if self._check and self._check.checking == names[row] and (self._check.attempt_runners or not self._room()):
            from meshtui.tui.panes.check_report import check_report_state

            now = check_report_state(self._check, STATE_WIDTH)
        return credential_row(credential, fault, _name_width(names, width), width, now)

    def below_parts(self, line: int, width: int) -> Parts:
        if self._check is None:
            return ()
        from meshtui.tui.panes.check_report import check_report_lines

        lines = check_report_lines(self._check, width - 1, self._room(), self.app.key("main.stop"))
        return lines[line] if line < len(lines) else ()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Where the pane is as high as what it holds, the check report gets its lines too."""
        if self._check is None:
            return self.row_count()
        from meshtui.tui.panes.check_report import check_report_lines

        return self.row_count() + len(check_report_lines(self._check, width - 1))

    def watch_run(self, live: Live) -> None:
        """A check fills its check report in below the rows; anything else takes an old one away."""
        self._check = live if live.checking else None
        self._touch()

    def forget_check(self) -> None:
        """What it found no longer holds."""
        self._check = None
        self.refresh(layout=True)

    def _room(self) -> int:
        return max(0, self.scrollable_content_region.height - self.row_count())

    def empty_parts(self, line: int) -> Parts:
        if self.starting:
            return ((STARTING[self._session.sandboxed], "dim"),) if line == 0 else ()
        if line >= len(NONE):
            return ()
        ident, does = list(NONE.items())[line]
        return ((self.app.key(ident), "accent strong"), (f" {does}", "")) if ident else ((does, "dim"),)

    def on_click(self, event: events.Click) -> None:
        """Beside what a click does on rows: the offers of an empty list."""
        line = offset.y if (offset := event.get_content_offset(self)) else 0
        if not self.row_count() and not self.starting and 0 < line < len(NONE):
            do(self.screen, list(NONE)[line])


def credential_row(
    credential: Credential, fault: str, name_width: int, width: int, now: Part | None = None
) -> list[Part]:
    """`✓ openai  OpenAI key  fallback  ready`; the kind is left out where it does not fit. `now` is what to say of its
    state instead."""
    mark = words.BROKEN if fault and credential.usable else words.LEVELS[credential.worst]
    policy = POLICIES[credential.policy] if credential.provider not in ("", "mesh") else ""
    state, role = now or _state(credential, fault)
    name = shorten(credential.name, name_width)
    parts: list[Part] = [(f"{mark.glyph} ", mark.role), (f"{name:<{name_width}} ", "strong")]
    if width >= 2 + name_width + 1 + KIND_WIDTH + 1 + POLICY_WIDTH + 1 + STATE_WIDTH:
        parts.append((f"{_name_kind(credential.kind):<{KIND_WIDTH}} ", "dim"))
    parts.append((f"{policy:<{POLICY_WIDTH}} ", "accent" if credential.policy is Policy.EXCLUSIVE else "dim"))
    room = width - words.width(parts)
    if fault and not now and len(f"fault: {state}") <= room:
        state = f"fault: {state}"
    return [*parts, (shorten(state, room), role)]


def _state(credential: Credential, fault: str) -> Part:
    if fault:
        return fault.replace("_", " "), "warn"
    mark = words.LEVELS[credential.worst]
    if credential.worst is Level.WARNING:
        count = sum(f.level is Level.WARNING for f in credential.findings)
        return (f"{count} warnings" if count > 1 else "1 warning"), mark.role
    if credential.worst is Level.ERROR and credential.kind is UNRECOGNISED:
        return "not recognised", mark.role
    return mark.word, mark.role


def _name_width(names: list[str], width: int) -> int:
    """As wide as the longest name, but never more than what policy and state leave in a narrow pane."""
    return min(max(len(name) for name in names), max(8, width - 2 - POLICY_WIDTH - 2 - STATE_WIDTH))


def _name_kind(kind: Kind) -> str:
    return "" if kind is UNRECOGNISED else kind.short
