"""A list of one-line rows with a cursor, and lines to read without one, painted line by line: only what is on the
screen is ever made, so 100,000 rows of the log cost what forty do. The other lists use it too, so that they feel
alike.

What comes often is shown twenty times a second at most, and at rest nothing ticks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from meshtui.settings import commands
from meshtui.tui.bindings import make_bindings
from meshtui.tui.hidden_names import are_names_hidden, hide_in_cell
from meshtui.tui.styled_text import STYLES, Parts

KEPT = 256
"""The most painted rows that are cached: more than fit on a screen."""


class LineList(ScrollView, can_focus=True):
    """A subclass defines how many rows there are and their contents; `rows_changed` is called when that changes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", *(f"lines--{role}" for role in STYLES if role)}
    BINDINGS: ClassVar[list[BindingType]] = [*make_bindings(commands.LIST)]
    cursor: reactive[int] = reactive(0, repaint=False)

    @cached_property
    def _strips(self) -> LRUCache[tuple[object, ...], Strip]:
        return LRUCache(KEPT)

    @cached_property
    def _painted_with(self) -> dict[tuple[bool, str], Style]:
        return {}

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        lines: LineList
        row: int

    @dataclass
    class Chosen(Message):
        """Enter, or a double click."""

        lines: LineList
        row: int

    def row_count(self) -> int:
        return 0

    def row_parts(self, row: int, width: int) -> Parts:  # noqa: ARG002 - what a subclass gets
        return ()

    def empty_parts(self, line: int) -> Parts:  # noqa: ARG002 - what a subclass gets
        """What the lines say while there is no row: the next step."""
        return ()

    def below_parts(self, line: int, width: int) -> Parts:  # noqa: ARG002 - what a subclass gets
        """The text below the last row, where there is room; the cursor does not go there."""
        return ()

    def rows_changed(self) -> None:
        """Takes note of new, changed or vanished rows."""
        size = Size(self.scrollable_content_region.width, self.row_count())
        height = self.scrollable_content_region.height
        stays = self.show_vertical_scrollbar == (size.height > height) and not self.styles.is_auto_height
        if stays and size.width == self.virtual_size.width and height > 0:
            # By assignment the whole screen would be laid out anew, twenty times a second, and nothing can have moved:
            # the scrollbar was there and stays, or there is none.
            self.set_reactive(Widget.virtual_size, size)
            if self.show_vertical_scrollbar:
                self.vertical_scrollbar.window_virtual_size = size.height
            self.scroll_y = self.validate_scroll_y(self.scroll_y)
        else:
            self.virtual_size = size
        self.cursor = min(self.cursor, max(0, self.row_count() - 1))
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, self.row_count() - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        top = self.scroll_offset.y
        self.show_row(new)
        if self.scroll_offset.y == top:  # else all of them have moved, and are painted again
            self.refresh_row(old)
            self.refresh_row(new)
        self.post_message(self.Moved(self, new))

    def show_row(self, row: int) -> None:
        """Scrolls as little as brings the row into view."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if row < top:
            self.scroll_to(y=row, animate=False, force=True, immediate=True)
        elif height and row >= top + height:
            self.scroll_to(y=row - height + 1, animate=False, force=True, immediate=True)

    def on_key(self, event: events.Key) -> None:
        """To the application at once, which knows the commands: on its way there a key waits for a turn of each
        container, which took 0.3 of 3.8 ms. Escape ends a selection on its way."""
        if event.key != "escape":
            event.stop()
            self.app.post_message(event)

    def on_mount(self) -> None:
        self.rows_changed()

    def on_resize(self) -> None:
        self.rows_changed()
        self.show_row(self.cursor)

    def action_move(self, by: int) -> None:
        self.cursor += by

    def action_page(self, direction: int) -> None:
        self.cursor += direction * max(1, self.scrollable_content_region.height - 1)

    def action_move_to(self, row: int) -> None:
        self.cursor = row if row >= 0 else self.row_count() + row

    def action_choose(self) -> None:
        if self.row_count():
            self.post_message(self.Chosen(self, self.cursor))

    def row_at(self, event: events.Click) -> int:
        """The row that the click is on, which there may not be; -1 beside all rows."""
        offset = event.get_content_offset(self)
        return -1 if offset is None else offset.y + self.scroll_offset.y

    def on_click(self, event: events.Click) -> None:
        event.prevent_default()  # Textual's own double click would select all there is
        if self.text_selection is not None:
            return  # the end of a drag
        row = self.row_at(event)
        if 0 <= row < self.row_count():
            self.cursor = row
            if event.chain == 2:
                self.action_choose()

    def render_line(self, y: int) -> Strip:
        count, row, width = self.row_count(), y + self.scroll_offset.y, self.scrollable_content_region.width
        chosen = row == self.cursor and row < count
        base = self._style(chosen, "")
        if row < count:
            parts = self.row_parts(row, width)
        else:
            parts = self.below_parts(row - count, width) if count else self.empty_parts(y)
        selected = self.text_selection.get_span(row) if self.text_selection is not None and row < count else None
        # Most rows are painted as they were: their strips are kept, and with them what Textual has worked out of them.
        key = (row, *parts, base, width, selected, are_names_hidden())
        if (strip := self._strips.get(key)) is None:
            segments = [Segment(hide_in_cell(text), self._style(chosen, role)) for text, role in parts]
            strip = Strip(segments).adjust_cell_length(width, base)
            if selected:
                strip = highlight(strip, selected, find_selection_style(self))
            self._strips[key] = strip = strip.apply_offsets(0, row)
        return strip

    def notify_style_update(self) -> None:
        """Another theme, or the focus came or went."""
        self._strips.clear()
        self._painted_with.clear()
        super().notify_style_update()

    def refresh_row(self, row: int) -> None:
        """Paints one row again; nothing where it is not to be seen."""
        if 0 <= row - self.scroll_offset.y < self.scrollable_content_region.height:
            self.refresh_line(row)

    # Text that is selected with the mouse, in Textual's way: its coordinates are column and row

    def row_text(self, row: int) -> str:
        """The row's text on the screen, without the space at its end."""
        parts = self.row_parts(row, self.scrollable_content_region.width)
        return "".join(hide_in_cell(text) for text, _ in parts).rstrip()

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected text, a line for each row. A drag that began elsewhere takes only visible rows."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        first = selection.start.y if selection.start else top
        last = min(selection.end.y if selection.end else top + height - 1, self.row_count() - 1)
        lines = []
        for row in range(first, last + 1):
            start, end = selection.get_span(row) or (0, 0)
            lines.append(self.row_text(row)[start : None if end < 0 else end].rstrip())
        return "\n".join(lines), "\n"

    def _style(self, chosen: bool, role: str) -> Style:
        """Of text in this role, on the row under the cursor or on another."""
        if (style := self._painted_with.get((chosen, role))) is None:
            style = self.get_component_rich_style("lines--cursor") if chosen else self.rich_style
            names = role.split()
            if style.reverse and "dim" in names:  # of the terminal's own colours: too faint, reversed
                names.remove("dim")
            for name in names:
                style += self.get_component_rich_style(f"lines--{name}", partial=True)
            self._painted_with[chosen, role] = style
        return style


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


