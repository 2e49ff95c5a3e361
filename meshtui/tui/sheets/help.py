"""Help: what the pane in focus is and its keys; then every other key there is. From the table of commands in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from meshtui.settings import commands
from meshtui.settings.commands import Command
from meshtui.tui.about import IN_FIELDS, Place, own
from meshtui.tui.sheets.sheet import Sheet
from meshtui.tui.widgets.page import BLANK, Lines, heading, labelled, paragraph

KEYS_WIDTH = 12
"""At least; keys with long names make the column of their block wider."""
CHANGE = "Any of these keys can be changed: `meshtui keys` names the commands, `meshtui config --init` begins the file."


class HelpSheet(Sheet):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    def heading(self) -> tuple[str, str]:
        return f"Help: {self._place.title}", "letters where no text is typed, function keys always"

    def card(self, width: int) -> Lines:
        table = self.app.commands
        first = own(self._place, table)
        fields = IN_FIELDS if self._place.fields else ()
        lines = [*heading(self._place.title, width), *paragraph(self._place.what, width), BLANK]
        lines += _block([*_rows(first), *fields], width)
        for where, title in commands.PLACES.items():
            rest = [command for command in commands.of(where, table=table) if command not in first]
            lines += [*heading(title, width), *_block(_rows(rest), width)] if rest else []
        if not fields:
            lines += [*heading("In fields", width), *_block(IN_FIELDS, width)]
        return [*lines, BLANK, *paragraph(CHANGE, width, "dim")][1:]


def _rows(table: Iterable[Command]) -> list[tuple[str, str]]:
    return [(" ".join(commands.keys(command)) or "no key", command.help) for command in table]


def _block(rows: Sequence[tuple[str, str]], width: int) -> Lines:
    return labelled(rows, width, max(KEYS_WIDTH, *(len(keys) + 2 for keys, _ in rows)), "accent")
