"""A small dialog: which scenario of the library the sandbox is set up to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from meshtui.tui.dialogs.list_dialog import CLOSE, STYLE
from meshtui.tui.labels import Parts, shorten
from meshtui.tui.widgets.bars import clickable
from meshtui.tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from meshtui.sandbox.scenario import Scenario

NO_SCENARIO = ""
AT_THE_START = "none: everything as at the start"
NO_STORY = "Every fault is mended, every policy is fallback, and Mesh behaves as its documentation says."


class ScenarioList(LineList):
    def __init__(self, scenarios: Mapping[str, Scenario], now: str) -> None:
        super().__init__(id="scenarios")
        self._rows = [NO_SCENARIO, *scenarios]
        self._titles = {NO_SCENARIO: AT_THE_START, **{name: s.title for name, s in scenarios.items()}}
        self._now = now
        self.set_reactive(LineList.cursor, self._rows.index(now))

    def row_count(self) -> int:
        return len(self._rows)

    def row_parts(self, row: int, width: int) -> Parts:
        name = self._rows[row]
        return ((f"{'●' if name == self._now else ' '} ", "strong"), (shorten(self._titles[name], width - 2), ""))

    @property
    def chosen(self) -> str:
        return self._rows[self.cursor]


class ScenarioDialog(ModalScreen[str | None]):
    """Returns the scenario's name, `NO_SCENARIO` for none, None where it was closed."""

    BINDINGS: ClassVar[list[BindingType]] = CLOSE
    CSS_PATH = STYLE

    def __init__(self, scenarios: Mapping[str, Scenario], now: str) -> None:
        super().__init__()
        self._scenarios, self._now = scenarios, now

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Play a scenario"
            dialog.border_subtitle = clickable("enter sets it up · esc leaves all as it is")
            yield ScenarioList(self._scenarios, self._now)
            yield Label(id="story")

    def on_line_list_moved(self) -> None:
        self._tell()

    def on_mount(self) -> None:
        self._tell()

    def _tell(self) -> None:
        scenario = self._scenarios.get(self.query_one(ScenarioList).chosen)
        self.query_one("#story", Label).update(Content(scenario.story if scenario else NO_STORY))

    def on_line_list_chosen(self) -> None:
        self.dismiss(self.query_one(ScenarioList).chosen)
