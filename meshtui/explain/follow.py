"""A log that is still being written: bytes in pieces → lines → records → the kinds of failure in them.

Pure: whoever reads the file or the pipe passes on what was read, and reports when nothing more was. Memory is bounded
for any input: a line without an end is cut, and of a repeated failure only the count is kept.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import NamedTuple

from meshtui.base.text import make_one_line
from meshtui.base.times import format_clock
from meshtui.explain.candidates import OWN_ANSWER, Given, rank
from meshtui.explain.find import ErrorCollector, FoundError, Kind
from meshtui.explain.formats import encodings
from meshtui.explain.formats.logs import Record, RecordSplitter

MAX_LINE = 64_000
"""Characters after which a line is cut."""
SAMPLE = 4
"""The least number of bytes from which the encoding is detected."""


class LineReader:
    """Bytes in pieces → complete lines, without colours. The encoding is detected from the first bytes."""

    def __init__(self) -> None:
        self.cut: list[int] = []
        """Which of the lines returned last are continued in the next one."""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._undecoded = b""
        self._rest = ""

    def feed(self, data: bytes) -> list[str]:
        """The lines that these bytes complete."""
        if self._decoder is None:
            data = self._undecoded + data
            if len(data) < SAMPLE:
                self._undecoded = data
                return []
        return self._split(self._decode(data))

    def end(self) -> list[str]:
        """The last line, where it has no line break."""
        lines = self._split(self._decode(b"" if self._decoder else self._undecoded, final=True) + "\n")
        return lines if lines != [""] else []

    def _decode(self, data: bytes, *, final: bool = False) -> str:
        if self._decoder is None:
            self._decoder = codecs.getincrementaldecoder(encodings.detect_encoding(data))("replace")
        return self._decoder.decode(data, final)

    def _split(self, text: str) -> list[str]:
        text = self._rest + text
        held = text.endswith("\r")  # the other half of a line break may follow
        text = text[: len(text) - held].replace("\r\n", "\n").replace("\r", "\n") + "\r" * held
        end = text.rfind("\n") + 1
        self._rest, self.cut = text[end:], []
        lines = encodings.clean(text[:end].replace("\0", "")).split("\n") if end else [""]
        lines.pop()
        if end > MAX_LINE or len(self._rest) > MAX_LINE:
            lines = self._cut_long(lines)
        return lines

    def _cut_long(self, lines: list[str]) -> list[str]:
        cut: list[str] = []
        for line in lines:
            self.cut += range(len(cut), len(cut) + (len(line) - 1) // MAX_LINE)
            cut += [line[at : at + MAX_LINE] for at in range(0, max(len(line), 1), MAX_LINE)]
        while len(self._rest) > MAX_LINE:
            cut.append(encodings.clean(self._rest[:MAX_LINE].replace("\0", "")).replace("\n", " "))
            self._rest = self._rest[MAX_LINE:]
            self.cut.append(len(cut) - 1)
        return cut


class Change(NamedTuple):
    """A kind of failure that occurred, for the first time or again."""

    kind: Kind
    found: FoundError
    """All that is known of it by now."""
    came: int
    """The occurrences since the last call."""
    is_new: bool


class LogFollower:
    """The failures of one log. `changes` returns those since the last call."""

    def __init__(self, *, provider: str = "") -> None:
        """`provider` is believed, whatever the text says."""
        self._reader = LineReader()
        self._splitter = RecordSplitter()
        self._collector = ErrorCollector(Given(provider))
        self._part = 0
        self._came: dict[Kind, int] = {}
        self._told: set[Kind] = set()

    @property
    def lines(self) -> int:
        """How many there were."""
        return self._splitter.number

    def feed(self, data: bytes, part: int = 0) -> None:
        """Takes what was written. Another value of `part` begins a new file."""
        if part != self._part:
            self.end()
            self._part, self._reader = part, LineReader()
        self._take(self._reader.feed(data))

    def pause(self) -> None:
        """Nothing more was written for a moment, so the last record is complete."""
        self._collect(self._splitter.flush())

    def end(self) -> None:
        """Nothing more will come."""
        self._take(self._reader.end())
        self.pause()

    def changes(self) -> tuple[Change, ...]:
        """The kinds that occurred since the last call, in order."""
        if not self._came:
            return ()
        came, self._came = self._came, {}
        changes = []
        for kind, count in came.items():
            found = self._collector.find(kind)
            if is_worth_telling(found):
                changes.append(Change(kind, found, count, kind not in self._told))
                self._told.add(kind)
        return tuple(changes)

    def collect(self) -> tuple[FoundError, ...]:
        """All kinds, the root first."""
        return self._collector.collect()

    def _take(self, lines: list[str]) -> None:
        start = 0
        for at in self._reader.cut:
            self._collect(self._splitter.feed(lines[start : at + 1]))
            self._splitter.number -= 1
            start = at + 1
        if rest := lines[start:]:
            self._collect(self._splitter.feed(rest))

    def _collect(self, records: Iterable[Record]) -> None:
        for record in records:
            for kind in self._collector.add(record):
                self._came[kind] = self._came.get(kind, 0) + 1


FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two words on the same kind of failure: each pause is twice the one before."""


