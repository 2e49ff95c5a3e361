"""One journal entry as one row of the log, for a width: its age in words, and a bar of when in its run the call was
made, thin while its answer is awaited and thick while it comes. Pure: no widget, no clock.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from meshtui.base.text import format_duration
from meshtui.base.times import format_clock
from meshtui.explain.causes import CAUSES, find_cause
from meshtui.explain.model import Explanation
from meshtui.journal.entry import Entry, EntryKind
from meshtui.presentation.blocks import Mark
from meshtui.presentation.check_blocks import CHECK_MARKS, mark_check_report
from meshtui.presentation.explanation_blocks import mark_cause
from meshtui.presentation.lines import count_cells
from meshtui.presentation.verdict_blocks import STOPPED, mark_attempt, mark_verdict
from meshtui.runs.model import Attempt, Verdict
from meshtui.tui import styled_text
from meshtui.tui.styled_text import Part, Parts, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from meshtui.base.exchange import Exchange
    from meshtui.checks.model import CheckReport, CheckResult
    from meshtui.tui.live_run import LiveCall


CELLS = 12
WAITING, COMING = "─", "█"
"""Two glyphs that differ without colour: awaiting the first byte, receiving."""
FIRST, ALL = 10, 8
"""Columns of the two numbers."""
HEADINGS = ("1st byte", "total")


def render_bar(offset: float, first: float | None, total: float, length: float) -> tuple[str, str, str]:
    """The empty part, the waiting and the receiving one, CELLS together at most. Seconds: `offset` from the run's start
    to the call's, `first` and `total` from there on, `length` of the run. `first` None: nothing was received. A call
    has a cell at least, however short it was."""
    scale = CELLS / length if length > 0 else 0.0
    begin = min(CELLS - 1, int(offset * scale))
    end = max(begin + 1, min(CELLS, round((offset + total) * scale)))
    turn = end if first is None else min(end - 1, max(begin, round((offset + first) * scale)))
    return " " * begin, WAITING * (turn - begin), COMING * (end - turn)


def render_times(at: float, first: float | None, total: float | None, span: tuple[float, float]) -> list[Part]:
    """The bar and both numbers as columns; `at` is Unix time, `first` and `total` are seconds from there on."""
    empty, waiting, coming = "", "", ""
    if total is not None:
        empty, waiting, coming = render_bar(at - span[0], first, total, span[1])
    rest = " " * (CELLS - len(empty + waiting + coming))
    return [
        (empty, ""), (waiting, "dim"), (coming, "accent"), (rest, ""),
        (f"{format_duration(first):>{FIRST}}{format_duration(total):>{ALL}}", "dim"),
    ]  # fmt: skip


def render_scale(length: float) -> list[Part]:
    """The scale in the run's row above them: the time of a full bar, and the headings of the numbers."""
    whole = f" {format_duration(length)} "
    return [
        (f"├{whole:─^{CELLS - 2}}┤", "dim"),
        (f"{HEADINGS[0]:>{FIRST}}{HEADINGS[1]:>{ALL}}", "dim"),
    ]  # fmt: skip


MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
WIDTH, NARROW = 15, 10
"""Columns that the longest of these words takes: `yesterday 14:03`; `59 min ago`."""


def format_age(at: float, now: float, room: int = WIDTH) -> str:
    """`3 s ago`, `2 min ago`, `5 h ago` on the same day, `yesterday 14:03`, `21 Nov 14:03`; local time. With less room
    than WIDTH `yest 14:03` and `21 Nov`. What is yet to come, because a clock was set, is `now`."""
    age = now - at
    if age < 1:
        return "now"
    if age < MINUTE:
        return f"{int(age)} s ago"
    if age < HOUR:
        return f"{age // MINUTE:.0f} min ago"
    days = _count_local_day(now) - _count_local_day(at)
    if days == 0:
        return f"{age // HOUR:.0f} h ago"
    long, short = ("yesterday %H:%M", "yest %H:%M") if days == 1 else ("%d %b %H:%M", "%d %b")
    return time.strftime(long if room >= WIDTH else short, time.localtime(at)).lstrip("0")


def find_next_age_change(at: float, now: float) -> float:
    """Seconds until `ago` changes; at least one second, because nobody reads faster, and at most an hour."""
    age = now - at
    step = 1.0 if age < MINUTE else MINUTE if age < HOUR else HOUR
    return max(1.0, step - age % step)


