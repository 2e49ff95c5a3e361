"""What `test_speed` measures ours against: the smallest application (`python -m tests.tui.programs`), a bare view."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static


class Hello(App[None]):
    """The smallest application; a key changes a word."""

    pressed = 0

    def compose(self) -> ComposeResult:
        yield Static("READY")

    def on_key(self, event: events.Key) -> None:
        del event
        self.pressed += 1
        self.query_one(Static).update(f"pressed {self.pressed} times")


class Bare(ScrollView):
    """The least that Textual's Line API asks of a growing list."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[str] = []

    def append(self, text: str) -> None:
        self.rows.append(text)
        self.virtual_size = Size(self.size.width, len(self.rows))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        from rich.segment import Segment

        row = y + self.scroll_offset.y
        return Strip([Segment(self.rows[row] if row < len(self.rows) else "")]).adjust_cell_length(self.size.width)


class BareApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Bare()


@cache
def _details() -> tuple[tuple[Any, Any], ...]:
    from meshtui.journal.entry import EntryKind
    from tests.tui.recorded import OWN_KEY, attempt

    return (
        (EntryKind.RUN, None),
        (EntryKind.ATTEMPT, attempt("own key", "openai", "openai")),
        (EntryKind.VERDICT, OWN_KEY),
    )


def entries(count: int, first: int = 0) -> Iterator[Any]:
    """Runs of three entries each, every text its own; the attempt's exchange is one and the same."""
    from meshtui.journal.entry import Entry
    from tests.tui.recorded import NOON

    details = _details()
    for number in range(first, first + count):
        what, detail = details[number % 3]
        yield Entry(NOON + number / 200, what, f"record {number}", f"run-{number // 3}", "openai", detail, 0.142)


if __name__ == "__main__":
    Hello().run()
