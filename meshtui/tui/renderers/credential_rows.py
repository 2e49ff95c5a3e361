"""One credential as a row: name, kind, policy, and its last result. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from meshtui.base.credential import UNRECOGNISED, Credential, Kind, Level, Policy
from meshtui.journal.results import Result
from meshtui.presentation.blocks import Mark
from meshtui.tui import styled_text
from meshtui.tui.renderers.log_rows import format_age
from meshtui.tui.styled_text import Part, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meshtui.session import Session

POLICIES = {Policy.FALLBACK: "fallback", Policy.EXCLUSIVE: "exclusive"}
ASSUMED = "exclusive?"
"""Of a real Mesh, whose own setting cannot be read from here."""
KIND_WIDTH = len("Bedrock API key")
POLICY_WIDTH = len(ASSUMED)
STATE_WIDTH = len("model not granted")
NOT_CHECKED = "not checked"
WORKED = {True: ("✓", "ok"), False: ("✗", "bad"), None: ("?", "warn")}
"""Result → glyph and role."""


@dataclass(frozen=True, slots=True)
class RowState:
    """What the screen knows about a credential in addition to the credential itself."""

    result: Result | None = None
    """Its last result; None: it was not tried."""
    now: float = 0.0
    """Unix seconds."""
    fault: str = ""
    """The fault that the sandbox injects for it."""
    sandboxed: bool = True
    """Whether Mesh's policy is ours to set, and so is known."""


def find_name_width(names: Iterable[str], width: int) -> int:
    """As wide as the longest name, but never more than what policy and state leave in a narrow pane."""
    return min(max(len(name) for name in names), max(8, width - 2 - POLICY_WIDTH - 2 - STATE_WIDTH))


def find_state(session: Session, name: str, now: float) -> RowState:
    """What the session knows of this credential by now (Unix seconds)."""
    return RowState(session.results.find(name), now, session.stage.faults.get(name, ""), session.sandboxed)


def mark_credential(credential: Credential, state: RowState) -> Mark:
    """The mark and the word of what it comes to: never well where the last result was a failure."""
    if credential.worst is Level.ERROR:
        return Mark("✗", "not recognised" if credential.kind is UNRECOGNISED else "unusable", "bad")
    if state.result is not None:
        glyph, role = WORKED[state.result.worked]
        if state.result.worked and credential.worst is Level.WARNING:
            glyph, role = "!", "warn"
        return Mark(glyph, state.result.text, role)
    if state.fault:
        return styled_text.BROKEN
    return Mark("!", NOT_CHECKED, "warn") if credential.worst is Level.WARNING else Mark("·", NOT_CHECKED, "dim")


def render_credential_row(
    credential: Credential, state: RowState, name_width: int, width: int, now: Part | None = None
) -> list[Part]:
    """`✗ openai  OpenAI key  fallback  refused 401 · 3 s`; the kind is left out where it does not fit. `now` is what
    to say of its state instead, while it is checked."""
    mark = mark_credential(credential, state)
    name = shorten(credential.name, name_width)
    parts: list[Part] = [(f"{mark.glyph} ", mark.role), (f"{name:<{name_width}} ", "strong")]
    if width >= 2 + name_width + 1 + KIND_WIDTH + 1 + POLICY_WIDTH + 1 + STATE_WIDTH:
        parts.append((f"{_name_kind(credential.kind):<{KIND_WIDTH}} ", "dim"))
    policy = _name_policy(credential, state)
    parts.append((f"{policy:<{POLICY_WIDTH}} ", "accent" if credential.policy is Policy.EXCLUSIVE else "dim"))
    room = width - styled_text.measure(parts)
    if now is not None:
        return [*parts, (shorten(now[0], room), now[1])]
    said = _describe_state(credential, state)
    return [*parts, (next((text for text in said if len(text) <= room), shorten(said[-1], room)), mark.role)]


def _name_policy(credential: Credential, state: RowState) -> str:
    if credential.provider in ("", "mesh"):
        return ""
    if credential.policy is Policy.EXCLUSIVE and not state.sandboxed:
        return ASSUMED
    return POLICIES[credential.policy]


def _describe_state(credential: Credential, state: RowState) -> list[str]:
    """The longest form first."""
    mark, fault = mark_credential(credential, state), state.fault.replace("_", " ")
    if credential.worst is Level.ERROR:
        return [mark.word]
    warnings = sum(f.level is Level.WARNING for f in credential.findings)
    warned = f"{warnings} warning{'s' * (warnings > 1)}" if warnings else ""
    if state.result is not None:
        known = f"{mark.word} · {describe_age(state.result.at, state.now)}"
        more = f"fault: {fault}" if fault else warned
        return [f"{known} · {more}", known, mark.word] if more else [known, mark.word]
    if fault:
        return [f"fault: {fault}", fault]
    return [f"{warned} · {mark.word}", warned] if warned else [mark.word]


def describe_age(at: float, now: float) -> str:
    """`3 s`, `2 min`, `yesterday 14:03`, `now`."""
    return format_age(at, now).removesuffix(" ago")


def _name_kind(kind: Kind) -> str:
    return "" if kind is UNRECOGNISED else kind.short
