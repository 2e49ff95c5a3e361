"""The row of tabs above the panes where there is no room to show them side by side: one is in front, the log stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from meshtui.settings import commands
from meshtui.tui.messages import CommandWanted
from meshtui.tui.widgets.tab_row import Tab, TabRow

if TYPE_CHECKING:
    from meshtui.tui.command_app import CommandApp

TITLES = {"credentials": "Credentials", "request": "Request", "program": "Program"}
"""Id of a pane, and of the command that goes to it → the word on its tab."""


class PaneTabs(TabRow):
    """The panes lie in layers one over the other (see main_screen.tcss), so the one behind keeps its cursor, its scroll
    and its place in the order of the tab key, which brings it to the front."""

    app: CommandApp

    def __init__(self, panes: Sequence[str] = ("credentials", "request")) -> None:
        """`panes`: the existing panes."""
        super().__init__(id="tabs")
        self._panes = panes

    def on_mount(self) -> None:
        self.bring("program" if "program" in self._panes else "credentials")

    def follow(self, focused: Widget) -> None:
        """The pane that holds the focus is in front."""
        if pane := _find_pane(focused):
            self.bring(pane)

    def offer(self, pane: str) -> None:
        """Brings this pane to the front, but never over the one that has the focus: keys would go to a hidden pane."""
        if self.screen.focused is None or not _find_pane(self.screen.focused):
            self.bring(pane)

    def bring(self, pane: str) -> None:
        tabs = [
            Tab(name, title, self.app.key(f"{commands.MAIN}.{name}"))
            for name, title in TITLES.items()
            if name in self._panes
        ]
        self.show(tabs, pane)
        for name in self._panes:
            self.screen.set_class(pane == name, f"-{name}-in-front")

    def on_tab_row_chosen(self, event: TabRow.Chosen) -> None:
        event.stop()
        self.post_message(CommandWanted(f"{commands.MAIN}.{event.name}"))


def _find_pane(widget: Widget) -> str:
    """The pane with a tab that this is in; empty for another."""
    return next((str(node.id) for node in widget.ancestors_with_self if node.id in TITLES), "")
