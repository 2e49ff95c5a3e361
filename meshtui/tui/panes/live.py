"""What is known of a run or a check while it happens: who is being called, the phases passed, the words so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from meshtui.base.names import PROVIDER_NAMES
from meshtui.base.text import duration
from meshtui.runs.model import AttemptEnded, AttemptStarted, Event, Path, PhaseReached, RunEnded, TextArrived
from meshtui.tui import words
from meshtui.tui.widgets.page import Lines, paragraph
from meshtui.tui.words import Mark, shorten

if TYPE_CHECKING:
    from meshtui.checks.model import CheckReport, CheckResult

PHASES = {"secured": "TLS", "connected": "connected", "sent": "sent", "first_byte": "first byte"}


@dataclass
class Leg:
    """One call under way."""

    at: float
    """Unix time at which it began."""
    who: str
    """The role of the attempt, as in the log; `check` for a check."""
    what: str
    """`calling OpenAI`"""
    passed: list[str] = field(default_factory=list)
    """`connected 3 ms`, in their order."""
    text: str = ""
    first_word: float | None = None
    """Unix time at which the first of the text came, where that is known."""

    def elapsed(self, now: float) -> str:
        """`3 s`; whole seconds, so that a look at it once a second is often enough."""
        return f"{max(0.0, now - self.at):.0f} s"

    def progress(self, now: float | None = None, room: int = 0) -> str:
        """`sent 4 ms · first byte 142 ms · 12 words`, with `now` (Unix time) how many come a second as well; what
        comes next while there is nothing yet. The last two phases, or as many of them as go into `room`."""
        count = len(self.text.split())
        said = [f"{count} word{'s' * (count > 1)}{self._rate(count, now)}"] if count else []
        kept = list(self.passed if room else self.passed[-2:])
        while room and kept and len(" · ".join([*kept, *said])) > room:
            del kept[0]
        return " · ".join([*kept, *said]) or "connecting"

    def reach(self, phase: str, after: float) -> None:
        """An attempt may be several requests, a token's before the prompt's: the phases are those of the newest."""
        if self.passed and self.passed[-1].startswith(PHASES["first_byte"]):
            self.passed.clear()
        self.passed.append(f"{PHASES.get(phase, phase)} {duration(after)}")

    def say(self, piece: str, now: float | None) -> None:
        self.text += piece
        self.first_word = now if self.first_word is None else self.first_word

    def _rate(self, words_so_far: int, now: float | None) -> str:
        """Nothing before a second of words has been seen: it would be a guess."""
        took = 0.0 if now is None or self.first_word is None else now - self.first_word
        return f", {words_so_far / took:.0f} a second" if took >= 1 else ""


@dataclass
class Live:
    """Mutable, and fed by the events of one run or the results of one check. A comparison has several attempts."""

    attempt_runners: dict[str, Leg] = field(default_factory=dict)
    """The calls under way, by their role."""
    text: str = ""
    """What was said last."""
    outcome: tuple[Mark, str] | None = None
    """How it all ended."""
    asked: tuple[Path | None, str] = (None, "")
    """The path and the credential's name of what it tells of, once that ended."""
    checking: str = ""
    """The credential whose check report is run; empty for a test prompt."""
    checks: list[CheckResult] = field(default_factory=list)
    """The checks that are done, in their order."""

    def hear(self, event: Event, now: float | None = None) -> None:
        """`now`: Unix time."""
        match event:
            case AttemptStarted(role=role, provider=provider, at=at):
                self.attempt_runners[role] = Leg(at, role, f"calling {PROVIDER_NAMES.get(provider, provider)}")
                self.text = ""
            case PhaseReached(phase=phase, after=after, role=role) if attempt_runner := self._leg(role):
                attempt_runner.reach(phase, after)
            case TextArrived(piece=piece, role=role) if attempt_runner := self._leg(role):
                attempt_runner.say(piece, now)
                self.text = attempt_runner.text
            case AttemptEnded(attempt=attempt):
                self.attempt_runners.pop(attempt.role, None)
                why = attempt.explanation.headline if attempt.explanation else ""
                self.text = attempt.text or why or self.text
            case RunEnded(run=run):
                self.attempt_runners.clear()
                self.outcome = words.of_verdict(run.verdict, run.cancelled)
                self.asked = run.ask.path, run.ask.credential.name if run.ask.credential else ""
            case _:
                pass

    def check(self, name: str, at: float) -> None:
        """A check begins."""
        self.checking = name
        self.asked = None, name
        self.attempt_runners = {"check": Leg(at, "check", f"checking {name}")}

    def hear_rung(self, check: CheckResult) -> None:
        self.checks.append(check)
        self.attempt_runners["check"].passed.append(f"{words.HOLDS[check.status].glyph} {check.name}")

    def checked(self, check_report: CheckReport | None) -> None:
        """The check ended; None: it was stopped."""
        self.attempt_runners.clear()
        self.outcome = words.of_check_report(check_report) if check_report else (words.STOPPED, "you stopped it")
        self.text = check_report.sentence if check_report else ""

    def broke(self, why: str) -> None:
        """It ended by an error of our own."""
        self.attempt_runners.clear()
        self.outcome = (Mark("✗", "failed", "bad"), why)

    def elsewhere(self, path: Path | None, credential: str) -> str:
        """`mesh · aws`, or `check · aws`, where it tells of something else than this; empty where of this."""
        way, name = self.asked
        if not name or (name == credential and way in (None, path)):
            return ""
        return f"{way.value if way else 'check'} · {name}"

    def _leg(self, role: str) -> Leg | None:
        return self.attempt_runners.get(role) or next(reversed(self.attempt_runners.values()), None)


def progress_lines(live: Live, width: int, now: float, elsewhere: str = "") -> Lines:
    """How far each call is, in a line, or two where one is too narrow; then how it all ended. `elsewhere` names what
    ended, where that is not what the fields ask. `now` is Unix time."""
    lines: Lines = []
    for attempt_runner in live.attempt_runners.values():
        who = f"◌ {attempt_runner.what} {attempt_runner.elapsed(now)}"
        room = width - len(who) - 3
        if len(attempt_runner.progress(now)) <= room:
            lines += [((who, "accent"), (f" · {attempt_runner.progress(now, room)}", "dim"))]
        else:
            far = shorten(attempt_runner.progress(now, width - 2), width - 2)
            lines += [((shorten(who, width), "accent"),), ((f"  {far}", "dim"),)]
    if live.outcome:
        mark, short = live.outcome
        of = f"{elsewhere}: " if elsewhere else ""
        lines += paragraph(f"{mark.glyph} {of}{short}", width, mark.role)
    return lines
