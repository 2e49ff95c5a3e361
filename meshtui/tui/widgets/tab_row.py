"""A row of titles, one of them in front: it has a mark, so that it can be seen without colour too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.visual import VisualType
from textual.widget import Widget

from meshtui.tui.styled_text import Part, make_content

MORE_BEFORE, MORE_AFTER = "‹", "›"
MARKS = {True: "▸ ", False: "  "}


class Tab(NamedTuple):
    """`name` is for the program; `key`, where there is one, is shown before the title."""

    name: str
    title: str
    key: str = ""

    @property
    def label(self) -> str:
        return f"{self.key} {self.title}".strip()


class TabRow(Widget):
    """`▸ 1 Card   2 Request   3 Response`: a click chooses. Keys are the screen's, so that it needs no focus."""

    DEFAULT_CSS = "TabRow { height: 1; }"

    @dataclass
    class Chosen(Message):
        """A title was clicked; the owner of the row calls `show`."""

        tabs: TabRow
        name: str

    def __init__(self, tabs: Sequence[Tab] = (), front: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.tabs = tuple(tabs)
        self.front = front

    def show(self, tabs: Sequence[Tab], front: str) -> None:
        """Other titles, or another one in front."""
        self.tabs, self.front = tuple(tabs), front
        self.refresh()

    def render(self) -> VisualType:
        first, last = self._fitting()
        parts: list[Part] = [(MORE_BEFORE, "dim")] if first else []
        for tab in self.tabs[first:last]:
            front = tab.name == self.front
            parts.append((f"{MARKS[front]}{tab.label} ", "accent strong" if front else "dim"))
        if last < len(self.tabs):
            parts.append((MORE_AFTER, "dim"))
        return make_content(parts)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        offset = event.get_content_offset(self)
        name = "" if offset is None else self._at(offset.x)
        if name and name != self.front:
            self.post_message(self.Chosen(self, name))

    def column_of(self, name: str) -> int | None:
        """Where the tab of that name begins; None where there is no room for it now."""
        return next((x for x in range(self.content_size.width) if self._at(x) == name), None)

    def _at(self, column: int) -> str:
        """The name of the tab in that column; on a mark for more, that of the next one out of sight."""
        first, last = self._fitting()
        if first and column == 0:
            return self.tabs[first - 1].name
        right = int(first > 0)
        for tab in self.tabs[first:last]:
            right += _measure_tab(tab)
            if column < right:
                return tab.name
        return self.tabs[last].name if column == right and last < len(self.tabs) else ""

    def _fitting(self) -> tuple[int, int]:
        """From which tab to before which there is room: all, or as many as fit around the one in front."""
        widths = [_measure_tab(tab) for tab in self.tabs]
        room = self.content_size.width
        if sum(widths) <= room:
            return 0, len(widths)
        front = next((number for number, tab in enumerate(self.tabs) if tab.name == self.front), 0)
        first, last, left = front, front + 1, room - len(MORE_BEFORE + MORE_AFTER) - widths[front]
        while first > 0 and widths[first - 1] <= left:
            first -= 1
            left -= widths[first]
        while last < len(widths) and widths[last] <= left:
            left -= widths[last]
            last += 1
        return first, last


def _measure_tab(tab: Tab) -> int:
    return len(MARKS[True]) + len(tab.label) + 1
