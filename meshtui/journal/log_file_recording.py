"""The failures of a log file that is followed, as lines of the journal: a run for each kind of failure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from meshtui import __version__
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.explain.causes import find_cause, name_kind
from meshtui.explain.follow import Change, Tallies, Tally
from meshtui.journal.entry import LOG_FILE, Entry, EntryKind, RunInputs
from meshtui.runs.model import Basis, Paid, Served, Verdict

if TYPE_CHECKING:
    from meshtui.explain.model import Explanation
    from meshtui.journal.journal import Journal


class LogFileRecorder:
    """Writes what comes into a journal, and with it into the history, where one is kept. A kind of failure is a run:
    its card when it comes first, a line when it comes again, at growing intervals, and how often it came at the end."""

    def __init__(self, journal: Journal, path: str) -> None:
        self._journal, self._path, self._name = journal, path, os.path.basename(path)
        self._prefix = f"log-{os.urandom(6).hex()}"
        self._tallies = Tallies()

    @property
    def kinds(self) -> int:
        """How many kinds of failure there were."""
        return len(self._tallies.all)

    def record(self, changes: Sequence[Change], now: float) -> None:
        """Records the failures of a followed log. `now`: Unix time."""
        for tally in self._tallies.add(changes, self._path, now):
            explanation = tally.found.explanation
            inputs = RunInputs(path=LOG_FILE, provider=explanation.provider, source=redact(self._path),
                               version=__version__)  # fmt: skip
            self._write(now, EntryKind.RUN, f"log file · {self._name} · {name_kind(*tally.kind)}", tally, inputs)
            times = f", {tally.count:,} times already" if tally.count > 1 else ""
            text = f"line {tally.found.first_line}{times}: {explanation.headline}"
            self._write(now, EntryKind.NOTE, text, tally, explanation)

    def report_repeats(self, now: float) -> None:
        """Records the repeated failures whose next report is due."""
        for tally in self._tallies.take_due(now):
            explanation = tally.found.explanation
            text = f"line {tally.found.last_line}, {tally.count:,} times by now: {explanation.headline}"
            self._write(now, EntryKind.NOTE, text, tally, explanation)

    def close(self, now: float) -> None:
        """Ends the runs."""
        for tally in self._tallies.all:
            times = "once" if tally.count == 1 else f"{tally.count:,} times"
            text = f"{times} in {self._name}: {find_cause(tally.kind[0]).title}"
            sentence = make_one_line(redact(f"{times} in {self._name}, {tally.span}"))
            verdict = Verdict(Served.NOBODY, None, Basis.OBSERVED, sentence, paid=Paid.UNKNOWN)
            self._write(now, EntryKind.VERDICT, text, tally, verdict, now - tally.first)

    def _write(
        self, at: float, what: EntryKind, text: str, tally: Tally, detail: RunInputs | Explanation | Verdict,
        seconds: float | None = None,
    ) -> None:  # fmt: skip
        run = f"{self._prefix}-{self._tallies.all.index(tally)}"
        self._journal.append(Entry(at, what, make_one_line(redact(text), 400), run, detail=detail, seconds=seconds))
