"""Jump mode: a letter on every pane, field and tab of the screen; that letter, or a click on it, goes there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.errors import NoWidget
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Label

from meshtui.tui.widgets.tab_row import TabRow

if TYPE_CHECKING:
    from textual.screen import Screen

LETTERS = "asdfghjklwertyuipzxcvbnm1234567890"
"""The letters, easy ones first; without the o that opened this, and the q that quits elsewhere."""
WIDTH = 3
HINT = "Jump: press a letter, or click it, to go there. esc cancels."


class Target(NamedTuple):
    x: int
    y: int
    go: Callable[[], object]


class Badge(Label):
    """The letter of a target."""

    def __init__(self, letter: str, target: Target) -> None:
        super().__init__(f" {letter} ", markup=False)
        self.letter, self.target = letter, target
        self.styles.offset = (target.x, target.y)


class Jump(ModalScreen[Target | None]):
    """Returns where to go, None where the person stays."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+o", "stay", show=False)]
    CSS = """
    Jump { align: left top; background: transparent; layers: letters; }
    Badge { layer: letters; position: absolute; text-style: bold reverse; color: $text-primary; }
    Jump #hint { dock: bottom; width: 100%; padding: 0 1; background: $panel; color: $text-primary; }
    """

    def __init__(self, targets: list[Target]) -> None:
        super().__init__()
        self._targets = targets
        self._fits: Size | None = None

    def compose(self) -> ComposeResult:
        for letter, target in zip(LETTERS, self._targets, strict=False):
            yield Badge(letter, target)
        yield Label(HINT, id="hint", markup=False)

    def on_key(self, event: events.Key) -> None:
        for badge in self.query(Badge):
            if badge.letter == event.character:
                event.stop()
                self.dismiss(badge.target)

    def on_click(self, event: events.Click) -> None:
        """A click beside the letters stays here."""
        self.dismiss(event.widget.target if isinstance(event.widget, Badge) else None)

    def on_resize(self, event: events.Resize) -> None:
        """Closes the mode, because the letters would no longer be at their targets."""
        if self._fits not in (None, event.size):
            self.dismiss(None)
        self._fits = event.size

    def action_stay(self) -> None:
        self.dismiss(None)


def list_targets(screen: Screen[object]) -> list[Target]:
    """The targets, in the order of the tab key; then the tabs that are not in front. A pane behind another one is
    reached by its tab."""
    return [*_list_focusable(screen), *_list_tabs(screen)]


def _list_focusable(screen: Screen[object]) -> Iterator[Target]:
    for widget in screen.focus_chain:
        if _is_seen(screen, widget):
            yield Target(*_find_spot(screen, widget), widget.focus)


def _find_spot(screen: Screen[object], widget: Widget) -> tuple[int, int]:
    """Where its letter hides least: on the corner of its border or of the frame it fills, before a field of one line,
    else at the end of its first line."""
    region = screen.find_widget(widget).visible_region
    if widget.styles.border_top[0]:
        return region.x, region.y
    if region.height == 1:
        return max(0, region.x - WIDTH), region.y
    frame = next((a for a in widget.ancestors if isinstance(a, Widget) and a.styles.border_top[0]), None)
    if frame is not None and frame.region.y == region.y - 1:
        return frame.region.x, frame.region.y
    return region.right - WIDTH, region.y


def _is_seen(screen: Screen[object], widget: Widget) -> bool:
    """Whether it is what one meets where it begins: it may be scrolled away, or another pane lie over it."""
    try:
        region = screen.find_widget(widget).visible_region
        met, _ = screen.get_widget_at(region.x, region.y)
    except NoWidget:
        return False
    return bool(region) and widget in met.ancestors_with_self


def _list_tabs(screen: Screen[object]) -> Iterator[Target]:
    for row in screen.query(TabRow):
        region = row.content_region
        for tab in row.tabs if _is_seen(screen, row) else ():
            column = row.column_of(tab.name)
            if tab.name != row.front and column is not None:
                yield Target(region.x + column, region.y, partial(row.post_message, TabRow.Chosen(row, tab.name)))
