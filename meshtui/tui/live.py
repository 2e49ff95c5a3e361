"""What is known of a run or a check while it happens: who is being called, the phases passed, the words so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from meshtui.config import PROVIDER_NAMES
from meshtui.runs.model import AttemptEnded, AttemptStarted, Event, PhaseReached, RunEnded, TextArrived
from meshtui.tui import words
from meshtui.tui.page import Lines, paragraph
from meshtui.tui.rows import shorten
from meshtui.tui.words import Mark

if TYPE_CHECKING:
    from meshtui.runs.rung import Ladder, RungResult

PHASES = {"connected": "connected", "sent": "sent", "first_byte": "first byte"}


@dataclass
class Live:
    """Mutable, and fed by the events of one run or the results of one check."""

    busy: bool = False
    """Whether a call is under way right now."""
    at: float = 0.0
    """Unix time at which it began."""
    who: str = ""
    """The role of the attempt, as in the log; `check` for a check."""
    what: str = ""
    """`calling OpenAI`"""
    phases: dict[str, float] = field(default_factory=dict)
    """What has been reached → seconds since the call began."""
    text: str = ""
    outcome: tuple[Mark, str] | None = None
    """How it all ended."""

    def hear(self, event: Event) -> None:
        match event:
            case AttemptStarted(role=role, provider=provider, at=at):
                self.busy, self.at, self.who, self.phases, self.text = True, at, role, {}, ""
                self.what = f"calling {PROVIDER_NAMES.get(provider, provider)}"
            case PhaseReached(phase=phase, after=after):
                self.phases[PHASES.get(phase, phase)] = after
            case TextArrived(piece=piece):
                self.text += piece
            case AttemptEnded(attempt=attempt):
                self.busy, self.text = False, attempt.text or self.text
            case RunEnded(run=run):
                self.busy, self.outcome = False, words.of_verdict(run.verdict, run.cancelled)

    def check(self, name: str, at: float) -> None:
        """A check begins."""
        self.busy, self.at, self.who, self.what = True, at, "check", f"checking {name}"

    def hear_rung(self, rung: RungResult) -> None:
        took = rung.exchange.timings.total if rung.exchange else None
        self.phases = {**self.phases, f"{words.HOLDS[rung.holds].glyph} {rung.name}": took or 0.0}

    def checked(self, ladder: Ladder | None) -> None:
        """The check ended; None: it was stopped."""
        self.busy = False
        self.outcome = words.of_ladder(ladder) if ladder else (words.STOPPED, "you stopped it")
        self.text = ladder.sentence if ladder else ""

    def progress(self) -> str:
        """`sent 4 ms · first byte 142 ms · 12 words`; what comes next while there is nothing yet."""
        passed = [f"{name} {words.duration(after)}" for name, after in list(self.phases.items())[-2:]]
        count = len(self.text.split())
        if count:
            passed.append("1 word" if count == 1 else f"{count} words")
        return " · ".join(passed) or "connecting"


def live_lines(live: Live, width: int, height: int) -> Lines:
    """In at most `height` lines: how far it is or how it ended, then the newest of what the model says."""
    lines: Lines = []
    if live.busy:
        lines += paragraph(f"◌ {live.what} · esc stops it", width, "accent")
        lines += [((f"  {shorten(live.progress(), width - 2)}", "dim"),)]
    elif live.outcome:
        mark, short = live.outcome
        lines += paragraph(f"{mark.glyph} {short}", width, mark.role)
    said = paragraph(live.text, width) if live.text else []
    return lines + said[-max(1, height - len(lines)) :]
