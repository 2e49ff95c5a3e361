"""What a row of the log says: when, how long, and when in its run; a limit counts down, and at rest nothing ticks."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from textual.timer import Timer

from meshtui.checks.model import CheckResult
from meshtui.journal.entry import Entry, EntryKind
from meshtui.journal.recording import CheckRecorder
from meshtui.providers.check import CheckStatus
from meshtui.runs.limits import Limit
from meshtui.session import Session
from meshtui.settings import Settings
from meshtui.tui.live_run import LiveCall
from meshtui.tui.panes import row_updates as countdown
from meshtui.tui.renderers import log_rows as bars
from meshtui.tui.renderers import log_rows as times
from meshtui.tui.renderers.entry_lines import render_card
from meshtui.tui.renderers.log_rows import RowContext, measure_span, render_live_row, render_row, summarize_run
from tests.tui.conftest import Screen, settled, text_of, to_text
from tests.tui.recorded import NOON, NOT_TOLD, Recorded, all_kinds, attempt, demo, fallen_back, limited

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def text(parts: Any) -> str:
    return "".join(part for part, _ in parts)


def entries(session: Recorded, what: EntryKind) -> list[Entry]:
    return [entry for entry in session.journal if entry.what is what]


# Times


@pytest.mark.parametrize(
    ("age", "said", "then"),
    [
        (-5.0, "now", 1.0),
        (0.0, "now", 1.0),
        (3.4, "3 s ago", 1.0),
        (59.9, "59 s ago", 1.0),
        (MINUTE, "1 min ago", MINUTE),
        (HOUR - 1, "59 min ago", 1.0),
        (2 * HOUR, "2 h ago", HOUR),
        (11.5 * HOUR, "11 h ago", HOUR / 2),
        (12 * HOUR + 1, "yesterday 23:59", HOUR - 1),
        (2 * DAY, "21 Nov 12:00", HOUR),
        (20 * DAY, "3 Nov 12:00", HOUR),
    ],
)
def test_how_long_ago_it_was_is_said_as_people_say_it(age: float, said: str, then: float):
    assert times.format_age(NOON - age, NOON) == said
    assert times.find_next_age_change(NOON - age, NOON) == pytest.approx(then)


def test_times_are_told_by_the_clock_or_as_ago_in_columns_that_never_move():
    entry = entries(fallen_back(), EntryKind.ATTEMPT)[0]
    assert text(render_row(entry, 100)).startswith("12:00:00 ✓ answered")
    starts = {
        text(render_row(entry, 100, RowContext(now=NOON + age))).index("✓") for age in (0, 5, 300, 9000, DAY, 9 * DAY)
    }
    assert starts == {times.WIDTH + 1}
    narrow = {
        text(render_row(entry, 78, RowContext(now=NOON + age))).index("✓") for age in (0, 3599, 9000, DAY, 9 * DAY)
    }
    assert narrow == {times.NARROW + 1}


@pytest.mark.parametrize("width", [60, 78, 98, 110, 150, 220])
@pytest.mark.parametrize(
    "look", [RowContext(), RowContext(now=NOON + 5), RowContext(span=(NOON, 2.0)), RowContext(waits=("a limit · 3 s",))]
)
def test_a_row_is_never_wider_than_it_may_be(width: int, look: RowContext):
    for entry in all_kinds().journal:
        assert len(text(render_row(entry, width, look))) <= width


def test_a_call_under_way_stands_in_the_same_columns():
    call = LiveCall(NOON, "own key", "calling OpenAI")
    assert text(render_live_row(call, 100)).startswith("12:00:00 ◌ calling")
    assert text(render_live_row(call, 100, RowContext(now=NOON + 3))).startswith("3 s ago         ◌ calling")


# Bars


@pytest.mark.parametrize(
    ("offset", "first", "total", "shape"),
    [
        (0.0, 0.5, 1.0, "──────██████"),
        (0.0, None, 1.0, "────────────"),
        (0.5, 0.25, 0.5, "      ───███"),
        (0.0, 0.999, 1.0, "───────────█"),
        (0.0, 0.0, 0.01, "█"),
        (0.999, 0.0005, 0.001, "           █"),
    ],
)
def test_a_bar_is_thin_until_the_first_byte_and_thick_from_then_on(
    offset: float, first: float | None, total: float, shape: str
):
    assert "".join(bars.render_bar(offset, first, total, 1.0)) == shape


def test_a_bar_of_no_length_still_shows_that_there_was_a_call():
    assert "".join(bars.render_bar(0.0, None, 0.0, 0.0)).strip()


def test_where_there_is_room_a_row_has_its_bar_and_both_times_and_the_run_says_which_is_which():
    run = fallen_back().journal.of_run("run-3")
    look = RowContext(span=measure_span(run))
    assert look.span == pytest.approx((NOON + 21, 0.242))
    head, own, platform, verdict = (text(render_row(entry, 120, look)) for entry in run)
    assert head.endswith("├─ 242 ms ─┤  1st byte   total")
    assert own.endswith("────█            90 ms   95 ms")
    assert platform.endswith("    ───────█    137 ms  142 ms")
    assert verdict.endswith("242 ms")
    assert "█" not in verdict
    ends = {len(line) for line in (head, own, platform, verdict)}
    assert ends == {120}


def test_without_room_only_the_whole_time_is_told():
    run = fallen_back().journal.of_run("run-3")
    line = text(render_row(run[1], 78, RowContext(span=measure_span(run))))
    assert line.endswith(" 95 ms")
    assert "90 ms" not in line
    assert "─" not in line


def test_a_run_that_is_folded_says_how_it_came_out_and_how_much_it_hides():
    run = fallen_back().journal.of_run("run-3")
    line = text(render_row(run[0], 98, RowContext(folded=summarize_run(run))))
    assert "▸" in line
    assert "↩ fell back" in line
    assert "3 lines" in line
    assert text(render_row(run[0], 78)).startswith("12:00:21 ▾")


# Limits


def told(limit: Limit, now: float) -> tuple[str, ...]:
    return countdown.write_countdown(limit, now, "retry now: r")


def test_a_limit_counts_down_in_whole_seconds_and_says_when_it_is_over():
    limit = Limit("requests per minute", 500, 0, NOON + 12, "header retry-after")
    assert told(limit, NOON) == (
        "requests per minute · 0 of 500 left · wait 12 s", "requests per minute · wait 12 s", "wait 12 s",
    )  # fmt: skip
    assert told(limit, NOON + 11.9)[0].endswith(" · wait 1 s")
    assert told(limit, NOON + 12)[0].endswith(" · retry now: r")
    assert told(replace(limit, resets_at=None), NOON) == ()
    assert told(replace(limit, name="", limit=None, remaining=None), NOON)[0] == "limited · wait 12 s"


@pytest.mark.parametrize(("wait", "tick"), [(12.0, 1.0), (12.25, 0.25), (0.1, 0.1), (300.0, 30.0), (0.0, None)])
def test_it_ticks_only_when_its_words_change(wait: float, tick: float | None):
    limit = Limit("", None, None, NOON + wait, "")
    assert countdown.find_next_countdown_change(limit, NOON) == (pytest.approx(tick) if tick else None)


class Ticking:
    """A clock that a test turns, and all timers of the log counted."""

    def __init__(self) -> None:
        self.now = NOON
        self.set: list[float] = []

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(every_frame: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ticking]:
    from meshtui.tui import app

    ticking = Ticking()
    made = app.MeshtuiApp.__init__

    def with_clock(self: app.MeshtuiApp, *given: Any, **named: Any) -> None:
        made(self, *given, **{**named, "clock": ticking})

    monkeypatch.setattr(app.MeshtuiApp, "__init__", with_clock)
    return ticking


def timer_of(app: Any) -> Timer | None:
    return app.main.log_lines.looks._timer  # type: ignore[no-any-return]


async def test_the_newest_refusal_of_a_credential_ticks_in_its_row(screen: Screen, clock: Ticking):
    session = demo()
    session.play("openai", NOT_TOLD, limited("openai", "openai", NOON))
    async with screen(session, size=(119, 36)) as (app, pilot):
        assert "requests per minute · 0 of 3 left · wait 20 s" in text_of(app)
        clock.now = NOON + 8
        await settled(pilot, until=lambda: "left · wait 12 s" in text_of(app))
        clock.now = NOON + 20
        await settled(pilot, until=lambda: "left · retry now: r" in text_of(app))
        assert timer_of(app) is None, "what is over ticks no more"
        session.play("openai", NOT_TOLD, attempt("own key", "openai", "openai"))
        await settled(pilot, until=lambda: "retry now" not in text_of(app))


async def test_a_limit_of_an_older_run_is_not_what_r_repeats(screen: Screen, clock: Ticking):
    session = demo()
    session.play("openai", NOT_TOLD, limited("openai", "openai"))
    session.play("aws", NOT_TOLD, attempt("own key", "aws", "bedrock"))
    clock.now = NOON + 30
    async with screen(session, size=(119, 36)) as (app, _pilot):
        assert "0 of 3 left · free again" in text_of(app)
        assert "retry now" not in text_of(app)


async def test_a_check_that_costs_nothing_ends_no_countdown(screen: Screen, clock: Ticking):
    session = demo()
    session.play("openai", NOT_TOLD, limited("openai", "openai"))
    check = CheckRecorder(session.journal, "openai", clock=clock)
    check.record(CheckResult("openai", "form", CheckStatus.PASSED, "", "the text has the form of a key", "", "nothing"))
    async with screen(session, size=(119, 36)) as (app, _pilot):
        assert "0 of 3 left · wait 20 s" in text_of(app)


async def test_a_limit_that_nobody_says_the_end_of_keeps_its_sentence(screen: Screen, clock: Ticking):
    session = demo()
    session.play("openai", NOT_TOLD, limited("openai", "openai", wait=""))
    async with screen(session, size=(119, 36)) as (app, _pilot):
        assert "limited" in text_of(app)
        assert "left ·" not in text_of(app)
        assert timer_of(app) is None


async def test_t_turns_the_times_and_by_the_clock_nothing_ticks(screen: Screen, clock: Ticking):
    async with screen(fallen_back()) as (app, pilot):
        assert timer_of(app) is None
        clock.now = NOON + 24
        await pilot.press("T")
        await settled(pilot)
        shown = text_of(app)
        assert "24 s ago" in shown
        assert "2 s ago" in shown
        assert "how long ago" in shown
        clock.now = NOON + 25
        await settled(pilot, until=lambda: "25 s ago" in text_of(app))
        await pilot.press("T")
        await settled(pilot, until=lambda: timer_of(app) is None)
        assert "12:00:21" in text_of(app)


async def test_the_settings_say_how_times_are_told_at_first(screen: Screen, clock: Ticking):
    session = fallen_back()
    session.settings = Settings(times="ago")
    clock.now = NOON + 180
    async with screen(session) as (app, _pilot):
        assert "3 min ago" in text_of(app)


async def test_while_another_screen_is_in_front_nothing_ticks(screen: Screen, clock: Ticking):
    session = fallen_back()
    session.settings = Settings(times="ago")
    async with screen(session) as (app, pilot):
        await pilot.press("f1")
        await settled(pilot, until=lambda: timer_of(app) is None)
        clock.now = NOON + 180
        await pilot.press("escape")
        await settled(pilot, until=lambda: "3 min ago" in text_of(app))


@pytest.mark.parametrize(
    ("wait", "resets"),
    [("20", "12:00:20  (header retry-after)"), ("", "not stated: wait longer after each try")],
)
def test_the_card_of_a_refusal_says_which_limit_what_is_left_and_when_it_ends(wait: str, resets: str):
    session = demo()
    session.play("openai", NOT_TOLD, limited("openai", "openai", wait=wait))
    run = session.journal.of_run("run-0")
    card = to_text(render_card(run[1], run, 90))
    assert re.search(r"^Limit +3 requests per minute$", card, re.MULTILINE)
    assert re.search(r"^Left +0 of 3$", card, re.MULTILINE)
    assert re.search(rf"^Resets at +{re.escape(resets)}$", card, re.MULTILINE)


async def test_a_refusal_of_the_sandbox_counts_down_to_the_key_that_repeats_it(screen: Screen, clock: Ticking):
    clock.now = time.time()
    async with screen(Session.demo(), size=(119, 40)) as (app, pilot):
        app.session.stage.set_fault("openai", "rate_limited")
        await pilot.press("f")
        await settled(pilot)
        assert re.search(r"429 own key  requests per minute · 0 of 3 left · wait \d+ s ", text_of(app))
        clock.now = time.time() + 21
        await settled(pilot, until=lambda: "0 of 3 left · retry now: r " in text_of(app))
