"""A list over a view of the journal that follows its end as long as the person wants it to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.scrollbar import ScrollTo

from meshtui.tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from meshtui.journal.entry import Entry
    from meshtui.journal.view import View


class FollowingList(LineList):
    """Follows the newest line while the person's last move was to the end, by cursor, wheel or scrollbar; otherwise the
    screen stays as it is, and what is new is counted. A subclass changes the view through `change`."""

    @dataclass
    class Turned(Message):
        """There is something else to say of the lines: how many pass the filter, or how many are new."""

        lines: FollowingList

    def __init__(self, view: View, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.view = view
        self._following = True
        self._seen = 0
        """One more than the number of the newest line that was on the screen."""
        self._held = -1
        """The number of the entry that the person put the cursor on. It may be out of sight for a while."""
        self._own = False
        """Whether it is the list itself that moves cursor and screen."""

    @property
    def chosen(self) -> Entry | None:
        """The entry under the cursor."""
        return self.view.entry(self.cursor)

    @property
    def unread(self) -> int:
        """How many lines below the screen have never been on it."""
        return self.view.since(self._seen)

    def follow(self) -> None:
        """Moves to the newest line and keeps following."""
        self.cursor = self.row_count() - 1
        self._follow(True)

    def hold(self, number: int) -> None:
        """The entry that the cursor goes to with the next change, and stays with."""
        self._held = number

    def change(self, view: Callable[[], None]) -> None:
        """Changes the view, and so which rows there are. Cursor and screen stay with the entries they were with."""
        self._own = True
        top, at = self.scroll_offset.y, self.cursor - self.scroll_offset.y
        on_screen = 0 <= at < self.scrollable_content_region.height
        before, top_number = self.view.number(self.cursor), self.view.number(top)
        selected = self._selected_entries()
        view()
        self.rows_changed()
        if any(self.view.number(row_number) != number for row_number, number in selected.items()):
            self.screen.clear_selection()  # other text stands there now
        there = self.row_count() - 1 if self._following else self.view.row_of(self._held)
        if there == self.cursor and self.view.number(there) != before:
            self.post_message(self.Moved(self, there))
        self.cursor = there
        if self._following:
            self.show_row(there)
        else:
            self._scroll_back(there - at if on_screen else self.view.row_of(top_number))
        self._own = False
        self._look_at_end()

    def _selected_entries(self) -> dict[int, int]:
        """The rows in which selected text begins and ends, and the numbers of their entries."""
        ends = [offset.y for offset in self.text_selection or () if offset is not None]
        return {y: self.view.number(y) for y in ends if y < len(self.view)}

    def _scroll_back(self, top: int) -> None:
        top = max(0, min(top, self.max_scroll_y))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True, immediate=True)

    # What the person does

    def watch_cursor(self, old: int, new: int) -> None:
        super().watch_cursor(old, new)
        if not self._own:
            self._follow(new >= self.row_count() - 1)

    def _follow(self, following: bool) -> None:
        self.hold(self.view.number(self.cursor))
        self._following = following

    def show_row(self, row: int) -> None:
        super().show_row(row)
        self._look_at_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._look_at_end()

    def _look_at_end(self) -> None:
        """Takes note of how far down the person has seen."""
        if self._own:
            return  # it looks itself, once it is done
        if height := self.scrollable_content_region.height:
            self._seen = max(self._seen, self.view.number(self.scroll_offset.y + height - 1) + 1)
        self.post_message(self.Turned(self))

    def on_mouse_scroll_up(self) -> None:
        self._scrolls_to(self.scroll_offset.y - self.app.scroll_sensitivity_y)

    def on_mouse_scroll_down(self) -> None:
        self._scrolls_to(self.scroll_offset.y + self.app.scroll_sensitivity_y)

    def on_scroll_up(self) -> None:
        self._scrolls_to(self.scroll_offset.y - self.scrollable_content_region.height)

    def on_scroll_down(self) -> None:
        self._scrolls_to(self.scroll_offset.y + self.scrollable_content_region.height)

    def on_scroll_to(self, event: ScrollTo) -> None:
        if event.y is not None:
            self._scrolls_to(event.y)

    def _scrolls_to(self, y: float) -> None:
        """The wheel or the scrollbar is about to scroll: away from the end stops following, back to the end resumes
        it."""
        there = max(0, min(round(y), self.max_scroll_y))
        if there == self.max_scroll_y != self.scroll_offset.y:
            self.follow()
        elif there != self.scroll_offset.y:
            self._follow(False)
