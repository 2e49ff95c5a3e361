"""Help: what the pane in focus is and its keys; then every other key there is. From the table of commands in force."""

from __future__ import annotations

from collections.abc import Iterable

from meshtui import commands
from meshtui.commands import Command
from meshtui.tui.about import IN_FIELDS, Place, own
from meshtui.tui.sheets.sheet import Sheet
from meshtui.tui.widgets.page import BLANK, Lines, heading, labelled, paragraph

KEYS_WIDTH = 18
CHANGE = "Any of these keys can be changed: `meshtui keys` names the commands, `meshtui config --init` begins the file."


class HelpSheet(Sheet):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    def heading(self) -> tuple[str, str]:
        return f"Help: {self._place.title}", "letters work where no text is being typed, function keys always"

    def card(self, width: int) -> Lines:
        table = self.app.commands
        first = own(self._place, table)
        lines = [*heading(self._place.title, width), *paragraph(self._place.what, width), BLANK, *_keys(first, width)]
        lines += labelled(IN_FIELDS, width, KEYS_WIDTH, "accent") if self._place.fields else []
        for where, title in commands.PLACES.items():
            rest = [command for command in commands.of(where, table=table) if command not in first]
            lines += [*heading(title, width), *_keys(rest, width)] if rest else []
        if not self._place.fields:
            lines += [*heading("In fields", width), *labelled(IN_FIELDS, width, KEYS_WIDTH, "accent")]
        return [*lines, BLANK, *paragraph(CHANGE, width, "dim")][1:]


def _keys(table: Iterable[Command], width: int) -> Lines:
    rows = ((" ".join(commands.keys(command)) or "no key", command.help) for command in table)
    return labelled(rows, width, KEYS_WIDTH, "accent")
