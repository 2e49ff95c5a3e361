"""When the rows of a list of entries have to be painted again: a time ago, or a limit that counts down, looks
different after a while. At rest, and while it is not to be seen, nothing ticks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from meshtui.base.text import format_span
from meshtui.journal.entry import Entry, EntryKind
from meshtui.runs.limits import Limit, limit_of
from meshtui.runs.model import Attempt
from meshtui.tui.renderers import log_rows as times
from meshtui.tui.renderers.log_rows import NO_CONTEXT, RowContext, measure_span
from meshtui.tui.styled_text import Parts

if TYPE_CHECKING:
    from textual.timer import Timer

    from meshtui.checks.model import CheckResult
    from meshtui.journal.journal import Journal
    from meshtui.tui.widgets.line_list import LineList


AGAIN, LATER = "retry now", "free again"
"""The text at the end of a countdown: for the last request, with the key that sends it again; for anything else."""
LIMITED = ("rate_limited", "capacity_exhausted")
"""How the causes begin whose answers may say how long to wait."""
EARLY_SECONDS = 0.05
"""Seconds that rows may be early, so that several are painted at once."""


class RowUpdates:
    """Asked for each row that is painted, so what is off the screen costs nothing."""

    def __init__(
        self, lines: LineList, journal: Journal, clock: Callable[[], float], *, ago: bool, repeat: str
    ) -> None:
        """`repeat` is the key that sends the last prompt again."""
        self._lines, self._journal, self._clock = lines, journal, clock
        self.ago = ago
        """Whether times are shown as `3 s ago`."""
        self._again = f"{AGAIN}: {repeat}"
        self._due: dict[int, float] = {}
        """Row → the time at which it looks different."""
        self._timer: Timer | None = None
        self._rings_at = 0.0
        self._newest: dict[str, int] = {}
        """Credential → the number of the newest entry about a call with it."""
        self._run = ""
        """The run of the prompt that was sent last."""
        self._read = 0
        self._limits: dict[str, tuple[int, Limit | None]] = {}
        """Credential → the number of the entry whose limit this is."""

    def of(self, row: int, entry: Entry, folded: Parts = ()) -> RowContext:
        """The context of the entry in this row. Schedules the next repaint of the row."""
        now = self._clock()
        called = entry.what is EntryKind.ATTEMPT or entry.what is EntryKind.CHECK
        waits = self._countdown(row, entry, now) if called else ()
        if self.ago:
            self._paint_again(row, now, times.find_next_age_change(entry.at, now))
        span = measure_span(self._journal.of_run(entry.run)) if entry.run and not folded else None
        return RowContext(now if self.ago else None, span, folded, waits)

    def make_call_context(self, row: int, at: float) -> RowContext:
        """The same for the row of a call that has been running since this time."""
        now = self._clock()
        if not self.ago:
            return NO_CONTEXT
        self._paint_again(row, now, times.find_next_age_change(at, now))
        return RowContext(now)

    def switch(self) -> None:
        """From the clock to `ago`, or back."""
        self.ago = not self.ago
        self._lines.refresh()

    def _countdown(self, row: int, entry: Entry, now: float) -> tuple[str, ...]:
        """Of the newest call with its credential, where that met a limit whose end is known."""
        if not _is_limited(entry):
            return ()
        self._read_on()
        if self._newest.get(entry.credential) != entry.number or (limit := self._limit(entry)) is None:
            return ()

        self._paint_again(row, now, find_next_countdown_change(limit, now))
        return write_countdown(limit, now, self._again if entry.run == self._run else LATER)

    def _read_on(self) -> None:
        for number in range(max(self._read, self._journal.first), self._journal.next):
            entry = self._journal.numbered(number)
            if entry.what is EntryKind.ATTEMPT:
                self._run = entry.run
            # A check that passed, without a call or by one that nobody counts, says nothing of the limit.
            if entry.what is EntryKind.ATTEMPT or (entry.what is EntryKind.CHECK and _is_limited(entry)):
                self._newest[entry.credential] = number
        self._read = self._journal.next

    def _limit(self, entry: Entry) -> Limit | None:
        """Read once an entry, as it is asked for at every tick."""
        known, limit = self._limits.get(entry.credential, (-1, None))
        if known != entry.number:
            limit = find_limit(entry)
            self._limits[entry.credential] = (entry.number, limit)
        return limit

    def _paint_again(self, row: int, now: float, seconds: float | None) -> None:
        if seconds is None:
            return
        self._due[row] = now + seconds
        if self._timer is None or self._due[row] < self._rings_at:
            self._schedule_next(now)

    def _schedule_next(self, now: float) -> None:
        """Sets the timer to the first row that is due."""
        if self._timer is not None:
            self._timer.stop()
        self._rings_at = min(self._due.values())
        self._timer = self._lines.set_timer(max(0.05, self._rings_at - now), self._repaint_due)

    def _repaint_due(self) -> None:
        """Repaints the rows that are due, and forgets those that are not visible."""
        self._timer = None
        top, height = self._lines.scroll_offset.y, self._lines.scrollable_content_region.height
        due = {row: at for row, at in self._due.items() if top <= row < top + height}
        self._due = {row: at for row, at in due.items() if at > self._rings_at + EARLY_SECONDS}
        for row in due.keys() - self._due.keys():
            self._lines.refresh_row(row)
        if self._due:
            self._schedule_next(self._clock())


def _is_limited(entry: Entry) -> bool:
    why = cast("Attempt | CheckResult", entry.detail).explanation
    return why is not None and why.cause.startswith(LIMITED)


BY_SECONDS = 120.0
"""Below this many seconds the countdown shows seconds, above it minutes."""


def find_limit(entry: Entry) -> Limit | None:
    """The limit that refused the entry's call; None where it made none, or met none."""
    if entry.what is EntryKind.ATTEMPT:
        attempt = cast("Attempt", entry.detail)
        called, why = (attempt.exchange if attempt.exchanges else None), attempt.explanation
    elif entry.what is EntryKind.CHECK:
        check = cast("CheckResult", entry.detail)
        called, why = check.exchange, check.explanation
    else:
        return None
    return limit_of(called, why) if called and why else None


