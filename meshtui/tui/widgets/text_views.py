"""Text that is read: a page that is as high as its text, and text that grows while one looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from textual.content import Content
from textual.geometry import Size
from textual.visual import VisualType
from textual.widget import Widget

from meshtui.tui.hidden_names import are_names_hidden
from meshtui.tui.styled_text import Lines, Part, Parts, make_content, wrap
from meshtui.tui.widgets.line_list import ScrolledLines

Writer = Callable[[int], Lines]


class Page(Widget):
    """Shows what `write` makes for its width. As high as that is, so it lives in something that scrolls."""

    DEFAULT_CSS = "Page { height: auto; }"

    def __init__(self, write: Writer, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._write = write

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self._write(width))

    def render(self) -> VisualType:
        return Content("\n").join(make_content(parts) for parts in self._write(self.content_size.width))


class Reading(ScrolledLines):
    """Text that may be long: wrapped, scrolled; only the lines in sight are painted. What is added keeps the end
    in sight, unless one has scrolled up to read."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._paragraphs: Sequence[Part] = ()
        self._follow = False
        self._wrapped: list[Part] = []
        self._wrapped_for: tuple[int, bool] | None = None
        """The width, and whether names were hidden; None: there is another text by now."""
        self._at_end = True
        """Whether the end was in sight when one scrolled last. Growing and resizing do not count."""

    def show(self, paragraphs: Sequence[Part], *, follow: bool) -> None:
        """Text and role of each. `follow`: whether the end is what one wants to see."""
        self._paragraphs, self._follow, self._wrapped_for = paragraphs, follow, None
        self._lay_out()

    def row_count(self) -> int:
        return len(self._wrap())

    def row_parts(self, row: int, width: int) -> Parts:  # noqa: ARG002 - wrapped already
        return (self._wrap()[row],)

    def on_resize(self) -> None:
        self._lay_out()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._at_end = new_value >= self.max_scroll_y

    def _wrap(self) -> list[Part]:
        """For the width that there is: the first paint comes before the event that tells it."""
        there = self.scrollable_content_region.width, are_names_hidden()
        if self._wrapped_for != there:
            self._wrapped_for = there
            self._wrapped = [
                (piece, role)
                for text, role in self._paragraphs
                for line in text.split("\n")
                for piece in _wrap_line(line, *there)
            ]
        return self._wrapped

    def _lay_out(self) -> None:
        self.rows_changed()
        if not self._follow:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        elif self._at_end:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True, immediate=True)


@lru_cache(maxsize=4096)
def _wrap_line(line: str, width: int, hidden: bool) -> tuple[str, ...]:  # noqa: ARG001 - names are hidden by `wrap`
    """One line of the text. Of a text that grows only the last is ever new."""
    return tuple(wrap(line, width))