def find_selection_style(widget: Widget) -> Style:
    """Textual's own. Where it leaves the colour of the text alone, that is the plain one, for the contrast."""
    style = widget.screen.get_component_rich_style("screen--selection")
    plain = style.color == style.bgcolor
    return Style(color=widget.rich_style.color, bgcolor=style.bgcolor) if plain else style


def highlight(strip: Strip, span: tuple[int, int], style: Style) -> Strip:
    """The strip with the characters from the one to the other (-1: to its end) shown as selected."""
    start, end = span
    before = cell_len(strip.text[:start])
    after = strip.cell_length if end < 0 else cell_len(strip.text[:end])
    selected = strip.crop(before, after)
    lit_up = Strip([Segment(s.text, (s.style or Style.null()) + style) for s in selected], selected.cell_length)
    return Strip.join([strip.crop(0, before), lit_up, strip.crop(after)])


PAUSE = 1 / 20
"""Seconds between two repaints: entries and events that come faster are shown together."""


class Batch:
    """Call it as often as you like: `do` runs once, a twentieth of a second after the first call."""

    def __init__(self, widget: Widget, do: Callable[[], object]) -> None:
        self._widget = widget
        self._do = do
        self._due: Timer | None = None

    def __call__(self) -> None:
        if self._due is None and self._widget.is_mounted:
            self._due = self._widget.set_timer(PAUSE, self._run)

    def _run(self) -> None:
        self._due = None
        self._do()
