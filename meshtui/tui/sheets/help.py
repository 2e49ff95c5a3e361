"""Help: every key there is, from the table of commands."""

from __future__ import annotations

from meshtui import commands
from meshtui.tui.sheets.sheet import Sheet
from meshtui.tui.widgets.page import Lines, heading, labelled

GROUPS = {
    commands.MAIN: "On the main screen",
    commands.TOUR: "On the guided tour (meshtui demo --tour)",
    commands.EXPLANATION: "On an explanation",
    commands.CREDENTIAL: "On a credential",
    commands.SHEET: "On any page like this one",
    commands.EVERYWHERE: "Everywhere",
}
IN_LISTS = (
    ("↑ ↓", "Move the cursor; page up, page down, home and end go further"),
    ("tab", "Next field or pane; shift+tab the one before"),
    ("← →", "Change a choice such as ‹ byok ›; space does the same"),
)


class HelpSheet(Sheet):
    def heading(self) -> tuple[str, str]:
        return "Help", "letters work where no text is being typed, function keys always"

    def card(self, width: int) -> Lines:
        lines: Lines = []
        for where, title in GROUPS.items():
            lines += heading(title, width)
            lines += labelled(((" ".join(commands.keys(c)), c.help) for c in commands.of(where)), width, 18, "accent")
        return [*lines, *heading("In lists and fields", width), *labelled(IN_LISTS, width, 18, "accent")][1:]
