"""Lines to read, not to choose among: the keys of a list scroll."""

from __future__ import annotations

from meshtui.tui.widgets.lines import LineList


class ScrolledLines(LineList):
    """A list of lines without a cursor. A subclass says which lines."""

    def validate_cursor(self, cursor: int) -> int:  # noqa: ARG002 - there is none
        return -1

    def show_row(self, row: int) -> None:
        """Where one reads is where one has scrolled to."""

    def action_move(self, by: int) -> None:
        self.scroll_relative(y=by, animate=False)

    def action_page(self, direction: int) -> None:
        self.scroll_relative(y=direction * max(1, self.scrollable_content_region.height - 1), animate=False)

    def action_move_to(self, row: int) -> None:
        self.scroll_to(y=row if row >= 0 else self.max_scroll_y, animate=False)