def _count_local_day(at: float) -> int:
    """The local day, counted, so that yesterday is one less."""
    then = time.localtime(at)
    return int((at + then.tm_gmtoff) // DAY)


ROLE_NAMES = {"mesh": "Mesh", "your program": "program"}
BARS_FROM = 98
"""Columns after the time from which on a row has a bar: about 110 of the screen."""


@dataclass(frozen=True, slots=True)
class RowContext:
    """What a row needs in addition to its entry; without it, a row shows the entry alone."""

    now: float | None = None
    """Unix seconds from which relative times are computed (`2 min ago`); None: times of day are shown."""
    span: tuple[float, float] | None = None
    """Start (Unix seconds) and length (seconds) of the row's run, inside which its bar stands; None: no bar."""
    folded: Parts = ()
    """What replaces the folded lines in a run's row (`summary`), the last two parts at the right edge; empty: they are
    visible."""
    waits: tuple[str, ...] = ()
    """The limit a call met, counting down, in place of the entry's sentence: the longest form first."""


NO_CONTEXT = RowContext()


def render_row(entry: Entry, width: int, look: RowContext = NO_CONTEXT) -> list[Part]:
    """The entry's parts, cut to `width` by shortening its sentence with `…`, never its facts."""
    when = _render_time(entry.at, width, look)
    return [(when, "dim"), *_ROWS[entry.what](entry, width - len(when), look)]


def measure_span(run: Iterable[Entry]) -> tuple[float, float] | None:
    """Start and length of a run by its entries, for `Look.span`; None where none of them took any time."""
    called = [entry for entry in run if entry.what in (EntryKind.ATTEMPT, EntryKind.CHECK) and entry.seconds]
    if not called:
        return None
    start = min(entry.at for entry in called)
    return start, max(entry.at + (entry.seconds or 0.0) for entry in called) - start


def summarize_run(run: Iterable[Entry]) -> Parts:
    """The result of a run, its reason, the number of its lines and how long it took, for `RowContext.folded`."""
    entries = [entry for entry in run if entry.what is not EntryKind.RUN]
    verdict = next((entry for entry in reversed(entries) if entry.what is EntryKind.VERDICT), None)
    lines = f"{len(entries)} line{'' if len(entries) == 1 else 's'}"
    if verdict is None:
        return (("", ""), (f"{lines} ", "dim"), ("", "dim"))
    return (
        *_render_mark(_mark_of(verdict)),
        (find_reason(entries), ""),
        (f"{lines} ", "dim"),
        (f"{format_duration(verdict.seconds):>7}", "dim"),
    )


def find_reason(entries: Iterable[Entry]) -> str:
    """`401 The key is unknown`: why the first call of a run that failed did; empty where none did."""
    for entry in entries:
        if isinstance(entry.detail, Attempt) and entry.detail.explanation:
            attempt, cause = entry.detail, entry.detail.explanation.cause
            status = attempt.exchange.status if attempt.exchanges else 0
        elif entry.what is EntryKind.CHECK and (check := cast("CheckResult", entry.detail)).cause:
            cause, status = check.cause, check.exchange.status if check.exchange else 0
        else:
            continue
        return f"{status or ''} {find_cause(cause).title}".strip()
    return ""


def _mark_of(verdict: Entry) -> Mark:
    if isinstance(verdict.detail, Verdict):
        return mark_verdict(verdict.detail, verdict.cancelled)[0]
    return mark_check_report(cast("CheckReport", verdict.detail))[0] if verdict.detail else STOPPED


def render_live_row(call: LiveCall, width: int, look: RowContext = NO_CONTEXT) -> list[Part]:
    """The row of a running call."""
    start: list[Part] = [
        (_render_time(call.at, width, look), "dim"),
        *_render_mark(styled_text.CALLING),
        ("    ", ""),
        _render_role(call.who),
    ]
    return [*start, (shorten(call.progress(), width - styled_text.measure(start)), "accent")]


def _render_time(at: float, width: int, look: RowContext) -> str:
    """The first column, with the space after it."""
    if look.now is None:
        return format_clock(at) + " "
    room = WIDTH if width >= BARS_FROM else NARROW
    return format_age(at, look.now, room).ljust(room) + " "


def _run(entry: Entry, width: int, look: RowContext) -> list[Part]:
    if look.folded:
        *mark, (why, _), lines, took = look.folded
        start = [("▸ ", "accent"), *mark]
        asked = " · ".join(entry.text.split(" · ")[:2])
        said = [f"{entry.text}: {why}", f"{asked}: {why}"] if why else [entry.text]
        # How many lines there are is told where that cuts nothing off.
        fits = styled_text.measure([*start, lines, took]) + count_cells(said[-1]) < width
        return _fit_row(start, said, "strong", [lines, took] if fits else [took], width)
    heads = render_scale(look.span[1]) if look.span and width >= BARS_FROM else []
    room = width - 2 - styled_text.measure(heads)
    return [("▾ ", "accent"), (styled_text.pad(_fit_title(entry.text, room - 1), room), "strong"), *heads]


def _fit_title(text: str, room: int) -> str:
    """A run's title without its last parts, which its card has, where they have no room."""
    parts = text.split(" · ")
    while len(parts) > 2 and count_cells(" · ".join(parts)) > room:
        parts.pop()
    return shorten(" · ".join(parts), room)


def _note(entry: Entry, width: int, look: RowContext) -> list[Part]:  # noqa: ARG001 - as all rows
    if isinstance(entry.detail, Explanation) and entry.run:  # a failure in a log file
        explanation = entry.detail
        start: list[Part] = [*_render_mark(mark_cause(explanation.cause)), (f"{explanation.status or '':<4}", "strong"),
                             _render_role("log")]  # fmt: skip
        return [*start, (shorten(entry.text, width - styled_text.measure(start)), "")]
    return [("· ", "dim"), (shorten(entry.text, width - 2), "dim")]


def _render_attempt(entry: Entry, width: int, look: RowContext) -> list[Part]:
    attempt = entry.detail
    assert isinstance(attempt, Attempt)
    status = str(attempt.exchange.status or "") if attempt.exchanges else ""
    mark = mark_attempt(attempt)
    start: list[Part] = [*_render_mark(mark), (f"{status:<4}", "strong"), _render_role(attempt.role)]
    said = [*look.waits] or [entry.text]
    if mark is STOPPED:
        said.append("you stopped it")
    elif attempt.explanation and attempt.explanation.cause in CAUSES and not look.waits:
        said += [CAUSES[attempt.explanation.cause].title, attempt.explanation.cause.replace("_", " ")]
    role = "warn" if look.waits else "" if attempt.explanation else "dim"
    return _fit_row(
        start, said, role, _list_row_end(entry, attempt.exchange if attempt.exchanges else None, width, look), width
    )


def _check(entry: Entry, width: int, look: RowContext) -> list[Part]:
    check = cast("CheckResult", entry.detail)
    status = str(check.exchange.status or "") if check.exchange else ""
    start: list[Part] = [
        *_render_mark(CHECK_MARKS[check.status]),
        (f"{status:<4}", "strong"),
        (f"{check.name + ' ':<13}", ""),
    ]
    said = [*look.waits] or ([entry.text, check.proves] if check.status == "passed" else [entry.text])
    if check.cause in CAUSES and not look.waits:
        said += [CAUSES[check.cause].title, check.cause.replace("_", " ")]
    role = "warn" if look.waits else "" if check.cause else "dim"
    return _fit_row(start, said, role, _list_row_end(entry, check.exchange, width, look), width)


def _render_verdict(entry: Entry, width: int, look: RowContext) -> list[Part]:  # noqa: ARG001 - as all rows
    if isinstance(entry.detail, Verdict):
        mark, short = mark_verdict(entry.detail, entry.cancelled)
        basis = "" if entry.cancelled else f" ({entry.detail.basis})"
        # The mark says it already: what follows is enough.
        first, *rest = re.split("[:,;] ", short, maxsplit=1)
        tail = rest[0] if rest and first.lower() == mark.word else short
        last = re.split("[:,;] ", short)[-1]
        said = [*(f"{text.removesuffix('.')}{basis}" for text in (entry.text, tail, last)), last]
        said = [short] if entry.cancelled else said
    elif entry.detail is None:
        mark, said = STOPPED, [entry.text]
    else:
        mark, short = mark_check_report(cast("CheckReport", entry.detail))
        said = [entry.text, short.removeprefix(f"{mark.word} ").removeprefix(f"{mark.word}: ")]
    return _fit_row(list(_render_mark(mark)), said, "strong", [(format_duration(entry.seconds), "dim")], width)


def _list_row_end(entry: Entry, exchange: Exchange | None, width: int, look: RowContext) -> list[Part]:
    """The text at the right edge of a call: how long it took, and where there is room, when in its run."""
    if look.span is None or width < BARS_FROM:
        return [(format_duration(entry.seconds), "dim")]
    first = exchange.timings.first_byte if exchange else None
    if first is not None and exchange:
        first += exchange.started - entry.at
    return render_times(entry.at, first, entry.seconds, look.span)


def _fit_row(start: list[Part], said: list[str], role: str, end: list[Part], width: int) -> list[Part]:
    """The first of `said` that fits, else the last one shortened; `end` is at the right edge."""
    room = width - styled_text.measure(start) - styled_text.measure(end) - 1
    text = next((s for s in said if count_cells(s) <= room), shorten(said[-1], room))
    return [*start, (styled_text.pad(text, room) + " ", role), *end]


def _render_mark(mark: Mark) -> tuple[Part, Part]:
    return (f"{mark.glyph} {mark.word}", mark.role), (" " * (10 - len(mark.word)), "")


def _render_role(role: str) -> Part:
    return f"{ROLE_NAMES.get(role, role):<9}", "dim"


_ROWS: dict[EntryKind, Callable[[Entry, int, RowContext], list[Part]]] = {
    EntryKind.RUN: _run,
    EntryKind.NOTE: _note,
    EntryKind.ATTEMPT: _render_attempt,
    EntryKind.CHECK: _check,
    EntryKind.VERDICT: _render_verdict,
}