class Tally:
    """The occurrences of one kind of failure, from all logs together. Times are Unix times of reading."""

    def __init__(self, change: Change, source: str, now: float) -> None:
        self.kind = change.kind
        self.found, self.source, self.count = change.found, source, change.came
        self.first = self.last = self.reported_at = now
        self.first_time, self.last_time = change.found.first_time, change.found.last_time
        """As they are in the log; empty where it has none."""
        self.reported = change.came
        """The count when it was last reported."""
        self._pause = FIRST_PAUSE

    def add(self, change: Change, source: str, now: float) -> None:
        self.count += change.came
        self.last, self.last_time, self.source = now, change.found.last_time, source
        if change.found.explanation.status or not self.found.explanation.status:
            self.found = change.found

    def take_due(self, now: float) -> int:
        """The occurrences since the last report, where a report is due; else 0."""
        came = self.count - self.reported
        if not came or now - self.reported_at < self._pause:
            return 0
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        self.reported, self.reported_at = self.count, now
        return came

    @property
    def span(self) -> str:
        """`08:11:12 to 08:30:01`, by the log's own times where it has them, else by the clock."""
        first, last = self.first_time or format_clock(self.first), self.last_time or format_clock(self.last)
        return make_one_line(first if first == last else f"{first} to {last}", 120)


class Tallies:
    """All kinds of failure, each reported once and then at growing intervals."""

    def __init__(self) -> None:
        self._kinds: dict[Kind, Tally] = {}

    @property
    def all(self) -> list[Tally]:
        """In the order in which they came first."""
        return list(self._kinds.values())

    def add(self, changes: Iterable[Change], source: str, now: float) -> list[Tally]:
        """Counts the failures. Returns the kinds that are new."""
        new = []
        for change in changes:
            tally = self._kinds.get(change.kind)
            if tally is None:
                tally = self._kinds[change.kind] = Tally(change, source, now)
                new.append(tally)
            else:
                tally.add(change, source, now)
        return new

    def take_due(self, now: float) -> list[Tally]:
        """The kinds that occurred again and whose next report is due."""
        return [tally for tally in self._kinds.values() if tally.take_due(now)]


def is_worth_telling(found: FoundError) -> bool:
    """Whether it is reported while it happens: errors that a server returned to its own clients are only counted."""
    explanation = found.explanation
    if rank(explanation) > 1 or explanation.provider:
        return True
    known = rank(explanation) > 0 or explanation.status or found.error.code
    return bool(known) and not OWN_ANSWER.search(found.error.text)


def find_in_log(pieces: Iterable[bytes], *, provider: str = "") -> tuple[FoundError, ...]:
    """The errors of a log of any length, read without keeping all of it, the root cause first; empty where it has
    none."""
    follower = LogFollower(provider=provider)
    for data in pieces:
        follower.feed(data)
    follower.end()
    return follower.collect()
