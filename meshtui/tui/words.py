"""What every state is called and how it is marked: a glyph, a word of at most nine letters, a role for the colour.

The word alone says it; colour only helps. Parts are (text, role) pairs, the one form in which panes say what they show.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from meshtui.base.credential import Level
from meshtui.base.exchange import UNSENT
from meshtui.base.text import plain
from meshtui.runs.model import Attempt, ConclusionKind, Served, Verdict
from meshtui.tui.veil import veiled

if TYPE_CHECKING:
    from meshtui.checks.model import CheckReport

Part = tuple[str, str]
Parts = Sequence[Part]

STYLES = {
    "": "",
    "ok": "$text-success",
    "warn": "$text-warning",
    "bad": "$text-error",
    "accent": "$text-primary",
    "dim": "$text-muted",
    "strong": "bold",
    "line": "$border-blurred",
    "alarm": "bold reverse",
}
"""Role → style. `alarm` must stand out where there is no colour at all."""


class Mark(NamedTuple):
    glyph: str
    word: str
    role: str


LEVELS = {
    Level.OK: Mark("✓", "ready", "ok"),
    Level.NOTE: Mark("✓", "ready", "ok"),
    Level.WARNING: Mark("!", "warning", "warn"),
    Level.ERROR: Mark("✗", "unusable", "bad"),
}
FINDINGS = {
    Level.OK: Mark("✓", "good", "ok"),
    Level.NOTE: Mark("·", "note", "accent"),
    Level.WARNING: Mark("!", "warning", "warn"),
    Level.ERROR: Mark("✗", "error", "bad"),
}
BROKEN = Mark("!", "broken", "warn")
"""A sandbox credential that a fault was given to: nothing in its text shows it, so its level alone would say ready."""
CALLING = Mark("◌", "calling", "accent")
STOPPED = Mark("■", "stopped", "dim")
NOT_SENT = Mark("✗", "not sent", "bad")
ANSWERED = Mark("✓", "answered", "ok")
HOLDS = {
    "passed": Mark("✓", "passed", "ok"),
    "failed": Mark("✗", "failed", "bad"),
    "unclear": Mark("?", "unclear", "warn"),
    "skipped": Mark("-", "skipped", "dim"),
}

_BY_CAUSE = {
    "credential": Mark("✗", "refused", "bad"),
    "clock": Mark("✗", "refused", "bad"),
    "account": Mark("✗", "refused", "bad"),
    "permission": Mark("✗", "forbidden", "bad"),
    "model": Mark("✗", "forbidden", "bad"),
    "model_not_found": Mark("✗", "not found", "bad"),
    "api": Mark("✗", "forbidden", "bad"),
    "network": Mark("✗", "forbidden", "bad"),
    "country": Mark("✗", "forbidden", "bad"),
    "billing": Mark("✗", "limited", "bad"),
    "quota": Mark("✗", "limited", "bad"),
    "rate": Mark("✗", "limited", "bad"),
    "capacity": Mark("✗", "limited", "bad"),
    "region": Mark("✗", "rejected", "bad"),
    "inference": Mark("✗", "rejected", "bad"),
    "request": Mark("✗", "rejected", "bad"),
    "content": Mark("✗", "rejected", "bad"),
    "timeout": Mark("✗", "no answer", "bad"),
    "connection": Mark("✗", "no answer", "bad"),
}
"""The label or else its first word decides, not the status: AWS answers 403 to a key that it does not know, and that
is a refusal all the same."""
_FAILED = Mark("✗", "failed", "bad")

_VERDICTS = {
    Served.OWN_KEY: (Mark("✓", "own key", "ok"), "your own key served, no fallback"),
    Served.CACHE: (Mark("≡", "cache", "warn"), "Mesh's cache served; no key was used"),
    Served.NOBODY: (Mark("✗", "nobody", "bad"), "nobody served, no fallback"),
    Served.UNKNOWN: (Mark("?", "unknown", "warn"), "served; nothing tells by whom"),
}
_FELL_BACK = (Mark("↩", "fell back", "alarm"), "Mesh's credentials served, not yours")
_NOT_YOURS = (Mark("↩", "not yours", "alarm"), _FELL_BACK[1])
"""A silent fallback: what it cost tells of it, the answer does not."""
_CONCLUDED = {
    ConclusionKind.FINE: Mark("✓", "fine", "ok"),
    ConclusionKind.NEEDS_BYOK: Mark("✓", "fine", "ok"),
    ConclusionKind.CREDITS: Mark("↩", "credits", "alarm"),
    ConclusionKind.UNTOLD: Mark("?", "unknown", "warn"),
}
_NOBODY = {True: "nobody served, nor did the fallback", None: "nobody served"}
_PLATFORM = (Mark("✓", "platform", "ok"), "Mesh's own credentials served")


def of_attempt(attempt: Attempt) -> Mark:
    if attempt.ok:
        return ANSWERED
    failure = attempt.exchange.failure.kind if attempt.exchanges and attempt.exchange.failure else ""
    if failure == "cancelled":
        return STOPPED
    if failure in UNSENT:
        return NOT_SENT
    return of_cause(attempt.explanation.cause if attempt.explanation else "")


def of_cause(label: str) -> Mark:
    return _BY_CAUSE.get(label) or _BY_CAUSE.get(label.partition("_")[0], _FAILED)


def of_verdict(verdict: Verdict, cancelled: bool = False) -> tuple[Mark, str]:
    """The mark and the verdict in half a line; `verdict.sentence` is the whole one, with the reason."""
    if cancelled:
        return STOPPED, "you stopped it"
    if verdict.conclusion is not None:
        return _CONCLUDED.get(verdict.conclusion.what, _FAILED), str(verdict.conclusion.what)
    if verdict.served is Served.PLATFORM:
        if verdict.fell_back:
            return _FELL_BACK
        return _NOT_YOURS if verdict.alarm else _PLATFORM
    if verdict.served is Served.NOBODY and verdict.fell_back is not False:
        return _VERDICTS[Served.NOBODY][0], _NOBODY[verdict.fell_back]
    return _VERDICTS[verdict.served]


def of_check_report(check_report: CheckReport) -> tuple[Mark, str]:
    """The mark of a check and what came of it in half a line; `check_report.sentence` is the whole one."""
    wrong = check_report.deciding
    if check_report.asked is not None and (wrong is None or check_report.asked.status == "passed"):
        mark = HOLDS[check_report.asked.status]
        return mark, f"{mark.word}: the check '{check_report.only}'"
    if wrong is None:
        return Mark("✓", "alive", "ok"), "every check that was tried holds"
    mark = HOLDS[wrong.status]
    return mark, f"{mark.word} at the check '{wrong.name}'"


def style(role: str) -> str:
    """The style of a role, or of several: `bad strong`."""
    return " ".join(STYLES[name] for name in role.split())


def content(parts: Parts) -> Content:
    """The parts as something a Static can show. Nothing in them is markup, or a command to the terminal."""
    return Content.assemble(*((veiled(plain(text)), style(role)) for text, role in parts))


def width(parts: Parts) -> int:
    """In characters; close enough to cells for what decides between a long and a short form."""
    return sum(len(text) for text, _ in parts)


def clock(at: float) -> str:
    """Local time of day, `14:03:22`."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def shorten(text: str, room: int) -> str:
    text = veiled(text)
    return text if len(text) <= room else text[: max(0, room - 1)].rstrip() + "…"
