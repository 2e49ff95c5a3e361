"""The screen beside the smallest Textual application: in a real terminal where a person would feel it."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.figure import Figure
from tests.tui.terminal import Terminal

RECORDS, A_SECOND = 100_000, 200
HELLO = (sys.executable, "-m", "tests.tui.programs")
DEMO = (sys.executable, "-m", "meshtui", "demo")
MEANINGS = ("one request through", "Mesh's own credentials", "all three side", "your key calls")
"""What the Request pane says of each path, in the order in which p goes through them."""
HELLO_WORLD = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("READY")

Hello().run()
"""


def busy(records: int = 0, a_second: int = 0) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.tui.busy", str(records), str(a_second))


def measure_first_paint() -> Iterator[Figure]:
    cases = {"hello": ((sys.executable, "-c", HELLO_WORLD), "READY"), "ours": (DEMO, "Credentials")}
    times: dict[str, list[float]] = {name: [] for name in cases}
    with tempfile.TemporaryDirectory() as home:
        for number in range(21):
            for name, (command, marker) in cases.items():
                with Terminal(command, Path(home)) as terminal:
                    painted = terminal.until(marker) - terminal.begun
                if number:  # The first round only fills the caches.
                    times[name].append(painted * 1000)
    hello, ours = (statistics.median(times[name]) for name in cases)
    yield Figure("first paint of `meshtui demo`", ours, hello, "ms", "hello world in Textual", "< 1.45")


def measure_keys() -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal(HELLO, Path(home)) as hello,
        Terminal(busy(RECORDS, A_SECOND), Path(home)) as ours,
    ):
        hello.until("READY")
        ours.until("sandbox credentials")
        ours.drain(2)
        taken: dict[str, list[float]] = {"hello": [], "ours": []}
        for number in range(300):
            taken["hello"].append(hello.press("p", f"pressed {number + 1} times"))
            taken["ours"].append(ours.press("p", MEANINGS[number % 4]))
            hello.drain(0.004)
            ours.drain(0.013 + number % 7 / 300)
    for name, at, aim in (("median", 50, "<= 1.6"), ("99th percentile", 99, "< 25 ms")):
        each = {who: sorted(times)[len(times) * at // 100] * 1000 for who, times in taken.items()}
        yield Figure(f"key to paint, {A_SECOND} records/s, {name}", each["ours"], each["hello"], "ms",
                     "hello world, a key", aim)  # fmt: skip


def measure_appending() -> Iterator[Figure]:
    ours, bare = asyncio.run(_append())
    yield Figure(f"{RECORDS:,} records appended and shown", ours, bare, "ms", "a bare view of lines", "< 2")


async def _append() -> tuple[float, float]:
    from tests.tui.conftest import app_for
    from tests.tui.programs import Bare, BareApp, entries
    from tests.tui.recorded import demo

    texts = [f"12:00:00 ✓ answered  200 own key  record {number}" for number in range(RECORDS)]
    records = list(entries(RECORDS))
    times: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(3):
        bare = BareApp()
        async with bare.run_test(size=(120, 40)) as pilot:
            append = bare.query_one(Bare).append
            begun = time.perf_counter()
            for text in texts:
                append(text)
            bare.query_one(Bare).scroll_end(animate=False)
            await pilot.pause()
            times["bare"].append(time.perf_counter() - begun)
        app = app_for(demo())
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            keep, lines = app.session.journal.append, app.main.log_pane.lines
            begun = time.perf_counter()
            for record in records:
                keep(record)
            while lines.row_count() < RECORDS or lines.virtual_size.height < RECORDS:
                await pilot.pause(0.005)
            await pilot.pause()
            times["ours"].append(time.perf_counter() - begun)
    return statistics.median(times["ours"]) * 1000, statistics.median(times["bare"]) * 1000


def measure_repaint() -> Iterator[Figure]:
    full, few = asyncio.run(_repaint())
    yield Figure(f"repaint of the log with {RECORDS:,} lines", full, few, "ms", "with 40 lines", "< 3")


async def _repaint() -> tuple[float, float]:
    from tests.tui.conftest import app_for, settled
    from tests.tui.programs import entries
    from tests.tui.recorded import demo

    app: Any = app_for(demo())
    taken = []
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        for records in (RECORDS, 40):
            app.session.journal.clear()
            app.session.journal.extend(entries(records))
            await settled(pilot)
            lines = app.main.log_pane.lines
            rounds = []
            for _ in range(20):
                started = time.perf_counter()
                for y in range(lines.size.height):
                    lines.render_line(y)
                rounds.append((time.perf_counter() - started) * 1000)
            taken.append(min(rounds))
    return taken[0], taken[1]


def measure_memory() -> Iterator[Figure]:
    taken = []
    with tempfile.TemporaryDirectory() as home:
        for records in (RECORDS, 0):
            with Terminal(busy(records), Path(home)) as terminal:
                terminal.until("sandbox credentials")
                terminal.drain(1.5)
                taken.append(terminal.resident())
    yield Figure(f"memory with {RECORDS:,} records", *taken, "MB", "with none", "+ 60 MB")


def measure_rest() -> Iterator[Figure]:
    shares = []
    with tempfile.TemporaryDirectory() as home:
        for command, marker in ((DEMO, "sandbox credentials"), (HELLO, "READY")):
            with Terminal(command, Path(home)) as terminal:
                terminal.until(marker)
                terminal.drain(3)
                before, begun = terminal.processor_time(), time.perf_counter()
                terminal.drain(10)
                shares.append((terminal.processor_time() - before) / (time.perf_counter() - begun) * 100)
    tick = 100 / os.sysconf("SC_CLK_TCK") / 10  # the least that ten seconds can show
    yield Figure("processor at rest", shares[0], max(shares[1], tick), "%", "hello world at rest", "< 1 %")
