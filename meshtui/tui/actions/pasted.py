"""What a paste is: an error answer is explained at once, anything else may be a credential. Neither enters a text field
where a key is in it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from meshtui.base.redaction import redact
from meshtui.base.text import one_line
from meshtui.journal.entry import Entry, EntryKind

if TYPE_CHECKING:
    from meshtui.base.secret import Secret
    from meshtui.explain.model import Explanation
    from meshtui.tui.app import MeshtuiApp
    from meshtui.tui.main_screen import MainScreen

KEPT_OUT = "What was pasted is a key, or looks like one, so it did not go into the field."
OFFERED = f"{KEPT_OUT} What was typed there stays. enter adds the key as a credential, esc forgets it."
EXPLAINED = f"{KEPT_OUT} It is an error answer with a key in it, and is explained instead."


async def take(screen: MainScreen, pasted: Secret, offered: str = "", instead: str = "") -> None:
    """Opens the explanation of an error answer, and notes it in the log; else the dialog for a new credential, which
    says `offered`. `instead` is said on the main screen where there is an explanation."""
    found = await asyncio.to_thread(explained, pasted.reveal())
    if not found:
        from meshtui.tui.actions.credentials import add

        add(screen, pasted, offered)
    else:
        show(screen, found)
        if instead:
            screen.say(instead, "warn")


def keep_out(app: MeshtuiApp, pasted: Secret) -> None:
    """Takes a key that was pasted into a text field, on whatever screen, as though it had been pasted beside it."""
    from meshtui.tui.dialogs.add import AddDialog

    if isinstance(app.screen, AddDialog):
        app.screen.take(pasted)
    else:
        app.main.run_worker(take(app.main, pasted, OFFERED, EXPLAINED), group="paste")


def show(screen: MainScreen, found: list[Explanation]) -> None:
    """Notes each in the log, the root last, where one looks first, and opens that."""
    from meshtui.tui.sheets.explanation import ExplanationSheet

    for number, told in reversed(list(enumerate(found, 1))):
        which = "a pasted answer" if len(found) == 1 else f"pasted, {number} of {len(found)}"
        said = one_line(redact(f"{which}: {told.headline}"))
        entry = screen.session.journal.append(Entry(at=screen.app.clock(), what=EntryKind.NOTE, text=said, detail=told))
    screen.app.push_screen(ExplanationSheet(screen.log_pane.view, entry))


def explained(text: str) -> list[Explanation]:
    """The errors in the text whose cause can be told, the root first; none, as in a credential."""
    from meshtui.explain.find import find_errors

    return [one.explanation for one in find_errors(text) if one.explanation.cause != "unknown"]