def describe_remaining(limit: Limit) -> str:
    """`0 of 500 left`; empty where the answer has no number."""
    if limit.remaining is None:
        return f"limit {limit.limit:,}" if limit.limit is not None else ""
    return f"{limit.remaining:,}{'' if limit.limit is None else f' of {limit.limit:,}'} left"


def write_countdown(limit: Limit, now: float, at_zero: str) -> tuple[str, ...]:
    """`requests per minute · 0 of 500 left · wait 12 s`, then shorter ones for narrow rows; `at_zero` replaces the time
    once it is over. Empty where the answer does not say when."""
    if limit.resets_at is None:
        return ()
    wait = limit.resets_at - now
    last = f"wait {format_wait(wait)}" if wait > 0 else at_zero
    parts = [part for part in (limit.name or "limited", describe_remaining(limit)) if part]
    return tuple(" · ".join([*parts[:count], last]) for count in range(len(parts), -1, -1))


def format_wait(wait: float) -> str:
    """`12 s`, `65 s`, `6 min`: whole seconds while they matter."""
    return f"{math.ceil(wait)} s" if wait < BY_SECONDS else format_span(wait)


def find_next_countdown_change(limit: Limit, now: float) -> float | None:
    """Seconds until `forms` changes; None where it does not."""
    if limit.resets_at is None or limit.resets_at <= now:
        return None
    wait = limit.resets_at - now
    return wait - math.ceil(wait) + 1.0 if wait < BY_SECONDS else min(30.0, wait - BY_SECONDS + 1.0)
