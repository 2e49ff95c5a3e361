"""What `meshtui explain --follow` prints on standard error: a card for each new kind of failure, a line when it comes
again, a summary; as text, or as JSON lines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from meshtui.base.redaction import redact, redact_tree
from meshtui.base.text import format_json, format_span, make_one_line, make_plain
from meshtui.base.times import format_clock
from meshtui.explain.causes import name_kind
from meshtui.explain.find import FoundError
from meshtui.explain.follow import Change, Tallies, Tally
from meshtui.presentation.explanation_blocks import (
    describe_fixer,
    describe_key,
    format_explanation,
    format_found_json,
)
from meshtui.presentation.json_schema import number_answer

PREFIX = "meshtui: "


@dataclass(frozen=True)
class Ending:
    """How it ended, and what was read."""

    reason: str
    """`end of input`, `interrupted`, `terminated`, `nobody reads the output`."""
    lines: int
    seconds: float
    sources: Sequence[str]
    others: int
    """Failures that were only counted: errors that a server returned to its own clients."""


class Report(ABC):
    """Prints the failures of followed logs. A reader that closes the output does not end the run."""

    def __init__(self, stream: TextIO, *, several: bool, before: Callable[[], str]) -> None:
        """`several`: whether to say in which log it was; `before` gives what is to be written before text of ours, a
        line break where the program's own output stands in the middle of a line."""
        self._stream, self._several, self._before = stream, several, before
        self.tallies = Tallies()

    def record(self, changes: Sequence[Change], source: str, now: float) -> None:
        """Prints the failures of one log. `now`: Unix time."""
        for tally in self.tallies.add(changes, source, now):
            self.failure(tally)

    def report_repeats(self, now: float) -> None:
        """Prints which failures occurred again, each kind at growing intervals."""
        for tally in self.tallies.take_due(now):
            self.again(tally)

    @abstractmethod
    def failure(self, tally: Tally) -> None:
        """A kind that came for the first time."""

    @abstractmethod
    def again(self, tally: Tally) -> None:
        """A failure that occurred again."""

    @abstractmethod
    def note(self, text: str) -> None:
        """What happened to a log, as that it is not there yet."""

    @abstractmethod
    def end(self, ending: Ending) -> None:
        """The summary."""

    def _write(self, text: str) -> None:
        try:
            self._stream.write(self._before() + text)
            self._stream.flush()
        except (OSError, ValueError):
            return

    def _name_source(self, tally: Tally) -> str:
        return f"{make_one_line(tally.source, 60)}, " if self._several else ""


class TextReport(Report):
    def __init__(self, stream: TextIO, *, several: bool, before: Callable[[], str], width: int) -> None:
        super().__init__(stream, several=several, before=before)
        self._width = width

    def failure(self, tally: Tally) -> None:
        found, times = tally.found, f", {tally.count:,} times already" if tally.count > 1 else ""
        where = f"{self._name_source(tally)}line {found.first_line}{times}"
        shown = format_explanation(found.explanation, max(self._width - 4, 40)).splitlines()
        self._print([f"[x] {_name_kind(found)} · {where}", "", *(f"    {line}".rstrip() for line in shown), ""])

    def again(self, tally: Tally) -> None:
        self._print([f"[x] again, {tally.count:,} times by now: {_name_kind(tally.found)} · "
                     f"{self._name_source(tally)}last {tally.last_time or format_clock(tally.last)}"])  # fmt: skip

    def note(self, text: str) -> None:
        self._print([f"[-] {text}"])

    def end(self, ending: Ending) -> None:
        self._print(list(describe_ending(ending, self.tallies.all)))

    def _print(self, lines: Sequence[str]) -> None:
        shown = [PREFIX + lines[0], *lines[1:]]
        self._write("".join(f"{make_plain(redact(line))}\n" for line in shown))


class JsonReport(Report):
    """An object a line, each with its `type`: failure, again, note, summary."""

    def failure(self, tally: Tally) -> None:
        self._print("failure", {**format_found_json(tally.found), "count": tally.count, "source": tally.source})

    def again(self, tally: Tally) -> None:
        self._print("again", _format_tally_json(tally))

    def note(self, text: str) -> None:
        self._print("note", {"text": text})

    def end(self, ending: Ending) -> None:
        self._print("summary", {
            "ended": ending.reason, "lines": ending.lines, "seconds": round(ending.seconds, 3),
            "sources": list(ending.sources), "failures": [_format_tally_json(each) for each in self.tallies.all],
            "own_answers": ending.others,
        })  # fmt: skip

    def _print(self, kind: str, fields: dict[str, object]) -> None:
        self._write(format_json(redact_tree(number_answer({"type": kind, **fields}))) + "\n")


def describe_ending(ending: Ending, tallies: Sequence[Tally]) -> Iterator[str]:
    """The summary, a line for each kind, the most frequent first."""
    kinds = len(tallies)
    count = f"{kinds} kind{'s' * (kinds != 1)} of failure" if kinds else "no failure"
    where = ", ".join(make_one_line(source, 60) for source in ending.sources)
    how = "" if ending.reason == "end of input" else f"; {ending.reason}"
    yield f"{count} in {ending.lines:,} lines of {where}, {format_span(ending.seconds)}{how}"
    for tally in sorted(tallies, key=lambda each: -each.count):
        explanation = tally.found.explanation
        yield f"  {tally.count:,} x {explanation.cause}: {_name_kind(tally.found)}"
        yield f"      {tally.span} · key: {describe_key(explanation)} · fixed by {describe_fixer(explanation)}"
    if ending.others:
        yield f"  {ending.others:,} answers with an error that a server of yours gave itself"


def _format_tally_json(tally: Tally) -> dict[str, object]:
    explanation = tally.found.explanation
    return {
        "cause": explanation.cause, "provider": explanation.provider, "status": explanation.status,
        "credential": explanation.credential, "who": explanation.who, "headline": explanation.headline,
        "count": tally.count, "first_seen": round(tally.first, 3), "last_seen": round(tally.last, 3),
        "first_time": make_one_line(tally.first_time, 60), "last_time": make_one_line(tally.last_time, 60),
        "source": tally.source,
    }  # fmt: skip


def _name_kind(found: FoundError) -> str:
    """`The key is unknown (OpenAI), 401`"""
    status = f", {found.explanation.status}" if found.explanation.status else ""
    return f"{name_kind(found.explanation.cause, found.explanation.provider)}{status}"
