"""Text that may be long and grow while one looks: wrapped, scrolled, selected; only the lines in sight are painted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from meshtui.tui.veil import drawn
from meshtui.tui.widgets.lines import LineList
from meshtui.tui.widgets.page import wrap
from meshtui.tui.words import Part, Parts


class Reading(LineList):
    """A list of lines without a cursor: its keys scroll. What is added keeps the end in sight, unless one has scrolled
    up to read."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._paragraphs: Sequence[Part] = ()
        self._follow = False
        self._rows: list[Part] = []
        self._at_end = True
        """Whether the end was in sight when one scrolled last. Growing and resizing do not count."""

    def show(self, paragraphs: Sequence[Part], *, follow: bool) -> None:
        """Text and role of each. `follow`: whether the end is what one wants to see."""
        self._paragraphs, self._follow = paragraphs, follow
        self._wrap()

    def row_count(self) -> int:
        return len(self._rows)

    def row_parts(self, row: int, width: int) -> Parts:  # noqa: ARG002 - wrapped already
        return (self._rows[row],)

    def validate_cursor(self, cursor: int) -> int:  # noqa: ARG002 - there is none
        return -1

    def show_row(self, row: int) -> None:
        """Where one reads is where one has scrolled to."""

    def on_resize(self) -> None:
        self._wrap()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._at_end = new_value >= self.max_scroll_y

    def action_move(self, by: int) -> None:
        self.scroll_relative(y=by, animate=False)

    def action_page(self, direction: int) -> None:
        self.scroll_relative(y=direction * max(1, self.scrollable_content_region.height - 1), animate=False)

    def action_move_to(self, row: int) -> None:
        self.scroll_to(y=row if row >= 0 else self.max_scroll_y, animate=False)

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        self._rows = [
            (piece, role)
            for text, role in self._paragraphs
            for line in text.split("\n")
            for piece in _wrapped(line, width, drawn())
        ]
        self.rows_changed()
        if not self._follow:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        elif self._at_end:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True, immediate=True)


@lru_cache(maxsize=4096)
def _wrapped(line: str, width: int, hidden: bool) -> tuple[str, ...]:  # noqa: ARG001 - names are hidden by `wrap`
    """One line of the text. Of a text that grows only the last is ever new."""
    return tuple(wrap(line, width))
