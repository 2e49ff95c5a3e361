"""What a paste is: an error answer is explained at once, anything else may be a credential."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from meshtui.journal.entry import Entry, What
from meshtui.redact import redact
from meshtui.sanitize import one_line

if TYPE_CHECKING:
    from meshtui.explain.model import Explanation
    from meshtui.tui.main_screen import MainScreen


async def take(screen: MainScreen, text: str) -> None:
    """Opens the explanation of an error answer, and notes it in the log; else the dialog for a new credential."""
    told = await asyncio.to_thread(explained, text)
    if told is None:
        from meshtui.secret import Secret
        from meshtui.tui.actions.credentials import add

        add(screen, Secret(text))
    else:
        show(screen, told)


def show(screen: MainScreen, told: Explanation) -> None:
    """Notes it in the log and opens it."""
    from meshtui.tui.sheets.explanation import ExplanationSheet

    said = one_line(redact(f"a pasted answer: {told.headline}"))
    entry = screen.session.journal.append(Entry(at=screen.app.clock(), what=What.NOTE, text=said, detail=told))
    screen.app.push_screen(ExplanationSheet(screen.log_pane.view, entry))


def explained(text: str) -> Explanation | None:
    """The root of the errors in the text whose cause can be told; None where there is none, as in a credential."""
    from meshtui.explain.find import find_errors

    return next((one.explanation for one in find_errors(text) if one.explanation.cause != "unknown"), None)
